"""What is on the front page: what editors chose, and the newest stories where they chose nothing that is live."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Self

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from articles.limits import FRONT_CARDS, FRONT_LATEST, FRONT_OTHERS, FRONT_SLOTS
from articles.models import Edition, FrontPage, FrontSlot, Section


@dataclass(frozen=True)
class Choice:
    """An editor's choice for a place: a story (its id; None is the newest) until a time (None is until replaced)."""

    article_id: int | None = None
    ends_at: datetime | None = None

    def at(self, now: datetime) -> int | None:
        """The story that is chosen at this moment."""
        return self.article_id if self.ends_at is None or now < self.ends_at else None


@dataclass(frozen=True)
class Arrangement:
    """The places in order, the lead first, and the sections in order (ids). What is not given takes its default."""

    choices: tuple[Choice, ...] = (Choice(),) * FRONT_SLOTS
    sections: tuple[int, ...] = ()

    @classmethod
    def at(cls, now: datetime) -> Self:
        """The arrangement that counts at a moment."""
        return cls._of(FrontSlot.objects.at(now))

    @classmethod
    def of(cls, front_page: FrontPage) -> Self:
        """An arrangement that was set at some time."""
        return cls._of(front_page.slots.select_related("front_page").order_by("place"))

    @classmethod
    def _of(cls, rows: Iterable[FrontSlot]) -> Self:
        slots = list(rows)
        if not slots:
            return cls()
        choices = tuple(Choice(slot.article_id, slot.ends_at) for slot in slots)
        return cls(choices, tuple(slots[0].front_page.sections))


@dataclass
class SectionBlock:
    """A section on the front page: its newest story, and the headlines of the next ones; advertisements come last."""

    section: Section
    editions: list[Edition]

    @property
    def lead(self) -> Edition:
        """The newest story."""
        return self.editions[0]

    @property
    def others(self) -> list[Edition]:
        """The stories after it."""
        return self.editions[1:]


@dataclass
class Front:
    """The front page as its template shows it."""

    lead: Edition | None
    seconds: list[Edition]
    cards: list[Edition]
    blocks: list[SectionBlock]
    latest: list[Edition]

    @property
    def top(self) -> list[Edition]:
        """The lead and the second row."""
        return [self.lead, *self.seconds] if self.lead else []

    @property
    def editions(self) -> list[Edition]:
        """Everything on it; what stands there twice is named twice."""
        return [
            *self.top,
            *self.cards,
            *self.latest,
            *(one for block in self.blocks for one in block.editions),
        ]

    @property
    def context(self) -> dict[str, object]:
        """What `articles/front.html` needs."""
        return {**vars(self), "editions": self.editions}


def compose(arrangement: Arrangement, now: datetime | None = None) -> Front:
    """The front page at a moment: no story stands twice at the top, nor again in a section's block. Advertisements are
    neither in the first two rows nor among the cards, even if chosen: they come below, after the newsroom's own work.
    """
    now = now or timezone.now()
    live = Edition.objects.live(now).for_card()
    wanted = [choice.at(now) for choice in arrangement.choices]
    chosen = live.unpaid().filter(article_id__in=[pk for pk in wanted if pk])
    found = {edition.article_id: edition for edition in chosen}
    newest = list(live.newest_first()[: FRONT_SLOTS + FRONT_CARDS + FRONT_LATEST])
    rest = (edition for edition in newest if edition.article_id not in found and not edition.is_paid)
    top = _filled([found.get(pk) if pk else None for pk in wanted], rest)
    cards = list(islice(rest, FRONT_CARDS))
    return Front(
        lead=top[0] if top else None,
        seconds=top[1:],
        cards=cards,
        blocks=_section_blocks([*top, *cards], arrangement.sections, now),
        latest=newest[:FRONT_LATEST],
    )


def _filled(chosen: list[Edition | None], rest: Iterator[Edition]) -> list[Edition]:
    """The places, with the newest stories where no chosen one is live; if those run out, the later places move up."""
    places = (edition or next(rest, None) for edition in chosen)
    return [edition for edition in places if edition]


def _section_blocks(shown: list[Edition], order: Sequence[int], now: datetime) -> list[SectionBlock]:
    """The newest stories of each section that are not at the top, in the order of the sections."""
    place = Window(
        RowNumber(), partition_by=[F("section")], order_by=[F("first_visible_from").desc(), F("article_id").desc()]
    )
    rest = Edition.objects.live(now).exclude(pk__in=[edition.pk for edition in shown])
    rest = rest.newest_of_sections(FRONT_SLOTS + FRONT_CARDS + 1 + FRONT_OTHERS, now)
    rows = rest.for_card().annotate(place=place).filter(place__lte=1 + FRONT_OTHERS)
    by_section: dict[Section, list[Edition]] = {}
    for edition in rows.order_by("section__position", "section__name", "place"):
        by_section.setdefault(edition.section, []).append(edition)
    ranks = {pk: rank for rank, pk in enumerate(order)}
    blocks = [SectionBlock(section, sorted(editions, key=_is_paid)) for section, editions in by_section.items()]
    return sorted(blocks, key=lambda block: ranks.get(block.section.pk, len(ranks)))


def _is_paid(edition: Edition) -> bool:
    return edition.is_paid

"""Two editions of a story, or an edition and the working copy, side by side: every word that readers see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from articles.differences import Run, compare, compare_html
from articles.freezing import freeze, people_of
from articles.models import Article, ArticleLog, Edition
from articles.states import Act, Kind


@dataclass(frozen=True)
class Side:
    """One of the two. The working copy is treated as the edition that it would be if it were published now."""

    name: str
    words: Edition
    tags: list[str]
    people: list[str]
    # Who published it, and when: nobody yet, for the working copy.
    by: User | None = None
    at: datetime | None = None
    # The number of the edition that was made before it.
    before: int | None = None

    @property
    def is_edition(self) -> bool:
        """Whether it is an edition, and not the working copy."""
        return self.words.pk is not None


@dataclass(frozen=True)
class Difference:
    """A part of a story on both sides: what was added and what was removed."""

    label: str | Promise
    runs: list[Run]

    @property
    def is_one(self) -> bool:
        """Whether there is any difference in this part."""
        return any(run.kind != "same" for run in self.runs)


@dataclass(frozen=True)
class Listed:
    """An edition as the list of a story's editions shows it: without its text."""

    edition: Edition
    by: User | None
    at: datetime | None
    # The number of the edition that was made before it.
    before: int | None


def list_of(article: Article) -> list[Listed]:
    """The editions of a story, the newest number first, with who published them. Columns that the list does not show
    are not read: a story that was mended a hundred times has a hundred copies of its text.
    """
    acts = _acts_of(article)
    shown = ("article", "number", "kind", "note", "headline", "visible_from", "visible_until", "based_on_older")
    listed: list[Listed] = []
    for edition in article.editions.only(*shown).order_by("number"):
        act = acts.get(edition.number)
        before = listed[-1].edition.number if listed else None
        listed.append(Listed(edition, act.by if act else None, act.at if act else None, before))
    return listed[::-1]


def editions_of(article: Article) -> list[Side]:
    """The editions of a story with all their words, the newest number first, with who published them."""
    acts = _acts_of(article)
    editions = article.editions.select_related("section", "picture").prefetch_related("tags", "edition_people__person")
    sides: list[Side] = []
    for edition in editions.order_by("number"):
        act = acts.get(edition.number)
        side = Side(
            name=gettext("Edition %(number)s") % {"number": edition.number},
            words=edition,
            tags=[tag.name for tag in edition.tags.all()],
            people=[person.name for person in edition.people_in_order],
            by=act.by if act else None,
            at=act.at if act else None,
            before=sides[-1].words.number if sides else None,
        )
        sides.append(side)
    return sides[::-1]


def _acts_of(article: Article) -> dict[int | None, ArticleLog]:
    published = article.log.filter(act__in=[Act.PUBLISHED, Act.SCHEDULED]).select_related("by").order_by("pk")
    return {entry.edition_number: entry for entry in published}


def working_copy_of(article: Article) -> Side:
    """The working copy, as it would be frozen now."""
    words = freeze(article, kind=Kind.UPDATE, note="", at=timezone.now(), number=0, before=None)
    return Side(
        name=gettext("Working copy"),
        words=words,
        tags=[tag.name for tag in article.tags.all()],
        people=[person.name for person in people_of(article)],
    )


def differences(before: Side, after: Side) -> list[Difference]:
    """Every part of the story, in the order of its page, whether or not it differs."""
    return [
        Difference(
            label, compare_html(text(before), text(after)) if text is _body else compare(text(before), text(after))
        )
        for label, text in _PARTS
    ]


def is_unpublished(article: Article) -> bool:
    """Whether the working copy has words that no edition of it has."""
    if article.editions.filter(article_version__gte=article.text_version).exists():
        return False
    present = _texts(working_copy_of(article))
    return all(_texts(side) != present for side in editions_of(article))


# --- The parts of a story, as text ----------------------------------------------------------------------------------


def _texts(side: Side) -> list[str]:
    return [text(side) for _label, text in _PARTS]


def _points(side: Side) -> str:
    return "\n".join(side.words.key_points)


def _quotes(side: Side) -> str:
    return "\n".join(_quote(quote) for quote in side.words.quotes)


def _quote(quote: dict[str, object]) -> str:
    said = f"“{quote['words']}” {quote['speaker']}"
    role = f", {quote['role']}" if quote["role"] else ""
    pull = f" ({gettext('pull quote')})" if quote["pull"] else ""
    return f"[[quote {quote['marker']}]] {said}{role}{pull}"


def _body(side: Side) -> str:
    return side.words.body


def _picture(side: Side) -> str:
    picture = side.words.picture
    return gettext("Picture %(number)s: %(alt)s") % {"number": picture.pk, "alt": picture.alt} if picture else ""


def _source(side: Side) -> str:
    return " ".join(part for part in (side.words.source_name, side.words.source_url) if part)


_PARTS: tuple[tuple[str | Promise, Callable[[Side], str]], ...] = (
    (gettext_lazy("headline"), lambda side: side.words.headline),
    (gettext_lazy("summary"), lambda side: side.words.summary),
    (gettext_lazy("heading of the key points"), lambda side: side.words.key_points_heading),
    (gettext_lazy("key points"), _points),
    (gettext_lazy("quotes"), _quotes),
    (gettext_lazy("body"), _body),
    (gettext_lazy("dateline"), lambda side: side.words.dateline),
    (gettext_lazy("byline"), lambda side: side.words.byline),
    (gettext_lazy("people"), lambda side: ", ".join(side.people)),
    (gettext_lazy("source"), _source),
    (gettext_lazy("section"), lambda side: side.words.section.name),
    (gettext_lazy("tags"), lambda side: ", ".join(sorted(side.tags))),
    (gettext_lazy("lead picture"), _picture),
    (gettext_lazy("caption"), lambda side: side.words.picture_caption),
    (gettext_lazy("credit"), lambda side: side.words.picture_credit),
    (gettext_lazy("kind of work"), lambda side: side.words.get_kind_of_work_display()),
    (gettext_lazy("language"), lambda side: side.words.language),
    (gettext_lazy("title for search engines"), lambda side: side.words.seo_title),
    (gettext_lazy("description for search engines"), lambda side: side.words.seo_description),
    (gettext_lazy("address"), lambda side: side.words.slug),
)

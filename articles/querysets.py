"""Which rows: what is live, what waits, what belongs where. Pages, feeds, sitemaps and the desk all ask here."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Concat, Lower, NullIf, Trim
from django.utils import timezone

from articles.limits import FORGOTTEN_AFTER_SECONDS, SAVED_PAGES_KEPT_DAYS, TAGS_A_STORY
from articles.states import KINDS_WITH_NOTE, STEPS, TOLD_KINDS, Act, KindOfWork, Status

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from articles.models import (  # noqa: F401  (named in the bases below)
        Article,
        BreakingNews,
        Edition,
        ErrorReport,
        FrontPage,
        FrontSlot,
        OpenPage,
        Person,
        PreviewLink,
        Section,
        SectionEditor,
        Tag,
        UnsavedText,
    )


class ArticleQuerySet(QuerySet["Article"]):
    """Working copies, for the newsroom's eyes only."""

    def visible_to(self, user: "User") -> Self:
        """The stories that this person may see: editors see all or those of their sections, writers their own."""
        return self.filter(_visible(user))

    def sent_back(self) -> Self:
        """Drafts that came back from review, the most recent first.

        Annotated with `sent_back_note`, `sent_back_at` and `sent_back_by` (a name).
        """
        steps = apps.get_model("articles", "ArticleLog").objects.filter(article=OuterRef("pk"), act__in=STEPS)
        last = steps.order_by("-at", "-pk")
        named = Concat("by__first_name", Value(" "), "by__last_name")
        return (
            self.filter(status=Status.DRAFT)
            .annotate(
                last_step=Subquery(last.values("act")[:1]),
                sent_back_note=Subquery(last.values("note")[:1]),
                sent_back_at=Subquery(last.values("at")[:1]),
                sent_back_by=Subquery(last.values(name=Coalesce(NullIf(Trim(named), Value("")), "by__username"))[:1]),
            )
            .filter(last_step=Act.SENT_BACK)
            .order_by("-sent_back_at", "-pk")
        )

    def in_review(self) -> Self:
        """Stories that wait for an editor."""
        return self.filter(status=Status.IN_REVIEW)

    def in_work(self) -> Self:
        """Stories that no reader has seen and that are not scheduled: drafts, in review, accepted."""
        own = apps.get_model("articles", "Edition").objects.filter(article=OuterRef("pk")).uncancelled()
        return self.filter(~Exists(own))

    def left_behind(self) -> Self:
        """In work, and owned by somebody who has left."""
        return self.in_work().filter(owner__is_active=False)

    def ready_unpublished(self, since: datetime) -> Self:
        """Accepted after `since`, and neither published nor scheduled yet."""
        own = apps.get_model("articles", "Edition").objects.filter(article=OuterRef("pk")).uncancelled()
        return self.filter(~Exists(own), status=Status.READY, changed_at__gte=since)

    def scheduled(self, now: datetime | None = None) -> Self:
        """Stories with an edition that has not begun."""
        return self._having(apps.get_model("articles", "Edition").objects.scheduled(now))

    def changed_since(self, now: datetime | None = None) -> Self:
        """Live stories whose working copy has other words than readers see."""
        live = apps.get_model("articles", "Edition").objects.live(now)
        return self._having(live.filter(article_version__lt=F("article__text_version")))

    def corrected(self, now: datetime | None = None) -> Self:
        """Stories with a clarification or a correction that has begun."""
        begun = apps.get_model("articles", "Edition").objects.begun(now)
        return self._having(begun.filter(kind__in=KINDS_WITH_NOTE))

    def _having(self, editions: "EditionQuerySet") -> Self:
        # Starts from the editions, which have an index for this, and not from all stories.
        return self.filter(pk__in=editions.order_by().values("article"))

    def with_presence(self, now: datetime | None = None) -> Self:
        """Annotated with what the public sees: `is_live`, `is_ending`, `is_scheduled`, `was_published`,
        `is_changed` (all bool).
        """
        now = now or timezone.now()
        own = apps.get_model("articles", "Edition").objects.filter(article=OuterRef("pk"))
        live = own.live(now)
        return self.annotate(
            is_live=Exists(live),
            is_ending=Exists(live.filter(visible_until__isnull=False)),
            is_scheduled=Exists(own.scheduled(now)),
            was_published=Exists(own.begun(now)),
            is_changed=Exists(live.filter(article_version__lt=OuterRef("text_version"))),
        )

    def with_open_notes(self) -> Self:
        """Annotated with `open_notes`: how many notes on its previews are not done yet."""
        notes = apps.get_model("articles", "PreviewNote").objects.order_by()
        own = notes.filter(link__article=OuterRef("pk"), settled_at=None).values("link__article")
        return self.annotate(open_notes=Coalesce(Subquery(own.annotate(most=Count("pk")).values("most")), 0))

    def with_open_errors(self) -> Self:
        """Annotated with `open_errors`: how many errors that readers reported wait for an answer."""
        reports = apps.get_model("articles", "ErrorReport").objects.order_by()
        own = reports.filter(article=OuterRef("pk"), answered_at=None).values("article")
        return self.annotate(open_errors=Coalesce(Subquery(own.annotate(most=Count("pk")).values("most")), 0))


class SectionEditorQuerySet(QuerySet["SectionEditor"]):
    """Which editors are limited to which sections."""

    def sections_of(self, user: "User") -> frozenset[int]:
        """The sections that an editor is limited to; empty means no limit. Cached on `user` like permissions."""
        if user.is_superuser:
            return frozenset()
        if not hasattr(user, "_sections_of"):
            user._sections_of = frozenset(self.filter(user=user).values_list("section", flat=True))  # type: ignore[attr-defined]
        return user._sections_of  # type: ignore[attr-defined,no-any-return]


# The columns of an edition that are long, and shown on the story's own page alone.
_LONG = ("body", "quotes", "key_points", "figures")


class EditionQuerySet(QuerySet["Edition"]):
    """What the public reads. Every public door starts with `live()`."""

    def visible_to(self, user: "User") -> Self:
        """The editions of the stories that this member of staff may see."""
        return self.filter(_visible(user, "article__"))

    def live(self, now: datetime | None = None) -> Self:
        """Visible at this moment. Compared with the clock when read, so no worker can hold news back."""
        now = now or timezone.now()
        return self.filter(Q(visible_until__isnull=True) | Q(visible_until__gt=now), visible_from__lte=now)

    def scheduled(self, now: datetime | None = None) -> Self:
        """Not yet begun."""
        return self.uncancelled().filter(visible_from__gt=now or timezone.now())

    def uncancelled(self) -> Self:
        """Without those that were cancelled before anybody saw them, which end when they were to begin."""
        return self.exclude(visible_until=F("visible_from"))

    def news_since(self, since: datetime) -> Self:
        """First published since then, without advertisements."""
        return self.filter(first_visible_from__gte=since).unpaid()

    def unpaid(self) -> Self:
        """The newsroom's own work, without advertisements."""
        return self.exclude(kind_of_work=KindOfWork.ADVERTISEMENT)

    def newest_first(self) -> Self:
        """By first publication: an update does not move a story to the top again."""
        return self.order_by("-first_visible_from", "-article_id")

    def in_section(self, section: "Section") -> Self:
        """Filed under this section."""
        return self.filter(section=section)

    def newest_of_sections(self, most: int, now: datetime | None = None) -> Self:
        """Those that may be among the `most` newest live ones of their section: no older than the last of these.

        So a section of 100,000 stories is read no further than one of twenty.
        """
        # The relation has a name so that the subquery depends on the section and runs once for each; the sections are
        # listed so that SQLite begins with them.
        siblings = self.model._default_manager.live(now).filter(section_id=OuterRef("filed__id")).newest_first()
        last = Subquery(siblings.values("first_visible_from")[most - 1 : most])
        ever = Value(datetime.min.replace(tzinfo=UTC), output_field=DateTimeField())
        sections = apps.get_model("articles", "Section").objects.order_by().values("pk")
        filed = self.annotate(filed=FilteredRelation("section")).filter(filed__id__in=sections)
        return filed.filter(first_visible_from__gte=Coalesce(last, ever))

    def tagged(self, tag: "Tag") -> Self:
        """With this tag."""
        return self.filter(tags=tag)

    def by_person(self, person: "Person") -> Self:
        """With this person in the byline."""
        return self.filter(people=person)

    def for_card(self) -> Self:
        """With what a card shows, without the text."""
        return self.select_related("section", "picture").defer(*_LONG)

    def for_hit(self) -> Self:
        """With what a search shows of a story and looks for words in, and nothing more."""
        shown = ("article", "slug", "headline", "kind_of_work", "language", "first_visible_from", "section__name")
        return self.select_related("section").only(*shown, "summary", "key_points", "quotes", "body")

    def for_page(self) -> Self:
        """With everything that the story's page shows, and no more tags than it shows."""
        people = Prefetch(
            "edition_people", apps.get_model("articles", "EditionPerson").objects.select_related("person__portrait")
        )
        tags = Prefetch("tags", apps.get_model("articles", "Tag").objects.all()[:TAGS_A_STORY], to_attr="first_tags")
        return self.select_related("section__picture", "picture").prefetch_related(tags, people)

    def with_public_note(self) -> Self:
        """Editions that told readers what they changed, newest first."""
        return self.filter(kind__in=TOLD_KINDS).exclude(note="").order_by("-visible_from")

    def corrections(self, now: datetime | None = None) -> Self:
        """Corrections and clarifications of stories that are live, newest first."""
        now = now or timezone.now()
        live = self.model._default_manager.live(now).filter(article=OuterRef("article"))
        told = self.filter(kind__in=sorted(KINDS_WITH_NOTE)).begun(now)
        return told.filter(Exists(live)).order_by("-visible_from", "-pk").defer(*_LONG)

    def begun(self, now: datetime | None = None) -> Self:
        """Those whose time has come, whether or not it is over."""
        return self.uncancelled().filter(visible_from__lte=now or timezone.now())


class UnsavedTextQuerySet(QuerySet["UnsavedText"]):
    """What editors typed and did not save."""

    def of(self, editor: "User", article: "Article | None") -> Self:
        """The one text of this editor for this story, or for a new one (None)."""
        return self.filter(editor=editor, article=article)


class OpenPageQuerySet(QuerySet["OpenPage"]):
    """Pages of stories that are open in the newsroom's browsers."""

    def present(self, now: datetime) -> Self:
        """Those heard of within the last minute whose form has not been saved."""
        return self.filter(seen_at__gt=now - timedelta(seconds=FORGOTTEN_AFTER_SECONDS), form_saved_at=None)

    def outdated(self, now: datetime) -> Self:
        """Those from which nothing late can come any more."""
        return self.filter(seen_at__lt=now - timedelta(days=SAVED_PAGES_KEPT_DAYS))


def _visible(user: "User", story: str = "") -> Q:
    """Which stories this member of staff may see; `story` is the lookup from the queried row to its story."""
    own = Q(**{f"{story}owner": user})
    if not user.has_perm("articles.edit_all_articles"):
        return own
    sections = apps.get_model("articles", "SectionEditor").objects.sections_of(user)
    return own | Q(**{f"{story}section__in": sections}) if sections else Q()


class PreviewLinkQuerySet(QuerySet["PreviewLink"]):
    """Links to working copies."""

    def open(self, now: datetime | None = None) -> Self:
        """Neither expired nor revoked. `permissions.can_be_previewed` says whether the story may still be shown."""
        return self.filter(revoked_at=None, expires_at__gt=now or timezone.now())


class ErrorReportQuerySet(QuerySet["ErrorReport"]):
    """Errors that readers reported."""

    def visible_to(self, user: "User") -> Self:
        """Reports on the stories that this member of staff may see."""
        return self.filter(_visible(user, "article__"))

    def waiting(self) -> Self:
        """Reports that nobody has answered, the oldest first."""
        return self.filter(answered_at=None).order_by("sent_at", "pk")

    def sent_from(self, network: str, since: datetime) -> Self:
        """Reports from one sender since a time, the oldest first."""
        # Worded like the index's condition, or SQLite would not use it.
        known = self.exclude(network="")
        return known.filter(network=network, sent_at__gt=since).order_by("sent_at", "pk")

    def given_under(self, email: str) -> Self:
        """Reports sent with this mail address, in upper or lower case; anybody may have typed it."""
        return self.exclude(email="").alias(address=Lower("email")).filter(address=Lower(Value(email)))


class FrontPageQuerySet(QuerySet["FrontPage"]):
    """Arrangements of the front page."""

    def begun(self, now: datetime | None = None) -> Self:
        """Those whose time has come, the one that counts first."""
        begun = self.filter(cancelled_at__isnull=True, begins_at__lte=now or timezone.now())
        return begun.order_by("-begins_at", "-number")

    def waiting(self, now: datetime | None = None) -> Self:
        """Those that are yet to begin, the next one first."""
        waiting = self.filter(cancelled_at__isnull=True, begins_at__gt=now or timezone.now())
        return waiting.order_by("begins_at", "number")


class FrontSlotQuerySet(QuerySet["FrontSlot"]):
    """Places of the front page."""

    def at(self, now: datetime | None = None) -> Self:
        """The places of the arrangement that counts at a moment, in order, each with its arrangement."""
        pages = apps.get_model("articles", "FrontPage").objects.begun(now)
        return self.filter(front_page=Subquery(pages.values("pk")[:1])).select_related("front_page").order_by("place")


class BreakingQuerySet(QuerySet["BreakingNews"]):
    """Lines of breaking news."""

    def last_begun(self, now: datetime | None = None) -> "BreakingNews | None":
        """The only line that may be shown: an older one does not come back when it is over."""
        begun = self.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=F("begins_at")))
        return begun.filter(begins_at__lte=now or timezone.now()).order_by("-begins_at", "-pk").first()

    def waiting(self, now: datetime | None = None) -> Self:
        """Those that are yet to begin, the next one first."""
        waiting = self.filter(ended_at__isnull=True, begins_at__gt=now or timezone.now())
        return waiting.order_by("begins_at", "pk")

    def not_over(self, now: datetime | None = None) -> Self:
        """Those that end later: the one that is shown, and those yet to begin."""
        return self.filter(ended_at__isnull=True, ends_at__gt=now or timezone.now())

"""What the public reads from one moment to another. Frozen: only its end is ever set."""

from datetime import timedelta
from functools import cached_property

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.limits import HEADLINE_LENGTH, TAGS_A_STORY, UPDATED_AFTER_SECONDS
from articles.models.article import Article
from articles.models.picture import Picture, Shared
from articles.models.vocabulary import Person, Section, Tag
from articles.querysets import EditionQuerySet
from articles.states import Kind, KindOfWork
from newsportal.fields import ProseField


class Edition(models.Model):
    """A frozen copy of an article, visible in `[visible_from, visible_until)`; an open end is NULL.

    The words are frozen here (key points are a list of strings; quotes a list of
    `{"marker", "words", "speaker", "role", "pull"}`; figures, the pictures in the body, a list of
    `{"picture", "alt", "caption", "credit"}`); tags, people, section and pictures are rows that this one protects from
    deletion.
    """

    # No indexes of their own: composite ones begin with the story and with the section, and nobody asks by slug.
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="editions", db_index=False)
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    note = ProseField(_("public note"), blank=True)
    visible_from = models.DateTimeField(_("visible from"))
    visible_until = models.DateTimeField(_("visible until"), null=True)
    first_visible_from = models.DateTimeField(_("first published"))
    # The time of the last change that readers are told of: a typo inherits it.
    told_from = models.DateTimeField(_("last told change"))
    based_on_older = models.BooleanField(
        _("based on an older edition"),
        default=False,
        help_text=_("Another edition was published after this was scheduled."),
    )

    headline = models.CharField(max_length=HEADLINE_LENGTH)
    slug = models.SlugField(max_length=120, db_index=False)
    summary = models.TextField(blank=True)
    key_points_heading = models.CharField(max_length=200, blank=True)
    key_points = models.JSONField(default=list)
    quotes = models.JSONField(default=list)
    figures = models.JSONField(default=list)
    body = models.TextField(blank=True)
    dateline_place = models.CharField(max_length=120, blank=True)
    dateline_date = models.DateField(null=True)
    source_name = models.CharField(max_length=80, blank=True)
    source_url = models.URLField(blank=True)
    byline = models.TextField(blank=True)
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="editions", db_index=False)
    tags = models.ManyToManyField(Tag, through="EditionTag", related_name="editions")
    people = models.ManyToManyField(Person, through="EditionPerson", related_name="editions")
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, null=True, related_name="editions")
    figure_pictures = models.ManyToManyField(Picture, through="EditionPicture", related_name="figure_editions")
    picture_alt = models.CharField(max_length=300, blank=True)
    picture_caption = models.CharField(max_length=500, blank=True)
    picture_credit = models.CharField(max_length=200, blank=True)
    seo_title = models.CharField(max_length=200, blank=True)
    seo_description = models.CharField(max_length=320, blank=True)
    language = models.CharField(max_length=20)
    kind_of_work = models.CharField(max_length=16, choices=KindOfWork.choices)
    # Ids of the stories that an editor set below it, in order.
    related = models.JSONField(default=list)
    reading_minutes = models.PositiveSmallIntegerField()
    article_version = models.PositiveIntegerField(_("version of the article"))

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ("-first_visible_from", "-article_id")
        constraints = (
            models.UniqueConstraint(fields=["article", "number"], name="edition_numbers_are_distinct"),
            models.UniqueConstraint(
                fields=["article"], condition=Q(visible_until__isnull=True), name="one_open_edition_an_article"
            ),
            models.CheckConstraint(
                condition=Q(visible_until__isnull=True) | Q(visible_until__gte=F("visible_from")),
                name="edition_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="edition_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind__in=[Kind.CLARIFICATION, Kind.CORRECTION]) | ~Q(note=""),
                name="edition_says_what_it_corrects",
            ),
        )
        indexes = (
            # The front page, the feeds of the site and the sitemap.
            models.Index("first_visible_from", "article_id", name="edition_by_time"),
            # A section's page and feed, its block on the front page, and related stories. It includes the times of
            # visibility so that the pages of a section are counted without reading a story.
            models.Index(
                "section",
                "first_visible_from",
                "article_id",
                "visible_from",
                "visible_until",
                name="edition_of_section",
            ),
            # Which of the stories found by their words are live, and which is the newest, without reading a story.
            models.Index(
                "id",
                "visible_from",
                "visible_until",
                "first_visible_from",
                "article_id",
                "section",
                name="edition_found",
            ),
            # What readers see of a story now, and its notes.
            models.Index("article", "visible_from", name="edition_of_article"),
            # The page of corrections.
            models.Index("kind", "visible_from", name="edition_of_kind"),
            # The site's next timed moment.
            models.Index("visible_from", name="edition_begins"),
            models.Index("visible_until", condition=Q(visible_until__isnull=False), name="edition_ends"),
        )

    def __str__(self) -> str:
        return self.headline

    def get_absolute_url(self) -> str:
        """The story's address; the id is the article's, the text the edition's."""
        return reverse("articles:article", args=[self.article_id, self.slug])

    @property
    def marked_headline(self) -> str:
        """The headline where nothing else tells the kind of work: "Opinion: …"; plain news gets no prefix."""
        if self.kind_of_work == KindOfWork.NEWS:
            return self.headline
        return gettext("%(kind)s: %(headline)s") % {"kind": self.get_kind_of_work_display(), "headline": self.headline}

    @property
    def is_paid(self) -> bool:
        """Whether it is an advertisement."""
        return self.kind_of_work == KindOfWork.ADVERTISEMENT

    @property
    def dateline(self) -> str:
        """Place and date as a newspaper prints them: "Brussels, February 11"."""
        date = formats.date_format(self.dateline_date, "MONTH_DAY_FORMAT") if self.dateline_date else ""
        return ", ".join(part for part in (self.dateline_place, date) if part)

    @property
    def shared_picture(self) -> Shared | None:
        """What other sites show beside a link to it: its lead with the frozen words, else its section's picture."""
        if not self.picture:
            return self.section.shared_picture
        return Shared(self.picture.file.share, self.picture_alt, self.picture_caption, self.picture_credit)

    @cached_property
    def notes(self) -> "list[Edition]":
        """What readers were told has changed since the story first appeared, the newest first.

        It is read from the story's editions, never from the working copy.
        """
        # A scheduled edition has a lower number than those published before it while it was kept.
        if self.number <= 1 and not self.based_on_older:
            return []
        return list(Edition.objects.filter(article_id=self.article_id).begun().with_public_note())

    @property
    def is_updated(self) -> bool:
        """Whether readers are told a second date: more than a typo was changed, at least ten minutes later."""
        return self.told_from - self.first_visible_from >= timedelta(seconds=UPDATED_AFTER_SECONDS)

    @property
    def is_live(self) -> bool:
        """Whether readers see it now."""
        now = timezone.now()
        return self.visible_from <= now and (self.visible_until is None or now < self.visible_until)

    @property
    def is_future(self) -> bool:
        """Whether it is scheduled and nobody has seen it."""
        return not self.was_cancelled and self.visible_from > timezone.now()

    @property
    def was_cancelled(self) -> bool:
        """Whether it ends when it was to begin: nobody ever saw it, and only the newsroom can read its words."""
        return self.visible_until == self.visible_from

    # Cached, so that they can be set on an edition that is not saved and so has no rows to read.
    @cached_property
    def tag_list(self) -> list[Tag]:
        """The tags that readers are shown, by name, `TAGS_A_STORY` at most; fetched by `EditionQuerySet.for_page()`."""
        first: list[Tag] | None = getattr(self, "first_tags", None)
        return list(self.tags.all()[:TAGS_A_STORY]) if first is None else first

    @cached_property
    def people_in_order(self) -> list[Person]:
        """Those who wrote it, in the byline's order; prefetched by `EditionQuerySet.for_page()`."""
        return [row.person for row in self.edition_people.all()]


class EditionPerson(models.Model):
    """Somebody in the byline of an edition."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="edition_people", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("person of an edition")
        verbose_name_plural = _("people of editions")
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=["edition", "person"], name="edition_names_a_person_once"),)

    def __str__(self) -> str:
        return str(self.person)


class EditionTag(models.Model):
    """A tag of an edition, which protects it from deletion."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, db_index=False)
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT)

    class Meta:
        verbose_name = _("tag of an edition")
        verbose_name_plural = _("tags of editions")
        constraints = (models.UniqueConstraint(fields=["edition", "tag"], name="edition_has_a_tag_once"),)

    def __str__(self) -> str:
        return str(self.tag)


class EditionPicture(models.Model):
    """A picture in the body of an edition, which protects it from deletion."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, db_index=False)
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT)

    class Meta:
        verbose_name = _("picture of an edition")
        verbose_name_plural = _("pictures of editions")
        constraints = (models.UniqueConstraint(fields=["edition", "picture"], name="edition_has_a_figure_once"),)

    def __str__(self) -> str:
        return str(self.picture)

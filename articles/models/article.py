"""The working copy of a story, as the desk edits it. Readers never see it: they read editions."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.limits import HEADLINE_LENGTH
from articles.models.picture import Picture
from articles.models.vocabulary import Person, Section, Source, Tag
from articles.querysets import ArticleQuerySet
from articles.states import KindOfWork, Status
from newsportal.fields import ProseField, WordsField


class Article(models.Model):
    """One story. `status` and `version` are written by `articles.publishing` and `articles.editing` alone."""

    headline = WordsField(_("headline"), max_length=HEADLINE_LENGTH)
    slug = models.SlugField(
        _("address"), max_length=120, blank=True, help_text=_("Made from the headline when it is left empty.")
    )
    summary = ProseField(_("summary"), max_length=1_000, blank=True)
    key_points_heading = WordsField(_("heading of the key points"), max_length=200, blank=True)
    body = ProseField(
        _("body"),
        blank=True,
        help_text=_("HTML. A paragraph that holds nothing but [[quote name]] is where the quote of that name stands."),
    )
    dateline_place = WordsField(_("dateline: place"), max_length=120, blank=True)
    dateline_date = models.DateField(_("dateline: date"), null=True, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("source"))
    section = models.ForeignKey(Section, on_delete=models.PROTECT, verbose_name=_("section"))
    tags = models.ManyToManyField(Tag, blank=True, verbose_name=_("tags"))
    people = models.ManyToManyField(Person, through="Byline", blank=True, verbose_name=_("people"))
    byline = WordsField(
        _("byline"), max_length=200, blank=True, help_text=_("Made from the people below when it is left empty.")
    )
    picture = models.ForeignKey(
        Picture, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("lead picture"), related_name="+"
    )
    seo_title = WordsField(_("title for search engines"), max_length=200, blank=True)
    seo_description = WordsField(_("description for search engines"), max_length=320, blank=True)
    language = models.CharField(
        _("language"),
        max_length=20,
        default="en",
        validators=[RegexValidator(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", _("A language tag such as en or pt-BR."))],
    )
    kind_of_work = models.CharField(
        _("kind of work"), max_length=16, choices=KindOfWork.choices, default=KindOfWork.NEWS
    )
    embargo = models.DateTimeField(_("embargo"), null=True, blank=True, help_text=_("Nobody can publish before this."))

    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.DRAFT, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    # The version that last changed a word: the verbs raise `version`, too, and change no words.
    text_version = models.PositiveIntegerField(_("version of the text"), default=1, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        # An index below begins with the owner.
        db_index=False,
        related_name="articles",
        verbose_name=_("owner"),
        editable=False,
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True, db_index=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("changed by"),
        editable=False,
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering = ("-changed_at", "-pk")
        permissions = (
            ("edit_all_articles", _("Can edit everybody's stories")),
            ("publish_article", _("Can accept, publish and withdraw stories")),
            ("backdate_edition", _("Can date first editions back")),
            ("blank_edition", _("Can remove words from ended editions")),
        )
        indexes = (
            # What waits for review or publication, the longest-waiting first.
            models.Index("status", "changed_at", name="article_by_status"),
            # What a person has in hand.
            models.Index("owner", "status", name="article_in_hand"),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="article_status_known"),
            models.CheckConstraint(condition=models.Q(kind_of_work__in=KindOfWork.values), name="article_kind_known"),
        )

    def __str__(self) -> str:
        return self.headline

    @property
    def is_draft(self) -> bool:
        """Still with its writer."""
        return self.status == Status.DRAFT

    @property
    def is_paid(self) -> bool:
        """Whether it is an advertisement."""
        return self.kind_of_work == KindOfWork.ADVERTISEMENT


class Byline(models.Model):
    """One of those who wrote a story."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="bylines")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, verbose_name=_("person"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("person in the byline")
        verbose_name_plural = _("byline")
        ordering = ("position", "pk")
        constraints = (models.UniqueConstraint(fields=["article", "person"], name="byline_names_a_person_once"),)

    def __str__(self) -> str:
        return str(self.person)


class KeyPoint(models.Model):
    """One line of the story in brief."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="key_points")
    text = WordsField(_("key point"), max_length=300)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("key point")
        verbose_name_plural = _("key points")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.text


class Quote(models.Model):
    """Words and who said them. The marker `[[quote name]]` in the body says where they stand."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="quotes")
    marker = models.SlugField(_("name in the body"), max_length=40)
    words = ProseField(_("words"), max_length=2_000)
    speaker = WordsField(_("speaker"), max_length=120)
    role = WordsField(_("role"), max_length=160, blank=True)
    pull = models.BooleanField(_("pull quote"), default=False, help_text=_("Set large."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["article", "marker"],
                name="quote_names_are_distinct",
                violation_error_message=_("Two quotes of a story cannot have the same name."),
            ),
        )

    def __str__(self) -> str:
        return self.words

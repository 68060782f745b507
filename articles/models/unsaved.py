"""What the newsroom has on its screens: text that is not saved yet, and who has which story open."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.querysets import OpenPageQuerySet, UnsavedTextQuerySet


class UnsavedText(models.Model):
    """The slot of one editor at one story (or at a new one): the form as it was typed. Written by
    `articles.autosaving` alone; it never enters the story's history.
    """

    editor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, null=True, related_name="unsaved_texts")
    # The page that wrote it: no other may overwrite it, unless it has taken the text over.
    page = models.CharField(max_length=32)
    fields = models.JSONField(default=dict)
    based_on = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    objects = UnsavedTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("unsaved text")
        verbose_name_plural = _("unsaved texts")
        constraints = (
            models.UniqueConstraint(fields=["editor", "article"], name="one_unsaved_text_of_an_editor_at_a_story"),
            models.UniqueConstraint(
                fields=["editor"], condition=models.Q(article=None), name="one_unsaved_text_of_an_editor_at_a_new_story"
            ),
        )

    def __str__(self) -> str:
        return f"{self.editor}, {self.saved_at}"


class OpenPage(models.Model):
    """A story's page in somebody's browser, from when it was opened until it was last heard of."""

    editor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, null=True, related_name="open_pages")
    page = models.CharField(max_length=32)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    typed_at = models.DateTimeField(null=True)
    # When its form was saved: anything it sends after that is late, and would bring saved text back as unsaved.
    form_saved_at = models.DateTimeField(null=True)

    objects = OpenPageQuerySet.as_manager()

    class Meta:
        verbose_name = _("open page")
        verbose_name_plural = _("open pages")
        constraints = (models.UniqueConstraint(fields=["editor", "page"], name="an_open_page_is_known_once"),)

    def __str__(self) -> str:
        return f"{self.editor}, {self.opened_at}"

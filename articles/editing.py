"""Changing a working copy: the only writer of an article's text and version. Nothing here is public."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import html, permissions
from articles.freezing import attach_thawed, thaw
from articles.models import Article, ArticleLog, Edition
from articles.search.index import renew_working_copy
from articles.states import Act
from newsportal import zoned
from newsportal.refusal import NotPermitted, Refusal, Stale


@transaction.atomic
def create(article: Article, *, by: User) -> Article:
    """Save a new story, as a draft of its writer's, with its first log row.

    Raises NotPermitted for a section that is not the writer's, and Refusal for a body beyond the limits.
    """
    _check_section(article, by)
    html.check(article.body)
    article.owner = article.changed_by = by
    article.body = html.clean(article.body)
    article.save()
    renew_working_copy(article)
    log(article, Act.CREATED, by=by)
    return article


@transaction.atomic
def save(article: Article, *, by: User, saw: int, fields: Sequence[str]) -> Article:
    """Save the changed `fields` (names of fields and of inline lists) of a story that was read at version `saw`.

    Raises NotPermitted, Stale if somebody has saved in between, and Refusal for a body beyond the limits or an embargo
    that a scheduled edition would break; then nothing is written.
    """
    html.check(article.body)
    present = Article.objects.get(pk=article.pk)
    if not permissions.can_edit(by, present):
        raise NotPermitted(_("You may not edit this story."))
    if article.section_id != present.section_id:
        _check_section(article, by)
    if not Article.objects.filter(pk=article.pk, version=saw).update(version=saw + 1):
        raise Stale(stale_words(article))
    check_embargo(article)
    article.version = article.text_version = saw + 1
    article.changed_by = by
    article.body = html.clean(article.body)
    article.save()
    renew_working_copy(article)
    log(article, Act.EDITED, by=by, fields=fields)
    return article


@transaction.atomic
def restore(article: Article, edition: Edition, *, by: User, saw: int) -> Article:
    """Take the words of one of its editions back into a working copy that was read at version `saw`.

    Readers see nothing of it until it is published. Raises NotPermitted, and Stale if somebody has saved in between.
    """
    present = Article.objects.get(pk=article.pk)
    if not permissions.can_edit(by, present):
        raise NotPermitted(_("You may not edit this story."))
    if not Article.objects.filter(pk=article.pk, version=saw).update(version=saw + 1):
        raise Stale(stale_words(article))
    present.refresh_from_db()
    present.text_version = present.version
    present.changed_by = by
    if present.section_id != edition.section_id:
        _check_section(edition, by)
    thaw(edition, present)
    present.save()
    attach_thawed(edition, present)
    renew_working_copy(present)
    log(present, Act.RESTORED, by=by, edition_number=edition.number)
    return present


def check_embargo(article: Article) -> None:
    """Refuse an embargo that ends after a scheduled edition begins: it would promise what is not true."""
    early = article.editions.scheduled().first() if article.embargo else None
    if early and article.embargo and early.visible_from < article.embargo:
        words = _("An edition is scheduled for %(when)s, before this embargo ends. Cancel what is scheduled first.")
        raise Refusal(words % {"when": zoned.in_words(early.visible_from)})


def _check_section(article: Article | Edition, by: User) -> None:
    """Refuse to move a story to a section where this editor could no longer see it."""
    if not permissions.can_file_under(by, article.section_id):
        raise NotPermitted(_("You edit other sections: this story cannot be moved to %s.") % article.section)


def stale_words(article: Article) -> str:
    """Who has changed the story meanwhile, and when."""
    present = Article.objects.select_related("changed_by").get(pk=article.pk)
    return _("%(who)s changed this story at %(when)s, after you opened it.") % {
        "who": present.changed_by.get_full_name() or present.changed_by,
        "when": zoned.clock(present.changed_at),
    }


def log(article: Article, act: Act, *, by: User, fields: Sequence[str] = (), **more: object) -> ArticleLog:
    """Write the log row of an act, in the act's transaction."""
    return ArticleLog.objects.create(article=article, act=act, by=by, at=timezone.now(), fields=list(fields), **more)

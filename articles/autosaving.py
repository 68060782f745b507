"""Text that is not saved yet: one slot for each editor and story. The story itself, its version and its log are never
touched here; and a page that has not seen the text in a slot never overwrites it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import permissions
from articles.limits import TYPING_SECONDS
from articles.models import Article, OpenPage, UnsavedText
from newsportal import zoned
from newsportal.refusal import NotPermitted, Refusal, Stale

Fields = Mapping[str, Sequence[str]]


class Late(Refusal):
    """The page's form has been saved already."""


@dataclass(frozen=True)
class Page:
    """A story's page as one editor has it open: `token` identifies it, `took` the page whose unsaved text it was filled
    with; `article` is None for a new story.
    """

    by: User
    article: Article | None
    token: str
    took: str = ""


@transaction.atomic
def keep(page: Page, *, fields: Fields, based_on: int) -> UnsavedText:
    """Put the form as it is typed into the editor's slot; `based_on` is the version of the story that was opened.

    Raises NotPermitted; Late if the page's form has been saved; Stale if the slot holds another page's text.
    """
    _must_edit(page)
    if beat(page, typed=True).form_saved_at:
        raise Late(_("The story was saved from this page. Open it anew to go on."))
    now = timezone.now()
    values = {"page": page.token, "fields": dict(fields), "based_on": based_on, "saved_at": now}
    slot = UnsavedText.objects.of(page.by, page.article).select_for_update().first()
    if slot is None:
        return _first(page, values)
    if slot.page not in {page.token, page.took} and slot.fields != fields:
        raise Stale(_other_text(slot))
    for name, value in values.items():
        setattr(slot, name, value)
    slot.save()
    return slot


@transaction.atomic
def beat(page: Page, *, typed: bool = False) -> OpenPage:
    """Note that the page is still open; `typed` says that its text has just changed."""
    _must_edit(page)
    now = timezone.now()
    changed = {"seen_at": now, "article": page.article, **({"typed_at": now} if typed else {})}
    row, created = OpenPage.objects.update_or_create(
        editor=page.by, page=page.token, defaults=changed, create_defaults={**changed, "opened_at": now}
    )
    if created:
        OpenPage.objects.outdated(now).delete()
    return row


@transaction.atomic
def saved(page: Page, *, new: bool) -> None:
    """Note that the page's form was saved: its text leaves the slot (a new story's, if `new`); other text stays."""
    now = timezone.now()
    values = {"article": page.article, "seen_at": now, "form_saved_at": now}
    if page.token:
        OpenPage.objects.update_or_create(
            editor=page.by, page=page.token, defaults=values, create_defaults={**values, "opened_at": now}
        )
    slots = UnsavedText.objects.of(page.by, None if new else page.article)
    slots.filter(page__in={page.token, page.took} - {""}).delete()


def throw_away(page: Page) -> None:
    """Empty the editor's slot if it holds the text of the page that was shown (`took`). Raises Stale if it does not."""
    slots = UnsavedText.objects.of(page.by, page.article)
    if not slots.filter(page=page.took).delete()[0]:
        slot = slots.first()
        if slot:
            raise Stale(_other_text(slot))


def slot_of(by: User, article: Article | None) -> UnsavedText | None:
    """What this editor typed into this story (None: into a new one) and did not save."""
    return UnsavedText.objects.of(by, article).first()


@dataclass(frozen=True)
class Colleague:
    """Somebody else who has the story open."""

    name: str
    since: datetime
    typed_at: datetime | None
    is_typing: bool


def colleagues(article: Article, by: User) -> list[Colleague]:
    """Who else has the story open now, each once; whoever came first is at the top."""
    now = timezone.now()
    pages = OpenPage.objects.present(now).filter(article=article).exclude(editor=by).select_related("editor")
    by_editor: dict[int, list[OpenPage]] = {}
    for page in pages.order_by("opened_at", "pk"):
        by_editor.setdefault(page.editor_id, []).append(page)
    return [_colleague(theirs, now) for theirs in by_editor.values()]


# --- How ------------------------------------------------------------------------------------------------------------


def _colleague(pages: list[OpenPage], now: datetime) -> Colleague:
    editor = pages[0].editor
    typed_at = max((page.typed_at for page in pages if page.typed_at), default=None)
    typing = typed_at is not None and now - typed_at < timedelta(seconds=TYPING_SECONDS)
    return Colleague(editor.get_full_name() or editor.get_username(), pages[0].opened_at, typed_at, typing)


def _must_edit(page: Page) -> None:
    if page.article is None:
        allowed = page.by.has_perm("articles.add_article")
    else:
        allowed = page.by.has_perm("articles.change_article") and permissions.can_edit(page.by, page.article)
    if not allowed:
        raise NotPermitted(_("You may not edit this story any more. Your text is kept in this browser."))


def _first(page: Page, values: Mapping[str, object]) -> UnsavedText:
    """A new slot. Raises Stale if another window was quicker in the same moment."""
    try:
        with transaction.atomic():
            return UnsavedText.objects.create(editor=page.by, article=page.article, **values)
    except IntegrityError:
        raise Stale(_other_text(UnsavedText.objects.of(page.by, page.article).get())) from None


def _other_text(slot: UnsavedText) -> str:
    return _(
        "Other unsaved text of yours, of %(when)s, is kept for this story. Open the story anew to take it back or to "
        "throw it away; the text of this window is kept in this browser alone until then."
    ) % {"when": zoned.clock(slot.saved_at)}

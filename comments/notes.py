"""Notes on authors, which colleagues read and the author does not: write, strike, forget."""

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import permissions, policy
from comments.models import AuthorNote, Commenter
from comments.text import count, to_store
from newsportal.refusal import NotPermitted, Refusal


def write(commenter: Commenter, *, by: User, text: str) -> AuthorNote:
    """Leave a note on an author. Raises NotPermitted, or Refusal if it is empty or too long."""
    _check_permission(by)
    words = to_store(text[: policy.NOTE_CODE_POINTS * 2])
    if not count(words):
        raise Refusal(_("The note is empty."))
    if len(words) > policy.NOTE_CODE_POINTS:
        raise Refusal(_("The note is too long: %(most)s characters at most.") % {"most": policy.NOTE_CODE_POINTS})
    if not Commenter.objects.filter(pk=commenter.pk).exists():
        raise Refusal(_("There is no such author any more."))
    return AuthorNote.objects.create(commenter=commenter, text=words, by=by, at=timezone.now())


def strike(note: AuthorNote, *, by: User) -> None:
    """Take one's own note back: it stays, struck through. Raises NotPermitted, or Refusal if it is already struck."""
    _check_permission(by)
    if note.by_id != by.pk:
        raise NotPermitted(_("Only who wrote a note strikes it."))
    if not AuthorNote.objects.filter(pk=note.pk, struck_at__isnull=True).update(struck_at=timezone.now()):
        raise Refusal(_("This note is struck already."))


def forget(commenter: Commenter) -> None:
    """Delete the notes on an author who had everything erased."""
    AuthorNote.objects.filter(commenter=commenter).delete()


def _check_permission(by: User) -> None:
    if not permissions.can_moderate(by):
        raise NotPermitted(_("Only moderators leave notes on authors."))

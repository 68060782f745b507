"""Showing a working copy to somebody without an account, and hearing what they say: invite, revoke, note, settle.

A token is given out once, when the link is made; the database keeps only its hash.
"""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import permissions
from articles.limits import (
    PREVIEW_DAYS,
    PREVIEW_DAYS_MOST,
    PREVIEW_LINKS,
    PREVIEW_NOTE_LENGTH,
    PREVIEW_NOTES,
    PREVIEW_OPENED_SECONDS,
)
from articles.models import Article, PreviewLink, PreviewNote
from newsportal.characters import fit
from newsportal.refusal import NotPermitted, Refusal, Stale

# 256 bits: it cannot be guessed, so a plain hash of it is as good as a slow one.
_TOKEN_BYTES = 32


@transaction.atomic
def invite(article: Article, *, by: User, recipient: str, days: int = PREVIEW_DAYS) -> tuple[PreviewLink, str]:
    """Make a link for one recipient (a name or a mail address) that is valid for so many days.

    Returns the link and its token, which cannot be shown again. Raises NotPermitted, and Refusal without a recipient,
    for days outside 1 to PREVIEW_DAYS_MOST, and if PREVIEW_LINKS are already open.
    """
    if not permissions.can_invite(by, article):
        raise NotPermitted(_("You may not show this story to others."))
    recipient = " ".join(fit(recipient).split())
    if not recipient:
        raise Refusal(_("Say whom the link is for: a name or a mail address."))
    if not 1 <= days <= PREVIEW_DAYS_MOST:
        raise Refusal(_("A link holds for 1 to %(most)s days.") % {"most": PREVIEW_DAYS_MOST})
    Article.objects.select_for_update().get(pk=article.pk)
    now = timezone.now()
    if article.preview_links.open(now).count() >= PREVIEW_LINKS:
        raise Refusal(_("This story has %(most)s open links. Revoke one first.") % {"most": PREVIEW_LINKS})
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    link = PreviewLink.objects.create(
        article=article,
        recipient=recipient,
        token_hash=_hashed(token),
        made_by=by,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    return link, token


def revoke(link: PreviewLink, *, by: User) -> None:
    """End a link now. Raises NotPermitted, and Stale if somebody was quicker."""
    if not permissions.can_revoke(by, link):
        raise NotPermitted(_("You may not revoke this link."))
    open_one = PreviewLink.objects.filter(pk=link.pk, revoked_at=None)
    if not open_one.update(revoked_at=timezone.now(), revoked_by=by):
        raise Stale(_("This link was revoked already."))
    link.refresh_from_db()


def link_of(token: str) -> PreviewLink | None:
    """The link with this token, while it is open and its story may be shown; None otherwise, whatever the reason."""
    if not token.isascii():
        return None
    found = PreviewLink.objects.open().select_related("article__section", "article__picture", "made_by")
    link = found.filter(token_hash=_hashed(token)).first()
    return link if link and permissions.can_be_previewed(link) else None


def note_opened(link: PreviewLink) -> None:
    """Note that a link was opened: for the editor to see, and for nothing else."""
    now = timezone.now()
    long_ago = Q(opened_at=None) | Q(opened_at__lt=now - timedelta(seconds=PREVIEW_OPENED_SECONDS))
    PreviewLink.objects.filter(long_ago, pk=link.pk).update(opened_at=now)


@transaction.atomic
def leave_note(link: PreviewLink, *, text: str, saw: int) -> PreviewNote:
    """Keep what a recipient says of the version that they saw. The same words twice are one note.

    Raises Refusal for no words, for more than PREVIEW_NOTE_LENGTH characters, and after PREVIEW_NOTES notes.
    """
    text = fit(text).strip()
    if not text:
        raise Refusal(_("Write a note."))
    if len(text) > PREVIEW_NOTE_LENGTH:
        words = _("A note has %(most)s characters at most; this one has %(n)s. Send it in two.")
        raise Refusal(words % {"most": PREVIEW_NOTE_LENGTH, "n": len(text)})
    # Simultaneous posts wait for each other here, so that neither a repeat nor the last place counts twice.
    PreviewLink.objects.select_for_update().get(pk=link.pk)
    repeated = link.notes.filter(text=text, settled_at=None).first()
    if repeated:
        return repeated
    if link.notes.count() >= PREVIEW_NOTES:
        raise Refusal(_("No more notes can be left by this link. Ask the newsroom for a new one."))
    return PreviewNote.objects.create(
        link=link,
        text=text,
        left_at=timezone.now(),
        article_version=saw if 0 < saw <= link.article.version else link.article.version,
    )


def settle_note(note: PreviewNote, *, by: User) -> None:
    """Mark a note as done. Raises NotPermitted, and Stale if somebody was quicker."""
    if not permissions.can_see(by, note.link.article):
        raise NotPermitted(_("You may not settle notes on this story."))
    if not PreviewNote.objects.filter(pk=note.pk, settled_at=None).update(settled_at=timezone.now(), settled_by=by):
        raise Stale(_("This note was marked as done already."))
    note.refresh_from_db()


def _hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()

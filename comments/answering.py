"""The newsroom answers a reader: a comment written at the desk, published at once, with a badge."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Edition
from comments import moderation, notifications, permissions, placing, policy, text
from comments.models import Comment, Revision
from newsportal.refusal import NotPermitted, Refusal


@transaction.atomic
def answer(comment: Comment, *, body: str, by: User) -> Comment:
    """Publish the newsroom's answer to a public comment; returns the answer, or the one that this one repeats.

    It is signed with the paper's name; for colleagues, the ledger says who wrote it. Fifty characters are asked of
    readers, not of an answer ("Corrected, thank you."). Raises NotPermitted, and Refusal if the comment or the story is
    not public, or the text is empty or too long; it is possible in a closed conversation, too.
    """
    if not permissions.can_moderate(by):
        raise NotPermitted(_("Only moderators answer for the newsroom."))
    body = text.to_store(body)
    _check_body(body)
    edition = Edition.objects.live().filter(article_id=comment.thread_id).first()
    parent = moderation.lock([comment.pk]).get(comment.pk)
    if parent is None or not parent.is_public or edition is None:
        raise Refusal(_("Only what readers see can be answered."))
    now = timezone.now()
    # Asked under the lock of the comment that is answered, so two presses of the button are one.
    if repeat := _repeat(parent, body, now):
        return repeat
    made = Comment.objects.create(
        thread_id=parent.thread_id,
        parent=parent,
        root_id=parent.root_id or parent.pk,
        name=settings.SITE_NAME[: policy.NAME_CODE_POINTS],
        is_from_newsroom=True,
        posted_at=now,
        **placing.of_new((), at=now),
    )
    revision = Revision.objects.create(
        comment=made, number=1, body=body, fingerprint=text.fingerprint(body), edition=edition, created_at=now
    )
    decision = moderation.answer(made, revision, by=by, at=now)
    notifications.tell_answers([decision])
    return made


def _repeat(parent: Comment, body: str, now: datetime) -> Comment | None:
    """The same answer, published a moment ago; by the top-level comment, whose public answers an index covers."""
    public = Comment.objects.filter(root=parent.root_id or parent.pk, public_revision__body=body)
    recent = public.filter(posted_at__gt=now - policy.REPEAT_WINDOW, public_revision__isnull=False)
    return recent.filter(parent=parent, is_from_newsroom=True).first()


def _check_body(body: str) -> None:
    if not text.count(body):
        raise Refusal(_("Write what the newsroom answers."))
    if len(body) > policy.MAXIMUM_CODE_POINTS:
        raise Refusal(_("The answer is too long: %(most)s characters at most.") % {"most": policy.MAXIMUM_CODE_POINTS})

"""Featuring good comments."""

from dataclasses import replace

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from comments import notifications, permissions
from comments.models import Comment, Decision
from comments.moderation.acts import Act, After, Step
from comments.moderation.conflicts import conflict
from comments.moderation.door import copy_to, write
from comments.moderation.locking import lock_one, newest_revisions
from comments.states import Actor, Status
from newsportal.refusal import NotPermitted, Refusal


@transaction.atomic
def feature(comment: Comment, *, by: User, saw: str, on: bool = True) -> Decision:
    """Feature an approved comment, or end that (`on=False`).

    The status does not change, so the ledger has a row from APPROVED to APPROVED. It lasts until readers see other
    words. Raises NotPermitted, Refusal, and Conflict if the comment is no longer as it was seen.
    """
    if not permissions.can_moderate(by):
        raise NotPermitted(_("Only moderators feature comments."))
    present = lock_one(comment)
    if present.seen_at_desk != saw:
        raise conflict(present, saw=saw)
    if present.status != Status.APPROVED:
        raise Refusal(_("Only a comment that is approved can be featured."))
    if (present.featured_at is not None) is on:
        raise Refusal(_("It is featured already.") if on else _("It is not featured."))
    act = Act(to=Status.APPROVED, actor=Actor.MODERATOR, by=by)
    after = replace(standing(present), featured_at=act.at if on else None)
    (decision,) = write([Step(present, newest_revisions([present])[present.pk], act, after)])
    copy_to(comment, present)
    if on:
        notifications.tell_featured(decision)
    return decision


def standing(comment: Comment) -> After:
    """The present state of a comment."""
    return After(comment.public_revision_id, comment.featured_at, comment.returned_by_id, comment.closes_at)

"""Who has which comment open at the desk: a soft claim, shown to the others, which ends by itself."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import permissions, policy
from comments.models import Claim, Comment
from newsportal.refusal import NotPermitted, Refusal


def claim(comment_id: int, *, by: User) -> Claim:
    """Note that `by` is looking at a comment, for `policy.CLAIM_LIFE` from now; repeated as long as they are.

    Others who look at it keep their claims. One's own claims that have ended are deleted on the way, but nobody else's:
    so twenty people who renew theirs never wait for each other's rows. Raises NotPermitted, and Refusal if there is no
    such comment.
    """
    if not permissions.can_moderate(by):
        raise NotPermitted(_("Only moderators decide on comments."))
    if not Comment.objects.filter(pk=comment_id).exists():
        raise Refusal(_("This comment is not there any more."))
    now = timezone.now()
    Claim.objects.filter(by=by).exclude(_holds(now)).exclude(comment=comment_id).delete()
    made = Claim(comment_id=comment_id, by=by, until=now + policy.CLAIM_LIFE)
    # One statement, so that two windows of one moderator do not trip over each other.
    Claim.objects.bulk_create([made], update_conflicts=True, unique_fields=["comment", "by"], update_fields=["until"])
    return made


def release(comment_ids: Collection[int], *, by: User) -> None:
    """`by` has left these comments, or decided on them."""
    Claim.objects.filter(comment__in=comment_ids, by=by).delete()


def others(comment_ids: Collection[int], *, besides: User) -> dict[int, list[str]]:
    """The names of the others who are looking at each of these comments now, first come first; one query."""
    present = Claim.objects.filter(_holds(timezone.now()), comment__in=comment_ids).exclude(by=besides)
    names: dict[int, list[str]] = {}
    for found in present.select_related("by").order_by("pk"):
        names.setdefault(found.comment_id, []).append(found.by.get_full_name() or found.by.get_username())
    return names


def _holds(now: datetime) -> Q:
    """Those that have not ended; an end later than any claim can have is from before the clock was set back."""
    return Q(until__gt=now, until__lte=now + policy.CLAIM_LIFE)

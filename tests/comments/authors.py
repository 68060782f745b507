"""Authors with a confirmed address, and giving them a standing."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from articles.models import Edition
from comments import posting, standing
from comments.models import Comment, Commenter, StandingChange
from comments.states import Standing
from tests import factories


def confirmed(edition: Edition, email: str = "ann@example.org", **draft: Any) -> Comment:
    """A comment with a confirmed address."""
    comment = factories.pending(edition, email=email, **draft)
    posting.confirm_address(comment)
    return comment


def author(edition: Edition, email: str = "ann@example.org", **draft: Any) -> Commenter:
    found = confirmed(edition, email, **draft).commenter
    assert found is not None
    return found


def saw(commenter: Commenter) -> str:
    return standing.seen(StandingChange.objects.filter(commenter=commenter).order_by("pk").last())


def give(
    commenter: Commenter, to: Standing, *, by: User | None = None, until: datetime | None = None, **how: Any
) -> StandingChange:
    if to is Standing.PAUSED and until is None:
        until = timezone.now() + timedelta(days=1)
    values = {"saw": saw(commenter), "reason": "Insulted others, twice.", **how}
    return standing.give(commenter, to=to, by=by or factories.user("moderators"), until=until, **values)

"""Opening and closing the conversation under a story."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import names, permissions
from comments.models import Thread
from newsportal.pages import changed
from newsportal.refusal import NotPermitted


def close(thread: Thread, *, by: User) -> None:
    """Take no more comments; those that are there stay. Closing a closed one changes nothing."""
    _set_closed(thread, by=by, closed=True)


def reopen(thread: Thread, *, by: User) -> None:
    """Take comments again."""
    _set_closed(thread, by=by, closed=False)


@transaction.atomic
def _set_closed(thread: Thread, *, by: User, closed: bool) -> None:
    if not permissions.can_moderate(by):
        raise NotPermitted(_("Only moderators open and close conversations."))
    now = timezone.now() if closed else None
    if Thread.objects.filter(pk=thread.pk, closed_at__isnull=closed).update(closed_at=now):
        changed(names.of_rules(thread.pk))

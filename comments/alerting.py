"""How the desk is told: alarms go by mail, or signed to a webhook; digests go the same way."""

import json
from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from comments.alarms import Kind
from comments.models import Alarm, Alert
from newsportal import outbox, webhook
from newsportal.links import absolute
from newsportal.outbox import OutboxRow


def send_due(now: datetime | None = None, *, most: int = 20) -> int:
    """Send what is due, at most so many; returns how many were sent. Any number of workers may run this at once."""
    rows = Alert.objects.select_related("alarm")
    return outbox.deliver_due(rows, deliver=_deliver, moot=_moot, now=now, most=most)


def deliver(row: OutboxRow, *, words: outbox.Words, told: dict[str, object]) -> None:
    """Send a row to its address as a mail or, if it has none, post `told` to the desk's webhook as JSON.

    Raises if that fails.
    """
    if row.to:
        outbox.mail(row, *words)
    else:
        url, secret = settings.DESK_WEBHOOK_URL, settings.DESK_WEBHOOK_SECRET
        body = json.dumps(told, ensure_ascii=False).encode()
        webhook.post(url, secret=secret, delivery=str(row.uid), body=body)


def unreachable(row: OutboxRow) -> str:
    """Why a row cannot be sent anywhere; empty if it can."""
    return "" if row.to or settings.DESK_WEBHOOK_URL else "there is no webhook any more"


# --- How ------------------------------------------------------------------------------------------------------------


def _moot(alert: Alert) -> str:
    if alert.alarm.over_at:
        return "it was over before it was told"
    return unreachable(alert)


def _deliver(alert: Alert) -> None:
    deliver(alert, words=_words(alert.alarm), told=_told(alert.alarm))


def _words(alarm: Alarm) -> outbox.Words:
    subject = _("Desk: %(what)s") % {"what": alarm.get_kind_display()}
    return subject, [alarm.words, _("The desk:") + f"\n{_link(alarm)}", _("The figures:") + f"\n{_figures()}"]


def _told(alarm: Alarm) -> dict[str, object]:
    return {
        "event": "alarm",
        "kind": alarm.kind,
        "subject": alarm.subject,
        "words": alarm.words,
        "raised_at": alarm.raised_at.astimezone(UTC).isoformat(timespec="seconds"),
        "link": _link(alarm),
    }


def _link(alarm: Alarm) -> str:
    """Where to do something about it: the conversation, which can be closed, the report, or the desk."""
    if alarm.kind == Kind.BUSY:
        return absolute(reverse("admin:comments_thread_change", args=[alarm.subject]))
    view = "?queue=reported" if alarm.kind == Kind.ILLEGAL else ""
    return absolute(reverse("admin:comments_comment_changelist")) + view


def _figures() -> str:
    return absolute(reverse("admin:comments_decision_figures"))

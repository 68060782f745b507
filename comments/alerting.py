"""Alarms on their way to whoever is to be told: by mail, or posted to a webhook and signed."""

import json
from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from comments.alarms import Kind
from comments.models import Alarm, Alert
from newsportal import outbox, webhook
from newsportal.links import absolute


def send_due(now: datetime | None = None, *, most: int = 20) -> int:
    """Send what is due, at most so many; returns how many were sent. Any number of workers may run this at once."""
    rows = Alert.objects.select_related("alarm")
    return outbox.deliver_due(rows, deliver=_deliver, moot=_moot, now=now, most=most)


# --- How ------------------------------------------------------------------------------------------------------------


def _moot(alert: Alert) -> str:
    if alert.alarm.over_at:
        return "it was over before it was told"
    return "" if alert.to or settings.DESK_WEBHOOK_URL else "there is no webhook any more"


def _deliver(alert: Alert) -> None:
    if alert.to:
        outbox.mail(alert, *_words(alert.alarm))
    else:
        url, secret = settings.DESK_WEBHOOK_URL, settings.DESK_WEBHOOK_SECRET
        webhook.post(url, secret=secret, delivery=str(alert.uid), body=_body(alert))


def _words(alarm: Alarm) -> outbox.Words:
    subject = _("Desk: %(what)s") % {"what": alarm.get_kind_display()}
    return subject, [alarm.words, _("The desk:") + f"\n{_link(alarm)}", _("The figures:") + f"\n{_figures()}"]


def _body(alert: Alert) -> bytes:
    alarm = alert.alarm
    told = {
        "event": "alarm",
        "kind": alarm.kind,
        "subject": alarm.subject,
        "words": alarm.words,
        "raised_at": alarm.raised_at.astimezone(UTC).isoformat(timespec="seconds"),
        "link": _link(alarm),
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _link(alarm: Alarm) -> str:
    """Where one does something about it: the conversation, which can be closed, or the desk."""
    if alarm.kind == Kind.BUSY:
        return absolute(reverse("admin:comments_thread_change", args=[alarm.subject]))
    return absolute(reverse("admin:comments_comment_changelist"))


def _figures() -> str:
    return absolute(reverse("admin:comments_decision_figures"))

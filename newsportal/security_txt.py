"""Whom to tell of a vulnerability: `/.well-known/security.txt` (RFC 9116)."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from newsportal.caching import public_page
from newsportal.links import absolute

# The RFC recommends less than a year; a stored copy is valid for half a year.
_GOOD_FOR_DAYS = 180


@require_safe
@public_page
def security_txt(request: HttpRequest) -> HttpResponse:
    """The contact in `SECURITY_CONTACT`. `Expires` moves once a day, so all responses of a day are the same bytes."""
    today = datetime.combine(timezone.now().astimezone(UTC).date(), time(), UTC)
    lines = (
        f"Contact: {_as_uri(settings.SECURITY_CONTACT)}",
        f"Expires: {today + timedelta(days=_GOOD_FOR_DAYS):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {settings.LANGUAGE_CODE}",
        f"Canonical: {absolute(reverse('security_txt'))}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _as_uri(contact: str) -> str:
    """The contact as the RFC wants it: `https://…`, `tel:…`, or a mail address after `mailto:`."""
    return contact if contact.startswith(("https://", "mailto:", "tel:")) else f"mailto:{contact}"

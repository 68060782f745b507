"""Asking what is held about a mail address: the answer is a link, and goes to that address alone."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import networks, policy
from comments.models import AddressRequest, Commenter
from comments.posting import TooFast
from comments.tokens import link_path, request_of_link
from newsportal import outbox
from newsportal.client import Address
from newsportal.links import absolute

_HOUR = timedelta(hours=1)


@transaction.atomic
def ask(email: str, *, address: Address) -> None:
    """Queue the mail with the link to an address, whether it is known or not: nobody learns which.

    Raises TooFast if the network at `address` has asked for as many as the policy allows.
    """
    now = timezone.now()
    network = networks.digest_of(address, now)
    networks.lock(network, now)
    _check_speed(network, now)
    AddressRequest.objects.create(to=email.casefold(), network=network, created_at=now, due_at=now)


def owner_of(token: str) -> Commenter | None:
    """The owner whom a link leads to; None if it has expired or everything was erased. Raises Http404 for no link."""
    asked = request_of_link(token)
    if asked is None or _has_expired(asked, timezone.now()):
        return None
    return Commenter.objects.filter(email=asked.to).first()


def send_due(now: datetime | None = None, *, most: int = 100) -> int:
    """Send the links that are owed to known addresses; returns how many were sent."""
    return outbox.send_due(AddressRequest.objects.all(), words=_words, moot=_moot, now=now, most=most)


# --- How ------------------------------------------------------------------------------------------------------------


def _check_speed(network: str, now: datetime) -> None:
    recent = AddressRequest.objects.filter(network=network, created_at__gt=now - _HOUR).order_by("-created_at")
    times = list(recent.values_list("created_at", flat=True)[: policy.ADDRESS_LINKS_HOURLY])
    if len(times) == policy.ADDRESS_LINKS_HOURLY:
        words = _("Many links have been asked for from your network just now. Ask again in a while.")
        raise TooFast(words, times[-1] + _HOUR - now)


def _has_expired(asked: AddressRequest, now: datetime) -> bool:
    return asked.created_at + policy.ADDRESS_LINK_LIFE <= now


def _moot(asked: AddressRequest) -> str:
    """Why no link is sent; empty if one must be."""
    now = timezone.now()
    if _has_expired(asked, now):
        return "its time was over"
    if not Commenter.objects.filter(email=asked.to).exists():
        return "nobody is known by this address"
    sent = AddressRequest.objects.filter(to=asked.to, sent_at__gt=now - policy.MAILS_WINDOW).count()
    return "the address had its share of links" if sent >= policy.MAILS_TO_ONE_ADDRESS else ""


def _words(asked: AddressRequest) -> outbox.Words:
    hours = policy.ADDRESS_LINK_LIFE.total_seconds() // 3600
    return _("What we hold about your mail address"), [
        _("Somebody, probably you, asked what we hold about this mail address."),
        _("It is all here, to be read, kept, or erased:") + f"\n{absolute(link_path(asked))}",
        _("The link opens for %(hours)d hours, on any device. Give it to nobody.") % {"hours": hours},
        _("If it was not you, do nothing: nobody but you gets this link."),
    ]

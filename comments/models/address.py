"""Requests for the link to what is held about an address."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsportal.outbox import OutboxRow


class AddressRequest(OutboxRow):
    """Somebody asked for the link to what is held about an address; the link works as long as the row exists.

    A row is written for an unknown address, too, so that asking takes as long for every address; whether the address is
    known is looked up by the worker that would send the mail.
    """

    # A keyed hash of the network that asked (`comments.networks`).
    network = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("request for a link")
        verbose_name_plural = _("requests for links")
        ordering = ("due_at", "pk")
        indexes = (
            models.Index(
                "due_at", condition=Q(sent_at__isnull=True, given_up_at__isnull=True), name="address_request_owed"
            ),
            models.Index("network", "created_at", name="address_request_by_network"),
            models.Index("to", "sent_at", name="address_request_by_address"),
        )

    def __str__(self) -> str:
        return self.to

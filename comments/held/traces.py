"""What is held about requests: for the link to all this, and as hashes of networks and browsers."""

from django.utils.translation import gettext_lazy as _

from comments import policy
from comments.held.part import ABOVE, DESK, HASH, INSIDE, OF_NO_ADDRESS, Part, days, with_network
from comments.models import AddressRequest, Network, NetworkRestraint, Recommendation

TRACES: tuple[Part, ...] = (
    Part(
        key="requests",
        model=AddressRequest,
        what=_("Requests for the link to what we hold about your address"),
        why=_("So that the link opens, and nobody can have you flooded with mails."),
        kept=lambda: days(policy.ADDRESS_LINK_LIFE),
        seen_by=_("Nobody."),
        told={"created_at": _("Asked"), "sent_at": _("Sent")},
        kept_back={
            "id": INSIDE,
            "uid": INSIDE,
            "to": ABOVE,
            "due_at": INSIDE,
            "leased_until": INSIDE,
            "attempts": INSIDE,
            "given_up_at": INSIDE,
            "error": INSIDE,
            "network": HASH,
        },
        rows=lambda owner: AddressRequest.objects.filter(to=owner.email),
    ),
    Part(
        key="networks",
        model=Network,
        what=_("The network that you wrote from, as a keyed hash; never the address itself"),
        why=_("To slow down floods, and to take a text that is sent twice for one."),
        kept=with_network,
        seen_by=_("Moderators see that comments came from one network, and not from which."),
        kept_back={
            "digest": OF_NO_ADDRESS,
            "period": INSIDE,
            "chances": "how often somebody there was asked to think words over",
            "chances_since": "since when that is counted",
        },
    ),
    Part(
        key="recommendations",
        model=Recommendation,
        what=_("That somebody recommends a comment, as a keyed hash of network and browser; never either of them"),
        why=_("To count each browser once, and so that you can take it back."),
        kept=lambda: (
            _("For at most %(days)s; then the number alone is left.") % {"days": days(policy.NETWORK_KEY_LIFE)}
        ),
        seen_by=_("Nobody sees who; everybody sees how many."),
        kept_back=dict.fromkeys(
            ("id", "comment", "browser", "network", "at", "counted", "taken_back"),
            "nothing leads from an address to a browser",
        ),
    ),
    Part(
        key="restraints",
        model=NetworkRestraint,
        what=_("That a network was slowed or paused"),
        why=_("To end a flood without shutting anybody out by name."),
        kept=with_network,
        seen_by=DESK,
        kept_back=dict.fromkeys(
            ("id", "network", "from_restraint", "to_restraint", "until", "reason", "by", "at"),
            OF_NO_ADDRESS,
        ),
    ),
)

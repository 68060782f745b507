"""What is said about one kind of row held about a reader; and what several kinds have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles import limits
from comments import policy
from comments.models import Commenter

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise


@dataclass(frozen=True)
class Part:
    """One kind of row.

    `told` are the fields that are disclosed to the address's owner, each with its name on the page; `kept_back` the
    others, each with the reason. `rows` finds the owner's rows; None if nothing leads from an address to such rows.
    """

    key: str
    model: type[Model]
    what: "Words"
    why: "Words"
    kept: "Callable[[], Words]"
    seen_by: "Words"
    told: "Mapping[str, Words]" = field(default_factory=dict)
    kept_back: Mapping[str, str] = field(default_factory=dict)
    rows: Callable[[Commenter], QuerySet[Any]] | None = None


# --- For how long -----------------------------------------------------------------------------------------------------


def days(span: timedelta) -> str:
    """A span in whole days, in words."""
    return ngettext("%(n)s day", "%(n)s days", span.days) % {"n": span.days}


def until_erased() -> "Words":
    """For what nobody else needs."""
    return _("Until you erase it.")


def while_in_use() -> "Words":
    """For addresses."""
    return _(
        "Until you erase it, or nobody has written under it for %(idle)s; where it is not confirmed, for %(typed)s."
    ) % {"idle": days(policy.IDLE_ADDRESS_KEPT), "typed": days(policy.UNCONFIRMED_ADDRESS_KEPT)}


def with_address() -> "Words":
    """For what goes with an address."""
    return _("As long as your address.")


def with_network() -> "Words":
    """For rows with the hash of a network."""
    return _("For at most %(days)s; then the key of the hash is thrown away.") % {
        "days": days(policy.NETWORK_KEY_LIFE * 2)
    }


def until_sent_long_ago() -> "Words":
    """For mails."""
    return days(policy.NOTICES_KEPT)


def until_no_reporter() -> "Words":
    """For reports of comments."""
    return _(
        "Your name, your address and your words for %(days)s after the report was answered, or until you erase them;"
        " when it came, for which reason, and what came of it, for good."
    ) % {"days": days(policy.REPORTERS_KEPT)}


def until_no_address_of_error() -> "Words":
    """For reports of errors."""
    return _(
        "Your address for %(answered)s after our answer, or %(unanswered)s where nobody answered, or until you erase"
        " it; what you found, and our answer, for good."
    ) % {
        "answered": days(timedelta(days=limits.ERROR_ADDRESS_DAYS)),
        "unanswered": days(timedelta(days=limits.ERROR_UNANSWERED_DAYS)),
    }


# --- Why not, and who sees it -----------------------------------------------------------------------------------------

INSIDE = "a number of the database, or what only its workings need"
A_COLLEAGUE = "who of the newsroom it was is theirs; that it was a person is told"
DESK = _("The newsroom's moderators.")
TO_YOU_ALONE = _("Nobody; the mail itself goes to you alone.")
OF_NO_ADDRESS = "nothing leads from an address to a network"
HASH = "a hash that is told to nobody, and means nothing without its key"
ABOVE = "the address itself, which stands above"

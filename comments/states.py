"""The states of a comment, the reasons for decisions, who may take which step, and the standing of authors."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    """The state of a comment's newest revision."""

    PENDING = "pending", _("waiting")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    SPAM = "spam", _("spam")
    RETURNED = "returned", _("returned to its author")
    WITHDRAWN = "withdrawn", _("withdrawn by its author")


class Actor(TextChoices):
    """Who or what decided."""

    MODERATOR = "moderator", _("moderator")
    RULE = "rule", _("rule")
    AUTHOR = "author", _("author")
    CLOCK = "clock", _("clock")


class Reason(TextChoices):
    """Why a comment was rejected. The codes are public: they appear in addresses and figures."""

    OFF_TOPIC = "off_topic", _("off topic")
    OFFENSIVE = "offensive", _("offensive")
    HARASSMENT = "harassment", _("harassment")
    HATE = "hate", _("hate")
    ADVERTISING = "advertising", _("advertising")
    MISINFORMATION = "misinformation", _("misinformation")
    PERSONAL_DATA = "personal_data", _("personal data")
    ILLEGAL = "illegal", _("illegal")
    OTHER = "other", _("other")


class RuleAction(TextChoices):
    """What one of the newsroom's rules does with a comment that it catches."""

    HOLD = "hold", _("hold for a person")
    REJECT = "reject", _("reject, with a reason")


class RuleState(TextChoices):
    """Whether it does so. A rule begins by only logging: the ledger says what it would have done."""

    LOGGING = "logging", _("only logs")
    ACTING = "acting", _("acts")
    OFF = "off", _("off")


_DECIDED = {Status.APPROVED, Status.REJECTED, Status.SPAM, Status.RETURNED}
_OPEN_TO_AUTHOR = (Status.PENDING, Status.APPROVED, Status.RETURNED)

# Who may move a comment from where to where. An author's step to PENDING is an edit, and from REJECTED an objection; a
# rule's step from PENDING to PENDING is a second look after an address was confirmed. A rule rejects only if the
# newsroom wrote that rule, with the rule's reason, and never unseen: the ledger says what was found, and the author and
# the desk can read it. Undo walks a decision backwards and is not in this table.
ALLOWED: dict[Actor, dict[Status, frozenset[Status]]] = {
    Actor.MODERATOR: {
        Status.PENDING: frozenset(_DECIDED),
        **{status: frozenset(_DECIDED - {status}) for status in _DECIDED},
    },
    Actor.RULE: {Status.PENDING: frozenset({Status.PENDING, Status.APPROVED, Status.REJECTED})},
    Actor.AUTHOR: {
        **{status: frozenset({Status.PENDING, Status.WITHDRAWN}) for status in _OPEN_TO_AUTHOR},
        Status.REJECTED: frozenset({Status.PENDING}),
    },
    Actor.CLOCK: {Status.RETURNED: frozenset({Status.REJECTED})},
}


def is_allowed(actor: Actor, before: Status, after: Status) -> bool:
    """Whether this actor may take this step."""
    return after in ALLOWED[actor].get(before, frozenset())


class Standing(TextChoices):
    """How a confirmed address stands: decisions earn the first two, and may earn trust; the others are given."""

    NEW = "new", _("new")
    KNOWN = "known", _("known")
    TRUSTED = "trusted", _("trusted")
    HELD = "held", _("always held")
    PAUSED = "paused", _("paused")
    BARRED = "barred", _("barred")


# What a moderator may give.
GIVEN_STANDINGS = (Standing.TRUSTED, Standing.HELD, Standing.PAUSED, Standing.BARRED)
# Those who may not write.
SHUT_OUT = frozenset({Standing.PAUSED, Standing.BARRED})


class Restraint(TextChoices):
    """What may be done about a network. It is never barred: a school is one network."""

    SLOWED = "slowed", _("slowed")
    PAUSED = "paused", _("paused")


class Topic(TextChoices):
    """What readers with a confirmed address are told by mail."""

    PUBLISHED = "published", _("Comments of yours that are published")
    REASONS = "reasons", _("Comments of yours that are not published or are to be changed, and how you stand")
    ANSWERS = "answers", _("Answers to your comments")
    FEATURED = "featured", _("Comments of yours that are featured")


class Pace(TextChoices):
    """How soon they are told."""

    NOW = "now", _("at once")
    DAILY = "daily", _("once a day")
    OFF = "off", _("not at all")

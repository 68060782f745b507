"""The states of an article, the kinds of an edition, and which step is allowed from where."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    """How far the desk is. Whether a story is live, scheduled or withdrawn follows from its editions, never stored."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    READY = "ready", _("ready")


class Kind(TextChoices):
    """What kind of change an edition makes to the one before it."""

    FIRST = "first", _("first edition")
    TYPO = "typo", _("typo")
    UPDATE = "update", _("update")
    CLARIFICATION = "clarification", _("clarification")
    CORRECTION = "correction", _("correction")


class KindOfWork(TextChoices):
    """What kind of text a story is: news, opinion and so on."""

    NEWS = "news", _("News")
    ANALYSIS = "analysis", _("Analysis")
    OPINION = "opinion", _("Opinion")
    ADVERTISEMENT = "advertisement", _("Advertisement")


class ErrorOutcome(TextChoices):
    """What came of an error that a reader reported."""

    CORRECTED = "corrected", _("corrected")
    NO_ERROR = "no_error", _("no error")


class House(TextChoices):
    """The pages about the paper that every paper has: the last part of each one's address, and what it is called."""

    ABOUT = "about", _("About us")
    CONTACT = "contact", _("Contact")
    ETHICS = "ethics", _("How we work")
    CORRECTIONS = "corrections-policy", _("How we correct")
    OWNERSHIP = "ownership", _("Who owns this paper")
    GUIDELINES = "guidelines", _("Community guidelines")
    PRIVACY = "privacy", _("Privacy")
    IMPRINT = "imprint", _("Imprint")


class Act(TextChoices):
    """What was done to a story; one row of its log each."""

    CREATED = "created", _("created")
    EDITED = "edited", _("edited")
    SUBMITTED = "submitted", _("submitted for review")
    SENT_BACK = "sent_back", _("sent back")
    ACCEPTED = "accepted", _("accepted")
    PUBLISHED = "published", _("published")
    SCHEDULED = "scheduled", _("scheduled")
    CANCELLED = "cancelled", _("cancelled")
    WITHDRAWN = "withdrawn", _("withdrawn")
    RESTORED = "restored", _("taken back into the working copy")
    BLANKED = "blanked", _("words removed")
    HANDED_OVER = "handed_over", _("handed over")


# From which states each act may start. Whoever may publish may also accept, so publishing starts anywhere.
ALLOWED: dict[Act, frozenset[Status]] = {
    Act.SUBMITTED: frozenset({Status.DRAFT}),
    Act.SENT_BACK: frozenset({Status.IN_REVIEW, Status.READY}),
    Act.ACCEPTED: frozenset({Status.DRAFT, Status.IN_REVIEW}),
    Act.PUBLISHED: frozenset(Status),
}

# The portal makes these pages itself, below any words of the newsroom's own. They are always there.
HOUSE_WORDS = frozenset({House.GUIDELINES, House.PRIVACY})

# The acts that say whose turn it is: the last of them was the story's last step.
STEPS = frozenset({Act.SUBMITTED, Act.SENT_BACK, Act.ACCEPTED, Act.PUBLISHED, Act.SCHEDULED})

# The kinds that readers are told of; the note of a first edition or a mended typo is for the desk's log alone.
TOLD_KINDS = frozenset({Kind.UPDATE, Kind.CLARIFICATION, Kind.CORRECTION})
# A change that alters what a reader may have believed is explained in public.
KINDS_WITH_NOTE = frozenset({Kind.CLARIFICATION, Kind.CORRECTION})

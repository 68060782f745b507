"""A comment: its status, what became of it, and the lists that it is in."""

import secrets
import string
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from comments.models.commenter import Commenter
from comments.models.thread import Thread
from comments.policy import NAME_CODE_POINTS, RISK_IS_WORTH
from comments.querysets import CommentQuerySet
from comments.states import Status
from comments.text import initial

_ALPHABET = string.ascii_lowercase + string.digits
# 36^12 is 2^62: too many to try, and short enough to read out.
PUBLIC_ID_LENGTH = 12


def new_public_id() -> str:
    """A random name for a comment; it does not reveal how many there are."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(PUBLIC_ID_LENGTH))


class Comment(models.Model):
    """One contribution. `status` is that of the newest revision; readers see `public_revision`, or nothing.

    `comments.moderation` alone writes `status`, `public_revision`, the counts, which case of reports is open, and what
    featuring and returning set.
    """

    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, unique=True, default=new_public_id, editable=False)
    # No indexes of their own for these four: the indexes of the lists below begin with them, and no query asks by
    # parent.
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="comments", db_index=False)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children", db_index=False)
    # The top-level comment it hangs under, whatever the depth; NULL for the top-level comments themselves.
    root = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="descendants", db_index=False)
    name = models.CharField(_("name"), max_length=NAME_CODE_POINTS)
    # As typed. It counts for nothing until the link mailed for this comment is confirmed; then `commenter` is set.
    email = models.EmailField(_("address as given"), blank=True)
    commenter = models.ForeignKey(
        Commenter, on_delete=models.PROTECT, null=True, related_name="comments", db_index=False
    )
    posted_at = models.DateTimeField(_("posted"))
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.PENDING)
    revision_number = models.PositiveIntegerField(_("newest revision"), default=1)
    public_revision = models.OneToOneField(
        "Revision", on_delete=models.PROTECT, null=True, related_name="shown_by", verbose_name=_("what readers see")
    )
    # Public answers below a top-level comment, at any depth.
    answer_count = models.PositiveIntegerField(_("public answers"), default=0)
    # How many readers recommend it, as pages show it and sort by it; `comments.recommending` alone writes it.
    recommendations = models.PositiveIntegerField(_("recommendations"), default=0, db_default=0)
    # Set as long as readers see the words that the newsroom chose to feature.
    featured_at = models.DateTimeField(_("featured"), null=True)
    # Who returned it to its author: it comes back to the top of their queue, until somebody decides on it again.
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="returned_comments",
        verbose_name=_("returned by"),
        db_index=False,
    )
    # Until when a returned comment may be changed, as its author was told; after that the clock rejects it.
    closes_at = models.DateTimeField(_("closes"), null=True)
    # Its author's objection to a decision on the newest text; an edit ends it. It is open while the comment is waiting.
    objection = models.ForeignKey(
        "Objection",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("objection"),
        db_index=False,
    )
    # An answer that the newsroom wrote at the desk; only the ledger says who wrote it.
    is_from_newsroom = models.BooleanField(_("from the newsroom"), default=False)
    # Set when its author had it erased: name, address and every word are gone; its place and the ledger stay.
    erased_at = models.DateTimeField(_("erased"), null=True)
    # What the rules found in the newest text, in points of `policy.RISK`.
    risk = models.PositiveSmallIntegerField(_("risk"), default=0)
    # Its place in the queue: since when it has been waiting, made earlier by its risk. Empty if it is not waiting.
    queued_at = models.DateTimeField(_("place in the queue"), null=True)

    # The reports of it that nobody has answered yet. No query asks by it.
    report_case = models.ForeignKey(
        "ReportCase",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("open case of reports"),
        db_index=False,
    )
    # How many reports that case has: compared with what a page showed, so that each is read before it is answered.
    report_count = models.PositiveIntegerField(_("open reports"), default=0, db_default=0)
    # Its place in the queue of reports: since when, made earlier by the weight of the reports.
    reported_at = models.DateTimeField(_("place among what was reported"), null=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("posted_at", "public_id")
        permissions = (
            ("moderate_comment", _("Can decide on comments")),
            ("backdate_comment", _("Can date comments back")),
        )
        constraints = (
            models.CheckConstraint(condition=Q(status__in=Status.values), name="comment_status_known"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, root__isnull=True) | Q(parent__isnull=False, root__isnull=False),
                name="comment_root_with_parent",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="comment_does_not_answer_itself"),
            models.CheckConstraint(
                condition=~Q(status=Status.APPROVED) | Q(public_revision__isnull=False),
                name="approved_comment_is_public",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.REJECTED, Status.SPAM, Status.WITHDRAWN, Status.RETURNED])
                | Q(public_revision__isnull=True),
                name="removed_comment_is_not_public",
            ),
            models.CheckConstraint(
                condition=Q(featured_at__isnull=True) | Q(public_revision__isnull=False),
                name="featured_comment_is_public",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.RETURNED) | Q(closes_at__isnull=True), name="only_returned_comments_close"
            ),
            models.CheckConstraint(
                condition=Q(status=Status.PENDING, queued_at__isnull=False)
                | ~Q(status=Status.PENDING) & Q(queued_at__isnull=True),
                name="waiting_comment_has_a_place",
            ),
            models.CheckConstraint(
                condition=Q(report_case__isnull=True, reported_at__isnull=True)
                | Q(
                    report_case__isnull=False,
                    reported_at__isnull=False,
                    status__in=[Status.PENDING, Status.APPROVED],
                ),
                name="reported_comment_has_a_place",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(status=Status.WITHDRAWN, name="", email="", commenter__isnull=True),
                name="erased_comment_is_nobodys",
            ),
        )
        # A waiting comment is in the desk's index alone; readers' lists hold only what readers see.
        indexes = (
            # The feed of a conversation, and a short conversation that is read whole: answers and top-level comments
            # alike.
            models.Index(
                "thread",
                "posted_at",
                "public_id",
                condition=Q(public_revision__isnull=False) | Q(answer_count__gt=0),
                name="comment_of_thread",
            ),
            # A page of a conversation in both orders, and the place of a permalink. After the one above, because of two
            # indexes that fit SQLite takes the one that was created last.
            models.Index(
                "thread",
                "posted_at",
                "public_id",
                condition=Q(root__isnull=True) & (Q(public_revision__isnull=False) | Q(answer_count__gt=0)),
                name="comment_standing",
            ),
            # The same by recommendations.
            models.Index(
                "thread",
                "recommendations",
                "posted_at",
                "public_id",
                condition=Q(root__isnull=True) & (Q(public_revision__isnull=False) | Q(answer_count__gt=0)),
                name="comment_recommended",
            ),
            # What the newsroom features in a conversation, at any depth.
            models.Index(
                "thread", "posted_at", "public_id", condition=Q(featured_at__isnull=False), name="comment_featured"
            ),
            # The answers of a comment, below it and on their own page.
            models.Index(
                "root",
                "posted_at",
                "public_id",
                condition=Q(root__isnull=False, public_revision__isnull=False),
                name="comment_public_answers",
            ),
            # The queues of the desk by age.
            models.Index("status", "posted_at", "public_id", name="comment_desk"),
            # Whose queue a changed comment comes back to, and whether an account can be deleted.
            models.Index("returned_by", condition=Q(returned_by__isnull=False), name="comment_returned_by"),
            # What the clock closes.
            models.Index("closes_at", condition=Q(closes_at__isnull=False), name="comment_closes"),
            # What is waiting, in the order of the queue; also for one story.
            models.Index("queued_at", "id", condition=Q(queued_at__isnull=False), name="comment_queue"),
            models.Index(
                "thread", "queued_at", "id", condition=Q(queued_at__isnull=False), name="comment_queue_of_story"
            ),
            # What was reported, in the order in which it should be read.
            models.Index("reported_at", "id", condition=Q(reported_at__isnull=False), name="comment_reported"),
            # What its author has changed since it was returned.
            models.Index(
                "queued_at",
                "id",
                condition=Q(queued_at__isnull=False, returned_by__isnull=False),
                name="comment_came_back",
            ),
            # What its author has objected to.
            models.Index(
                "queued_at",
                "id",
                condition=Q(queued_at__isnull=False, objection__isnull=False),
                name="comment_objected",
            ),
            # What was decided in the conversation of one story.
            models.Index(
                "thread",
                "status",
                "posted_at",
                "public_id",
                condition=Q(queued_at__isnull=True),
                name="comment_decided",
            ),
            # Addresses that were typed and never confirmed, until they are deleted.
            models.Index(
                "posted_at",
                condition=Q(email__gt="", commenter__isnull=True),
                name="comment_with_unconfirmed",
            ),
            # The record of a confirmed address, for triage, and its newest comments, for the desk's cards.
            models.Index(
                "commenter", "posted_at", "status", condition=Q(commenter__isnull=False), name="comment_of_address"
            ),
        )

    def __str__(self) -> str:
        return f"{self.shown_name}, {self.public_id}"

    def get_absolute_url(self) -> str:
        """The permalink."""
        return reverse("comments:permalink", args=[self.public_id])

    @property
    def is_public(self) -> bool:
        """Whether readers see its words."""
        return self.public_revision_id is not None

    @property
    def is_returned(self) -> bool:
        """Whether a moderator waits for its author to change it; the author may do so whatever has been closed."""
        return self.status == Status.RETURNED

    @property
    def is_objected(self) -> bool:
        """Whether its author has objected to a decision and nobody has answered yet."""
        return self.objection_id is not None and self.status == Status.PENDING

    @property
    def is_erased(self) -> bool:
        """Whether nothing is left of it but its place."""
        return self.erased_at is not None

    @property
    def shown_name(self) -> str:
        """What the desk calls it: its author's name, or what became of it."""
        return self.name or str(_("(erased)"))

    @property
    def initial(self) -> str:
        """The letter on the disc beside it."""
        return initial(self.name)

    @property
    def waiting_since(self) -> datetime | None:
        """Since when its newest text has been waiting for a decision; None if it is not waiting."""
        return self.queued_at and self.queued_at + self.risk * RISK_IS_WORTH

    @property
    def seen(self) -> str:
        """Status and revision as one word, for compare-and-set: what a page showed when its author acted."""
        return f"{self.status}.{self.revision_number}"

    @property
    def seen_at_desk(self) -> str:
        """The same for moderators: with the open case of reports that the page showed, and how many reports it has."""
        return f"{self.seen}.{self.report_case_id}.{self.report_count}" if self.report_case_id else self.seen

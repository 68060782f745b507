"""What is held about authors: the address, the comments and their texts, and what was decided about them."""

from django.utils.translation import gettext_lazy as _

from comments.held.part import A_COLLEAGUE, DESK, HASH, INSIDE, Part, until_erased, while_in_use
from comments.models import Comment, Commenter, Decision, DecisionWords, Revision

WRITING: tuple[Part, ...] = (
    Part(
        key="address",
        model=Commenter,
        what=_("Your mail address"),
        why=_("So that we can tell you what was decided about your comments, and know which comments are yours."),
        kept=while_in_use,
        seen_by=DESK,
        told={"email": _("Address"), "confirmed_at": _("Confirmed")},
        kept_back={"id": INSIDE},
        rows=lambda owner: Commenter.objects.filter(pk=owner.pk),
    ),
    Part(
        key="comments",
        model=Comment,
        what=_("Your comments"),
        why=_("So that they can be read and decided on."),
        kept=until_erased,
        seen_by=_("Everybody, once a comment is approved: its name, text and time. Moderators see all of it."),
        told={
            "public_id": _("Comment"),
            "thread": _("Story"),
            "parent": _("In answer to"),
            "name": _("Name"),
            "email": _("Address as you gave it"),
            "posted_at": _("Written"),
            "status": _("Status"),
            "revision_number": _("Newest text"),
            "public_revision": _("Text that readers see"),
            "featured_at": _("Featured"),
            "closes_at": _("Can be changed until"),
            "recommendations": _("Recommended"),
        },
        kept_back={
            "id": INSIDE,
            "root": INSIDE,
            "commenter": INSIDE,
            "queued_at": INSIDE,
            "risk": "a place in the desk's queue, reckoned from what the rules found",
            "answer_count": "others' answers are others'",
            "objection": "objections stand below",
            "report_case": "that others report it is told with what is decided of it",
            "report_count": "that others report it is told with what is decided of it",
            "reported_at": "a place among what was reported",
            "returned_by": A_COLLEAGUE,
            "is_from_newsroom": "never of a reader's",
            "erased_at": "what is erased is nobody's any more",
        },
        rows=lambda owner: Comment.objects.filter(commenter=owner).select_related(
            "thread", "parent", "public_revision"
        ),
    ),
    Part(
        key="texts",
        model=Revision,
        what=_("Every text of your comments"),
        why=_("A moderator sees what you changed, and a decision names the text that it was made on."),
        kept=until_erased,
        seen_by=_("Everybody sees the one that is approved; moderators see all of them."),
        told={
            "comment": _("Comment"),
            "number": _("Text"),
            "body": _("Words"),
            "edition": _("Edition of the story that you read"),
            "created_at": _("Written"),
        },
        kept_back={
            "id": INSIDE,
            "fingerprint": "a sum of the words, by which the same text is recognised",
            "network": HASH,
        },
        rows=lambda owner: Revision.objects.filter(comment__commenter=owner).select_related("comment", "edition"),
    ),
    Part(
        key="decisions",
        model=Decision,
        what=_("What was decided about your comments"),
        why=_("So that each decision can be explained, taken back, and counted."),
        kept=lambda: _("For good. After an erasure it says nothing any more of whose comment it was."),
        seen_by=DESK,
        told={
            "comment": _("Comment"),
            "revision": _("Text"),
            "from_status": _("From"),
            "to_status": _("To"),
            "actor": _("Decided by"),
            "reason": _("Reason"),
            "public_revision": _("Text that readers saw then"),
            "featured": _("Featured"),
            "at": _("When"),
        },
        kept_back={
            "id": INSIDE,
            "by": A_COLLEAGUE,
            "batch": INSIDE,
            "undoes": INSIDE,
            "overrides": A_COLLEAGUE,
            "objection": "objections stand below",
            "report_case": "that others had reported it is told with the decision, and who did is theirs",
            "findings": "which words and limits the rules go by is not told to who might get round them; that a rule"
            " had a part is told with the decision",
        },
        rows=lambda owner: Decision.objects.filter(comment__commenter=owner).select_related(
            "comment", "revision", "public_revision"
        ),
    ),
    Part(
        key="explanations",
        model=DecisionWords,
        what=_("What moderators wrote to you about your comments"),
        why=_("So that you know why."),
        kept=until_erased,
        seen_by=DESK,
        told={"decision": _("Comment"), "explanation": _("Explanation"), "passage": _("Passage that is meant")},
        kept_back={"to_colleagues": "what a moderator says to another one of their work"},
        rows=lambda owner: DecisionWords.objects.filter(decision__comment__commenter=owner).select_related(
            "decision__comment"
        ),
    ),
)

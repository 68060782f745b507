"""What an author reads about their own comment."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.models import Edition
from comments import facts, moderation, permissions, policy, promising, standing_words
from comments.advising import Advice
from comments.forms import ConfirmForm, EditForm, ObjectionForm, WithdrawForm
from comments.models import Comment, Commenter, Decision
from comments.own_history import history
from comments.passages import marked
from comments.statements import Statement, current
from comments.states import Status
from comments.text import to_html
from comments.tokens import erasure_path, own_path
from newsportal.links import absolute


@dataclass(frozen=True)
class CameBack:
    """Forms that were sent and refused: what was typed must not be lost."""

    edit: EditForm | None = None
    # What its author may mend before the edit is sent again.
    advice: Advice | None = None
    objection: ObjectionForm | None = None


def own_page_context(comment: Comment, typed: CameBack) -> dict[str, object]:
    """What `comments/my_comment.html` needs."""
    ledger = list(comment.decisions.select_related("words").order_by("pk"))
    revision = comment.revisions.select_related("edition").get(number=comment.revision_number)
    said = current(comment) if comment.status in {Status.REJECTED, Status.RETURNED} else None
    live = Edition.objects.live().filter(article_id=comment.thread_id).first()
    status = Status(comment.status)
    saw = {"saw": comment.seen}
    is_read = bool(comment.is_public and live)
    # For a confirmed address only: whoever types one must not learn its standing.
    standing = _standing(comment.commenter, comment) if comment.commenter else None
    return {
        "edition": live,
        "headline": live.headline if live else (revision.edition.headline if revision.edition else ""),
        "comment": comment,
        "permalink": comment.get_absolute_url() if is_read else "",
        "answers_feed_url": reverse("comments:answers_feed", args=[comment.public_id]) if is_read else "",
        "revision": {"html": _html(revision.body, said), "created_at": revision.created_at, "number": revision.number},
        "status": status,
        "heading": _heading(comment, status, revision.number),
        "explanation": _sentences(comment, status),
        "statement": said,
        "form_url": _form_url(comment),
        "keep_link": not comment.email and status is not Status.WITHDRAWN,
        "address_state": _address_state(comment),
        "own_url": absolute(own_path(comment)),
        "standing": standing,
        "history": history(comment, ledger),
        "objected": comment.objection,
        "objection_form": _objection_form(comment, ledger, typed.objection),
        "edit_form": _edit_form(comment, revision.body, typed.edit, shut_out=bool(standing and standing.shuts_out)),
        "advice": typed.advice,
        "edit_hint": _edit_hint(comment),
        "kept_days": EditForm.kept_days,
        "withdraw_form": WithdrawForm(initial=saw) if permissions.can_withdraw(comment) else None,
        "erasure_url": erasure_path(comment),
    }


def address_page_context(comment: Comment, state: str) -> dict[str, object]:
    """What `comments/my_address.html` needs.

    Its link is mailed to the address alone, so whoever opens it owns the address, and is told its standing even before
    they confirm it for this comment.
    """
    owner = Commenter.objects.filter(email=comment.email.casefold()).first()
    return {
        "state": state,
        "form": ConfirmForm(),
        "own_url": own_path(comment),
        "standing": _standing(owner, comment) if owner else None,
    }


def _standing(author: Commenter, comment: Comment) -> standing_words.Told:
    given = facts.standing_given(author, timezone.now())
    if given:
        return standing_words.told(given, comment)
    approved, _rejected = facts.record_of(author)
    return standing_words.told_earned(facts.standing_earned(approved))


def _edit_form(comment: Comment, body: str, bound: EditForm | None, *, shut_out: bool) -> EditForm | None:
    """The form with errors if there is one, even if editing is over: what was typed must not be lost."""
    if bound is not None:
        # The page shows the present state of the comment, so what is sent from it next has seen that.
        bound.data = {**bound.data, "body": bound.data.get("body", ""), "saw": comment.seen}
        return bound
    if not permissions.can_edit(comment) or (shut_out and not comment.is_returned):
        return None
    return EditForm(initial={"saw": comment.seen, "body": body})


def _objection_form(comment: Comment, ledger: Sequence[Decision], bound: ObjectionForm | None) -> ObjectionForm | None:
    """The form that came back, even if there is nothing to object to any more; else an empty one while there is."""
    saw = moderation.seen_of(comment, ledger)
    if bound is not None:
        bound.data = {**bound.data, "words": bound.data.get("words", ""), "saw": saw}
        return bound
    decision = moderation.open_to_objection(comment, ledger)
    if decision is None or timezone.now() - decision.at > policy.OBJECTION_WINDOW:
        return None
    return ObjectionForm(initial={"saw": saw})


def _form_url(comment: Comment) -> str:
    """The address of the form in which it was written; the browser keeps what was typed there under this name."""
    path = reverse("comments:new", args=[comment.thread_id])
    return f"{path}#{comment.parent.public_id}" if comment.parent else path


def _edit_hint(comment: Comment) -> str:
    """What becomes of the words that readers see when there are new ones."""
    if not comment.is_public:
        return ""
    if policy.EDIT_KEEPS_PUBLIC_TEXT:
        return _("The words that readers see stay up until a moderator has decided on the new ones.")
    return _("Nobody can read your comment until a moderator has decided on the new words.")


def _heading(comment: Comment, status: Status, revision_number: int) -> str:
    if comment.is_objected:
        return _("Thank you. Somebody else reads your comment again.")
    if status is Status.PENDING and revision_number > 1:
        return _("Thank you. Your changed comment waits for a moderator.")
    return {
        Status.PENDING: _("Thank you. Your comment waits for a moderator."),
        Status.APPROVED: _("Your comment is published."),
        Status.REJECTED: _("Your comment was not published."),
        Status.SPAM: _("Your comment was not published."),
        Status.RETURNED: _("A moderator asks you to change your comment."),
        Status.WITHDRAWN: _("You have withdrawn your comment."),
    }[status]


def _sentences(comment: Comment, status: Status) -> list[str]:
    if comment.is_objected:
        return [
            _("You objected to the decision, so a moderator who did not decide reads your comment and your words."),
            _("This page says what was decided, whenever you open it."),
        ]
    if status is Status.PENDING:
        waiting = _(
            "A person reads every comment before it appears. "
            "The comment's own page says what was decided, whenever you open it."
        )
        said = [waiting, *promising.sentences()]
        return [*said, _("Until then your earlier words stay up.")] if comment.is_public else said
    if status is Status.RETURNED:
        return [_("Change it below and send it again.")]
    if status is Status.SPAM:
        return [_("It was taken for advertising. If that is wrong, write a new one in other words.")]
    return []


def _html(body: str, said: Statement | None) -> SafeString:
    """The text, with the passage marked that a moderator asks to change."""
    return marked(body, said.passage) if said and said.passage else to_html(body)


def _address_state(comment: Comment) -> str:
    if not comment.email:
        return ""
    return "confirmed" if comment.commenter_id else "unconfirmed"

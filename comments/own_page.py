"""What an author reads about their own comment."""

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.models import Edition
from comments import facts, permissions, standing_words
from comments.forms import ConfirmForm, EditForm, WithdrawForm
from comments.models import Comment, Commenter
from comments.passages import marked
from comments.statements import Statement, current
from comments.states import Status
from comments.text import to_html
from comments.tokens import erasure_path, own_path
from newsportal.links import absolute


def own_page_context(comment: Comment, edit_form: EditForm | None) -> dict[str, object]:
    """What `comments/my_comment.html` needs. `edit_form` is one that came back with errors."""
    revision = comment.revisions.select_related("edition").get(number=comment.revision_number)
    said = current(comment) if comment.status in {Status.REJECTED, Status.RETURNED} else None
    live = Edition.objects.live().filter(article_id=comment.thread_id).first()
    status = Status(comment.status)
    saw = {"saw": comment.seen}
    # Of a confirmed address alone: whoever types one must not learn how it stands.
    standing = _standing(comment.commenter, comment) if comment.commenter else None
    return {
        "edition": live,
        "headline": live.headline if live else (revision.edition.headline if revision.edition else ""),
        "comment": comment,
        "permalink": comment.get_absolute_url() if comment.is_public and live else "",
        "revision": {"html": _html(revision.body, said), "created_at": revision.created_at, "number": revision.number},
        "status": status,
        "heading": _heading(status, revision.number),
        "explanation": _sentences(comment, status),
        "statement": said,
        "keep_link": not comment.email and status is not Status.WITHDRAWN,
        "address_state": _address_state(comment),
        "own_url": absolute(own_path(comment)),
        "standing": standing,
        "edit_form": _edit_form(comment, revision.body, edit_form, shut_out=bool(standing and standing.shuts_out)),
        "withdraw_form": WithdrawForm(initial=saw) if permissions.can_withdraw(comment) else None,
        "erasure_url": erasure_path(comment),
    }


def address_page_context(comment: Comment, state: str) -> dict[str, object]:
    """What `comments/my_address.html` needs. Its link is mailed to the address alone, so whoever opens it owns that,
    and is told how it stands before they confirm it for this comment, too.
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
    """The form with errors if there is one, even where editing is over: what was typed must not be lost."""
    if bound is not None:
        # The page says how the comment stands now, so what is sent from it next has seen that.
        bound.data = {**bound.data, "body": bound.data.get("body", ""), "saw": comment.seen}
        return bound
    if not permissions.can_edit(comment) or (shut_out and not comment.is_returned):
        return None
    return EditForm(initial={"saw": comment.seen, "body": body})


def _heading(status: Status, revision_number: int) -> str:
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
    if status is Status.PENDING:
        waiting = _(
            "A person reads every comment before it appears. This page says what was decided, whenever you open it."
        )
        return [waiting, _("Until then your earlier words stay up.")] if comment.is_public else [waiting]
    if status is Status.RETURNED:
        return [_("Change it below and send it again.")]
    if status is Status.SPAM:
        return [_("It was taken for advertising. If that is wrong, write a new one in other words.")]
    return []


def _html(body: str, said: Statement | None) -> SafeString:
    """The text, and in it the passage that a moderator asks to change."""
    return marked(body, said.passage) if said and said.passage else to_html(body)


def _address_state(comment: Comment) -> str:
    if not comment.email:
        return ""
    return "confirmed" if comment.commenter_id else "unconfirmed"

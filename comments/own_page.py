"""What an author reads about their own comment."""

from django.utils.translation import gettext as _

from articles.models import Edition
from comments import permissions, policy
from comments.forms import EditForm, WithdrawForm
from comments.models import Comment, Decision
from comments.states import Actor, Reason, Status
from comments.text import to_html
from comments.tokens import own_path
from newsportal.links import absolute


def own_page_context(comment: Comment, edit_form: EditForm | None) -> dict[str, object]:
    """What `comments/my_comment.html` needs. `edit_form` is one that came back with errors."""
    revision = comment.revisions.select_related("edition").get(number=comment.revision_number)
    decision = comment.decisions.order_by("pk").last()
    live = Edition.objects.live().filter(article_id=comment.thread_id).first()
    status = Status(comment.status)
    saw = {"saw": comment.seen}
    return {
        "edition": live,
        "headline": live.headline if live else (revision.edition.headline if revision.edition else ""),
        "comment": comment,
        "permalink": comment.get_absolute_url() if comment.is_public and live else "",
        "revision": {"html": to_html(revision.body), "created_at": revision.created_at, "number": revision.number},
        "status": status,
        "heading": _heading(status, revision.number),
        "explanation": [*_sentences(comment, status), *_automated(decision, status)],
        "reason_label": Reason(decision.reason).label if decision and decision.reason else "",
        "reason_code": decision.reason if decision else "",
        "reason_words": _words(decision, status),
        "keep_link": not comment.email and status is not Status.WITHDRAWN,
        "address_state": _address_state(comment),
        "own_url": absolute(own_path(comment)),
        "edit_form": _edit_form(comment, revision.body, edit_form),
        "withdraw_form": WithdrawForm(initial=saw) if permissions.can_withdraw(comment) else None,
    }


def _edit_form(comment: Comment, body: str, bound: EditForm | None) -> EditForm | None:
    """The form with errors if there is one, even where editing is over: what was typed must not be lost."""
    if bound is not None:
        # The page says how the comment stands now, so what is sent from it next has seen that.
        bound.data = {**bound.data, "body": bound.data.get("body", ""), "saw": comment.seen}
        return bound
    if not permissions.can_edit(comment):
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


def _automated(decision: Decision | None, status: Status) -> list[str]:
    """That no person decided, and what can be done about it."""
    if decision is None or decision.actor != Actor.RULE or status is not Status.REJECTED:
        return []
    return [str(policy.AUTOMATED), str(policy.OBJECT)]


def _words(decision: Decision | None, status: Status) -> str:
    """The moderator's own words; spam gets none, for it would only be told how to get better at it."""
    shown = decision is not None and decision.actor == Actor.MODERATOR and status in {Status.REJECTED, Status.RETURNED}
    return decision.explanation if decision and shown else ""


def _address_state(comment: Comment) -> str:
    if not comment.email:
        return ""
    return "confirmed" if comment.commenter_id else "unconfirmed"

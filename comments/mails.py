"""What the mails to readers say: subject and paragraphs, as plain text. Readers' words in them are quoted."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import report_words, standing_words
from comments.models import Comment, Notice, Report
from comments.statements import headline_of, statement
from comments.subscribing import CONVERSATION, DAILY, EVERYTHING
from comments.text import quoted, unlinked
from comments.tokens import address_path, own_path, subscriptions_path, unsubscribe_path
from newsportal.links import absolute
from newsportal.outbox import Words

_HEADLINE_IN_SUBJECT = 80
_ALIKE = gettext_lazy("No more mails like this one:")
_DAILY = gettext_lazy("No more daily mails:")


def words(notice: Notice) -> Words:
    """Subject and paragraphs of a message."""
    if notice.report:
        return _of_report(notice, notice.report)
    if notice.standing_change:
        return standing_words.mail(notice.standing_change, notice.comment)
    if notice.decision is None:
        return _confirmation(notice.comment)
    if notice.answer:
        return _answer(notice.answer, notice.comment)
    if notice.kind == Notice.Kind.FEATURED:
        return _featured(notice.comment)
    said = statement(notice.decision)
    own = _("Your comment, and what you can do about it:") + f"\n{absolute(own_path(notice.comment))}"
    return _short(said.subject, notice.comment), [*said.paragraphs(), own]


def how_to_stop(comment: Comment, scope: str) -> str:
    """The paragraph with the links that end the mails, for readers who do not use their mail program's own button."""
    ways = {
        scope: _DAILY if scope == DAILY else _ALIKE,
        CONVERSATION: gettext_lazy("No more mails about your comments on this story:"),
        EVERYTHING: gettext_lazy("No more mails about your comments at all:"),
    }
    if scope == DAILY:
        del ways[CONVERSATION]
    said = [f"{words}\n{absolute(unsubscribe_path(comment, each))}" for each, words in ways.items()]
    chosen = _("Choose what we write to you, and when:") + f"\n{absolute(subscriptions_path(comment))}"
    return "\n".join([_("You confirmed this address under a comment, so we write to it."), *said, chosen])


def headers(comment: Comment, scope: str) -> dict[str, str]:
    """Headers by which a mail program can end these mails with one press of its own button (RFC 2369, RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{absolute(unsubscribe_path(comment, scope))}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


# --- How ------------------------------------------------------------------------------------------------------------


def _short(subject: str, comment: Comment) -> str:
    """A subject with no more of the headline than lists of mails show."""
    headline = headline_of(comment)
    return subject.replace(headline, headline[:_HEADLINE_IN_SUBJECT]) if headline else subject


def _confirmation(comment: Comment) -> Words:
    headline = {"headline": headline_of(comment)}
    subject = _("Confirm your address for your comment on “%(headline)s”") % headline
    return _short(subject, comment), [
        _("Somebody, probably you, wrote a comment on “%(headline)s” and gave this address.") % headline,
        _("If it was you, confirm the address here:") + f"\n{absolute(address_path(comment))}",
        _("The comment and what becomes of it are here; keep this link:") + f"\n{absolute(own_path(comment))}",
        _("If it was not you, do nothing: the address is not used for anything else."),
    ]


def _answer(answer: Comment, answered: Comment) -> Words:
    """No name in the subject: whatever readers call themselves, the subject is the paper's word."""
    headline = {"headline": headline_of(answered)}
    text = _public_text(answer)
    if answer.is_from_newsroom:
        subject = _("The newsroom answers your comment on “%(headline)s”") % headline
        said = [f"{subject}:", text]
    else:
        subject = _("An answer to your comment on “%(headline)s”") % headline
        writes = _("%(name)s answers your comment on “%(headline)s”:") % {"name": unlinked(answer.name), **headline}
        said = [writes, quoted(text)]
    return _short(subject, answered), [
        *said,
        _("Read it on the page:") + f"\n{absolute(answer.get_absolute_url())}",
        _("You wrote:") + f"\n{quoted(_public_text(answered))}",
    ]


def _featured(comment: Comment) -> Words:
    subject = _("Your comment on “%(headline)s” is featured") % {"headline": headline_of(comment)}
    return _short(subject, comment), [
        f"{subject}. " + _("The newsroom shows it to other readers as one that is worth reading."),
        _("You wrote:") + f"\n{quoted(_public_text(comment))}",
        _("Read it on the page:") + f"\n{absolute(comment.get_absolute_url())}",
    ]


def _of_report(notice: Notice, report: Report) -> Words:
    if notice.kind == Notice.Kind.REPORT_REOPENED:
        return report_words.mail_of_reopening(report)
    if notice.decision is None:
        return report_words.mail_of_receipt(report)
    return report_words.mail_of_answer(report, notice.decision)


def _public_text(comment: Comment) -> str:
    return comment.public_revision.body if comment.public_revision else ""

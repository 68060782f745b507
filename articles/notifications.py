"""What is told by mail: to writers about their stories, to readers about errors that they reported.

A mail is a row in the transaction of the act, and is sent by the worker.
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.error_tokens import path_of
from articles.limits import ERROR_ADDRESS_DAYS
from articles.models import ArticleLog, ErrorAnswer, ErrorReport, Notice
from articles.states import STEPS, Act, ErrorOutcome
from newsportal import outbox, zoned
from newsportal.links import absolute

_TOLD = {
    Act.SENT_BACK: gettext_lazy("Sent back to you: “%(headline)s”"),
    Act.ACCEPTED: gettext_lazy("Accepted: “%(headline)s”"),
    Act.PUBLISHED: gettext_lazy("Published: “%(headline)s”"),
    Act.SCHEDULED: gettext_lazy("Scheduled: “%(headline)s”"),
}
# The acts after which a message is no longer true; for acts not named here, any next step.
_OVERTAKEN_BY: dict[str, frozenset[Act]] = {
    Act.PUBLISHED: frozenset({Act.PUBLISHED, Act.WITHDRAWN}),
    Act.SCHEDULED: frozenset({Act.PUBLISHED, Act.SCHEDULED, Act.CANCELLED, Act.WITHDRAWN}),
}
# As much of a headline as a mail program's list shows.
_SUBJECT_HEADLINE = 80


def tell_owner(entry: ArticleLog) -> None:
    """Owe the owner of a story the mail that says what somebody else did to it, if they have an address."""
    owner = entry.article.owner
    if entry.act in _TOLD and owner.pk != entry.by_id and _is_reached(owner):
        Notice.objects.create(entry=entry, to=owner.email, created_at=entry.at, due_at=entry.at)


def tell_reader(report: ErrorReport) -> None:
    """Owe a reader the mail that says what came of the error they reported, if they gave an address."""
    if report.email and report.answered_at:
        at = report.answered_at
        ErrorAnswer.objects.create(report=report, to=report.email, created_at=at, due_at=at)


def send_due(now: datetime | None = None, *, most: int = 100) -> int:
    """Send what is due, at most so many of either kind; returns how many were sent. Workers may do so concurrently."""
    rows = Notice.objects.select_related("entry__by", "entry__article__owner")
    answers = ErrorAnswer.objects.select_related("report__edition")
    sent = outbox.send_due(rows, words=_words, moot=_moot, now=now, most=most)
    return sent + outbox.send_due(answers, words=_answer_words, moot=_answer_moot, now=now, most=most)


def _is_reached(user: User) -> bool:
    return user.is_active and user.is_staff and bool(user.email)


def _moot(notice: Notice) -> str:
    """Why a message need no longer be sent; empty if it must be."""
    entry = notice.entry
    if not _is_reached(entry.article.owner):
        return "the owner has left or has no address any more"
    later = entry.article.log.filter(pk__gt=entry.pk, act__in=_OVERTAKEN_BY.get(entry.act, STEPS))
    return "the story went on meanwhile" if later.exists() else ""


def _words(notice: Notice) -> outbox.Words:
    """Subject and paragraphs: what was done, by whom, the note, and where the story is."""
    entry = notice.entry
    headline = " ".join(entry.article.headline.split())
    who = entry.by.get_full_name() or entry.by.get_username()
    said = {
        Act.SENT_BACK: _("%(who)s sent your story “%(headline)s” back to you."),
        Act.ACCEPTED: _("%(who)s accepted your story “%(headline)s”: it is ready to be published."),
        Act.PUBLISHED: _("%(who)s published your story “%(headline)s”: readers see it as of %(when)s."),
        Act.SCHEDULED: _("%(who)s scheduled your story “%(headline)s”: readers will see it as of %(when)s."),
    }
    when = zoned.in_words(entry.effective_at) if entry.effective_at else ""
    page = absolute(reverse("admin:articles_article_change", args=[entry.article_id]))
    paragraphs = [
        said[Act(entry.act)] % {"who": who, "headline": headline, "when": when},
        _("The note:") + f"\n{entry.note}" if entry.note else "",
        _("The story:") + f"\n{page}",
    ]
    subject = str(_TOLD[Act(entry.act)]) % {"headline": headline[:_SUBJECT_HEADLINE]}
    return subject, [paragraph for paragraph in paragraphs if paragraph]


def _answer_moot(mail: ErrorAnswer) -> str:
    return "" if mail.report.email == mail.to else "the address has been deleted"


def _answer_words(mail: ErrorAnswer) -> outbox.Words:
    """Subject and paragraphs: what came of it, the editor's words, and where both texts can be read.

    Not what was reported: nobody must be able to write to a stranger through us by typing in their address.
    """
    report = mail.report
    headline = " ".join(report.edition.headline.split())
    if report.outcome == ErrorOutcome.CORRECTED:
        subject, said = (
            _("Corrected: “%(headline)s”"),
            _("You reported an error in “%(headline)s”. We have corrected it."),
        )
    else:
        subject = _("What you reported: “%(headline)s”")
        said = _("You reported an error in “%(headline)s”. We looked into it and found none.")
    paragraphs = [
        said % {"headline": headline},
        report.answer,
        _("What you reported, and this answer:") + f"\n{absolute(path_of(report))}",
        _("This is the only mail about it. We delete your address after %(days)s days.") % {"days": ERROR_ADDRESS_DAYS},
    ]
    return subject % {"headline": headline[:_SUBJECT_HEADLINE]}, paragraphs

"""Whether a message to a reader should still be sent when its time comes: what it says may no longer be true."""

from datetime import datetime

from django.db.models import F
from django.utils import timezone

from articles.models import Edition
from comments import policy, report_words
from comments.models import Comment, Decision, Notice, Report, StandingChange
from comments.states import Pace, Status
from comments.subscribing import pace_of


def moot(notice: Notice) -> str:
    """Why a message need not be sent any more; empty if it must be."""
    if notice.kind == Notice.Kind.CONFIRM_ADDRESS:
        return "the comment was withdrawn" if notice.comment.status == Status.WITHDRAWN else ""
    if notice.report:
        return _moot_of_report(notice, notice.report)
    if notice.comment.commenter is None:
        return "nobody is known by this address any more"
    return _moot_by_itself(notice) or ("not wanted" if pace_of(notice) is Pace.OFF else "")


def later(notice: Notice) -> datetime | None:
    """Until when a message waits after all: what it tells was undone and done again, and may be undone once more."""
    about = notice.answer or (notice.comment if notice.kind == Notice.Kind.FEATURED else None)
    if about is None:
        return None
    latest = Decision.objects.filter(comment=about).order_by("pk").values_list("at", flat=True).last()
    until = latest + policy.NOTICE_DELAY if latest else None
    return until if until and until > timezone.now() else None


# --- How ------------------------------------------------------------------------------------------------------------


def _moot_by_itself(notice: Notice) -> str:
    if notice.standing_change:
        return _moot_of_standing(notice, notice.standing_change)
    if notice.answer:
        return _moot_of_answer(notice.answer, notice.comment)
    if notice.kind == Notice.Kind.FEATURED:
        return "" if _is_shown(notice.comment) and notice.comment.featured_at else "it is no longer featured"
    assert notice.decision is not None, "whatever else a message tells is a decision"
    return _moot_of_decision(notice, notice.decision)


def _moot_of_answer(answer: Comment, answered: Comment) -> str:
    if is_ones_own(answer, answered):
        return "one's own answer"
    return "" if _is_shown(answer) and answered.is_public else "the answer is no longer public"


def is_ones_own(answer: Comment, answered: Comment) -> bool:
    """Whether somebody answers themselves; unknown for unconfirmed addresses, which anybody may type."""
    return answer.commenter_id is not None and answer.commenter_id == answered.commenter_id


def _is_shown(comment: Comment) -> bool:
    return comment.is_public and Edition.objects.live().filter(article_id=comment.thread_id).exists()


def _moot_of_decision(notice: Notice, decision: Decision) -> str:
    # Featuring the comment says nothing else about it.
    rows = notice.comment.decisions.filter(pk__gt=decision.pk).exclude(from_status=F("to_status"))
    since = dict(rows.values_list("pk", "undoes"))
    if decision.undoes_id is None:
        return "the decision was undone or overtaken" if since else ""
    # A decision that was itself taken back is told to nobody.
    counts = [pk for pk, undoes in since.items() if undoes is None and pk not in since.values()]
    theirs = Notice.objects.filter(to=notice.to, kind=Notice.Kind.DECIDED, decision__in=counts)
    if any(pace_of(each) is not Pace.OFF for each in theirs.with_what_it_tells()):
        return "a later decision is told instead"
    told = _told(notice.to, decision.undoes_id)
    return "" if told and _may_have_been_sent(told) else "what it corrects was never sent"


def _told(to: str, decision_id: int | None) -> Notice | None:
    """The message that tells an address of a decision; by the address, because no index covers the decision."""
    told = Notice.objects.filter(to=to, decision=decision_id, kind=Notice.Kind.DECIDED).select_related("roundup")
    return told.order_by("pk").first()


def _moot_of_report(notice: Notice, report: Report) -> str:
    """The result of a report is told if it still holds; that it is open again, to those who may have read otherwise."""
    if notice.kind == Notice.Kind.REPORT_RECEIVED:
        return ""
    answer = report_words.answer_to(report)
    if notice.kind == Notice.Kind.REPORT_ANSWERED:
        return "" if answer and answer.pk == notice.decision_id else "the answer was taken back"
    if answer:
        return "a later answer is told instead"
    told = Notice.objects.filter(to=notice.to, kind=Notice.Kind.REPORT_ANSWERED, report=report)
    last = told.filter(decision__lt=notice.decision_id).order_by("-pk").first()
    return "" if last and _may_have_been_sent(last) else "what it corrects was never sent"


def _moot_of_standing(notice: Notice, change: StandingChange) -> str:
    """That an author may write again is told if they may have read otherwise; of all these only the last is told."""
    theirs = Notice.objects.filter(to=notice.to, kind=Notice.Kind.STANDING).order_by("-standing_change")
    if theirs.filter(standing_change__gt=change.pk).exists():
        return "the standing was changed again"
    if change.shuts_out:
        return ""
    earlier = theirs.filter(standing_change__lt=change.pk).select_related("standing_change", "roundup")
    last = next((told.standing_change for told in earlier if _may_have_been_sent(told)), None)
    is_known = last is not None and last.shuts_out and last.counts_at(change.at)
    return "" if is_known else "what it ends was never told"


def _may_have_been_sent(told: Notice) -> bool:
    """Whether somebody may have read it: also if a worker died before it could note so."""
    # A message that waits for a roundup is sent by it, unless it was given up before.
    mail = told.roundup if told.roundup and not (told.sent_at or told.given_up_at) else told
    if mail.attempts == 0:
        return False
    return mail.sent_at is not None or mail.given_up_at is None or mail.attempts > 1

"""The desk's state, told once a day to those who want it: by mail, or posted to the webhook."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.templatetags.story import news_datetime
from comments import alerting, figures, policy
from comments.models import Digest
from comments.spans import in_words
from comments.states import Actor
from newsportal import outbox
from newsportal.admin_lists import AtLeast
from newsportal.links import absolute

# In `DESK_DIGEST_TO`, among the addresses.
WEBHOOK = "webhook"


@dataclass(frozen=True)
class State:
    """What is waiting, and since when the oldest has been (empty for nothing); and what happened the day before.

    `waiting` is counted up to a thousand, `waiting_is_more` says that there are more. `decided` and `overturned` count
    persons and rules together, as the page of figures does; `by_rules` is the rules' part of `decided`.
    """

    waiting: int
    waiting_is_more: bool
    oldest: str
    decided: int
    by_rules: int
    overturned: int


def owe(now: datetime | None = None) -> None:
    """Queue today's digest for those who have none yet, from `policy.DIGEST_HOUR` on, by the paper's clock.

    A worker that runs later in the day makes up for it; a day on which none ran is left out. Any number of workers may
    do this at once, as often as they like.
    """
    moment = now or timezone.now()
    local = timezone.localtime(moment)
    wanted = {"" if to == WEBHOOK else to for to in settings.DESK_DIGEST_TO}
    if not wanted or local.hour < policy.DIGEST_HOUR:
        return
    missing = wanted - set(Digest.objects.filter(day=local.date()).values_list("to", flat=True))
    if missing:
        told = asdict(state(moment))
        rows = [
            Digest(to=to, day=local.date(), figures=told, created_at=moment, due_at=moment) for to in sorted(missing)
        ]
        # The constraint tells if another worker was quicker.
        Digest.objects.bulk_create(rows, ignore_conflicts=True)


def send_due(now: datetime | None = None, *, most: int = 20) -> int:
    """Send what is due, at most so many; returns how many were sent. Any number of workers may run this at once."""
    return outbox.deliver_due(Digest.objects.all(), deliver=_deliver, moot=_moot, now=now, most=most)


def forget_old(now: datetime) -> int:
    """Delete digests that are no longer needed; returns how many."""
    return Digest.objects.filter(created_at__lte=now - policy.DESK_MESSAGES_KEPT).delete()[0]


def state(now: datetime) -> State:
    """The state of the desk; four queries, however much is waiting."""
    waiting = figures.waiting()
    today = timezone.localtime(now).date()
    begin, end = _midnight(today - timedelta(days=1)), _midnight(today)
    # As of now: a decision of yesterday that was taken back this morning counts as overturned.
    of_yesterday = figures.overturned(end, since=begin)
    return State(
        waiting=int(waiting.count),
        waiting_is_more=isinstance(waiting.count, AtLeast),
        oldest=waiting.oldest.astimezone(UTC).isoformat(timespec="seconds") if waiting.oldest else "",
        decided=sum(found.made for found in of_yesterday.values()),
        by_rules=of_yesterday[Actor.RULE].made,
        overturned=sum(found.not_standing for found in of_yesterday.values()),
    )


# --- How ------------------------------------------------------------------------------------------------------------


def _midnight(day: date) -> datetime:
    """When a day of the paper begins, in UTC: days on which clocks change are an hour shorter or longer."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone()).astimezone(UTC)


def _moot(digest: Digest) -> str:
    if digest.day < timezone.localdate():
        return "its day is over"
    return alerting.unreachable(digest)


def _deliver(digest: Digest) -> None:
    alerting.deliver(digest, words=_words(digest), told=_told(digest))


def _words(digest: Digest) -> outbox.Words:
    said = State(**digest.figures)
    day = date_format(digest.day, "DATE_FORMAT")
    subject = _("Desk on %(day)s: %(n)s waiting") % {"day": day, "n": _waiting(said)}
    desk, figures_page = _links()
    return subject, [
        _of_what_waits(said, digest.created_at),
        _of_yesterday(said),
        _("The desk:") + f"\n{desk}",
        _("The figures:") + f"\n{figures_page}",
    ]


def _waiting(said: State) -> str:
    return str(AtLeast(said.waiting)) if said.waiting_is_more else str(said.waiting)


def _of_what_waits(said: State, now: datetime) -> str:
    if not said.oldest:
        return _("Nothing waits.")
    oldest = datetime.fromisoformat(said.oldest)
    count = ngettext("%(n)s comment waits.", "%(n)s comments wait.", said.waiting) % {"n": _waiting(said)}
    waited = _("The oldest has waited for %(waited)s, since %(when)s; promised are %(promise)s.") % {
        "waited": in_words(now - oldest),
        "when": news_datetime(oldest),
        "promise": in_words(timedelta(minutes=settings.DESK_PROMISE_MINUTES)),
    }
    return f"{count} {waited}"


def _of_yesterday(said: State) -> str:
    if not said.decided:
        return _("Yesterday nothing was decided.")
    decided = ngettext(
        "Yesterday %(n)s decision was made, %(rules)s by rules.",
        "Yesterday %(n)s decisions were made, %(rules)s by rules.",
        said.decided,
    ) % {"n": said.decided, "rules": said.by_rules}
    overturned = ngettext(
        "%(n)s does not stand any more: taken back, overridden, or decided otherwise later.",
        "%(n)s do not stand any more: taken back, overridden, or decided otherwise later.",
        said.overturned,
    ) % {"n": said.overturned}
    return f"{decided} {overturned}" if said.overturned else f"{decided} {_('All of them stand.')}"


def _told(digest: Digest) -> dict[str, object]:
    return {"event": "digest", "day": digest.day.isoformat(), **digest.figures, "link": _links()[0]}


def _links() -> tuple[str, str]:
    """The addresses of the desk and of its figures."""
    pages = ("admin:comments_comment_changelist", "admin:comments_decision_figures")
    desk, figures_page = (absolute(reverse(page)) for page in pages)
    return desk, figures_page

"""What a reader is told once a day: messages that wait for it, and the one mail that contains them."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from comments import mails, owed, policy, subscribing
from comments.models import Notice, Roundup
from newsportal import outbox


def hold(notice: Notice) -> datetime:
    """Make a message wait for its reader's next roundup; returns when that is due."""
    roundup = _next(notice.to, timezone.now())
    Notice.objects.filter(pk=notice.pk).update(roundup=roundup)
    return roundup.due_at


def send_due(now: datetime | None = None, *, most: int = 100) -> int:
    """Send what is due, at most so many; returns how many were sent. Any number of workers may run this at once."""
    return outbox.deliver_due(Roundup.objects.all(), deliver=_deliver, moot=_moot, now=now, most=most)


def forget_address(email: str) -> None:
    """Delete the roundups of an address whose messages are deleted."""
    Roundup.objects.filter(to=email).delete()


def old(now: datetime) -> QuerySet[Roundup]:
    """What was sent or given up so long ago that it is to be deleted, among the oldest: no index covers the time."""
    oldest = Roundup.objects.order_by("pk").values_list("pk", flat=True)[: policy.FORGOTTEN_TOGETHER]
    owed = Q(sent_at__isnull=True, given_up_at__isnull=True)
    # By when it was due: until then messages joined it.
    return Roundup.objects.filter(~owed, pk__in=list(oldest), due_at__lte=now - policy.NOTICES_KEPT)


@transaction.atomic
def forget_old(now: datetime) -> int:
    """Delete a slice of them, and what still waits in one that was given up; returns how many rows."""
    numbers = list(old(now).values_list("pk", flat=True))
    # They refer to the roundups.
    told = Notice.objects.filter(roundup__in=numbers).delete()[0]
    return told + Roundup.objects.filter(pk__in=numbers).delete()[0]


# --- How ------------------------------------------------------------------------------------------------------------


def _next(to: str, now: datetime) -> Roundup:
    """The next one that was not sent yet, even if a clock was set back."""
    due = _hour_after(now)
    while True:
        day = timezone.localtime(due).date()
        roundup, _made = Roundup.objects.get_or_create(to=to, day=day, defaults={"created_at": now, "due_at": due})
        if roundup.sent_at is None and roundup.given_up_at is None:
            return roundup
        due = _hour_after(due)


def _hour_after(now: datetime) -> datetime:
    """The next time that the paper's clock shows `ROUNDUP_HOUR`, but not so soon that one is being sent already."""
    zone = timezone.get_current_timezone()
    day = (now + policy.ROUNDUP_CLOSED).astimezone(zone).date()
    hour = time(policy.ROUNDUP_HOUR)
    today = datetime.combine(day, hour, tzinfo=zone)
    if today > now + policy.ROUNDUP_CLOSED:
        return today
    return datetime.combine(day + timedelta(days=1), hour, tzinfo=zone)


def _held(roundup: Roundup) -> QuerySet[Notice]:
    waiting = Notice.objects.with_what_it_tells().filter(roundup=roundup, sent_at__isnull=True)
    return waiting.filter(given_up_at__isnull=True).order_by("pk")


def _moot(roundup: Roundup) -> str:
    """Give up messages that need not be told any more, until as many others are found as a roundup quotes."""
    found = 0
    for notice in _held(roundup).iterator():
        if why := owed.moot(notice):
            Notice.objects.filter(pk=notice.pk).update(given_up_at=timezone.now(), error=why)
            continue
        found += 1
        if found == policy.ROUNDUP_QUOTES:
            break
    return "" if found else "nothing is left to tell"


def _deliver(roundup: Roundup) -> None:
    told = list(_held(roundup).values_list("pk", flat=True)[: policy.ROUNDUP_MESSAGES])
    quoted = list(_held(roundup)[: policy.ROUNDUP_QUOTES])
    outbox.mail(roundup, *_words(quoted, len(told)), headers=mails.headers(quoted[0].comment, subscribing.DAILY))
    Notice.objects.filter(pk__in=told).update(sent_at=timezone.now(), attempts=1)
    # What was too late or too much for it is told tomorrow.
    _held(roundup).update(roundup=None, leased_until=None)


def _words(quoted: list[Notice], total: int) -> outbox.Words:
    subject = ngettext("Your comments: %(n)s message", "Your comments: %(n)s messages", total) % {"n": total}
    paragraphs: list[str] = []
    for notice in quoted:
        _subject, said = mails.words(notice)
        paragraphs += [*said, "* * *"]
    if more := total - len(quoted):
        left_out = ngettext(
            "There is %(n)s message more, too many for one mail: your comments' own pages have them.",
            "There are %(n)s messages more, too many for one mail: your comments' own pages have them.",
            more,
        )
        paragraphs += [left_out % {"n": more}, "* * *"]
    return subject, [*paragraphs, mails.how_to_stop(quoted[0].comment, subscribing.DAILY)]

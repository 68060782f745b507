"""What is done to the conversation under a story as a whole, mostly by moderators; each act is a row of its log.

A story in which nobody has written has no row of `Thread` yet: the first act creates it, as the first comment does.
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Edition
from comments import names, permissions, policy
from comments.models import Thread, ThreadChange
from comments.text import to_store
from newsportal.pages import CLOCK, changed
from newsportal.refusal import NotPermitted, Refusal

_Act = ThreadChange.Act


@transaction.atomic
def close(thread: Thread, *, by: User, reason: str = "") -> None:
    """Take no more comments; existing ones stay. Closing a closed conversation changes nothing."""
    present = _locked(thread, by)
    if present.is_open:
        _keep(present, _Act.CLOSED, by=by, reason=reason, closed_at=timezone.now(), closes_at=None)


@transaction.atomic
def reopen(thread: Thread, *, by: User, reason: str = "") -> None:
    """Take comments again until somebody closes it: neither its closing time nor its age does."""
    present = _locked(thread, by)
    if not present.is_open:
        _keep(present, _Act.OPENED, by=by, reason=reason, closed_at=None, closes_at=None, stays_open=True)


@transaction.atomic
def close_at(thread: Thread, *, at: datetime | None, by: User, reason: str = "") -> None:
    """Set the time at which it closes by itself; without one it stays open, whatever the age of the story.

    Raises Refusal if the time is past, or if the conversation is closed.
    """
    present = _locked(thread, by)
    if not present.is_open:
        raise Refusal(_("This conversation is closed. Open it first."))
    if at is not None and at <= timezone.now():
        raise Refusal(_("This time is over. To close the conversation now, close it."))
    if (present.closes_at, present.stays_open) != (at, at is None):
        act = _Act.TIMED if at else _Act.UNTIMED
        _keep(present, act, by=by, reason=reason, until=at, closes_at=at, stays_open=at is None)


@transaction.atomic
def slow(thread: Thread, *, until: datetime, by: User, reason: str) -> None:
    """Take one comment from each network in `policy.SLOWED_THREAD_GAP`, until a time; readers read the reason.

    Raises Refusal for a time that is past, and without a reason.
    """
    present = _locked(thread, by)
    reason = _words(reason)
    if not reason:
        raise Refusal(_("Say why it is slowed: readers read it."))
    if until <= timezone.now():
        raise Refusal(_("This time is over."))
    _keep(present, _Act.SLOWED, by=by, reason=reason, until=until, slowed_until=until, slowed_because=reason)


@transaction.atomic
def slow_by_rule(article_id: int, *, until: datetime, reason: str, now: datetime) -> bool:
    """The same by the rule on heated conversations (`comments.heating`); the log names nobody.

    Returns False, and does nothing, if it is slowed or closed, or if a moderator has ended such a time within
    `policy.HEATED_LEFT_ALONE`.
    """
    present = Thread.objects.select_for_update().filter(pk=article_id).first()
    if present is None or present.is_slowed or not present.is_open or _is_left_alone(present, now):
        return False
    _keep(present, _Act.SLOWED, by=None, reason=reason, until=until, slowed_until=until, slowed_because=_words(reason))
    return True


@transaction.atomic
def release(thread: Thread, *, by: User, reason: str = "") -> None:
    """Take comments at normal speed again. A conversation that is not slowed stays as it is."""
    present = _locked(thread, by)
    if present.is_slowed:
        _keep(present, _Act.RELEASED, by=by, reason=reason, slowed_until=None, slowed_because="")


@transaction.atomic
def guide(thread: Thread, *, words: str, by: User) -> None:
    """Give it a rule of its own, which stands above the form; empty words remove it."""
    present, words = _locked(thread, by), _words(words)
    if words != present.guidance:
        _keep(present, _Act.GUIDED, by=by, words=words, guidance=words)


@transaction.atomic
def ask(thread: Thread, *, question: str, asker: str, by: User) -> None:
    """Put a question to the readers above it, in somebody's name; an empty one removes it.

    Raises Refusal for a question without a name.
    """
    present, question, asker = _locked(thread, by), _words(question), " ".join(to_store(asker).split())
    if question and not asker:
        raise Refusal(_("Say who asks."))
    if len(asker) > policy.NAME_CODE_POINTS:
        raise Refusal(_("This name is too long."))
    asker = asker if question else ""
    if (question, asker) != (present.question, present.question_by):
        words = f"{asker}: {question}" if question else ""
        _keep(present, _Act.ASKED, by=by, words=words, question=question, question_by=asker)


# --- How ------------------------------------------------------------------------------------------------------------


def _locked(thread: Thread, by: User) -> Thread:
    """The conversation as it is now, locked until the act is done, and created if it did not exist."""
    if not permissions.can_moderate(by):
        raise NotPermitted(_("Only moderators open and close conversations."))
    if not Edition.objects.begun().filter(article=thread.article_id).exists():
        raise Refusal(_("Nobody has read this story yet: it has no conversation."))
    present, _created = Thread.objects.select_for_update().get_or_create(article_id=thread.article_id)
    return present


def _is_left_alone(present: Thread, now: datetime) -> bool:
    since = now - policy.HEATED_LEFT_ALONE
    return present.changes.filter(act=_Act.RELEASED, by__isnull=False, at__gt=since).exists()


def _keep(
    present: Thread,
    act: ThreadChange.Act,
    *,
    by: User | None,
    reason: str = "",
    until: datetime | None = None,
    words: str = "",
    **values: object,
) -> None:
    """Write the changes and the row of the log, and announce them to pages, and to the clock if a time was set."""
    Thread.objects.filter(pk=present.pk).update(**values)
    ThreadChange.objects.create(
        thread=present, act=act, until=until, words=words, reason=_words(reason), by=by, at=timezone.now()
    )
    is_timed = any(name in values and getattr(present, name) != values[name] for name in ("closes_at", "slowed_until"))
    # More pages show whether it is open than show the rest.
    shown = names.of_rules(present.pk) if "closed_at" in values else names.of_thread_words(present.pk)
    changed(shown, *([CLOCK] if is_timed else []))


def _words(typed: str) -> str:
    words = to_store(typed).strip()
    if len(words) > policy.THREAD_WORDS_CODE_POINTS:
        raise Refusal(_("At most %(most)s characters.") % {"most": policy.THREAD_WORDS_CODE_POINTS})
    return words

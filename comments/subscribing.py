"""What readers want to be told by mail: their choices, and the only writer of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from comments import policy
from comments.models import Commenter, Notice, Subscription
from comments.states import Pace, Status, Topic

# What can be ended besides a topic: this conversation, the daily mail, everything.
CONVERSATION, DAILY, EVERYTHING = "conversation", "daily", "everything"
SCOPES = (*Topic.values, CONVERSATION, DAILY, EVERYTHING)


@dataclass(frozen=True)
class Wishes:
    """How soon somebody is told, by topic, and by conversation (its number) if they have chosen something for it."""

    topics: Mapping[Topic, Pace]
    threads: Mapping[int, Pace]

    def of(self, topic: Topic, thread: int | None) -> Pace:
        """How soon they are told of a topic in a conversation; `None` for what belongs to none."""
        chosen = self.threads.get(thread) if thread is not None else None
        return chosen or self.topics[topic]


def wishes(commenter: Commenter) -> Wishes:
    """What somebody has chosen, and the defaults for the rest. One query."""
    rows = list(Subscription.objects.filter(commenter=commenter))
    chosen = {row.topic: Pace(row.pace) for row in rows if row.thread_id is None}
    return Wishes(
        {topic: chosen.get(topic, chosen.get("", policy.PACE[topic])) for topic in Topic},
        {row.thread_id: Pace(row.pace) for row in rows if row.thread_id is not None},
    )


def pace_of(notice: Notice) -> Pace:
    """How soon a message is to be sent; requests to confirm an address are no subscription."""
    commenter = notice.comment.commenter
    if notice.kind == Notice.Kind.CONFIRM_ADDRESS or commenter is None:
        return Pace.NOW
    return wishes(commenter).of(topic_of(notice), _thread_of(notice))


def topic_of(notice: Notice) -> Topic:
    """What a message is about. A correction is about what it corrects."""
    if notice.kind == Notice.Kind.ANSWERED:
        return Topic.ANSWERS
    if notice.kind == Notice.Kind.FEATURED:
        return Topic.FEATURED
    told = notice.decision and (notice.decision.undoes or notice.decision)
    return Topic.PUBLISHED if told and told.to_status == Status.APPROVED else Topic.REASONS


def scope_of(notice: Notice) -> str:
    """What is ended by somebody who wants no more mails like this one: the choice that caused it."""
    commenter, thread = notice.comment.commenter, _thread_of(notice)
    is_of_thread = commenter is not None and thread is not None and thread in wishes(commenter).threads
    return CONVERSATION if is_of_thread else str(topic_of(notice))


@transaction.atomic
def choose(commenter: Commenter, topics: Mapping[Topic, Pace], threads: Mapping[int, Pace | None]) -> None:
    """Write down what somebody chose; None for a conversation that is to be like the others."""
    _lock(commenter)
    for topic, pace in topics.items():
        _write(commenter, pace, topic=topic)
    for thread, chosen in threads.items():
        if chosen:
            _write(commenter, chosen, thread=thread)
        else:
            Subscription.objects.filter(commenter=commenter, thread=thread).delete()


@transaction.atomic
def stop(commenter: Commenter, scope: str, thread: int) -> bool:
    """End a topic, this conversation, the daily mail, or everything (`SCOPES`); False if it had already ended."""
    _lock(commenter)
    if is_stopped(wishes(commenter), scope, thread):
        return False
    rows = Subscription.objects.filter(commenter=commenter)
    if scope == EVERYTHING:
        rows.delete()
        _write(commenter, Pace.OFF)
    elif scope == DAILY:
        rows.filter(pace=Pace.DAILY).update(pace=Pace.OFF)
    elif scope == CONVERSATION:
        _write(commenter, Pace.OFF, thread=thread)
    else:
        _write(commenter, Pace.OFF, topic=Topic(scope))
    return True


def forget(commenter: Commenter) -> None:
    """Delete what somebody chose."""
    Subscription.objects.filter(commenter=commenter).delete()


def is_stopped(chosen: Wishes, scope: str, thread: int) -> bool:
    """Whether there is nothing left to end."""
    paces = {*chosen.topics.values(), *chosen.threads.values()}
    if scope == EVERYTHING:
        return paces == {Pace.OFF}
    if scope == DAILY:
        return Pace.DAILY not in paces
    if scope == CONVERSATION:
        return chosen.threads.get(thread) == Pace.OFF
    return chosen.topics[Topic(scope)] == Pace.OFF


# --- How ------------------------------------------------------------------------------------------------------------


def _thread_of(notice: Notice) -> int | None:
    """An author's standing belongs to no conversation."""
    return None if notice.kind == Notice.Kind.STANDING else notice.comment.thread_id


def _lock(commenter: Commenter) -> None:
    """Make two presses of a button wait for each other."""
    Commenter.objects.select_for_update().get(pk=commenter.pk)


def _write(commenter: Commenter, pace: Pace, *, topic: str = "", thread: int | None = None) -> None:
    Subscription.objects.update_or_create(commenter=commenter, topic=topic, thread_id=thread, defaults={"pace": pace})

"""The ledger read from the start: whether it yields every status and every count."""

from collections import Counter

from comments.models import Comment, Decision, Thread
from comments.states import Status

# No revision has this number.
_BROKEN = -1


def discrepancies() -> list[str]:
    """The differences between the ledger and the rows, a sentence each; empty if all is well."""
    said = _replayed()
    public: Counter[int] = Counter()
    answers: Counter[int] = Counter()
    found = []
    rows = Comment.objects.values_list(
        *("pk", "public_id", "thread_id", "root_id", "status", "public_revision_id", "answer_count", "featured_at")
    )
    held: dict[int, tuple[str, int]] = {}
    for pk, public_id, thread, root, status, shown, answer_count, featured_at in rows.iterator():
        held[pk] = (public_id, answer_count)
        decided, featured = said.get(pk, (None, False))
        if decided != (Status(status), shown):
            found.append(f"comment {public_id}: is {(status, shown)}, the ledger says {decided}")
        elif featured is not (featured_at is not None):
            found.append(f"comment {public_id}: the ledger says that it is {'' if featured else 'not '}featured")
        if shown is not None:
            public[thread] += 1
            answers[root or 0] += 1
    return found + _wrong_counts(held, public, answers)


def _wrong_counts(held: dict[int, tuple[str, int]], public: Counter[int], answers: Counter[int]) -> list[str]:
    found = []
    for pk, (public_id, answer_count) in held.items():
        if answer_count != answers[pk]:
            found.append(f"comment {public_id}: counts {answer_count} answers, has {answers[pk]}")
    for thread, count in Thread.objects.values_list("pk", "public_count"):
        if count != public[thread]:
            found.append(f"thread {thread}: counts {count} comments, has {public[thread]}")
    return found


def _replayed() -> dict[int, tuple[tuple[Status, int | None], bool]]:
    """Status, public revision and featuring of every comment, from its decisions in order."""
    state: dict[int, tuple[tuple[Status, int | None], bool]] = {}
    rows = Decision.objects.order_by("pk").values_list(
        *("comment_id", "from_status", "to_status", "public_revision_id", "featured")
    )
    for comment, before, after, shown, featured in rows.iterator():
        present = state.get(comment)
        if present and present[0][1] == _BROKEN:
            continue
        # A gap in the ledger is an error that no later row can heal.
        is_whole = before == (present[0][0] if present else "")
        state[comment] = ((Status(after), shown if is_whole else _BROKEN), featured)
    return state

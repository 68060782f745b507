"""The ledger read from the start: whether every status and every count is what it says."""

from collections import Counter

from comments.models import Comment, Decision, Thread
from comments.states import Status

# No revision has this number.
_BROKEN = -1


def discrepancies() -> list[str]:
    """What differs between the ledger and the rows, a sentence each; empty where all is well."""
    said = _replayed()
    public: Counter[int] = Counter()
    answers: Counter[int] = Counter()
    found = []
    rows = Comment.objects.values_list(
        "pk", "public_id", "thread_id", "root_id", "status", "public_revision_id", "answer_count"
    )
    held = {}
    for pk, public_id, thread, root, status, shown, answer_count in rows.iterator():
        held[pk] = (public_id, answer_count)
        decided = said.get(pk)
        if decided != (Status(status), shown):
            found.append(f"comment {public_id}: is {(status, shown)}, the ledger says {decided}")
        if shown is not None:
            public[thread] += 1
            answers[root or 0] += 1
    for pk, (public_id, answer_count) in held.items():
        if answer_count != answers[pk]:
            found.append(f"comment {public_id}: counts {answer_count} answers, has {answers[pk]}")
    for thread, count in Thread.objects.values_list("pk", "public_count"):
        if count != public[thread]:
            found.append(f"thread {thread}: counts {count} comments, has {public[thread]}")
    return found


def _replayed() -> dict[int, tuple[Status, int | None]]:
    """Status and public revision of every comment, by its decisions in their order."""
    state: dict[int, tuple[Status, int | None]] = {}
    rows = Decision.objects.order_by("pk").values_list("comment_id", "from_status", "to_status", "public_revision_id")
    for comment, before, after, shown in rows.iterator():
        present = state.get(comment)
        if present and present[1] == _BROKEN:
            continue
        if before != (present[0] if present else ""):
            # A gap in the ledger, which nothing that comes after it can heal.
            state[comment] = (Status(after), _BROKEN)
            continue
        state[comment] = (Status(after), shown)
    return state

"""The views of the desk: which comments each of them holds, in which order, and how they are narrowed.

Even with a million comments in a view, its first page is read from an index, in the view's order. What no index covers
(a word, a section, a rule) is searched for among the first comments of the view alone, and the page says so: nobody
waits until a million texts are read, and the comments found next are those that would have been decided next.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from time import monotonic
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from comments import policy
from comments.models import Comment
from comments.models.comment import PUBLIC_ID_LENGTH
from comments.narrowing import Filter, author_of, caught_by, has_words
from comments.querysets import CommentQuerySet
from comments.states import Status
from newsportal.admin_lists import bounded_count


@dataclass(frozen=True)
class Order:
    """A way to sort a view."""

    name: str
    label: Any
    columns: tuple[str, ...]
    help: Any = ""


BLEND = Order(
    "blend",
    _("risk and waiting"),
    ("queued_at", "pk"),
    format_lazy(
        _(
            "First comes what has waited longest, and each point of risk counts like {minutes} minutes more of waiting."
            " So nothing is overtaken by what came more than {most} minutes later."
        ),
        minutes=int(policy.RISK_IS_WORTH.total_seconds()) // 60,
        most=int(policy.RISK_MOST * policy.RISK_IS_WORTH.total_seconds()) // 60,
    ),
)
OLDEST = Order("oldest", _("oldest first"), ("posted_at", "public_id"))
NEWEST = Order("newest", _("newest first"), ("-posted_at", "-public_id"))
# The order in which they arrived: the only order for all of them together that needs no index of its own.
LATEST = Order("newest", _("newest first"), ("-pk",))
EARLIEST = Order("oldest", _("oldest first"), ("pk",))


@dataclass(frozen=True)
class Queue:
    """A view of the desk: its name in the address, which rows it holds, and its orders, the usual one first.

    `statuses` are those that its rows have. `of_story` says the same as `rows` in the terms of the index on the rows of
    one story; `never` is what none of its rows becomes by a decision, though its status may.
    """

    name: str
    label: Any
    rows: Q
    statuses: tuple[Status, ...]
    orders: tuple[Order, ...]
    empty: Any
    of_story: Q | None = None
    never: tuple[Status, ...] = ()


# A range that means the same as "is not null": it tells both databases where in the index to begin.
_WAITS = Q(queued_at__gt=datetime(1900, 1, 1, tzinfo=UTC))
_DECIDED = Q(queued_at__isnull=True)


def _of_status(status: Status, label: Any, empty: Any, orders: tuple[Order, ...] = (NEWEST, OLDEST)) -> Queue:
    rows = Q(status=status)
    return Queue(status.value, label, rows, (status,), orders, empty, rows & _DECIDED)


WAITING = Queue(
    "waiting",
    _("waiting"),
    Q(status=Status.PENDING),
    (Status.PENDING,),
    (BLEND, OLDEST, NEWEST),
    _("Nothing waits here. Well done."),
    _WAITS,
)
# The same for reported comments: their order has an index of its own.
_REPORTED = Q(reported_at__gt=datetime(1900, 1, 1, tzinfo=UTC))
PRESSING = Order(
    "pressing",
    _("the most pressing first"),
    ("reported_at", "pk"),
    format_lazy(
        _(
            "First comes what is reported as illegal, then what was reported longest ago; each network more that"
            " reports the same comment counts like {minutes} minutes more of waiting, up to {most} of them."
        ),
        minutes=int(policy.RISK_IS_WORTH.total_seconds()) // 60,
        most=policy.RISK_MOST,
    ),
)
# Each view on a line of its own.
QUEUES: tuple[Queue, ...] = (
    WAITING,
    Queue(
        "changed",
        _("returned and changed"),
        _WAITS & Q(returned_by__isnull=False),
        (Status.PENDING,),
        (BLEND,),
        _("No author has changed what was returned. What they change comes back here."),
    ),
    Queue(
        "objected",
        _("objected"),
        _WAITS & Q(objection__isnull=False),
        (Status.PENDING,),
        (BLEND,),
        _("No author waits for an answer to an objection."),
        never=(Status.SPAM,),
    ),
    Queue(
        "reported",
        _("reported"),
        _REPORTED,
        (Status.APPROVED, Status.PENDING),
        (PRESSING,),
        _("Nothing is reported. What readers report comes here, and stays up until you decide."),
    ),
    _of_status(Status.RETURNED, _("with their authors"), _("No comment is with its author."), orders=(OLDEST, NEWEST)),
    _of_status(Status.APPROVED, _("approved"), _("No comment is approved.")),
    _of_status(Status.REJECTED, _("rejected"), _("No comment is rejected.")),
    _of_status(Status.SPAM, _("spam"), _("No comment is spam.")),
    _of_status(Status.WITHDRAWN, _("withdrawn"), _("No comment was withdrawn by its author.")),
    # Not without a condition: all of it would be read from one end to the other, as far as a database knows.
    Queue("all", _("all"), Q(pk__gt=0), tuple(Status), (LATEST, EARLIEST), _("Nobody has written a comment yet.")),
)
_BY_NAME = {queue.name: queue for queue in QUEUES}


@dataclass(frozen=True)
class Asked:
    """What somebody asked the desk to show."""

    queue: Queue
    order: Order
    words: str = ""
    # Active filters, each with its value.
    narrowed: tuple[tuple[Filter, str], ...] = ()
    story: int | None = None
    # Any comment by the author whose comments are asked for.
    author: Comment | None = field(default=None)
    # The word rule whose catches are asked for.
    caught_by: int | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether less than the whole of a view is asked for."""
        return bool(self.words or self.narrowed or self.story or self.author or self.caught_by)


@dataclass(frozen=True)
class Found:
    """The rows that were asked for, in order; and whether only the first of the view were searched."""

    rows: CommentQuerySet
    is_cut: bool = False


def queue_named(name: str) -> Queue:
    """The view of this name; the waiting comments if there is no such name."""
    return _BY_NAME.get(name, WAITING)


def counted() -> list[tuple[Queue, int]]:
    """Each view with how many it holds, none counted further than a page needs."""
    return [(queue, bounded_count(_rows(queue, queue.orders[0]))) for queue in QUEUES]


def counted_lately() -> dict[str, int]:
    """The same by the names of the views, counted at most `policy.COUNTS_KEPT` ago."""
    # Not the time of day: if it were set back an hour, the counts would be kept that long.
    return _counted_in(int(monotonic() / policy.COUNTS_KEPT.total_seconds()))


def find(asked: Asked) -> Found:
    """What was asked for, read from an index or from the first of the view; in a constant number of queries."""
    if len(asked.words) == PUBLIC_ID_LENGTH and (named := Comment.objects.filter(public_id=asked.words)).exists():
        # In any view: somebody who has the id of a comment wants to see that comment.
        return Found(named.order_by("pk"))
    source = _source(asked)
    if not _needs_looking_through(asked):
        return Found(source)
    rows, is_cut = _first_of(source)
    return Found(_sorted(_narrowed(rows, asked), asked.order), is_cut)


def came_back_to(user: User) -> CommentQuerySet:
    """What this moderator returned and its author has changed: at the top of the moderator's own queue."""
    waiting = Comment.objects.filter(_WAITS, returned_by=user)
    return waiting.order_by(*BLEND.columns)


def objected_for(user: User) -> CommentQuerySet:
    """Objections to decisions that others made: also above this moderator's queue."""
    waiting = Comment.objects.filter(_WAITS, objection__isnull=False)
    # Not "by is not the user", which would leave out what a rule decided.
    return waiting.exclude(objection__by=user).order_by(*BLEND.columns)


# --- How ------------------------------------------------------------------------------------------------------------


@lru_cache(1)
def _counted_in(_moment: int) -> dict[str, int]:
    return {queue.name: count for queue, count in counted()}


def _source(asked: Asked) -> CommentQuerySet:
    """The smallest set of rows that an index covers and that contains all that was asked for."""
    if asked.author is not None:
        return author_of(asked.author)
    if asked.caught_by is not None:
        return caught_by(asked.caught_by)
    if asked.story is not None and asked.queue.of_story is not None:
        rows = Comment.objects.filter(asked.queue.of_story, thread=asked.story)
        return rows.order_by(*asked.queue.orders[0].columns)
    return _rows(asked.queue, asked.order)


def _needs_looking_through(asked: Asked) -> bool:
    """Whether more is asked than the source itself answers, in its order."""
    if asked.caught_by is None and asked.story is not None and asked.queue.of_story is not None:
        return bool(asked.words or asked.narrowed or asked.author or asked.order is not asked.queue.orders[0])
    return asked.is_narrowed


def _first_of(source: CommentQuerySet) -> tuple[CommentQuerySet, bool]:
    """The first rows of an order, as many as are searched, and whether there are more.

    Described by the position of the last one and not by their numbers, for which PostgreSQL would read the whole table.
    """
    order = [str(name) for name in source.query.order_by]
    columns = [name.removeprefix("-") for name in order]
    ends = list(source.values_list(*columns)[policy.LOOKED_THROUGH - 1 : policy.LOOKED_THROUGH + 1])
    if not ends:
        return source, False
    column, *others = columns
    last, *rest = ends[0]
    side = "gt" if order[0].startswith("-") else "lt"
    up_to = Q(**{f"{column}__{side}e": last})
    for other, value in zip(others, rest, strict=True):
        # Of those that arrived at the same moment, the ones that stand before it.
        up_to &= Q(**{f"{column}__{side}": last}) | Q(**{f"{other}__{side}e": value})
    # This end first: of two conditions on one side of an index SQLite takes the one that it reads first.
    return Comment.objects.filter(up_to) & source, len(ends) > 1


def _narrowed(rows: CommentQuerySet, asked: Asked) -> CommentQuerySet:
    if asked.author is not None or asked.caught_by is not None:
        rows = rows.filter(asked.queue.rows)
    if asked.caught_by is not None:
        rows = rows.filter(catches__rule=asked.caught_by)
    if asked.story is not None:
        rows = rows.filter(thread=asked.story)
    for one, value in asked.narrowed:
        rows = rows.filter(one.which(value))
    for word in asked.words.split()[: policy.SEARCHED_WORDS]:
        rows = rows.filter(has_words(word))
    return rows


def _rows(queue: Queue, order: Order) -> CommentQuerySet:
    # The index of the queue's order holds only waiting comments; the index of the times knows them by their status.
    rows = _WAITS if order is BLEND and queue is WAITING else queue.rows
    return Comment.objects.filter(rows).order_by(*order.columns)


def _sorted(rows: CommentQuerySet, order: Order) -> CommentQuerySet:
    """Sorted explicitly: offered an index in this order, a database would walk it to its end."""
    first, *others = order.columns
    column = first.removeprefix("-")
    by = Coalesce(F(column), F(column))
    return rows.order_by(by.desc() if first.startswith("-") else by.asc(), *others)

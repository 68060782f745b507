"""One page of a conversation, as readers see it: as many queries for a hundred comments as for 100,000."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.models import Edition
from comments import keys, policy
from comments.models import Comment, Thread
from comments.querysets import ORDERS, CommentQuerySet, CommentRow, Position
from comments.shown import Branch, ShownComment, shown

FEATURED = "featured"
SORTS = (*ORDERS, FEATURED)


@dataclass
class ThreadPage:
    """What `comments/_list.html` shows."""

    branches: list[Branch]
    next_url: str


@dataclass
class AnswersPage:
    """What `comments/answers.html` shows."""

    comments: list[ShownComment]
    next_url: str


def thread_of(edition: Edition) -> Thread:
    """The conversation under a story, read once per edition object; an unsaved, empty one if nobody has written."""
    if "_thread" not in edition.__dict__:
        read_with(edition, ())
    thread: Thread = edition.__dict__["_thread"]
    return thread


def read_with(edition: Edition, others: Iterable[Edition]) -> None:
    """Prefetch the conversation under a story and the numbers for the cards of other stories, by one query.

    Each other story gets `comment_total`, the number that lists show (`comments.listing`).
    """
    cards = list(others)
    featured = Comment.objects.featured().filter(thread=OuterRef("pk")).order_by()
    told = Thread.objects.annotate(has_featured=Exists(featured))
    found = told.in_bulk([edition.article_id, *(other.article_id for other in cards)])
    thread = found.get(edition.article_id) or Thread(article_id=edition.article_id)
    thread.began_at = edition.first_visible_from
    edition.__dict__["_thread"] = thread
    for other in cards:
        other.__dict__["comment_total"] = found[other.article_id].listed_count if other.article_id in found else 0


def thread_page(edition: Edition, *, sort: str = SORTS[0], after: str = "") -> ThreadPage:
    """Twenty top-level comments with the first answers below each; `after` is the key that the previous page gave.

    In the order "featured" they are the comments that the newsroom features, including answers, each by itself; after
    the last of them comes the conversation. Raises KeyUnknown for a key that does not belong to this list.
    """
    place = keys.read(keys.of_thread(edition.article_id, sort), after) if after else None
    if sort == FEATURED:
        return _featured_page(edition, place)
    branches = _branches(edition, _rows(thread_of(edition), sort, place))
    fields, newest_first = ORDERS[sort]
    branches.sort(key=attrgetter(*(f"comment.{field}" for field in fields)), reverse=newest_first)
    page, beyond = branches[: policy.THREADS_A_PAGE], branches[policy.THREADS_A_PAGE :]
    return ThreadPage(page, _page_url(edition, sort, page[-1].comment) if beyond else "")


def first_page(edition: Edition) -> ThreadPage:
    """The page that a story embeds, read once per edition object: readers and machines are told the same."""
    known: ThreadPage | None = edition.__dict__.get("_first_page")
    if known is None:
        known = edition.__dict__["_first_page"] = thread_page(edition)
    return known


def answers_page(edition: Edition, root: Comment, *, after: str = "") -> AnswersPage:
    """All public answers below a top-level comment, oldest first, fifty a page. Raises KeyUnknown."""
    answers = Comment.objects.public().filter(root=root)
    if after:
        answers = answers.beyond("oldest", keys.read(keys.of_answers(root.public_id), after))
    rows = answers.in_order("oldest")[: policy.ANSWERS_A_PAGE + 1].rows()
    form_url, here = _form_url(edition), _ids(rows[: policy.ANSWERS_A_PAGE])
    page = [shown(row, form_url, here=here) for row in rows[: policy.ANSWERS_A_PAGE]]
    more = len(rows) > len(page)
    return AnswersPage(page, _answers_url(root, page[-1]) if more else "")


def place_of(comment: Comment, edition: Edition, *, sort: str = SORTS[0]) -> str:
    """The address, with its anchor, of the page where a public comment stands, in one of the orders."""
    anchor = f"#comment-{comment.public_id}"
    root = comment.root or comment
    if comment.root_id and _is_beyond(comment, root):
        answers = Comment.objects.public().filter(root=root)
        return _answers_url(root, _neighbour(answers, comment, "oldest")) + anchor
    standing = Comment.objects.of_thread(comment.thread).top_level().standing()
    first = standing.in_order(sort).values_list("pk", flat=True)[: policy.THREADS_A_PAGE]
    if root.pk not in set(first):
        return _page_url(edition, sort, _neighbour(standing, root, sort)) + anchor
    return (edition.get_absolute_url() if sort == SORTS[0] else _page_url(edition, sort)) + anchor


def sort_links(edition: Edition, current: str) -> list[dict[str, object]]:
    """`{"label", "url", "current"}` for each order; the featured one only if there are featured comments."""
    labels = {
        "newest": _("Newest"),
        "oldest": _("Oldest"),
        "recommended": _("Recommended"),
        FEATURED: _("Featured"),
    }
    offered = [
        sort for sort in SORTS if sort in (current, *ORDERS) or getattr(thread_of(edition), "has_featured", False)
    ]
    return [{"label": labels[sort], "url": _page_url(edition, sort), "current": sort == current} for sort in offered]


# --- How ------------------------------------------------------------------------------------------------------------


def _rows(thread: Thread, sort: str, place: Position | None) -> list[CommentRow]:
    """The comments of one page in at most two queries: each answer comes after its top-level comment.

    There may be more than the page shows: one top-level comment or, in a conversation that is read whole, any number.
    """
    if not thread.public_count:
        return []
    standing = Comment.objects.of_thread(thread).standing()
    if place is None and thread.public_count <= policy.READ_WHOLE:
        return standing.in_order("oldest").rows()
    top = standing.top_level()
    if place:
        top = top.beyond(sort, place)
    # One more than is shown tells whether there is a next page, and saves a count.
    found = top.in_order(sort)[: policy.THREADS_A_PAGE + 1].rows()
    return found + _first_answers(found[: policy.THREADS_A_PAGE])


def _featured_page(edition: Edition, place: Position | None) -> ThreadPage:
    featured = Comment.objects.featured().filter(thread_id=edition.article_id)
    if place:
        featured = featured.beyond("newest", place)
    rows = featured.in_order("newest")[: policy.THREADS_A_PAGE + 1].rows()
    form_url, here, notes = _form_url(edition), _ids(rows[: policy.THREADS_A_PAGE]), _notes_for(edition, rows)
    page = [
        Branch(shown(row, form_url, here=here, notes=notes, alone=True), [], row.answer_count)
        for row in rows[: policy.THREADS_A_PAGE]
    ]
    if len(rows) > len(page):
        return ThreadPage(page, _page_url(edition, FEATURED, page[-1].comment))
    return ThreadPage(page, _page_url(edition, SORTS[0]))


def _first_answers(top: list[CommentRow]) -> list[CommentRow]:
    """The answers shown below these top-level comments, oldest first; there may be more than the page shows."""
    roots = [row.pk for row in top if row.answer_count]
    if not roots:
        # Not even building a query that finds nothing, which is a third of the page's time.
        return []
    if sum(row.answer_count for row in top) <= policy.READ_WHOLE:
        return Comment.objects.below(roots).oldest_first().rows()
    return Comment.objects.first_below(roots, most=policy.ANSWERS_SHOWN).rows()


def _branches(edition: Edition, rows: list[CommentRow]) -> list[Branch]:
    form_url, here, notes = _form_url(edition), _ids(rows), _notes_for(edition, rows)
    branches: dict[int, Branch] = {}
    for row in rows:
        if row.root_id is None:
            branches[row.pk] = Branch(shown(row, form_url, here=here, notes=notes), [], row.answer_count)
        elif (branch := branches.get(row.root_id)) and len(branch.answers) < policy.ANSWERS_SHOWN:
            branch.answers.append(shown(row, form_url, here=here, notes=notes))
    return list(branches.values())


def _notes_for(edition: Edition, rows: list[CommentRow]) -> list[Edition]:
    """The story's notes, if the author of one of these comments had read an edition before the present one."""
    is_asked = any(row.read_from and row.read_from < edition.visible_from for row in rows)
    return edition.notes if is_asked else []


def _ids(rows: list[CommentRow]) -> set[str]:
    return {row.public_id for row in rows}


def _form_url(edition: Edition) -> str:
    return reverse("comments:new", args=[edition.article_id]) if thread_of(edition).is_open else ""


def _is_beyond(answer: Comment, root: Comment) -> bool:
    earlier = Comment.objects.public().filter(root=root).exclude(pk=answer.pk)
    earlier = earlier.beyond("oldest", _place(answer), backwards=True)
    return len(earlier.values_list("pk")[: policy.ANSWERS_SHOWN]) >= policy.ANSWERS_SHOWN


def _neighbour(rows: CommentQuerySet, comment: Comment, sort: str) -> Comment | None:
    """The comment before this one: a page that begins after it begins with this comment."""
    before = rows.exclude(pk=comment.pk).beyond(sort, _place(comment), backwards=True)
    return before.in_order(sort, backwards=True).first()


def _place(comment: Comment | ShownComment) -> Position:
    return Position(comment.posted_at, comment.public_id, comment.recommendations)


def _page_url(edition: Edition, sort: str, after: Comment | ShownComment | None = None) -> str:
    """The page of an order, or the one that begins after a comment."""
    query = {"sort": sort} if sort != SORTS[0] else {}
    if after:
        place = _place(after)
        # The number plays no part in the orders by time: the same page has the same address, whatever is recommended.
        place = place if sort == "recommended" else place._replace(recommendations=0)
        query["after"] = keys.key(keys.of_thread(edition.article_id, sort), place)
    path = reverse("comments:page", args=[edition.article_id])
    return f"{path}?{urlencode(query)}" if query else path


def _answers_url(root: Comment, after: Comment | ShownComment | None) -> str:
    path = reverse("comments:answers", args=[root.public_id])
    if after is None:
        return path
    place = _place(after)._replace(recommendations=0)
    return f"{path}?{urlencode({'after': keys.key(keys.of_answers(root.public_id), place)})}"

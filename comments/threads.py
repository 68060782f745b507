"""One page of a conversation, as readers see it: as many queries for a hundred comments as for 100,000."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.models import Edition
from comments import policy
from comments.models import Comment, Thread
from comments.querysets import CommentQuerySet, CommentRow
from comments.text import initial, to_html
from comments.tombstones import Tombstone, told

# Six quiet discs that all pass 4.5:1 against their letter.
_DISCS = 6
_KEY = re.compile(r"(\d{1,17})-([a-z0-9]{12})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SORTS = ("newest", "oldest")


@dataclass(frozen=True)
class Mention:
    """The comment that a deeper answer answers; of one that was removed there is only the tombstone."""

    name: str
    public_id: str
    tombstone: Tombstone | None = None


@dataclass(frozen=True)
class ShownComment:
    """A comment as a template shows it: the facts, all that its HTML depends on, and what follows from them.

    One that was removed stands only for the answers below it: it has a tombstone, and neither name nor words.
    """

    public_id: str
    name: str
    posted_at: datetime
    body: str
    edited: bool
    in_answer_to: Mention | None
    # Where answers are written; empty where nobody may.
    form_url: str
    is_featured: bool = False
    is_from_newsroom: bool = False
    tombstone: Tombstone | None = None

    @property
    def initial(self) -> str:
        """The letter on the disc beside it."""
        return initial(self.name)

    @property
    def disc(self) -> int:
        """Which of the discs."""
        return sum(map(ord, self.name)) % _DISCS

    @property
    def html(self) -> SafeString:
        """Its words."""
        return to_html(self.body)

    @property
    def answer_url(self) -> str:
        """The form for an answer to it; empty where nobody may answer."""
        return f"{self.form_url}?{urlencode({'parent': self.public_id})}" if self.form_url else ""

    def get_absolute_url(self) -> str:
        """The permalink."""
        return reverse("comments:permalink", args=[self.public_id])


@dataclass
class Branch:
    """A top-level comment and the first answers below it."""

    comment: ShownComment
    answers: list[ShownComment]
    # All public ones below it, at any depth.
    answer_count: int

    @property
    def more_answers(self) -> int:
        """How many answers have their place on the page of the answers alone."""
        return self.answer_count - len(self.answers)

    @property
    def answers_url(self) -> str:
        """That page."""
        return reverse("comments:answers", args=[self.comment.public_id])


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
    """The conversation under a story, read once per edition object; an unsaved, empty one where nobody wrote."""
    known = edition.__dict__.get("_thread")
    if known is None:
        found = next(iter(Thread.objects.filter(pk=edition.article_id)), None)
        known = found or Thread(article_id=edition.article_id)
        edition.__dict__["_thread"] = known
    return known


def thread_page(edition: Edition, *, sort: str = "newest", after: str = "") -> ThreadPage:
    """Twenty top-level comments with the first answers below each; `after` is the key that the page before gave.

    Raises KeyUnknown for a key that is none.
    """
    newest_first = sort == "newest"
    branches = _branches(edition, _rows(thread_of(edition), newest_first=newest_first, after=after))
    branches.sort(key=lambda branch: (branch.comment.posted_at, branch.comment.public_id), reverse=newest_first)
    page, beyond = branches[: policy.THREADS_A_PAGE], branches[policy.THREADS_A_PAGE :]
    return ThreadPage(page, _page_url(edition, sort, _key(page[-1].comment)) if beyond else "")


def answers_page(edition: Edition, root: Comment, *, after: str = "") -> AnswersPage:
    """All public answers below a top-level comment, oldest first, fifty a page."""
    answers = Comment.objects.public().filter(root=root)
    if after:
        answers = answers.after(*_read_key(after), newest_first=False)
    rows = answers.oldest_first()[: policy.ANSWERS_A_PAGE + 1].rows()
    form_url = _form_url(edition)
    page = [_shown(row, form_url) for row in rows[: policy.ANSWERS_A_PAGE]]
    path = reverse("comments:answers", args=[root.public_id])
    more = len(rows) > len(page)
    return AnswersPage(page, f"{path}?{urlencode({'after': _key(page[-1])})}" if more else "")


def place_of(comment: Comment, edition: Edition) -> str:
    """The address, with its anchor, of the page where a public comment stands."""
    anchor = f"#comment-{comment.public_id}"
    root = comment.root or comment
    if comment.root_id and _is_beyond(comment, root):
        return (
            reverse("comments:answers", args=[root.public_id])
            + _after_query(Comment.objects.public().filter(root=root), comment, newest_first=False)
            + anchor
        )
    standing = Comment.objects.of_thread(comment.thread).top_level().standing()
    first = standing.newest_first().values_list("pk", flat=True)[: policy.THREADS_A_PAGE]
    if root.pk in set(first):
        return edition.get_absolute_url() + anchor
    path = reverse("comments:page", args=[edition.article_id])
    return path + _after_query(standing, root, newest_first=True) + anchor


def sort_links(edition: Edition, current: str) -> list[dict[str, object]]:
    """`{"label", "url", "current"}` for each order."""
    labels = {"newest": _("Newest"), "oldest": _("Oldest")}
    return [{"label": labels[sort], "url": _page_url(edition, sort), "current": sort == current} for sort in SORTS]


class KeyUnknown(ValueError):
    """A key in an address that no page gave out."""


def _rows(thread: Thread, *, newest_first: bool, after: str) -> list[CommentRow]:
    """The comments of one page in at most two queries: each answer stands behind its top-level comment.

    There may be more than the page shows: one top-level comment or, of a conversation that is read whole, any number.
    """
    position = _read_key(after) if after else None
    if not thread.public_count:
        return []
    standing = Comment.objects.of_thread(thread).standing()
    if position is None and thread.public_count <= policy.READ_WHOLE:
        return standing.oldest_first().rows()
    top = standing.top_level()
    if position:
        top = top.after(*position, newest_first=newest_first)
    ordered = top.newest_first() if newest_first else top.oldest_first()
    # One more than is shown says whether there is a next page, and costs no count.
    shown = ordered[: policy.THREADS_A_PAGE + 1].rows()
    return shown + _first_answers(shown[: policy.THREADS_A_PAGE])


def _first_answers(top: list[CommentRow]) -> list[CommentRow]:
    """The answers that stand below these top-level comments, oldest first; there may be more than the page shows."""
    roots = [row.pk for row in top if row.answer_count]
    if sum(row.answer_count for row in top) <= policy.READ_WHOLE:
        return Comment.objects.below(roots).oldest_first().rows()
    return Comment.objects.first_below(roots, most=policy.ANSWERS_SHOWN).rows()


def _branches(edition: Edition, rows: list[CommentRow]) -> list[Branch]:
    form_url = _form_url(edition)
    branches: dict[int, Branch] = {}
    for row in rows:
        if row.root_id is None:
            branches[row.pk] = Branch(_shown(row, form_url), [], row.answer_count)
        elif (branch := branches.get(row.root_id)) and len(branch.answers) < policy.ANSWERS_SHOWN:
            branch.answers.append(_shown(row, form_url))
    return list(branches.values())


def _shown(row: CommentRow, form_url: str) -> ShownComment:
    is_public = row.body is not None
    return ShownComment(
        public_id=row.public_id,
        name=row.name if is_public else "",
        posted_at=row.posted_at,
        body=row.body or "",
        edited=bool(row.number and row.number > 1),
        in_answer_to=_mention(row),
        form_url=form_url,
        is_featured=row.featured_at is not None,
        is_from_newsroom=row.is_from_newsroom,
        tombstone=None if is_public else told(row.status, row.removal),
    )


def _mention(row: CommentRow) -> Mention | None:
    """Whom it answers, where that is not the comment on top."""
    if row.parent_id == row.root_id:
        return None
    if row.parent_revision_id is None:
        return Mention("", "", told(row.parent_status or "", row.parent_removal))
    return Mention(row.parent_name or "", row.parent_public_id or "")


def _form_url(edition: Edition) -> str:
    return reverse("comments:new", args=[edition.article_id]) if thread_of(edition).is_open else ""


def _is_beyond(answer: Comment, root: Comment) -> bool:
    before = Comment.objects.public().filter(root=root).exclude(pk=answer.pk)
    later = before.after(answer.posted_at, answer.public_id, newest_first=True)
    return len(later.values_list("pk")[: policy.ANSWERS_SHOWN]) >= policy.ANSWERS_SHOWN


def _after_query(rows: CommentQuerySet, comment: Comment, *, newest_first: bool) -> str:
    """The query string of the page that begins with a comment: the key of its neighbour in front."""
    neighbours = rows.exclude(pk=comment.pk).after(comment.posted_at, comment.public_id, newest_first=not newest_first)
    before = (neighbours.oldest_first() if newest_first else neighbours.newest_first()).first()
    return f"?{urlencode({'after': _key(before)})}" if before else ""


def _page_url(edition: Edition, sort: str, after: str = "") -> str:
    query = {key: value for key, value in (("sort", sort), ("after", after)) if value and value != SORTS[0]}
    path = reverse("comments:page", args=[edition.article_id])
    return f"{path}?{urlencode(query)}" if query else path


def _key(comment: "Comment | ShownComment") -> str:
    """Where a page ends: time in microseconds and public id. Both are public, and neither drifts."""
    return f"{(comment.posted_at - _EPOCH) // timedelta(microseconds=1)}-{comment.public_id}"


def _read_key(key: str) -> tuple[datetime, str]:
    match = _KEY.fullmatch(key)
    if not match:
        raise KeyUnknown(key)
    return _EPOCH + timedelta(microseconds=int(match[1])), match[2]

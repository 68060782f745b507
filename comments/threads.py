"""One page of a conversation, as readers see it: the same number of queries for one comment and for 100,000."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.models import Edition
from comments import policy
from comments.models import Comment, Thread
from comments.querysets import CommentQuerySet
from comments.text import to_html

# Six quiet discs that all pass 4.5:1 against their letter.
_DISCS = 6
_KEY = re.compile(r"(\d{1,17})-([a-z0-9]{12})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SORTS = ("newest", "oldest")


@dataclass
class ShownComment:
    """A comment as a template shows it. One that was removed stands only for the answers below it (`is_removed`)."""

    public_id: str
    name: str
    initial: str
    disc: int
    posted_at: datetime
    edited: bool
    html: SafeString
    permalink: str
    answer_url: str
    is_removed: bool
    in_answer_to: "Mention | None"
    answers: "list[ShownComment]"
    more_answers: int
    answers_url: str

    def get_absolute_url(self) -> str:
        """The permalink."""
        return self.permalink


@dataclass
class Mention:
    """The comment that a deeper answer answers."""

    name: str
    public_id: str


@dataclass
class ThreadPage:
    """What `comments/_thread.html` shows."""

    comments: list[ShownComment]
    next_url: str


def thread_of(edition: Edition) -> Thread:
    """The conversation under a story, read once per edition object; an unsaved, empty one where nobody wrote."""
    known = edition.__dict__.get("_thread")
    if known is None:
        known = Thread.objects.filter(pk=edition.article_id).first() or Thread(article_id=edition.article_id)
        edition.__dict__["_thread"] = known
    return known


def thread_page(edition: Edition, *, sort: str = "newest", after: str = "") -> ThreadPage:
    """Twenty top-level comments with the first answers below each; `after` is the key that the page before gave.

    Raises KeyUnknown for a key that is none.
    """
    thread = thread_of(edition)
    newest_first = sort == "newest"
    standing = Comment.objects.of_thread(thread).top_level().standing()
    if after:
        standing = standing.after(*_read_key(after), newest_first=newest_first)
    ordered = standing.newest_first() if newest_first else standing.oldest_first()
    # One more than is shown says whether there is a next page, and costs no count.
    top = ordered[: policy.THREADS_A_PAGE + 1]
    rows = Comment.objects.with_answers(top, answers=policy.ANSWERS_SHOWN) if thread.public_count else []
    shown = _grouped(edition, rows)
    shown.sort(key=lambda comment: (comment.posted_at, comment.public_id), reverse=newest_first)
    page, beyond = shown[: policy.THREADS_A_PAGE], shown[policy.THREADS_A_PAGE :]
    next_url = _page_url(edition, sort, _key(page[-1])) if beyond else ""
    return ThreadPage(page, next_url)


def answers_page(edition: Edition, root: Comment, *, after: str = "") -> ThreadPage:
    """All public answers below a top-level comment, oldest first, fifty a page."""
    answers = Comment.objects.public().filter(root=root).for_page()
    if after:
        answers = answers.after(*_read_key(after), newest_first=False)
    rows = list(answers.oldest_first()[: policy.ANSWERS_A_PAGE + 1])
    shown = [_shown(edition, row) for row in rows]
    page, beyond = shown[: policy.ANSWERS_A_PAGE], shown[policy.ANSWERS_A_PAGE :]
    path = reverse("comments:answers", args=[root.public_id])
    return ThreadPage(page, f"{path}?{urlencode({'after': _key(page[-1])})}" if beyond else "")


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


def _grouped(edition: Edition, rows: Iterable[Comment]) -> list[ShownComment]:
    tops: dict[int, ShownComment] = {}
    for row in rows:
        if row.root_id is None:
            tops[row.pk] = _shown(edition, row)
        elif row.root_id in tops:
            tops[row.root_id].answers.append(_shown(edition, row))
    for top in tops.values():
        top.more_answers -= len(top.answers)
    return list(tops.values())


def _shown(edition: Edition, comment: Comment) -> ShownComment:
    revision = comment.public_revision
    parent = comment.parent
    mention = parent and parent.pk != comment.root_id and parent.is_public
    new_url = reverse("comments:new", args=[edition.article_id])
    return ShownComment(
        public_id=comment.public_id,
        name=comment.name if revision else "",
        initial=comment.initial if revision else "",
        disc=sum(map(ord, comment.name)) % _DISCS if revision else 0,
        posted_at=comment.posted_at,
        edited=bool(revision and revision.number > 1),
        html=to_html(revision.body) if revision else SafeString(""),
        permalink=comment.get_absolute_url(),
        answer_url=f"{new_url}?{urlencode({'parent': comment.public_id})}" if thread_of(edition).is_open else "",
        is_removed=revision is None,
        in_answer_to=Mention(parent.name, parent.public_id) if parent and mention else None,
        answers=[],
        more_answers=comment.answer_count,
        answers_url=reverse("comments:answers", args=[comment.public_id]),
    )


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

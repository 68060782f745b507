"""Long conversations, full queues and full sections in bulk: a million rows in half a minute, which no verb could do.

The rows are as the verbs would have left them: each comment has its revision and the first row of its ledger, and the
counts are right (`comments.replay.discrepancies()` finds nothing). Texts, names and public ids are all different.
"""

import random
from datetime import timedelta
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import F, Max, Model
from django.utils import timezone

from articles.models import Article, Edition, EditionTag
from articles.search import index
from comments.models import Comment, Decision, Revision, Thread
from comments.states import Status
from tests import factories

# The comment numbered `i` of a batch. Rows are numbered after the last existing ones, so that they can name each other.
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %(count)s)"
# Twelve digits, different for each number and in no order, so that indexes grow as they do with random ids: a factor
# and a prime, whose product with ten million stays below 2^63.
_SCATTERED = "substr(CAST(1000000000000 + ((%(comments)s + i) * 387420489011) %% 999999999989 AS text), 2)"
_MOMENT = {
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%S', %(begin)s, '+' || i || ' seconds')",
    "postgresql": "CAST(%(begin)s AS timestamptz) + i * interval '1 second'",
}
_COMMENTS = """
INSERT INTO comments_comment
    (id, public_id, thread_id, parent_id, root_id, name, email, posted_at, status, revision_number,
     public_revision_id, answer_count, risk, queued_at, is_from_newsroom)
SELECT %(comments)s + i, {scattered}, %(thread)s, {parent}, %(root)s, 'Reader ' || i, '', {moment}, 'pending', 1,
     NULL, 0, 0, {moment}, false
FROM n
"""
_REVISIONS = """
INSERT INTO comments_revision (id, comment_id, number, body, fingerprint, edition_id, network, created_at)
SELECT %(revisions)s + i, %(comments)s + i, 1, %(text)s || ' Number ' || {scattered} || '.',
     {scattered} || %(filling)s, %(edition)s, '', {moment}
FROM n
"""
_DECISIONS = """
INSERT INTO comments_decision
    (comment_id, revision_id, from_status, to_status, public_revision_id, actor, by_id, reason, findings, undoes_id, at,
     featured)
SELECT %(comments)s + i, %(revisions)s + i, '', %(status)s, {shown}, 'rule', NULL, '', '[]', NULL, {moment},
    false
FROM n
"""
# Afterwards: for each row that is named before it exists, SQLite would search whole tables.
_PUBLIC = """
UPDATE comments_comment SET status = 'approved', public_revision_id = id - %(comments)s + %(revisions)s,
    queued_at = NULL
WHERE id > %(comments)s
"""


def thread_with(count: int) -> Edition:
    """A new live story with so many public top-level comments, a second apart."""
    edition = _story(count)
    _write(edition, count, Status.APPROVED)
    return edition


def answers_below(count: int) -> Comment:
    """A public comment of a new live story with so many public answers, a second apart."""
    edition = _story(count)
    top = factories.pending(edition, at=edition.first_visible_from)
    factories.decided(top, Status.APPROVED)
    _write(edition, count, Status.APPROVED, root=top)
    top.refresh_from_db()
    return top


def chain_below(count: int) -> Comment:
    """A public comment of a new live story, answered by one that is answered by the next, and so on, so many times."""
    edition = _story(count)
    top = factories.pending(edition, at=edition.first_visible_from)
    factories.decided(top, Status.APPROVED)
    _write(edition, count, Status.APPROVED, root=top, chained=True)
    top.refresh_from_db()
    return top


def waiting(count: int) -> Edition:
    """A new live story under which so many comments wait for a moderator."""
    edition = _story(count)
    _write(edition, count, Status.PENDING)
    return edition


def stories(count: int, **fields: Any) -> Edition:
    """A new live story, and so many more like it after it, a second apart.

    They have one tag and one person, and their section is among the `fields`, or the usual one. Returns the oldest.
    """
    edition = factories.live(
        at=timezone.now().replace(microsecond=0) - timedelta(seconds=count + 1),
        tags=("Harbours",),
        people=(factories.person(),),
        **fields,
    )
    values = {
        "count": count,
        "articles": _last(Article),
        "editions": _last(Edition),
        "begin": connection.ops.adapt_datetimefield_value(edition.visible_from),
    }
    moment = _MOMENT[connection.vendor]
    article, own = "%(articles)s + i", "%(editions)s + i"
    times = {"visible_from": moment, "first_visible_from": moment, "told_from": moment}
    _copy(Article.objects.get(pk=edition.article_id), values, id=article)
    _copy(edition, values, id=own, article_id=article, **times)
    for row in (*edition.edition_people.all(), *EditionTag.objects.filter(edition=edition)):
        _copy(row, values, edition_id=own)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Article, Edition]):
            cursor.execute(statement)
    return edition


def searchable(count: int) -> Edition:
    """So many new live stories of some 440 words each, a second apart, with their words indexed.

    `word0` is in all of them, the next ones in fewer and fewer; `rare` in the texts of twenty of them, and in the
    headline of one. Returns the oldest, which has none of these words.
    """
    edition = factories.live(at=timezone.now().replace(microsecond=0) - timedelta(seconds=count + 1))
    article = Article.objects.get(pk=edition.article_id)
    articles, editions = [], []
    for number in range(count):
        headline, summary, body = _words_of(number, rare=number % max(1, count // 20) == 0)
        texts = {"headline": headline, "summary": summary, "body": body}
        at = edition.visible_from + timedelta(seconds=number + 1)
        times = {"visible_from": at, "first_visible_from": at, "told_from": at}
        articles.append(_like(article, **texts))
        editions.append(_like(edition, **texts, **times, article=articles[-1]))
    with transaction.atomic():
        Article.objects.bulk_create(articles, batch_size=500)
        Edition.objects.bulk_create(editions, batch_size=500)
        index.rebuild()
    return edition


def comments_below(edition: Edition, count: int, *, root: Comment | None = None) -> None:
    """So many more public comments of a live story, as answers to one of them if `root` is given."""
    _write(edition, count, Status.APPROVED, root=root)


# --- How ------------------------------------------------------------------------------------------------------------


def _story(count: int) -> Edition:
    """Old enough for so many comments a second apart."""
    return factories.live(at=timezone.now().replace(microsecond=0) - timedelta(seconds=count + 1))


@transaction.atomic
def _write(edition: Edition, count: int, status: Status, *, root: Comment | None = None, chained: bool = False) -> None:
    thread, _created = Thread.objects.get_or_create(article_id=edition.article_id)
    values = {
        "count": count,
        "comments": _last(Comment),
        "revisions": _last(Revision),
        "thread": thread.pk,
        "root": root.pk if root else None,
        "edition": edition.pk,
        "status": status.value,
        "begin": connection.ops.adapt_datetimefield_value(edition.first_visible_from),
        "text": factories.GOOD_TEXT,
        "filling": "f" * 52,
    }
    public = status is Status.APPROVED
    parts = {
        "scattered": _SCATTERED,
        "moment": _MOMENT[connection.vendor],
        "shown": "%(revisions)s + i" if public else "NULL",
        "parent": "CASE i WHEN 1 THEN %(root)s ELSE %(comments)s + i - 1 END" if chained else "%(root)s",
    }
    with connection.cursor() as cursor:
        for statement in (_COMMENTS, _REVISIONS, _DECISIONS):
            cursor.execute(_NUMBERS + statement.format(**parts), values)
        if public:
            cursor.execute(_PUBLIC, values)
        for statement in connection.ops.sequence_reset_sql(no_style(), [Comment, Revision, Decision]):
            cursor.execute(statement)
    if public:
        Thread.objects.filter(pk=thread.pk).update(public_count=F("public_count") + count)
        if root:
            Comment.objects.filter(pk=root.pk).update(answer_count=F("answer_count") + count)


def _like(row: Model, **changed: object) -> Any:
    """A new unsaved row like this one, apart from the given changes."""
    values = {field.name: getattr(row, field.name) for field in row._meta.concrete_fields if field.name != "id"}
    return type(row)(**{**values, **changed})


def _words_of(number: int, *, rare: bool) -> tuple[str, str, str]:
    """Headline, summary and body of the story of this number; the same each time."""
    draw = random.Random(number)
    # Distributed like the words of a language: the second half as often as the first, and so on.
    words = [f"word{int(draw.paretovariate(0.35)) - 1}" for _ in range(440)]
    headline = [*words[:7], *(["rare"] if rare and number == 0 else [])]
    body = ["word0", *words[30:], *(["rare"] if rare else [])]
    paragraphs = (" ".join(body[start : start + 60]) for start in range(0, len(body), 60))
    return " ".join(headline), " ".join(words[7:30]), "".join(f"<p>{text}.</p>" for text in paragraphs)


def _copy(row: Model, values: dict[str, object], **changed: str) -> None:
    """Insert the row so many times, with these columns changed; its own number is left to the database."""
    columns = {field.column: field.column for field in row._meta.concrete_fields if field.column != "id"} | changed
    table = row._meta.db_table
    insert = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
    with connection.cursor() as cursor:
        cursor.execute(f"{_NUMBERS} {insert} FROM {table}, n WHERE id = %(copied)s", {**values, "copied": row.pk})


def _last(model: type[Model]) -> int:
    return model._default_manager.aggregate(last=Max("pk"))["last"] or 0

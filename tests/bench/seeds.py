"""Code that runs inside the portal's own Django, in a process of its own: it fills a database, or queries one.

`python -m tests.bench.seeds ACT [ARGUMENT …]` with the portal's environment; prints one JSON value.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from statistics import median
from typing import Any

import django

# A comment that the rules hold only because every comment is read.
TEXT = "Reader number %s thinks that what the council decided about the harbour deserves a longer answer than this."


def fill(waiting: int, threads: list[int]) -> list[str]:
    """Stories with so many approved comments each, and so many undecided comments; prints the stories' addresses.

    All in one process: the names from the tests' factories are distinct only within one process.
    """
    from tests import large

    addresses = [str(large.thread_with(count).get_absolute_url()) for count in threads]
    if waiting:
        large.waiting(waiting)
    return addresses


def held(path: str, count: int) -> list[dict[str, Any]]:
    """New comments on a story, each held for a moderator: its row's number and a word that only it contains."""
    from comments import posting
    from newsportal.client import _parse

    edition = _edition(path)
    made = []
    for number in range(count):
        word = f"word{number:05}end"
        draft = posting.Draft(name=f"Reader {number}", body=TEXT % word)
        comment = posting.post(edition, draft, address=_parse(f"2001:db8:ffff:{number:x}::1"))
        made.append({"pk": comment.pk, "saw": comment.seen, "word": word})
    return made


def queries(path: str) -> int:
    """Queries of one page, requested with Django's test client."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = _client()
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    assert response.status_code == 200, response
    return len(captured)


def statements(path: str) -> dict[str, Any]:
    """What one comment writes: INSERTs by table, and the other writes; for a first post by this author."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    # The very first post also creates the thread and the week's key.
    _post(path, 1)
    with CaptureQueriesContext(connection) as captured:
        _post(path, 2)
    written = [query["sql"].split() for query in captured]
    return {
        "inserts": Counter(words[2].strip('"') for words in written if words[0] == "INSERT"),
        "updates": sum(words[0] == "UPDATE" for words in written),
        "queries": len(written),
    }


def decision(path: str) -> dict[str, int]:
    """Queries of the dearest decision, and of a plain one as a request from the desk's page.

    The dearest one approves, with words, an answer whose author is told by mail. The moderator has just arrived, so
    their rights are read, too. Beginning and end of a transaction do not count as queries.
    """
    from comments import moderation, posting
    from comments.states import Status
    from tests import factories

    edition = _edition(path)
    top = factories.approved(edition)
    answer = factories.pending(edition, parent=top, email="bench@example.org")
    posting.confirm_address(answer)
    by = factories.user("moderators")
    dearest = _asked(lambda: moderation.decide(answer, to=Status.APPROVED, by=by, saw=answer.seen, explanation="Well."))
    client = _client()
    client.force_login(by)
    plain = factories.pending(edition)
    fields = {"act": "approve", "comment": f"{plain.pk}:{plain.seen}"}
    return {"decision": dearest, "request": _asked(lambda: client.post("/admin/comments/comment/decisions/", fields))}


def _asked(act: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        act()
    return sum(query["sql"].split()[0] in {"SELECT", "INSERT", "UPDATE", "DELETE"} for query in captured)


def waiting(count: int) -> list[tuple[int, str]]:
    """The first so many waiting comments, as the desk shows them: number and the state seen."""
    from comments.models import Comment

    rows = Comment.objects.filter(status="pending").order_by("queued_at", "pk")[:count]
    return [(comment.pk, comment.seen) for comment in rows]


def matching(rounds: int) -> dict[str, list[float]]:
    """Milliseconds of a processor that a list of five thousand entries takes for a comment, by its length."""
    import random

    from comments.policy import MAXIMUM_CODE_POINTS
    from comments.wording import WordList, parse

    draw = random.Random(5)
    letters = "abcdefghijklmnopqrstuvwxyz"
    made = ["".join(draw.choices(letters, k=draw.randint(4, 10))) for _ in range(8_000)]
    lines = [_entry(draw, made) for _ in range(_ENTRIES)]
    words = WordList(enumerate(parse(line) for line in lines))
    speech = [*made, *(_COMMON.split() * 800)]
    texts = {
        "usual": [" ".join(draw.choices(speech, k=80)) for _ in range(50)],
        "longest": [" ".join(draw.choices(speech, k=1_500))[:MAXIMUM_CODE_POINTS] for _ in range(10)],
    }
    # Each word of another script has three readings.
    texts["cyrillic"] = [text.translate(_IN_CYRILLIC) for text in texts["longest"]]
    words.places(texts["usual"][0])
    return {name: [_each(words.places, some) for _ in range(rounds)] for name, some in texts.items()}


_IN_CYRILLIC = {code: 0x0430 + code - ord("a") for code in range(ord("a"), ord("z") + 1)}
_COMMON = "the of and to in is that it was for on are with as at be this have from or"
# The share of phrases and of entries with a star that the newsroom's list may have.
_ENTRIES = 5_000


def _entry(draw: Any, words: list[str]) -> str:
    line = " ".join(draw.choices(words, k=draw.choice([1, 1, 1, 2, 3])))
    return draw.choice(["{}", "{}", "{}*", "*{}", "*{}*"]).format(line)


def _each(ask: Callable[[str], object], texts: list[str]) -> float:
    took = []
    for text in texts:
        # Processor time: whatever else the machine does meanwhile does not count.
        began = time.thread_time()
        ask(text)
        took.append((time.thread_time() - began) * 1e3)
    return median(took)


def rehearsal(count: int, rounds: int) -> list[float]:
    """Seconds in which fifty entries are tried on so many decided comments of the last thirty days."""
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from comments.rules.rehearsal import rehearse
    from comments.wording import parse
    from tests import large

    call_command("migrate", verbosity=0)
    large.thread_with(count)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    entries = {number: parse(f"number {number}*" if number % 2 else f"casino{number:03}") for number in range(100, 150)}
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        done = rehearse(entries, now=timezone.now())
        took.append(time.perf_counter() - began)
        assert done.looked_at == count, done.looked_at
        assert done.caught_in_all > 0
    return took


def _edition(path: str) -> Any:
    from articles.models import Edition

    return Edition.objects.live().get(article_id=article_id(path))


def search(count: int, rounds: int) -> dict[str, list[list[float]]]:
    """Milliseconds of the whole answer, of the bare query beneath it and of the page, in turns, by what was asked for.

    The whole answer is twenty stories with their texts read, passages cut and words marked, and the number of hits; the
    page is the same as HTML, requested with Django's test client. The bare query is what somebody in a hurry would ask
    the database: the keys of the twenty best rows of all editions, by `bm25` or `ts_rank`, without checking what is
    live, and without reading their text. PostgreSQL is told to use its index, which it does not do by itself for a
    common word, and which makes the bare query three times as quick.
    """
    from django.core.management import call_command
    from django.db import connection

    from tests import large

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    large.searchable(count)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    took: dict[str, list[list[float]]] = {}
    for asked, words in SEARCHES.items():
        sides = _found(words), _bare(words), _page(words)
        took[asked] = [[_milliseconds(side) for side in sides] for _ in range(rounds)]
    return took


def conversation(count: int, depth: int, rounds: int) -> dict[str, Any]:
    """For each page of a conversation with so many comments, and of a chain of so many answers to answers, against the
    same page with twenty: the queries of both, and the milliseconds of both in turns, requested with Django's test
    client."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.models import F

    from comments.models import Comment
    from comments.threads import SORTS
    from tests import large

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    sides = [
        _conversation(large.thread_with(size), large.chain_below(length)) for size, length in ((count, depth), (20, 20))
    ]
    # Each number of recommendations many times, and enough featured comments for several pages.
    Comment.objects.update(recommendations=F("pk") % 50)
    for side in sides:
        newest = Comment.objects.filter(thread=side["thread"]).order_by("-posted_at").values("pk")[:1000]
        Comment.objects.filter(pk__in=list(newest.values_list("pk", flat=True))).update(featured_at=F("posted_at"))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    found: dict[str, Any] = {}
    for name in (*SORTS, "the answers of a chain", "the permalink at its end"):
        paths = [_path(name, side) for side in sides]
        asks = [_visit(path) for path in paths]
        queries = [_asked(ask) for ask in asks]
        found[name] = {"queries": queries, "rounds": [[_milliseconds(ask) for ask in asks] for _ in range(rounds)]}
    return found


def _conversation(edition: Any, top: Any) -> dict[str, Any]:
    last = top.descendants.order_by("-posted_at")[0]
    return {"thread": edition.article_id, "top": top.public_id, "last": last.public_id}


def _path(name: str, side: dict[str, Any]) -> str:
    if name == "the answers of a chain":
        return f"/comments/{side['top']}/answers/"
    if name == "the permalink at its end":
        return f"/comments/{side['last']}/"
    return f"/articles/{side['thread']}/comments/?sort={name}"


def _visit(path: str) -> Callable[[], object]:
    client = _client()

    def ask() -> None:
        response = client.get(path)
        assert response.status_code in {200, 302}, (path, response.status_code)

    return ask


# Words in twenty of the stories, in a quarter, in all; and four words that are in all of them.
SEARCHES = {
    "a rare word": "rare",
    "a common word": "word100",
    "a word of all": "word0",
    "four words": "word0 word1 word2 word3",
}
# The median of this many is a round.
_ASKED_A_ROUND = 5
_BARE = {
    "sqlite": "SELECT rowid FROM articles_edition_words WHERE articles_edition_words MATCH %s "
    "ORDER BY bm25(articles_edition_words, 8, 4, 2, 1) LIMIT 20",
    "postgresql": "SELECT id FROM articles_edition_words, websearch_to_tsquery('simple', %s) asked "
    "WHERE words @@ asked ORDER BY ts_rank(words, asked) DESC LIMIT 20",
}


def _found(words: str) -> Callable[[], object]:
    from django.http import QueryDict

    from articles.search_page import Asked, find

    parameters = QueryDict(mutable=True)
    parameters["q"] = words
    return lambda: find(Asked.of(parameters))


def _bare(words: str) -> Callable[[], object]:
    from django.db import connection

    from articles.search.index import engine

    def ask() -> object:
        with engine().reading(), connection.cursor() as cursor:
            cursor.execute(_BARE[connection.vendor], [words])
            return cursor.fetchall()

    return ask


def _page(words: str) -> Callable[[], object]:
    client = _client()
    return lambda: client.get("/search/", {"q": words})


def _milliseconds(ask: Callable[[], object]) -> float:
    took = []
    for _ in range(_ASKED_A_ROUND):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1e3)
    return median(took)


def article_id(path: str) -> int:
    """The story's number in its address."""
    return int(path.split("/")[2])


def _post(path: str, number: int) -> None:
    address = f"/articles/{article_id(path)}/comments/new/"
    sent_from = f"2001:db8:fffe:{number:x}::1"
    data = {"name": "A reader", "body": TEXT % f"of the probe {number}"}
    response = _client().post(address, _encoded(data), content_type=FORM, headers={"X-Forwarded-For": sent_from})
    assert response.status_code == 303, response.content.decode()


FORM = "application/x-www-form-urlencoded"


def _encoded(data: dict[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode(data)


def _client() -> Any:
    from django.test import Client

    return Client(SERVER_NAME="127.0.0.1")


ACTS: dict[str, Callable[..., Any]] = {
    "fill": lambda waiting, *threads: fill(int(waiting), [int(count) for count in threads]),
    "held": lambda path, count: held(path, int(count)),
    "queries": queries,
    "statements": statements,
    "decision": decision,
    "waiting": lambda count: waiting(int(count)),
    "matching": lambda rounds: matching(int(rounds)),
    "rehearsal": lambda count, rounds: rehearsal(int(count), int(rounds)),
    "conversation": lambda *numbers: conversation(*(int(number) for number in numbers)),
    "search": lambda count, rounds: search(int(count), int(rounds)),
}

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "newsportal.settings"
    django.setup()
    json.dump(ACTS[sys.argv[1]](*sys.argv[2:]), sys.stdout)

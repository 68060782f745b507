"""The page store over real HTTP, with the server's two processes: never stale, hardly ever rendered, the same for
all."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.journeys.words import named, text
from tests.long.people import STORY, Answer, Moderator, ask, figures, write
from tests.servers import Portal, wait_until

# Enough that both processes get some: the kernel distributes connections by their hash.
FRESH = 20
READERS = 500


@pytest.fixture(autouse=True, scope="module")
def _open(portal: Portal) -> None:
    """Each process opens the store at its first request, and passes on what comes before."""
    wait_until(lambda: len({str(told(asked(portal).headers)) for _ in range(FRESH)}) == 1, 20)


def asked(portal: Portal, path: str = STORY, **headers: str) -> Answer:
    return ask(portal.port, path, {name.replace("_", "-"): value for name, value in headers.items()})


def told(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of an answer, without those that say when it was given, and which answer it was."""
    return {name: value for name, value in headers.items() if name not in {"date", "x-request-id"}}


def rendered(portal: Portal) -> float:
    return figures(portal.port)["portal_page_renders_total"]


def test_a_moderators_answer_is_followed_by_the_new_page_from_every_process(portal: Portal) -> None:
    moderator = Moderator(portal.port)
    for number in range(3):
        words = text()
        assert write(portal.port, named(f"Approved {number}"), words).status == 303
        assert [words in asked(portal).text for _ in range(FRESH)] == [False] * FRESH
        decision = moderator.approve(words)
        assert [words in asked(portal).text for _ in range(FRESH)] == [True] * FRESH
        moderator.undo(decision)
        assert [words in asked(portal).text for _ in range(FRESH)] == [False] * FRESH


def test_five_hundred_readers_of_a_page_just_changed_have_it_rendered_once_or_twice(portal: Portal) -> None:
    words = text()
    assert write(portal.port, named("Awaited"), words).status == 303
    moderator = Moderator(portal.port)
    for _ in range(4):
        asked(portal)
    # Counts are written down once a second: earlier renderings must be among them.
    wait_until(lambda: rendered(portal) == rendered_after_a_round(portal), 20)
    before = rendered(portal)

    async def read(ready: asyncio.Event, go: asyncio.Event, opened: list[object]) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", portal.port)
        opened.append(writer)
        if len(opened) == READERS:
            ready.set()
        await go.wait()
        writer.write(f"GET {STORY} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        return answer

    async def crowd() -> list[bytes]:
        ready, go, opened = asyncio.Event(), asyncio.Event(), []
        readers = [asyncio.create_task(read(ready, go, opened)) for _ in range(READERS)]
        await asyncio.wait_for(ready.wait(), 20)
        await asyncio.to_thread(moderator.approve, words)
        go.set()
        return list(await asyncio.gather(*readers))

    # In a thread of its own: the browser keeps an event loop in the main one.
    with ThreadPoolExecutor(1) as thread:
        answers = thread.submit(asyncio.run, crowd()).result()
    assert [answer.startswith(b"HTTP/1.1 200") and words.encode() in answer for answer in answers] == [True] * READERS
    assert rendered_after_a_round(portal) - before <= 2


def rendered_after_a_round(portal: Portal) -> float:
    """Renderings, once every process has written down what it had counted by now."""
    mark = figures(portal.port)["portal_page_passed_total"]
    wait_until(lambda: figures(portal.port)["portal_page_passed_total"] >= mark + 4, 20)
    return rendered(portal)


@pytest.mark.parametrize("accepted", ["gzip", "br", "identity"])
def test_who_has_the_page_gets_a_304_whatever_form_they_take(portal: Portal, accepted: str) -> None:
    etag = asked(portal, accept_encoding=accepted).headers["etag"]
    again = asked(portal, accept_encoding=accepted, if_none_match=etag)
    assert (again.status, again.text, again.headers["etag"]) == (304, "", etag)


def test_a_page_is_the_same_for_a_reader_and_for_staff_and_theirs_is_not_kept(portal: Portal) -> None:
    moderator = Moderator(portal.port)
    asked(portal)
    passed = figures(portal.port)["portal_page_passed_total"]
    own = moderator.get(STORY)
    assert own.text == asked(portal).text
    wait_until(lambda: figures(portal.port)["portal_page_passed_total"] > passed, 20)


POISON = [
    (STORY, {"Host": "evil.example"}),
    (STORY, {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "ftp", "X-Forwarded-Port": "1"}),
    (STORY, {"Forwarded": "host=evil.example;proto=ftp"}),
    (STORY, {"X-Original-URL": "/admin/", "X-Rewrite-URL": "/admin/"}),
    (STORY, {"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "POST"}),
    (STORY, {"Accept-Language": "evil", "Accept": "application/evil", "User-Agent": "evil<script>"}),
    (STORY, {"Range": "bytes=0-9", "If-Range": "x"}),
    (STORY, {"Cookie": "evil=1; csrftoken=evil"}),
    (STORY, {"Authorization": "Basic ZXZpbDpldmls"}),
    (STORY, {"Origin": "https://evil.example", "Referer": "https://evil.example/"}),
    (STORY, {"If-Modified-Since": "Fri, 31 Dec 2100 00:00:00 GMT"}),
    (f"{STORY}?evil=1", {}),
    (f"{STORY}?page=evil&page=evil2", {}),
    (f"{STORY}?a=1&a=2&utm_source=evil", {}),
    (f"{STORY}?%0a%0dSet-Cookie:evil=1", {}),
    (f"{STORY}%0aevil", {}),
    (f"/{STORY}", {}),
    (f"{STORY};evil.css", {}),
    (f"{STORY}evil.css", {}),
    (f"{STORY}..%2f..%2fevil", {}),
    (STORY.replace("fishing", "f%69shing"), {}),
    (f"{STORY}?evil={'x' * 8000}", {}),
    (f"{STORY}{'x' * 8000}", {}),
]


@pytest.mark.parametrize(("path", "headers"), POISON, ids=range(len(POISON)))
def test_nothing_that_one_client_sends_is_in_what_the_next_one_gets(
    portal: Portal, path: str, headers: dict[str, str]
) -> None:
    clean = asked(portal)
    for _ in range(3):
        assert ask(portal.port, path, headers).status in {200, 301, 400, 404}
    after = asked(portal)
    assert (after.status, after.text, told(after.headers)) == (200, clean.text, told(clean.headers))
    assert "evil" not in after.text + str(after.headers)

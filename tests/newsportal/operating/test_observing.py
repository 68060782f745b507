"""What surrounds each answer: its id, its line in the log, its place in the figures."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from newsportal.operating import observing, tallies
from newsportal.operating.logs import request_id
from newsportal.operating.observing import Observer
from newsportal.operating.request_log import RequestLog, as_line

Message = dict[str, Any]
KEPT = (
    {"type": "http.response.start", "status": 200, "headers": ((b"etag", b'W/"1"'),)},
    {"type": "http.response.body", "body": b"kept"},
)


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "own", tallies.Tally())
    # The writing thread is not needed: the tests flush.
    monkeypatch.setattr(Observer, "_begin", lambda _self: None)
    observing._gives_ids.cache_clear()


def scope(path: str = "/articles/17/harbour/", *, headers: Any = (), peer: str = "127.0.0.1", **more: Any) -> Message:
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": list(headers),
        "client": (peer, 1),
        **more,
    }


async def answers(scope: Any, receive: Any, send: Any) -> None:
    """A site that answers in two parts, with the id that it sees."""
    await send({"type": "http.response.start", "status": 404, "headers": [(b"x-seen", request_id.get().encode())]})
    await send({"type": "http.response.body", "body": b"not ", "more_body": True})
    await send({"type": "http.response.body", "body": b"there"})


def ask(
    asked: Message, behind: Callable[..., Awaitable[None]] = answers, *, at_once: Any = None
) -> tuple[list[Message], list[str]]:
    """What is sent for a request, and the lines in the log."""
    written: list[bytes] = []
    log = RequestLog(as_line, written.append)
    sent: list[Message] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def run() -> None:
        await Observer(behind, log, at_once)(asked, asyncio.Event().wait, send)  # type: ignore[arg-type]

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()
    log.flush()
    return sent, b"".join(written).decode().splitlines()


def identity(sent: list[Message]) -> str:
    return dict(sent[0]["headers"])[b"x-request-id"].decode()


def test_an_answer_has_an_id_which_its_line_and_the_code_behind_it_have_too() -> None:
    sent, [line] = ask(scope())
    made = identity(sent)
    assert len(made) >= 13
    assert dict(sent[0]["headers"])[b"x-seen"] == made.encode()
    assert " INFO requests GET /articles/17/harbour/ 404 " in line
    assert line.endswith(f"ms 9B request={made}")
    assert list(tallies.own.answers) == [("story", 404)]


def test_a_kept_page_has_the_same_and_stays_what_it_was() -> None:
    sent, [line] = ask(scope(), at_once=lambda _asked: KEPT)
    assert (sent[0]["headers"][0], sent[1]) == ((b"etag", b'W/"1"'), KEPT[1])
    assert " GET /articles/17/harbour/ 200 " in line
    assert line.endswith(f"ms 4B request={identity(sent)}")
    assert list(tallies.own.answers) == [("story", 200)]
    assert KEPT[0]["headers"] == ((b"etag", b'W/"1"'),)


def test_no_two_requests_have_one_id() -> None:
    assert len({identity(ask(scope())[0]) for _ in range(20)}) == 20


@pytest.mark.parametrize(
    ("given", "peer", "trusted", "is_taken"),
    [
        (b"0123456789abcdef", "127.0.0.1", ["127.0.0.1"], True),
        (b"6ba7b810-9dad-11d1-80b4-00c04fd430c8", "10.1.2.3", ["10.0.0.0/8"], True),
        # An id from a stranger might be another request's.
        (b"0123456789abcdef", "127.0.0.1", [], False),
        (b"0123456789abcdef", "192.0.2.1", ["127.0.0.1"], False),
        (b"short", "127.0.0.1", ["127.0.0.1"], False),
        (b"a" * 65, "127.0.0.1", ["127.0.0.1"], False),
        (b"abcdefgh\n2026 INFO forged", "127.0.0.1", ["127.0.0.1"], False),
        (b"abcdefgh\x1b[2J", "127.0.0.1", ["127.0.0.1"], False),
        ("abcdefgh\u2028".encode(), "127.0.0.1", ["127.0.0.1"], False),
    ],
)
def test_an_id_is_taken_from_a_trusted_proxy_alone_and_if_it_can_be_one(
    settings: Any, given: bytes, peer: str, trusted: list[str], is_taken: bool
) -> None:
    settings.TRUSTED_PROXIES = trusted
    sent, [line] = ask(scope(headers=[(b"host", b"localhost"), (b"x-request-id", given)], peer=peer))
    assert (identity(sent).encode() == given) is is_taken
    assert line.isprintable()


@pytest.mark.parametrize("evil", ["\n", "\r\n", "\x1b[2J", "\u2028", "\x00", "\x85", "\ud800", "\u202e"])
def test_whatever_a_client_sends_its_request_is_one_line(evil: str) -> None:
    forged = f"x{evil}2026-11-28T09:52:54.123Z INFO requests GET /forged/ 200".encode("utf-8", "surrogatepass")
    headers = [(name, forged) for name in (b"user-agent", b"referer", b"x-forwarded-for", b"cookie", b"x-request-id")]
    path = f"/a{evil}2026 INFO requests"
    _sent, lines = ask(scope(path, headers=headers, query_string=forged))
    assert len(lines) == 1
    assert lines[0].isascii()
    assert lines[0].isprintable()
    assert "/forged/" not in lines[0]


def test_a_line_says_nothing_of_who_asked() -> None:
    headers = [
        (b"user-agent", b"Mozilla/5.0"),
        (b"referer", b"https://elsewhere.example/"),
        (b"cookie", b"sessionid=s3cret"),
    ]
    _sent, [line] = ask(scope(headers=[*headers, (b"x-forwarded-for", b"192.0.2.9")], peer="192.0.2.8"))
    assert [word for word in ("192.0.2", "Mozilla", "elsewhere", "s3cret") if word in line] == []


def test_who_hangs_up_before_there_is_an_answer_is_told_as_such() -> None:
    async def silent(scope: Any, receive: Any, send: Any) -> None:
        return

    _sent, [line] = ask(scope(), silent)
    assert " 499 " in line


def test_an_error_past_django_is_a_line_and_a_plain_answer(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError("no")

    with caplog.at_level(logging.ERROR):
        sent, [line] = ask(scope(), broken)
    assert (sent[0]["status"], sent[1]["body"]) == (500, b"Something went wrong.\n")
    assert " 500 " in line
    assert [one.getMessage() for one in caplog.records] == ["a request was not answered"]


def test_what_is_no_request_is_handed_on() -> None:
    seen: list[str] = []

    async def lifespan(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    assert ask({"type": "lifespan"}, lifespan) == ([], [])
    assert seen == ["lifespan"]

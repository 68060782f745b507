"""The edge in front of Django: it reads a body first, whole, bounded in size and time."""

import asyncio
import tracemalloc
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from a2wsgi import WSGIMiddleware
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from newsportal import edge, limits
from newsportal.limits import DRAIN_BYTES, PICTURE_BYTES, READER_BYTES, STAFF_BYTES

Message = dict[str, Any]


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A site that answers with what WSGI let it read."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("X-Length", environ.get("CONTENT_LENGTH", "none"))])
    return [body]


@pytest.fixture(autouse=True)
def _behind(monkeypatch: Any) -> Iterator[None]:
    monkeypatch.setattr(edge, "_behind", WSGIMiddleware(echo, workers=1))
    with ThreadPoolExecutor(1) as threads:
        monkeypatch.setattr(edge, "threads", threads)
        yield
        # The thread has a connection of its own, and the test database is dropped only when nobody uses it.
        threads.submit(connections.close_all).result()


def scope(path: str, headers: Iterable[tuple[bytes, bytes]], kind: str, method: str) -> dict[str, Any]:
    return {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": list(headers),
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 1),
    }


def parts(*bodies: bytes) -> list[Message]:
    last = len(bodies) - 1
    return [{"type": "http.request", "body": body, "more_body": at < last} for at, body in enumerate(bodies)]


def answer(
    messages: list[Message], *, path: str = "/", headers: Any = (), kind: str = "http", method: str = "POST"
) -> list[Message]:
    """What the edge sends for a request that arrives in these messages, with none to follow."""
    sent: list[Message] = []

    async def run() -> None:
        arriving = iter(messages)

        async def receive() -> Message:
            for message in arriving:
                return message
            return await asyncio.Event().wait()  # type: ignore[return-value]

        async def send(message: Message) -> None:
            sent.append(message)

        application: Callable[..., Awaitable[None]] = edge.edge
        await application(scope(path, headers, kind, method), receive, send)

    # In a thread of its own: a browser test of the same process keeps an event loop in the main one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, asyncio.wait_for(run(), 20)).result()
    return sent


def read(sent: list[Message]) -> tuple[int, bytes]:
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


def header(sent: list[Message], name: bytes) -> bytes:
    return dict(sent[0]["headers"])[name]


def test_a_body_in_pieces_without_an_announced_length_arrives_whole() -> None:
    sent = answer(parts(b"one ", b"two ", b"three"), headers=[(b"transfer-encoding", b"chunked")])
    assert read(sent) == (200, b"one two three")
    assert header(sent, b"x-length") == b"13"


def test_the_true_length_counts_whatever_was_announced() -> None:
    sent = answer(parts(b"four"), headers=[(b"Content-Length", b"4000")])
    assert (read(sent), header(sent, b"x-length")) == ((200, b"four"), b"4")


def test_a_request_without_a_body_is_passed_on() -> None:
    assert read(answer(parts(b""))) == (200, b"")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize(
    ("path", "limit"),
    [("/", READER_BYTES), ("/admin/login/", STAFF_BYTES), ("/admin/articles/picture/add/", PICTURE_BYTES)],
)
def test_a_body_of_just_the_limit_is_taken_and_one_byte_more_is_not(path: str, limit: int) -> None:
    headers = [(b"cookie", cookie_of("signed in"))]
    taken = answer(parts(b"x" * (limit - 1), b"y"), path=path, headers=headers)
    assert (taken[0]["status"], header(taken, b"x-length")) == (200, str(limit).encode())
    refused = answer(parts(b"x" * limit, b"y"), path=path, headers=headers)
    # The body does not pass the edge, only its announced length.
    assert (header(refused, b"x-length"), read(refused)[1]) == (str(limit + 1).encode(), b"")
    assert header(refused, b"connection") == b"close"


def cookie_of(whom: str) -> bytes:
    """The cookie that a browser sends for a session: of somebody signed in, of nobody, or a session that does not
    exist."""
    session = SessionStore()
    session["of"] = "nobody"
    if whom == "signed in":
        session[SESSION_KEY] = "1"
    if whom == "over":
        session[SESSION_KEY] = "1"
        session.set_expiry(-1)
    session.create()
    return f"sessionid={'x' * 32 if whom == 'unknown' else session.session_key}".encode()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("whom", ["without one", "unknown", "nobody", "over"])
@pytest.mark.parametrize("path", ["/admin/articles/picture/drop/", "/admin/articles/article/add/"])
def test_who_is_not_signed_in_and_sends_more_than_a_reader_may_is_asked_to_sign_in(
    monkeypatch: Any, whom: str, path: str
) -> None:
    django = WSGIMiddleware(edge.django, workers=1)
    monkeypatch.setattr(edge, "_behind", django)
    headers = [(b"host", b"127.0.0.1"), *([] if whom == "without one" else [(b"cookie", cookie_of(whom))])]
    sent = answer(parts(*[b"x" * READER_BYTES] * 3), path=path, headers=headers)
    django.executor.submit(connections.close_all).result()
    assert (sent[0]["status"], header(sent, b"location")) == (302, f"/admin/login/?next={path}".encode())
    assert header(sent, b"connection") == b"close"


def test_of_who_is_not_signed_in_no_more_is_held_than_of_a_reader() -> None:
    count = 200
    held: list[int] = []

    def pieces() -> Iterable[Message]:
        for number in range(count):
            yield {"type": "http.request", "body": bytes(65_536), "more_body": number < count - 1}
            held.append(tracemalloc.get_traced_memory()[0])

    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    sent = answer(pieces(), path="/admin/articles/picture/drop/")  # type: ignore[arg-type]
    tracemalloc.stop()
    assert (read(sent), max(held) - before < READER_BYTES * 4) == ((200, b""), True)


def test_what_is_too_large_is_answered_by_a_page_that_says_what_to_do(monkeypatch: Any) -> None:
    monkeypatch.setattr(edge, "_behind", WSGIMiddleware(edge.django, workers=1))
    path, headers = "/articles/1/comments/new/", [(b"host", b"127.0.0.1"), (b"origin", b"null")]
    status, page = read(sent := answer(parts(b"x" * (READER_BYTES + 1)), path=path, headers=headers))
    assert (status, header(sent, b"content-type")) == (413, b"text/html; charset=utf-8")
    assert (header(sent, b"cache-control"), header(sent, b"connection")) == (b"no-store", b"close")
    assert b"Go back with your browser" in page
    assert b"default-src 'self'" in header(sent, b"content-security-policy")


def test_a_sender_who_never_ends_is_heard_out_within_bounds() -> None:
    piece = b"x" * (1024 * 1024)
    messages = [{"type": "http.request", "body": piece, "more_body": True}] * (DRAIN_BYTES // len(piece) + 1)
    assert header(answer(messages), b"x-length") == str(READER_BYTES + 1).encode()


def test_a_body_that_does_not_arrive_in_time_is_given_up(monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "READER_SECONDS", 0.05)
    monkeypatch.setattr(edge, "_behind", WSGIMiddleware(edge.django, workers=1))
    half = [{"type": "http.request", "body": b"half", "more_body": True}]
    status, page = read(sent := answer(half, headers=[(b"host", b"127.0.0.1"), (b"content-length", b"9")]))
    assert (status, header(sent, b"content-type")) == (408, b"text/html; charset=utf-8")
    assert (header(sent, b"cache-control"), header(sent, b"connection")) == (b"no-store", b"close")
    assert b"Send it again when your connection is better" in page
    assert b"default-src 'self'" in header(sent, b"content-security-policy")


def test_nobody_can_say_of_themselves_that_they_are_late() -> None:
    assert header(answer(parts(b"four"), headers=[(b"content-length", b"-1")]), b"x-length") == b"4"


@pytest.mark.parametrize("before", [[], [{"type": "http.request", "body": b"name=A&body=Half a", "more_body": True}]])
def test_half_a_post_is_not_acted_upon_and_its_end_not_looked_for(before: list[Message]) -> None:
    """Whether its sender hung up, or sent chunks with wrong lengths: the server reports both in the same way."""
    sent = answer([*before, {"type": "http.disconnect"}])
    assert (read(sent), header(sent, b"connection")) == ((400, b""), b"close")


def test_of_many_pictures_one_is_looked_at_at_a_time_and_who_comments_waits_for_none(monkeypatch: Any) -> None:
    inside: list[str] = []
    together: list[int] = []

    async def run() -> None:
        is_commented = asyncio.Event()

        async def behind(scope: Any, receive: Any, send: Any) -> None:
            if scope["path"] == "/articles/1/comments/new/":
                is_commented.set()
                return
            inside.append(scope["path"])
            together.append(len(inside))
            await is_commented.wait()
            inside.pop()

        async def receive() -> Message:
            return parts(b"x")[0]

        monkeypatch.setattr(edge, "_behind", behind)
        paths = [*["/admin/articles/picture/drop/"] * 12, "/articles/1/comments/new/"]
        application: Any = edge.edge
        await asyncio.gather(*(application(scope(path, (), "http", "POST"), receive, None) for path in paths))

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, asyncio.wait_for(run(), 5)).result()
    assert together == [1] * 12


def test_bytes_that_no_address_may_carry_are_escaped_and_the_others_left_alone() -> None:
    asked = {**scope("/", (), "http", "GET"), "query_string": "x=é&page=１&a=%C3%A9+b".encode()}
    assert edge._as_sent(asked, 0)["query_string"] == b"x=%C3%A9&page=%EF%BC%91&a=%C3%A9+b"


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
def test_what_is_no_http_is_left_alone(kind: str) -> None:
    assert answer([], kind=kind) == []


def test_django_itself_answers_behind_the_edge(monkeypatch: Any) -> None:
    monkeypatch.setattr(edge, "_behind", WSGIMiddleware(edge.django, workers=1))
    sent = answer(parts(b""), path="/health/live", headers=[(b"host", b"127.0.0.1")], method="GET")
    assert read(sent) == (200, b"ok\n")

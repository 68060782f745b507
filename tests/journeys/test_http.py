"""Over real HTTP: requests that are too large, of the wrong kind or unreadable get the documented answer, no 5xx."""

import gzip
import http.client
from collections.abc import Iterator
from contextlib import closing, suppress
from urllib.parse import quote, urlencode

import pytest

from tests.journeys.conftest import Portal
from tests.journeys.words import named, text

PATH = "/articles/1/comments/new/"
FORM = "application/x-www-form-urlencoded"
Answer = tuple[int, str, dict[str, str]]


def _send(
    portal: Portal, body: bytes | Iterator[bytes], content_type: str = FORM, method: str = "POST", **more: str
) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=60)
    headers = {"Content-Type": content_type, **{name.replace("_", "-"): value for name, value in more.items()}}
    with closing(connection):
        # A server that refuses a request need not read it to its end.
        with suppress(BrokenPipeError):
            connection.request(method, PATH, body, headers, encode_chunked=not isinstance(body, bytes))
        response = connection.getresponse()
        answer = response.read().decode()
        return response.status, answer, {name.lower(): value for name, value in response.getheaders()}


def _form(body: str, **fields: str) -> bytes:
    values = {"name": named("Reader"), "email": "", "body": body, **fields}
    return urlencode(values, errors="surrogatepass").encode()


def test_a_good_comment_is_taken(portal: Portal) -> None:
    status, _page, headers = _send(portal, _form(text()))
    assert status == 303
    assert headers["location"].startswith("/my-comment/")


def test_300_kib_are_too_much(portal: Portal) -> None:
    assert _send(portal, _form("x" * 300 * 1024))[0] == 413


def test_ten_megabytes_are_too_much(portal: Portal) -> None:
    assert _send(portal, _form("x" * 10_000_000))[0] == 413


def test_a_body_in_chunks_is_measured_too(portal: Portal) -> None:
    chunk = b"x" * 64 * 1024
    assert _send(portal, (chunk for _ in range(5)))[0] == 413
    assert _send(portal, (part for part in (_form(text()),)))[0] == 303


def test_a_packed_body_is_not_unpacked(portal: Portal) -> None:
    bomb = gzip.compress(bytes(20_000_000), 1)
    status, _page, headers = _send(portal, bomb, Content_Encoding="gzip")
    assert (status, headers["accept-encoding"]) == (415, "identity")


def test_a_body_without_an_end_is_cut_off(portal: Portal) -> None:
    chunk = b"x" * 256 * 1024
    with suppress(OSError):
        assert _send(portal, (chunk for _ in range(1024)))[0] == 413
    assert _send(portal, _form(text()))[0] == 303


def test_a_head_of_100_kb_is_too_large(portal: Portal) -> None:
    assert _send(portal, _form(text()), X_Large="x" * 100_000)[0] == 431


def test_1001_fields_are_too_many(portal: Portal) -> None:
    fields = "&".join(f"f{number}=x" for number in range(1001)).encode()
    assert _send(portal, fields)[0] == 413


def test_unknown_fields_are_ignored(portal: Portal) -> None:
    extra = {"status": "approved", "article_id": "2", "posted_at": "2001-01-01", "public_revision": "1"}
    assert _send(portal, _form(text(), **extra))[0] == 303


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json", "text/plain"])
def test_other_kinds_of_body_are_not_taken(portal: Portal, kind: str) -> None:
    assert _send(portal, b'--x\r\n\r\n{"body": "x"}\r\n--x--\r\n', kind)[0] == 415


def test_5000_emoji_count_as_three_and_5001_are_too_many(portal: Portal) -> None:
    for amount, words in ((5000, "3 of 50 characters"), (5001, "5001 of at most 5000 characters")):
        status, page, _headers = _send(portal, _form("😀" * amount))
        assert status == 422
        assert words in page
        assert "😀" * amount in page


def test_what_cannot_be_stored_is_dropped_and_the_rest_is_taken(portal: Portal) -> None:
    encoded = f"name={quote(named('Reader'))}&body={quote(text())}%ED%A0%80%00%EF%BF%BF%00".encode()
    assert _send(portal, encoded)[0] == 303
    status, page, _headers = _send(portal, f"name=%00%ED%A0%80&body={'%00' * 60}".encode())
    assert status == 422
    assert "0 of 50 characters" in page or "Write a comment." in page


def test_sixty_invisible_characters_are_none(portal: Portal) -> None:
    status, page, _headers = _send(portal, _form("\u200b" * 60))
    assert status == 422
    assert "0 of 50 characters" in page


@pytest.mark.parametrize("body", [b"%", b"&&&===", b"\xff\xfe\x00", b"body=%FF%FE", b"", b"name=%F0%9F"])
def test_bytes_that_are_no_form_are_answered_with_the_form(portal: Portal, body: bytes) -> None:
    status, page, _headers = _send(portal, body)
    assert status in {400, 422}
    assert status == 400 or 'id="comment-form"' in page


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_not_taken(portal: Portal, method: str) -> None:
    assert _send(portal, b"", method=method)[0] == 405


def test_a_post_from_another_site_comes_back_filled(portal: Portal) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=60)
    mine = text()
    headers = {"Content-Type": FORM, "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    connection.request("POST", PATH, _form(mine), headers)
    response = connection.getresponse()
    assert response.status == 403
    assert mine in response.read().decode()
    connection.close()


def test_a_post_where_no_story_is_comes_back_filled(portal: Portal) -> None:
    for article in ("99999", "14", "15", "16", "0", "-1", "x", "99999999999999999999999"):
        connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=60)
        mine = text()
        connection.request("POST", f"/articles/{article}/comments/new/", _form(mine), {"Content-Type": FORM})
        response = connection.getresponse()
        assert (response.status, mine in response.read().decode()) == (404, True), article
        connection.close()


def test_an_unknown_host_is_refused(portal: Portal) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=60)
    connection.request("GET", "/", headers={"Host": "evil.example"})
    assert connection.getresponse().status == 400
    connection.close()

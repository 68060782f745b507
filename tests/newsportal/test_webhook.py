"""What another program is told, signed, and what happens if it is slow, dead or redirects. It is a real server."""

import hashlib
import hmac
import json
from urllib.error import HTTPError

import pytest
import time_machine

from newsportal import webhook
from tests.receiver import SECRET, Receiver, receiving

BODY = '{"words": "“Ä”"}'.encode()


@pytest.fixture
def receiver():
    with receiving() as running:
        yield running


def post(receiver: Receiver, **how: str) -> None:
    webhook.post(**{"url": receiver.url, "secret": SECRET, "delivery": "one", **how}, body=BODY)


def test_what_is_posted_is_signed_over_time_and_body(receiver: Receiver) -> None:
    with time_machine.travel(1_772_452_800, tick=False):
        post(receiver)
    (taken,) = receiver.taken
    assert (taken.body, json.loads(taken.body)) == (BODY, {"words": "“Ä”"})
    assert taken.headers["Content-Type"] == "application/json"
    assert (taken.headers["X-Desk-Delivery"], taken.headers["X-Desk-Timestamp"]) == ("one", "1772452800")
    # As `docs/moderating.md` tells the receiver to check it.
    signed = taken.headers["X-Desk-Timestamp"].encode() + b"." + taken.body
    expected = "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert taken.headers["X-Desk-Signature"] == expected


def test_another_secret_time_or_body_has_another_signature() -> None:
    signatures = {
        webhook.signature(SECRET, "1", b"a"),
        webhook.signature("other", "1", b"a"),
        webhook.signature(SECRET, "2", b"a"),
        webhook.signature(SECRET, "1", b"b"),
    }
    assert len(signatures) == 4


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    for receiver.status in (301, 302, 303, 307, 308):
        with pytest.raises(HTTPError):
            post(receiver)
    assert {taken.path for taken in receiver.taken} == {"/hook"}


def test_an_answer_that_is_no_success_is_an_error(receiver: Receiver) -> None:
    for receiver.status in (400, 404, 500, 503):
        with pytest.raises(HTTPError):
            post(receiver)


@pytest.mark.parametrize(
    "url",
    ["http://example.org/hook", "file:///etc/passwd", "ftp://localhost/", "//localhost/", "nothing", "http://[", ""],
)
def test_what_somebody_could_read_on_the_way_is_not_sent(url: str) -> None:
    assert not webhook.is_safe(url)
    with pytest.raises(ValueError, match="posted to https"):
        webhook.post(url, secret=SECRET, delivery="one", body=BODY)


@pytest.mark.parametrize(
    "url", ["https://example.org/hook", "http://localhost:1/", "http://127.0.0.1/", "http://[::1]/"]
)
def test_https_and_this_machine_are_safe(url: str) -> None:
    assert webhook.is_safe(url)


def test_without_a_secret_nothing_is_sent(receiver: Receiver) -> None:
    with pytest.raises(ValueError, match="no secret"):
        post(receiver, secret="")
    assert receiver.taken == []

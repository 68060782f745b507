"""What a log shows of addresses and texts: no key of a link, nothing that was typed, always one line."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.core.signing import Signer, TimestampSigner
from django.urls import URLPattern, URLResolver, get_resolver

from newsportal.operating.limits import PATH_CHARACTERS
from newsportal.operating.redacting import REDACTED, kind_of, shown, shown_query, without_secrets

# As `secrets.token_urlsafe(32)` makes them; fixed, because tests are named after it in each of their processes.
KEY = "rveuUkKGk7YI_40fTL1tJqmTZYRcJ9ax4tXmphjVyyM"
SIGNED = Signer(salt="tests").sign("7bq2kd9x1m0c")
with time_machine.travel(1_790_000_000, tick=False):
    TIMED = TimestampSigner(salt="tests").sign("7bq2kd9x1m0c")
# The names of those parts of an address that let in whoever holds them.
SECRET_NAMES = {"token", "key", "uidb64", "uidb36"}


def secret_routes() -> Iterator[str]:
    """Every address with such a part, with the key in its place."""
    for route in _routes(get_resolver().url_patterns):
        names = set(re.findall(r"<(?:\w+:)?(\w+)>", route))
        if names & SECRET_NAMES:
            yield "/" + re.sub(r"\(\?P<\w+>[^)]*\)|<(?:\w+:)?\w+>", KEY, route).strip("^$")


def _routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route


def test_no_address_of_the_map_shows_the_key_of_a_link() -> None:
    routes = list(secret_routes())
    assert len(routes) >= 9
    assert [route for route in routes if KEY[:8] in shown(route).path] == []
    # As they will be written, whichever of them exist.
    for pair in (
        "/admin/login/password/MQ/c5abcd-0123456789abcdef/",
        "/admin/login/invitation/MQ/c5abcd-0123456789abcdef",
    ):
        assert "c5abcd" not in shown(pair).path
    # A short key, too, which looks like no other.
    assert [route for route in routes if "tiny" in shown(route.replace(KEY, "tiny")).path] == []


@pytest.mark.parametrize("token", [KEY, SIGNED, TIMED, "short", "a:b:c", "%3A".join(SIGNED.split(":"))])
@pytest.mark.parametrize(
    "path",
    [
        "/my-comment/{}/", "/my-comment/{}", "//my-comment/{}/", "/My-Comment/{}/erasure/", "/my-address/{}/export/",
        "/unsubscribe/{}/", "/report/{}/", "/error-report/{}/", "/preview/{}/", "/nowhere/preview/{}",
    ],
)  # fmt: skip
def test_a_link_that_is_mangled_is_shown_without_its_key(path: str, token: str) -> None:
    assert token not in shown(path.format(token)).path


@pytest.mark.parametrize("token", [KEY, SIGNED, TIMED])
def test_a_key_by_itself_is_not_shown_wherever_it_stands(token: str) -> None:
    for text in (f"no such thing: {token}", f"/{token}/", f"/articles/{token}/", f"<{token}>", f"'{token}'", token):
        assert token.rpartition(":")[2] not in without_secrets(text)


@pytest.mark.parametrize(
    "path",
    [
        "/", "/articles/17/harbour-opens-after-a-very-long-winter-of-repairs-and-quarrels/", "/comments/7bq2kd9x1m0c/",
        "/admin/comments/comment/", "/articles/17/comments/feed/", "/health/ready", "/comments/7bq2kd9x1m0c/report/",
    ],
)  # fmt: skip
def test_ordinary_addresses_are_shown_as_they_are(path: str) -> None:
    assert shown(path).path == path


def test_an_address_stays_one_line_of_printable_ascii() -> None:
    for evil in ("\n", "\r\n", "\x00", "\x1b[2J", "\u2028", "\u2029", "\x85", "\u202e", "\ud800", "\x7f", "é", "\t"):
        path = shown(f"/a{evil}b/").path
        assert path.isascii()
        assert path.isprintable()
        assert path.startswith("/a\\")
    assert len(shown("/" + "a" * 10_000).path) == PATH_CHARACTERS


@pytest.mark.parametrize(
    ("query", "as_shown"),
    [
        (b"", ""),
        (b"page=2", "?page=2"),
        (b"page=2&q=my+illness&sort=newest", f"?page=2&q={REDACTED}&sort=newest"),
        (b"next=/admin/&token=abc", f"?next={REDACTED}&token={REDACTED}"),
        (b"page=%0a%1b[2J", f"?page={REDACTED}"),
        (b"somebody@example.org", f"?{REDACTED}"),
        (b"%0Aforged=1", f"?{REDACTED}"),
        (b"a\n\x1b=1", f"?{REDACTED}"),
        (b"page=" + b"9" * 500, f"?page={REDACTED}"),
    ],
)
def test_of_a_query_harmless_values_are_shown(query: bytes, as_shown: str) -> None:
    assert shown_query(query) == as_shown


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "front"), ("/articles/17/harbour/", "story"), ("/articles/17/comments/", "conversation"),
        ("/articles/17/comments/new/", "writing"), ("/articles/17/error/", "writing"),
        ("/articles/17/comments/feed/", "feed"),
        ("/sections/world/", "list"), ("/sections/world/feed/atom/", "feed"),
        ("/comments/7bq2kd9x1m0c/", "conversation"),
        ("/comments/7bq2kd9x1m0c/recommend/", "writing"), ("/my-comment/x/", "own page"), ("/admin/", "staff"),
        ("/static/portal.css", "static"), ("/media/__processed__/a.avif", "picture"), ("/wp-login.php", "other"),
        ("/metrics", "operators"), ("/search/", "search"), ("", "front"), ("nonsense", "other"),
    ],
)  # fmt: skip
def test_addresses_are_of_few_kinds(path: str, kind: str) -> None:
    assert kind_of(path) == kind

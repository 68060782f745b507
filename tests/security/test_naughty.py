"""Whatever is sent to whichever input, over HTTP: an answer below 500. The inputs are read off the URLconf and off
the forms of the pages themselves, so a new one is tried as soon as it is there."""

from collections.abc import Callable, Iterator
from itertools import cycle, islice
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.test import Client

from newsportal.origin import FORM_TYPE
from tests import factories
from tests.budget import STRIDE
from tests.comments.reading import read
from tests.security.addresses import Paper, filled, paper, patterns
from tests.security.test_matrix import table

pytestmark = pytest.mark.django_db


def _listed(words: str) -> list[str]:
    return words.split()


# Values that break code which reads numbers, dates, names, keys and encodings; the lists that others made come on top.
WORDS = _listed(
    r"""-1 0 1e400 NaN -Infinity 0x10 1_000 +1 1.5 % %00 %ff .. ../../etc/passwd ..\.. a/b a;b.css None null [] ' "
    9999-12-31 0000-00-00 2026-02-30 10000-01-01 0001-01-01 2026-01-01T25:61:61 a:b:c a.b _ _2F __init__ pk__in"""
)
OWN: list[bytes] = [
    *(word.encode() for word in WORDS),
    # Not UTF-8, or not allowed in it; digits that `int` does not accept, and some that it does.
    *(b"\x00", b"a\x00b", b"\xff\xfe", b"\xed\xb2\x80", b"\xed\xa0\x80\xed\xb0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80"),
    *"\u0661\u0662 \u00b2 \u2460 \U0001d7d9 \u202e\u2066 \ufffe".encode().split(b" "),
    *(b"", b" ", b"a\r\nX-Own: 1", b"a\nb", b"{{ 7|add:7 }}", b"' OR 1=1 --", b'{"a": 1}'),
    *(b"9" * 19, b"9" * 400, b"9" * 5_000, b"a" * 3_000, b"a " * 2_000, "\u0130\ufb03".encode() * 300),
]
LONG = "x" * 100_000
# Parameters that pages of ours and of the admin read from a query.
PARAMETERS = _listed(
    """after page p parent sort q section from to saved again act cards fragment id newest pages text unsaved version
    width view back next answer batch objection outcome own public reason undone who o e all _popup _to_field date
    _changelist_filters pk__in status__exact decided_at__gte section__id__exact owner story app_label model_name
    field_name term year month days author network thread comment format"""
)
# As a server passes them on: bytes beyond ASCII are latin-1 in WSGI.
HEADERS = _listed(
    """Host Origin Referer Sec-Fetch-Site X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto Forwarded User-Agent Accept
    Accept-Language Accept-Encoding Accept-Charset Content-Type If-None-Match If-Modified-Since Range Cookie
    Authorization X-Requested-With X-CSRFToken X-HTTP-Method-Override X-Original-URL X-Rewrite-URL Transfer-Encoding
    Expect Upgrade Date Sec-Fetch-Mode"""
)
COOKIES = ("sessionid", "csrftoken", "messages", "django_language", "theme")
# Fields that forms of the admin read besides those that their pages show.
FORGED = _listed("saw words text to note state edition decided ids verb-at_0 _popup _continue action select_across")


@pytest.fixture(scope="module")
def made(rows_of_the_module: None) -> Paper:
    return paper()


@pytest.fixture
def texts(corpus: Callable[[str], Any]) -> list[bytes]:
    """The list of the corpus (a part of it in CI) and our own, as bytes."""
    return [*OWN, *(text.encode("utf-8", "surrogatepass") for text in corpus("naughty_strings.json"))]


@pytest.fixture(params=["reader", "admin"])
def client(request: pytest.FixtureRequest) -> Client:
    asks = Client(raise_request_exception=False)
    if request.param == "admin":
        asks.force_login(factories.user("admin"))
    return asks


@pytest.fixture
def routes(client: Client, request: pytest.FixtureRequest) -> list[tuple[str, Any]]:
    """The admin's, for somebody signed in there, and the others for readers; none that ends the session. In CI a
    sample of them."""
    is_staff = "sessionid" in client.cookies
    found = [pair for pair in patterns() if pair[0].startswith("admin/") == is_staff and pair[0] != "admin/logout/"]
    return found if request.node.get_closest_marker("long") else found[:: STRIDE * 2]


def _dealt(texts: list[bytes], number: int, of: int) -> list[bytes]:
    """The share of the texts that one of several routes takes: all texts are dealt out, however few routes there
    are."""
    share = max(len(texts) // of, 2)
    return list(islice(cycle(texts), number * share, (number + 1) * share))


def test_in_an_address(made: Paper, client: Client, routes: Any, texts: list[bytes]) -> None:
    routes = [(route, pattern) for route, pattern in routes if "<" in route and "<int" not in route]
    failed = []
    for number, (route, pattern) in enumerate(routes):
        for text in [*_dealt(texts, number, len(routes)), LONG.encode()]:
            path = filled(route, pattern, made).encode().split(b"/")
            # The last variable part: a key, a slug, a token.
            at = max(i for i, part in enumerate(route.split("/")) if "<" in part) + 1
            path[at] = quote_from_bytes(text, safe="").encode()
            failed += _failed(client, "GET", b"/".join(path).decode())
    assert failed == []


@pytest.mark.long
def test_in_a_query(made: Paper, client: Client, routes: Any, texts: list[bytes]) -> None:
    failed = []
    for number, (route, pattern) in enumerate(routes):
        url = filled(route, pattern, made)
        dealt = _dealt(texts, number, len(routes))
        for text in dealt[:: 1 if len(dealt) < 4 else 2]:
            value = quote_from_bytes(text, safe="")
            query = "&".join(f"{name}={value}" for name in PARAMETERS)
            failed += _failed(client, "GET", f"{url.partition('?')[0]}?{query}")
        # Only one: a page that refuses the first of them has not read the others.
        for name, text in zip(PARAMETERS[number % STRIDE :: STRIDE], cycle(dealt), strict=False):
            failed += _failed(client, "GET", f"{url.partition('?')[0]}?{name}={quote_from_bytes(text, safe='')}")
    assert failed == []


@pytest.mark.long
def test_in_a_header_or_a_cookie(made: Paper, client: Client, routes: Any, texts: list[bytes]) -> None:
    # What no server passes on: a line end, and NUL.
    lines = [text.decode("latin-1") for text in texts if not set(text) & set(b"\r\n\x00")]
    failed = []
    for number, name in enumerate(HEADERS):
        route, pattern = routes[number * 7 % len(routes)]
        for text in _dealt(lines, number, len(HEADERS)):  # type: ignore[arg-type]
            for method in ("GET", "POST"):
                failed += _failed(client, method, filled(route, pattern, made), headers={name: text})
    for number, name in enumerate(COOKIES):
        for text in _dealt(lines, number, len(COOKIES)):  # type: ignore[arg-type]
            failed += _failed(
                Client(raise_request_exception=False), "GET", "/admin/", headers={"Cookie": f"{name}={text}"}
            )
    assert failed == []


def test_in_a_form(made: Paper, client: Client, routes: Any, texts: list[bytes]) -> None:
    takes = {route for route, (_got, posted) in table().items() if posted != "-"}
    routes = [(route, pattern) for route, pattern in routes if route in takes]
    failed = []
    for number, (route, pattern) in enumerate(routes):
        url = filled(route, pattern, made)
        names = [*_field_names(client, url), *FORGED]
        dealt = cycle(_dealt(texts, number, len(routes)))
        for _round in range(2 if len(texts) < 300 else 12):
            body = "&".join(f"{name}={quote_from_bytes(next(dealt), safe='')}" for name in names)
            failed += _failed(client, "POST", url, body, FORM_TYPE)
        failed += _failed(client, "POST", url, f"body={LONG}&name={LONG}&q=1", FORM_TYPE)
        for kind, raw in _bodies(number):
            failed += _failed(client, "POST", url, raw, kind)
    assert failed == []


def _bodies(number: int) -> Iterator[tuple[str, bytes]]:
    """Bodies that belong to no form of ours, a part of them for each URL."""
    each = [
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"; filename="../../a"\r\n\r\n1',
        ),
        ("multipart/form-data; boundary=", b"--\r\n"),
        ("multipart/form-data", b"x"),
        ("application/json", b"{" * 10_000),
        ("application/json", b"\xff"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"a=+ADw-"),
        ("application/x-www-form-urlencoded; charset=nothing", b"a=1"),
        ("text/xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
        (FORM_TYPE, b"&".join(b"a=1" for _ in range(1_200))),
        (FORM_TYPE, b"=&&=%&%=%ff&a=%u0000;;"),
    ]
    yield from each[number % 3 :: 3]


def _field_names(client: Client, url: str) -> list[str]:
    """The fields that the forms on a URL's page send, without buttons."""
    response = client.get(url)
    if response.status_code != 200 or "html" not in response.headers.get("Content-Type", ""):
        return []
    page = read(response)
    found = [*page.all("input"), *page.all("textarea"), *page.all("select"), *page.all("button")]
    names = [one.attributes.get("name", "") for one in found if one.attributes.get("name") != "csrfmiddlewaretoken"]
    return [name for name in dict.fromkeys(names) if name][:60]


def _failed(
    client: Client, method: str, url: str, body: str | bytes = b"", kind: str = FORM_TYPE, headers: Any = None
) -> list[str]:
    """The URL, if it was answered with an error of ours."""
    response = client.generic(method, url, body, kind, headers=headers)
    if response.status_code < 500:
        return []
    return [f"{response.status_code} {method} {url[:200]} {headers} {body[:300]!r}"]

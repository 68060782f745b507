"""A reader and a moderator, over HTTP, each request on a connection of its own and timed."""

import http.client
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.servers import PASSWORD

DESK = "/admin/comments/comment/"
LOGIN = "/admin/login/"
STORY = "/articles/2/fishing-ground/"
COMMENTS = "/articles/2/comments/"
NEW = f"{COMMENTS}new/"
FORM = "application/x-www-form-urlencoded"
ANSWER_SECONDS = 30.0

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_COOKIE = re.compile(r"(csrftoken|sessionid|messages)=([\w:.-]*)")
_READER = re.compile(r"Reader \d+")
_UNDO = re.compile(r'name="decisions" value="(\d+)" class="undo"')


@dataclass(frozen=True)
class Answer:
    """An answer, with header names in lower case; status 0 and the reason in `text` if none came."""

    status: int
    headers: dict[str, str]
    text: str
    seconds: float

    @property
    def is_hit(self) -> bool:
        """Whether Varnish had it: then it also names the request that fetched it."""
        return len(self.headers["x-varnish"].split()) == 2


def ask(
    port: int,
    path: str,
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    body: bytes | None = None,
    source: str = "127.0.0.1",
) -> Answer:
    """One request on a new connection, from one of this machine's own addresses."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS, source_address=(source, 0))
    try:
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        raw = response.read()
    except (OSError, http.client.HTTPException) as error:
        return Answer(0, {}, repr(error), time.monotonic() - began)
    finally:
        connection.close()
    named: dict[str, str] = {}
    for name, value in response.getheaders():
        known = named.get(name.lower())
        named[name.lower()] = f"{known}, {value}" if known else value
    return Answer(response.status, named, raw.decode("utf-8", "replace"), time.monotonic() - began)


def write(port: int, name: str, words: str, *, article: int = 2, email: str = "") -> Answer:
    """A reader sends a comment below a story."""
    form = urlencode({"name": name, "email": email, "body": words}).encode()
    return ask(port, f"/articles/{article}/comments/new/", {"Content-Type": FORM}, method="POST", body=form)


def figures(port: int) -> dict[str, float]:
    """What `/metrics` says, by name."""
    answer = ask(port, "/metrics")
    assert answer.status == 200, answer
    # Labels may contain spaces.
    lines = [line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _space, value in lines}


class Moderator:
    """One of the demo's people, signed in at one portal; the session is valid at every portal of the database."""

    def __init__(self, port: int, username: str = "moderator") -> None:
        form = ask(port, LOGIN)
        fields = {"username": username, "password": PASSWORD, "next": DESK, "csrfmiddlewaretoken": _token(form)}
        self._kept = _cookies(form)
        self.port = port
        answer = self._post(port, LOGIN, fields)
        assert answer.status == 302, answer

    def get(self, path: str, port: int = 0) -> Answer:
        """A page, requested with the session."""
        return self._keep(ask(port or self.port, path, {"Cookie": self.cookies}))

    def find(self, words: str, port: int = 0) -> tuple[str, str]:
        """The comment with these words at the desk: its number, and the state that the page says it saw."""
        for card in self.get(DESK, port).text.split('<article class="card"')[1:]:
            if words in card:
                number, saw = re.findall(r'name="saw-(\d+)" value="([^"]+)"', card)[0]
                return number, saw
        raise AssertionError(f"nobody waits with these words: {words}")

    def approve(self, words: str, port: int = 0) -> str:
        """Approve the comment with these words; returns the number of the decision, for `undo`."""
        port = port or self.port
        number, saw = self.find(words, port)
        fields = {"decide": f"approve:{number}", f"saw-{number}": saw}
        answer = self.post(DESK, fields, port)
        assert answer.status == 302, answer.text[-2000:]
        return _UNDO.findall(self.get(DESK, port).text)[0]

    def approve_all_shown(self) -> int:
        """Approve in bulk the comments of the test's readers on the desk's first page; returns how many."""
        cards = self.get(DESK).text.split('<article class="card"')[1:]
        saw = [re.findall(r'name="(saw-(\d+))" value="([^"]+)"', card)[0] for card in cards if _READER.search(card)]
        if not saw:
            return 0
        fields: dict[str, str | list[str]] = {name: value for name, _number, value in saw}
        fields |= {"action": "approve", "_selected_action": [number for _name, number, _value in saw]}
        answer = self.post(DESK, fields)
        assert answer.status == 302, answer.text[-1000:]
        return len(saw)

    def undo(self, decision: str, port: int = 0) -> None:
        answer = self.post(f"{DESK}undo/", {"decisions": decision}, port)
        assert answer.status == 302, answer.text[-2000:]

    def post(self, path: str, fields: Mapping[str, str | list[str]], port: int = 0) -> Answer:
        return self._post(port or self.port, path, {**fields, "csrfmiddlewaretoken": self.token})

    def _post(self, port: int, path: str, fields: Mapping[str, str | list[str]]) -> Answer:
        body = urlencode(fields, doseq=True).encode()
        return self._keep(ask(port, path, {"Cookie": self.cookies, "Content-Type": FORM}, method="POST", body=body))

    @property
    def token(self) -> str:
        """The token that a form has to carry."""
        return self._kept["csrftoken"]

    @property
    def cookies(self) -> str:
        """The cookies that a browser would send with the next request."""
        return "; ".join(f"{name}={value}" for name, value in self._kept.items())

    def _keep(self, answer: Answer) -> Answer:
        """As a browser does: what was done, and how to undo it, is in a cookie of its own."""
        self._kept = {name: value for name, value in (self._kept | _cookies(answer)).items() if value}
        return answer


def _token(page: Answer) -> str:
    return _TOKEN.findall(page.text)[0]


def _cookies(answer: Answer) -> dict[str, str]:
    return dict(_COOKIE.findall(answer.headers.get("set-cookie", "")))

"""A moderator at the desk, over HTTP, with the cookies that a browser would send."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.bench.processes import BenchError
from tests.bench.servers import PASSWORD
from tests.bench.wire import Answer, fetch

DESK = "/admin/comments/comment/"
LOGIN = "/admin/login/"
# As many comments as one post from the desk's page may name.
AT_ONCE = 900
_FORM = "application/x-www-form-urlencoded"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_COOKIE = re.compile(r"(csrftoken|sessionid)=(\w+)")


@dataclass(frozen=True)
class Moderator:
    """A moderator who is signed in."""

    port: int
    cookies: str
    token: str

    @classmethod
    def sign_in(cls, port: int) -> "Moderator":
        """Sign in as the demo's moderator. Raises BenchError if that fails."""
        form = fetch(port, LOGIN)
        token = _TOKEN.findall(form.text)[0]
        data = {"username": "moderator", "password": PASSWORD, "next": DESK, "csrfmiddlewaretoken": token}
        answer = _post(port, LOGIN, _cookies(form), data)
        if answer.status != 302:
            raise BenchError(f"The demo's moderator could not sign in: {answer.status}")
        cookies = _cookies(answer)
        return cls(port, cookies, _TOKEN.findall(fetch(port, DESK, headers={"Cookie": cookies}).text)[0])

    def open_desk(self) -> Answer:
        return fetch(self.port, DESK, headers={"Cookie": self.cookies, "Accept-Encoding": "gzip"})

    def approve(self, pk: int, saw: str) -> None:
        """Approve one comment with its card's button; returns once the portal has answered."""
        data = {"decide": f"approve:{pk}", f"saw-{pk}": saw, "csrfmiddlewaretoken": self.token}
        answer = _post(self.port, DESK, self.cookies, data)
        if answer.status != 302:
            raise BenchError(f"Comment {pk} was not approved: {answer.status}")

    def approve_all(self, cards: Sequence[tuple[int, str]]) -> None:
        """Approve many as the desk's page does with a selection: `AT_ONCE` a post, one after the other."""
        for start in range(0, len(cards), AT_ONCE):
            part = cards[start : start + AT_ONCE]
            named = [("comment", f"{pk}:{saw}") for pk, saw in part]
            data = [("act", "approve"), ("csrfmiddlewaretoken", self.token), *named]
            answer = _post(self.port, f"{DESK}decisions/", self.cookies, data)
            if answer.status != 200 or len(json.loads(answer.text)["done"]) != len(part):
                raise BenchError(f"Not all of {len(part)} comments were approved: {answer.status}")


def _post(port: int, path: str, cookies: str, data: dict[str, str] | list[tuple[str, str]]) -> Answer:
    headers = {"Cookie": cookies, "Content-Type": _FORM, "Origin": f"http://127.0.0.1:{port}"}
    return fetch(port, path, method="POST", headers=headers, body=urlencode(data))


def _cookies(answer: Answer) -> str:
    found = dict(_COOKIE.findall(answer.headers.get("set-cookie", "")))
    return "; ".join(f"{name}={value}" for name, value in found.items())

"""Two hundred answers a second to one comment, on one portal with real processes: each acknowledged one is there
once, and every count is right."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.long.people import COMMENTS, FORM, STORY, Answer, Moderator, ask
from tests.servers import ROOT, Portal, own_database, portal

ANSWERS = 200
# How many are on their way at once.
SENDERS = 64
_NAME = re.compile(r'class="comment__name"[^>]*>(Reader \d{3})<')


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Portal]:
    with (
        own_database("answers") as database,
        portal(tmp_path, DATABASE_URL=database, TRUSTED_PROXIES="127.0.0.1") as started,
    ):
        yield started


def answer(port: int, parent: str, number: int) -> Answer:
    """Answer the comment, from a network of its own."""
    words = f"Answer {number:03} of many that come in one second: it has as many characters as it takes."
    body = urlencode({"name": f"Reader {number:03}", "body": words, "parent": parent}).encode()
    headers = {"Content-Type": FORM, "X-Forwarded-For": f"2001:db8:0:{number:x}::1"}
    return ask(port, f"{COMMENTS}new/", headers, method="POST", body=body)


def answers_of(port: int, parent: str) -> list[str]:
    """The names under all public answers, page after page."""
    names: list[str] = []
    path = f"/comments/{parent}/answers/"
    while path:
        text = ask(port, path).text
        names += _NAME.findall(text)
        onward = re.findall(r'<a [^>]*href="([^"]+)"[^>]*rel="next"|rel="next"[^>]*href="([^"]+)"', text)
        path = (onward[0][0] or onward[0][1]).replace("&amp;", "&") if onward else ""
    return names


def doctor(running: Portal) -> str:
    environ = Path(f"/proc/{running.process.pid}/environ").read_text().split("\0")
    environment = dict(pair.split("=", 1) for pair in environ if "=" in pair)
    command = [sys.executable, "manage.py", "doctor"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout + done.stderr


def test_two_hundred_answers_in_a_second_each_sent_twice_are_there_once(running: Portal) -> None:
    (parent, *_others) = re.findall(r'id="comment-([a-z0-9]{12})"', ask(running.port, STORY).text)
    before = int(re.findall(r'comments__count">\((\d+)\)', ask(running.port, STORY).text)[0])
    # Each is sent twice, as by a double click, one behind the other, among all the others.
    sent = [number for number in range(ANSWERS) for _twice in range(2)]
    began = time.monotonic()
    with ThreadPoolExecutor(SENDERS) as senders:
        came = list(senders.map(lambda number: answer(running.port, parent, number), sent))
    took = time.monotonic() - began
    slowest = max(one.seconds for one in came)
    print(f"\n{len(sent)} posts of {ANSWERS} answers in {took:.1f} s, the slowest {slowest:.2f} s")
    assert {one.status for one in came} == {303}
    pages = [one.headers["location"] for one in came]
    assert (len(set(pages)), pages[::2]) == (ANSWERS, pages[1::2])

    moderators = [Moderator(running.port, name) for name in ("moderator", "moderator2")]
    while sum(moderator.approve_all_shown() for moderator in moderators):
        pass
    names = answers_of(running.port, parent)
    assert sorted(names) == [f"Reader {number:03}" for number in range(ANSWERS)]
    shown = int(re.findall(r'comments__count">\((\d+)\)', ask(running.port, STORY).text)[0])
    assert shown >= before + ANSWERS
    assert doctor(running) == "The ledger, the statuses and the counts agree.\n"

"""A portal whose processes are killed, and that is started again as systemd would; and people who use it meanwhile."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from newsportal.pages.limits import KEEPER_SECONDS
from tests import servers
from tests.articles.browser import read_form
from tests.faults.acknowledged import Acknowledged
from tests.long.people import COMMENTS, DESK, FORM, NEW, Answer, Moderator, ask, figures

STORY_PAGE = "/admin/articles/article/2/change/"
# Pages without pictures: for a new demo the worker makes crops for a while, and each renews the pages that show it.
KEPT = (COMMENTS, NEW, "/guidelines/")
# How much slower than an idle machine this one is at the moment, for trying the tests themselves.
SLOWER = float(os.environ.get("FAULTS_SLOWER", "1"))
# What a fault may cost after its cause has ended, without a person stepping in.
RECOVERY_SECONDS = 5.0 * SLOWER
# By then every process has surely written down what it counted.
_COUNTED_SECONDS = 3 * KEEPER_SECONDS * SLOWER
_START_SECONDS = servers.START_SECONDS * SLOWER

_CARD = re.compile(r'<article class="card"')
_SAW = re.compile(r'name="saw-(\d+)" value="([^"]+)"')
_NAME = re.compile(r"Faulty \d+")
_numbers = count(1)


@dataclass
class Site:
    """`manage.py serve` with its files in a folder. `values` are settings that apply from the next start on."""

    folder: Path
    values: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=servers.free_port)
    process: servers.Process | None = None
    log_folder: Path | None = None

    @property
    def log(self) -> Path:
        return (self.log_folder or self.folder) / "log"

    @property
    def environment(self) -> dict[str, str]:
        values = {"PORT": str(self.port), "TRUSTED_PROXIES": "127.0.0.1", **self.values}
        return servers.surroundings(self.folder, **values)

    def start(self, program: tuple[str, ...] = ()) -> float:
        """Start it; returns after how many seconds it answered. `program` goes before the command."""
        began = time.monotonic()
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [*program, *servers.SERVE],
                cwd=servers.ROOT,
                env=self.environment,
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        process = self.process
        try:
            servers.wait_until(lambda: process.poll() is not None or self.is_ready(), _START_SECONDS, self.log)
            assert process.poll() is None, self.log.read_text()[-4000:]
        except AssertionError:
            self.end()
            raise
        return time.monotonic() - began

    def end(self) -> None:
        """End it as Ctrl-C does; nothing of it is left."""
        if self.process is not None:
            family = self.family()
            servers.end(self.process)
            servers.wait_until(lambda: not any(servers.is_alive(pid) for pid in family), 5.0)
            self.process = None

    def restart(self, **values: str) -> float:
        """Restart it with other settings."""
        self.end()
        self.values |= values
        return self.start()

    def is_ready(self) -> bool:
        return ask(self.port, "/health/ready").status == 200

    def ready_after(self) -> float:
        """How many seconds it takes from now until it answers again."""
        return servers.wait_until(self.is_ready, _START_SECONDS, self.log)

    def keep(self, paths: Sequence[str] = KEPT) -> None:
        """Read these until every process keeps pages: each begins with none, the last one with none for all of them."""

        def are_kept() -> bool:
            wanted = [*paths] * 4
            kept, rendered = self._answered()
            statuses = {ask(self.port, path).status for path in wanted}
            # Requests that waited for another one's rendering, or were passed on by a process that has just begun,
            # count as neither.
            with suppress(AssertionError):
                servers.wait_until(lambda: sum(self._answered()) >= kept + rendered + len(wanted), _COUNTED_SECONDS)
            return statuses == {200} and self._answered() == (kept + len(wanted), rendered)

        servers.wait_until(are_kept, _START_SECONDS)

    def _answered(self) -> tuple[int, int]:
        """How many pages came out of the store, and were rendered for it; each process reports that once a second."""
        told = figures(self.port)
        return int(told["portal_page_hits_total"]), int(told["portal_page_renders_total"])

    def family(self) -> set[int]:
        assert self.process
        return servers.descendants(self.process.pid)

    def serving(self) -> set[int]:
        """The processes that serve."""
        return {pid for pid in self.family() if b"newsportal.serving" in _command(pid)}

    def worker(self) -> int:
        """The process for the work that nobody waits for; it starts once something serves."""
        servers.wait_until(lambda: len(self._workers()) == 1, _START_SECONDS)
        (pid,) = self._workers()
        return pid

    def _workers(self) -> set[int]:
        return {pid for pid in self.family() if b"\0worker\0" in _command(pid)}

    def kill_everything(self) -> float:
        """Kill all of it at once, and start it as systemd would; returns after how many seconds it answered."""
        for pid in self.family():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert self.process
        self.process.wait()
        return self.start()

    def run(self, *command: str) -> str:
        """Run something in the portal's own environment; returns what it prints."""
        done = subprocess.run(
            [sys.executable, *command],
            check=False,
            cwd=servers.ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def rows(self) -> dict[str, Any]:
        """The rows that are there, and what is `wrong` with them."""
        found: dict[str, Any] = json.loads(self.run("-m", "tests.faults.whole"))
        return found


@dataclass
class People:
    """Readers, a moderator and an editor, each at work until told to stop, whatever they are answered."""

    site: Site
    acks: Acknowledged
    stop: threading.Event = field(default_factory=threading.Event)
    answers: list[tuple[str, Answer]] = field(default_factory=list)

    @contextmanager
    def at_work(self, *, readers: int = 3, editors: bool = True) -> Iterator["People"]:
        acts: list[Callable[[], None]] = [self._post] * readers
        acts.append(self._decider())
        if editors:
            acts.append(self._editor())
        threads = [threading.Thread(target=self._go_on, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()
            self.stop.clear()

    def wrong_answers(self, allowed: set[int]) -> list[tuple[str, int, str]]:
        return [(what, one.status, one.text[:300]) for what, one in self.answers if one.status not in allowed]

    def post(self) -> Answer:
        """A comment that nobody else writes, from a network of its own."""
        number = next(_numbers)
        name = f"Faulty {number:06}"
        self.acks.ask("comments", name)
        answer = post(self.site.port, name, number)
        if answer.status == 303:
            self.acks.take("comments", name)
        return answer

    def _go_on(self, act: Callable[[], None]) -> None:
        while not self.stop.wait(0.01):
            act()

    def _post(self) -> None:
        self.answers.append(("post", self.post()))

    def _decider(self) -> Callable[[], None]:
        moderator = Moderator(self.site.port)
        asked: set[str] = set()

        def decide() -> None:
            cards = _CARD.split(moderator.get(DESK).text)[1:]
            waiting = {name[0]: _SAW.findall(card)[0] for card in cards if (name := _NAME.findall(card))}
            for name in list(waiting.keys() - asked)[:3]:
                pk, saw = waiting[name]
                asked.add(name)
                self.acks.ask("decided", name)
                answer = moderator.post(f"{DESK}decisions/", {"act": "approve", "comment": [f"{pk}:{saw}"]})
                self.answers.append(("decide", answer))
                if answer.status == 200:
                    (done,) = json.loads(answer.text)["done"]
                    self.acks.take("decided", name, done["decision"])

        return decide

    def _editor(self) -> Callable[[], None]:
        editor = Moderator(self.site.port, "editor")

        def publish() -> None:
            page = editor.get(STORY_PAGE)
            fields = read_form(page.text, "article_form").fields
            if page.status != 200 or not fields:
                return
            headline = f"Fishing ground, edition {next(_numbers)}"
            self.acks.ask("editions", headline)
            sent = {**fields, "headline": headline, "verb-kind": "update", "_publish": "1"}
            sent.pop("csrfmiddlewaretoken", None)
            answer = editor.post(STORY_PAGE, sent)
            self.answers.append(("publish", answer))
            if answer.status == 302:
                self.acks.take("editions", headline)

        return publish


def post(port: int, name: str, number: int) -> Answer:
    """Write a comment from the network of this number."""
    from urllib.parse import urlencode

    words = f"Comment {number} of a hard day: it has as many characters as it takes, and some more."
    headers = {"Content-Type": FORM, "X-Forwarded-For": f"2001:db8:{number // 65536:x}:{number % 65536:x}::1"}
    body = urlencode({"name": name, "body": words}).encode()
    return ask(port, NEW, headers, method="POST", body=body)


def tell(words: str) -> None:
    """Measured values, for a run of pytest with -s."""
    sys.stdout.write(f"\n{words}\n")


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""

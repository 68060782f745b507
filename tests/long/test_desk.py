"""Twenty-two moderators at one desk, each in a process of their own, over the same comments.

What the portal acknowledged is in the ledger once, and nothing else is; nobody decided on what they had not seen.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.long.people import DESK, Moderator
from tests.servers import ROOT, Portal, own_database, portal

STORY = 2
WAITING = 300
ROUNDS = {2: 60, 20: 15}
SHIFT_SECONDS = 300


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with own_database("desk") as database:
        values = {"DATABASE_URL": database, "TRUSTED_PROXIES": "127.0.0.1"}
        with portal(tmp_path_factory.mktemp("desk"), **values) as started:
            yield started


@pytest.mark.parametrize("count", [2, 20])
def test_what_was_acknowledged_is_in_the_ledger_once_and_nobody_was_overwritten(running: Portal, count: int) -> None:
    names = json.loads(_run(running, "-m", "tests.long.desk_room", "staff", str(count)))
    _run(running, "-m", "tests.long.desk_room", "waiting", str(STORY), str(WAITING))
    before = {row[0] for row in _ledger(running)["decided"]}
    began = time.monotonic()
    shifts = dict(zip(names, _shifts(running.port, names, ROUNDS[count]), strict=True))
    took = time.monotonic() - began
    found = _ledger(running)

    assert [shift["wrong"] for shift in shifts.values()] == [[]] * count
    acknowledged = [[pk, *act, name, undoes] for name, shift in shifts.items() for pk, *act, undoes in shift["acts"]]
    assert sorted(acknowledged) == sorted(row for row in found["decided"] if row[0] not in before)
    assert _gaps(found["steps"]) == []
    assert dict(found["are"]) == {comment: after for comment, _before, after in found["steps"]}
    assert _told(Moderator(running.port)) == {status: found["statuses"].get(status, 0) for status in _VIEWS.values()}
    assert "agree" in _run(running, "manage.py", "doctor")
    refused = sum(shift["refused"] for shift in shifts.values())
    print(f"\n{count} moderators, {len(acknowledged)} decisions in {took:.0f} s, {refused} refused for a colleague's")
    # Twenty who choose from the same twelve comments must collide; if nobody was refused, somebody was overwritten.
    assert refused > 0 or count == 2


def _shifts(port: int, names: list[str], rounds: int) -> list[dict[str, Any]]:
    """All of them begin at the same moment, once everybody has signed in; what each of them wrote down."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "tests.long.moderator", str(port)]
    started = [
        subprocess.Popen([*command, name, str(rounds)], cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for name in names
    ]
    try:
        assert [process.stdout.readline() for process in started if process.stdout] == ["ready\n"] * len(names)
        for process in started:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        return [json.loads(process.communicate(timeout=SHIFT_SECONDS)[0]) for process in started]
    finally:
        for process in started:
            process.kill()
            process.communicate()


def _gaps(steps: list[list[Any]]) -> list[list[Any]]:
    """The rows that do not begin where the previous row ended."""
    state: dict[int, str] = {}
    gaps = []
    for comment, before, after in steps:
        if state.get(comment, "") != before:
            gaps.append([comment, before, after])
        state[comment] = after
    return gaps


# The desk's views by its own names, by the status that each of them shows.
_VIEWS = {
    "waiting": "pending",
    "with their authors": "returned",
    "approved": "approved",
    "rejected": "rejected",
    "spam": "spam",
    "withdrawn": "withdrawn",
}
_TAB = re.compile(r">([a-z ]+) <span class=\"queues__count\"[^>]*>(\d+)</span>")


def _told(moderator: Moderator) -> dict[str, int]:
    """How many comments the desk reports, by status."""
    tabs = dict(_TAB.findall(moderator.get(DESK).text))
    return {status: int(tabs[view]) for view, status in _VIEWS.items()}


def _ledger(running: Portal) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_run(running, "-m", "tests.long.desk_room", "ledger"))
    return found


def _run(running: Portal, *command: str) -> str:
    """Run something in the portal's own environment; returns what it prints."""
    environ = Path(f"/proc/{running.process.pid}/environ").read_text().split("\0")
    environment = dict(pair.split("=", 1) for pair in environ if "=" in pair)
    run = subprocess.run(
        [sys.executable, *command], check=False, cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout

"""The drill: the portal is backed up while readers write and moderators decide, and restored on another machine.

What was acknowledged before the backup began is there; nobody was refused while it ran; what was erased since is gone.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from newsportal.backups import sealing
from tests import servers
from tests.long.people import COMMENTS, DESK, FORM, Moderator, ask, write
from tests.servers import ROOT, Portal, own_database, portal

# While posts go on: before the backup begins, and after it has ended.
BEFORE_SECONDS, AFTER_SECONDS = 3.0, 1.0
WRITERS = 4


@dataclass
class Writers:
    """Readers who write one comment after the other, each from a network of its own, and the outcomes."""

    port: int
    taken: dict[str, float] = field(default_factory=dict)
    refused: list[object] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Writers":
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join()

    def _write(self, writer: int) -> None:
        number = 0
        while not self.stop.is_set():
            number += 1
            name = f"Reader {writer}x{number}"
            words = f"Comment {number} of writer {writer} has as many characters as it takes, and some more."
            body = urlencode({"name": name, "body": words}).encode()
            headers = {"Content-Type": FORM, "X-Forwarded-For": f"2001:db8:{writer:x}:{number:x}::1"}
            answer = ask(self.port, f"{COMMENTS}new/", headers, method="POST", body=body)
            if answer.status == 303:
                self.taken[name] = time.monotonic()
            else:
                self.refused.append((name, answer.status, answer.text[:200]))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Portal]:
    here = tmp_path / "here"
    here.mkdir()
    with (
        own_database("drill") as database,
        portal(here, DATABASE_URL=database, TRUSTED_PROXIES="127.0.0.1") as started,
    ):
        yield started


def environment_of(started: Portal, **values: str) -> dict[str, str]:
    environ = Path(f"/proc/{started.process.pid}/environ").read_text().split("\0")
    told = dict(pair.split("=", 1) for pair in environ if "=" in pair) | values
    return {name: value for name, value in told.items() if value}


def manage(environment: dict[str, str], *words: str) -> str:
    done = ran(environment, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_running_portal_is_backed_up_and_comes_up_on_another_machine(running: Portal, tmp_path: Path) -> None:
    secret, public = sealing.new_key()
    here = environment_of(running, BACKUP_KEY=public)
    moderator = Moderator(running.port)
    with Writers(running.port) as writers:
        time.sleep(BEFORE_SECONDS)
        began = time.monotonic()
        told = manage(here, "backup", str(tmp_path / "b.tar.age"))
        took = time.monotonic() - began
        time.sleep(AFTER_SECONDS)
    print(f"backup in {took:.1f} s while {len(writers.taken)} comments were taken\n{told}")
    assert writers.refused == []
    surely = [name for name, at in writers.taken.items() if at < began]
    assert len(surely) > 10
    # Erased since the backup: it is in the file, and must not come back.
    erased = surely[0]
    before = names(here)
    manage(here, "readers", "erase", before[erased], "--for-good")
    with own_database("drilled") as database:
        there = tmp_path / "there"
        (there / "var").mkdir(parents=True)
        # By hand, as docs/operating.md says: the record of erasures, and the settings with the secret key.
        shutil.copytree(tmp_path / "here" / "var" / "erasures", there / "var" / "erasures")
        values = {"SECRET_KEY": (tmp_path / "here" / "var" / "secret_key").read_text(), "BACKUP_KEY": secret}
        new = environment_of(running, VAR_DIR=str(there / "var"), DATABASE_URL=database, **values)
        print(manage(new, "restore", str(tmp_path / "b.tar.age")))
        assert "agree" in manage(new, "doctor")
        with portal(there, DATABASE_URL=database, **values) as restored:
            found = names(new)
            assert erased not in found
            assert {name: found[name] for name in surely[1:]} == {name: before[name] for name in surely[1:]}
            assert Moderator(restored.port).get(DESK).status == 200
            words = "A comment on the machine that was restored, with as many characters as it takes."
            assert write(restored.port, "Somebody new", words).status == 303
            assert ask(restored.port, COMMENTS).status == 200
    assert moderator.get(DESK).status == 200


def test_a_backup_of_an_older_version_is_migrated_forward(tmp_path: Path) -> None:
    with own_database("older") as database, own_database("newer") as another:
        old = machine(tmp_path / "old", database)
        manage(old, "migrate", "-v0")
        manage(old, "demo")
        # Back to the schema before the last tables and columns.
        manage(old, "migrate", "-v0", "comments", "0026")
        manage(old, "backup", str(tmp_path / "b.tar"))
        new = machine(tmp_path / "new", another)
        shutil.copytree(tmp_path / "old" / "erasures", tmp_path / "new" / "erasures")
        said = manage(new, "restore", str(tmp_path / "b.tar"))
        assert re.search(r"It is older than this version: \d+ migrations are applied\.", said)
        assert "No planned migration operations." in manage(new, "migrate", "--plan")
        assert "agree" in manage(new, "doctor")


def test_a_restore_that_is_killed_is_told_of_and_made_again(tmp_path: Path) -> None:
    with own_database("whole") as database, own_database("killed") as another:
        old = machine(tmp_path / "old", database)
        manage(old, "migrate", "-v0")
        manage(old, "backup", str(tmp_path / "empty.tar"))
        manage(old, "demo")
        manage(old, "backup", str(tmp_path / "b.tar"))
        new = machine(tmp_path / "new", another)
        shutil.copytree(tmp_path / "old" / "erasures", tmp_path / "new" / "erasures")
        manage(new, "restore", str(tmp_path / "empty.tar"))
        kill_when(lambda: is_in_the_midst(tmp_path / "new"), new, "restore", "--replace", str(tmp_path / "b.tar"))
        for command in ("serve", "doctor"):
            done = ran(new, command)
            assert done.returncode == 1
            assert "restore did not come to its end, and what was erased may be there" in done.stdout + done.stderr
        # What was begun on the server ends by itself, with nothing done.
        servers.wait_until(lambda: "Stop the portal" not in ran(new, "restore", str(tmp_path / "no.tar")).stderr, 30.0)
        manage(new, "restore", "--replace", str(tmp_path / "empty.tar"))
        assert count_of_stories(new) == 0
        manage(new, "restore", "--replace", str(tmp_path / "b.tar"))
        assert count_of_stories(new) == count_of_stories(old) > 0
        assert "agree" in manage(new, "doctor")
        assert [path.name for path in (tmp_path / "new").iterdir() if "restor" in path.name] == ["restoring.lock"]


def is_in_the_midst(var: Path) -> bool:
    """Whether rows are being put back, on PostgreSQL; on SQLite, whether the restored file has a log already."""
    log = var / ".portal.sqlite3.restoring-wal"
    on_sqlite = (var / "portal.sqlite3").exists()
    return log.exists() and log.stat().st_size > 0 if on_sqlite else (var / "restore-unfinished").exists()


def kill_when(condition: Callable[[], bool], environment: dict[str, str], *words: str) -> None:
    """Start a command, and kill it as soon as this is true."""
    with subprocess.Popen([sys.executable, "manage.py", *words], cwd=ROOT, env=environment) as process:
        while process.poll() is None and not condition():
            time.sleep(0.001)
        process.kill()
    assert process.returncode == -signal.SIGKILL, "it had ended before"


def ran(environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def count_of_stories(environment: dict[str, str]) -> int:
    code = "from articles.models import Article; print(Article.objects.count())"
    return int(manage(environment, "shell", "-v0", "-c", code))


def machine(folder: Path, database: str) -> dict[str, str]:
    folder.mkdir()
    told = {**os.environ, "VAR_DIR": str(folder), "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": ""}
    return {name: value for name, value in told.items() if value}


def names(environment: dict[str, str]) -> dict[str, str]:
    """The public ids of the writers' comments, by the name under each; each name is under one."""
    code = (
        "import json; from comments.models import Comment;"
        "print(json.dumps(list(Comment.objects.filter(name__regex=r'^Reader .x').values_list('name', 'public_id'))))"
    )
    rows = json.loads(manage(environment, "shell", "-v0", "-c", code))
    found = dict(rows)
    assert len(found) == len(rows)
    return found

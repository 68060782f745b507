"""The clock jumps, ahead and back, under the whole portal: nothing is lost, nothing old is shown, nothing waits."""

import os
import re
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from tests import servers
from tests.faults.conftest import Stand
from tests.faults.posts import PostOffice
from tests.faults.site import RECOVERY_SECONDS, tell
from tests.journeys.words import named, text
from tests.long.people import Moderator, ask, write

pytestmark = pytest.mark.long

_SOURCE = Path(__file__).with_name("clock.c")
HOUR = 3600


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that makes programs see the test's clock; skips with a message if there is no compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no compiler here; the clock was left alone")
    library = tmp_path_factory.mktemp("clock") / "clock.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(_SOURCE)], check=True)
    return library


def test_a_clock_that_jumps_loses_nothing_and_holds_nothing_up(sqlite: Stand, library: Path, tmp_path: Path) -> None:
    clock, office, site = tmp_path / "clock", PostOffice(servers.free_port()), sqlite.site
    _set(clock, 0)
    office.open()
    try:
        site.restart(
            EMAIL_URL=f"smtp://127.0.0.1:{office.port}",
            LD_PRELOAD=str(library),
            PORTAL_CLOCK=str(clock),
        )
        moderator = Moderator(site.port)
        took = []
        # Not so far that sessions end.
        for number, jump in enumerate((2 * HOUR, -HOUR, 0, 3 * HOUR, 0)):
            _set(clock, jump)
            words, address = text(), f"jump{number}@example.org"
            written = write(site.port, named("Clockmaker"), words, email=address)
            assert (written.status, sqlite.people.post().status) == (303, 303)
            moderator.approve(words)
            assert words in _public_page(site.port, written.headers["location"])
            took.append(servers.wait_until(lambda to=address: bool(office.to(to)), RECOVERY_SECONDS))
        tell(f"five jumps of the clock: mails left within {max(took):.1f} s")
    finally:
        office.close()
    sqlite.is_whole()


def _public_page(port: int, own: str) -> str:
    """The public page of the conversation with a comment on it, by the link on its author's own page."""
    (permalink,) = re.findall(r'href="(/comments/\w+/)"', ask(port, own).text)
    return ask(port, ask(port, permalink).headers["location"].partition("#")[0]).text


def _set(clock: Path, seconds: int) -> None:
    """Written in place, not replaced, for processes that have already mapped the file."""
    file = os.open(clock, os.O_CREAT | os.O_WRONLY, 0o600)
    os.pwrite(file, struct.pack("=i", seconds), 0)
    os.close(file)

"""The clock jumps, ahead and back, under the whole portal: nothing is lost, nothing old is shown, nothing waits."""

import re
from pathlib import Path

import pytest

from tests import servers
from tests.faults.conftest import Stand
from tests.faults.posts import PostOffice
from tests.faults.site import RECOVERY_SECONDS, tell
from tests.journeys.words import named, text
from tests.long.people import COMMENTS, STORY, Moderator, ask, write

pytestmark = pytest.mark.long

_LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
HOUR = 3600


def test_a_clock_that_jumps_loses_nothing_and_holds_nothing_up(sqlite: Stand, tmp_path: Path) -> None:
    if not _LIBRARIES:
        pytest.skip("libfaketime is not here; the clock was left alone")
    clock, office, site = tmp_path / "clock", PostOffice(servers.free_port()), sqlite.site
    _set(clock, 0)
    office.open()
    try:
        site.restart(
            EMAIL_URL=f"smtp://127.0.0.1:{office.port}",
            LD_PRELOAD=str(_LIBRARIES[-1]),
            FAKETIME_TIMESTAMP_FILE=str(clock),
            FAKETIME_NO_CACHE="1",
            FAKETIME_DONT_FAKE_MONOTONIC="1",
        )
        moderator = Moderator(site.port)
        took = []
        with sqlite.people.at_work():
            for number, jump in enumerate((2 * HOUR, -HOUR, 0, 24 * HOUR, 0)):
                _set(clock, jump)
                words, address = text(), f"jump{number}@example.org"
                assert write(site.port, named("Clockmaker"), words, email=address).status == 303
                moderator.approve(words)
                assert [words in ask(site.port, path).text for path in (f"{COMMENTS}?sort=newest",)] == [True]
                took.append(servers.wait_until(lambda to=address: bool(office.to(to)), RECOVERY_SECONDS))
                sqlite.people.stop.wait(1.0)
        assert sqlite.people.wrong_answers({200, 302, 303}) == []
        assert re.search(r"Fishing ground, edition \d+", ask(site.port, STORY).text)
        tell(f"five jumps of the clock: mails left within {max(took):.1f} s")
    finally:
        office.close()
    sqlite.is_whole()


def _set(clock: Path, seconds: int) -> None:
    new = clock.with_suffix(".new")
    new.write_text(f"{seconds:+d}")
    new.replace(clock)

"""Processes are killed again and again while people write, decide and publish: nothing acknowledged is lost or there
twice, nothing is there by half, and within seconds it answers again.
"""

import os
import random
import signal
import time

import pytest

from tests import servers
from tests.faults.conftest import Stand
from tests.faults.site import RECOVERY_SECONDS, Site, tell

pytestmark = pytest.mark.long

ACTS = int(os.environ.get("FAULTS_ACTS", "1000"))
# Nobody is refused for longer than this, whatever is killed.
_PAUSE_SECONDS = 1.5


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def _kill_one_that_serves(site: Site) -> float:
    before = site.serving()
    _kill(random.choice(sorted(before)))
    return servers.wait_until(lambda: len(site.serving()) == len(before) and site.is_ready(), RECOVERY_SECONDS)


def _kill_the_server(site: Site) -> float:
    before = site.serving()
    _kill(site.server())
    # They end with it, and others come.
    return servers.wait_until(lambda: not before & site.serving() and site.is_ready(), RECOVERY_SECONDS)


def _kill_the_worker(site: Site) -> float:
    before = site.worker()
    _kill(before)
    return servers.wait_until(lambda: _worker_of(site) not in {0, before}, RECOVERY_SECONDS)


def _kill_all(site: Site) -> float:
    return site.kill_everything()


_DEATHS = (_kill_one_that_serves, _kill_one_that_serves, _kill_the_server, _kill_the_worker, _kill_all)


def test_what_was_acknowledged_outlives_whoever_acknowledged_it(stand: Stand) -> None:
    took: dict[str, list[float]] = {}
    choose = random.Random(1)
    began, before = time.monotonic(), stand.people.acks.count()
    with stand.people.at_work() as people:
        while people.acks.count() - before < ACTS or len(took) < len(set(_DEATHS)):
            people.stop.wait(_PAUSE_SECONDS)
            death = choose.choice(_DEATHS)
            took.setdefault(death.__name__.strip("_"), []).append(death(stand.site))
    stand.site.ready_after()
    stand.is_whole()
    slowest = {name: f"{max(each):.1f} s of {len(each)}" for name, each in took.items()}
    acts = f"{people.acks.count() - before} acts in {time.monotonic() - began:.0f} s"
    tell(f"{acts} with {sum(len(each) for each in took.values())} deaths; slowest return {slowest}")
    assert people.wrong_answers({0, 200, 302, 303, 503}) == []
    assert max(max(each) for each in took.values()) < RECOVERY_SECONDS


def test_a_server_that_is_killed_whenever_it_is_back_is_back_again(sqlite: Stand) -> None:
    """granian gives up where one of its processes dies within 5.5 s of its return; then it is started again."""
    for _ in range(3):
        for pid in sqlite.site.serving():
            _kill(pid)
        assert sqlite.site.ready_after() < RECOVERY_SECONDS


def test_who_is_left_behind_ends_and_leaves_the_port_to_the_next(sqlite: Stand) -> None:
    site = sqlite.site
    assert site.process
    left = site.family() - {site.process.pid}
    _kill(site.process.pid)
    site.process.wait()
    servers.wait_until(lambda: not servers.listens(site.port), RECOVERY_SECONDS)
    servers.wait_until(lambda: not any(servers.is_alive(pid) for pid in left), RECOVERY_SECONDS)
    assert site.start() < RECOVERY_SECONDS


def _worker_of(site: Site) -> int:
    try:
        return site.worker()
    except ValueError:
        return 0

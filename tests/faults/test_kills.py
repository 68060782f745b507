"""Processes are killed again and again while people write, decide and publish: nothing acknowledged is lost or there
twice, nothing is half there, and within seconds the portal answers again."""

import os
import random
import time

import pytest

from tests import servers
from tests.faults.conftest import Stand
from tests.faults.site import RECOVERY_SECONDS, Site, tell

ACTS = int(os.environ.get("FAULTS_ACTS", "1000"))
# Nobody is refused for longer than this, whatever is killed.
_PAUSE_SECONDS = 1.5


def _kill_one_that_serves(site: Site) -> float:
    before = site.serving()
    servers.kill(random.choice(sorted(before)))
    return servers.wait_until(lambda: len(site.serving()) == len(before) and site.is_ready(), RECOVERY_SECONDS)


def _kill_all_that_serve(site: Site) -> float:
    before = site.serving()
    for pid in before:
        servers.kill(pid)
    return servers.wait_until(lambda: len(site.serving()) == len(before) and site.is_ready(), RECOVERY_SECONDS)


def _kill_the_worker(site: Site) -> float:
    before = site.worker()
    servers.kill(before)
    return servers.wait_until(lambda: site.worker() != before, RECOVERY_SECONDS)


def _kill_all(site: Site) -> float:
    return site.kill_everything()


_DEATHS = (_kill_one_that_serves, _kill_one_that_serves, _kill_all_that_serve, _kill_the_worker, _kill_all)


def test_one_death_of_each_kind_loses_nothing_that_was_acknowledged(stand: Stand) -> None:
    with stand.people.at_work() as people:
        for death in dict.fromkeys(_DEATHS):
            people.stop.wait(_PAUSE_SECONDS)
            death(stand.site)
    stand.site.ready_after()
    stand.is_whole()
    assert people.wrong_answers({0, 200, 302, 303, 503}) == []


@pytest.mark.long
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


@pytest.mark.long
def test_processes_that_are_killed_whenever_they_are_back_are_back_again(sqlite: Stand) -> None:
    """One straight after the other, each as soon as anything answers: this also hits processes that have just begun."""
    for _ in range(7):
        for pid in sqlite.site.serving():
            servers.kill(pid)
        assert sqlite.site.ready_after() < RECOVERY_SECONDS


@pytest.mark.long
def test_who_is_killed_while_another_one_starts_does_not_wait_for_that(sqlite: Stand) -> None:
    """A process that was forked with another one's handlers would miss the signal to end while it starts."""
    for _ in range(3):
        before = sqlite.site.serving()
        for pid in before:
            servers.kill(pid)
        servers.wait_until(lambda gone=before: len(sqlite.site.serving() - gone) == 2, RECOVERY_SECONDS)
        servers.kill(max(sqlite.site.serving() - before))
        assert sqlite.site.ready_after() < RECOVERY_SECONDS


@pytest.mark.long
def test_a_process_that_is_killed_again_and_again_costs_no_request_of_the_other(sqlite: Stand) -> None:
    """Each process is looked after by itself: requests to another process never notice."""
    site = sqlite.site
    stays = max(site.serving())
    for _ in range(5):
        servers.wait_until(lambda: len(site.serving()) == 2, RECOVERY_SECONDS)
        (other,) = site.serving() - {stays}
        servers.kill(other)
    assert servers.is_alive(stays)


@pytest.mark.long
def test_who_is_left_behind_ends_and_leaves_the_port_to_the_next(sqlite: Stand) -> None:
    site = sqlite.site
    assert site.process
    left = site.family() - {site.process.pid}
    site.process.kill()
    site.process.wait()
    servers.wait_until(lambda: not servers.listens(site.port), RECOVERY_SECONDS)
    servers.wait_until(lambda: not any(servers.is_alive(pid) for pid in left), RECOVERY_SECONDS)
    assert site.start() < RECOVERY_SECONDS

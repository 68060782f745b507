"""The mail server is away, slow, confused or strict, and the worker dies: each mail is sent once, or again as the
same message, and none waits for another."""

from collections.abc import Iterator

import pytest

from tests import servers
from tests.faults.conftest import Stand
from tests.faults.posts import PostOffice, nonsense
from tests.faults.site import RECOVERY_SECONDS, tell
from tests.long.people import write


@pytest.fixture
def office(sqlite: Stand) -> Iterator[PostOffice]:
    office = PostOffice(servers.free_port())
    sqlite.site.restart(EMAIL_URL=f"smtp://127.0.0.1:{office.port}")
    yield office
    office.close()


def _write(stand: Stand, address: str) -> None:
    """A comment that makes the portal ask its author by mail whether the address is theirs."""
    words = f"It is {address} who writes this, and it has as many characters as it takes."
    assert write(stand.site.port, f"Of {address}", words, email=address).status == 303


def _addresses(name: str, count: int = 3) -> list[str]:
    return [f"{name}{number}@example.org" for number in range(count)]


def _outages(stand: Stand) -> int:
    """How often the worker has noted that no server accepts mail."""
    return stand.site.log.read_text().count("the mail server cannot be reached")


def _arrive(office: PostOffice, addresses: list[str], seconds: float = RECOVERY_SECONDS) -> float:
    return servers.wait_until(lambda: all(office.to(address) for address in addresses), seconds)


@pytest.mark.long
def test_mail_waits_for_a_server_that_is_dead_or_talks_nonsense_and_leaves_when_it_is_well(
    sqlite: Stand, office: PostOffice
) -> None:
    for address in (dead := _addresses("dead")):
        _write(sqlite, address)
    servers.wait_until(lambda: _outages(sqlite) == 1, 10.0)
    office.open()
    after_death = _arrive(office, dead)
    office.close()
    with nonsense(office.port):
        for address in (mad := _addresses("mad")):
            _write(sqlite, address)
        servers.wait_until(lambda: _outages(sqlite) == 2, 10.0)
    office.open()
    after_nonsense = _arrive(office, mad)
    tell(
        f"mail left {after_death:.1f} s after a dead server was there, {after_nonsense:.1f} s after a mad one was well"
    )
    assert [len(office.to(address)) for address in (*dead, *mad)] == [1] * 6


@pytest.mark.long
def test_a_slow_server_and_one_that_refuses_somebody_keep_nobody_elses_mail(sqlite: Stand, office: PostOffice) -> None:
    office.seconds, office.refuses = 1.5, "slow1@example.org"
    office.open()
    for address in (slow := _addresses("slow")):
        _write(sqlite, address)
    _arrive(office, [slow[0], slow[2]], 2 * 1.5 + RECOVERY_SECONDS)
    assert [len(office.to(address)) for address in slow] == [1, 0, 1]
    # Readers are answered while the worker waits.
    assert sqlite.people.post().seconds < 1.0


def test_a_worker_that_dies_between_sending_and_noting_sends_the_same_mail_again(
    sqlite: Stand, office: PostOffice
) -> None:
    office.first = lambda: servers.kill(sqlite.site.worker()) if len(office.taken) == 1 else None
    office.open()
    _write(sqlite, "twice@example.org")
    _arrive(office, ["twice@example.org"])
    took = servers.wait_until(lambda: len(office.to("twice@example.org")) == 2, RECOVERY_SECONDS)
    tell(f"the second copy left {took:.1f} s after the worker was killed")
    assert len(set(office.to("twice@example.org"))) == 1
    # Meanwhile the next one makes crops of all pictures of a new demo, and no mail waits for that.
    _write(sqlite, "once@example.org")
    _arrive(office, ["once@example.org"])
    assert len(office.to("twice@example.org")) == 2

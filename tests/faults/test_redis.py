"""Redis dies, falls silent and forgets while people write, decide and publish: this costs time, but every answer is
right.

What each page shows meanwhile is in `tests/long/test_machines.py`.
"""

import os
import shutil
import signal
from pathlib import Path

import pytest

from tests import servers
from tests.faults.conftest import Stand
from tests.faults.site import RECOVERY_SECONDS, tell
from tests.long.people import figures
from tests.long.test_machines import Redis

pytestmark = pytest.mark.long


@pytest.fixture
def redis(tmp_path: Path) -> Redis:
    if shutil.which("redis-server") is None:
        pytest.skip("there is no redis-server; it was not killed")
    return Redis(servers.free_port(), tmp_path)


def test_whatever_befalls_redis_no_act_is_refused_and_within_seconds_it_is_used_again(
    sqlite: Stand, redis: Redis
) -> None:
    site, took = sqlite.site, {}

    def is_used() -> bool:
        return figures(site.port)["portal_page_store_up"] == 1.0

    with redis.running() as process:
        site.restart(CACHE_URL=redis.url)
        servers.wait_until(is_used, RECOVERY_SECONDS)
        with sqlite.people.at_work() as people:
            people.stop.wait(2.0)
            os.kill(process.pid, signal.SIGSTOP)
            people.stop.wait(3.0)
            os.kill(process.pid, signal.SIGCONT)
            took["silent"] = servers.wait_until(is_used, RECOVERY_SECONDS)
            import redis as client

            with client.Redis.from_url(redis.url) as connection:
                connection.flushall()
            took["flushed"] = servers.wait_until(is_used, RECOVERY_SECONDS)
            process.kill()
            process.wait()
            people.stop.wait(3.0)
            with redis.running():
                took["dead"] = servers.wait_until(is_used, RECOVERY_SECONDS)
                people.stop.wait(2.0)
    tell(f"Redis is used again after { ({name: f'{seconds:.1f} s' for name, seconds in took.items()}) }")
    assert people.wrong_answers({200, 302, 303}) == []
    assert people.acks.count() > 20
    sqlite.is_whole()

"""What only a Redis can do to its pages: come back with what it had before."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from newsportal.pages.redis_store import RedisStore
from tests import servers
from tests.newsportal.pages.samples import kept, page

KEY = page().key


@contextmanager
def running(port: int, folder: Path) -> Iterator[servers.Process]:
    """A Redis that begins with the snapshot in its folder, if there is one."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("there is no redis-server on this machine")
    command = [program, "--port", str(port), "--dir", str(folder), "--save", "3600 1", "--appendonly", "no"]
    with servers.started(command, folder / "log", until=lambda: servers.listens(port)) as process:
        yield process


def test_a_snapshot_that_comes_back_brings_no_old_page_with_it(tmp_path: Path) -> None:
    port = servers.free_port()
    first, second = (RedisStore(f"redis://127.0.0.1:{port}/0", "tests") for _ in range(2))
    with running(port, tmp_path) as process:
        first.begin()
        kept(first, "article:17")
        assert second.find(KEY) is not None
        with redis.Redis(port=port) as client:
            client.save()
        first.renew(["article:17"])
        assert second.find(KEY) is None
        process.kill()
        process.wait()
    with running(port, tmp_path):
        # The client reconnects silently, and nothing has begun anew.
        assert second.find(KEY) is None
        # Another process that joins changes nothing more.
        assert first.moment() == second.moment()
        kept(first, "article:17")
        assert second.find(KEY) is not None
        first._redis.close()
        second._redis.close()

"""Both page stores, for one suite: a file in a temporary folder, and a real Redis if one is listening."""

import secrets
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsportal.pages.lmdb_store import LmdbStore
from newsportal.pages.redis_store import RedisStore
from newsportal.pages.store import Store

REDIS = ("127.0.0.1", 6379)
MakeStore = Callable[..., Store]


def must_have_redis() -> None:
    """Skip with a message if no Redis is listening."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(REDIS):
            pytest.skip("no Redis on 127.0.0.1:6379; the store in Redis was not tried")


@pytest.fixture(params=["lmdb", "redis"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeStore]:
    """Makes stores that share their content, as the processes of one site do; each has been begun."""
    if request.param == "redis":
        must_have_redis()
    space = f"tests {secrets.token_hex(8)}"
    made: list[Store] = []

    def make(**limits: int) -> Store:
        store: Store = LmdbStore(tmp_path / "pages", **limits)
        if request.param == "redis":
            store = RedisStore(f"redis://{REDIS[0]}:{REDIS[1]}/0", space, **limits)
        if not made:
            store.begin()
        made.append(store)
        return store

    yield make
    if request.param == "redis" and made:
        made[0].forget_everything()
        made[0]._redis.delete(f"{{{space}}}:counts", f"{{{space}}}:serial")  # type: ignore[attr-defined]


@pytest.fixture
def store(make_store: MakeStore) -> Store:
    return make_store()

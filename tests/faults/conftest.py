"""Deliberate faults, with real processes where processes fail. Most take long (`make test-long`), a few run in CI."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection

from tests.faults.acknowledged import Acknowledged
from tests.faults.cluster import Cluster, cluster
from tests.faults.site import People, Site

_HERE = "tests/faults/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In CI each database has its own faults; interleavings are played on whichever is there."""
    other = "sqlite" if connection.vendor == "postgresql" else "postgresql"
    for item in items:
        if isinstance(item, pytest.Function) and item.nodeid.startswith(_HERE):
            given = item.callspec.params if hasattr(item, "callspec") else {}
            if other in item.fixturenames or given.get("stand") == other:
                item.add_marker(pytest.mark.long)


@dataclass
class Stand:
    """A portal on one of the two databases, with people who use it."""

    site: Site
    people: People
    cluster: Cluster | None

    def is_whole(self) -> None:
        """What was acknowledged is there once, and nothing is half there."""
        rows = self.site.rows()
        assert (rows["wrong"], self.people.acks.broken_promises(rows)) == ([], [])


@pytest.fixture(scope="session")
def _on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """One portal on a PostgreSQL of its own, for all tests: what they write stays."""
    folder = tmp_path_factory.mktemp("postgresql")
    with cluster() as running:
        site = Site(folder, {"DATABASE_URL": running.url})
        site.start()
        try:
            yield Stand(site, People(site, Acknowledged(folder / "acknowledged")), running)
        finally:
            site.end()


@pytest.fixture
def sqlite(demo: Path, tmp_path: Path) -> Iterator[Stand]:
    """A portal on SQLite that has just started, with the demo edition and nothing else."""
    shutil.copytree(demo / "var", tmp_path / "var")
    site = Site(tmp_path)
    site.start()
    try:
        yield Stand(site, People(site, Acknowledged(tmp_path / "acknowledged")), None)
    finally:
        site.end()


@pytest.fixture
def postgresql(request: pytest.FixtureRequest) -> Stand:
    """A portal on PostgreSQL, started or as the previous test left it."""
    stand: Stand = request.getfixturevalue("_on_postgresql")
    return stand


@pytest.fixture(params=["sqlite", "postgresql"])
def stand(request: pytest.FixtureRequest) -> Stand:
    """Each of the two."""
    chosen: Stand = request.getfixturevalue(request.param)
    return chosen

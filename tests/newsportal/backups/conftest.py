"""Two machines in one process: folders of their own, and a database that the portal has only there."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests import servers

Elsewhere = Callable[[str], AbstractContextManager[Path]]


@pytest.fixture(autouse=True)
def var(settings: Any, tmp_path: Path) -> Path:
    """The folder of the machine that has the tests' own database."""
    return _settle(settings, tmp_path / "here")


@pytest.fixture
def elsewhere(settings: Any, tmp_path: Path) -> Elsewhere:
    """`with elsewhere("there"):` everything inside runs on a new machine with an empty database."""

    @contextmanager
    def at(name: str) -> Iterator[Path]:
        before = settings.VAR_DIR
        connection.close()
        place = connection.settings_dict["NAME"]
        with _database(tmp_path / f"{name}.sqlite3") as empty:
            connection.settings_dict["NAME"] = empty
            try:
                yield _settle(settings, tmp_path / name)
            finally:
                connection.close()
                connection.settings_dict["NAME"] = place
                _settle(settings, before)

    return at


@contextmanager
def _database(path: Path) -> Iterator[str]:
    if connection.vendor != "postgresql":
        yield str(path)
        return
    name = f"elsewhere_{secrets.token_hex(6)}"
    with servers.new_database(name, connection.settings_dict):
        yield name


def _settle(settings: Any, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    settings.VAR_DIR, settings.ERASURES_DIR, settings.MEDIA_ROOT = folder, folder / "erasures", folder / "media"
    return folder

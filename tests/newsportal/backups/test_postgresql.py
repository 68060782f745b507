"""PostgreSQL's own tools: what they say is handed on, however they end."""

from pathlib import Path

import pytest

from newsportal.backups.databases import postgresql
from newsportal.backups.problems import BackupError

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite needs no tools"),
]
# More than a pipe holds, so that who writes it waits for somebody to read, or to end.
_CLEARING = "-- nothing\n" * 20_000


def test_a_tool_that_ends_before_it_has_read_has_the_last_word(tmp_path: Path) -> None:
    psql = tmp_path / "psql"
    psql.write_text("#!/bin/sh\necho 'psql: error: the server has gone' >&2\nexit 2\n")
    psql.chmod(0o700)
    with pytest.raises(BackupError) as raised:
        postgresql._pour(str(psql), "pg_restore", tmp_path / "dump", _CLEARING)
    assert str(raised.value) == "psql did not work, and nothing was changed: psql: error: the server has gone"

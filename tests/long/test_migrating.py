"""Migrations forward and back, on a paper with everything in it: what the older code knew is there afterwards."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import ROOT, own_database
from tests.test_migrations import SINCE

AGREES = "The ledger, the statuses and the counts agree."
# Rows from before: none of them may be lost on the way back, nor on the way forward.
_COUNT = """
import json
from django.apps import apps
known = {"articles", "comments", "auth"}
rows = {m._meta.label: m.objects.count() for m in apps.get_models() if m._meta.app_label in known}
print(json.dumps(rows))
"""


@pytest.fixture
def manage(tmp_path: Path):
    """`manage.py` on a database of its own, which has all tables."""
    with own_database("migrating") as address:
        environment = {**os.environ, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "newsportal.settings"}
        environment.pop("DATABASE_URL", None)
        environment |= {"DATABASE_URL": address} if address else {}

        def run(*arguments: str) -> str:
            command = [sys.executable, "manage.py", *arguments]
            ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-4000:]
            return ended.stdout

        run("migrate", "--verbosity", "0")
        yield run


def test_the_newest_migrations_go_back_and_forward_with_data(manage) -> None:
    manage("demo")
    before = json.loads(manage("shell", "--no-imports", "-c", _COUNT))
    assert before["comments.Decision"] > 10
    for app, number in SINCE.items():
        manage("migrate", "--verbosity", "0", app, f"{number - 1:04d}" if number > 1 else "zero")
    assert "[ ]" in manage("showmigrations", "operating")
    manage("migrate", "--verbosity", "0")
    assert json.loads(manage("shell", "--no-imports", "-c", _COUNT)) == before
    assert AGREES in manage("doctor")


def test_every_migration_of_ours_has_a_way_back(manage) -> None:
    for app in ("comments", "articles", "operating", "pages"):
        manage("migrate", "--verbosity", "0", app, "zero")
    manage("migrate", "--verbosity", "0")
    assert AGREES in manage("doctor")

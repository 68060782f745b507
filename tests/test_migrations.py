"""Migrations: each says whom it holds up; old code keeps working beside the new tables; and the way back exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# From these on each says so; earlier ones are from a time when nobody ran the portal.
SINCE = {"accounts": 2, "articles": 23, "comments": 33, "operating": 1, "pages": 2}
FOLDERS = {
    "accounts": ROOT / "newsportal" / "accounts",
    "articles": ROOT / "articles",
    "comments": ROOT / "comments",
    "operating": ROOT / "newsportal" / "operating",
    "pages": ROOT / "newsportal" / "pages",
}
# What old code, which is still running, would stumble over: only for a release after the one that no longer needs them.
BREAKING = {"RemoveField", "RenameField", "DeleteModel", "RenameModel", "AlterModelTable"}


def migrations() -> list[Path]:
    """The migration files to which the rule applies."""
    return [
        path
        for app, folder in FOLDERS.items()
        for path in sorted((folder / "migrations").glob("[0-9]*.py"))
        if int(path.name[:4]) >= SINCE[app]
    ]


def test_there_are_some() -> None:
    assert ROOT / "newsportal/operating/migrations/0001_beats_and_csp_reports.py" in migrations()


@pytest.mark.parametrize("path", migrations(), ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
def test_a_migration_says_what_it_locks_and_for_how_long(path: Path) -> None:
    told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    assert re.search(r"^Lock: \S.{9,}", told, flags=re.MULTILINE), (
        f"{path.name} has no line “Lock: …” (CONTRIBUTING.md)"
    )


@pytest.mark.parametrize("path", migrations(), ids=lambda path: f"{path.parent.parent.name}/{path.stem}")
def test_a_migration_takes_nothing_away_that_old_code_asks_for_unless_it_says_why_that_is_safe(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if _takes_away(tree) or _demands(tree):
        assert re.search(r"^Old code: \S.{9,}", ast.get_docstring(tree) or "", flags=re.MULTILINE), path.name


def test_the_reader_of_migrations_sees_what_breaks_old_code() -> None:
    harmless = 'migrations.AddField("a", "b", field=models.TextField(null=True)); migrations.CreateModel("c")'
    defaulted = 'migrations.AddField("a", "b", field=models.TextField(db_default=""))'
    assert [_takes_away(ast.parse(code)) or _demands(ast.parse(code)) for code in (harmless, defaulted)] == [False] * 2
    assert _takes_away(ast.parse('migrations.RemoveField("a", "b")'))
    assert _demands(ast.parse('migrations.AddField("a", "b", field=models.TextField(default=""))'))


def test_numbers_have_no_gaps() -> None:
    for app, folder in FOLDERS.items():
        numbers = [int(path.name[:4]) for path in sorted((folder / "migrations").glob("[0-9]*.py"))]
        assert numbers == list(range(1, len(numbers) + 1)), app


def _calls(tree: ast.AST) -> list[tuple[str, ast.Call]]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    return [(node.func.attr, node) for node in calls if isinstance(node.func, ast.Attribute)]


def _takes_away(tree: ast.AST) -> bool:
    return any(name in BREAKING for name, _call in _calls(tree))


def _demands(tree: ast.AST) -> bool:
    """Whether a column is added that old code, which does not know it, leaves empty although it must not be."""
    fields = [
        word.value for name, call in _calls(tree) if name == "AddField" for word in call.keywords if word.arg == "field"
    ]
    given = [{word.arg for word in field.keywords} for field in fields if isinstance(field, ast.Call)]
    return any(not words & {"null", "db_default", "through"} for words in given)

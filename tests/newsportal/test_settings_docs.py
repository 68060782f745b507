"""The table of settings lists what is read from the environment: all of it and nothing else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# What systemd tells the processes that it starts, which nobody sets.
OF_SYSTEMD = {"LISTEN_PID", "NOTIFY_SOCKET"}


def read_from_environment(tree: ast.AST) -> Iterator[str]:
    """The names in `env.kind("NAME")`, `os.environ.get("NAME")`, `os.getenv("NAME")` and `os.environ["NAME"]`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            yield ast.literal_eval(node.slice)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            where = ast.unparse(node.func)
            if ast.unparse(node.func.value) == "env" or where in {"os.environ.get", "os.getenv"}:
                yield ast.literal_eval(node.args[0])


def test_the_reader_of_the_code_sees_every_way_to_read_a_setting() -> None:
    code = (
        'env.int("A", 1).strip("/"); os.environ.get("B"); os.environ["C"]; os.getenv("D"); other.get("E"); env.read()'
    )
    assert sorted(read_from_environment(ast.parse(code))) == ["A", "B", "C", "D"]


def test_every_setting_is_in_the_table_and_nothing_else_is() -> None:
    files = [path for app in ("newsportal", "articles", "comments") for path in (ROOT / app).rglob("*.py")]
    read = {name for path in files for name in read_from_environment(ast.parse(path.read_text(encoding="utf-8")))}
    table = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z][A-Z0-9_]*)` \|", table, flags=re.MULTILINE)
    assert sorted(rows) == sorted(read - OF_SYSTEMD)

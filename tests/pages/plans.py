"""How a database plans to answer: which indexes it reads, what it reads whole, whether it sorts."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection

# Tables that grow for ever. Reading one of the others whole costs nothing.
GROWING = {
    *("comments_comment", "comments_revision", "comments_decision", "comments_notice"),
    *("articles_edition", "articles_editiontag", "articles_editionperson", "articles_articlelog"),
}
# The indexes that we declare; those of keys and constraints have other names.
DECLARED = {
    index.name
    for app in ("articles", "comments")
    for model in apps.get_app_config(app).get_models()
    for index in model._meta.indexes
}


@dataclass
class Plan:
    """How some queries are answered."""

    indexes: set[str] = field(default_factory=set)
    # Tables, and indexes without a start or an end point, that are read from one end to the other.
    read_whole: set[str] = field(default_factory=set)
    is_sorted: bool = False


@contextmanager
def planned() -> Iterator[Plan]:
    """The plan of all SELECTs made inside the block, as they are made."""
    plan = Plan()

    def explain(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.startswith(("SELECT", "(SELECT")):
            _READERS[connection.vendor](plan, sql, params)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield plan


# --- How ------------------------------------------------------------------------------------------------------------

_LINE = re.compile(r"(SEARCH|SCAN) (\S+)(?: USING (?:COVERING )?INDEX (\S+))?")


def _read_sqlite(plan: Plan, sql: str, params: Any) -> None:
    for *_numbers, line in _rows(f"EXPLAIN QUERY PLAN {sql}", params):
        plan.is_sorted |= line.startswith("USE TEMP B-TREE")
        if not (found := _LINE.match(line)):
            continue
        how, table, index = found.groups()
        plan.indexes |= {index} & DECLARED
        # Any other name is an alias inside a query of ours, and its index tells the table; subqueries have brackets or
        # Django's names.
        is_made = table.startswith(("(", "qualify", "subquery"))
        if how == "SCAN" and table not in _TABLES - GROWING and (index or not is_made):
            plan.read_whole.add(index or table)


def _read_postgresql(plan: Plan, sql: str, params: Any) -> None:
    (told,) = _rows(f"EXPLAIN (FORMAT JSON) {sql}", params)
    nodes = [(json.loads(told[0]) if isinstance(told[0], str) else told[0])[0]["Plan"]]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        plan.is_sorted |= node["Node Type"] == "Sort"
        index = node.get("Index Name")
        plan.indexes |= {index} & DECLARED
        if (
            node.get("Relation Name") in GROWING
            and "Index Cond" not in node
            and node["Node Type"] != "Bitmap Heap Scan"
        ):
            plan.read_whole.add(index or node["Relation Name"])


_READERS = {"sqlite": _read_sqlite, "postgresql": _read_postgresql}
_TABLES = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}


def _rows(sql: str, params: Any) -> list[Any]:
    # Not through the wrapper again, which would ask for the plan of this one, too.
    with connection.cursor() as cursor:
        cursor.cursor.execute(sql, params)
        return list(cursor.cursor.fetchall())

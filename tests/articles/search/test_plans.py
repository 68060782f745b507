"""How the databases find words: by their index, and each matching story by its key."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Edition
from articles.search import EDITIONS, index, parse
from articles.search.index import engine
from tests import factories, large

pytestmark = pytest.mark.django_db


def test_words_are_looked_up_and_no_story_without_them_is_read() -> None:
    factories.live(headline="Harbour")
    large.stories(1_000)
    index.rebuild()
    rows = EDITIONS.ranked(Edition.objects.live(), parse("harbour storm")).values_list("pk")[:20]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off; ANALYZE")
    plan = rows.explain()
    assert _reads(plan)
    assert "SCAN articles_edition" not in plan.replace("SCAN articles_edition_words VIRTUAL TABLE", "")
    assert "Seq Scan" not in plan


def test_whether_what_was_found_is_live_is_told_without_reading_a_story() -> None:
    factories.live(headline="Harbour storm")
    factories.live(headline="Elsewhere", body="<p>A harbour in a storm.</p>")
    large.stories(1_000)
    index.rebuild()
    with CaptureQueriesContext(connection) as captured:
        EDITIONS.best(Edition.objects.live(), parse("harbour storm"), first=0, most=20)
    plans = [_plan(query["sql"]) for query in captured if "SELECT" in query["sql"]]
    if connection.vendor == "postgresql":
        (plan,) = plans
        assert plan.count("Bitmap Index Scan on articles_edition_words_found") == 1
        assert "Seq Scan" not in plan
    else:
        assert [_reads_covered(plan) for plan in plans] == [True] * 3


def _plan(sql: str) -> str:
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with engine().reading(), connection.cursor() as cursor:
        cursor.execute(f"{explain} {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def _reads(plan: str) -> bool:
    if connection.vendor == "postgresql":
        by_key = "Index Scan using articles_edition_pkey" in plan or "Index Only Scan using edition_found" in plan
        return "Bitmap Index Scan on articles_edition_words_found" in plan and by_key
    return (
        "SCAN articles_edition_words VIRTUAL TABLE INDEX" in plan
        and "SEARCH articles_edition USING INTEGER PRIMARY KEY (rowid=?)" in plan
    )


def _reads_covered(plan: str) -> bool:
    covered = "SEARCH articles_edition USING COVERING INDEX edition_found (id=? AND visible_from<?)" in plan
    return covered and "SEARCH articles_edition USING INTEGER" not in plan

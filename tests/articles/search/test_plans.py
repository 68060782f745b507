"""How the databases find words: by their index, and each story that has them by its key."""

import pytest
from django.db import connection

from articles.models import Edition
from articles.search import EDITIONS, index, parse
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


def _reads(plan: str) -> bool:
    if connection.vendor == "postgresql":
        return "Bitmap Index Scan on articles_edition_words_found" in plan and "articles_edition_pkey" in plan
    return (
        "SCAN articles_edition_words VIRTUAL TABLE INDEX" in plan
        and "SEARCH articles_edition USING INTEGER PRIMARY KEY (rowid=?)" in plan
    )

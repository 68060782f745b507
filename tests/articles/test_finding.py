"""From a key in a URL to a row, or to nothing."""

import pytest
from django.http import Http404

from articles.finding import live_edition
from articles.models import Edition
from tests import factories

pytestmark = pytest.mark.django_db

IMPOSSIBLE = [
    "0",
    "-1",
    "+1",
    "1.0",
    " 1",
    "1 ",
    "1_0",
    "one",
    "",
    "\x00",
    "१",
    "¹",
    "1" * 19 + "9",
    "9" * 5000,
    str(2**63),
    str(2**63 - 1),
]


@pytest.mark.parametrize("article_id", IMPOSSIBLE, ids=lambda text: ascii(text)[:24])
def test_an_impossible_id_is_not_found(article_id: str) -> None:
    factories.live()
    with pytest.raises(Http404):
        live_edition(article_id)


def test_an_id_is_written_in_one_way_only() -> None:
    edition = factories.live()
    assert live_edition(str(edition.article_id)) == edition
    for written in (f"0{edition.article_id}", f"+{edition.article_id}", f"{edition.article_id}.0"):
        with pytest.raises(Http404):
            live_edition(written)


def test_what_readers_may_not_see_is_not_found() -> None:
    for article_id in (factories.article().pk, factories.scheduled().article_id, factories.withdrawn().article_id):
        with pytest.raises(Http404):
            live_edition(str(article_id))


def test_the_search_may_be_narrowed() -> None:
    edition = factories.live()
    with pytest.raises(Http404):
        live_edition(str(edition.article_id), Edition.objects.none())

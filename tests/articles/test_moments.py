"""What lies ahead, by the clock: editions, the front page and breaking news."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from articles import breaking, publishing
from articles.models import Article, Edition
from articles.moments import BREAKING, EDITIONS, ahead
from tests import factories

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@time_machine.travel(NOW, tick=False)
def test_the_next_moment_is_when_the_first_edition_begins_or_ends_by_the_clock() -> None:
    edition = factories.live()
    assert ahead(NOW) == []
    factories.publish(factories.article(), at=NOW + 2 * HOUR)
    factories.publish(factories.article(), at=NOW + 3 * HOUR)
    assert ahead(NOW) == [(EDITIONS, NOW + 2 * HOUR)]
    story = Article.objects.get(pk=edition.article_id)
    publishing.withdraw(story, by=factories.user("editors"), saw=story.version, at=NOW + HOUR)
    moments = [sorted(ahead(NOW + hours * HOUR)) for hours in (0, 1, 2, 3)]
    both, one, last = [(EDITIONS, NOW + hours * HOUR) for hours in (1, 2, 3)]
    assert moments == [[both, one], [one], [last], []]


def test_all_that_lies_ahead_costs_one_query(django_assert_num_queries: object) -> None:
    factories.publish(factories.article(), at=timezone.now() + HOUR)
    line = breaking.announce(text="The bridge has fallen", by=factories.user("editors"))
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = ahead(timezone.now())
    assert sorted(found) == [(BREAKING, line.ends_at), (EDITIONS, Edition.objects.scheduled().get().visible_from)]

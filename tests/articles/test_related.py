"""The stories below a story: chosen by hand, then with the same tags, then from its section; live ones only."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import publishing
from articles.models import Edition, RelatedStory
from articles.related import related_to
from newsportal.pages.names import collecting
from tests import factories

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def live(hours_ago: int, **fields: object) -> int:
    return factories.live(at=timezone.now() - hours_ago * HOUR, **fields).article_id


def below(edition: Edition) -> list[int]:
    now = Edition.objects.live().for_page().get(article_id=edition.article_id)
    return [one.article_id for one in related_to(now)]


def choose(edition: Edition, *stories: int) -> None:
    """Choose these stories to stand below a story, and publish it anew."""
    for position, pk in enumerate(stories):
        RelatedStory.objects.create(article_id=edition.article_id, story_id=pk, position=position)
    factories.updated(edition)


def test_those_about_the_same_come_first_wherever_they_are_filed_then_those_of_the_section() -> None:
    story = factories.live(at=timezone.now() - 20 * HOUR, tags=("Harbours", "Trade"))
    section = [live(age) for age in (1, 2, 3, 4)]
    tagged = live(9, tags=("Trade",), section=factories.section("Politics"))
    live(1, section=factories.section("Politics"))
    both = live(10, tags=("Harbours", "Trade"))
    assert below(story) == [tagged, both, *section[:2]]


def test_a_story_without_tags_has_the_newest_of_its_section() -> None:
    story = factories.live(at=timezone.now() - 20 * HOUR)
    section = [live(age) for age in (1, 2, 3, 4, 5)]
    live(1, section=factories.section("Politics"))
    assert below(story) == section[:4]


def test_those_chosen_by_hand_come_before_all_in_their_order_and_the_rest_is_filled_up() -> None:
    story = factories.live(at=timezone.now() - 20 * HOUR, tags=("Harbours",))
    newest, tagged, old = live(1), live(5, tags=("Harbours",)), live(9)
    elsewhere = live(8, section=factories.section("Politics"))
    choose(story, old, elsewhere)
    assert below(story) == [old, elsewhere, tagged, newest]


def test_what_was_chosen_is_frozen_and_shown_only_while_it_is_live() -> None:
    story = factories.live(at=timezone.now() - 20 * HOUR)
    later, gone = factories.scheduled(), factories.live(at=timezone.now() - 9 * HOUR)
    newest = live(1)
    choose(story, later.article_id, gone.article_id)
    frozen = Edition.objects.live().get(article_id=story.article_id)
    assert frozen.related == [later.article_id, gone.article_id]
    assert below(story) == [gone.article_id, newest]
    gone.article.refresh_from_db()
    publishing.withdraw(gone.article, by=factories.user("editors"), saw=gone.article.version)
    assert below(story) == [newest]
    RelatedStory.objects.all().delete()
    assert Edition.objects.live().get(article_id=story.article_id).related == frozen.related


def test_a_story_whose_places_are_all_filled_by_hand_does_not_hear_of_others() -> None:
    story = factories.live(at=timezone.now() - 20 * HOUR, tags=("Harbours",))
    chosen = [live(age) for age in (1, 2, 3, 4)]
    choose(story, *chosen)
    now = Edition.objects.live().for_page().get(article_id=story.article_id)
    with collecting() as shown:
        related_to(now)
    assert (shown, below(story)) == (set(), chosen)


def test_the_name_of_a_chosen_story_that_is_not_live_is_told_to_no_cache() -> None:
    story = factories.live()
    later = factories.scheduled()
    choose(story, later.article_id)
    now = Edition.objects.live().for_page().get(article_id=story.article_id)
    with collecting() as shown:
        related_to(now)
    assert shown == {"stories", f"section:{now.section_id}:stories"}

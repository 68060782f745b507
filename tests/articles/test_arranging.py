"""Setting the front page: who may, what is refused, which pages are renewed, and what the page shows then."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from articles import arranging
from articles.arranging import Arrangement, Choice
from articles.front_page import compose
from articles.models import FrontPage, FrontSlot, Section
from articles.moments import ahead
from articles.states import KindOfWork
from newsportal.refusal import NotPermitted, Refusal, Stale
from tests import factories

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
Told = Callable[[Callable[[], object]], set[str]]


def choosing(*stories: object, sections: tuple[Section, ...] = (), until: object = None) -> Arrangement:
    """The stories at their places (None is the newest), the lead until a given time."""
    choices = [Choice(getattr(story, "article_id", getattr(story, "pk", None))) for story in stories]
    choices += [Choice()] * (4 - len(choices))
    choices[0] = Choice(choices[0].article_id, until)  # type: ignore[arg-type]
    return Arrangement(tuple(choices), tuple(section.pk for section in sections))


def arrange(arrangement: Arrangement, **how: object) -> FrontPage:
    return arranging.arrange(arrangement, **{"by": factories.user("editors"), "saw": arranging.seen(), **how})  # type: ignore[arg-type]


def top() -> list[int]:
    """The stories in the front page's first rows, as readers see them now."""
    front = compose(Arrangement.at(timezone.now()))
    return [edition.article_id for edition in (front.lead, *front.seconds, *front.cards) if edition]


def paper(number: int = 7) -> list[int]:
    """Live stories, newest first."""
    now = timezone.now()
    return [factories.live(at=now - age * HOUR).article_id for age in range(1, number + 1)]


# --- What stands there ----------------------------------------------------------------------------------------------


def test_without_an_arrangement_the_newest_stand_in_their_order() -> None:
    stories = paper()
    assert top() == stories


def test_chosen_stories_stand_where_they_were_put_and_the_newest_fill_the_rest_nobody_twice() -> None:
    a, b, c, d, e, f, g = paper()
    arrange(Arrangement((Choice(g), Choice(), Choice(a), Choice(f))))
    assert top() == [g, b, a, f, c, d, e]


def test_a_place_falls_back_to_the_newest_at_its_end_and_nothing_has_to_work_for_it() -> None:
    a, b, c, d, e, f, g = paper()
    arrange(Arrangement((Choice(g, timezone.now() + HOUR), Choice(), Choice(), Choice(f))))
    assert top() == [g, a, b, f, c, d, e]
    with time_machine.travel(timezone.now() + HOUR + timedelta(seconds=1)):
        assert top() == [a, b, c, f, d, e, g]


def test_a_later_arrangement_begins_at_its_time_and_takes_the_place_of_the_whole_one_before() -> None:
    a, b, c, d = paper(4)
    arrange(Arrangement((Choice(d), Choice(), Choice(), Choice())))
    arrange(Arrangement((Choice(), Choice(c), Choice(), Choice())), at=timezone.now() + HOUR)
    assert top() == [d, a, b, c]
    with time_machine.travel(timezone.now() + HOUR + timedelta(seconds=1)):
        assert top() == [a, c, b, d]


def test_a_cancelled_arrangement_never_begins_and_its_row_stays() -> None:
    a, b, c = paper(3)
    page = arrange(Arrangement((Choice(c), Choice(), Choice(), Choice())), at=timezone.now() + HOUR)
    editor = factories.user("editors")
    arranging.cancel(page, by=editor)
    with time_machine.travel(timezone.now() + 2 * HOUR):
        assert top() == [a, b, c]
    page.refresh_from_db()
    assert (page.cancelled_by, FrontSlot.objects.filter(front_page=page).count()) == (editor, 4)
    with pytest.raises(Refusal, match="cancelled already"):
        arranging.cancel(page, by=editor)


def test_a_scheduled_story_may_be_chosen_and_stands_there_from_its_own_time_on() -> None:
    a, b, c = paper(3)
    later = factories.scheduled()
    arrange(choosing(later))
    assert top() == [a, b, c]
    with time_machine.travel(later.visible_from + timedelta(seconds=1)):
        assert top() == [later.article_id, a, b, c]


def test_a_story_that_was_withdrawn_leaves_its_place_to_the_newest() -> None:
    a, b, c = paper(3)
    gone = factories.live(at=timezone.now() - 9 * HOUR)
    arrange(choosing(None, gone))
    assert top() == [a, gone.article_id, b, c]
    article = gone.article
    article.refresh_from_db()
    factories.publishing.withdraw(article, by=factories.user("editors"), saw=article.version)
    assert top() == [a, b, c]


def test_the_sections_stand_in_the_chosen_order_and_those_that_were_not_named_behind() -> None:
    made = [factories.section(name) for name in ("World", "Politics", "Science")]
    for section in made:
        for _ in range(9):
            factories.live(section=section)
    world, politics, science = made
    arrange(choosing(sections=(science, world)))
    blocks = compose(Arrangement.at(timezone.now())).blocks
    assert [block.section for block in blocks] == [science, world, politics]


def test_what_leads_stands_in_no_block_of_its_section() -> None:
    *_rest, oldest = paper(12)
    arrange(Arrangement((Choice(oldest), Choice(), Choice(), Choice())))
    front = compose(Arrangement.at(timezone.now()))
    shown = [edition.article_id for block in front.blocks for edition in block.editions]
    assert {one.article_id for one in (front.lead, *front.seconds) if one} & set(shown) == set()


def test_an_advertisement_stands_below_the_newsrooms_own_work_whenever_it_was_paid_for() -> None:
    now = timezone.now()
    stories = paper(10)
    paid = factories.live(at=now, kind_of_work=KindOfWork.ADVERTISEMENT).article_id
    became_paid = factories.live(at=now - 20 * HOUR)
    arrange(choosing(became_paid))
    became_paid.article.kind_of_work = KindOfWork.ADVERTISEMENT
    became_paid.article.save()
    factories.updated(became_paid)
    front = compose(Arrangement.at(timezone.now()))
    assert top() == stories[:8]
    assert [one.article_id for one in front.blocks[0].editions] == [*stories[8:], paid, became_paid.article_id]
    assert front.latest[0].article_id == paid


# --- What is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["writers", "moderators", ""])
def test_who_is_no_editor_may_not(role: str) -> None:
    with pytest.raises(NotPermitted, match="Only editors"):
        arrange(choosing(), by=factories.user(role))
    page = arrange(choosing(), at=timezone.now() + HOUR)
    with pytest.raises(NotPermitted, match="Only editors"):
        arranging.cancel(page, by=factories.user(role))


def test_the_second_of_two_who_saw_the_same_is_told_who_was_quicker_and_nothing_is_written() -> None:
    first, second = paper(2)
    quick = factories.user("editors", first_name="Edda", last_name="Marsh")
    arrange(Arrangement((Choice(first), Choice(), Choice(), Choice())), by=quick, saw=0)
    with pytest.raises(Stale, match=r"Edda Marsh set the front page at \d\d:\d\d:\d\d UTC, after you opened it"):
        arrange(Arrangement((Choice(second), Choice(), Choice(), Choice())), saw=0)
    assert FrontPage.objects.count() == 1


def test_what_cannot_stand_there_is_refused_in_words_and_nothing_is_written() -> None:
    (story,) = paper(1)
    draft, gone = factories.article(headline="A draft"), factories.withdrawn(headline="Gone")
    paid = factories.live(headline="Buy this", kind_of_work=KindOfWork.ADVERTISEMENT)
    now = timezone.now()
    refused = {
        "“A draft” is neither live nor scheduled.": (choosing(draft), {}),
        "“Gone” is neither live nor scheduled.": (choosing(gone), {}),
        "“Buy this” is an advertisement, which no place at the top is for.": (choosing(paid), {}),
        "stands in two places": (Arrangement((Choice(story), Choice(story), Choice(), Choice())), {}),
        "“9999” is neither live nor scheduled.": (Arrangement((Choice(9999), Choice(), Choice(), Choice())), {}),
        "A place must end after it begins.": (choosing(until=now - HOUR), {}),
        "An arrangement cannot begin in the past.": (choosing(), {"at": now - HOUR}),
        "The front page has 4 places.": (Arrangement((Choice(),)), {}),
        "There is no such section: [77777].": (Arrangement(sections=(77777,)), {}),
    }
    for words, (arrangement, how) in refused.items():
        with pytest.raises(Refusal) as refusal:
            arrange(arrangement, **how)
        assert words in refusal.value.words
    assert FrontPage.objects.count() == 0


# --- Who hears of it ------------------------------------------------------------------------------------------------


def test_the_front_page_hears_of_what_it_shows_and_every_page_of_what_is_timed(told: Told) -> None:
    story, other = paper(2)
    until = timezone.now() + HOUR
    assert told(lambda: arrange(choosing())) == set()
    assert told(lambda: arrange(Arrangement((Choice(story),) + (Choice(),) * 3))) == {"front"}
    assert told(lambda: arrange(Arrangement((Choice(story),) + (Choice(),) * 3))) == set()
    assert told(lambda: arrange(Arrangement((Choice(story, until),) + (Choice(),) * 3))) == {"clock"}
    assert told(lambda: arrange(Arrangement((Choice(other, until),) + (Choice(),) * 3))) == {"front"}
    assert told(lambda: arrange(choosing(), at=until)) == {"clock"}


def test_begins_and_ends_are_moments_of_the_sites_clock() -> None:
    (story,) = paper(1)
    now = timezone.now()
    arrange(Arrangement((Choice(story, now + 3 * HOUR),) + (Choice(),) * 3))
    assert _next() == now + 3 * HOUR
    page = arrange(choosing(), at=now + 2 * HOUR)
    assert _next() == now + 2 * HOUR
    arranging.cancel(page, by=factories.user("editors"))
    assert _next() == now + 3 * HOUR


def _next() -> object:
    return min(moment for _kind, moment in ahead(timezone.now()))

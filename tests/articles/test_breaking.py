"""The line of breaking news: when it is shown, where it leads, what is refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from articles import breaking, publishing
from articles.breaking import Line
from articles.models import BreakingNews
from articles.moments import ahead
from newsportal.pages.names import collecting
from newsportal.refusal import NotPermitted, Refusal
from tests import factories

pytestmark = pytest.mark.django_db
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
Told = Callable[[Callable[[], object]], set[str]]


def announce(text: str = "The bridge has fallen", **how: object) -> BreakingNews:
    return breaking.announce(**{"by": factories.user("editors"), "text": text, **how})  # type: ignore[arg-type]


def test_it_stands_for_two_hours_unless_said_and_needs_no_worker_to_end() -> None:
    assert breaking.line() is None
    announce()
    assert breaking.line() == Line("The bridge has fallen", "")
    with time_machine.travel(timezone.now() + 2 * HOUR + SECOND):
        assert breaking.line() is None


def test_a_later_one_begins_at_its_time() -> None:
    announce(at=timezone.now() + HOUR)
    assert breaking.line() is None
    with time_machine.travel(timezone.now() + HOUR + SECOND):
        assert breaking.line() == Line("The bridge has fallen", "")


def test_it_ends_at_once_by_who_may_and_the_one_before_does_not_come_back() -> None:
    announce("An older line")
    line, editor = announce(), factories.user("editors")
    breaking.end(line, by=editor)
    assert breaking.line() is None
    line.refresh_from_db()
    assert line.ended_by == editor
    with pytest.raises(Refusal, match="This line is over"):
        breaking.end(line, by=editor)


def test_one_that_was_taken_back_before_it_began_never_stands_nor_ends_the_one_before() -> None:
    announce("The line of now")
    breaking.end(announce("Never", at=timezone.now() + HOUR), by=factories.user("editors"))
    with time_machine.travel(timezone.now() + HOUR + SECOND):
        assert breaking.line() == Line("The line of now", "")


def test_it_leads_to_its_story_only_while_that_is_live() -> None:
    later = factories.scheduled(headline="What is known of the bridge")
    announce(article=later.article, until=timezone.now() + 20 * HOUR, at=timezone.now() + 10 * HOUR)
    with time_machine.travel(timezone.now() + 12 * HOUR):
        assert breaking.line() == Line("The bridge has fallen", "")
    with time_machine.travel(later.visible_from + SECOND):
        assert breaking.line() is None
        line = announce(article=later.article)
        assert breaking.line() == Line("The bridge has fallen", later.get_absolute_url())
        later.article.refresh_from_db()
        publishing.withdraw(later.article, by=line.by, saw=later.article.version)
        assert breaking.line() == Line("The bridge has fallen", "")


def test_without_words_it_says_the_headline_of_its_story_and_nothing_while_that_is_not_live() -> None:
    live, later = factories.live(headline="Known"), factories.scheduled(headline="Not yet")
    announce("", article=live.article)
    assert breaking.line() == Line("Known", live.get_absolute_url(), "en")
    announce("", article=later.article)
    assert breaking.line() is None


def test_the_name_of_a_story_that_is_not_live_is_told_to_no_cache() -> None:
    announce(article=factories.scheduled().article)
    with collecting() as shown:
        breaking.line()
    assert shown == {"breaking", "stories"}


def test_what_cannot_stand_there_is_refused_in_words_and_nothing_is_written() -> None:
    now = timezone.now()
    refused: dict[str, dict[str, object]] = {
        "Say what the news is, or choose a story.": {"text": "  "},
        "A line of breaking news has 160 letters at most.": {"text": "a" * 161},
        "“A draft” is neither live nor scheduled.": {"article": factories.article(headline="A draft")},
        "“Buy this” is an advertisement, and no news.": {
            "article": factories.live(headline="Buy this", kind_of_work="advertisement").article
        },
        "Breaking news cannot begin in the past.": {"at": now - HOUR},
        "Breaking news must end after it begins.": {"until": now - HOUR},
        "Breaking news ends after 24 hours at the latest.": {"until": now + 25 * HOUR},
    }
    for words, how in refused.items():
        with pytest.raises(Refusal) as refusal:
            announce(**how)  # type: ignore[arg-type]
        assert refusal.value.words == words
    for role in ("writers", "moderators", ""):
        with pytest.raises(NotPermitted, match="Only editors"):
            announce(by=factories.user(role))
    assert BreakingNews.objects.count() == 0


def test_every_page_hears_of_it(told: Told) -> None:
    later: list[BreakingNews] = []
    assert told(announce) == {"breaking", "clock"}
    assert told(lambda: later.append(announce(at=timezone.now() + HOUR))) == {"clock"}
    editor = factories.user("editors")
    assert told(lambda: breaking.end(later[0], by=editor)) == set()
    line = BreakingNews.objects.last_begun()
    assert line is not None
    assert told(lambda: breaking.end(line, by=editor)) == {"breaking"}


def test_its_times_are_moments_of_the_sites_clock() -> None:
    now = timezone.now()
    announce(until=now + 3 * HOUR)
    line = announce(at=now + HOUR)
    assert _next() == now + HOUR
    breaking.end(line, by=factories.user("editors"))
    assert _next() == now + 3 * HOUR


def test_it_stands_above_every_page_as_a_region_with_a_name() -> None:
    edition = factories.live()
    announce("<b>Fallen</b>", article=edition.article)
    for url in ("/", edition.get_absolute_url(), "/sections/world/", "/guidelines/"):
        body = Client().get(url).content.decode()
        assert '<div class="breaking" role="region" aria-label="Breaking news">' in body, url
        assert f'<a href="{edition.get_absolute_url()}" dir="auto">&lt;b&gt;Fallen&lt;/b&gt;</a>' in body, url


def test_a_page_that_says_what_went_wrong_asks_the_database_for_no_news() -> None:
    announce()
    assert "The bridge has fallen" not in Client().get("/nowhere/").content.decode()


def _next() -> object:
    return min(moment for _kind, moment in ahead(timezone.now()))

"""A page costs the same number of queries whatever its length."""

import secrets
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import arranging
from articles.models import Edition, RelatedStory, Section
from articles.states import Kind
from comments import policy
from comments.models import Comment
from comments.states import Status
from newsportal.pages.rendering import MOMENT
from tests import factories, large
from tests.articles.images import stored_picture

pytestmark = pytest.mark.django_db

# What the issue allows for a story's page.
MOST_FOR_A_STORY = 8


def test_a_story_costs_the_same_for_one_three_and_300_comments_and_at_most_eight() -> None:
    edition = _decorated_story(is_corrected=False)
    url = edition.get_absolute_url()
    counted = {}
    for wanted in (1, 3, 300):
        large.comments_below(edition, wanted - Comment.objects.public().count())
        counted[wanted] = _queries(url)
    assert set(counted.values()) == {counted[1]}, counted
    assert counted[1] <= MOST_FOR_A_STORY
    assert _queries(reverse("comments:page", args=[edition.article_id])) <= MOST_FOR_A_STORY


def test_a_picture_that_a_section_lends_costs_nothing_more() -> None:
    edition = _decorated_story()
    before = _queries(edition.get_absolute_url())
    Section.objects.filter(pk=edition.section_id).update(picture=stored_picture())
    page = Client().get(edition.get_absolute_url()).text
    assert Section.objects.get(pk=edition.section_id).picture.file.share in page
    assert _queries(edition.get_absolute_url()) == before


def test_a_corrected_story_costs_one_query_more_for_its_notes() -> None:
    plain = _queries(_decorated_story(is_corrected=False).get_absolute_url())
    assert _queries(_decorated_story().get_absolute_url()) == plain + 1


def test_a_long_conversation_with_answers_costs_one_query_more_than_a_short_one() -> None:
    edition = _decorated_story()
    first = factories.approved(edition)
    url = edition.get_absolute_url()
    short = _queries(url)
    counted = {}
    for wanted in (policy.READ_WHOLE + 1, 3 * policy.READ_WHOLE):
        large.comments_below(edition, wanted - Comment.objects.filter(root=first).count(), root=first)
        counted[wanted] = _queries(url)
    assert set(counted.values()) == {short + 1}


def test_answers_below_comments_cost_nothing_more() -> None:
    edition = _decorated_story()
    first = factories.approved(edition)
    factories.approved(edition, parent=first)
    urls = [
        edition.get_absolute_url(),
        reverse("comments:page", args=[edition.article_id]),
        reverse("comments:answers", args=[first.public_id]),
        reverse("comments:feed", args=[edition.article_id]),
        reverse("comments:answers_feed", args=[first.public_id]),
    ]
    with_one = [_queries(url) for url in urls]
    answer = first
    for _ in range(12):
        answer = factories.approved(edition, parent=answer)
        factories.approved(edition, parent=factories.approved(edition))
    assert [_queries(url) for url in urls] == with_one


def test_a_removed_comment_with_answers_costs_nothing_more() -> None:
    edition = _decorated_story()
    top = factories.approved(edition)
    factories.approved(edition, parent=top)
    before = _queries(edition.get_absolute_url())
    factories.decided(top, Status.SPAM)
    assert _queries(edition.get_absolute_url()) == before


def test_a_list_costs_the_same_for_one_story_and_for_many() -> None:
    edition = _decorated_story()
    person = edition.people_in_order[0]
    urls = [
        *("/", "/sections/world/", "/tags/harbours/", "/sections/world/feed/", "/feed/", "/feed/atom/"),
        *(
            "/sitemap.xml",
            "/sitemap-stories.xml",
            "/sitemap-lists.xml",
            "/news-sitemap.xml",
            "/sections/world/feed/atom/",
        ),
        *("/corrections/", "/corrections/feed/"),
        *(person.get_absolute_url(), f"{person.get_absolute_url()}feed/"),
    ]
    with_one = {url: _queries(url) for url in urls}
    for _ in range(14):
        another = factories.live(tags=("Harbours",), people=(person,))
        factories.updated(another, kind=Kind.CORRECTION, note="A name was wrong.")
    assert {url: _queries(url) for url in urls} == with_one


def test_the_front_page_costs_the_same_for_one_section_and_for_six() -> None:
    for _ in range(9):
        factories.live()
    with_one = _queries("/")
    for name in ("Politics", "Science", "Culture", "Money", "Sport"):
        for _ in range(3):
            factories.live(section=factories.section(name))
    assert _queries("/") == with_one


def test_the_front_page_costs_one_query_more_when_it_is_arranged_however_many_are_chosen() -> None:
    stories = [factories.live().article_id for _ in range(12)]
    without = _queries("/")
    for chosen in (0, 1, 4):
        choices = [arranging.Choice(pk) for pk in stories[:chosen]] + [arranging.Choice()] * (4 - chosen)
        arranging.arrange(arranging.Arrangement(tuple(choices)), by=factories.user("editors"), saw=arranging.seen())
        assert _queries("/") == without + bool(chosen)


def test_related_stories_cost_one_query_however_they_are_related() -> None:
    edition = _decorated_story()
    url = edition.get_absolute_url()
    before = _queries(url)
    for _ in range(3):
        factories.live(tags=("Harbours",))
    article = edition.article
    for position in range(3):
        RelatedStory.objects.create(article=article, story=factories.live().article, position=position)
    factories.updated(edition, kind=Kind.CORRECTION, note="Another figure was wrong.")
    assert _queries(url) == before


# --- How ------------------------------------------------------------------------------------------------------------


def _decorated_story(*, is_corrected: bool = True) -> Edition:
    """A story with tags, two people in its byline, and another story beside it; corrected, or in its first edition."""
    people = (factories.person("Ana Moreira"), factories.person("Bo Lindqvist"))
    edition = factories.live(at=timezone.now() - timedelta(hours=1), tags=("Harbours",), people=people)
    if is_corrected:
        factories.updated(edition, kind=Kind.CORRECTION, note="A figure was wrong.")
    factories.live()
    return Edition.objects.live().get(article=edition.article_id)


def _queries(url: str) -> int:
    """How many queries a page costs behind the store, just after a change."""
    with CaptureQueriesContext(connection) as queries:
        response = Client().get(url, **{MOMENT: secrets.token_hex()})
    assert response.status_code == 200, url
    return len(queries)

"""Two people edit one story: both texts are shown with their differences, and nothing is saved before one chooses."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from articles.admin.conflicts import Conflict
from articles.differences import Run
from articles.models import Article, KeyPoint, Source, Tag
from tests import factories
from tests.articles.browser import read_form

SignIn = Callable[..., Client]

pytestmark = pytest.mark.django_db


def page_of(story: Article) -> str:
    return reverse("admin:articles_article_change", args=[story.pk])


def opened(client: Client, story: Article) -> dict[str, Any]:
    return read_form(client.get(page_of(story)).text, "article_form").fields


def conflict_of(response: Any) -> Conflict:
    found = response.context["unsaved"]["conflict"]
    assert isinstance(found, Conflict)
    return found


def sides(response: Any) -> dict[str, tuple[str, str, str]]:
    """By field: their text, mine, and whose it is if nobody chooses."""
    return {one.name: (one.theirs, one.mine, one.chosen) for one in conflict_of(response).differences}


class Two:
    """Two editors who opened a story at the same version; `quick` saves first."""

    def __init__(self, sign_in: SignIn, story: Article) -> None:
        self.story, self.quick, self.slow = story, sign_in("editors"), sign_in("editors")
        self.opened_by_quick, self.form = opened(self.quick, story), opened(self.slow, story)

    def quickly(self, **changed: Any) -> None:
        self.quick.post(page_of(self.story), {**self.opened_by_quick, **changed, "_save": "1"})

    def slowly(self, **changed: Any) -> HttpResponse:
        """Save what was typed; the page that comes back is the form from then on."""
        response = self.slow.post(page_of(self.story), {**self.form, **changed, "_save": "1"})
        if response.status_code == 200:
            self.form = read_form(response.text, "article_form").fields
        return response

    @property
    def now(self) -> Article:
        return Article.objects.get(pk=self.story.pk)


@pytest.fixture
def two(sign_in: SignIn) -> Two:
    story = factories.article(
        headline="The bridge is open", summary="As it was", body="<p>One.</p><p>Two.</p>", tags=("NATO",)
    )
    return Two(sign_in, story)


def test_each_field_that_differs_is_shown_with_both_texts_and_the_words_marked(two: Two) -> None:
    two.quickly(headline="The bridge is closed", body="<p>One.</p><p>Two and a half.</p>")
    response = two.slowly(headline="The new bridge is open", body="<p>One.</p><p>Two, too.</p>")
    assert response.status_code == 200
    assert sides(response) == {
        "headline": ("The bridge is closed", "The new bridge is open", ""),
        "body": ("<p>One.</p><p>Two and a half.</p>", "<p>One.</p><p>Two, too.</p>", ""),
    }
    headline, body = (one.runs for one in conflict_of(response).differences)
    assert headline == [
        Run("same", "The "),
        Run("added", "new "),
        Run("same", "bridge is "),
        Run("removed", "closed"),
        Run("added", "open"),
    ]
    assert body == [Run("same", "One.\n\nTwo"), Run("removed", " and a half"), Run("added", ", too"), Run("same", ".")]
    assert "<del>closed</del><ins>open</ins>" in response.content.decode()
    assert (two.form["headline"], two.form["body"]) == (["The new bridge is open"], ["<p>One.</p><p>Two, too.</p>"])
    assert (two.now.headline, two.now.version) == ("The bridge is closed", 2)


def test_saving_again_without_choosing_saves_nothing_and_asks(two: Two) -> None:
    two.quickly(summary="Theirs")
    two.slowly(summary="Mine")
    response = two.slowly()
    assert (response.status_code, conflict_of(response).undecided) == (200, ["Summary"])
    assert (two.now.summary, two.now.version, two.form["summary"]) == ("Theirs", 2, ["Mine"])


def test_the_choice_is_made_for_each_field(two: Two) -> None:
    two.quickly(headline="Their headline", summary="Theirs")
    two.slowly(headline="My headline", summary="Mine")
    response = two.slowly(**{"choose-headline": "mine", "choose-summary": "theirs"})
    assert response.status_code == 302
    assert (two.now.headline, two.now.summary, two.now.version) == ("My headline", "Theirs", 3)


@pytest.mark.parametrize(("side", "headline", "version"), [("mine", "My headline", 3), ("theirs", "Their headline", 2)])
def test_the_choice_is_made_for_all(two: Two, side: str, headline: str, version: int) -> None:
    two.quickly(headline="Their headline")
    two.slowly(headline="My headline")
    two.slowly(**{"choose-all": side})
    assert (two.now.headline, two.now.version) == (headline, version)


def test_what_one_alone_has_changed_is_chosen_beforehand(two: Two) -> None:
    two.quickly(headline="Their headline")
    response = two.slowly(summary="Mine")
    assert sides(response) == {
        "headline": ("Their headline", "The bridge is open", "theirs"),
        "summary": ("As it was", "Mine", "mine"),
    }
    two.slowly()
    assert (two.now.headline, two.now.summary) == ("Their headline", "Mine")


def test_what_is_mine_may_still_be_changed_while_choosing(two: Two) -> None:
    two.quickly(summary="Theirs")
    two.slowly(summary="Mine")
    two.slowly(summary="Both of us", **{"choose-summary": "mine"})
    assert two.now.summary == "Both of us"


def test_a_third_save_meanwhile_is_compared_anew(two: Two) -> None:
    two.quickly(summary="Theirs")
    two.slowly(summary="Mine")
    two.opened_by_quick = opened(two.quick, two.story)
    two.quickly(summary="Theirs again")
    response = two.slowly(**{"choose-summary": "mine"})
    assert (response.status_code, sides(response)) == (200, {"summary": ("Theirs again", "Mine", "")})
    assert (two.now.summary, two.now.version) == ("Theirs again", 3)
    two.slowly(**{"choose-summary": "mine"})
    assert two.now.summary == "Mine"


def test_lists_are_compared_and_chosen_whole(two: Two) -> None:
    two.quickly(**{"key_points-0-text": "Theirs", "key_points-1-text": "Their second"})
    response = two.slowly(**{"key_points-0-text": "Mine", "key_points-1-text": "My second"})
    assert sides(response) == {"key_points": ("Theirs\nTheir second", "Mine\nMy second", "")}
    two.slowly(**{"choose-key_points": "mine"})
    assert [point.text for point in two.story.key_points.all()] == ["Mine", "My second"]


def test_their_lists_are_taken_as_they_are(two: Two) -> None:
    two.quickly(**{"key_points-0-DELETE": "on", "key_points-1-text": "Their only one"})
    response = two.slowly(**{"key_points-0-text": "Mine", "quotes-0-speaker": "My speaker"})
    assert sides(response)["key_points"] == ("Their only one", "Mine", "")
    two.slowly(**{"choose-key_points": "theirs"})
    assert [point.text for point in two.story.key_points.all()] == ["Their only one"]
    assert two.story.quotes.get().speaker == "My speaker"


def test_rows_that_somebody_deleted_meanwhile_are_not_lost(two: Two) -> None:
    two.quickly(**{"quotes-0-DELETE": "on"})
    two.slowly(**{"quotes-0-words": "My words."})
    two.slowly(**{"choose-quotes": "mine"})
    assert two.story.quotes.values_list("words", "marker").get() == ("My words.", "said")


def test_people_sources_tags_and_times_are_shown_by_their_names(sign_in: SignIn) -> None:
    ana, ben = factories.person("Ana"), factories.person("Ben")
    two = Two(sign_in, factories.article(people=(ana,)))
    afp, tag = Source.objects.create(name="AFP"), Tag.objects.create(name="Peace", slug="peace")
    two.quickly(**{"bylines-0-person": ben.pk, "source": afp.pk, "tags": [tag.pk], "kind_of_work": "opinion"})
    response = two.slowly(embargo_0="2026-05-04", embargo_1="14:05:00", source="")
    assert sides(response) == {
        "source": ("AFP", "", ""),
        "kind_of_work": ("Opinion", "News", "theirs"),
        "tags": ("Peace", "", "theirs"),
        "embargo": ("", "2026-05-04 14:05:00", "mine"),
        "bylines": ("Ben", "Ana", "theirs"),
    }
    two.slowly(**{"choose-source": "theirs"})
    after = two.now
    assert (after.source, after.kind_of_work, list(after.tags.all()), list(after.people.all())) == (
        afp,
        "opinion",
        [tag],
        [ben],
    )
    assert after.embargo == datetime(2026, 5, 4, 14, 5, tzinfo=UTC)


def test_how_html_is_written_down_is_no_difference(two: Two) -> None:
    two.quickly(summary="Theirs")
    response = two.slowly(summary="Mine", body="<p>One.</p>\r\n<p onclick='x()'>Two.</p>")
    assert set(sides(response)) == {"summary"}


def test_a_link_alone_is_a_difference_of_form(two: Two) -> None:
    two.quickly(body='<p>One.</p><p><a href="https://example.org/">Two.</a></p>')
    (difference,) = conflict_of(two.slowly(summary="Mine", body="<p>One.</p><p><b>Two.</b></p>")).differences[:1]
    assert (difference.name, difference.is_only_form) == ("body", True)


def test_forged_sums_and_choices_save_nothing(two: Two) -> None:
    two.quickly(summary="Theirs")
    for forged in ("", "null", "[", "[]", '{"summary": 1}', "[" * 100_000):
        response = two.slowly(summary="Mine", **{"unsaved-opened": forged, "choose-summary": "nonsense"})
        assert (response.status_code, sides(response)) == (200, {"summary": ("Theirs", "Mine", "")})
        two.form["choose-compared"] = ["99"]
    two.slowly(**{"choose-compared": "1", "choose-all": "mine"})
    assert (two.now.summary, two.now.version) == ("Theirs", 2)


def test_a_button_of_the_newsroom_waits_for_the_choice(two: Two) -> None:
    two.quickly(summary="Theirs")
    typed = {**two.form, "summary": "Mine", "_publish": "1"}
    response = two.slow.post(page_of(two.story), typed)
    assert (response.status_code, two.story.editions.count()) == (200, 0)
    form = {**read_form(response.text, "article_form").fields, "choose-summary": "mine", "_publish": "1"}
    two.slow.post(page_of(two.story), form)
    assert two.story.editions.get().summary == "Mine"


def test_the_longest_body_is_compared(two: Two) -> None:
    paragraphs = "".join(f"<p>Paragraph {number} says what happened there.</p>" for number in range(8_000))
    two.quickly(body=paragraphs)
    response = two.slowly(body=paragraphs.replace("Paragraph 77 ", "Paragraph seventy-seven "))
    (difference,) = conflict_of(response).differences
    marked = [run for run in difference.runs if run.kind != "same"]
    assert marked == [Run("removed", "77"), Run("added", "seventy-seven")]
    shown = "".join(run.text for run in difference.folded)
    assert (len(shown) < 1_000, shown[:5], shown[-5:]) == (True, " […] ", " […] ")


def test_what_was_typed_for_the_verb_is_kept(two: Two) -> None:
    two.quickly(summary="Theirs")
    two.slowly(summary="Mine", **{"verb-note": "A long note."})
    assert two.form["verb-note"] == ["A long note."]


def test_many_rows_stay_in_their_order(sign_in: SignIn) -> None:
    story = factories.article()
    KeyPoint.objects.create(article=story, text="Second", position=1)
    two = Two(sign_in, story)
    two.quickly(summary="Theirs")
    response = two.slowly(**{"key_points-0-position": "5"})
    assert sides(response)["key_points"] == ("One point\nSecond", "Second\nOne point", "mine")
    two.slowly()
    assert [point.text for point in story.key_points.all()] == ["Second", "One point"]

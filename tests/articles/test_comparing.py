"""Editions compared word by word, and taken back into the working copy, both as the newsroom does it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from articles import comparing, editing
from articles.comparing import editions_of, working_copy_of
from articles.differences import Run
from articles.models import Article, Byline, Edition, KeyPoint, Quote, Tag
from articles.states import Act, Kind
from newsportal.refusal import NotPermitted, Stale
from tests import factories
from tests.articles.images import stored_picture

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

SignIn = Callable[..., Client]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_nine() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def of(edition: Edition) -> Article:
    return Article.objects.get(pk=edition.article_id)


def edited(article: Article, **fields: Any) -> Article:
    for name, value in fields.items():
        setattr(article, name, value)
    return editing.save(article, by=factories.user("editors"), saw=article.version, fields=list(fields))


def corrected() -> Article:
    """A story with two editions; the second has another headline, body, point, quote, tag, section and picture."""
    person = factories.person("Ana")
    first = factories.live(
        headline="Twenty-one ships came", body="<p>They came.</p><p>[[quote said]]</p>", at=NOW - 2 * HOUR,
        tags=("Harbours",), people=(person,), picture=stored_picture(),
    )  # fmt: skip
    article = edited(
        of(first),
        headline="Twelve ships came",
        body="<p>They came at <b>noon</b>.</p><p>[[quote said]]</p>",
        section=factories.section("Politics"),
        picture=stored_picture(alt="Another"),
        dateline_place="Antwerp",
    )
    KeyPoint.objects.filter(article=article).update(text="Another point")
    KeyPoint.objects.create(article=article, text="And one more", position=1)
    Quote.objects.filter(article=article).update(words="Other words.", pull=False)
    article.tags.set([Tag.objects.create(name="Trade", slug="trade")])
    Byline.objects.filter(article=article).update(person=factories.person("Ben"))
    factories.publish(article, kind=Kind.CORRECTION, note="It was 12.", by=factories.archivist(), at=NOW - HOUR)
    return Article.objects.get(pk=article.pk)


def address(article: Article, what: str = "compare", query: str = "") -> str:
    return f"/admin/articles/article/{article.pk}/{what}/{query}"


# --- Comparing ------------------------------------------------------------------------------------------------------


def test_every_part_of_two_editions_is_compared() -> None:
    newer, older = editions_of(corrected())
    found = {str(one.label): one.runs for one in comparing.differences(older, newer) if one.is_one}
    assert set(found) == {
        *("headline", "key points", "quotes", "body", "dateline", "byline", "people", "section", "tags"),
        *("lead picture", "address"),
    }
    assert found["headline"] == [Run("removed", "Twenty-one"), Run("added", "Twelve"), Run("same", " ships came")]
    assert found["body"] == [
        Run("same", "They came"),
        Run("added", " at noon"),
        Run("same", ".\n\n[[quote said]]"),
    ]
    assert found["section"] == [Run("removed", "World"), Run("added", "Politics")]
    assert found["tags"] == [Run("removed", "Harbours"), Run("added", "Trade")]


def test_an_edition_is_the_same_as_the_copy_it_was_made_of() -> None:
    article = corrected()
    found = comparing.differences(editions_of(article)[0], working_copy_of(article))
    assert [str(one.label) for one in found if one.is_one] == []


def test_the_list_says_who_published_each_edition_and_when() -> None:
    first = factories.live(at=NOW - HOUR)
    editor = factories.user("editors")
    factories.publish(first.article, by=editor, kind=Kind.UPDATE, at=NOW + HOUR)
    (later, earlier) = editions_of(of(first))
    assert (later.words.number, later.by, later.at, later.before) == (2, editor, NOW, 1)
    assert (earlier.words.number, earlier.at, earlier.before) == (1, NOW, None)


@pytest.mark.parametrize(
    ("query", "sides"),
    [
        ("?from=1&to=2", ["Edition 1", "Edition 2"]),
        ("?from=2&to=1", ["Edition 2", "Edition 1"]),
        ("?from=copy&to=1", ["Working copy", "Edition 1"]),
        ("?from=1", ["Edition 1", "Working copy"]),
        ("", ["Edition 2", "Working copy"]),
        ("?from=99&to=x", ["Edition 2", "Working copy"]),
        ("?from=%00&to=99999999999999999999", ["Edition 2", "Working copy"]),
    ],
)
def test_any_two_sides_are_compared_on_a_page(sign_in: SignIn, query: str, sides: list[str]) -> None:
    response = sign_in("editors").get(address(corrected(), query=query))
    assert response.status_code == 200
    assert [response.context[side].name for side in ("before", "after")] == sides


def test_the_page_marks_what_went_and_what_came(sign_in: SignIn) -> None:
    html = sign_in("editors").get(address(corrected(), query="?from=1&to=2")).text
    assert "<del>Twenty-one</del><ins>Twelve</ins> ships came" in html
    assert "It was 12." in html


def test_a_number_that_is_none_is_answered_in_words(sign_in: SignIn) -> None:
    html = sign_in("editors").get(address(corrected(), query="?from=99")).text
    assert "This story has no edition “99”." in html


def test_what_was_never_published_has_nothing_to_compare(sign_in: SignIn) -> None:
    response = sign_in("editors").get(address(factories.article()), follow=True)
    assert "There is nothing to compare yet: this story was not published." in response.text


def test_a_text_is_never_taken_for_markup(sign_in: SignIn) -> None:
    edition = factories.live(headline="<script>x()</script>", at=NOW - HOUR)
    edited(of(edition), headline="<img src=x>")
    html = sign_in("editors").get(address(of(edition))).text
    assert ("<script>x()" in html, "<img src=x>" in html) == (False, False)


@pytest.mark.parametrize(("role", "status"), [("writers", 404), ("moderators", 403), ("", 403), ("editors", 200)])
def test_who_does_not_see_a_story_does_not_see_its_editions(sign_in: SignIn, role: str, status: int) -> None:
    article = corrected()
    client = sign_in(role)
    assert client.get(address(article)).status_code == status
    if status != 200:
        sent = {"edition": "1", "saw": str(article.version), "confirmed": "on"}
        assert client.post(address(article, "restore"), sent).status_code == status
        assert article.log.filter(act=Act.RESTORED).count() == 0


# --- Taking one back ------------------------------------------------------------------------------------------------


def restore(client: Client, article: Article, number: int = 1, **more: str) -> HttpResponse:
    sent = {"edition": str(number), "saw": str(article.version), **more}
    return client.post(address(article, "restore"), sent, follow=True)


def told(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def words_of(article: Article) -> list[str]:
    """Everything that readers would see of the working copy, part by part."""
    return comparing._texts(working_copy_of(article))


def test_an_edition_taken_back_is_the_working_copy_word_for_word() -> None:
    article = corrected()
    first = article.editions.get(number=1)
    editor = factories.user("editors")
    editing.restore(article, first, by=editor, saw=article.version)
    after = Article.objects.get(pk=article.pk)
    found = comparing.differences(editions_of(after)[-1], working_copy_of(after))
    assert [str(one.label) for one in found if one.is_one] == []
    assert (after.version, after.text_version, after.changed_by) == (article.version + 1, article.version + 1, editor)
    assert list(after.log.filter(act=Act.RESTORED).values_list("by", "edition_number")) == [(editor.pk, 1)]
    assert [quote.pull for quote in after.quotes.all()] == [True]
    assert after.byline == ""


def test_readers_see_nothing_of_it_until_it_is_published() -> None:
    article = corrected()
    live = Edition.objects.live().get()
    page = Client().get(live.get_absolute_url()).content
    editing.restore(article, article.editions.get(number=1), by=factories.user("editors"), saw=article.version)
    assert Client().get(live.get_absolute_url()).content == page
    factories.publish(article, kind=Kind.CORRECTION, note="It was 21 after all.")
    assert Edition.objects.live().get().headline == "Twenty-one ships came"


def test_what_was_renamed_has_its_new_name() -> None:
    article = corrected()
    first = article.editions.get(number=1)
    for row, name in ((first.section, "The World"), (first.tags.get(), "Ports"), (first.people.get(), "Ana Maria")):
        row.name = name
        row.save()
    source = article.source
    assert source is not None
    editing.restore(article, first, by=factories.user("editors"), saw=article.version)
    after = Article.objects.get(pk=article.pk)
    copy = working_copy_of(after)
    assert (after.section.name, copy.tags, copy.people, copy.words.byline) == (
        "The World",
        ["Ports"],
        ["Ana Maria"],
        "By Ana Maria",
    )
    assert (after.picture, after.source) == (first.picture, source)


@pytest.mark.parametrize("byline", ["By Ana in Antwerp", "Our correspondent", "By Ana, Ben and Cleo"])
def test_a_byline_worded_by_hand_keeps_its_words(byline: str) -> None:
    first = factories.live(byline=byline, people=(factories.person("Ana"),), at=NOW - HOUR)
    article = edited(of(first), byline="")
    editing.restore(article, first, by=factories.user("editors"), saw=article.version)
    assert Article.objects.get(pk=article.pk).byline == byline


def test_a_source_is_found_by_its_name_or_its_address_and_else_left_as_it_is() -> None:
    first = factories.live(at=NOW - HOUR)
    article = of(first)
    source = article.source
    assert source is not None
    source.name = "Asian News"
    source.save()
    editing.restore(article, first, by=factories.user("editors"), saw=article.version)
    assert Article.objects.get(pk=article.pk).source == source
    bare = factories.live(source=None, at=NOW - HOUR)
    article = edited(of(bare), source=source)
    editing.restore(article, bare, by=factories.user("editors"), saw=article.version)
    assert Article.objects.get(pk=article.pk).source is None


def test_it_is_refused_where_somebody_saved_in_between_and_nothing_is_lost(sign_in: SignIn) -> None:
    article = corrected()
    edited(Article.objects.get(pk=article.pk), summary="A new summary")
    before = words_of(Article.objects.get(pk=article.pk))
    with pytest.raises(Stale):
        editing.restore(article, article.editions.get(number=1), by=factories.user("editors"), saw=article.version)
    (words,) = told(restore(sign_in("editors"), article, confirmed="on"))
    assert words.startswith("Nothing was taken back. editors")
    assert words_of(Article.objects.get(pk=article.pk)) == before
    assert article.log.filter(act=Act.RESTORED).count() == 0


def test_a_writer_may_not_take_back_what_an_editor_has_in_hand(sign_in: SignIn) -> None:
    writer = factories.user("writers")
    article = factories.article(writer)
    edition = factories.publish(article)
    article.refresh_from_db()
    with pytest.raises(NotPermitted):
        editing.restore(article, edition, by=writer, saw=article.version)
    client = sign_in(user=writer)
    assert client.get(address(article)).context["may_restore"] is False
    assert told(restore(client, article)) == ["You may not edit this story."]


def test_words_that_were_never_published_are_not_lost_unasked(sign_in: SignIn) -> None:
    article = edited(corrected(), summary="An hour's work")
    client = sign_in("editors")
    assert client.get(address(article, query="?from=1")).context["would_lose"] is True
    assert told(restore(client, article)) == [
        "The working copy has words that were never published. Say that they may go."
    ]
    assert Article.objects.get(pk=article.pk).summary == "An hour's work"
    assert told(restore(client, article, confirmed="on")) == [
        "Edition 1 was taken back into the working copy. Readers see nothing of it until it is published."
    ]
    assert Article.objects.get(pk=article.pk).headline == "Twenty-one ships came"


def test_what_was_published_is_taken_back_without_a_question(sign_in: SignIn) -> None:
    client = sign_in("editors")
    article = corrected()
    restore(client, article)
    article.refresh_from_db()
    # Taken back once, it still equals an edition.
    restore(client, article, number=2)
    article.refresh_from_db()
    assert (article.headline, article.log.filter(act=Act.RESTORED).count()) == ("Twelve ships came", 2)


@pytest.mark.parametrize("sent", [{}, {"edition": "9"}, {"edition": "x"}, {"edition": "1", "saw": "x"}])
def test_what_names_no_edition_is_not_found(sign_in: SignIn, sent: dict[str, str]) -> None:
    article = corrected()
    client = sign_in("editors")
    assert client.post(address(article, "restore"), sent).status_code == 404
    assert client.get(address(article, "restore")).status_code == 405

"""A story's page that saves itself, over HTTP: what it may send, what it is told, and what comes back."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from articles import autosaving, editing, publishing
from articles.admin.autosave import NothingLostMixin
from articles.autosaving import Page
from articles.models import Article, UnsavedText
from articles.states import Act
from newsportal.refusal import Stale
from tests import factories
from tests.articles.browser import read_form

NOW = datetime(2026, 3, 2, 14, 5, 9, tzinfo=UTC)
ADD = "/admin/articles/article/add/"

SignIn = Callable[..., Client]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_five_past_two() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(story: Article | None) -> str:
    return reverse("admin:articles_article_change", args=[story.pk]) if story else ADD


def slot_address(story: Article | None) -> str:
    return f"{page_of(story).removesuffix('change/')}autosave/"


def opened(client: Client, story: Article | None, query: str = "") -> dict[str, list[str]]:
    return read_form(client.get(page_of(story) + query).text, "article_form").fields


def send(client: Client, story: Article | None, **sent: Any) -> HttpResponse:
    return client.post(slot_address(story), json.dumps(sent), content_type="application/json")


def typed(client: Client, story: Article | None, **changed: Any) -> dict[str, list[str]]:
    """Open the page, change some fields, and let it save itself; returns its form."""
    form = {**opened(client, story), **{name: [value] for name, value in changed.items()}}
    response = send(client, story, page=form["unsaved-page"][0], based_on=story.version if story else 0, fields=form)
    assert response.status_code == 200, response.content
    return form


def reloaded(story: Article) -> Article:
    return Article.objects.get(pk=story.pk)


# --- Saving itself --------------------------------------------------------------------------------------------------


def test_the_page_is_told_when_its_text_was_saved_and_the_history_stays_as_it_was(sign_in: SignIn) -> None:
    story = factories.article()
    client = sign_in("editors")
    form = opened(client, story)
    response = send(client, story, page=form["unsaved-page"][0], based_on=1, fields={"body": ["<p>An hour's work</p>"]})
    answer = json.loads(response.content)
    assert {**answer, "csrf": ""} == {"csrf": "", "saved": "14:05:09 UTC", "colleagues": [], "newer": ""}
    assert UnsavedText.objects.get().fields == {"body": ["<p>An hour's work</p>"]}
    assert (reloaded(story).version, story.log.count()) == (1, 1)


def test_what_is_not_of_the_story_is_not_kept(sign_in: SignIn) -> None:
    fields = {
        "headline": ["A\x00\ud800b"],
        "csrfmiddlewaretoken": ["secret"],
        "choose-all": ["mine"],
        "_publish": ["1"],
    }
    assert send(sign_in("writers"), None, page="one", fields=fields).status_code == 200
    assert UnsavedText.objects.get().fields == {"headline": ["Ab"]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b"[" * 200_000,
        b'{"page": 1, "fields": {}}',
        b'{"page": "../x", "fields": {}}',
        b'{"page": "' + b"x" * 33 + b'", "fields": {}}',
        b'{"page": "one", "fields": []}',
        b'{"page": "one", "fields": {"body": "text"}}',
        b'{"page": "one", "fields": {"body": [1]}}',
        b'{"page": "one", "fields": {"body": [["x"]]}}',
        b'{"page": "one", "based_on": -1, "fields": {}}',
        b'{"page": "one", "based_on": 99999999999, "fields": {}}',
        b'{"page": "one", "based_on": true, "fields": {}}',
        b'{"page": "one", "based_on": 1' + b"0" * 5_000 + b', "fields": {}}',
        json.dumps({"page": "one", "fields": {f"f{number}": [""] for number in range(2_001)}}).encode(),
    ],
)
def test_what_is_no_form_is_refused_in_words(sign_in: SignIn, body: bytes) -> None:
    response = sign_in("editors").post(slot_address(factories.article()), body, content_type="application/json")
    assert (response.status_code, json.loads(response.content)) == (
        400,
        {"words": "What was sent is not the form of a story."},
    )
    assert UnsavedText.objects.count() == 0


def test_a_megabyte_is_kept_and_three_are_refused(sign_in: SignIn) -> None:
    story = factories.article()
    client = sign_in("editors")
    assert send(client, story, page="one", based_on=1, fields={"body": ["x" * 1_000_000]}).status_code == 200
    assert send(client, story, page="one", based_on=1, fields={"body": ["x" * 3_000_000]}).status_code == 413
    assert len(UnsavedText.objects.get().fields["body"][0]) == 1_000_000


def test_the_address_of_the_slot_is_as_closed_as_the_page(sign_in: SignIn, client: Client) -> None:
    story = factories.article()
    assert send(client, story, page="one", fields={})["Location"].startswith("/admin/login/")
    assert send(sign_in("writers"), story, page="one", fields={}).status_code == 404
    assert send(sign_in("moderators"), story, page="one", fields={}).status_code == 404
    assert send(sign_in("moderators"), None, page="one", fields={}).status_code == 404
    assert sign_in("editors").put(slot_address(story)).status_code == 405
    assert Client(enforce_csrf_checks=True).post(slot_address(story)).status_code == 403
    assert UnsavedText.objects.count() == 0


def test_two_windows_of_one_editor_do_not_overwrite_each_other(sign_in: SignIn) -> None:
    story = factories.article()
    client = sign_in("editors")
    typed(client, story, summary="In the first window")
    response = send(client, story, page="second", based_on=1, fields={"summary": ["In the second"]})
    assert response.status_code == 409
    assert "Other unsaved text of yours, of 14:05:09 UTC" in json.loads(response.content)["words"]
    assert UnsavedText.objects.get().fields["summary"] == ["In the first window"]


def test_saving_by_the_form_empties_the_slot_and_what_comes_late_is_not_kept(sign_in: SignIn) -> None:
    story = factories.article()
    client = sign_in("editors")
    form = typed(client, story, summary="Better")
    client.post(page_of(story), {**form, "_save": "1"})
    assert (reloaded(story).summary, UnsavedText.objects.count()) == ("Better", 0)
    late = send(client, story, page=form["unsaved-page"][0], based_on=1, fields=form)
    assert (late.status_code, UnsavedText.objects.count()) == (410, 0)
    page = form["unsaved-page"][0]
    assert json.loads(client.get(f"{slot_address(story)}?pages={page},other").content)["saved"] == [page]


def test_a_form_that_is_refused_leaves_the_slot_full(sign_in: SignIn) -> None:
    story = factories.article()
    client = sign_in("editors")
    form = typed(client, story, summary="Better", headline="")
    response = client.post(page_of(story), {**form, "_save": "1"})
    assert (response.status_code, UnsavedText.objects.get().fields["summary"]) == (200, ["Better"])
    again = read_form(response.text, "article_form").fields
    assert again["unsaved-page"] == form["unsaved-page"]
    assert response.context["unsaved"]["slot"] is None


def test_a_new_story_saves_itself_and_its_slot_is_emptied_when_it_is_made(sign_in: SignIn) -> None:
    client = sign_in("writers")
    form = typed(client, None, headline="New", section=str(factories.section().pk), body="<p>Begun</p>")
    assert UnsavedText.objects.get().article is None
    again = opened(client, None, "?unsaved=take")
    assert (again["headline"], again["body"]) == (["New"], ["<p>Begun</p>"])
    assert client.post(ADD, {**again, "_save": "1"}).status_code == 302
    assert (Article.objects.get().headline, UnsavedText.objects.count()) == ("New", 0)
    assert form["unsaved-page"] != again["unsaved-page"]


# --- Coming back ----------------------------------------------------------------------------------------------------


def test_the_page_says_what_was_not_saved_and_fills_the_form_when_asked(sign_in: SignIn) -> None:
    story = factories.article(summary="As it was")
    client = sign_in("editors")
    rows = {"key_points-1-text": "A second point", "key_points-0-text": "Changed", "quotes-0-DELETE": "on"}
    typed(client, story, summary="Typed", body="<p>An hour's work</p>", **rows)
    page = client.get(page_of(story))
    assert "It was kept for you at 2 March 2026, 14:05 UTC." in page.text
    assert "based on version 1 of the story, the present one" in page.text
    assert read_form(page.text, "article_form").fields["summary"] == ["As it was"]
    form = opened(client, story, "?unsaved=take")
    assert (form["summary"], form["body"]) == (["Typed"], ["<p>An hour's work</p>"])
    assert (form["key_points-0-text"], form["key_points-1-text"]) == (["Changed"], ["A second point"])
    assert form["quotes-0-DELETE"] == ["on"]
    client.post(page_of(story), {**form, "_save": "1"})
    assert (reloaded(story).summary, UnsavedText.objects.count(), story.quotes.count()) == ("Typed", 0, 0)
    assert [point.text for point in story.key_points.all()] == ["Changed", "A second point"]


def test_a_writer_whose_story_is_in_review_reads_what_was_not_saved(sign_in: SignIn) -> None:
    writer = factories.user("writers")
    story = factories.article(writer)
    client = sign_in(user=writer)
    form = typed(client, story, body="<p>A late thought</p>")
    publishing.submit(story, by=writer, saw=1)
    page = client.get(page_of(story)).text
    assert "&lt;p&gt;A late thought&lt;/p&gt;" in page
    assert send(client, story, page=form["unsaved-page"][0], based_on=1, fields=form).status_code == 403
    client.post(f"{slot_address(story)}discard/", {"unsaved-took": form["unsaved-page"][0]})
    assert "A late thought" not in client.get(page_of(story)).text


def test_text_of_a_colleague_is_nobody_elses(sign_in: SignIn) -> None:
    story = factories.article()
    typed(sign_in("editors"), story, summary="Mine alone")
    other = sign_in("editors")
    assert "There is text of yours" not in other.get(page_of(story)).text
    assert "Mine alone" not in other.get(f"{page_of(story)}?unsaved=take").text


def test_what_was_not_saved_is_thrown_away_when_asked_and_only_by_post(sign_in: SignIn) -> None:
    story = factories.article()
    client = sign_in("editors")
    form = typed(client, story, summary="Typed")
    address = f"{slot_address(story)}discard/"
    assert client.get(address).status_code == 405
    told = client.post(address, {"unsaved-took": "another"}, follow=True).context["messages"]
    assert [str(message).partition(",")[0] for message in told] == ["Other unsaved text of yours"]
    assert UnsavedText.objects.count() == 1
    response = client.post(address, {"unsaved-took": form["unsaved-page"][0]}, follow=True)
    assert [str(message) for message in response.context["messages"]] == ["The text that was not saved is thrown away."]
    assert UnsavedText.objects.count() == 0


def test_text_is_not_taken_back_silently_over_a_newer_version(sign_in: SignIn) -> None:
    story = factories.article(summary="As it was")
    client = sign_in("editors")
    typed(client, story, summary="Typed")
    other = sign_in("editors")
    other.post(page_of(story), {**opened(other, story), "summary": "Theirs", "_save": "1"})
    assert "the story was changed since: you will see both texts and choose" in client.get(page_of(story)).text
    page = client.get(f"{page_of(story)}?unsaved=take")
    conflict = page.context["unsaved"]["conflict"]
    assert [(one.name, one.theirs, one.mine, one.chosen) for one in conflict.differences] == [
        ("summary", "Theirs", "Typed", "")
    ]
    form = read_form(page.text, "article_form").fields
    assert form["summary"] == ["Typed"]
    client.post(page_of(story), {**form, "_save": "1"})
    assert reloaded(story).summary == "Theirs"
    client.post(page_of(story), {**form, "choose-summary": "mine", "_save": "1"})
    assert (reloaded(story).summary, UnsavedText.objects.count()) == ("Typed", 0)


def test_a_slot_with_anything_in_it_opens_in_words(sign_in: SignIn) -> None:
    story = factories.article()
    client = sign_in("editors")
    for fields in ({}, {"key_points-TOTAL_FORMS": ["x"], "key_points-0-id": ["9" * 30], "tags": ["x", "9" * 40]}):
        send(client, story, page="one", based_on=0, fields=fields)
        assert client.get(f"{page_of(story)}?unsaved=take").status_code == 200
    assert client.get(f"{page_of(story)}?unsaved=nonsense").status_code == 200
    assert client.get(f"{ADD}?unsaved=take").status_code == 200


# --- Who else is there ----------------------------------------------------------------------------------------------


def test_each_of_two_sees_the_other_and_that_a_newer_version_was_saved(sign_in: SignIn) -> None:
    story = factories.article()
    anna, ben = (factories.user("editors", username=name) for name in ("anna", "ben"))
    first, second = sign_in(user=anna), sign_in(user=ben)
    send(first, story, page="one", based_on=1)
    typed(second, story, summary="Typed")
    answer = json.loads(send(first, story, page="one", based_on=1).content)
    words = "ben has this story open since 14:05:09 UTC and is typing."
    assert (answer["colleagues"], answer["newer"]) == ([{"name": "ben", "words": words}], "")
    assert words in first.get(page_of(story)).text
    assert "anna has this story open since 14:05:09 UTC." in second.get(page_of(story)).text
    editing.save(reloaded(story), by=ben, saw=1, fields=["summary"])
    answer = json.loads(send(first, story, page="one", based_on=1).content)
    assert answer["newer"] == "ben changed this story at 14:05:09 UTC, after you opened it."


# --- Nothing is overwritten by another door -------------------------------------------------------------------------


def test_no_list_of_stories_changes_their_text() -> None:
    """No bulk action and no editable column: each would write without having seen the text."""
    stories = admin.site._registry[Article]
    assert isinstance(stories, NothingLostMixin)
    assert stories.list_editable == ()


def test_a_bulk_post_to_the_list_changes_nothing(sign_in: SignIn) -> None:
    story = factories.article(headline="As it was")
    client = sign_in("admin")
    listing = "/admin/articles/article/"
    editable = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": story.pk, "form-0-headline": "Overwritten"}
    for data in (
        {**editable, "_save": "1"},
        {"action": "delete_selected", "_selected_action": story.pk, "post": "yes"},
    ):
        assert client.post(listing, data).status_code in {200, 302, 403}
    after = reloaded(story)
    assert (after.headline, after.version) == ("As it was", 1)


def test_a_save_that_saw_an_older_version_is_refused_by_the_verb() -> None:
    story = factories.article()
    editor = factories.user("editors")
    editing.save(story, by=editor, saw=1, fields=["summary"])
    with pytest.raises(Stale):
        editing.save(story, by=editor, saw=1, fields=["summary"])
    assert list(story.log.values_list("act", flat=True)) == [Act.EDITED, Act.CREATED]


def test_autosave_never_writes_to_the_story() -> None:
    story = factories.article(summary="As it was")
    editor = factories.user("editors")
    autosaving.keep(Page(editor, story, "one"), fields={"summary": ["Typed"]}, based_on=1)
    after = reloaded(story)
    assert (after.summary, after.version, after.changed_by) == ("As it was", 1, story.changed_by)


def test_the_note_that_goes_with_a_button_is_taken_back_with_the_text(sign_in: SignIn) -> None:
    story, client = factories.article(), sign_in("editors")
    typed(client, story, **{"verb-note": "Held for the lawyer.", "verb-at_0": "2026-03-03"})
    form = opened(client, story, "?unsaved=take")
    assert (form["verb-note"], form["verb-at_0"]) == (["Held for the lawyer."], ["2026-03-03"])

"""The newsroom as its people use it: who sees what and may do what, the buttons, and what is never lost."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from articles import editing, publishing
from articles.admin.stories import VERBS
from articles.limits import TAGS_A_STORY
from articles.models import Article, Edition, FormerSlug, Person, Section, Source, Tag
from articles.states import Act, Kind, Status
from newsportal.characters import fit
from tests import factories
from tests.articles.browser import read_form
from tests.articles.images import stored_picture

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIST = "/admin/articles/article/"
ADD = "/admin/articles/article/add/"

CLEANED = "Taken out of the body, which may not hold it: <script>. The words around it are kept."

SignIn = Callable[..., Client]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_nine() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(story: Article) -> str:
    return reverse("admin:articles_article_change", args=[story.pk])


def opened(client: Client, address: str) -> dict[str, list[str]]:
    """The fields of the story's form as the page offers them."""
    return read_form(client.get(address).text, "article_form").fields


def press(client: Client, story: Article, button: str, **changed: Any) -> HttpResponse:
    """Open the story's page, change some fields, press a button."""
    return client.post(page_of(story), {**opened(client, page_of(story)), **changed, button: "1"}, follow=True)


def buttons(client: Client, story: Article) -> set[str]:
    """The verbs that the page offers."""
    offered = read_form(client.get(page_of(story)).text, "article_form").buttons
    return {name for name in offered if name not in {"_save", "_continue", "_addanother"}}


def told(response: Any) -> list[str]:
    """What the page says about the act; the checklist is shown beside it, and tested on its own."""
    return [str(message) for message in response.context["messages"] if "checklist" not in message.tags]


def reloaded(story: Article) -> Article:
    return Article.objects.get(pk=story.pk)


def listed(client: Client, query: str = "") -> set[str]:
    return {article.headline for article in client.get(LIST + query).context["cl"].result_list}


def moved(story: Article, to: Status, by: User) -> Article:
    if to is Status.IN_REVIEW:
        publishing.submit(story, by=by, saw=story.version)
    if to is Status.READY:
        publishing.accept(story, by=by, saw=story.version)
    return story


# --- Who sees what --------------------------------------------------------------------------------------------------


def test_writers_see_their_own_stories_and_editors_all(sign_in: SignIn) -> None:
    writer = factories.user("writers")
    factories.article(writer, headline="Own")
    factories.article(headline="Other")
    assert listed(sign_in(user=writer)) == {"Own"}
    assert listed(sign_in("editors")) == {"Own", "Other"}


def test_somebody_elses_story_is_to_a_writer_as_one_that_never_was(sign_in: SignIn) -> None:
    writer = sign_in("writers")
    other = factories.article()
    answers = [writer.get(page_of(other)), writer.get(f"{LIST}{other.pk + 1000}/change/")]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert [answer["Location"] for answer in answers] == ["/admin/", "/admin/"]


@pytest.mark.parametrize("role", ["moderators", ""])
def test_who_has_no_part_in_the_newsroom_is_kept_out(sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    story = factories.article()
    for address in (LIST, ADD, page_of(story), f"{page_of(story).removesuffix('change/')}history/"):
        assert client.get(address).status_code in {403, 302}
    assert client.get(LIST).status_code == 403
    assert "articles" not in {app["app_label"] for app in client.get("/admin/").context["app_list"]}


def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client) -> None:
    response = client.get(LIST)
    assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={LIST}")


def test_what_a_writer_submitted_can_be_read_and_not_changed(sign_in: SignIn) -> None:
    writer = factories.user("writers")
    story = moved(factories.article(writer, headline="Mine"), Status.IN_REVIEW, writer)
    client = sign_in(user=writer)
    response = client.get(page_of(story))
    assert (response.status_code, response.context["has_change_permission"]) == (200, False)
    assert read_form(response.text, "article_form").buttons == []
    assert client.post(page_of(story), {"headline": "Changed"}).status_code == 403
    assert reloaded(story).headline == "Mine"


def test_nobody_deletes_a_story(sign_in: SignIn) -> None:
    story = factories.article()
    for role in ("writers", "editors", "admin"):
        client = sign_in(role)
        assert client.post(f"{LIST}{story.pk}/delete/", {"post": "yes"}).status_code in {302, 403}
    assert Article.objects.filter(pk=story.pk).exists()
    assert sign_in("admin").get(LIST).context["action_form"] is None


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("writers", {"article", "errorreport", "person", "picture", "section", "source", "tag"}),
        (
            "editors",
            {"article", "errorreport", "frontpage", "housepage", "person", "picture", "section", "source", "tag"},
        ),
    ],
)
def test_the_front_page_of_the_admin_lists_what_is_theirs_and_no_more(
    sign_in: SignIn, role: str, seen: set[str]
) -> None:
    apps = sign_in(role).get("/admin/").context["app_list"]
    assert {app["app_label"]: {model["object_name"].lower() for model in app["models"]} for app in apps} == {
        "articles": seen
    }


# --- The list -------------------------------------------------------------------------------------------------------


def test_the_list_says_in_words_what_the_public_sees(sign_in: SignIn) -> None:
    editor = factories.user("editors")
    factories.article(headline="Draft")
    factories.live(headline="Live")
    factories.scheduled(headline="Scheduled")
    factories.withdrawn(headline="Withdrawn")
    changed = factories.live(headline="Changed").article
    changed.refresh_from_db()
    editing.save(changed, by=editor, saw=changed.version, fields=["summary"])
    client = sign_in("editors")
    listing = client.get(LIST).context["cl"]
    states = {article.headline: listing.model_admin.state(article) for article in listing.result_list}
    assert {headline: words_of(state) for headline, state in states.items()} == {
        "Draft": ["draft"],
        "Live": ["ready", "live"],
        "Scheduled": ["ready", "scheduled"],
        "Withdrawn": ["ready", "withdrawn"],
        "Changed": ["ready", "live, changed since"],
    }
    by_presence = {
        "live": {"Live", "Changed"},
        "changed": {"Changed"},
        "scheduled": {"Scheduled"},
        "withdrawn": {"Withdrawn"},
        "never": {"Draft", "Scheduled"},
    }
    assert {value: listed(client, f"?public={value}") for value in by_presence} == by_presence
    assert listed(client, "?public=nonsense") == set(states)


def words_of(state: str) -> list[str]:
    return [part.partition("<")[0] for part in state.split('<span class="state">')[1:]]


def test_the_list_can_be_narrowed_to_ones_own_and_searched(sign_in: SignIn) -> None:
    editor = factories.user("editors")
    factories.article(editor, headline="Mine", body="<p>needle</p>")
    factories.article(headline="Other")
    client = sign_in(user=editor)
    assert listed(client, "?own=yes") == {"Mine"}
    assert listed(client, "?own=no") == {"Mine", "Other"}
    assert listed(client, "?q=needle") == {"Mine"}
    assert listed(client, "?status__exact=in_review") == set()


def test_the_list_costs_the_same_for_one_story_and_for_many(
    sign_in: SignIn, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client = sign_in("editors")
    factories.live()
    with django_assert_max_num_queries(15) as one:
        client.get(LIST)
    for _ in range(4):
        factories.live()
    with django_assert_num_queries(len(one)):
        client.get(LIST)


# --- Writing --------------------------------------------------------------------------------------------------------


def lists(**rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The fields of the lists below a new story."""
    data: dict[str, Any] = {}
    for prefix in ("key_points", "quotes", "bylines", "related_stories"):
        given = rows.get(prefix, [])
        data |= {f"{prefix}-TOTAL_FORMS": len(given), f"{prefix}-INITIAL_FORMS": 0}
        for index, row in enumerate(given):
            data |= {f"{prefix}-{index}-{name}": value for name, value in row.items()}
    return data


def new_story(**fields: Any) -> dict[str, Any]:
    values = {
        "headline": "  A new\n story ",
        "body": "<p>Words<script>x()</script></p>",
        "section": factories.section().pk,
        "language": "en",
        "kind_of_work": "news",
        **lists(),
        **fields,
    }
    return {name: value for name, value in values.items() if value is not None}


def test_a_writer_writes_a_story_with_its_lists(sign_in: SignIn) -> None:
    writer, person = factories.user("writers"), factories.person("Ana")
    rows = lists(
        key_points=[{"text": "Second", "position": 2}, {"text": "First", "position": 1}],
        quotes=[{"marker": "said", "words": "Words.", "speaker": "S", "position": 0, "pull": "on"}],
        bylines=[{"person": person.pk, "position": 0}],
    )
    client = sign_in(user=writer)
    assert client.post(ADD, {**new_story(), **rows, "_save": "1"}).status_code == 302
    story = Article.objects.get()
    assert (story.headline, story.body, story.owner, story.changed_by) == (
        "A new story",
        "<p>Words</p>",
        writer,
        writer,
    )
    assert (story.status, story.version) == (Status.DRAFT, 1)
    assert [point.text for point in story.key_points.all()] == ["First", "Second"]
    assert story.quotes.values("marker", "words", "speaker", "role", "pull").get() == {
        "marker": "said",
        "words": "Words.",
        "speaker": "S",
        "role": "",
        "pull": True,
    }
    assert list(story.people.all()) == [person]
    assert list(story.log.values_list("act", "by")) == [(Act.CREATED, writer.pk)]


def test_rows_without_a_place_go_to_the_end_of_their_list(sign_in: SignIn) -> None:
    rows = lists(
        key_points=[
            {"text": "Last", "position": 7},
            {"text": "After", "position": ""},
            {"text": "After that", "position": ""},
        ]
    )
    sign_in("writers").post(ADD, {**new_story(), **rows, "_save": "1"})
    assert list(Article.objects.get().key_points.values_list("text", "position")) == [
        ("Last", 7),
        ("After", 8),
        ("After that", 9),
    ]


def test_fields_that_nobody_offered_are_ignored(sign_in: SignIn) -> None:
    writer, other = factories.user("writers"), factories.user("editors")
    forged = {
        "status": "ready",
        "version": "99",
        "owner": other.pk,
        "changed_by": other.pk,
        "created_at_0": "2020-01-01",
    }
    sign_in(user=writer).post(ADD, {**new_story(), **forged, "_save": "1"})
    story = Article.objects.get()
    assert (story.status, story.version, story.owner, story.changed_by) == (Status.DRAFT, 1, writer, writer)


def test_saving_raises_the_version_and_says_who_changed_what(sign_in: SignIn) -> None:
    editor = factories.user("editors")
    story = factories.article(tags=("NATO",))
    client = sign_in(user=editor)
    press(client, story, "_save", summary="Better", **{"key_points-0-text": "Another point"})
    after = reloaded(story)
    assert (after.summary, after.version, after.changed_by) == ("Better", 2, editor)
    entry = story.log.get(act=Act.EDITED)
    assert (entry.by, entry.fields) == (editor, ["summary", "key_points"])
    assert "edited: summary, key_points" in client.get(page_of(story)).text


def test_saving_what_was_not_changed_changes_nothing(sign_in: SignIn) -> None:
    story = factories.article(tags=("NATO",), people=(factories.person(),))
    press(sign_in("editors"), story, "_save")
    assert (reloaded(story).version, list(story.log.values_list("act", flat=True))) == (1, [Act.CREATED])


def test_rows_of_the_lists_can_be_taken_out(sign_in: SignIn) -> None:
    story = factories.article()
    press(sign_in("editors"), story, "_save", **{"key_points-0-DELETE": "on", "quotes-0-DELETE": "on"})
    assert (story.key_points.count(), story.quotes.count()) == (0, 0)
    assert story.log.get(act=Act.EDITED).fields == ["key_points", "quotes"]


def test_a_place_for_a_quote_that_is_not_there_is_said_once(sign_in: SignIn) -> None:
    story = factories.article()
    body = "<p>[[quote said]]</p><p>[[quote Lost_1]]</p><p>[[quote Lost_1]]</p>"
    saved = press(sign_in("editors"), story, "_continue", body=body).text
    assert saved.count("The body has a place for a quote “Lost_1”, but there is none.") == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"headline": ""}, "headline"),
        ({"headline": "\x01\x02"}, "headline"),
        ({"headline": "x" * 301}, "headline"),
        ({"section": None}, "section"),
        ({"language": "English"}, "language"),
        ({"kind_of_work": "poem"}, "kind_of_work"),
        ({"slug": "not a slug"}, "slug"),
    ],
)
def test_what_cannot_be_a_story_is_said_at_its_field_and_the_text_is_kept(
    sign_in: SignIn, fields: dict[str, Any], field: str
) -> None:
    response = sign_in("writers").post(ADD, {**new_story(**{"body": "<p>Long work</p>", **fields}), "_save": "1"})
    assert (response.status_code, list(response.context["adminform"].form.errors)) == (200, [field])
    assert read_form(response.text, "article_form").fields["body"] == ["<p>Long work</p>"]
    assert Article.objects.count() == 0


def test_two_quotes_of_one_name_are_refused_in_words(sign_in: SignIn) -> None:
    quote = {"marker": "said", "words": "W", "speaker": "S", "position": 0}
    response = sign_in("writers").post(ADD, {**new_story(), **lists(quotes=[quote, quote]), "_save": "1"})
    assert response.status_code == 200
    assert "Please correct the duplicate data for marker" in response.text or "same name" in response.text
    assert Article.objects.count() == 0


# --- Two at one story -----------------------------------------------------------------------------------------------


def test_who_saves_over_a_newer_version_is_told_and_the_text_is_kept(sign_in: SignIn) -> None:
    story = factories.article(headline="As it was")
    slow, quick = sign_in("editors"), factories.user("editors", username="quick")
    form = opened(slow, page_of(story))
    press(sign_in(user=quick), story, "_save", headline="Quicker")
    response = slow.post(page_of(story), {**form, "headline": "Slower", "body": "<p>An hour's work</p>", "_save": "1"})
    assert response.status_code == 200
    assert response.context["adminform"].form.non_field_errors() == [
        "quick changed this story at 09:00:00 UTC, after you opened it. Nothing was saved. Your text is below: "
        "compare it with theirs, and choose."
    ]
    fields = read_form(response.text, "article_form").fields
    assert (fields["headline"], fields["body"]) == (["Slower"], ["<p>An hour's work</p>"])
    assert (reloaded(story).headline, reloaded(story).version) == ("Quicker", 2)


@pytest.mark.parametrize("verb", ["_submit", "_accept", "_publish"])
def test_a_button_pressed_on_an_old_page_saves_and_does_nothing(sign_in: SignIn, verb: str) -> None:
    story = factories.article()
    slow = sign_in("editors")
    form = opened(slow, page_of(story))
    press(sign_in("editors"), story, "_save", headline="Quicker")
    slow.post(page_of(story), {**form, "headline": "Slower", verb: "1"})
    after = reloaded(story)
    assert (after.headline, after.version, after.status, story.editions.count()) == ("Quicker", 2, Status.DRAFT, 0)


@pytest.mark.parametrize("seen", ["", "0", "2", "x"])
def test_a_form_without_the_right_version_is_refused(sign_in: SignIn, seen: str) -> None:
    story = factories.article(headline="As it was")
    press(sign_in("editors"), story, "_save", headline="Forged", seen_version=seen)
    assert reloaded(story).headline == "As it was"


@pytest.mark.parametrize(
    ("more", "saved", "words"),
    [(0, True, ""), (1, False, f"A story has {TAGS_A_STORY} tags at most, and these are {TAGS_A_STORY + 1}.")],
)
def test_a_story_has_no_more_tags_than_its_page_names(sign_in: SignIn, more: int, saved: bool, words: str) -> None:
    story = factories.article()
    tags = [Tag.objects.create(name=f"Topic {number}", slug=f"topic-{number}") for number in range(TAGS_A_STORY + more)]
    answer = press(sign_in("editors"), story, "_save", tags=[tag.pk for tag in tags])
    assert (set(reloaded(story).tags.all()) == set(tags)) is saved
    assert words in answer.text


# --- The buttons ----------------------------------------------------------------------------------------------------


def test_a_writer_is_offered_to_submit_and_nothing_else(sign_in: SignIn) -> None:
    writer = factories.user("writers")
    story = factories.article(writer)
    client = sign_in(user=writer)
    assert buttons(client, story) == {"_submit"}
    assert told(press(client, story, "_submit")) == ["Submitted for review."]
    assert reloaded(story).status == Status.IN_REVIEW


def test_editors_are_offered_what_makes_sense(sign_in: SignIn) -> None:
    editor = factories.user("editors")
    client = sign_in(user=editor)

    def offered(story: Article) -> set[str]:
        return buttons(client, story)

    assert offered(factories.article()) == {"_submit", "_accept", "_publish"}
    assert offered(moved(factories.article(), Status.IN_REVIEW, editor)) == {"_send_back", "_accept", "_publish"}
    assert offered(moved(factories.article(), Status.READY, editor)) == {"_send_back", "_publish"}
    assert offered(factories.live().article) == {"_send_back", "_publish", "_withdraw"}
    assert offered(factories.withdrawn().article) == {"_send_back", "_publish"}
    assert "_cancel" in offered(factories.scheduled().article)
    ending = factories.live().article
    ending.refresh_from_db()
    publishing.withdraw(ending, by=editor, saw=ending.version, at=NOW + HOUR)
    assert offered(ending) == {"_send_back", "_publish", "_withdraw", "_cancel"}


@pytest.mark.parametrize("verb", ["_accept", "_send_back", "_publish", "_cancel", "_withdraw"])
def test_a_writer_who_forges_a_button_is_refused_in_words(sign_in: SignIn, verb: str) -> None:
    writer = factories.user("writers")
    story = factories.article(writer)
    response = press(sign_in(user=writer), story, verb, headline="Still saved")
    assert told(response) == ["Saved. But: Only editors may do this."]
    after = reloaded(story)
    assert (after.headline, after.status, story.editions.count()) == ("Still saved", Status.DRAFT, 0)


def test_the_whole_way_of_a_story(sign_in: SignIn) -> None:
    writer = factories.user("writers")
    story = factories.article(writer, headline="On its way")
    writes, edits = sign_in(user=writer), sign_in("editors")
    said = [told(press(writes, story, "_submit"))]
    said.append(told(press(edits, story, "_send_back", **{"verb-note": "A second source, please."})))
    assert "A second source, please." in writes.get(page_of(story)).text
    said.append(told(press(writes, story, "_submit", summary="With a second source.")))
    said.append(told(press(edits, story, "_accept")))
    said.append(told(press(edits, story, "_publish")))
    assert said == [
        ["Submitted for review."],
        ["Sent back to its writer."],
        ["Submitted for review."],
        ["Accepted: it is ready to be published."],
        ["Published."],
    ]
    assert Edition.objects.live().get().summary == "With a second source."
    assert list(story.log.order_by("pk").values_list("act", flat=True)) == [
        "created",
        "submitted",
        "sent_back",
        "edited",
        "submitted",
        "accepted",
        "published",
    ]


def test_a_button_saves_what_was_changed_before_it_acts(sign_in: SignIn) -> None:
    story = factories.article()
    press(sign_in("editors"), story, "_publish", headline="Just typed", **{"key_points-0-text": "Just pointed out"})
    edition = Edition.objects.live().get()
    assert (edition.headline, edition.key_points) == ("Just typed", ["Just pointed out"])


def test_a_refusal_is_said_in_words_and_the_note_is_kept(sign_in: SignIn) -> None:
    story = factories.live().article
    client = sign_in("editors")
    response = press(
        client, story, "_publish", headline="Changed", **{"verb-kind": "", "verb-note": "It was 12, not 21."}
    )
    assert told(response) == ["Saved. But: Say what kind of change this is: typo, update, clarification or correction."]
    form = read_form(response.text, "article_form")
    assert form.fields["verb-note"] == ["It was 12, not 21."]
    assert (reloaded(story).headline, story.editions.count()) == ("Changed", 1)
    # One can go on from the page that came back.
    again = client.post(
        form.action or page_of(story), {**form.fields, "verb-kind": "correction", "_publish": "1"}, follow=True
    )
    assert told(again) == ["Published."]
    edition = Edition.objects.live().get()
    assert (edition.kind, edition.note, edition.headline) == (Kind.CORRECTION, "It was 12, not 21.", "Changed")


def test_a_correction_without_a_note_and_a_sending_back_without_one_are_refused(sign_in: SignIn) -> None:
    story = factories.live().article
    client = sign_in("editors")
    assert told(press(client, story, "_publish", **{"verb-kind": "correction", "verb-note": " "})) == [
        "Saved. But: A clarification or correction needs a public note."
    ]
    assert told(press(client, story, "_send_back")) == ["Saved. But: Say in the note what the writer should change."]
    assert (story.editions.count(), reloaded(story).status) == (1, Status.READY)


def test_a_refusal_on_the_page_of_a_new_story_does_not_lead_to_a_second_one(sign_in: SignIn) -> None:
    client = sign_in("writers")
    response = client.post(ADD, {**new_story(), "_publish": "1"})
    story = Article.objects.get()
    assert told(response) == [CLEANED, "Saved. But: Only editors may do this."]
    form = read_form(response.text, "article_form")
    assert form.action == page_of(story)
    client.post(form.action, {**form.fields, "headline": "The same one", "_save": "1"})
    assert [one.headline for one in Article.objects.all()] == ["The same one"]


def test_a_new_story_may_be_published_at_once(sign_in: SignIn) -> None:
    assert told(sign_in("editors").post(ADD, {**new_story(), "_publish": "1"}, follow=True)) == [CLEANED, "Published."]
    assert Edition.objects.live().get().headline == "A new story"


# --- Times ----------------------------------------------------------------------------------------------------------


def at(moment: datetime) -> dict[str, str]:
    return {"verb-at_0": moment.strftime("%Y-%m-%d"), "verb-at_1": moment.strftime("%H:%M:%S")}


def test_a_story_is_scheduled_cancelled_and_published_now(sign_in: SignIn) -> None:
    story = factories.article()
    client = sign_in("editors")
    assert told(press(client, story, "_publish", **at(NOW + HOUR))) == ["Scheduled."]
    assert story.editions.get().visible_from == NOW + HOUR
    assert told(press(client, story, "_cancel")) == ["Cancelled: nothing of this story lies in the future any more."]
    assert story.editions.uncancelled().count() == 0
    shown = client.get(page_of(story)).text
    assert ("never; it was to be 2 March 2026, 10:00 UTC" in shown, "cancelled" in shown) == (True, True)
    assert told(press(client, story, "_publish")) == ["Published."]
    edition = story.editions.uncancelled().get()
    assert (edition.kind, edition.visible_from) == (Kind.FIRST, NOW)


def test_times_are_typed_in_the_papers_zone(sign_in: SignIn, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    story = factories.article()
    press(sign_in("editors"), story, "_publish", **{"verb-at_0": "2026-07-01", "verb-at_1": "12:00"})
    assert story.editions.get().visible_from == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("choice", "numbers"),
    [("cancel", [(1, None), (3, None)]), ("keep", [(1, None), (3, NOW + HOUR), (2, None)])],
)
def test_who_publishes_while_something_is_scheduled_says_what_becomes_of_it(
    sign_in: SignIn, choice: str, numbers: list[tuple[int, Any]]
) -> None:
    story = factories.live(at=NOW - HOUR).article
    client = sign_in("editors")
    press(client, story, "_publish", **{"verb-kind": "update", **at(NOW + HOUR)})
    asked = press(client, story, "_publish", **{"verb-kind": "typo"})
    assert told(asked) == [
        "Saved. But: An edition is scheduled for 2 March 2026, 10:00 UTC. Say whether it is cancelled or kept."
    ]
    answered = press(client, story, "_publish", **{"verb-kind": "typo", "verb-scheduled": choice})
    assert told(answered) == ["Published."]
    editions = story.editions.uncancelled().order_by("visible_from").values_list("number", "visible_until")
    assert [number for number, _ in editions] == [number for number, _ in numbers]
    assert list(editions)[1:] == numbers[1:]
    assert ("based on an older edition" in client.get(page_of(story)).text) == (choice == "keep")


def test_a_story_is_withdrawn_now_or_later_and_published_again(sign_in: SignIn) -> None:
    story = factories.live(at=NOW - HOUR).article
    client = sign_in("editors")
    assert told(press(client, story, "_withdraw", **at(NOW + HOUR))) == ["Withdrawal scheduled."]
    assert told(press(client, story, "_cancel")) == ["Cancelled: nothing of this story lies in the future any more."]
    assert told(press(client, story, "_withdraw", **{"verb-note": "Denied."})) == [
        "Withdrawn: readers no longer see it."
    ]
    assert list(Edition.objects.live()) == []
    assert told(press(client, story, "_publish", **{"verb-kind": "update"})) == ["Published."]
    edition = Edition.objects.live().get()
    assert (edition.number, edition.first_visible_from) == (2, NOW - HOUR)


def test_half_a_time_is_refused_at_once_and_saved_all_the_same(sign_in: SignIn) -> None:
    story = factories.article()
    response = press(sign_in("editors"), story, "_publish", summary="Saved", **{"verb-at_0": "", "verb-at_1": "12:00"})
    assert told(response) == ["Saved. But: Enter a valid date."]
    assert (reloaded(story).summary, story.editions.count()) == ("Saved", 0)


def test_the_past_and_an_embargo_are_refused_in_words(sign_in: SignIn) -> None:
    client = sign_in("editors")
    story = factories.article(embargo=NOW + HOUR)
    assert told(press(client, story, "_publish")) == [
        "Saved. But: This story is under embargo until 2 March 2026, 10:00 UTC."
    ]
    assert told(press(client, story, "_publish", **at(NOW - HOUR))) == [
        "Saved. But: An edition cannot begin in the past."
    ]
    assert story.editions.count() == 0


def test_the_kinds_offered_are_those_that_make_sense(sign_in: SignIn) -> None:
    client = sign_in("editors")

    def kinds(story: Article) -> list[str]:
        form = client.get(page_of(story)).context["verb_form"]
        return [value for value, _ in form.fields["kind"].choices]

    later = ["", "typo", "update", "clarification", "correction"]
    assert kinds(factories.article()) == [""]
    assert kinds(factories.scheduled().article) == [""]
    assert kinds(factories.live().article) == later
    assert kinds(factories.withdrawn().article) == later


# --- What the page shows --------------------------------------------------------------------------------------------


def test_view_on_site_leads_to_what_readers_see_if_they_see_it(sign_in: SignIn) -> None:
    client = sign_in("editors")
    edition = factories.live()
    address = f"http://127.0.0.1:8000{edition.get_absolute_url()}"
    assert client.get(page_of(edition.article)).context["absolute_url"] == address
    for story in (factories.article(), factories.scheduled().article, factories.withdrawn().article):
        assert client.get(page_of(story)).context["has_absolute_url"] is False


def test_the_page_lists_editions_and_who_did_what(sign_in: SignIn) -> None:
    story = factories.live(at=NOW - HOUR).article
    client = sign_in("editors")
    press(client, story, "_publish", **{"verb-kind": "correction", "verb-note": "It was 12.", **at(NOW + HOUR)})
    context = client.get(page_of(story)).context
    assert [row.edition.number for row in context["edition_rows"]] == [2, 1]
    assert [entry.act for entry in context["log"]] == [Act.SCHEDULED, Act.PUBLISHED, Act.CREATED]
    text = client.get(page_of(story)).text
    assert "scheduled, edition 2, as of 2 March 2026, 10:00 UTC" in text
    assert "It was 12." in text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\"'><img src=x onerror=x()>", "{{ 7*7 }}"])
def test_what_was_typed_comes_back_as_it_was_and_as_text(sign_in: SignIn, text: str) -> None:
    client = sign_in("editors")
    story = factories.article()
    press(client, story, "_publish", headline=text, summary=text, **{"quotes-0-speaker": text, "verb-note": text})
    fields = opened(client, page_of(story))
    assert (fields["headline"], fields["summary"], fields["quotes-0-speaker"]) == ([text], [text], [text])
    for address in (page_of(story), LIST):
        assert "<script>alert(1)" not in client.get(address).text
        assert "<img src=x" not in client.get(address).text


def test_every_naughty_string_can_be_typed_into_the_newsroom(sign_in: SignIn, corpus: Callable[[str], Any]) -> None:
    client = sign_in("editors")
    story = factories.article()
    form = opened(client, page_of(story))
    names = (
        *("headline", "summary", "key_points_heading", "body", "dateline_place", "dateline_date", "byline"),
        *("slug", "language", "kind_of_work", "embargo_0", "seo_title", "seo_description", "verb-note", "verb-kind"),
        *("verb-at_0", "key_points-0-text", "key_points-0-position", "quotes-0-words", "quotes-0-marker"),
    )
    texts = corpus("naughty_strings.json")
    for start in range(0, len(texts), len(names)):
        typed = dict(zip(names, texts[start:], strict=False))
        response = client.post(page_of(story), {**form, **typed, "seen_version": "0", "_publish": "1"})
        assert response.status_code == 200
    assert reloaded(story).version == 1


def test_naughty_lines_are_kept_as_far_as_they_can_be_stored(sign_in: SignIn, corpus: Callable[[str], Any]) -> None:
    kept = [text for text in corpus("naughty_strings.json") if fit(text).strip() and len(text) <= 300]
    for start in range(0, len(kept), 250):
        texts = kept[start : start + 250]
        rows = [{"text": text, "position": position} for position, text in enumerate(texts)]
        response = sign_in("writers").post(ADD, {**new_story(), **lists(key_points=rows), "_save": "1"})
        assert response.status_code == 302
        story = Article.objects.order_by("-pk")[0]
        assert [point.text for point in story.key_points.all()] == [fit(text.strip()) for text in texts]


# --- The library ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("model", "kind"), [(Section, "section"), (Tag, "tag"), (Person, "person")])
def test_an_address_changed_in_the_library_leads_on(sign_in: SignIn, model: type[Any], kind: str) -> None:
    row = model.objects.create(name="Before", slug="before")
    address = reverse(f"admin:articles_{kind}_change", args=[row.pk])
    client = sign_in("editors")
    form = {**read_form(client.get(address).text, f"{kind}_form").fields, "name": "After", "slug": "after"}
    assert client.post(address, form).status_code == 302
    assert model.objects.values_list("name", "slug").get() == ("After", "after")
    assert list(FormerSlug.objects.values_list("slug", kind)) == [("before", row.pk)]


def test_a_section_is_given_a_picture_of_the_library_and_loses_it_again(sign_in: SignIn) -> None:
    picture, section = stored_picture(), factories.section()
    address = reverse("admin:articles_section_change", args=[section.pk])
    client = sign_in("editors")
    for chosen, shown in ((picture.pk, picture.file.share), ("", "/static/pictures/share.jpg")):
        form = {**read_form(client.get(address).text, "section_form").fields, "picture": chosen}
        assert client.post(address, form).status_code == 302
        assert (
            f'<meta property="og:image" content="http://127.0.0.1:8000{shown}">'
            in Client().get("/sections/world/").text
        )


def test_a_source_is_made_by_an_editor_and_not_by_a_writer(sign_in: SignIn) -> None:
    address = reverse("admin:articles_source_add")
    assert sign_in("writers").post(address, {"name": "AP"}).status_code == 403
    assert sign_in("editors").post(address, {"name": "AP"}).status_code == 302
    assert [source.name for source in Source.objects.all()] == ["AP"]


def test_what_a_section_is_used_for_keeps_it_from_being_deleted(sign_in: SignIn) -> None:
    edition = factories.live()
    address = reverse("admin:articles_section_delete", args=[edition.section_id])
    response = sign_in("editors").post(address, {"post": "yes"})
    assert (response.status_code, bool(response.context["protected"])) == (200, True)
    assert Section.objects.filter(pk=edition.section_id).exists()


def test_the_library_answers_what_is_typed_into_a_story(sign_in: SignIn) -> None:
    Tag.objects.create(name="NATO", slug="nato")
    query = {"term": "nat", "app_label": "articles", "model_name": "article", "field_name": "tags"}
    found = json.loads(sign_in("writers").get("/admin/autocomplete/", query).content)
    assert [result["text"] for result in found["results"]] == ["NATO"]


def test_a_line_end_as_browsers_write_it_is_no_change(sign_in: SignIn) -> None:
    story = factories.article(factories.user("editors"), body="<p>One.</p>\n<p>Two.</p>", summary="A line.\nAnother.")
    client = sign_in("editors")
    fields = opened(client, page_of(story))
    sent = {name: [value.replace("\n", "\r\n") for value in values] for name, values in fields.items()}
    client.post(page_of(story), {**sent, "_save": "1"})
    assert (reloaded(story).version, story.log.count()) == (story.version, 1)


def test_a_form_that_is_refused_keeps_what_was_typed_for_the_verb(sign_in: SignIn) -> None:
    story = factories.live().article
    response = press(
        sign_in("editors"), story, "_publish", headline="", **{"verb-note": "A long note.", "verb-kind": "typo"}
    )
    form = response.context["verb_form"]
    assert (form["note"].value(), form["kind"].value()) == ("A long note.", "typo")


def test_a_quote_that_readers_would_not_see_is_told(sign_in: SignIn) -> None:
    story = factories.article(factories.user("editors"))
    saved = press(sign_in("editors"), story, "_continue", body="<p>He said: [[quote said]] and left.</p>").text
    assert saved.count("Readers do not see the quote “said”: put [[quote said]] into a paragraph of its own.") == 1


def test_a_forged_key_in_a_searched_field_is_said_at_the_field(sign_in: SignIn) -> None:
    story = factories.article(factories.user("editors"))
    response = press(sign_in("editors"), story, "_save", tags=["x'"], picture="x'")
    assert (response.status_code, set(response.context["adminform"].form.errors)) == (200, {"tags", "picture"})


def test_a_new_story_can_be_handed_in_or_published_at_once(sign_in: SignIn) -> None:
    offered = {
        role: {name for name in read_form(sign_in(role).get(ADD).text, "article_form").buttons if name[1:] in VERBS}
        for role in ("writers", "editors")
    }
    assert offered == {"writers": {"_submit"}, "editors": {"_submit", "_accept", "_publish"}}
    sign_in("editors").post(ADD, {**new_story(headline="Straight to the readers"), "_publish": "1"})
    assert Edition.objects.live().get().headline == "Straight to the readers"

"""The page on which editors arrange the front page: set, refused, previewed; breaking news announced and ended."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles import arranging, breaking
from articles.arranging import Arrangement, Choice
from articles.models import BreakingNews, Edition, FrontPage, RelatedStory, SectionEditor
from tests import factories
from tests.articles.test_admin import ADD, lists, new_story

pytestmark = pytest.mark.django_db
PAGE, PREVIEW = "/admin/articles/frontpage/", "/admin/articles/frontpage/preview/"
BREAKING = "/admin/articles/frontpage/breaking/"
HOUR = timedelta(hours=1)
SignIn = Callable[..., Client]


def sent(*stories: object, saw: int | None = None, positions: tuple[object, ...] = (1, 2, 3, 4), **more: Any) -> Any:
    """The page as a browser sends it, with these stories in its rows."""
    data: dict[str, Any] = {"saw": arranging.seen() if saw is None else saw, "at_0": "", "at_1": "", **more}
    for number, position in enumerate(positions):
        data[f"place-{number}-position"] = position
        data[f"place-{number}-story"] = stories[number] if number < len(stories) else ""
    for section in factories.Section.objects.all():
        data.setdefault(f"section-{section.pk}-position", section.position + 1)
    return data


def live(hours_ago: int, headline: str, **fields: Any) -> int:
    return factories.live(at=timezone.now() - hours_ago * HOUR, headline=headline, **fields).article_id


def messages(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_an_editor_sets_the_places_in_the_order_of_their_numbers_and_the_sections_in_theirs(sign_in: SignIn) -> None:
    first, second = live(1, "First"), live(2, "Second")
    world, politics = factories.section("World"), factories.section("Politics")
    more = {f"section-{world.pk}-position": 2, f"section-{politics.pk}-position": 1, "place-1-until_0": "2999-01-01"}
    data = sent(first, second, positions=(4, 1, 2, 3), **more, **{"place-1-until_1": "06:00"})
    response = sign_in("editors").post(PAGE, data, follow=True)
    assert messages(response) == ["Saved: it is public now."]
    arrangement = Arrangement.at(timezone.now())
    assert [choice.article_id for choice in arrangement.choices] == [second, None, None, first]
    assert str(arrangement.choices[0].ends_at) == "2999-01-01 06:00:00+00:00"
    assert arrangement.sections == (politics.pk, world.pk)


def test_it_shows_what_counts_now_and_starts_from_what_was_set_before_when_asked(sign_in: SignIn) -> None:
    first, second = live(1, "First"), live(2, "Second")
    editor = sign_in("editors")
    for story in (first, second):
        editor.post(PAGE, sent(story))
    assert _chosen(editor.get(PAGE)) == [str(second), "", "", ""]
    assert _chosen(editor.get(PAGE, {"from": "1"})) == [str(first), "", "", ""]
    for nonsense in ("", "x", "-1", "9" * 40, "9" * 5_000, "²"):
        assert _chosen(editor.get(PAGE, {"from": nonsense})) == [str(second), "", "", ""]


@pytest.mark.parametrize("number", ["0", "-1", "9" * 20, "9" * 5000, "１"])
def test_what_was_never_set_is_started_from_as_what_counts_now(sign_in: SignIn, number: str) -> None:
    assert sign_in("editors").get(PAGE, {"from": number}).status_code == 200


def _chosen(response: Any) -> list[str]:
    assert response.status_code in {200, 422}
    return [str(form["story"].value() or "") for form in response.context["form"].places]


def test_the_second_of_two_editors_is_told_and_finds_what_they_chose_and_may_save_it_then(sign_in: SignIn) -> None:
    first, second = live(1, "First"), live(2, "Second")
    sign_in("editors").post(PAGE, sent(first, saw=0))
    late = sign_in("editors")
    response = late.post(PAGE, sent(second, saw=0))
    assert response.status_code == 422
    assert "after you opened it. Nothing was saved; what you chose is below." in messages(response)[0]
    assert (_chosen(response), response.context["saw"]) == ([str(second), "", "", ""], 1)
    assert FrontPage.objects.count() == 1
    assert late.post(PAGE, sent(second, saw=1)).status_code == 302
    assert Arrangement.at(timezone.now()).choices[0] == Choice(second)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"place-0-position": ""}, "Nothing was saved: see below what cannot be read."),
        ({"place-0-story": "x"}, "Nothing was saved: see below what cannot be read."),
        ({"place-0-story": "9" * 30}, "Nothing was saved: see below what cannot be read."),
        ({"place-0-story": "\x00"}, "Nothing was saved: see below what cannot be read."),
        ({"place-0-until_0": "tomorrow"}, "Nothing was saved: see below what cannot be read."),
        ({"saw": ""}, "Nothing was saved: see below what cannot be read."),
        ({"at_0": "1999-01-01", "at_1": "00:00"}, "An arrangement cannot begin in the past."),
        ({"place-0-until_0": "1999-01-01", "place-0-until_1": "00:00"}, "A place must end after it begins."),
    ],
)
def test_what_cannot_be_set_is_said_and_nothing_is_lost(sign_in: SignIn, changes: Any, words: str) -> None:
    story = live(1, "First")
    response = sign_in("editors").post(PAGE, {**sent("", story), **changes})
    assert response.status_code == 422
    assert words in messages(response)[0]
    assert str(story) in _chosen(response)
    assert FrontPage.objects.count() == 0


def test_a_draft_is_refused_by_its_headline(sign_in: SignIn) -> None:
    draft = factories.article(headline="Not yet")
    response = sign_in("editors").post(PAGE, sent(draft.pk))
    assert messages(response) == [
        "“Not yet” is neither live nor scheduled. Nothing was saved; what you chose is below."
    ]
    assert _chosen(response)[0] == str(draft.pk)


def test_who_may_not_see_a_draft_is_not_told_its_headline_by_its_number() -> None:
    draft, announced = factories.article(headline="Not yet"), live(1, "First")
    elsewhere = factories.user("editors")
    SectionEditor.objects.create(user=elsewhere, section=factories.section("Politics"))
    client = Client()
    client.force_login(elsewhere)
    forms = {PAGE: sent(draft.pk, announced), PREVIEW: sent(draft.pk), BREAKING: {"breaking-story": draft.pk}}
    answers = [client.post(address, data) for address, data in forms.items()]
    assert [(answer.status_code, "Not yet" in answer.text) for answer in answers] == [(422, False)] * 3
    assert client.post(PAGE, sent(announced)).status_code == 302


def test_the_preview_is_the_readers_page_as_it_was_sent_and_nothing_is_saved(sign_in: SignIn) -> None:
    live(1, "The newest one")
    old = live(9, "An older one")
    later = factories.scheduled(headline="Still to come")
    editor = sign_in("editors")
    response = editor.post(PREVIEW, sent(old, later.article_id))
    assert response.templates[0].name == "articles/front.html"
    front = response.context
    assert (front["lead"].headline, [one.headline for one in front["seconds"]]) == ("An older one", ["The newest one"])
    tomorrow = timezone.localtime(later.visible_from + HOUR)
    as_of = {"as_of_0": tomorrow.strftime("%Y-%m-%d"), "as_of_1": tomorrow.strftime("%H:%M")}
    front = editor.post(PREVIEW, sent(old, later.article_id, **as_of)).context
    assert [one.headline for one in front["seconds"]] == ["Still to come", "The newest one"]
    assert FrontPage.objects.count() == 0
    assert b"Still to come" not in Client().get("/").content


def test_only_our_own_pages_may_frame_the_preview_and_nobody_keeps_it(sign_in: SignIn) -> None:
    live(1, "The newest one")
    editor = sign_in("editors")
    for response in (editor.get(PREVIEW), editor.post(PREVIEW, sent()), editor.post(PREVIEW, sent("x"))):
        assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        assert {"private", "no-store"} <= set(response.headers["Cache-Control"].split(", "))
        assert response.headers["X-Robots-Tag"] == "noindex"
    page = editor.get(PAGE)
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_what_cannot_be_previewed_is_said_in_the_frame(sign_in: SignIn) -> None:
    draft = factories.article(headline="Not yet")
    editor = sign_in("editors")
    for data, words in ((sent(draft.pk), "“Not yet” is neither"), (sent("x"), "cannot be read")):
        response = editor.post(PREVIEW, data)
        assert (response.status_code, words in response.content.decode()) == (422, True)


def test_an_arrangement_for_later_is_listed_and_can_be_cancelled(sign_in: SignIn) -> None:
    editor = sign_in("editors")
    response = editor.post(PAGE, sent(live(1, "First"), at_0="2999-01-01", at_1="06:00"), follow=True)
    assert messages(response) == ["Saved: it counts from its time on."]
    (page,) = response.context["waiting"]
    assert messages(editor.post(f"{PAGE}{page.pk}/cancel/", follow=True)) == ["Cancelled: it will not begin."]
    again = editor.post(f"{PAGE}{page.pk}/cancel/", follow=True)
    assert messages(again) == ["This arrangement has begun, or was cancelled already."]
    assert b"cancelled by" in again.content


def test_breaking_news_is_announced_and_ended(sign_in: SignIn) -> None:
    story = factories.live(headline="The bridge")
    editor = sign_in("editors")
    data = {"breaking-text": "It has fallen", "breaking-story": story.article_id}
    assert messages(editor.post(f"{PAGE}breaking/", data, follow=True)) == ["Announced: it stands above every page."]
    assert breaking.line() == breaking.Line("It has fallen", story.get_absolute_url())
    line = BreakingNews.objects.get()
    ended = editor.post(f"{PAGE}breaking/{line.pk}/end/", follow=True)
    assert (messages(ended), breaking.line()) == (["Ended: readers no longer see it."], None)
    assert messages(editor.post(f"{PAGE}breaking/{line.pk}/end/", follow=True)) == ["This line is over."]


def test_breaking_news_that_is_refused_comes_back_as_it_was_typed(sign_in: SignIn) -> None:
    data = {"breaking-text": "It has fallen", "breaking-until_0": "2999-01-01", "breaking-until_1": "06:00"}
    response = sign_in("editors").post(f"{PAGE}breaking/", data)
    assert (response.status_code, messages(response)) == (422, ["Breaking news ends after 24 hours at the latest."])
    assert b'value="It has fallen"' in response.content
    long = sign_in("editors").post(f"{PAGE}breaking/", {"breaking-text": "a" * 400})
    assert (long.status_code, b"a" * 400 in long.content) == (422, True)
    assert BreakingNews.objects.count() == 0


@pytest.mark.parametrize("role", ["writers", "moderators", ""])
def test_who_is_no_editor_sees_and_does_nothing_of_it(sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    line = breaking.announce(by=factories.user("editors"), text="It has fallen")
    page = arranging.arrange(Arrangement(), by=factories.user("editors"), saw=0, at=timezone.now() + HOUR)
    for url in (PAGE, PREVIEW):
        assert client.get(url).status_code == 403
    for url in (PAGE, PREVIEW, f"{PAGE}breaking/", f"{PAGE}breaking/{line.pk}/end/", f"{PAGE}{page.pk}/cancel/"):
        assert client.post(url, sent()).status_code == 403, url
    assert "Front page" not in client.get("/admin/").content.decode()
    line.refresh_from_db()
    page.refresh_from_db()
    assert (line.ended_at, page.cancelled_at, FrontPage.objects.count()) == (None, None, 1)


def test_what_is_done_needs_a_post(sign_in: SignIn) -> None:
    line = breaking.announce(by=factories.user("editors"), text="It has fallen")
    editor = sign_in("editors")
    for url in (f"{PAGE}breaking/", f"{PAGE}breaking/{line.pk}/end/", f"{PAGE}1/cancel/"):
        assert editor.get(url).status_code == 405
    assert editor.post(f"{PAGE}breaking/{'9' * 30}/end/").status_code == 404


def test_the_search_for_a_place_finds_what_is_or_will_be_live_and_no_draft(sign_in: SignIn) -> None:
    now, later = factories.live(headline="Bridge now"), factories.scheduled(headline="Bridge later")
    factories.article(headline="Bridge draft")
    factories.withdrawn(headline="Bridge gone")
    asked = {"app_label": "articles", "model_name": "frontslot", "field_name": "article", "term": "Bridge"}
    response = sign_in("editors").get("/admin/autocomplete/", asked)
    assert {row["text"] for row in response.json()["results"]} == {now.headline, later.headline}


def test_without_a_script_the_newest_can_be_chosen_from_a_list(sign_in: SignIn) -> None:
    story, draft = live(1, "First"), factories.article(headline="A draft")
    body = sign_in("editors").get(PAGE).content.decode()
    assert body.count(f'<option value="{story}">First</option>') == 5
    assert f'<option value="{draft.pk}"' not in body
    assert body.count("The newest</option>") == 4


def test_a_story_is_given_related_ones_and_they_are_frozen_in_their_order(sign_in: SignIn) -> None:
    first, second = live(1, "First"), live(2, "Second")
    rows = [{"story": first, "position": 2}, {"story": second, "position": 1}]
    sign_in("editors").post(ADD, {**new_story(), **lists(related_stories=rows), "_publish": "1"})
    assert Edition.objects.live().order_by("-pk")[0].related == [second, first]


def test_a_writer_can_set_below_a_story_only_what_they_may_see(sign_in: SignIn) -> None:
    theirs = factories.article(headline="Somebody's secret")
    rows = [{"story": theirs.pk, "position": 1}]
    response = sign_in("writers").post(ADD, {**new_story(), **lists(related_stories=rows), "_save": "1"})
    assert (response.status_code, "Select a valid choice" in response.content.decode()) == (200, True)
    assert RelatedStory.objects.count() == 0

"""The pages about the paper in the admin: listed whether written or not, written by editors, and no words are lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from articles.models import HousePage
from tests import factories
from tests.articles.test_front_admin import messages

pytestmark = pytest.mark.django_db
LIST, PREVIEW = "/admin/articles/housepage/", "/admin/articles/housepage/preview/"
ABOUT = f"{LIST}about/change/"
SignIn = Callable[..., Client]


def sent(**more: Any) -> dict[str, Any]:
    """The form as a browser sends it."""
    return {"seen_version": 0, "title": "About", "summary": "", "body": "<p>Mine.</p>", "is_public": "on", **more}


def test_every_page_is_listed_with_what_is_still_to_be_filled_in_here_and_on_the_front_page(sign_in: SignIn) -> None:
    factories.house_page("jobs", title="Work for us")
    editor = sign_in("editors")
    page = editor.get(LIST)
    assert [(row.slug, row.is_public) for row in page.context["rows"]] == [
        *(("about", True), ("contact", True), ("ethics", False), ("corrections-policy", True), ("ownership", False)),
        *(("guidelines", True), ("privacy", True), ("imprint", False), ("jobs", True)),
    ]
    for answer in (page, editor.get("/admin/")):
        assert "There is no imprint: set PUBLISHER, or write the page." in answer.content.decode()


@pytest.mark.parametrize("role", ["writers", "moderators"])
def test_others_have_no_part_in_them(role: str, sign_in: SignIn) -> None:
    client = sign_in(role)
    for url in (LIST, ABOUT, f"{LIST}add/", PREVIEW):
        assert [client.get(url).status_code, client.post(url, sent()).status_code] == [403, 403], url
    assert "Still to be filled in" not in client.get("/admin/").content.decode()
    assert not HousePage.objects.exists()


def test_a_page_that_nobody_wrote_begins_with_the_portals_words_and_is_saved(sign_in: SignIn) -> None:
    editor = sign_in("editors")
    assert editor.get(f"{LIST}about/history/").status_code == 200
    opened = editor.get(ABOUT).context["adminform"].form
    assert (opened.initial["title"], opened.initial["is_public"]) == ("About us", True)
    assert "<p>[[block work]]</p>" in opened.initial["body"]
    response = editor.post(ABOUT, sent(body="<p>Mine.</p><script>1</script>"), follow=True)
    taken_out, saved = messages(response)
    assert taken_out == "Taken out of the text, which may not hold it: <script>. The words around it are kept."
    assert saved.startswith("The page about the paper")
    page = HousePage.objects.get()
    assert (page.slug, page.title, page.body, page.version) == ("about", "About", "<p>Mine.</p>", 1)


def test_a_further_page_gets_an_address_that_no_other_has(sign_in: SignIn) -> None:
    editor = sign_in("editors")
    for slug, words in (
        ("imprint", "Every paper has a page with this name"),
        ("Our Jobs", "Small letters and digits, with single hyphens between words."),
        ("our--jobs", "Small letters and digits, with single hyphens between words."),
    ):
        refused = editor.post(f"{LIST}add/", sent(slug=slug, position=0))
        assert words in refused.content.decode(), slug
    assert editor.post(f"{LIST}add/", sent(slug="our-jobs", position=0)).status_code == 302
    assert Client().get("/about/our-jobs/").status_code == 200
    assert "already exists" in editor.post(f"{LIST}add/", sent(slug="our-jobs", position=0)).content.decode()


def test_what_is_refused_comes_back_as_it_was_typed(sign_in: SignIn) -> None:
    refused = sign_in("editors").post(ABOUT, sent(body="<p>Long work.</p><p>[[block nothing]]</p>"))
    page = refused.content.decode()
    assert "There is no block named “nothing”." in page
    assert "&lt;p&gt;Long work.&lt;/p&gt;" in page


def test_who_saves_second_sees_both_texts_and_chooses(sign_in: SignIn) -> None:
    editor = sign_in("editors")
    opened = editor.get(ABOUT).context["opened"]
    factories.house_page("about", by=factories.user("editors", username="quick"), title="Theirs", body="<p>Theirs.</p>")
    mine = sent(
        **{"unsaved-opened": opened, "title": "About us", "summary": "What this paper is, and what you can hold it to."}
    )
    conflict = editor.post(ABOUT, mine)
    page = conflict.content.decode()
    assert "quick changed this page at " in page
    differing = [(one.name, one.chosen) for one in conflict.context["conflict"].differences]
    assert differing == [("body", ""), ("title", "theirs"), ("summary", "theirs")]
    assert HousePage.objects.get().body == "<p>Theirs.</p>"
    chosen = {"choose-compared": 1, "choose-body": "mine", "choose-title": "theirs", "choose-summary": "theirs"}
    assert editor.post(ABOUT, {**mine, **chosen}).status_code == 302
    saved = HousePage.objects.get()
    assert (saved.title, saved.body, saved.version) == ("Theirs", "<p>Mine.</p>", 2)


def test_an_earlier_version_fills_the_form_and_is_saved_as_a_new_one(sign_in: SignIn) -> None:
    editor = factories.user("editors")
    for saw, title in enumerate(("One", "Two")):
        factories.house_page("about", by=editor, saw=saw, title=title)
    form = sign_in(user=editor).get(f"{ABOUT}?version=1").context["adminform"].form
    assert (form.initial["title"], form.initial["seen_version"]) == ("One", 2)
    for strange in ("9", "x", "²", "99999999999999999999"):
        form = sign_in(user=editor).get(f"{ABOUT}?version={strange}").context["adminform"].form
        assert form.initial["title"] == "Two"


def test_a_preview_shows_what_was_typed_and_saves_nothing(sign_in: SignIn) -> None:
    editor = sign_in("editors")
    shown = editor.post(PREVIEW, sent(body="<p>Mine.</p><p>[[block length]]</p><script>1</script>"))
    page = shown.content.decode()
    assert "A comment has at least 50 characters" in page
    assert "<script>1" not in page
    assert shown.headers["Cache-Control"].startswith("private, no-store")
    assert "There is no block named" in editor.post(PREVIEW, sent(body="<p>[[block x]]</p>")).content.decode()
    assert editor.get(PREVIEW).status_code == 405
    assert not HousePage.objects.exists()


def test_the_page_of_guidelines_has_no_switch_for_it_is_always_there(sign_in: SignIn) -> None:
    editor = sign_in("editors")
    url = f"{LIST}guidelines/change/"
    assert list(editor.get(url).context["adminform"].form.fields) == ["seen_version", "title", "summary", "body"]
    data = {name: value for name, value in sent(title="Rules").items() if name != "is_public"}
    assert editor.post(url, data).status_code == 302
    assert "<p>Mine.</p>" in Client().get("/guidelines/").content.decode()

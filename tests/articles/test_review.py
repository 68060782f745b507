"""Review on the newsroom's pages: the bar, the checklist beside the story and after publishing, editors' sections."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from articles import publishing
from articles.models import Article, KeyPoint, SectionEditor
from articles.states import Status
from tests import factories
from tests.articles.browser import read_form
from tests.articles.images import large_picture

ADD = "/admin/articles/article/add/"

SignIn = Callable[..., Client]

pytestmark = pytest.mark.django_db


def page_of(story: Article) -> str:
    return reverse("admin:articles_article_change", args=[story.pk])


def press(client: Client, story: Article, button: str, **changed: Any) -> Any:
    fields = read_form(client.get(page_of(story)).text, "article_form").fields
    return client.post(page_of(story), {**fields, **changed, button: "1"}, follow=True)


def told(response: Any, *, checklist: bool = False) -> list[str]:
    return [str(words) for words in response.context["messages"] if ("checklist" in words.tags) == checklist]


def text(html: str) -> str:
    """The text as a person reads it: without tags, in one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def bar(client: Client, story: Article) -> str:
    return text(client.get(page_of(story)).text.partition('class="story-bar"')[2].partition("<fieldset")[0])


def in_order() -> Article:
    story = factories.article(picture=large_picture())
    for words in ("Another", "A third"):
        KeyPoint.objects.create(article=story, text=words)
    return story


def editor_of(*names: str) -> User:
    user = factories.user("editors")
    for name in names:
        SectionEditor.objects.create(user=user, section=factories.section(name))
    return User.objects.get(pk=user.pk)


# --- The bar --------------------------------------------------------------------------------------------------------


def test_the_bar_says_where_a_story_stands_and_who_has_it(sign_in: SignIn) -> None:
    writer = factories.user("writers", first_name="Wim", last_name="Sutter")
    story = factories.article(writer)
    assert "draft with Wim Sutter" in bar(sign_in("editors"), story)
    publishing.submit(story, by=writer, saw=story.version)
    assert "in review with Wim Sutter" in bar(sign_in(user=writer), story)


@pytest.mark.parametrize(
    ("status", "role", "expected"),
    [
        (Status.DRAFT, "writers", "_submit"),
        (Status.DRAFT, "editors", "_accept"),
        (Status.IN_REVIEW, "editors", "_accept"),
        (Status.READY, "editors", "_publish"),
    ],
)
def test_one_button_is_the_next_step(sign_in: SignIn, status: Status, role: str, expected: str) -> None:
    user = factories.user(role)
    story = factories.article(user)
    if status is Status.IN_REVIEW:
        publishing.submit(story, by=user, saw=story.version)
    if status is Status.READY:
        publishing.accept(story, by=user, saw=story.version)
    verbs = sign_in(user=user).get(page_of(story)).context["verbs"]
    assert [verb["name"] for verb in verbs if verb["is_next"]] == [expected]


def test_the_first_button_of_the_form_saves_for_it_is_what_the_enter_key_presses(sign_in: SignIn) -> None:
    for address in (ADD, page_of(factories.article())):
        form = sign_in("editors").get(address).text.partition('id="article_form"')[2]
        first = re.search(r'<(?:input|button) type="submit"[^>]*>', form)
        assert first
        assert 'name="_continue"' in first[0]


def test_what_was_sent_back_stands_above_the_story_with_its_note(sign_in: SignIn) -> None:
    writer = factories.user("writers")
    story = factories.article(writer)
    publishing.submit(story, by=writer, saw=story.version)
    client = sign_in(user=writer)
    assert "sent this back on" not in bar(client, story)
    editor = factories.user("editors", first_name="Edda", last_name="Marsh")
    publishing.send_back(story, by=editor, saw=story.version, note="Second source?\n\n<b>Please</b>")
    page = client.get(page_of(story)).text
    assert "Edda Marsh sent this back on" in page
    assert "<p>Second source?</p>\n\n<p>&lt;b&gt;Please&lt;/b&gt;</p>" in page
    press(client, story, "_submit")
    assert "sent this back on" not in bar(client, story)


# --- The checklist --------------------------------------------------------------------------------------------------


def checklist(client: Client, story: Article) -> list[tuple[str, str]]:
    """The link and the words of each line in the panel."""
    panel = client.get(page_of(story)).text.partition('<section class="module checklist"')[2].partition("</section>")[0]
    return [(anchor, text(words)) for anchor, words in re.findall(r'<a href="([^"]*)">(.*?)</a>', panel)]


def test_the_panel_says_what_is_worth_a_look_and_leads_to_places_that_are_there(sign_in: SignIn) -> None:
    client = sign_in("editors")
    story = factories.article(summary="", body="<p>Words.</p><h4>Deep</h4>")
    lines = checklist(client, story)
    assert [anchor for anchor, _words in lines] == [
        "#id_summary",
        "#id_picture",
        "#key_points-group",
        "#id_body",
        "#quotes-group",
    ]
    page = client.get(page_of(story)).text
    for anchor, _words in lines:
        assert f'id="{anchor[1:]}"' in page
    assert "There is no lead picture." in [words for _anchor, words in lines]


def test_the_panel_says_when_all_is_in_order(sign_in: SignIn) -> None:
    client = sign_in("editors")
    assert "Nothing to look at: what was saved last is in order." in client.get(page_of(in_order())).text


def test_publishing_tells_what_is_worth_a_look_and_is_done(sign_in: SignIn) -> None:
    story = factories.article()
    response = press(sign_in("editors"), story, "_publish")
    assert told(response) == ["Published."]
    [warned] = told(response, checklist=True)
    assert text(warned) == (
        "Worth a look in what you published: There is no lead picture. "
        "There is 1 key point: 3 to 7 are read at a glance."
    )
    assert re.findall(r'href="([^"]*)"', warned) == [
        f"{page_of(story)}#id_picture",
        f"{page_of(story)}#key_points-group",
    ]


def test_of_many_findings_the_first_are_told(sign_in: SignIn) -> None:
    body = "<p>x</p>" + "".join(f'<p><a href="/never/{number}/">x</a></p>' for number in range(9))
    [warned] = told(press(sign_in("editors"), factories.article(body=body), "_publish"), checklist=True)
    assert (warned.count("<li>"), "and 7 more" in warned) == (6, True)


def test_what_was_typed_is_no_html_in_what_is_told(sign_in: SignIn) -> None:
    body = "<p>x</p><p>[[quote said]]</p><p><a href='/&lt;b&gt;/'>x</a></p>"
    [warned] = told(press(sign_in("editors"), factories.article(body=body), "_publish"), checklist=True)
    assert ("The link to /&lt;b&gt;/ leads nowhere" in warned, "<b>" in warned) == (True, False)


def test_what_is_in_order_is_published_without_a_word_more(sign_in: SignIn) -> None:
    assert told(press(sign_in("editors"), in_order(), "_publish"), checklist=True) == []


def test_a_story_without_a_text_is_refused_in_words_and_nothing_is_lost(sign_in: SignIn) -> None:
    story = factories.article()
    response = press(sign_in("editors"), story, "_publish", summary="Just typed", body="", **{"verb-note": "A note"})
    assert "Saved. But: The story has no text." in told(response)
    story.refresh_from_db()
    assert (story.summary, story.status, story.editions.count()) == ("Just typed", Status.DRAFT, 0)
    assert read_form(response.text, "article_form").fields["verb-note"] == ["A note"]
    assert "It cannot be published like this." in response.text


# --- Sections -------------------------------------------------------------------------------------------------------


def offered(client: Client, address: str) -> list[str]:
    field = client.get(address).context["adminform"].form.fields["section"]
    return [section.name for section in field.queryset]


def test_an_editor_of_sections_is_offered_those(sign_in: SignIn) -> None:
    for name in ("World", "Sport", "Business"):
        factories.section(name)
    assert offered(sign_in(user=editor_of("Sport", "World")), ADD) == ["Sport", "World"]
    assert offered(sign_in("editors"), ADD) == ["Business", "Sport", "World"]
    assert offered(sign_in("writers"), ADD) == ["Business", "Sport", "World"]


def test_a_story_of_ones_own_in_another_section_may_stay_there(sign_in: SignIn) -> None:
    editor = editor_of("Sport")
    story = factories.article()
    Article.objects.filter(pk=story.pk).update(owner=editor)
    client = sign_in(user=editor)
    assert offered(client, page_of(story)) == ["Sport", "World"]
    press(client, story, "_save", summary="Changed.")
    story.refresh_from_db()
    assert (story.summary, story.section.name) == ("Changed.", "World")


def test_a_move_into_a_foreign_section_is_refused_in_words_and_the_text_is_kept(sign_in: SignIn) -> None:
    editor = editor_of("Sport")
    story = factories.article(section=factories.section("Sport"))
    response = press(sign_in(user=editor), story, "_save", section=factories.section("World").pk, summary="Long work")
    form = response.context["adminform"].form
    assert form.errors == {"section": ["You edit Sport: a story cannot be moved elsewhere by you."]}
    assert read_form(response.text, "article_form").fields["summary"] == ["Long work"]
    story.refresh_from_db()
    assert (story.section.name, story.version) == ("Sport", 1)


def test_the_admin_limits_an_editor_on_the_page_of_a_section_and_editors_cannot(sign_in: SignIn) -> None:
    section, editor = factories.section("World"), factories.user("editors")
    page = reverse("admin:articles_section_change", args=[section.pk])
    inline = {
        "section_editors-TOTAL_FORMS": "1",
        "section_editors-INITIAL_FORMS": "0",
        "section_editors-0-user": str(editor.pk),
        "section_editors-0-section": str(section.pk),
    }
    form = {"name": "World", "slug": "world", "description": "", "position": "0", **inline}
    assert sign_in(user=editor).post(page, form).status_code == 302
    assert SectionEditor.objects.count() == 0
    assert sign_in("admin").post(page, form).status_code == 302
    assert list(SectionEditor.objects.values_list("user", "section")) == [(editor.pk, section.pk)]


def test_a_section_with_editors_of_its_own_is_not_deleted_and_they_stay_limited(sign_in: SignIn) -> None:
    editor = editor_of("Sport")
    page = reverse("admin:articles_section_delete", args=[factories.section("Sport").pk])
    assert sign_in("admin").post(page, {"post": "yes"}).status_code in {200, 403}
    assert SectionEditor.objects.filter(user=editor).count() == 1

"""The page where a story is written: what it gives its scripts, what a save reports, and texts far too long."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from articles.limits import BODY_LENGTH
from articles.models import Article, Edition, KeyPoint, Picture
from tests import factories
from tests.articles.browser import read_form
from tests.articles.images import stored_picture

pytestmark = pytest.mark.django_db
LIBRARY = "/admin/articles/article/library/"
SignIn = Callable[..., Client]


@pytest.fixture
def sign_in() -> SignIn:
    def signed_in(role: str = "editors") -> Client:
        client = Client()
        client.force_login(factories.user(role))
        return client

    return signed_in


def page_of(story: Article) -> str:
    return reverse("admin:articles_article_change", args=[story.pk])


def save(client: Client, story: Article, **changed: Any) -> Any:
    fields = read_form(client.get(page_of(story)).text, "article_form").fields
    return client.post(page_of(story), {**fields, **changed, "_continue": "1"}, follow=True)


def told(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def gone(names: str) -> str:
    return f"Taken out of the body, which may not hold it: {names}. The words around it are kept."


# --- The body -------------------------------------------------------------------------------------------------------


def test_what_the_list_does_not_allow_is_taken_out_and_named(sign_in: SignIn) -> None:
    story = factories.article()
    body = '<p class="x" onclick="y()">Words<img src="data:image/png;base64,AAAA"></p>\n<p>[[quote said]]</p>'
    response = save(sign_in(), story, body=body)
    assert told(response)[0] == gone("<img>, class=, onclick=, src=")
    story.refresh_from_db()
    assert story.body == "<p>Words</p>\n<p>[[quote said]]</p>"


def test_what_the_list_allows_is_saved_without_a_word(sign_in: SignIn) -> None:
    story = factories.article()
    body = (
        '<h2>Head</h2>\n<p>[[quote said]]</p>\n<ul><li>One<ul><li><a href="/x/" title="y">Two</a></li></ul></li></ul>'
    )
    response = save(sign_in(), story, body=body)
    assert [words for words in told(response) if "Taken out" in words] == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<p>" + "word " * 200_000 + "</p>", "The body has 1,000,007 characters, with its HTML; 400,000 are taken."),
        ("<ul><li>x" * 200 + "</li></ul>" * 200, "nested 200 deep; 12 levels are taken."),
        ("<blockquote>" * 20_000, "nested 20000 deep"),
    ],
    ids=["a megabyte", "nested lists", "nested quotations"],
)
def test_a_body_past_all_measure_comes_back_whole_with_the_reason(sign_in: SignIn, body: str, words: str) -> None:
    story = factories.article()
    before = story.body
    response = save(sign_in(), story, body=body)
    assert response.status_code == 200
    assert words in response.text
    assert read_form(response.text, "article_form").fields["body"] == [body]
    story.refresh_from_db()
    assert story.body == before


def test_the_longest_body_in_the_widest_script_is_taken(sign_in: SignIn) -> None:
    story = factories.article()
    body = f"<p>{'海' * (BODY_LENGTH - 7)}</p>"
    assert save(sign_in(), story, body=body).status_code == 200
    story.refresh_from_db()
    assert story.body == body


def test_the_form_is_sent_in_parts_so_that_no_script_makes_it_three_times_as_long(sign_in: SignIn) -> None:
    text = sign_in().get(page_of(factories.article())).text
    assert '<form enctype="multipart/form-data" method="post" id="article_form"' in text


def test_a_new_story_begins_at_its_headline_and_a_known_one_where_its_reader_wants(sign_in: SignIn) -> None:
    client = sign_in()
    new, known = (
        client.get(address).text for address in (reverse("admin:articles_article_add"), page_of(factories.article()))
    )
    assert [text.count("autofocus") for text in (new, known)] == [1, 0]
    # Django's own script would move the caret to the bar's button.
    assert "django-admin-form-add-constants" not in new


# --- Quotes and figures ---------------------------------------------------------------------------------------------


def test_a_picture_that_readers_would_not_see_is_told(sign_in: SignIn) -> None:
    picture, story = stored_picture(), factories.article()
    body = f"<p>[[quote said]]</p><p>See [[picture {picture.pk}]].</p><p>[[picture 999]]</p><p>[[picture x]]</p>"
    response = save(sign_in(), story, body=body)
    assert [told["words"] for told in response.context["findings"] if "picture " in told["words"]] == [
        "The body has a place for the picture 999, but the library has none of that number.",
        "The body has a place for the picture x, but the library has none of that number.",
        f"Readers do not see the picture {picture.pk}: put [[picture {picture.pk}]] into a paragraph of its own.",
    ]


def test_what_a_published_figure_shows_cannot_become_another_picture(sign_in: SignIn) -> None:
    picture = stored_picture()
    factories.live(body=f"<p>[[picture {picture.pk}]]</p>")
    client = sign_in()
    text = client.get(reverse("admin:articles_picture_change", args=[picture.pk])).text
    assert 'name="file"' not in text
    response = client.post(reverse("admin:articles_picture_delete", args=[picture.pk]), {"post": "yes"})
    assert response.status_code == 409
    assert Picture.objects.filter(pk=picture.pk).exists()


# --- The library ----------------------------------------------------------------------------------------------------


def found(client: Client, **asked: str) -> list[int]:
    response = client.get(LIBRARY, asked)
    assert response.status_code == 200
    return [picture["id"] for picture in response.json()["pictures"]]


def test_the_library_is_asked_by_words_by_key_and_for_the_newest(sign_in: SignIn) -> None:
    one, two = stored_picture(alt="A red ship"), stored_picture(caption="A Red house", credit="Ship & Co")
    three = stored_picture(alt="A tree", caption="")
    client = sign_in("writers")
    assert found(client) == [three.pk, two.pk, one.pk]
    assert found(client, q="red ship") == [two.pk, one.pk]
    assert found(client, q="tree") == [three.pk]
    assert found(client, q="nothing") == []
    assert found(client, id=str(one.pk)) == [one.pk]


@pytest.mark.parametrize("key", ["999", "x", "-1", "9" * 40, "٣", "\x00"])
def test_a_key_that_no_picture_has_finds_none(sign_in: SignIn, key: str) -> None:
    stored_picture()
    assert found(sign_in(), id=key) == []


@pytest.mark.parametrize("words", ["\x00", "%", '"', "海 📷", "a" * 5_000])
def test_any_words_have_an_answer(sign_in: SignIn, words: str) -> None:
    assert found(sign_in(), q=words) == []


def test_what_the_library_says_of_a_picture(sign_in: SignIn) -> None:
    picture = stored_picture()
    assert sign_in().get(LIBRARY).json() == {
        "pictures": [
            {
                "id": picture.pk,
                "alt": "A harbour",
                "caption": "The harbour at noon.",
                "credit": "M. Photographer",
                "thumbnail": picture.file.w320,
            }
        ]
    }


def test_the_library_is_shown_to_nobody_but_the_newsroom(sign_in: SignIn) -> None:
    stored_picture()
    assert sign_in("moderators").get(LIBRARY).status_code == 403
    response = Client().get(LIBRARY)
    assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={LIBRARY}")


# --- The page -------------------------------------------------------------------------------------------------------


def test_the_editor_asks_for_nothing_that_the_policy_of_every_page_forbids(sign_in: SignIn) -> None:
    client = sign_in()
    page = client.get(page_of(factories.article()))
    assert page["Content-Security-Policy"] == client.get("/")["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
    assert ("importmap" in page.text, "<style" in page.text) == (False, False)
    assert 'src="/static/js/newsroom/editor' in page.text


def test_fields_say_how_long_they_should_be(sign_in: SignIn) -> None:
    text = sign_in().get(page_of(factories.article())).text
    assert {number: text.count(f'data-length="{number}"') for number in (60, 90, 160, 300)} == {
        60: 1,
        90: 1,
        160: 1,
        300: 1,
    }
    assert 'data-words-a-minute="220"' in text


def test_positions_that_a_script_numbered_are_the_order_of_the_list(sign_in: SignIn) -> None:
    story = factories.article()
    KeyPoint.objects.create(article=story, text="Another point", position=1)
    save(sign_in(), story, **{"key_points-0-position": "2", "key_points-1-position": "0"})
    assert [point.text for point in story.key_points.all()] == ["Another point", "One point"]
    assert Edition.objects.count() == 0

"""The newsroom's search, over the working copies that a user may see."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db

STORIES = "/admin/articles/article/"
SignIn = Callable[..., Client]


def listed(client: Client, **parameters: str) -> list[str]:
    response = client.get(STORIES, parameters)
    assert response.status_code == 200
    return [article.headline for article in response.context["cl"].result_list]


def test_working_copies_are_found_by_all_their_words_the_best_first(sign_in: SignIn) -> None:
    editor = sign_in("editors")
    factories.article(headline="Alpha", body="<p>The harbour.</p>")
    factories.article(headline="Harbour", body="-")
    factories.article(headline="Beta", summary="A harbour")
    assert listed(editor, q="harbour") == ["Harbour", "Beta", "Alpha"]
    assert listed(editor, q="harb*") == ["Harbour", "Beta", "Alpha"]
    assert listed(editor, q="harbour", o="0") == ["Alpha", "Beta", "Harbour"]
    assert listed(editor, q="harbour", status__exact="ready") == []
    assert len(listed(editor)) == 3


def test_a_writer_finds_their_own_stories_alone(sign_in: SignIn) -> None:
    writer = factories.user("writers")
    factories.article(headline="Harbour of another")
    factories.article(by=writer, headline="Own harbour")
    assert listed(sign_in(user=writer), q="harbour") == ["Own harbour"]


def test_key_points_and_quotes_that_were_written_on_the_page_are_found(sign_in: SignIn) -> None:
    editor = sign_in("editors")
    article = factories.article(headline="Alpha")
    page = editor.get(f"{STORIES}{article.pk}/change/")
    data = _fields(page.context)
    data |= {"headline": "Gamma", "key_points-0-text": "A tempest", "quotes-0-speaker": "Ann Onymous"}
    assert editor.post(f"{STORIES}{article.pk}/change/", data).status_code == 302
    assert [listed(editor, q=words) for words in ("alpha", "gamma tempest onymous")] == [[], ["Gamma"]]


def test_any_query_is_answered(sign_in: SignIn, corpus: Any) -> None:
    editor = sign_in("editors")
    factories.article(headline="Alpha")
    for text in ("", "  ", "!?", '"', "\x00", "a" * 5000, *corpus("naughty_strings.json")):
        assert editor.get(STORIES, {"q": text}).status_code == 200, text
    assert (listed(editor, q="!?"), listed(editor, q="  ")) == ([], ["Alpha"])


def _fields(context: Any) -> dict[str, Any]:
    """What a browser would send if nothing on the page were changed."""
    forms = [context["adminform"].form]
    for formset in context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    data = {}
    for form in forms:
        for field in form:
            value = field.value()
            widget = field.field.widget
            parts = widget.decompress(value) if hasattr(widget, "decompress") else None
            if parts is not None:
                data |= {f"{field.html_name}_{index}": part or "" for index, part in enumerate(parts)}
            elif value is not None and value is not False:
                data[field.html_name] = value
    return data

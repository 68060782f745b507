"""Removing words from ended editions: who may, which words, what is left; and nothing else in an edition ever
changes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.test import Client

from articles import blanking, editing, publishing
from articles.blanking import FIELDS
from articles.models import Article, Edition, KeyPoint, Quote, UnsavedText
from articles.search.index import EDITIONS, engine
from articles.search.query import parse as query
from articles.states import Act, Kind
from newsportal.refusal import NotPermitted, Refusal
from tests import factories

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NAME = "Jane Doe"
BODY = "<p>Before Jane Doe came.</p><p>It was JANE\n<b>Doe</b>, &amp; Jane Doeson.</p>"
CLEAN = "<p>Nobody came.</p>"

SignIn = Callable[..., Client]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_nine() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def admin() -> User:
    return factories.user("admin")


def ended() -> Edition:
    """An ended edition with the name in every part of it; the live one after it has the name in none."""
    first = factories.article(
        headline=f"{NAME} arrested", summary=f"Police took {NAME}.", body=BODY, seo_title=f"{NAME}: what we know"
    )
    KeyPoint.objects.filter(article=first).update(text=f"{NAME} is 30")
    Quote.objects.filter(article=first).update(words="I am Jane Doe.", speaker=NAME)
    archivist = factories.archivist()
    factories.publish(first, by=archivist, at=NOW - 3 * HOUR)
    told = {"kind": Kind.CORRECTION, "note": f"It was not {NAME}."}
    edition = factories.publish(first, by=archivist, at=NOW - 2 * HOUR, **told)
    article = Article.objects.get(pk=edition.article_id)
    for field, value in {"headline": "A man arrested", "summary": "", "body": CLEAN, "seo_title": ""}.items():
        setattr(article, field, value)
    editing.save(article, by=archivist, saw=article.version, fields=["body"])
    article.key_points.all().delete()
    article.quotes.all().delete()
    factories.publish(article, kind=Kind.UPDATE, by=archivist, at=NOW - HOUR)
    return Edition.objects.get(pk=edition.pk)


def rows() -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in Edition.objects.values()}


def test_a_text_is_removed_from_every_part_whatever_stands_between_its_words(admin: User) -> None:
    edition = ended()
    before = rows()
    left = blanking.blank(edition, by=admin, reason="Court of Antwerp, 12/3", text="jane   doe")
    after = rows()
    assert {pk for pk in after if after[pk] != before[pk]} == {edition.pk}
    changed = {name: value for name, value in after[edition.pk].items() if value != before[edition.pk][name]}
    assert changed == {
        "headline": "[removed] arrested",
        "slug": "removed-arrested",
        "summary": "Police took [removed].",
        "body": "<p>Before [removed] came.</p><p>It was [removed]<b></b>, &amp; [removed]son.</p>",
        "seo_title": "[removed]: what we know",
        "key_points": ["[removed] is 30"],
        "quotes": [{**before[edition.pk]["quotes"][0], "words": "I am [removed].", "speaker": "[removed]"}],
        "note": "It was not [removed].",
    }
    assert left == ["Edition 1"]


def test_the_log_says_who_why_and_what_and_keeps_the_words_nowhere(admin: User) -> None:
    edition = ended()
    blanking.blank(edition, by=admin, reason="Court of Antwerp, 12/3", text=NAME)
    entry = edition.article.log.get(act=Act.BLANKED)
    assert (entry.by, entry.at, entry.edition_number, entry.note) == (admin, NOW, 2, "Court of Antwerp, 12/3")
    assert entry.fields == ["body", "headline", "key_points", "note", "quotes", "seo_title", "slug", "summary"]
    assert [one.note for one in edition.article.log.filter(edition_number=2, act=Act.PUBLISHED)] == [
        "It was not [removed]."
    ]


def test_chosen_parts_lose_all_their_words(admin: User) -> None:
    edition = ended()
    assert blanking.blank(edition, by=admin, reason="Asked for by the family", fields=FIELDS) == []
    row = Edition.objects.get(pk=edition.pk)
    words = (row.headline, row.slug, row.summary, row.body, row.key_points, row.note, row.seo_title)
    mark = "[removed]"
    assert words == (mark, "removed", mark, f"<p>{mark}</p>", [mark], mark, mark)
    assert (row.quotes[0]["words"], row.quotes[0]["marker"], row.picture_alt) == (mark, "said", "")
    assert row.note == mark


def test_readers_find_the_mark_where_the_note_was(admin: User) -> None:
    edition = ended()
    live = Edition.objects.live().get()
    pages = (live.get_absolute_url(), "/corrections/", "/feed/", "/feed/atom/")
    assert [NAME in Client().get(page).text for page in pages] == [True] * 4
    blanking.blank(edition, by=admin, reason="Court", text=NAME)
    assert [NAME in Client().get(page).text for page in pages] == [False] * 4
    assert "It was not [removed]." in Client().get("/corrections/").text


def test_pages_are_renewed_when_a_note_loses_words_and_else_none(told: Any, admin: User) -> None:
    edition = ended()
    number = edition.article_id
    assert told(lambda: blanking.blank(edition, by=admin, reason="x", fields=["summary"])) == set()
    assert told(lambda: blanking.blank(edition, by=admin, reason="x", text=NAME)) == {
        f"article:{number}",
        f"article:{number}:entry",
        "corrections",
    }


def test_the_working_copy_and_other_editions_are_pointed_out(admin: User) -> None:
    edition = ended()
    article = Article.objects.get(pk=edition.article_id)
    article.summary = f"Again {NAME}"
    editing.save(article, by=admin, saw=article.version, fields=["summary"])
    assert blanking.blank(edition, by=admin, reason="Court", text=NAME) == ["Edition 1", "Working copy"]


def test_the_unsaved_text_of_an_editor_is_pointed_out(admin: User) -> None:
    edition = ended()
    editor = factories.user("editors", username="edda")
    fields = {"body": ["<p>About Jane <b>Doe</b>.</p>"]}
    UnsavedText.objects.create(editor=editor, article=edition.article, page="x", fields=fields, saved_at=NOW)
    left = blanking.blank(edition, by=admin, reason="Court", text=NAME)
    assert left == ["Edition 1", "the unsaved text of edda"]


def test_an_edition_that_the_clock_has_ended_leaves_no_word_in_the_search(admin: User) -> None:
    live = factories.live(headline="Zebedee came", at=NOW - HOUR)
    article = Article.objects.get(pk=live.article_id)
    publishing.withdraw(article, by=admin, saw=article.version, at=NOW + HOUR)
    kept = engine().matching(EDITIONS.table, query("Zebedee"), most=9)
    with time_machine.travel(NOW + HOUR, tick=False):
        assert list(Edition.objects.filter(pk__in=kept)) == [live]
        blanking.blank(live, by=admin, reason="Court", text="Zebedee")
        assert list(Edition.objects.filter(pk__in=engine().matching(EDITIONS.table, query("Zebedee"), most=9))) == []


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"text": NAME, "reason": " "}, "Say why the words are removed."),
        ({"text": "", "reason": "x"}, "Say which words are removed: a text, or a part of the story."),
        ({"text": " a ", "reason": "x"}, "A text of one letter stands everywhere: give more of it."),
        ({"text": "Nobody's name", "reason": "x"}, "These words do not stand in edition 2."),
        ({"fields": ["dateline_date"], "reason": "x"}, "There is no such part of an edition."),
        (
            {"text": NAME, "reason": "jane doe asked"},
            "The reason stays in the log: say it without the words that are removed.",
        ),
    ],
)
def test_what_says_too_little_is_refused_without_a_trace(admin: User, how: dict[str, Any], words: str) -> None:
    edition = ended()
    before = rows()
    with pytest.raises(Refusal) as refused:
        blanking.blank(edition, by=admin, **how)
    assert (refused.value.words, rows()) == (words, before)
    assert edition.article.log.filter(act=Act.BLANKED).count() == 0


def test_an_edition_that_has_not_ended_is_never_changed(admin: User) -> None:
    live = factories.live(headline=f"{NAME} here", at=NOW - HOUR)
    factories.updated(live, at=NOW + HOUR)
    before = rows()
    for edition in Edition.objects.all():
        with pytest.raises(Refusal) as refused:
            blanking.blank(edition, by=admin, reason="Court", text=NAME)
        assert refused.value.words.startswith("This edition has not ended.")
    assert rows() == before


def test_the_last_edition_of_a_withdrawn_story_has_ended(admin: User) -> None:
    live = factories.live(headline=f"{NAME} here", at=NOW - HOUR)
    article = Article.objects.get(pk=live.article_id)
    publishing.withdraw(article, by=admin, saw=article.version)
    assert blanking.blank(live, by=admin, reason="Court", text=NAME) == ["Working copy"]
    assert Edition.objects.get().headline == "[removed] here"


@pytest.mark.parametrize("length", [300, 299])
def test_a_line_that_grows_stays_as_long_as_it_may_be(admin: User, length: int) -> None:
    live = factories.live(headline="ab " * (length // 3), at=NOW - HOUR)
    factories.updated(live)
    blanking.blank(live, by=admin, reason="Court", text="ab")
    assert len(Edition.objects.get(pk=live.pk).headline) == 300


def test_words_in_an_attribute_take_the_attributes_with_them(admin: User) -> None:
    body = '<p><a href="https://example.org/" title="About Jane Doe">Who</a> <em>x</em></p>'
    live = factories.live(body=body, at=NOW - HOUR)
    factories.updated(live)
    blanking.blank(live, by=admin, reason="Court", text=NAME)
    assert Edition.objects.get(pk=live.pk).body == '<p><a rel="noopener">Who</a> <em>x</em></p>'


# --- Who may, and how it is done ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["writers", "editors", "moderators"])
def test_no_role_but_that_of_admins_may(sign_in: SignIn, role: str) -> None:
    edition = ended()
    before = rows()
    with pytest.raises(NotPermitted):
        blanking.blank(edition, by=factories.user(role), reason="Court", text=NAME)
    address = f"/admin/articles/article/{edition.article_id}/blank/2/"
    client = sign_in(role)
    codes = {client.get(address).status_code, client.post(address, {"text": NAME, "reason": "x"}).status_code}
    assert codes <= {403, 404}
    assert rows() == before
    if role == "editors":
        assert "Remove words" not in client.get(f"/admin/articles/article/{edition.article_id}/compare/?from=1").text


def test_who_holds_the_permission_may(sign_in: SignIn) -> None:
    editor = factories.user("editors")
    editor.user_permissions.add(Permission.objects.get(codename="blank_edition"))
    assert sign_in(user=editor).get(f"/admin/articles/article/{ended().article_id}/blank/2/").status_code == 200


def test_it_is_done_on_a_page_that_the_comparison_leads_to(sign_in: SignIn) -> None:
    edition = ended()
    client = sign_in("admin")
    page = f"/admin/articles/article/{edition.article_id}/"
    address = f"{page}blank/2/"
    assert address in client.get(f"{page}compare/?from=2&to=copy").text
    refused = client.post(address, {"text": "Nobody's", "reason": "Court"})
    assert (refused.status_code, refused.context["form"].non_field_errors()) == (
        200,
        ["These words do not stand in edition 2."],
    )
    assert 'value="Nobody&#x27;s"' in refused.text
    done = client.post(address, {"text": NAME, "parts": ["seo_description"], "reason": "Court"}, follow=True)
    assert [str(message) for message in done.context["messages"]] == [
        "Removed from edition 2.",
        "The words still stand in: Edition 1.",
    ]


@pytest.mark.parametrize("number", ["9", "0", "99999999999999999999"])
def test_an_edition_that_is_not_there_is_not_found(sign_in: SignIn, number: str) -> None:
    edition = ended()
    assert sign_in("admin").get(f"/admin/articles/article/{edition.article_id}/blank/{number}/").status_code == 404

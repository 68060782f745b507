"""The page of a working copy: what it shows, to whom, and what shows nowhere else."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from articles import autosaving, editing, previewing, publishing
from articles.limits import PREVIEW_NOTE_LENGTH
from articles.models import Article, PreviewLink, PreviewNote, Source
from articles.states import Kind
from tests import factories
from tests.pages import world as paper

pytestmark = pytest.mark.django_db

URLENCODED = "application/x-www-form-urlencoded"
SECRET = "zyxwhiddenwords"


def draft(**fields: Any) -> Article:
    values = {"headline": f"About {SECRET}", "summary": f"Said {SECRET}", "body": f"<p>In full: {SECRET}.</p>"}
    return factories.article(tags=("Harbours",), people=(factories.person("Ana Moreira"),), **{**values, **fields})


def address_of(article: Article, **how: Any) -> str:
    _link, token = previewing.invite(article, **{"by": article.owner, "recipient": "Ada Byrne", **how})
    return reverse("articles:preview", args=[token])


def leave(address: str, text: str, **headers: str) -> Any:
    body = f"text={text.replace(' ', '+')}&saw=1"
    return Client(enforce_csrf_checks=True).generic("POST", address, body, content_type=URLENCODED, headers=headers)


def answer(address: str, method: str = "get") -> tuple[object, ...]:
    response = getattr(Client(), method)(address)
    return response.status_code, sorted(response.headers.items()), response.cookies.output(), response.content


def story_of(html: str) -> str:
    """The story itself in a page: without the frame, the dates, and the parts that a preview leaves out."""
    story = html[html.index('<article class="story">') : html.index("</article>")]
    story = re.sub(r'<p class="story__(date|tools)">.*?</p>', "", story, flags=re.DOTALL)
    story = re.sub(r'<p class="report-error">.*?</p>', "", story)
    story = re.sub(r'<section class="share".*?</section>', "", story, flags=re.DOTALL)
    return re.sub(r"\s+", " ", story)


# --- What it shows --------------------------------------------------------------------------------------------------


def test_the_preview_is_the_page_that_readers_get_when_it_is_published(sign_in: Callable[..., Client]) -> None:
    article = draft(source=Source.objects.create(name="An agency", url="https://agency.example/"), byline="By hand")
    staff = sign_in("editors").get(reverse("admin:articles_article_preview", args=[article.pk])).text
    shared = Client().get(address_of(article)).text
    edition = factories.publish(article)
    public = Client().get(edition.get_absolute_url()).text
    assert story_of(staff) == story_of(shared) == story_of(public)
    assert '<a href="https://agency.example/" rel="noopener">An agency</a>' in public


def test_the_preview_of_a_live_story_shows_what_is_not_published_yet_and_its_notes() -> None:
    edition = factories.live(headline="The first words")
    factories.updated(edition, kind=Kind.CORRECTION, note="It was Tuesday.")
    article = Article.objects.get(pk=edition.article_id)
    article.headline = "The second words"
    editing.save(article, by=article.owner, saw=article.version, fields=["headline"])
    text = Client().get(address_of(article)).text
    assert "The second words" in text
    assert "It was Tuesday." in text
    assert "The first words" in Client().get(edition.get_absolute_url()).text


def test_a_preview_says_which_version_it_is_and_that_it_is_under_embargo() -> None:
    article = draft(embargo=datetime(2026, 3, 1, 6, tzinfo=UTC))
    text = Client().get(address_of(article)).text
    assert "Preview: version 1, saved" in text
    assert "Under embargo until 1 March 2026, 06:00 UTC." in text
    assert "This link is for Ada Byrne alone" in text


def test_a_preview_claims_no_publication_and_takes_no_comment(sign_in: Callable[..., Client]) -> None:
    article = draft()
    for response in (
        sign_in("editors").get(reverse("admin:articles_article_preview", args=[article.pk])),
        Client().get(address_of(article)),
    ):
        for words in ("ld+json", "canonical", "og:", "article:published_time", "comment-form", "/comments/new/"):
            assert words not in response.text, words
        assert '<meta name="robots" content="noindex">' in response.text


def test_a_draft_without_anything_but_a_headline_has_a_preview() -> None:
    article = editing.create(Article(headline="Only this", section=factories.section()), by=factories.user("editors"))
    response = Client().get(address_of(article))
    assert (response.status_code, "Only this" in response.text) == (200, True)


def test_the_queries_of_a_preview_do_not_grow_with_the_story(django_assert_max_num_queries: Any) -> None:
    article = draft()
    address = address_of(article)
    with django_assert_max_num_queries(20):
        Client().get(address)


# --- Who gets it ----------------------------------------------------------------------------------------------------


def test_a_link_needs_no_cookie_and_is_kept_and_listed_nowhere() -> None:
    response = Client().get(address_of(draft()))
    assert {name: response.get(name) for name in (
        "Cache-Control", "X-Robots-Tag", "Referrer-Policy", "X-Frame-Options", "Surrogate-Key", "Vary"
    )} == {
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Surrogate-Key": None,
        "Vary": "Accept-Encoding",
    }  # fmt: skip
    assert dict(response.cookies) == {}
    assert "csrfmiddlewaretoken" not in response.text


def test_head_answers_as_get_does_and_counts_as_no_opening() -> None:
    address = address_of(draft())
    head = Client().head(address)
    assert PreviewLink.objects.get().opened_at is None
    get = Client().get(address)
    assert (head.status_code, head.content, dict(head.headers)) == (200, b"", dict(get.headers))
    assert PreviewLink.objects.get().opened_at is not None


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_an_ended_link_answers_as_one_that_never_was(method: str) -> None:
    article, gone = draft(), factories.user("editors")
    never = answer("/preview/never-was-here/", method)
    with time_machine.travel(datetime(2026, 2, 11, tzinfo=UTC), tick=False):
        expired = address_of(article, days=1)
    revoked, closed = address_of(article), address_of(article, by=gone)
    previewing.revoke(PreviewLink.objects.filter(made_by=article.owner).latest("pk"), by=article.owner)
    gone.is_active = False
    gone.save()
    assert never[0] == 404
    assert [answer(address, method) for address in (expired, revoked, closed)] == [never] * 3


def test_a_note_sent_by_a_link_that_ended_meanwhile_is_given_back() -> None:
    article = draft()
    address = address_of(article)
    previewing.revoke(PreviewLink.objects.get(), by=article.owner)
    response = leave(address, "The <third> name is wrong.", Origin="http://testserver")
    assertContains(response, "Your note was not sent.", status_code=404)
    assertContains(response, "The &lt;third&gt; name is wrong.</textarea>", status_code=404)
    foreign = leave(address, "The third name is wrong.", Origin="https://elsewhere.example")
    assertNotContains(foreign, "The third name", status_code=404)
    assert (response["Cache-Control"], PreviewNote.objects.count()) == ("private, no-store", 0)


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_a_link_takes_no_other_method_whether_it_holds_or_never_was(method: str) -> None:
    found, never = answer(address_of(draft()), method), answer("/preview/never/", method)
    assert (found[0], found) == (405, never)


def test_staff_see_the_preview_of_what_they_may_see(sign_in: Callable[..., Client]) -> None:
    writer = factories.user("writers")
    own, theirs = draft(by=writer), factories.article()
    views = ("preview", "preview_frame")
    expected = {"writer": [200, 404], "editors": [200, 200], "moderators": [403, 403], "": [403, 403]}
    for role, statuses in expected.items():
        client = sign_in(user=writer) if role == "writer" else sign_in(role)
        for view in views:
            urls = [reverse(f"admin:articles_article_{view}", args=[article.pk]) for article in (own, theirs)]
            assert [client.get(url).status_code for url in urls] == statuses, (role, view)
    for view in views:
        url = reverse(f"admin:articles_article_{view}", args=[own.pk])
        response = Client().get(url)
        assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={url}")


def test_the_preview_alone_may_be_framed_and_by_our_own_pages_only(sign_in: Callable[..., Client]) -> None:
    article, client = draft(), sign_in("editors")
    preview = client.get(reverse("admin:articles_article_preview", args=[article.pk]))
    frame = client.get(reverse("admin:articles_article_preview_frame", args=[article.pk]))
    assert (preview["X-Frame-Options"], frame["X-Frame-Options"]) == ("SAMEORIGIN", "DENY")
    assert "frame-ancestors 'self'" in preview["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in frame["Content-Security-Policy"]
    assert {part.strip() for part in preview["Cache-Control"].split(",")} >= {"private", "no-store"}
    assert (preview["X-Robots-Tag"], preview.get("Surrogate-Key")) == ("noindex", None)


@pytest.mark.parametrize(("asked", "width"), [("", 360), ("phone", 360), ("desktop", 1280), ("<b>", 360)])
def test_the_frame_shows_the_preview_at_a_width(sign_in: Callable[..., Client], asked: str, width: int) -> None:
    article = draft()
    page = sign_in("editors").get(reverse("admin:articles_article_preview_frame", args=[article.pk]), {"width": asked})
    preview = reverse("admin:articles_article_preview", args=[article.pk])
    assert f'src="{preview}" width="{width}"' in page.text


# --- What leaks -----------------------------------------------------------------------------------------------------


def test_a_preview_changes_no_public_page_and_its_words_are_on_none() -> None:
    world = paper.build()
    pages = ["/", "/feed/", "/feed/atom/", "/sitemap.xml", "/sections/world/", "/sections/world/feed/"]
    pages += ["/tags/harbours/", "/tags/harbours/feed/", world.story.get_absolute_url()]
    before = [answer(page) for page in pages]
    article = draft()
    address = address_of(article)
    assert SECRET in Client().get(address).text
    leave(address, f"Note {SECRET}")
    after = [answer(page) for page in pages]
    assert after == before
    assert [page for page, found in zip(pages, after, strict=True) if SECRET in str(found)] == []
    assert Client().get(f"/articles/{article.pk}/").status_code == 404


# --- Notes ----------------------------------------------------------------------------------------------------------


def test_a_note_is_taken_and_its_writer_sees_that_it_was() -> None:
    address = address_of(draft())
    response = leave(address, "The day is wrong.", **{"Sec-Fetch-Site": "same-origin"})
    assert (response.status_code, response["Location"]) == (303, f"{address}#your-notes")
    assert (response["Cache-Control"], dict(response.cookies)) == ("private, no-store", {})
    (note,) = PreviewNote.objects.all()
    assert (note.text, note.link.recipient, note.article_version) == ("The day is wrong.", "Ada Byrne", 1)
    text = Client().get(address).text
    assert ("The day is wrong." in text, "the newsroom has it" in text) == (True, True)


def test_a_note_makes_no_elements() -> None:
    address = address_of(draft())
    leave(address, "<script>alert(1)</script>%0A<b>Bold</b>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>&lt;b&gt;Bold&lt;/b&gt;" in Client().get(address).text


def test_one_recipient_does_not_read_the_notes_of_another() -> None:
    article = draft()
    leave(address_of(article), "Between us.")
    assert "Between us." not in Client().get(address_of(article, recipient="Somebody else")).text


@pytest.mark.parametrize(
    ("text", "headers", "status", "words"),
    [
        ("Kept words", {"Sec-Fetch-Site": "cross-site"}, 403, "sent from another site"),
        ("Kept words", {"Origin": "https://evil.example"}, 403, "sent from another site"),
        ("", {}, 422, "Write a note."),
        ("Kept words" + "x" * PREVIEW_NOTE_LENGTH, {}, 422, "Send it in two."),
        ("Kept words%00", {}, 422, "Null characters"),
    ],
)
def test_a_note_that_is_not_taken_comes_back_with_its_words(
    text: str, headers: dict[str, str], status: int, words: str
) -> None:
    response = leave(address_of(draft()), text, **headers)
    assert (response.status_code, words in response.text) == (status, True)
    assert text == "" or "Kept words" in response.text
    assert not PreviewNote.objects.exists()


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_a_note_comes_as_a_plain_form(content_type: str) -> None:
    response = Client().generic("POST", address_of(draft()), "text=x", content_type=content_type)
    assert response.status_code == 415


# --- The story's page -----------------------------------------------------------------------------------------------


def change(article: Article) -> str:
    return reverse("admin:articles_article_change", args=[article.pk])


def test_an_editor_makes_a_link_that_is_shown_once(sign_in: Callable[..., Client], settings: Any) -> None:
    article, client = draft(), sign_in("editors")
    url = reverse("admin:articles_article_preview_invite", args=[article.pk])
    page = client.post(url, {"preview-recipient": "ada@example.org", "preview-days": "30"})
    (address,) = set(re.findall(r'value="([^"]+/preview/[^"]+/)"', page.text))
    assert address.startswith(f"{settings.SITE_URL}/preview/")
    assert "no-store" in page["Cache-Control"]
    link = PreviewLink.objects.get()
    assert (link.recipient, link.expires_at - link.made_at) == ("ada@example.org", timedelta(days=30))
    assert Client().get(address.removeprefix(settings.SITE_URL)).status_code == 200
    assert ("ada@example.org" in client.get(change(article)).text, address in client.get(change(article)).text) == (
        True,
        False,
    )


@pytest.mark.parametrize(
    ("recipient", "days", "words"),
    [
        ("", "7", "required"),
        ("Ada", "31", "30"),
        ("Ada", "0", "1"),
        ("Ada", "x", "whole number"),
        ("\x00", "7", "Null"),
    ],
)
def test_a_link_that_cannot_be_made_is_refused_in_words(
    sign_in: Callable[..., Client], recipient: str, days: str, words: str
) -> None:
    url = reverse("admin:articles_article_preview_invite", args=[draft().pk])
    page = sign_in("editors").post(url, {"preview-recipient": recipient, "preview-days": days})
    assert (page.status_code, words in page.text) == (422, True)
    assert not PreviewLink.objects.exists()


def test_notes_are_read_as_plain_text_settled_and_counted_in_the_list(sign_in: Callable[..., Client]) -> None:
    article, client = draft(), sign_in("editors")
    leave(address_of(article), "<script>alert(1)</script> The day is wrong.")
    page = client.get(change(article)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; The day is wrong." in page
    changelist = reverse("admin:articles_article_changelist")
    assert '<span class="state">1 note</span>' in client.get(changelist).text
    note = PreviewNote.objects.get()
    url = reverse("admin:articles_article_preview_settle", args=[article.pk, note.pk])
    response = client.post(url)
    assert (response.status_code, response["Location"]) == (302, f"{change(article)}#previews")
    assert "1 note" not in client.get(changelist).text
    assert "This note was marked as done already." in client.post(url, follow=True).text


def test_an_editor_revokes_a_link(sign_in: Callable[..., Client]) -> None:
    article, client = draft(), sign_in("editors")
    address = address_of(article)
    url = reverse("admin:articles_article_preview_revoke", args=[article.pk, PreviewLink.objects.get().pk])
    assert client.get(url).status_code == 405
    assert "Revoked" in client.post(url, follow=True).text
    assert answer(address) == answer("/preview/never/")


def test_links_and_notes_of_a_story_that_one_may_not_see_are_nobodys(sign_in: Callable[..., Client]) -> None:
    article, client = draft(), sign_in("writers")
    leave(address_of(article), "For the editor.")
    link, note = PreviewLink.objects.get(), PreviewNote.objects.get()
    other = draft(by=factories.user("editors"), headline="Another")
    for name, args in (
        ("preview_invite", [article.pk]),
        ("preview_revoke", [article.pk, link.pk]),
        ("preview_settle", [article.pk, note.pk]),
    ):
        url = reverse(f"admin:articles_article_{name}", args=args)
        assert client.post(url, {"preview-recipient": "x", "preview-days": "7"}).status_code == 404, name
    editor = sign_in("editors")
    for name, row in (("preview_revoke", link.pk), ("preview_settle", note.pk)):
        assert editor.post(reverse(f"admin:articles_article_{name}", args=[other.pk, row])).status_code == 404
    link.refresh_from_db()
    note.refresh_from_db()
    assert (PreviewLink.objects.count(), link.revoked_at, note.settled_at) == (1, None, None)


def test_a_writer_who_has_handed_in_reads_the_notes_and_makes_no_link(sign_in: Callable[..., Client]) -> None:
    writer = factories.user("writers")
    article = draft(by=writer)
    leave(address_of(article), "For the writer.")
    publishing.submit(article, by=writer, saw=article.version)
    page = sign_in(user=writer).get(change(article)).text
    assert ("For the writer." in page, "Make a link" in page, "Revoke" in page) == (True, False, True)


# --- What was typed and not saved -----------------------------------------------------------------------------------


def test_the_newsroom_s_preview_shows_what_its_viewer_typed_and_the_outside_link_what_is_saved(
    sign_in: Callable[..., Client],
) -> None:
    article = draft(body="<p>Saved.</p>", headline="Saved", byline="By hand")
    address = address_of(article)
    writer, editor = sign_in(user=article.owner), sign_in("editors")
    fields = {
        "headline": ["Typed <b>"],
        "body": ["<p>As I typed.</p><p>[[quote ada]]</p><script>x()</script>"],
        "section": ["none"],
        "byline": [""],
        "key_points-0-text": ["Second"],
        "key_points-0-position": ["2"],
        "key_points-1-text": ["First"],
        "key_points-1-position": ["1"],
        "key_points-2-text": ["Deleted"],
        "key_points-2-DELETE": ["on"],
        "quotes-0-marker": ["ada"],
        "quotes-0-words": ["Said Ada."],
        "quotes-0-speaker": ["Ada Byrne"],
        "bylines-0-person": [str(factories.person("Ben Cole").pk)],
        "bylines-1-person": ["9" * 30],
    }
    page = autosaving.Page(article.owner, article, "a" * 32)
    autosaving.keep(page, fields=fields, based_on=article.version)
    preview = reverse("admin:articles_article_preview", args=[article.pk])
    text = writer.get(preview).text
    assert '<h1 class="story__headline">Typed &lt;b&gt;</h1>' in re.sub(r' dir="auto"', "", text)
    assert [word in text for word in ("As I typed.", "Said Ada.", "Ben Cole", "x()", "Deleted", "not saved")] == [
        *(True, True, True, False, False, True),
    ]
    assert text.index("First") < text.index("Second")
    frame = writer.get(reverse("admin:articles_article_preview_frame", args=[article.pk])).text
    assert ("What you typed and did not save" in frame, "?width=phone&amp;text=saved" in frame) == (True, True)
    for saved in (writer.get(f"{preview}?text=saved").text, editor.get(preview).text, Client().get(address).text):
        assert ("As I typed." in saved, "Saved." in saved) == (False, True)


def test_text_that_is_older_than_what_is_saved_is_not_shown(sign_in: Callable[..., Client]) -> None:
    article = draft(headline="Saved")
    page = autosaving.Page(article.owner, article, "a" * 32)
    autosaving.keep(page, fields={"headline": ["Typed"]}, based_on=article.version)
    article.headline = "Saved later"
    editing.save(article, by=article.owner, saw=article.version, fields=["headline"])
    text = sign_in(user=article.owner).get(reverse("admin:articles_article_preview", args=[article.pk])).text
    assert ("Typed" in text, "Saved later" in text) == (False, True)

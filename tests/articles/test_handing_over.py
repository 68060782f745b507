"""People who leave are signed out and stay in the records; their work in hand goes to a colleague, or waits for one."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import autosaving, handing_over, newsroom, permissions, previewing
from articles.autosaving import Page
from articles.models import Article, Edition, PreviewLink, UnsavedText
from articles.states import Act
from newsportal.refusal import NotPermitted, Refusal
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> User:
    return factories.user("admin", username="root")


@pytest.fixture
def wim(db: None) -> User:
    return factories.user("writers", username="wim", first_name="Wim", last_name="Sutter")


@pytest.fixture
def ada(db: None) -> User:
    return factories.user("writers", username="ada", first_name="Ada", last_name="Lind")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def owners() -> dict[str, str]:
    return dict(Article.objects.values_list("headline", "owner__username"))


def acts_of(story: Article) -> list[tuple[str, str, str]]:
    return [(entry.act, entry.by.username, entry.note) for entry in story.log.all()]


def test_what_is_in_hand_goes_to_a_named_colleague_and_what_was_published_stays(
    wim: User, ada: User, admin: User
) -> None:
    draft = factories.article(by=wim, headline="A draft")
    published = factories.article(by=wim, headline="Published")
    factories.publish(published)
    client = signed_in(wim)
    handing_over.leave(wim, to=ada, by=admin)
    assert owners() == {"A draft": "ada", "Published": "wim"}
    assert acts_of(draft)[0] == (Act.HANDED_OVER, "root", "Ada Lind")
    assert permissions.can_edit(ada, Article.objects.get(pk=draft.pk))
    assert (User.objects.get(pk=wim.pk).is_active, client.get("/admin/").status_code) == (False, 302)
    assert not Client().login(username="wim", password="secret")


def test_without_a_colleague_the_stories_wait_among_those_left_behind(wim: User, ada: User, admin: User) -> None:
    draft = factories.article(by=wim, headline="A draft")
    editor = factories.user("editors")
    assert list(newsroom.left_behind(editor)) == []
    handing_over.leave(wim, to=None, by=admin)
    assert (list(newsroom.left_behind(editor)), list(newsroom.left_behind(ada))) == ([draft], [])
    page = signed_in(editor).get("/admin/articles/article/?own=left").text
    assert ("A draft" in page, "Left behind" in signed_in(editor).get("/admin/").text) == (True, True)
    assert "Left behind" not in signed_in(ada).get("/admin/").text
    handing_over.hand_over(draft, to=ada, by=editor)
    assert (owners(), list(newsroom.left_behind(editor))) == ({"A draft": "ada"}, [])


def test_links_to_previews_and_unsaved_text_go_with_the_stories(wim: User, ada: User, admin: User) -> None:
    draft = factories.article(by=wim, headline="A draft")
    link, token = previewing.invite(draft, by=wim, recipient="A reader", days=7)
    autosaving.keep(Page(wim, draft, "one"), fields={"headline": ["Typed"]}, based_on=1)
    autosaving.keep(Page(wim, None, "two"), fields={"headline": ["New"]}, based_on=0)
    autosaving.keep(Page(ada, None, "three"), fields={"headline": ["Ada's"]}, based_on=0)
    handing_over.leave(wim, to=ada, by=admin)
    assert (PreviewLink.objects.get().made_by, previewing.link_of(token)) == (ada, link)
    slots = [
        (text.editor.username, text.article, text.fields["headline"]) for text in UnsavedText.objects.order_by("pk")
    ]
    assert slots == [("ada", draft, ["Typed"]), ("wim", None, ["New"]), ("ada", None, ["Ada's"])]


def test_links_of_stories_that_wait_end_with_the_account(wim: User, admin: User) -> None:
    draft = factories.article(by=wim)
    _link, token = previewing.invite(draft, by=wim, recipient="A reader", days=7)
    handing_over.leave(wim, to=None, by=admin)
    assert previewing.link_of(token) is None


def test_what_is_scheduled_stays_scheduled(wim: User, ada: User, admin: User) -> None:
    edition = factories.publish(factories.article(by=wim, headline="Later"), at=timezone.now() + timedelta(days=1))
    handing_over.leave(wim, to=ada, by=admin)
    assert (list(Edition.objects.scheduled()), owners()) == ([edition], {"Later": "wim"})


def test_nobody_takes_stories_who_could_do_nothing_with_them(wim: User, admin: User) -> None:
    draft = factories.article(by=wim, headline="A draft")
    gone = factories.user("writers")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    for to in (factories.user("moderators"), User.objects.get(pk=gone.pk), wim):
        with pytest.raises(Refusal):
            handing_over.leave(wim, to=to, by=admin)
    assert (owners(), User.objects.get(pk=wim.pk).is_active) == ({"A draft": "wim"}, True)
    assert acts_of(draft) == [(Act.CREATED, "wim", "")]


def test_who_may_let_somebody_leave_and_hand_stories_over(wim: User, ada: User, admin: User) -> None:
    draft = factories.article(by=wim)
    with pytest.raises(NotPermitted):
        handing_over.leave(wim, to=ada, by=factories.user("editors"))
    with pytest.raises(Refusal):
        handing_over.leave(admin, to=ada, by=admin)
    with pytest.raises(NotPermitted):
        handing_over.hand_over(draft, to=ada, by=wim)


def test_the_page_lists_what_is_in_hand_and_does_it(wim: User, ada: User, admin: User) -> None:
    draft = factories.article(by=wim, headline="A draft of <mine>")
    previewing.invite(draft, by=wim, recipient="A reader", days=7)
    client = signed_in(admin)
    address = f"/admin/auth/user/{wim.pk}/leaving/"
    assert address in client.get(f"/admin/auth/user/{wim.pk}/change/").text
    page = client.get(address)
    assert ("A draft of &lt;mine&gt;" in page.text, "A reader" in page.text) == (True, True)
    moderator = factories.user("moderators")
    refused = client.post(address, {"to": moderator.pk})
    assert (refused.status_code, "cannot take stories" in refused.text) == (200, True)
    done = client.post(address, {"to": ada.pk})
    assert (done.status_code, owners()) == (302, {"A draft of <mine>": "ada"})
    history = client.get(f"/admin/auth/user/{wim.pk}/history/").text
    assert "Left the newsroom." in history


def test_an_editor_hands_a_story_over_on_its_page(wim: User, ada: User) -> None:
    draft = factories.article(by=wim, headline="A draft")
    editor, writer = signed_in(factories.user("editors")), signed_in(wim)
    address = f"/admin/articles/article/{draft.pk}/owner/"
    assert address in editor.get(f"/admin/articles/article/{draft.pk}/change/").text
    assert address not in writer.get(f"/admin/articles/article/{draft.pk}/change/").text
    assert writer.post(address, {"to": ada.pk}).status_code == 403
    assert editor.post(address, {"to": ""}).status_code == 200
    assert editor.post(address, {"to": ada.pk}).status_code == 302
    assert owners() == {"A draft": "ada"}
    assert "handed over" in editor.get(f"/admin/articles/article/{draft.pk}/change/").text


def test_the_list_of_those_left_behind_costs_as_much_with_many(wim: User, admin: User) -> None:
    editor = factories.user("editors")

    def queries() -> int:
        client: Any = signed_in(editor)
        with CaptureQueriesContext(connection) as asked:
            client.get("/admin/articles/article/?own=left")
        return len(asked)

    factories.article(by=wim)
    handing_over.leave(wim, to=None, by=admin)
    one = queries()
    for _number in range(3):
        factories.article(by=wim)
    assert queries() == one

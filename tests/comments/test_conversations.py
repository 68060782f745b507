"""Opening and closing the conversation under a story."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from articles.states import KindOfWork
from comments import conversations
from comments.models import Thread
from newsportal.refusal import NotPermitted
from tests import factories
from tests.comments.reading import read, words


@pytest.fixture
def thread(clock: Traveller, edition: Edition) -> Thread:
    return factories.approved(edition).thread


def test_closing_notes_when_and_opening_forgets_it(clock: Traveller, thread: Thread) -> None:
    moderator = factories.user("moderators")
    conversations.close(thread, by=moderator)
    thread.refresh_from_db()
    assert (thread.closed_at, thread.is_open) == (timezone.now(), False)
    conversations.reopen(thread, by=moderator)
    thread.refresh_from_db()
    assert (thread.closed_at, thread.is_open) == (None, True)


def test_closing_what_is_closed_keeps_the_first_time(clock: Traveller, thread: Thread) -> None:
    moderator, first = factories.user("moderators"), timezone.now()
    conversations.close(thread, by=moderator)
    clock.shift(60)
    conversations.close(thread, by=moderator)
    thread.refresh_from_db()
    assert thread.closed_at == first


def test_the_comments_stay(thread: Thread) -> None:
    conversations.close(thread, by=factories.user("moderators"))
    thread.refresh_from_db()
    assert thread.public_count == 1


@pytest.mark.parametrize("role", ["writers", "editors"])
def test_only_moderators_open_and_close(thread: Thread, role: str) -> None:
    for verb in (conversations.close, conversations.reopen):
        with pytest.raises(NotPermitted):
            verb(thread, by=factories.user(role))
    thread.refresh_from_db()
    assert thread.is_open


def test_pages_are_told_when_it_closes_and_not_when_it_is_closed_again(
    thread: Thread, told: Callable[..., set[str]]
) -> None:
    moderator = factories.user("moderators")
    assert told(lambda: conversations.close(thread, by=moderator)) == {f"thread:{thread.pk}:rules"}
    assert told(lambda: conversations.close(thread, by=moderator)) == set()


def test_a_moderator_closes_and_opens_in_the_admin(thread: Thread, sign_in: Callable[..., Client]) -> None:
    client = sign_in("moderators")
    for action, is_open in (("close", False), ("reopen", True)):
        response = client.post("/admin/comments/thread/", {"action": action, "_selected_action": [thread.pk]})
        assert response.status_code == 302
        thread.refresh_from_db()
        assert thread.is_open is is_open


@pytest.mark.parametrize("role", ["writers", "editors"])
def test_nobody_else_sees_or_closes_conversations_in_the_admin(
    thread: Thread, sign_in: Callable[..., Client], role: str
) -> None:
    client = sign_in(role)
    closing = {"action": "close", "_selected_action": [thread.pk]}
    assert client.get("/admin/comments/thread/").status_code == 403
    assert client.post("/admin/comments/thread/", closing).status_code == 403
    thread.refresh_from_db()
    assert thread.is_open


def test_the_list_of_conversations_shows_their_counts(
    thread: Thread, sign_in: Callable[..., Client], edition: Edition
) -> None:
    page = sign_in("moderators").get("/admin/comments/thread/")
    assert page.status_code == 200
    assert edition.headline in page.content.decode()
    assert '<td class="field-public_count">1</td>' in page.content.decode()


def test_conversations_are_neither_added_changed_nor_deleted_by_hand(
    thread: Thread, sign_in: Callable[..., Client]
) -> None:
    client = sign_in("admin")
    page = f"/admin/comments/thread/{thread.pk}"
    assert client.get("/admin/comments/thread/add/").status_code == 403
    assert client.post(f"{page}/change/", {"public_count": "99"}).status_code == 403
    assert client.post(f"{page}/delete/", {"post": "yes"}).status_code == 403
    thread.refresh_from_db()
    assert thread.public_count == 1


@pytest.mark.django_db
def test_pages_about_a_story_say_what_kind_of_work_it_is() -> None:
    told = {}
    for kind in (KindOfWork.NEWS, KindOfWork.ADVERTISEMENT):
        edition = factories.live(kind_of_work=kind, headline="Ferries")
        comment = factories.approved(edition)
        pages = [
            reverse("comments:page", args=[edition.article_id]),
            reverse("comments:new", args=[edition.article_id]),
            reverse("comments:answers", args=[comment.public_id]),
            reverse("comments:report", args=[comment.public_id]),
            reverse("comments:recommend", args=[comment.public_id]),
            reverse("articles:report_error", args=[edition.article_id]),
        ]
        told[kind] = {words(read(Client().get(page)).one("p", class_="about-story")) for page in pages}
    assert told == {KindOfWork.NEWS: {"Ferries"}, KindOfWork.ADVERTISEMENT: {"Advertisement Ferries"}}

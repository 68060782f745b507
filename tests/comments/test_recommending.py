"""Readers recommend comments: one for each browser, counted by the worker, and taken back from the same."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from comments import moderation, names, networks, policy, recommending
from comments.models import Comment, NetworkKey, Recommendation
from comments.states import Status
from newsportal.pages.models import ChangedName
from tests import factories, large
from tests.comments.reading import Element, read, words

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def edition(clock: Traveller) -> Edition:
    return factories.live()


@pytest.fixture
def comment(edition: Edition) -> Comment:
    return factories.approved(edition)


def send(
    comment: Comment, data: str = "", *, address: str = "203.0.113.7", browser: str = "One", **headers: str
) -> Any:
    path = f"/comments/{comment.public_id}/recommend/"
    return Client(enforce_csrf_checks=True).post(
        path, data, content_type=FORM, REMOTE_ADDR=address, HTTP_USER_AGENT=browser, **headers
    )


def counted(comment: Comment) -> int:
    """The state after the worker has counted."""
    while recommending.count_due():
        pass
    comment.refresh_from_db()
    return comment.recommendations


def page_of(edition: Edition, query: str = "") -> Element:
    response = Client().get(f"/articles/{edition.article_id}/comments/{query}")
    assert response.status_code == 200
    return read(response)


def ids(page: Element) -> list[str]:
    return [card.attributes["id"].removeprefix("comment-") for card in page.all("article", class_="comment")]


# --- One for each browser -------------------------------------------------------------------------------------------


def test_a_post_is_taken_and_leads_back_to_the_comment(edition: Edition, comment: Comment) -> None:
    response = send(comment)
    assert (response.status_code, response.headers["Location"]) == (
        303,
        f"{edition.get_absolute_url()}#comment-{comment.public_id}",
    )
    assert not response.cookies
    assert counted(comment) == 1


def test_one_browser_counts_once_however_often_it_is_pressed(comment: Comment) -> None:
    first, again = send(comment), send(comment)
    assert first.status_code == 303
    # It redirects to where it can be taken back.
    assert (again.status_code, again.headers["Location"]) == (303, f"/comments/{comment.public_id}/recommend/")
    assert counted(comment) == 1
    send(comment)
    assert counted(comment) == 1


def test_other_browsers_and_other_networks_count_each(comment: Comment) -> None:
    send(comment)
    send(comment, browser="Two")
    send(comment, address="198.51.100.1")
    send(comment, HTTP_ACCEPT_LANGUAGE="pt")
    assert counted(comment) == 4


def test_it_is_taken_back_from_the_same_browser_alone(comment: Comment) -> None:
    send(comment)
    send(comment, "take_back=1", browser="Two")
    assert counted(comment) == 1
    response = send(comment, "take_back=1")
    assert response.headers["Location"].endswith(f"#comment-{comment.public_id}")
    assert counted(comment) == 0
    assert not Recommendation.objects.exists()
    send(comment, "take_back=1")
    assert counted(comment) == 0


def test_what_is_taken_back_before_it_was_counted_leaves_nothing(comment: Comment) -> None:
    send(comment)
    send(comment, "take_back=1")
    assert not Recommendation.objects.exists()
    assert counted(comment) == 0


def test_what_was_taken_back_and_recommended_again_counts_once(comment: Comment) -> None:
    send(comment)
    counted(comment)
    send(comment, "take_back=1")
    send(comment)
    assert counted(comment) == 1


def test_a_script_is_told_what_it_is_now(comment: Comment) -> None:
    def told(data: str = "") -> object:
        return send(comment, data, HTTP_ACCEPT="application/json").json()

    assert [told(), told(), told("take_back=1"), told("take_back=1")] == [
        {"recommended": True, "changed": True, "number": "1"},
        {"recommended": True, "changed": False, "number": "1"},
        {"recommended": False, "changed": True, "number": "0"},
        {"recommended": False, "changed": False, "number": "0"},
    ]


def test_a_script_is_told_the_number_of_this_moment_as_pages_write_it(comment: Comment) -> None:
    def number(data: str = "", **of: str) -> object:
        return send(comment, data, HTTP_ACCEPT="application/json", **of).json()["number"]

    Comment.objects.filter(pk=comment.pk).update(recommendations=1233)
    assert (number(), number(browser="Two")) == ("1,234", "1,235")
    counted(comment)
    assert (number(), number("take_back=1"), counted(comment)) == ("1,235", "1,234", 1234)


# --- What is refused ------------------------------------------------------------------------------------------------


def test_one_network_adds_so_many_to_a_comment_and_no_more(comment: Comment) -> None:
    codes = [send(comment, browser=str(n)).status_code for n in range(policy.RECOMMENDED_FROM_ONE_NETWORK + 1)]
    assert codes == [303] * policy.RECOMMENDED_FROM_ONE_NETWORK + [429]
    assert send(comment, address="198.51.100.1").status_code == 303
    assert counted(comment) == policy.RECOMMENDED_FROM_ONE_NETWORK + 1


def test_one_network_recommends_so_many_within_an_hour(
    edition: Edition, comment: Comment, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "RECOMMENDED_HOURLY", 3)
    others = [factories.approved(edition) for _ in range(3)]
    for one in others:
        assert send(one).status_code == 303
        clock.shift(60)
    refused = send(comment)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, str(3600 - 3 * 60))
    assert words(read(refused).one("div", role="alert")) == (
        "Nothing was counted As many recommendations have come from your network as are taken from one. "
        "Come back later."
    )
    clock.shift(3600 - 3 * 60)
    assert send(comment).status_code == 303


def test_a_form_of_another_site_counts_nothing(comment: Comment) -> None:
    assert send(comment, HTTP_SEC_FETCH_SITE="cross-site").status_code == 403
    assert counted(comment) == 0


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_another_kind_of_post_counts_nothing(comment: Comment, kind: str) -> None:
    response = Client().post(f"/comments/{comment.public_id}/recommend/", "{}", content_type=kind)
    assert response.status_code == 415
    assert counted(comment) == 0


def test_a_browser_of_any_bytes_is_a_browser(comment: Comment) -> None:
    assert send(comment, browser="\udcff\x00é" * 50).status_code == 303
    assert counted(comment) == 1


def test_what_was_removed_cannot_be_recommended(edition: Edition, comment: Comment) -> None:
    factories.approved(edition, parent=comment)
    factories.decided(comment, Status.SPAM)
    assert send(comment).status_code == 404
    assert Client().get(f"/comments/{comment.public_id}/recommend/").status_code == 404


# --- Pages and the worker -------------------------------------------------------------------------------------------


def changed_names() -> set[str]:
    found = set(ChangedName.objects.values_list("name", flat=True))
    ChangedName.objects.all().delete()
    return found


def test_applause_renews_no_page_until_the_worker_counts_it(edition: Edition, comment: Comment) -> None:
    changed_names()
    send(comment)
    assert changed_names() == set()
    counted(comment)
    assert changed_names() == {names.of_recommendations(edition.article_id)}
    counted(comment)
    assert changed_names() == set()


def test_many_are_counted_together(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    comments = [factories.approved(edition) for _ in range(3)]
    for one in comments:
        send(one)
    send(comments[0], browser="Two")
    with CaptureQueriesContext(connection) as few:
        recommending.count_due()
    send(comments[0], browser="Three")
    with CaptureQueriesContext(connection) as one_alone:
        recommending.count_due()
    assert len(few) <= len(one_alone) + 1
    assert [counted(one) for one in comments] == [3, 1, 1]


def test_the_worker_counts(comment: Comment) -> None:
    send(comment)
    call_command("worker", "--once")
    comment.refresh_from_db()
    assert comment.recommendations == 1


def test_the_number_stands_beside_the_comment_with_words_for_it(edition: Edition, comment: Comment) -> None:
    assert page_of(edition).all("span", class_="recommend__count") == []
    send(comment)
    counted(comment)
    assert words(page_of(edition).one("span", class_="recommend__count")) == "Recommended by 1"


def test_a_decision_in_between_leaves_the_number(comment: Comment) -> None:
    stale = Comment.objects.get(pk=comment.pk)
    send(comment)
    counted(comment)
    moderation.decide(stale, to=Status.SPAM, by=factories.user("moderators"), saw=stale.seen)
    moderation.decide(stale, to=Status.APPROVED, by=factories.user("moderators"), saw=stale.seen)
    assert counted(comment) == 1


def test_with_the_key_goes_who_recommended_and_the_number_stays(comment: Comment, clock: Traveller) -> None:
    send(comment)
    send(comment, browser="Two")
    recommending.forget_old(timezone.now())
    assert Recommendation.objects.count() == 2
    clock.move_to(networks.ends_at(NetworkKey.objects.get().period))
    # A recommendation that was never counted is counted before it is deleted.
    assert recommending.forget_old(timezone.now()) == 2
    networks.forget_old(timezone.now())
    assert not Recommendation.objects.exists()
    assert counted(comment) == 2
    # The earlier recommendation is no longer known.
    send(comment)
    assert counted(comment) == 3


# --- The order ------------------------------------------------------------------------------------------------------


def walk(path: str) -> Iterator[list[str]]:
    while path:
        page = read(Client().get(path))
        yield ids(page)
        links = page.all("a", rel="next")
        path = links[0].attributes["href"] if links else ""


def test_the_most_recommended_stand_first_and_the_newest_of_equals(edition: Edition) -> None:
    old, middle, new = (factories.approved(edition) for _ in range(3))
    for browser in "ab":
        send(old, browser=browser)
    counted(old)
    at = timezone.now() - timedelta(hours=1)
    for n, one in enumerate((old, middle, new)):
        Comment.objects.filter(pk=one.pk).update(posted_at=at + timedelta(minutes=n))
    assert ids(page_of(edition, "?sort=recommended")) == [one.public_id for one in (old, new, middle)]


def test_pages_by_recommendations_show_each_comment_once_in_that_order() -> None:
    edition = large.thread_with(75)
    rows = list(Comment.objects.filter(thread=edition.article_id))
    for n, one in enumerate(rows):
        Comment.objects.filter(pk=one.pk).update(recommendations=n % 4)
    expected = sorted(
        Comment.objects.filter(thread=edition.article_id),
        key=lambda one: (one.recommendations, one.posted_at, one.public_id),
        reverse=True,
    )
    pages = list(walk(f"/articles/{edition.article_id}/comments/?sort=recommended"))
    assert [len(page) for page in pages] == [20, 20, 20, 15]
    assert [one for page in pages for one in page] == [one.public_id for one in expected]


@pytest.mark.parametrize("sort", ["newest", "oldest", "recommended"])
def test_a_permalink_leads_to_the_page_of_the_order_that_is_asked_for(sort: str) -> None:
    edition = large.thread_with(75)
    for n, one in enumerate(Comment.objects.filter(thread=edition.article_id)):
        Comment.objects.filter(pk=one.pk).update(recommendations=n % 4)
    for one in Comment.objects.filter(thread=edition.article_id)[::9]:
        response = Client().get(f"/comments/{one.public_id}/?sort={sort}")
        path, _hash, anchor = response.headers["Location"].partition("#")
        assert read(Client().get(path)).one("article", id=anchor)


# --- Featured -------------------------------------------------------------------------------------------------------


def feature(comment: Comment) -> Comment:
    comment.refresh_from_db()
    moderation.feature(comment, by=factories.user("moderators"), saw=comment.seen)
    return comment


def sorts_of(page: Element) -> list[str]:
    return [words(link) for link in page.one("nav", class_="comments__sort").all("a")]


def test_featured_comments_come_first_on_request_answers_among_them(edition: Edition, clock: Traveller) -> None:
    made = []
    for _ in range(3):
        made.append(factories.approved(edition))
        clock.shift(60)
    answer = factories.approved(edition, parent=made[0])
    assert sorts_of(page_of(edition)) == ["Newest", "Oldest", "Recommended"]
    for one in (made[0], answer):
        feature(one)
    assert sorts_of(page_of(edition)) == ["Newest", "Oldest", "Recommended", "Featured"]
    page = page_of(edition, "?sort=featured")
    assert ids(page) == [answer.public_id, made[0].public_id]
    assert words(page.one("p", class_="comment__to")) == f"In reply to {made[0].name}"
    assert words(page.one("p", class_="comments__all-answers")) == "1 reply"
    # After the last of them comes the conversation.
    assert page.one("a", rel="next").attributes["href"] == f"/articles/{edition.article_id}/comments/"


def test_featured_comments_are_paged_by_key() -> None:
    edition = large.thread_with(75)
    Comment.objects.filter(thread=edition.article_id).update(featured_at=timezone.now())
    pages = list(walk(f"/articles/{edition.article_id}/comments/?sort=featured"))[:4]
    newest_first = Comment.objects.filter(thread=edition.article_id).newest_first()
    assert [one for page in pages for one in page] == list(newest_first.values_list("public_id", flat=True))


def test_where_nothing_is_featured_the_page_says_so_and_leads_on(edition: Edition, comment: Comment) -> None:
    page = page_of(edition, "?sort=featured")
    assert ids(page) == []
    assert page.one("a", rel="next").attributes["href"] == f"/articles/{edition.article_id}/comments/"

"""Pages of a conversation: stable by key, in both orders, with answers, removed comments and permalinks."""

from datetime import datetime, timedelta
from itertools import chain
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from comments import conversations, policy, posting
from comments.keys import KeyUnknown
from comments.models import Comment, Thread
from comments.posting import Draft
from comments.querysets import ORDERS
from comments.states import Status
from comments.threads import thread_page
from tests import factories, large
from tests.comments.reading import Element, read, words
from tests.factories import GOOD_TEXT


@pytest.fixture
def admin(clock: Traveller, db: None) -> User:
    return factories.user("admin")


@pytest.fixture
def story(admin: User) -> Edition:
    return factories.live(at=timezone.now() - timedelta(days=30))


def write(story: Edition, by: User, at: datetime, parent: Comment | None = None, name: str = "Reader") -> Comment:
    """An approved comment with an earlier time."""
    draft = Draft(name, f"{GOOD_TEXT} {at.isoformat()}", parent=parent)
    comment = posting.post_dated_back(story, draft, by=by, at=at)
    return factories.decided(comment, Status.APPROVED, by=by)


def many(story: Edition, by: User, number: int, step: timedelta = timedelta(minutes=1), **how: Any) -> list[Comment]:
    """So many, oldest first."""
    begin = timezone.now() - timedelta(days=20)
    return [write(story, by, begin + step * n, **how) for n in range(number)]


def get(path: str) -> Element:
    response = Client().get(path)
    assert response.status_code == 200, path
    return read(response)


def page_of(story: Edition, query: str = "") -> str:
    return f"/articles/{story.article_id}/comments/{query}"


def ids(page: Element, tag: str = "h3") -> list[str]:
    """Of the comments shown: with h3 the top-level ones, with h4 the answers below them."""
    cards = page.all("article", class_="comment")
    return [card.attributes["id"].removeprefix("comment-") for card in cards if card.all(tag)]


def next_of(page: Element) -> str:
    links = {link.attributes["href"] for link in [*page.all("a", rel="next"), *page.all("link", rel="next")]}
    assert len(links) <= 1
    return links.pop() if links else ""


def walk(path: str) -> list[list[str]]:
    pages = []
    while path:
        page = get(path)
        pages.append(ids(page))
        path = next_of(page)
    return pages


def public_ids(comments: list[Comment]) -> list[str]:
    return [comment.public_id for comment in comments]


# --- Pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [timedelta(minutes=1), timedelta(0)], ids=["apart", "all at one moment"])
def test_pages_by_key_show_every_comment_once_in_both_orders(story: Edition, admin: User, step: timedelta) -> None:
    comments = many(story, admin, 45, step)
    oldest = sorted(comments, key=lambda one: (one.posted_at, one.public_id))
    forward, back = walk(page_of(story, "?sort=oldest")), walk(page_of(story))
    assert [len(page) for page in forward] == [len(page) for page in back] == [20, 20, 5]
    assert list(chain(*forward)) == public_ids(oldest)
    assert list(chain(*back)) == public_ids(oldest[::-1])


@pytest.mark.parametrize(("number", "pages"), [(0, [0]), (20, [20]), (21, [20, 1])])
def test_a_next_page_is_named_only_where_there_is_one(
    story: Edition, admin: User, number: int, pages: list[int]
) -> None:
    many(story, admin, number)
    assert [len(page) for page in walk(page_of(story))] == pages


def test_what_is_written_while_somebody_reads_shifts_no_page(story: Edition, admin: User) -> None:
    comments = many(story, admin, 30)
    first = get(page_of(story))
    write(story, admin, timezone.now())
    factories.decided(comments[15], Status.SPAM, by=admin)
    second = get(next_of(first))
    assert ids(first) == public_ids(comments[:9:-1])
    assert ids(second) == public_ids(comments[9::-1])


def test_the_story_embeds_the_first_page(story: Edition, admin: User) -> None:
    many(story, admin, 21)
    assert ids(get(story.get_absolute_url())) == ids(get(page_of(story)))
    assert next_of(get(story.get_absolute_url())) == next_of(get(page_of(story)))


def test_a_page_says_how_many_there_are_in_all(story: Edition, admin: User) -> None:
    top = many(story, admin, 21)[0]
    write(story, admin, timezone.now(), parent=top)
    assert words(get(page_of(story)).one("span", class_="comments__count")) == "(22)"


def test_the_orders_are_offered_and_the_present_one_is_marked(story: Edition, admin: User) -> None:
    many(story, admin, 2)
    for query, current in (
        ("", "Newest"),
        ("?sort=oldest", "Oldest"),
        ("?sort=recommended", "Recommended"),
        ("?sort=;drop", "Newest"),
        ("?sort=%00", "Newest"),
    ):
        links = get(page_of(story, query)).one("nav", class_="comments__sort").all("a")
        assert [(words(link), link.attributes["href"]) for link in links] == [
            ("Newest", page_of(story)),
            ("Oldest", page_of(story, "?sort=oldest")),
            ("Recommended", page_of(story, "?sort=recommended")),
        ]
        assert [words(link) for link in links if link.has("aria-current", "true")] == [current]


@pytest.mark.parametrize(
    "key",
    [
        "x",
        "1",
        "1-",
        "1-short",
        "1-ABCDEFGHIJKL",
        "-1-abcdefghijkl",
        "9" * 18 + "-abcdefghijkl",
        "%00",
        "1-abcdefghijkl;",
    ],
)
def test_a_key_that_no_page_gave_out_is_a_404(story: Edition, admin: User, key: str) -> None:
    top = many(story, admin, 1)[0]
    write(story, admin, timezone.now(), parent=top)
    for path in (page_of(story), f"/comments/{top.public_id}/answers/"):
        assert Client().get(f"{path}?after={key}").status_code == 404
    with pytest.raises(KeyUnknown):
        thread_page(story, after=key)


def test_a_key_of_another_list_is_a_404(story: Edition, admin: User) -> None:
    many(story, admin, policy.THREADS_A_PAGE + 1)
    other = factories.live(at=timezone.now() - timedelta(days=30))
    many(other, admin, policy.THREADS_A_PAGE + 1)
    key = next_of(get(page_of(story))).partition("=")[2]
    assert Client().get(page_of(story, f"?after={key}")).status_code == 200
    changed = key[:-1] + ("0" if key[-1] != "0" else "1")
    queries = (f"?after={changed}", f"?sort=oldest&after={key}", f"?sort=recommended&after={key}")
    paths = [page_of(other, f"?after={key}"), *(page_of(story, query) for query in queries)]
    assert {path: Client().get(path).status_code for path in paths} == dict.fromkeys(paths, 404)


def test_a_key_holds_when_the_comment_that_it_names_is_removed(story: Edition, admin: User) -> None:
    comments = many(story, admin, policy.THREADS_A_PAGE + 2)[::-1]
    second = next_of(get(page_of(story)))
    factories.decided(comments[policy.THREADS_A_PAGE - 1], Status.SPAM, by=admin)
    assert ids(get(second)) == public_ids(comments[policy.THREADS_A_PAGE :])


def test_a_page_costs_the_same_queries_for_one_comment_and_for_many(story: Edition, admin: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            get(page_of(story))
        return len(asked)

    first = many(story, admin, 1)[0]
    few = cost()
    for comment in [*many(story, admin, 24), first]:
        write(story, admin, timezone.now(), parent=comment)
    assert cost() == few


# --- Answers --------------------------------------------------------------------------------------------------------


def test_answers_stand_below_what_they_answer_oldest_first_and_the_rest_on_a_page_of_its_own(
    story: Edition, admin: User
) -> None:
    top, other = many(story, admin, 2)
    at = top.posted_at + timedelta(hours=1)
    number = policy.ANSWERS_SHOWN + 3
    answers = [write(story, admin, at + timedelta(minutes=n), parent=top) for n in range(number)]
    page = get(page_of(story))
    assert ids(page) == public_ids([other, top])
    assert ids(page, "h4") == public_ids(answers[: policy.ANSWERS_SHOWN])
    more = page.one("p", class_="comments__all-answers").one("a")
    assert words(more) == "3 more replies on a page of their own"
    assert more.attributes["href"] == f"/comments/{top.public_id}/answers/"
    assert ids(get(more.attributes["href"])) == public_ids(answers)


def test_ten_answers_need_no_page_of_their_own(story: Edition, admin: User) -> None:
    top = many(story, admin, 1)[0]
    for n in range(policy.ANSWERS_SHOWN):
        write(story, admin, top.posted_at + timedelta(hours=n + 1), parent=top)
    page = get(page_of(story))
    assert len(ids(page, "h4")) == policy.ANSWERS_SHOWN
    assert page.all("p", class_="comments__all-answers") == []


def test_answers_are_paged_by_key_too(story: Edition, admin: User) -> None:
    top = many(story, admin, 1)[0]
    at = top.posted_at + timedelta(hours=1)
    answers = [write(story, admin, at, parent=top) for _ in range(policy.ANSWERS_A_PAGE + 2)]
    pages = walk(f"/comments/{top.public_id}/answers/")
    assert [len(page) for page in pages] == [policy.ANSWERS_A_PAGE, 2]
    assert list(chain(*pages)) == sorted(public_ids(answers))


def test_deeper_answers_follow_flat_and_name_whom_they_answer(story: Edition, admin: User) -> None:
    top = write(story, admin, timezone.now() - timedelta(hours=4), name="Top")
    answer = write(story, admin, timezone.now() - timedelta(hours=3), parent=top, name="Olu")
    deeper = write(story, admin, timezone.now() - timedelta(hours=2), parent=answer, name="Deep")
    deepest = write(story, admin, timezone.now() - timedelta(hours=1), parent=deeper, name="Deepest")
    page = get(page_of(story))
    assert ids(page, "h4") == public_ids([answer, deeper, deepest])
    said = {
        card.one("h4").text: [words(one) for one in card.all("p", class_="comment__to")]
        for card in page.all("article", class_="comment--answer")
    }
    assert said == {"Olu": [], "Deep": ["In reply to Olu"], "Deepest": ["In reply to Deep"]}
    mention = page.one("article", id=f"comment-{deeper.public_id}").one("p", class_="comment__to").one("a")
    assert mention.attributes["href"] == f"#comment-{answer.public_id}"


def test_an_answer_to_one_that_stands_on_another_page_leads_there(story: Edition, admin: User) -> None:
    top = write(story, admin, timezone.now() - timedelta(hours=9), name="Top")
    at = top.posted_at + timedelta(hours=1)
    answers = [
        write(story, admin, at + timedelta(minutes=n), parent=top, name="Olu") for n in range(policy.ANSWERS_A_PAGE)
    ]
    late = [write(story, admin, timezone.now() - timedelta(minutes=1), parent=answers[0])]
    late.append(write(story, admin, timezone.now(), parent=late[0]))
    page = get(next_of(get(f"/comments/{top.public_id}/answers/")))
    mentions = [one.one("a").attributes["href"] for one in page.all("p", class_="comment__to")]
    assert mentions == [f"/comments/{answers[0].public_id}/", f"#comment-{late[0].public_id}"]


@pytest.mark.parametrize("more", [1, 5])
def test_three_answers_stand_open_and_the_others_behind_a_line_that_says_how_many(
    story: Edition, admin: User, more: int
) -> None:
    top = many(story, admin, 1)[0]
    at = top.posted_at + timedelta(hours=1)
    answers = [write(story, admin, at + timedelta(minutes=n), parent=top) for n in range(3 + more)]
    folded = get(page_of(story)).one("details", class_="comments__more-answers")
    assert words(folded.one("summary")) == {1: "Show 1 more reply", 5: "Show 5 more replies"}[more]
    assert ids(folded, "h4") == public_ids(answers[3:])


def test_thousands_of_answers_are_three_a_line_and_a_link(db: None) -> None:
    top = large.answers_below(3000)
    page = get(f"/articles/{top.thread_id}/comments/")
    assert len(ids(page, "h4")) == policy.ANSWERS_SHOWN
    assert words(page.one("summary")) == f"Show {policy.ANSWERS_SHOWN - 3} more replies"
    (link,) = page.one("p", class_="comments__all-answers").all("a")
    assert words(link) == f"{3000 - policy.ANSWERS_SHOWN} more replies on a page of their own"


def test_the_name_of_a_removed_answer_is_mentioned_nowhere(story: Edition, admin: User) -> None:
    top = write(story, admin, timezone.now() - timedelta(hours=4), name="Top")
    answer = write(story, admin, timezone.now() - timedelta(hours=3), parent=top, name="Olu Gone")
    deeper = write(story, admin, timezone.now() - timedelta(hours=2), parent=answer, name="Deep")
    factories.decided(answer, Status.SPAM, by=admin)
    page = get(page_of(story))
    assert ids(page, "h4") == [deeper.public_id]
    assert words(page.one("p", class_="comment__to")) == "In reply to a comment that a moderator removed: spam"
    assert "Olu Gone" not in words(page)


@pytest.mark.parametrize("sort", ORDERS)
def test_a_conversation_that_is_read_whole_shows_what_it_shows_when_it_is_read_in_part(
    story: Edition, admin: User, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    comments = many(story, admin, policy.THREADS_A_PAGE + 3)
    for parent in (comments[1], comments[-1]):
        answers = [
            write(story, admin, timezone.now() + timedelta(minutes=n), parent) for n in range(policy.ANSWERS_SHOWN + 2)
        ]
        write(story, admin, timezone.now() + timedelta(hours=1), answers[0])
    factories.decided(Comment.objects.get(pk=comments[-1].pk), Status.SPAM, by=admin)
    thread = Thread.objects.get(pk=story.article_id)
    assert thread.public_count <= policy.READ_WHOLE
    whole = thread_page(story, sort=sort)
    monkeypatch.setattr(policy, "READ_WHOLE", 0)
    assert thread_page(story, sort=sort) == whole
    assert len(whole.branches) == policy.THREADS_A_PAGE
    assert max(branch.more_answers for branch in whole.branches) == 3


def test_answers_of_one_story_stay_out_of_another(story: Edition, admin: User) -> None:
    many(story, admin, 1)
    assert ids(get(page_of(factories.live()))) == []


# --- What was removed -----------------------------------------------------------------------------------------------


def test_a_removed_comment_stands_for_its_answers_without_name_or_words(story: Edition, admin: User) -> None:
    top = write(story, admin, timezone.now() - timedelta(hours=4), name="Gone Person")
    answer = write(story, admin, timezone.now() - timedelta(hours=3), parent=top, name="Olu")
    text = top.public_revision.body
    factories.decided(top, Status.REJECTED, by=admin)
    for path in (page_of(story), story.get_absolute_url(), f"/comments/{top.public_id}/answers/"):
        page = get(path)
        line = "This comment was removed by a moderator: off topic."
        assert words(page.one("p", class_="comment-removed")) == line
        assert "Gone Person" not in words(page)
        assert text not in words(page)
        assert answer.public_id in [*ids(page), *ids(page, "h4")]
    assert Client().get(f"/comments/{top.public_id}/").status_code == 404
    assert words(get(page_of(story)).one("span", class_="comments__count")) == "(1)"


def test_a_removed_comment_goes_with_its_last_answer(story: Edition, admin: User) -> None:
    top = write(story, admin, timezone.now() - timedelta(hours=4))
    answer = write(story, admin, timezone.now() - timedelta(hours=3), parent=top)
    factories.decided(top, Status.SPAM, by=admin)
    factories.decided(answer, Status.SPAM, by=admin)
    assert get(page_of(story)).all("p", class_="comment-removed") == []
    assert Client().get(f"/comments/{top.public_id}/answers/").status_code == 404


# --- What else a comment shows --------------------------------------------------------------------------------------


def test_an_edited_comment_says_so(story: Edition, admin: User) -> None:
    comment = factories.approved(story)
    assert get(page_of(story)).all("span", class_="comment__edited") == []
    posting.edit(comment, body=f"{GOOD_TEXT} Better.", saw=comment.seen, address=factories.address())
    factories.decided(comment, Status.APPROVED, by=admin)
    assert words(get(page_of(story)).one("span", class_="comment__edited")) == "edited"


def test_every_comment_can_be_answered_while_the_conversation_is_open(story: Edition, admin: User) -> None:
    top = write(story, admin, timezone.now() - timedelta(hours=4))
    answer = write(story, admin, timezone.now() - timedelta(hours=3), parent=top)

    def offered() -> list[str]:
        actions = get(page_of(story)).all("div", class_="comment__actions")
        links = [link.attributes["href"] for one in actions for link in one.all("a")]
        return [link for link in links if not link.endswith("/report/")]

    new = f"/articles/{story.article_id}/comments/new/"
    assert offered() == [f"{new}?parent={one.public_id}" for one in (top, answer)]
    conversations.close(Thread.objects.get(), by=admin)
    assert offered() == []
    page = get(page_of(story))
    assert page.all("form", id="comment-form") == []
    assert words(page.one("p", class_="closed")) == (
        "Comments closed on 2 March 2026, 12:00 UTC. What was written stays here to be read."
    )


def test_a_closed_and_empty_conversation_shows_nothing_at_all(story: Edition, admin: User) -> None:
    conversations.close(Thread.objects.create(article_id=story.article_id), by=admin)
    assert get(story.get_absolute_url()).all("section", id="comments") == []


# --- Permalinks -----------------------------------------------------------------------------------------------------


def leads_to(comment: Comment) -> str:
    response = Client().get(comment.get_absolute_url())
    assert response.status_code == 302
    path, _, anchor = response["Location"].partition("#")
    assert anchor == f"comment-{comment.public_id}"
    page = get(path)
    assert len(page.all("article", id=anchor)) == 1
    return path


def test_a_permalink_leads_to_the_page_where_the_comment_stands(story: Edition, admin: User) -> None:
    comments = many(story, admin, 45)
    newest_first = comments[::-1]
    for place in (0, 19):
        assert leads_to(newest_first[place]) == story.get_absolute_url()
    second = next_of(get(page_of(story)))
    assert leads_to(newest_first[20]) == second
    third = next_of(get(second))
    assert leads_to(newest_first[40]) == third
    assert ids(get(leads_to(newest_first[42])))[0] == newest_first[42].public_id


def test_a_permalink_still_leads_there_when_others_were_written_since(story: Edition, admin: User) -> None:
    comments = many(story, admin, 20)
    assert leads_to(comments[0]) == story.get_absolute_url()
    write(story, admin, timezone.now())
    assert leads_to(comments[0]).startswith(page_of(story, "?after="))


def test_an_answer_stands_with_its_top_comment_and_beyond_the_shown_on_the_page_of_the_answers(
    story: Edition, admin: User
) -> None:
    top = many(story, admin, 1)[0]
    at = top.posted_at + timedelta(hours=1)
    answers = [write(story, admin, at + timedelta(minutes=n), parent=top) for n in range(policy.ANSWERS_SHOWN + 2)]
    assert leads_to(answers[0]) == story.get_absolute_url()
    assert leads_to(answers[policy.ANSWERS_SHOWN - 1]) == story.get_absolute_url()
    beyond = leads_to(answers[policy.ANSWERS_SHOWN])
    assert beyond.startswith(f"/comments/{top.public_id}/answers/?after=")
    assert ids(get(beyond)) == public_ids(answers[policy.ANSWERS_SHOWN :])


def test_the_answer_to_a_removed_comment_on_a_later_page_is_found(story: Edition, admin: User) -> None:
    comments = many(story, admin, 25)
    answer = write(story, admin, timezone.now(), parent=comments[0])
    factories.decided(comments[0], Status.SPAM, by=admin)
    assert leads_to(answer).startswith(page_of(story, "?after="))

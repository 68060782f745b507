"""The views of the desk: which comments each holds, in which order, and how they are narrowed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from comments import policy, posting, queues, reporting
from comments.models import Comment
from comments.narrowing import FILTERS
from comments.queues import Asked, Found, find, queue_named
from comments.reporting import Complaint
from comments.states import Actor, Reason, Status
from tests import factories
from tests.factories import GOOD_TEXT

LINKS = "https://a.example/1 https://a.example/2 https://a.example/3"


def asked(queue: str = "waiting", *, order: str = "", **fields: Any) -> Asked:
    view = queue_named(queue)
    orders = {one.name: one for one in view.orders}
    filters = {one.name: one for one in FILTERS}
    narrowed = tuple((filters[name], fields.pop(name)) for name in list(fields) if name in filters)
    return Asked(queue=view, order=orders.get(order, view.orders[0]), narrowed=narrowed, **fields)


def names(found: Found) -> list[str]:
    return [comment.name for comment in found.rows]


def back_from_author(edition: Edition, **draft: Any) -> Comment:
    """A comment that was returned and changed."""
    moderator = factories.user("moderators")
    comment = factories.decided(factories.pending(edition, **draft), Status.RETURNED, by=moderator)
    posting.edit(comment, body=f"{GOOD_TEXT} Better.", saw=comment.seen, address=factories.address())
    Comment.objects.filter(pk=comment.pk).update(returned_by=moderator)
    comment.refresh_from_db()
    return comment


def test_each_view_holds_its_own_and_is_counted(edition: Edition) -> None:
    factories.pending(edition)
    back_from_author(edition)
    for status in (Status.APPROVED, Status.REJECTED, Status.SPAM, Status.RETURNED):
        factories.decided(factories.pending(edition), status)
    withdrawn = factories.pending(edition)
    posting.withdraw(withdrawn, saw=withdrawn.seen)
    approved = Comment.objects.get(status=Status.APPROVED)
    reporting.report(approved, Complaint(Reason.HATE), address=factories.address())
    counts = {queue.name: count for queue, count in queues.counted()}
    assert counts == {
        "waiting": 2,
        "changed": 1,
        "objected": 0,
        "reported": 1,
        "returned": 1,
        "approved": 1,
        "rejected": 1,
        "spam": 1,
        "withdrawn": 1,
        "all": 7,
    }
    assert {queue.name: len(find(asked(queue.name)).rows) for queue in queues.QUEUES} == counts


def test_a_point_of_risk_counts_like_ten_minutes_of_waiting(clock: Traveller, edition: Edition) -> None:
    factories.pending(edition, name="Quiet")
    clock.shift(timedelta(minutes=29))
    factories.pending(edition, name="Links", body=f"{GOOD_TEXT} {LINKS}")
    clock.shift(timedelta(minutes=2))
    factories.pending(edition, name="Late links", body=f"{GOOD_TEXT} More. {LINKS}")
    assert names(find(asked())) == ["Links", "Quiet", "Late links"]
    assert names(find(asked(order="oldest"))) == ["Quiet", "Links", "Late links"]
    assert names(find(asked(order="newest"))) == ["Late links", "Links", "Quiet"]


def test_a_quiet_story_does_not_starve(clock: Traveller, edition: Edition) -> None:
    factories.rule("scam")
    quiet = factories.pending(edition, name="Quiet")
    # Nine points more are worth an hour and a half.
    clock.shift(timedelta(minutes=90, seconds=1))
    shouted = f"SCAM SCAM SCAM SCAM SCAM SCAM SCAM SCAM SCAM SCAM SCAM SCAM {LINKS}"
    loud = factories.pending(edition, name="Loud", body=shouted)
    assert (quiet.risk, loud.risk) == (1, 10)
    assert names(find(asked())) == ["Quiet", "Loud"]
    assert timedelta(hours=2) == policy.RISK_MOST * policy.RISK_IS_WORTH


def test_what_came_back_is_its_moderators(edition: Edition) -> None:
    comment = back_from_author(edition)
    assert comment.returned_by is not None
    assert list(queues.came_back_to(comment.returned_by)) == [comment]
    assert list(queues.came_back_to(factories.user("moderators"))) == []
    factories.decided(comment, Status.APPROVED)
    assert list(queues.came_back_to(comment.returned_by)) == []


def test_a_view_is_narrowed_by_section_and_story(edition: Edition) -> None:
    culture = factories.live(section=factories.section("Culture"))
    factories.pending(edition, name="World")
    factories.pending(culture, name="Culture")
    assert names(find(asked(section=str(culture.section_id)))) == ["Culture"]
    for status in (None, Status.APPROVED, Status.REJECTED, Status.SPAM, Status.RETURNED):
        if status:
            for comment in Comment.objects.all():
                factories.decided(comment, status)
        for view in ("all", status or "waiting"):
            for order in ("oldest", "newest"):
                assert names(find(asked(view, order=order, story=culture.article_id))) == ["Culture"]


def test_a_view_is_narrowed_by_why_it_was_held_as_the_rules_said_last(edition: Edition) -> None:
    factories.pending(edition, name="Links", body=f"{GOOD_TEXT} {LINKS}")
    mended = factories.pending(edition, name="Mended", body=f"{GOOD_TEXT} And {LINKS}")
    posting.edit(mended, body=f"{GOOD_TEXT} Without.", saw=mended.seen, address=factories.address())
    assert names(find(asked(rule="too_many_links"))) == ["Links"]
    assert sorted(names(find(asked(rule="first_time_author")))) == ["Links", "Mended"]


def test_a_view_is_narrowed_by_the_reason_that_was_given_last(edition: Edition) -> None:
    twice = factories.decided(factories.pending(edition, name="Twice"), Status.REJECTED, reason="hate")
    factories.decided(twice, Status.APPROVED)
    factories.decided(twice, Status.REJECTED, reason="illegal")
    factories.decided(factories.pending(edition, name="Once"), Status.REJECTED, reason="hate")
    assert names(find(asked("rejected", given="hate"))) == ["Once"]
    assert names(find(asked("rejected", given="illegal"))) == ["Twice"]


def test_a_view_is_narrowed_by_who_decided_last(edition: Edition) -> None:
    mona, max_ = factories.user("moderators"), factories.user("moderators")
    both = factories.decided(factories.pending(edition, name="Both"), Status.REJECTED, by=mona)
    factories.decided(both, Status.SPAM, by=max_)
    factories.decided(factories.pending(edition, name="Mona's"), Status.SPAM, by=mona)
    factories.pending(edition, name="Rule's")
    assert names(find(asked("spam", by=str(mona.pk)))) == ["Mona's"]
    assert sorted(names(find(asked("all", by=Actor.MODERATOR.value)))) == ["Both", "Mona's"]
    assert names(find(asked("all", by=Actor.RULE.value))) == ["Rule's"]


def test_a_view_is_narrowed_by_age(clock: Traveller, edition: Edition) -> None:
    for name, age in (("Week", timedelta(days=8)), ("Day", timedelta(hours=30)), ("Hours", timedelta(hours=5))):
        factories.pending(edition, name=name, at=timezone.now() - age)
    factories.pending(edition, name="Now")
    expected = {
        "last-hour": ["Now"],
        "last-day": ["Hours", "Now"],
        "over-hour": ["Week", "Day", "Hours"],
        "over-day": ["Week", "Day"],
        "over-week": ["Week"],
    }
    assert {age: names(find(asked(order="oldest", age=age))) for age in expected} == expected


def test_a_view_is_narrowed_by_author_by_address_or_else_by_name_and_network(edition: Edition) -> None:
    known = [factories.pending(edition, name=name, email="ann@example.org") for name in ("Ann", "Anna")]
    for comment in known:
        posting.confirm_address(comment)
    unknown = factories.pending(edition, name="Ben")
    factories.pending(edition, name="Ben", sent_from="198.51.100.9")
    factories.decided(factories.pending(edition, name="Ben"), Status.SPAM)
    archived = factories.pending(edition, name="Ben", at=timezone.now() - timedelta(days=1))
    assert sorted(names(find(asked("all", author=known[0])))) == ["Ann", "Anna"]
    assert len(find(asked("all", author=unknown)).rows) == 2
    assert list(find(asked("spam", author=unknown)).rows.values_list("status", flat=True)) == ["spam"]
    assert list(find(asked("all", author=archived)).rows) == [archived]


def test_words_are_looked_for_in_name_text_and_public_id_and_all_of_them_count(edition: Edition) -> None:
    comment = factories.pending(edition, name="Olu Brand", body=f"{GOOD_TEXT} zebra")
    factories.pending(edition, name="Olu", body=f"{GOOD_TEXT} lion")
    for words in ("zebra", "BRAND", "olu zebra", comment.public_id, comment.public_id[:8], "%"):
        expected = [] if words == "%" else ["Olu Brand"]
        assert names(find(asked(words=words))) == expected
    factories.decided(comment, Status.SPAM)
    # An id finds its comment in any view.
    assert names(find(asked(words=comment.public_id))) == ["Olu Brand"]
    assert names(find(asked(words="zebra"))) == []


def test_old_words_of_a_changed_comment_are_not_found(edition: Edition) -> None:
    comment = factories.pending(edition, body=f"{GOOD_TEXT} zebra")
    posting.edit(comment, body=f"{GOOD_TEXT} lion", saw=comment.seen, address=factories.address())
    assert names(find(asked(words="zebra"))) == []
    assert names(find(asked(words="lion"))) == [comment.name]


def test_only_the_first_of_a_view_are_looked_through_and_that_is_told(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "LOOKED_THROUGH", 2)
    for n in range(3):
        factories.pending(edition, name=f"Reader {n}", at=timezone.now() - timedelta(days=9 - n))
    found = find(asked(words="reader"))
    assert (names(found), found.is_cut) == (["Reader 0", "Reader 1"], True)
    assert find(asked(words="reader", story=edition.article_id)).is_cut
    assert not find(asked()).is_cut
    monkeypatch.setattr(policy, "LOOKED_THROUGH", 3)
    assert not find(asked(words="reader")).is_cut


def test_of_those_that_came_in_the_same_moment_no_more_are_looked_through(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        factories.pending(edition, name=f"Reader {n}", at=edition.visible_from)
    # The order of each view, and so the end of the search, is completed by number or by public id.
    for view, order in (
        ("waiting", "blend"),
        ("waiting", "oldest"),
        ("waiting", "newest"),
        ("all", ""),
        ("all", "oldest"),
    ):
        whole = names(find(asked(view, order=order)))
        for most in (1, 2, 3):
            monkeypatch.setattr(policy, "LOOKED_THROUGH", most)
            found = find(asked(view, order=order, words="reader"))
            assert (names(found), found.is_cut) == (whole[:most], most < 3), (view, order)


@pytest.mark.parametrize("view", [queue.name for queue in queues.QUEUES])
def test_narrowing_costs_the_same_queries_for_one_and_three(edition: Edition, view: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as made:
            list(find(asked(view, words="reader", section="1", given="hate", by="rule", rule="shouting")).rows)
        return len(made)

    factories.pending(edition)
    of_one = cost()
    for _n in range(2):
        factories.pending(edition)
    assert cost() == of_one == 2


def test_a_view_that_there_is_not_is_the_waiting_one() -> None:
    for name in ("", "pending", "nonsense", QueryDict("queue=%00")["queue"]):
        assert queue_named(name) is queues.WAITING

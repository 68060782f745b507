"""Comments that the newsroom's rules catch: held, rejected with a reason, or only logged; and what is told about it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from comments import moderation, notifications, policy, posting
from comments.models import Catch, Comment, Notice
from comments.posting import TooFast
from comments.rules import changing
from comments.states import Reason, RuleState, Status
from comments.tokens import own_path
from tests import factories
from tests.factories import GOOD_TEXT

AUTOMATED = "It was decided automatically."
CASINO = f"{GOOD_TEXT} I met them at the casino."


def ledger(comment: Comment) -> list[tuple[str, str, str, list[str]]]:
    return [
        (row.to_status, row.actor, row.reason, [f"{found['rule']} {found['detail']}".strip() for found in row.findings])
        for row in comment.decisions.order_by("pk")
    ]


def test_a_rule_that_rejects_does_so_in_the_ledger_with_its_reason(edition: Edition) -> None:
    rule = factories.rule("casino", reason=Reason.ADVERTISING)
    comment = factories.pending(edition, body=CASINO)
    found = ["rejecting_words casino", "first_time_author"]
    assert (comment.status, ledger(comment)) == ("rejected", [("rejected", "rule", "advertising", found)])
    assert [(catch.rule, catch.comment, catch.acted) for catch in Catch.objects.all()] == [(rule, comment, True)]


def test_its_author_reads_the_reason_that_no_person_decided_and_how_to_object(edition: Edition) -> None:
    factories.rule("casino", reason=Reason.ADVERTISING)
    page = Client().get(own_path(factories.pending(edition, body=CASINO))).content.decode()
    for words in ("Your comment was not published.", "advertising", AUTOMATED, "object on your comment"):
        assert words in page
    assert AUTOMATED not in Client().get(own_path(factories.pending(edition))).content.decode()


def test_a_person_s_rejection_is_not_called_automatic(edition: Edition) -> None:
    rejected = factories.decided(factories.pending(edition), Status.REJECTED)
    assert AUTOMATED not in Client().get(own_path(rejected)).content.decode()


def test_a_moderator_approves_what_a_rule_rejected(edition: Edition) -> None:
    factories.rule("casino", reason=Reason.ADVERTISING)
    comment = factories.pending(edition, body=CASINO)
    moderation.decide(comment, to=Status.APPROVED, by=factories.user("moderators"), saw=comment.seen)
    assert (comment.status, comment.is_public) == ("approved", True)


def test_an_edit_of_what_readers_see_is_held_and_the_old_words_stay(edition: Edition) -> None:
    comment = factories.approved(edition)
    factories.rule("casino", reason=Reason.ADVERTISING)
    posting.edit(comment, body=CASINO, saw=comment.seen, address=factories.address())
    assert (comment.status, comment.is_public) == ("pending", True)
    assert ledger(comment)[-1][3] == ["rejecting_words casino", "first_time_author"]


def test_an_edit_of_what_waits_is_rejected_and_who_confirmed_an_address_is_told(
    clock: Traveller, edition: Edition
) -> None:
    comment = factories.pending(edition, email="ann@example.org")
    posting.confirm_address(comment)
    factories.rule("casino", reason=Reason.ADVERTISING)
    Notice.objects.all().delete()
    posting.edit(comment, body=CASINO, saw=comment.seen, address=factories.address())
    assert comment.status == "rejected"
    clock.shift(policy.NOTICE_DELAY + timedelta(seconds=1))
    assert notifications.send_due() == 1
    assert "was not published" in mail.outbox[0].subject
    assert AUTOMATED in " ".join(mail.outbox[0].body.split())


def test_a_rule_that_only_logs_is_noted_and_changes_nothing(edition: Edition) -> None:
    rule = factories.rule("casino", reason=Reason.ADVERTISING, state=RuleState.LOGGING)
    comment = factories.pending(edition, body=CASINO)
    assert ledger(comment) == [("pending", "rule", "", ["logged_words casino", "first_time_author"])]
    assert [(catch.rule, catch.acted) for catch in Catch.objects.all()] == [(rule, False)]
    desk = Client()
    desk.force_login(factories.user("moderators"))
    page = desk.get("/admin/comments/comment/").content.decode()
    assert "found by rules that only log: casino" in page


def test_a_comment_is_counted_once_for_each_rule_however_often_it_is_looked_at(edition: Edition) -> None:
    factories.rule("casino")
    factories.rule("met")
    comment = factories.pending(edition, body=CASINO, email="ann@example.org")
    posting.confirm_address(comment)
    posting.edit(comment, body=f"{CASINO} Twice.", saw=comment.seen, address=factories.address())
    assert sorted(Catch.objects.values_list("rule__words", flat=True)) == ["casino", "met"]


# --- Limits ---------------------------------------------------------------------------------------------------------


def set_limits(**numbers: int) -> None:
    limits = replace(policy.limits(), **numbers)
    changing.set_limits(limits, by=factories.user("lead moderators"), saw=policy.limits())


def test_speed_is_what_the_newsroom_set(clock: Traveller, edition: Edition) -> None:
    set_limits(burst=3, hourly=4)
    for _n in range(3):
        factories.pending(edition)
    with pytest.raises(TooFast) as refused:
        factories.pending(edition)
    assert refused.value.retry_after == policy.BURST_WINDOW
    clock.shift(policy.BURST_WINDOW)
    factories.pending(edition)
    with pytest.raises(TooFast):
        factories.pending(edition)
    assert Comment.objects.count() == 4


def test_repeats_are_forgotten_when_the_newsroom_says(clock: Traveller, edition: Edition) -> None:
    set_limits(same_text_days=2)
    factories.pending(edition, body=GOOD_TEXT)
    clock.shift(timedelta(days=2) - timedelta(seconds=1))
    again = factories.pending(edition, body=GOOD_TEXT)
    assert ledger(again)[0][3] == ["same_text_again 1", "first_time_author"]
    clock.shift(timedelta(days=2))
    assert ledger(factories.pending(edition, body=GOOD_TEXT))[0][3] == ["first_time_author"]


def test_the_guidelines_tell_the_links_that_the_newsroom_allows(db: None) -> None:
    before = Client().get("/guidelines/").content.decode()
    set_limits(links_allowed=7)
    assert Client().get("/guidelines/").content.decode() != before


def test_a_post_asks_one_query_for_rules_and_limits(edition: Edition, django_assert_num_queries: object) -> None:
    """However many rules there are: the token says that this process knows them."""
    lead = factories.user("lead moderators")
    words = [f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(60)]
    changing.add([(word, {}) for word in words], changing.Deed(changing.RuleAction.HOLD, notes="Why"), by=lead)
    factories.pending(edition)
    now = timezone.now()
    from comments.rules.current import current

    with django_assert_num_queries(1):  # type: ignore[operator]
        assert current().hits(f"{words[3]} {now}")

"""What triage is told about a text and its author."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from comments import facts, policy, posting
from comments.models import Comment, Commenter
from comments.rules.current import current
from comments.states import RuleAction, Status
from comments.triage import Facts, WordHit
from tests import factories
from tests.factories import GOOD_TEXT


def gathered(text: str = GOOD_TEXT, **known: Any) -> Facts:
    return facts.gather(
        text, now=timezone.now(), **{"trap_filled": False, "commenter": None, "rules": current(), **known}
    )


def confirmed(edition: Edition, email: str = "ann@example.org") -> Comment:
    comment = factories.pending(edition, email=email)
    posting.confirm_address(comment)
    return comment


def test_the_facts_about_a_first_comment(db: None) -> None:
    assert gathered() == Facts(text=GOOD_TEXT)


def test_the_rules_and_settings_of_the_newsroom_are_among_the_facts(db: None, settings: Any) -> None:
    settings.COMMENTS_TRUST_AFTER = 4
    rule = factories.rule("casino")
    (hit,) = current().hits("casino")
    told = gathered("Meet me at the casino", trap_filled=True)
    assert told == Facts(text="Meet me at the casino", trap_filled=True, hits=(hit,), trust_after=4)
    assert hit == WordHit(rule=rule.pk, words="casino", acts=True, action=RuleAction.HOLD, reason=None)


def test_that_readers_see_earlier_words_is_a_fact(edition: Edition) -> None:
    assert gathered(comment=factories.pending(edition)).stands is False
    assert gathered(comment=factories.approved(edition)).stands is True


def test_the_same_text_is_counted_by_whoever_and_on_whatever_story(edition: Edition) -> None:
    factories.pending(edition, body=GOOD_TEXT)
    factories.pending(factories.live(), body=f"{GOOD_TEXT.upper()} \n", sent_from="198.51.100.9")
    assert gathered().same_text_before == 2


def test_the_same_text_is_forgotten_after_its_window(clock: Traveller, edition: Edition) -> None:
    factories.pending(edition, body=GOOD_TEXT)
    clock.shift(policy.SAME_TEXT_WINDOW - timedelta(microseconds=1))
    assert gathered().same_text_before == 1
    clock.shift(timedelta(microseconds=1))
    assert gathered().same_text_before == 0


def test_an_edited_comment_does_not_repeat_itself(edition: Edition) -> None:
    comment = factories.pending(edition, body=GOOD_TEXT)
    assert gathered(comment=comment).same_text_before == 0


def test_the_record_counts_what_is_approved_and_what_was_turned_down_and_not_the_comment_itself(
    edition: Edition,
) -> None:
    states = (Status.APPROVED, Status.APPROVED, Status.REJECTED, Status.SPAM, Status.RETURNED)
    for state in states:
        factories.decided(confirmed(edition), state)
    waiting = confirmed(edition)
    factories.decided(confirmed(edition, "somebody.else@example.org"), Status.APPROVED)
    author = Commenter.objects.get(email="ann@example.org")
    assert facts.record_of(author) == (2, 2)
    first = Comment.objects.filter(commenter=author, status=Status.APPROVED).first()
    assert facts.record_of(author, besides=first) == (1, 2)
    told = gathered("Another text", commenter=author, comment=waiting)
    assert told == Facts(text="Another text", address_confirmed=True, approved_before=2, rejected_before=2)


def test_without_a_confirmed_address_there_is_no_record(edition: Edition) -> None:
    factories.approved(edition, name="Ann", email="ann@example.org")
    assert facts.record_of(None) == (0, 0)
    assert gathered(commenter=None).approved_before == 0


def test_a_second_look_remembers_that_the_trap_was_filled(edition: Edition, settings: Any) -> None:
    settings.COMMENTS_TRUST_AFTER = 1
    first = factories.approved(edition, email="ann@example.org")
    posting.confirm_address(first)
    held = factories.pending(edition, email="ann@example.org", trap_filled=True)
    posting.confirm_address(held)
    assert (held.status, [found["rule"] for found in held.decisions.last().findings]) == ("pending", ["trap_filled"])

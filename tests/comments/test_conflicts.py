"""Nobody overwrites anybody: a conflict says who, what and when, and is overridden knowingly or not at all."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from comments import moderation, posting
from comments.models import Comment
from comments.moderation import Conflict, Meanwhile, Override
from comments.states import Status
from newsportal.refusal import Refusal
from tests import factories
from tests.comments.reading import read, words
from tests.factories import GOOD_TEXT

DESK = "/admin/comments/comment/"


@pytest.fixture
def taken(clock: Traveller, edition: Edition) -> Comment:
    """A comment that Mona Lind rejected after it was shown as waiting."""
    comment = factories.pending(edition, name="Ann")
    mona = factories.user("moderators", username="mona", first_name="Mona", last_name="Lind")
    return factories.decided(comment, Status.REJECTED, by=mona)


def approve(comment: Comment, **how: object) -> object:
    given = {"saw": "pending.1", "by": factories.user("moderators"), **how}
    return moderation.decide(comment, to=Status.APPROVED, **given)  # type: ignore[arg-type]


def test_a_conflict_says_who_what_when_and_what_is_there_now(clock: Traveller, taken: Comment) -> None:
    with pytest.raises(Conflict) as refused:
        approve(taken)
    assert refused.value.meanwhile == Meanwhile("Mona Lind", Status.REJECTED, timezone.now(), "rejected.1", True)


def test_a_colleagues_decision_is_overridden_with_a_reason_for_colleagues(taken: Comment) -> None:
    first = taken.decisions.order_by("pk").last()
    approve(taken, overrides=Override("rejected.1", " She misread the irony. "))
    latest = taken.decisions.order_by("pk").last()
    assert latest is not None
    assert (taken.status, latest.overrides, latest.to_colleagues) == (
        Status.APPROVED,
        first,
        "She misread the irony.",
    )
    assert latest.explanation == ""


@pytest.mark.parametrize(
    ("saw", "override", "sentence"),
    [
        ("pending.1", Override("rejected.1", " "), "Say to your colleagues why you decide otherwise."),
        ("pending.1", Override("spam.1", "So."), "Decided already: rejected by Mona Lind"),
        ("pending.2", Override("rejected.1", "So."), "The author has changed this comment"),
        ("", Override("rejected.1", "So."), "The author has changed this comment"),
    ],
)
def test_an_override_of_what_one_has_not_seen_or_without_a_reason_is_refused(
    taken: Comment, saw: str, override: Override, sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        approve(taken, saw=saw, overrides=override)
    assert (Comment.objects.get().status, taken.decisions.count()) == (Status.REJECTED, 2)


def test_words_that_one_has_not_read_and_what_was_withdrawn_cannot_be_overridden(edition: Edition) -> None:
    edited, withdrawn = factories.pending(edition), factories.pending(edition)
    posting.edit(edited, body=f"{GOOD_TEXT} Ha!", saw=edited.seen, address=factories.address())
    posting.withdraw(withdrawn, saw=withdrawn.seen)
    for comment in (edited, withdrawn):
        with pytest.raises(Conflict) as refused:
            approve(comment)
        assert refused.value.meanwhile.may_override is False


def test_what_is_as_one_wanted_it_needs_no_override(taken: Comment) -> None:
    with pytest.raises(Conflict) as refused:
        moderation.decide(taken, to=Status.REJECTED, by=factories.user("moderators"), saw="pending.1", reason="hate")
    assert refused.value.meanwhile.may_override is False


def test_the_desk_offers_to_keep_or_to_override_and_does_so_without_a_script(
    taken: Comment, sign_in: Callable[..., Client]
) -> None:
    desk = sign_in("moderators")
    page = read(desk.post(DESK, {"decide": f"approve:{taken.pk}", f"saw-{taken.pk}": "pending.1"}))
    offer = page.one("form", class_="offer")
    assert words(offer.one("h2")) == (
        "Ann: Decided already: rejected by Mona Lind, 0 seconds ago. Nothing was overwritten."
    )
    assert words(offer.one("a")) == "Keep their decision"
    button = offer.one("button")
    assert words(button) == "Override it: approved"
    fields = offer.fields() | {button.attributes["name"]: button.attributes["value"]}
    # Without a reason it is refused and offered again.
    again = read(desk.post(DESK, fields)).one("form", class_="offer")
    assert words(again.one("h2")) == "Ann: Say to your colleagues why you decide otherwise."
    fields |= again.fields() | {f"because-{taken.pk}": "It was irony."}
    said = read(desk.post(DESK, fields, follow=True)).one("ul", class_="messagelist")
    assert words(said.one("li")) == "1 comment is now: approved. Undo"
    taken.refresh_from_db()
    assert taken.status == Status.APPROVED

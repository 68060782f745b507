"""An author objects to a rejection: once, in words, and somebody else answers in words."""

import csv
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from time_machine import Traveller

from articles.models import Edition
from comments import desk, figures, ledger, moderation, notifications, policy, posting, queues
from comments.figures import Objected
from comments.models import Comment, Decision, Objection
from comments.moderation import Override
from comments.replay import discrepancies
from comments.statements import current, foreseen
from comments.states import Actor, Reason, Standing, Status
from comments.tokens import own_path
from newsportal.refusal import Refusal, Stale
from tests import factories
from tests.comments.authors import author, give
from tests.comments.conftest import NOON
from tests.comments.reading import read, words
from tests.factories import GOOD_TEXT

WRONG = "I did answer the story: its third paragraph."
DESK = "/admin/comments/comment/"


@pytest.fixture
def mona(db: None) -> User:
    return factories.user("moderators", first_name="Mona")


@pytest.fixture
def milo(db: None) -> User:
    return factories.user("moderators", first_name="Milo")


@pytest.fixture
def rejected(clock: Traveller, edition: Edition, mona: User) -> Comment:
    """At noon, by Mona, with words."""
    return factories.decided(factories.pending(edition), Status.REJECTED, by=mona, explanation="Another story.")


def seen(comment: Comment) -> str:
    return moderation.seen_of(comment, list(comment.decisions.all()))


def objected(comment: Comment, text: str = WRONG) -> Comment:
    moderation.object_to(comment, words=text, saw=seen(comment))
    return comment


def answered(comment: Comment, to: Status, by: User, explanation: str = "You are right.") -> Decision:
    reason = "off_topic" if to is Status.REJECTED else ""
    return moderation.decide(comment, to=to, by=by, saw=comment.seen, reason=reason, explanation=explanation)


def rows(comment: Comment) -> list[tuple[str, str, str]]:
    return list(comment.decisions.order_by("pk").values_list("actor", "from_status", "to_status"))


# --- Raising it -----------------------------------------------------------------------------------------------------


def test_it_waits_again_and_the_ledger_says_who_objected_to_what(
    clock: Traveller, rejected: Comment, mona: User
) -> None:
    decision = rejected.decisions.get(actor=Actor.MODERATOR)
    clock.shift(60)
    objected(rejected)
    made = Objection.objects.get()
    assert (made.comment, made.decision, made.by, made.words, made.at) == (
        rejected,
        decision,
        mona,
        WRONG,
        NOON + timedelta(seconds=60),
    )
    assert (rejected.status, rejected.objection, rejected.waiting_since) == (Status.PENDING, made, made.at)
    latest = rejected.decisions.order_by("pk").last()
    assert latest is not None
    assert (latest.actor, latest.from_status, latest.objection, latest.label, latest.deed) == (
        Actor.AUTHOR,
        Status.REJECTED,
        made,
        "objected",
        "objected to by its author",
    )
    assert discrepancies() == []


def test_what_the_rules_saw_in_it_counts_as_before(edition: Edition, mona: User) -> None:
    comment = factories.pending(edition)
    risk = comment.risk
    assert risk > 0
    assert objected(factories.decided(comment, Status.REJECTED, by=mona)).risk == risk


def test_the_same_words_again_are_the_same_objection_and_others_are_refused(rejected: Comment) -> None:
    saw = seen(rejected)
    first, second = (moderation.object_to(rejected, words=WRONG, saw=saw) for _ in range(2))
    assert first == second
    with pytest.raises(Refusal, match="You have objected to this decision already"):
        moderation.object_to(rejected, words="And another thing.", saw=saw)
    assert rejected.decisions.count() == 3


def test_what_answers_it_is_final(rejected: Comment, milo: User) -> None:
    answered(objected(rejected), Status.REJECTED, milo)
    with pytest.raises(Refusal, match="Your objection was answered"):
        objected(rejected, "Still wrong.")
    page = words(read(Client().get(own_path(rejected))))
    for said in ("decided as before", "With us this answer is final.", "a certified body", "What you objected", WRONG):
        assert said in page
    assert "Object to the decision" not in page


def test_a_new_decision_that_answers_nothing_can_be_objected_to(rejected: Comment, milo: User) -> None:
    answered(objected(rejected), Status.APPROVED, milo)
    other = factories.user("moderators")
    factories.decided(rejected, Status.REJECTED, by=other)
    objected(rejected)
    assert [one.by for one in Objection.objects.order_by("pk")][1] == other


def test_it_can_be_raised_for_six_months(clock: Traveller, rejected: Comment) -> None:
    clock.shift(policy.OBJECTION_WINDOW + timedelta(seconds=1))
    with pytest.raises(Refusal, match="six months"):
        objected(rejected)
    page = words(read(Client().get(own_path(rejected))))
    assert "One could object until 2 September 2026, 12:00 UTC." in page
    assert "Why is it wrong?" not in page
    clock.shift(timedelta(seconds=-1))
    assert objected(rejected).status == Status.PENDING


@pytest.mark.parametrize("to", [Status.APPROVED, Status.SPAM, Status.RETURNED])
def test_only_to_a_rejection_can_one_object(edition: Edition, to: Status) -> None:
    with pytest.raises(Refusal, match="Only to a rejection"):
        objected(factories.decided(factories.pending(edition), to))


def test_nobody_objects_to_what_they_have_not_seen(edition: Edition, mona: User) -> None:
    comment = factories.decided(factories.pending(edition), Status.RETURNED, by=mona)
    posting.edit(comment, body=f"{GOOD_TEXT} Better.", saw=comment.seen, address=factories.address())
    factories.decided(comment, Status.REJECTED, by=mona)
    with pytest.raises(Stale, match="has changed since this page was shown"):
        moderation.object_to(comment, words=WRONG, saw="rejected.1.3")


def test_what_a_rule_rejected_anybody_may_decide(clock: Traveller, edition: Edition, mona: User) -> None:
    factories.rule("watches", reason=Reason.ADVERTISING)
    comment = objected(factories.pending(edition, body=f"{GOOD_TEXT} On watches."))
    assert Objection.objects.get().by is None
    assert list(queues.objected_for(mona)) == [comment]
    assert answered(comment, Status.APPROVED, mona).objection == Objection.objects.get()


def test_what_the_clock_closed_is_answered_by_another_one_than_who_returned_it(
    clock: Traveller, edition: Edition, mona: User, milo: User
) -> None:
    comment = factories.decided(factories.pending(edition), Status.RETURNED, by=mona)
    clock.shift(policy.RETURN_WINDOW)
    moderation.close_unchanged()
    comment.refresh_from_db()
    objected(comment)
    with pytest.raises(Refusal, match="Somebody else decides now"):
        answered(comment, Status.APPROVED, mona)
    assert answered(comment, Status.APPROVED, milo).to_status == Status.APPROVED


def test_meanwhile_its_author_may_withdraw_it_and_not_change_it(rejected: Comment) -> None:
    objected(rejected)
    with pytest.raises(posting.Closed, match="Somebody is reading your comment again"):
        posting.edit(rejected, body=GOOD_TEXT, saw=rejected.seen, address=factories.address())
    posting.withdraw(rejected, saw=rejected.seen)
    assert rejected.status == Status.WITHDRAWN
    with pytest.raises(Refusal, match="Only to a rejection"):
        objected(rejected)


def test_a_text_that_was_rejected_is_not_changed_past_the_form(rejected: Comment, edition: Edition) -> None:
    waiting = Comment.objects.get(pk=rejected.pk)
    waiting.status = Status.PENDING
    with pytest.raises(Stale):
        posting.edit(waiting, body=f"{GOOD_TEXT} Again.", saw="rejected.1", address=factories.address())


def test_the_rules_do_not_answer_when_an_address_is_confirmed_meanwhile(
    edition: Edition, mona: User, settings: Any
) -> None:
    comment = factories.decided(factories.pending(edition, email="ann@example.org"), Status.REJECTED, by=mona)
    objected(comment)
    assert posting.confirm_address(comment)
    assert rows(comment)[-1] == (Actor.AUTHOR, Status.REJECTED, Status.PENDING)


# --- Answering it ---------------------------------------------------------------------------------------------------


def test_overturned_it_stands_where_it_would_have_stood(rejected: Comment, edition: Edition, milo: User) -> None:
    posted_at = rejected.posted_at
    decision = answered(objected(rejected), Status.APPROVED, milo)
    assert (rejected.status, rejected.is_public, rejected.posted_at) == (Status.APPROVED, True, posted_at)
    assert (decision.objection, decision.label) == (Objection.objects.get(), "approved, on objection")
    assert discrepancies() == []


@pytest.mark.parametrize("to", [Status.APPROVED, Status.REJECTED, Status.RETURNED])
def test_who_decided_does_not_answer(rejected: Comment, mona: User, to: Status) -> None:
    objected(rejected)
    with pytest.raises(Refusal, match="You decided on this comment before its author objected"):
        answered(rejected, to, mona)


def test_nor_in_bulk_nor_by_overriding_nor_by_an_undo(rejected: Comment, mona: User, milo: User) -> None:
    objected(rejected)
    how: dict[str, Any] = {"to": Status.APPROVED, "by": mona, "explanation": "Well."}
    (outcome,) = moderation.decide_all([rejected], saw={rejected.pk: rejected.seen}, **how)
    assert outcome.refusal is not None
    assert "Somebody else decides now" in outcome.refusal.words
    saw = rejected.seen
    decision = answered(rejected, Status.APPROVED, milo)
    how = {"to": Status.REJECTED, "by": mona, "reason": "off_topic", "explanation": "No."}
    with pytest.raises(Refusal, match="Somebody else decides now"):
        moderation.decide(rejected, saw=saw, overrides=Override(rejected.seen, "I know better."), **how)
    with pytest.raises(Refusal, match="Somebody else decides now"):
        moderation.undo(decision, by=mona)
    assert rejected.status == Status.APPROVED


@pytest.mark.parametrize(
    ("to", "explanation", "refusal"),
    [
        (Status.APPROVED, "", "answer in the explanation"),
        (Status.REJECTED, " ", "answer in the explanation"),
        (Status.SPAM, "Buy!", "approve it, reject it with a reason, or return it"),
    ],
)
def test_the_answer_is_in_words(rejected: Comment, milo: User, to: Status, explanation: str, refusal: str) -> None:
    objected(rejected)
    with pytest.raises(Refusal, match=refusal):
        answered(rejected, to, milo, explanation)
    assert rejected.status == Status.PENDING


def test_many_are_answered_with_the_same_words(clock: Traveller, edition: Edition, mona: User, milo: User) -> None:
    both = [objected(factories.decided(factories.pending(edition), Status.REJECTED, by=mona)) for _ in range(2)]
    saw = {comment.pk: comment.seen for comment in both}
    outcomes = moderation.decide_all(both, to=Status.APPROVED, by=milo, saw=saw, explanation="We were wrong.")
    assert [one.decision and one.decision.objection for one in outcomes] == list(Objection.objects.order_by("pk"))
    assert discrepancies() == []


def test_an_undo_of_the_answer_opens_it_again_in_its_old_place(clock: Traveller, rejected: Comment, milo: User) -> None:
    place = objected(rejected).queued_at
    clock.shift(60)
    moderation.undo(answered(rejected, Status.REJECTED, milo), by=milo)
    rejected.refresh_from_db()
    assert (rejected.is_objected, rejected.queued_at) == (True, place)
    assert answered(rejected, Status.APPROVED, milo).objection == Objection.objects.get()
    assert discrepancies() == []


def test_a_changed_text_is_a_case_of_its_own_that_everybody_may_decide(
    rejected: Comment, mona: User, milo: User
) -> None:
    answered(objected(rejected), Status.APPROVED, milo)
    posting.edit(rejected, body=f"{GOOD_TEXT} Better.", saw=rejected.seen, address=factories.address())
    assert (rejected.objection, rejected.status) == (None, Status.PENDING)
    assert answered(rejected, Status.REJECTED, mona, "").objection is None


# --- What the author is told ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "subject", "done"),
    [
        (Status.APPROVED, "is published", "decided otherwise."),
        (Status.REJECTED, "was not published", "decided as before."),
    ],
)
def test_the_answer_is_mailed_and_says_that_it_is_one(
    clock: Traveller, edition: Edition, mona: User, milo: User, to: Status, subject: str, done: str
) -> None:
    comment = factories.pending(edition, email="ann@example.org")
    posting.confirm_address(comment)
    objected(factories.decided(comment, Status.REJECTED, by=mona))
    said = foreseen(comment, to=to, reason="off_topic", explanation="You are right.")
    answered(comment, to, milo)
    assert current(comment) == said
    mail.outbox.clear()
    clock.shift(policy.NOTICE_DELAY)
    notifications.send_due()
    (message,) = [one for one in mail.outbox if "Confirm" not in one.subject]
    assert message.subject == f"Your comment on “{edition.headline}” {subject}"
    for sentence in ("You objected. Somebody else has read your comment again, and", done, "You are right."):
        assert sentence in message.body
    assert ("With us this answer is final." in message.body) is (to is Status.REJECTED)


# --- The author's page ----------------------------------------------------------------------------------------------


def form_of(page: Any) -> dict[str, Any]:
    return read(page).one("form", id="objection-form").fields()


def test_the_page_takes_an_objection_and_says_that_it_is_read(rejected: Comment) -> None:
    client, path = Client(), own_path(rejected)
    fields = {**form_of(client.get(path)), "words": WRONG, "object": "1"}
    response = client.post(path, fields)
    assert (response.status_code, response.headers["Location"]) == (303, path)
    page = words(read(client.get(path)).one("main"))
    assert "Thank you. Somebody else reads your comment again." in page
    assert WRONG in page
    assert "Change your comment" not in page
    assert client.post(path, fields).status_code == 303
    assert Objection.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Say why the decision is wrong."),
        (" \u200b ", "Say why the decision is wrong."),
        ("x" * 5_001, "5001 of at most 5000 characters."),
        ("a\x00b", "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_taken_comes_back_as_it_was_typed(rejected: Comment, typed: str, said: str) -> None:
    client, path = Client(), own_path(rejected)
    response = client.post(path, {"object": "1", "words": typed, "saw": seen(rejected)})
    assert response.status_code == 422
    form = read(response).one("form", id="objection-form")
    assert said in words(form)
    assert form.one("textarea").text.removeprefix("\n") == typed.replace("\x00", "\x00")
    assert not Objection.objects.exists()


def _late(comment: Comment, clock: Traveller) -> None:
    clock.shift(policy.OBJECTION_WINDOW + timedelta(days=1))


def _other(comment: Comment, clock: Traveller) -> None:
    objected(comment, "My first words.")


def _withdrawn(comment: Comment, clock: Traveller) -> None:
    objected(comment)
    posting.withdraw(comment, saw=comment.seen)


def _approved(comment: Comment, clock: Traveller) -> None:
    factories.decided(comment, Status.APPROVED)


@pytest.mark.parametrize("meanwhile", [_late, _other, _withdrawn, _approved])
def test_an_objection_that_comes_too_late_is_refused_in_words_and_kept(
    clock: Traveller, rejected: Comment, meanwhile: Callable[[Comment, Traveller], None]
) -> None:
    fields = {"object": "1", "words": "I object.", "saw": seen(rejected)}
    meanwhile(rejected, clock)
    response = Client().post(own_path(rejected), fields)
    assert response.status_code == 409
    page = read(response)
    assert words(page.one("div", role="alert"))
    assert page.one("form", id="objection-form").one("textarea").text.strip() == "I object."


def test_from_another_site_it_is_not_taken_and_kept(rejected: Comment) -> None:
    fields = {"object": "1", "words": "I object.", "saw": seen(rejected)}
    response = Client().post(own_path(rejected), fields, headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 403
    assert read(response).one("form", id="objection-form").one("textarea").text.strip() == "I object."
    assert not Objection.objects.exists()


def test_who_is_barred_may_object(clock: Traveller, edition: Edition, mona: User) -> None:
    ann = author(edition)
    comment = factories.decided(ann.comments.get(), Status.REJECTED, by=mona)
    give(ann, Standing.BARRED)
    fields = {"object": "1", "words": WRONG, "saw": seen(comment)}
    assert Client().post(own_path(comment), fields).status_code == 303


# --- The desk -------------------------------------------------------------------------------------------------------


def test_it_stands_on_top_of_the_others_queue_and_in_a_view_of_its_own(
    clock: Traveller, rejected: Comment, edition: Edition, sign_in: Callable[..., Client], mona: User, milo: User
) -> None:
    clock.shift(timedelta(hours=1))
    factories.pending(edition, name="Older", at=NOON - timedelta(days=1))
    objected(rejected)
    for user, first in ((milo, rejected.name), (mona, "Older")):
        page = read(sign_in(user=user).get(DESK))
        assert words(page.all("article", class_="card")[0].one("h3")) == first
        page = read(sign_in(user=user).get(f"{DESK}?queue=objected"))
        assert [words(card.one("h3")) for card in page.all("article", class_="card")] == [rejected.name]
    counts = {queue.name: count for queue, count in queues.counted()}
    assert (counts["objected"], counts["waiting"]) == (1, 2)


def test_the_card_has_both_texts_and_offers_an_answer_to_the_others(
    clock: Traveller, rejected: Comment, sign_in: Callable[..., Client], mona: User, milo: User
) -> None:
    objected(rejected)
    card = read(sign_in(user=milo).get(DESK)).one("article", id=f"row-{rejected.pk}")
    said = words(card.one("div", class_="card__objected"))
    assert said == (
        "Its author objects to a decision. Answer in words, whatever you decide."
        " rejected by Mona, 2 March 2026, 12:00 UTC: off topic Another story."
        f" The author objects, 2 March 2026, 12:00 UTC: {WRONG}"
    )
    (mine,) = desk.cards(list(desk.for_desk(Comment.objects.filter(pk=rejected.pk))), by=mona)
    (theirs,) = desk.cards(list(desk.for_desk(Comment.objects.filter(pk=rejected.pk))), by=milo)
    assert (mine.can_be, theirs.can_be) == ([], [Status.APPROVED, Status.REJECTED, Status.RETURNED])


def test_the_cards_own_button_sends_the_answer(rejected: Comment, sign_in: Callable[..., Client], milo: User) -> None:
    objected(rejected)
    client = sign_in(user=milo)
    data = {"decide": f"approve:{rejected.pk}", f"saw-{rejected.pk}": rejected.seen}
    assert "answer in the explanation" in words(read(client.post(DESK, data)).one("ul", class_="messagelist"))
    client.post(DESK, {**data, f"explanation-{rejected.pk}": "You are right."})
    rejected.refresh_from_db()
    said = current(rejected)
    assert said is not None
    assert (rejected.status, said.explanation) == (Status.APPROVED, "You are right.")


def test_the_ledger_of_the_comment_keeps_what_was_objected_beside_the_answer(
    rejected: Comment, sign_in: Callable[..., Client], milo: User
) -> None:
    answered(objected(rejected), Status.APPROVED, milo)
    table = read(sign_in(user=milo).get(f"{DESK}{rejected.pk}/change/")).one("table", class_="log")
    said = [[words(cell) for cell in row.all("td")][2:6] for row in table.all("tr")[3:]]
    assert said == [["objected", "author", "", WRONG], ["approved, on objection", "Milo", "", "You are right."]]


def test_the_ledger_can_be_narrowed_to_objections_and_their_answers(
    rejected: Comment, edition: Edition, sign_in: Callable[..., Client], mona: User, milo: User
) -> None:
    answered(objected(rejected), Status.APPROVED, milo)
    other = objected(factories.decided(factories.pending(edition), Status.REJECTED, by=mona))
    answered(other, Status.REJECTED, milo)
    client = sign_in(user=mona)

    def labels(chosen: str) -> list[str]:
        response = client.get(f"/admin/comments/decision/?objection={chosen}")
        return [entry.decision.label for entry in response.context_data["entries"]]  # type: ignore[attr-defined]

    assert labels("raised") == ["objected", "objected"]
    assert labels("upheld") == ["rejected, on objection"]
    assert labels("overturned") == ["approved, on objection"]
    assert labels("nonsense") == []
    rows = csv.DictReader("".join(ledger.as_csv(Decision.objects.order_by("-pk"))).splitlines())
    assert len([row for row in rows if row["objection"]]) == 4


def test_figures_tell_what_was_objected_to_and_overturned(
    clock: Traveller, edition: Edition, mona: User, milo: User
) -> None:
    def case(to: Status | None) -> None:
        comment = objected(factories.decided(factories.pending(edition), Status.REJECTED, by=mona))
        if to:
            answered(comment, to, milo)

    for to in (None, Status.REJECTED, Status.APPROVED, Status.RETURNED):
        case(to)
    undone = objected(factories.decided(factories.pending(edition), Status.REJECTED, by=mona))
    moderation.undo(answered(undone, Status.APPROVED, milo), by=milo)
    assert figures.objected(NOON) == Objected(raised=5, upheld=1, overturned=2)
    assert figures.objected(NOON - timedelta(seconds=1)) == Objected()

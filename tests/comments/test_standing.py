"""The standing of authors, and slowed networks: given with a reason, written down, ended by the clock."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from comments import facts, networks, notes, notifications, permissions, policy, posting, standing
from comments.models import AuthorNote, Commenter, Network, NetworkRestraint, Notice, StandingChange, StandingWords
from comments.models.log import LedgerError
from comments.states import GIVEN_STANDINGS, Restraint, Standing, Status
from newsportal.refusal import NotPermitted, Refusal, Stale
from tests import factories
from tests.comments.authors import author, confirmed, give, saw
from tests.comments.conftest import NOON

DAY = timedelta(days=1)


@pytest.fixture
def moderator(db: None) -> User:
    return factories.user("moderators", first_name="Mona", last_name="Lind")


@pytest.fixture(autouse=True)
def _noon(clock: Traveller) -> None:
    """Before the story is created."""


@pytest.fixture
def ann(clock: Traveller, edition: Edition) -> Commenter:
    return author(edition)


@pytest.fixture
def network(clock: Traveller, edition: Edition) -> Network:
    return Network.objects.get(digest=factories.pending(edition).revisions.get().network)


def stands(commenter: Commenter) -> str:
    given = facts.standing_given(commenter, timezone.now())
    return given.to_standing if given else facts.standing_earned(facts.record_of(commenter)[0])


def restrain(network: Network, to: Restraint, by: User, **how: Any) -> NetworkRestraint:
    newest = network.restraints.order_by("pk").last()
    return standing.restrain(network, to=to, by=by, **{"saw": standing.seen(newest), "reason": "A flood.", **how})


# --- Given, earned, ended -------------------------------------------------------------------------------------------


def test_an_author_is_new_then_known_and_trusted_where_the_setting_says_so(
    edition: Edition, settings: Any, ann: Commenter
) -> None:
    assert stands(ann) == Standing.NEW
    comment = ann.comments.get()
    factories.decided(comment, Status.APPROVED)
    assert stands(ann) == Standing.KNOWN
    settings.COMMENTS_TRUST_AFTER = 1
    assert stands(ann) == Standing.TRUSTED
    factories.decided(comment, Status.REJECTED)
    assert stands(ann) == Standing.NEW


@pytest.mark.parametrize("to", GIVEN_STANDINGS)
def test_a_given_standing_is_written_down_with_who_from_to_why_and_until(
    ann: Commenter, moderator: User, to: Standing
) -> None:
    change = give(ann, to, by=moderator, until=NOON + DAY, reason=" For a\x00 reason. ")
    row = StandingChange.objects.get()
    assert change == row
    assert (row.commenter, row.by, row.from_standing, row.to_standing) == (ann, moderator, "new", to)
    assert (row.at, row.until, row.reason) == (NOON, NOON + DAY, "For a reason.")
    assert stands(ann) == to


def test_it_ends_by_itself_at_the_very_moment_and_nothing_runs_for_that(clock: Traveller, ann: Commenter) -> None:
    give(ann, Standing.PAUSED, until=NOON + DAY)
    clock.shift(DAY - timedelta(microseconds=1))
    assert stands(ann) == Standing.PAUSED
    clock.shift(timedelta(microseconds=1))
    assert stands(ann) == Standing.NEW
    # A clock that is set back an hour shows what it would have shown then.
    clock.shift(-timedelta(hours=1))
    assert stands(ann) == Standing.PAUSED
    assert StandingChange.objects.count() == 1


def test_the_next_change_says_what_was_before_it_and_an_ended_one_was_nothing(clock: Traveller, ann: Commenter) -> None:
    give(ann, Standing.HELD)
    give(ann, Standing.PAUSED)
    clock.shift(2 * DAY)
    give(ann, Standing.BARRED)
    steps = list(StandingChange.objects.values_list("from_standing", "to_standing"))
    assert steps == [("new", "held"), ("held", "paused"), ("new", "barred")]


def test_what_is_given_is_lifted_with_a_reason_and_what_was_earned_counts_again(
    ann: Commenter, moderator: User
) -> None:
    factories.decided(ann.comments.get(), Status.APPROVED)
    give(ann, Standing.BARRED)
    row = standing.lift(ann, by=moderator, saw=saw(ann), reason="It was somebody else.")
    assert (row.from_standing, row.to_standing, row.until, row.reason) == ("barred", "", None, "It was somebody else.")
    assert stands(ann) == Standing.KNOWN
    with pytest.raises(Refusal, match="There is nothing to lift"):
        standing.lift(ann, by=moderator, saw=saw(ann), reason="Again.")


def test_a_trust_of_days_can_follow_a_pause_and_a_pause_can_be_made_longer(clock: Traveller, ann: Commenter) -> None:
    give(ann, Standing.PAUSED, until=NOON + DAY)
    give(ann, Standing.PAUSED, until=NOON + 2 * DAY)
    clock.shift(DAY)
    assert stands(ann) == Standing.PAUSED
    give(ann, Standing.TRUSTED, until=NOON + 9 * DAY)
    assert stands(ann) == Standing.TRUSTED


# --- Refused --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "how", "words"),
    [
        (Standing.PAUSED, {"until": NOON - timedelta(seconds=1)}, "This time has passed. Choose one to come."),
        (Standing.PAUSED, {"until": NOON}, "This time has passed. Choose one to come."),
        (Standing.PAUSED, {"until": NOON + 31 * DAY}, "That is too long: 30 days at most."),
        (Standing.BARRED, {"until": NOON + 3653 * DAY}, "That is too long: 366 days at most."),
        (Standing.HELD, {"reason": ""}, "Say why, in words: the author and your colleagues read it."),
        (Standing.HELD, {"reason": " \n\u200b\x00 "}, "Say why, in words: the author and your colleagues read it."),
        (Standing.HELD, {"reason": "x" * 10_000}, "The reason is too long: 1000 characters at most."),
        (Standing.NEW, {}, "Choose a standing. “New” and “known” are earned by comments that are approved."),
        (Standing.KNOWN, {}, "Choose a standing. “New” and “known” are earned by comments that are approved."),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_changes_nothing(
    ann: Commenter, to: Standing, how: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refusal) as refused:
        give(ann, to, **how)
    assert refused.value.words == words
    assert (StandingChange.objects.count(), StandingWords.objects.count()) == (0, 0)


def test_a_pause_without_an_end_is_none(ann: Commenter, moderator: User) -> None:
    with pytest.raises(Refusal, match="Say until when: a pause ends by itself"):
        standing.give(ann, to=Standing.PAUSED, by=moderator, saw="0", reason="Because.")


def test_the_same_pause_twice_is_told_and_not_written_twice(ann: Commenter) -> None:
    give(ann, Standing.PAUSED, until=NOON + DAY)
    with pytest.raises(Refusal, match="That is how the author stands already"):
        give(ann, Standing.PAUSED, until=NOON + DAY)
    assert StandingChange.objects.count() == 1


def test_the_second_of_two_moderators_is_told_who_was_quicker_and_overwrites_nothing(
    ann: Commenter, moderator: User
) -> None:
    both_saw = saw(ann)
    give(ann, Standing.TRUSTED, by=moderator, saw=both_saw)
    with pytest.raises(Stale) as refused:
        give(ann, Standing.BARRED, saw=both_saw)
    assert refused.value.words == (
        "Somebody was quicker: trusted, by Mona Lind, 2 March 2026, 12:00 UTC. Nothing was overwritten."
    )
    assert stands(ann) == Standing.TRUSTED
    for nonsense in ("", "1; drop", "9" * 40):
        with pytest.raises(Stale):
            give(ann, Standing.BARRED, saw=nonsense)


def test_an_author_who_is_gone_gets_no_standing_and_no_note(moderator: User) -> None:
    gone = Commenter(pk=999, email="gone@example.org", confirmed_at=timezone.now())
    with pytest.raises(Refusal, match="There is no such author any more"):
        standing.give(gone, to=Standing.HELD, by=moderator, saw="0", reason="Because.")
    with pytest.raises(Refusal, match="There is no such author any more"):
        notes.write(gone, by=moderator, text="Who?")


@pytest.mark.parametrize("role", ["", "writers", "editors"])
def test_nobody_but_moderators_changes_how_authors_stand(ann: Commenter, network: Network, role: str) -> None:
    stranger = factories.user(role)
    acts = (
        lambda: give(ann, Standing.BARRED, by=stranger),
        lambda: standing.lift(ann, by=stranger, saw="0", reason="No."),
        lambda: restrain(network, Restraint.PAUSED, stranger),
        lambda: standing.release(network, by=stranger, saw="0", reason="No."),
        lambda: notes.write(ann, by=stranger, text="A note."),
    )
    for act in acts:
        with pytest.raises(NotPermitted):
            act()


def test_who_may_decide_is_not_by_that_allowed_to_bar(ann: Commenter) -> None:
    trainee = factories.user()
    trainee.user_permissions.add(Permission.objects.get(codename="moderate_comment"))
    trainee = User.objects.get(pk=trainee.pk)
    with pytest.raises(NotPermitted):
        give(ann, Standing.BARRED, by=trainee)
    assert notes.write(ann, by=trainee, text="Looks odd.").by == trainee


def test_the_log_cannot_be_changed_through_the_orm_but_its_words_can_be_erased(ann: Commenter) -> None:
    change = give(ann, Standing.BARRED)
    change.to_standing = Standing.TRUSTED
    for act in (
        change.save,
        change.delete,
        StandingChange.objects.all().delete,
        lambda: StandingChange.objects.update(to_standing="trusted"),
        lambda: StandingChange.objects.bulk_update([change], ["to_standing"]),
    ):
        with pytest.raises(LedgerError), transaction.atomic():
            act()
    StandingWords.objects.filter(change=change).update(reason="")
    row = StandingChange.objects.get()
    assert (row.to_standing, row.reason) == ("barred", "")


# --- Told -----------------------------------------------------------------------------------------------------------


def test_who_is_paused_barred_or_let_in_again_gets_a_mail_that_says_all_of_it(
    ann: Commenter, moderator: User, mailoutbox: list[Any]
) -> None:
    give(ann, Standing.BARRED, reason="Sold watches.")
    Notice.objects.exclude(kind="standing").delete()
    assert notifications.send_due(NOON) == 0
    assert notifications.send_due(NOON + policy.NOTICE_DELAY) == 1
    standing.lift(ann, by=moderator, saw=saw(ann), reason="A mistake.")
    assert notifications.send_due(NOON + policy.NOTICE_DELAY) == 1
    barred, lifted = mailoutbox
    assert (barred.to, barred.subject) == (["ann@example.org"], "You are barred: you may not comment here")
    public_id = ann.comments.get().public_id
    for words in ("Sold watches.", f"name this comment: {public_id}.", "/my-comment/"):
        assert words in barred.body
    assert lifted.subject == "You may comment again"
    assert "A mistake." in lifted.body


def test_a_standing_that_is_changed_within_the_delay_is_told_once(ann: Commenter, mailoutbox: list[Any]) -> None:
    Notice.objects.all().delete()
    give(ann, Standing.BARRED)
    give(ann, Standing.PAUSED, until=NOON + DAY)
    notifications.send_due(NOON + policy.NOTICE_DELAY)
    assert [mail.subject for mail in mailoutbox] == ["You are paused: you may not comment for now"]


def test_who_never_heard_of_a_bar_hears_nothing_of_its_end(
    ann: Commenter, moderator: User, mailoutbox: list[Any]
) -> None:
    Notice.objects.all().delete()
    give(ann, Standing.BARRED)
    standing.lift(ann, by=moderator, saw=saw(ann), reason="A slip of the hand.")
    notifications.send_due(NOON + policy.NOTICE_DELAY)
    assert mailoutbox == []


def test_the_end_of_a_bar_is_told_whatever_is_given_next(
    ann: Commenter, moderator: User, mailoutbox: list[Any]
) -> None:
    Notice.objects.all().delete()
    give(ann, Standing.BARRED)
    notifications.send_due(NOON + policy.NOTICE_DELAY)
    standing.lift(ann, by=moderator, saw=saw(ann), reason="A mistake.")
    give(ann, Standing.HELD)
    notifications.send_due(NOON + policy.NOTICE_DELAY)
    assert [mail.subject for mail in mailoutbox] == [
        "You are barred: you may not comment here",
        "You may comment again",
    ]


@pytest.mark.parametrize("to", [Standing.TRUSTED, Standing.HELD])
def test_who_may_write_gets_no_mail_about_how_they_stand(ann: Commenter, to: Standing) -> None:
    give(ann, to)
    assert not Notice.objects.filter(kind="standing").exists()


# --- Networks -------------------------------------------------------------------------------------------------------


def test_a_network_is_slowed_or_paused_and_never_barred(network: Network, moderator: User) -> None:
    assert set(Restraint.values) == {"slowed", "paused"}
    with pytest.raises(Refusal, match="A network can be slowed or paused, and nothing else"):
        restrain(network, "barred", moderator)  # type: ignore[arg-type]
    row = restrain(network, Restraint.SLOWED, moderator, until=NOON + timedelta(hours=1))
    assert (row.from_restraint, row.to_restraint, row.until, row.by) == (
        "",
        "slowed",
        NOON + timedelta(hours=1),
        moderator,
    )


def test_no_restraint_outlives_the_key_of_its_network(clock: Traveller, network: Network, moderator: User) -> None:
    end = networks.ends_at(network.period)
    assert NOON < end <= NOON + policy.NETWORK_KEY_LIFE
    assert restrain(network, Restraint.PAUSED, moderator).until == end
    for too_late in (end + timedelta(seconds=1), NOON + 3653 * DAY, NOON):
        with pytest.raises(Refusal):
            restrain(network, Restraint.SLOWED, moderator, until=too_late)
    clock.move_to(end)
    with pytest.raises(Refusal, match="The key of this network is gone"):
        restrain(network, Restraint.SLOWED, moderator)
    assert networks.forget_old(timezone.now()) == 1
    assert (Network.objects.count(), NetworkRestraint.objects.count()) == (0, 0)


def test_a_network_is_set_free_and_a_second_moderator_is_told(network: Network, moderator: User) -> None:
    restrain(network, Restraint.PAUSED, moderator)
    with pytest.raises(Stale, match="Somebody was quicker: paused, by Mona Lind"):
        restrain(network, Restraint.SLOWED, factories.user("moderators"), saw="0")
    newest = standing.seen(NetworkRestraint.objects.get())
    standing.release(network, by=moderator, saw=newest, reason="The class has gone home.")
    assert facts.restraint_on(network.digest, timezone.now()) is None
    with pytest.raises(Refusal, match="There is nothing to lift"):
        standing.release(
            network, by=moderator, saw=standing.seen(NetworkRestraint.objects.latest("pk")), reason="Again."
        )
    with pytest.raises(LedgerError):
        NetworkRestraint.objects.all().delete()


# --- Notes ----------------------------------------------------------------------------------------------------------


def test_a_note_is_struck_by_its_writer_alone_and_once(ann: Commenter, moderator: User) -> None:
    note = notes.write(ann, by=moderator, text=" Writes well\x00 when calm. ")
    assert (note.text, note.by, note.at, note.struck_at) == ("Writes well when calm.", moderator, NOON, None)
    with pytest.raises(NotPermitted, match="Only who wrote a note strikes it"):
        notes.strike(note, by=factories.user("moderators"))
    notes.strike(note, by=moderator)
    with pytest.raises(Refusal, match="This note is struck already"):
        notes.strike(note, by=moderator)
    assert AuthorNote.objects.get().struck_at == NOON


@pytest.mark.parametrize(
    ("text", "words"), [("", "The note is empty."), ("x" * 10_000, "The note is too long: 1000 characters at most.")]
)
def test_a_note_says_something_and_not_too_much(ann: Commenter, moderator: User, text: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        notes.write(ann, by=moderator, text=text)
    assert refused.value.words == words


def test_a_note_can_be_erased(edition: Edition, ann: Commenter, moderator: User) -> None:
    notes.write(ann, by=moderator, text="Private matters.")
    assert AuthorNote.objects.filter(commenter=ann).delete()[0] == 1
    assert confirmed(edition).commenter == ann
    assert posting.confirm_address(ann.comments.all()[0]) is False


# --- Who may --------------------------------------------------------------------------------------------------------


def test_lead_moderators_may_do_whatever_moderators_may(db: None) -> None:
    moderator, lead = factories.user("moderators"), factories.user("lead moderators")
    assert permissions.can_give_standing(lead)
    assert moderator.get_all_permissions() - lead.get_all_permissions() == set()

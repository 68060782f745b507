"""Reports make a case; a decision answers it and reporters are told; and numbers alone hide nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from comments import moderation, networks, notifications, policy, posting, queues, reporting, standing, statements
from comments.models import Comment, Decision, Network, Notice, Report, ReportCase
from comments.posting import Paused, TooFast
from comments.replay import discrepancies
from comments.report_words import answer_to, outcome
from comments.reporting import Complaint, Taken
from comments.states import Reason, Restraint, Status
from newsportal.refusal import Refusal
from tests import factories
from tests.comments.authors import confirmed
from tests.mail import MailServer, body_of, subject_of

pytestmark = pytest.mark.django_db

HATE = Complaint(Reason.HATE)
CRIME = Complaint(Reason.ILLEGAL, "It calls for violence.", "Ann Ek", "ann@example.org")


@pytest.fixture
def comment(edition: Edition) -> Comment:
    return factories.approved(edition)


@pytest.fixture
def moderator(db: None) -> User:
    return factories.user("moderators", first_name="Mona", last_name="Lind")


def report(comment: Comment, complaint: Complaint = HATE, *, sent_from: str = "198.51.100.1") -> Taken:
    taken = reporting.report(comment, complaint, address=factories.address(sent_from))
    comment.refresh_from_db()
    return taken


def decide(comment: Comment, to: Status, by: User, **how: Any) -> Decision:
    comment.refresh_from_db()
    if to is Status.REJECTED:
        how.setdefault("reason", "hate")
    if to is Status.RETURNED:
        how.setdefault("explanation", "Say where you read that.")
    return moderation.decide(comment, to=to, by=by, **{"saw": comment.seen_at_desk, **how})


def said(taken: Taken) -> str:
    """What its sender reads about the result; empty as long as there is none."""
    sent = Report.objects.get(pk=taken.report.pk)
    answer = answer_to(sent)
    return " ".join([(told := outcome(sent, answer)).heading, *told.done]) if answer else ""


def mails(server: MailServer) -> list[tuple[str, str]]:
    return [(str(mail["To"]), subject_of(mail)) for mail in server.taken]


# --- A case ---------------------------------------------------------------------------------------------------------


def test_a_report_opens_a_case_and_hides_nothing(comment: Comment) -> None:
    taken = report(comment)
    assert (taken.is_repeat, comment.status, comment.is_public) == (False, Status.APPROVED, True)
    assert comment.report_case == taken.report.case == ReportCase.objects.get()
    assert (taken.report.revision, taken.report.reason) == (comment.public_revision, Reason.HATE)


def test_the_same_report_a_thousand_times_from_one_place_counts_once(comment: Comment) -> None:
    first = report(comment)
    place = comment.reported_at
    again = [report(comment) for _ in range(1_000)]
    assert {(taken.report.pk, taken.is_repeat) for taken in again} == {(first.report.pk, True)}
    assert (Report.objects.count(), comment.reported_at, comment.is_public) == (1, place, True)


def test_what_was_answered_is_not_opened_again_by_the_same_report(comment: Comment, moderator: User) -> None:
    first = report(comment)
    decide(comment, Status.APPROVED, moderator)
    again = report(comment)
    assert (again.report, again.is_repeat, comment.report_case) == (first.report, True, None)


def test_many_reports_are_one_case_that_is_read_sooner_and_a_thousand_hide_nothing(
    clock: Traveller, edition: Edition
) -> None:
    few, many = factories.approved(edition), factories.approved(edition)
    report(few)
    clock.shift(timedelta(minutes=15))
    for number in range(40):
        report(many, sent_from=f"198.51.100.{number}")
    assert (ReportCase.objects.count(), many.report_case_id and many.report_case.reports.count()) == (2, 40)
    assert (many.status, many.is_public) == (Status.APPROVED, True)
    assert few.reported_at
    assert many.reported_at
    # Forty count as twelve more than one, and no more.
    assert few.reported_at - many.reported_at == 12 * policy.RISK_IS_WORTH - timedelta(minutes=15)


def test_different_reports_from_one_network_are_kept_and_count_for_one(comment: Comment) -> None:
    report(comment)
    place = comment.reported_at
    report(comment, Complaint(Reason.OFFENSIVE))
    report(comment, Complaint(Reason.HATE, "All of it."))
    assert (Report.objects.count(), comment.reported_at) == (3, place)


def test_what_is_reported_as_illegal_comes_first_in_the_view(edition: Edition) -> None:
    early, late = factories.approved(edition), factories.approved(edition)
    for number in range(9):
        report(early, sent_from=f"198.51.100.{number}")
    report(late, CRIME)
    factories.approved(edition)
    found = queues.find(queues.Asked(queues.queue_named("reported"), queues.PRESSING))
    assert list(found.rows) == [late, early]
    assert {queue.name: count for queue, count in queues.counted()}["reported"] == 2


def test_a_network_reports_so_many_in_a_while_and_then_waits(clock: Traveller, edition: Edition) -> None:
    comments = [factories.approved(edition) for _ in range(policy.REPORT_BURST + 1)]
    for each in comments[:-1]:
        report(each)
    with pytest.raises(TooFast) as refused:
        report(comments[-1])
    assert refused.value.retry_after == policy.BURST_WINDOW
    assert report(comments[0]).is_repeat is True
    assert report(comments[-1], sent_from="198.51.100.2").is_repeat is False
    clock.shift(policy.BURST_WINDOW + timedelta(seconds=1))
    assert report(comments[-1]).is_repeat is False


def test_who_may_not_write_may_report(edition: Edition, moderator: User) -> None:
    comment = factories.approved(edition, sent_from="198.51.100.1")
    network, until = Network.objects.get(), timezone.now() + timedelta(hours=1)
    standing.restrain(network, to=Restraint.PAUSED, by=moderator, saw="0", reason="A flood.", until=until)
    with pytest.raises(Paused):
        factories.pending(edition, sent_from="198.51.100.1")
    assert report(comment).is_repeat is False


@pytest.mark.parametrize("to", [Status.REJECTED, Status.SPAM, Status.RETURNED])
def test_a_comment_that_readers_do_not_see_is_not_reported(comment: Comment, moderator: User, to: Status) -> None:
    decide(comment, to, moderator)
    with pytest.raises(moderation.Gone):
        report(comment)
    assert (Report.objects.count(), ReportCase.objects.count()) == (0, 0)


# --- The answer -----------------------------------------------------------------------------------------------------


def test_to_leave_it_up_answers_the_reports_and_changes_nothing(comment: Comment, moderator: User) -> None:
    taken = report(comment)
    decision = decide(comment, Status.APPROVED, moderator)
    comment.refresh_from_db()
    assert (decision.from_status, decision.to_status, decision.report_case) == (
        "approved",
        "approved",
        taken.report.case,
    )
    assert (decision.is_keeping, decision.is_featuring, decision.deed) == (
        True,
        False,
        "left up after reports by Mona Lind",
    )
    assert (comment.report_case, comment.reported_at, comment.is_public) == (None, None, True)
    assert said(taken) == (
        "We do not find it against our rules. A moderator has read it with your report beside it, and it stands."
        " A person decided."
    )
    assert discrepancies() == []


@pytest.mark.parametrize(
    ("to", "words"),
    [
        (Status.REJECTED, "It was taken down. The reason: hate."),
        (Status.SPAM, "It was taken down as advertising."),
        (Status.RETURNED, "It was taken down, and its author was asked to change it."),
    ],
)
def test_what_takes_it_down_answers_the_reports(comment: Comment, moderator: User, to: Status, words: str) -> None:
    taken = report(comment)
    decision = decide(comment, to, moderator)
    comment.refresh_from_db()
    assert (decision.report_case, comment.report_case) == (taken.report.case, None)
    assert said(taken) == f"Your report was followed. {words} A person decided."


def test_what_was_not_reported_is_not_approved_again(comment: Comment, moderator: User) -> None:
    with pytest.raises(Refusal) as refused:
        decide(comment, Status.APPROVED, moderator)
    assert refused.value.words == "A comment that is “approved” cannot become “approved”."


def test_who_approved_it_may_answer_what_is_reported(edition: Edition, moderator: User) -> None:
    comment = factories.decided(factories.pending(edition), Status.APPROVED, by=moderator)
    report(comment)
    assert decide(comment, Status.APPROVED, moderator).by == moderator


def test_of_two_who_answer_one_case_the_second_is_told(comment: Comment, moderator: User) -> None:
    report(comment)
    saw = comment.seen_at_desk
    decide(comment, Status.APPROVED, moderator)
    for to in (Status.APPROVED, Status.REJECTED):
        with pytest.raises(moderation.Conflict) as refused:
            decide(comment, to, factories.user("moderators"), saw=saw)
        assert "left up after reports by Mona Lind" in refused.value.words
        assert refused.value.meanwhile.may_override is (to is Status.REJECTED)
    assert (comment.status, Decision.objects.filter(report_case__isnull=False).count()) == (Status.APPROVED, 1)


def test_reports_that_were_not_shown_are_not_answered(comment: Comment, moderator: User) -> None:
    saw = comment.seen_at_desk
    report(comment)
    with pytest.raises(moderation.Conflict) as refused:
        decide(comment, Status.REJECTED, moderator, saw=saw)
    assert refused.value.words == (
        "This comment has been reported since it was shown to you. Nothing was decided; read the reports first."
    )
    assert refused.value.meanwhile.may_override is False


def test_a_report_that_joins_an_open_case_is_read_before_it_is_answered(comment: Comment, moderator: User) -> None:
    report(comment)
    comment.refresh_from_db()
    saw = comment.seen_at_desk
    report(comment, CRIME, sent_from="198.51.100.8")
    for to in (Status.REJECTED, Status.APPROVED):
        with pytest.raises(moderation.Conflict, match="has been reported since it was shown to you") as refused:
            decide(comment, to, moderator, saw=saw)
        assert refused.value.meanwhile.may_override is False
    decide(comment, Status.REJECTED, moderator, saw=refused.value.meanwhile.seen)
    assert comment.status == Status.REJECTED


def test_who_has_not_read_the_reports_does_not_override_a_colleague(edition: Edition, moderator: User) -> None:
    comment = factories.pending(edition)
    saw = comment.seen_at_desk
    factories.decided(comment, Status.APPROVED)
    report(comment)
    with pytest.raises(moderation.Conflict, match="Decided already: approved by") as refused:
        decide(comment, Status.REJECTED, moderator, saw=saw)
    assert refused.value.meanwhile.may_override is False


def test_a_badge_says_nothing_of_the_reports(comment: Comment, moderator: User) -> None:
    report(comment)
    moderation.feature(comment, by=moderator, saw=comment.seen_at_desk)
    decision = moderation.feature(comment, by=moderator, saw=comment.seen_at_desk, on=False)
    assert (decision.report_case, comment.report_case_id is not None) == (None, True)


def test_many_cases_are_answered_by_one_act(edition: Edition, moderator: User) -> None:
    reported, plain = [factories.approved(edition) for _ in range(3)], [factories.approved(edition) for _ in range(2)]
    for comment in reported:
        report(comment)
    chosen = [*reported, *plain]
    saw = {comment.pk: comment.seen_at_desk for comment in chosen}
    moderation.decide_all(chosen, to=Status.SPAM, by=moderator, saw=saw)
    assert Comment.objects.filter(status=Status.SPAM, report_case=None, reported_at=None).count() == 5
    assert Comment.objects.filter(report_case__isnull=False).count() == 0
    assert Decision.objects.filter(report_case__isnull=False).count() == 3


# --- What its author does meanwhile ---------------------------------------------------------------------------------


def test_a_withdrawal_answers_the_reports_in_words(comment: Comment) -> None:
    taken = report(comment)
    posting.withdraw(comment, saw=comment.seen)
    assert comment.report_case is None
    assert said(taken) == ("Your report was followed. Its author has withdrawn it; readers do not see it any more.")


def test_an_edit_leaves_the_case_open_until_the_new_text_is_read(comment: Comment, moderator: User) -> None:
    taken = report(comment)
    posting.edit(comment, body=f"{factories.GOOD_TEXT} Better.", saw=comment.seen, address=factories.address())
    comment.refresh_from_db()
    assert (comment.status, comment.report_case) == (Status.PENDING, taken.report.case)
    decide(comment, Status.APPROVED, moderator)
    assert said(taken) == (
        "We do not find it against our rules. Its author has changed it since you reported it. A moderator has read"
        " the new text, and it stands. A person decided."
    )


def test_an_edit_that_a_rule_takes_answers_no_report(edition: Edition, settings: Any) -> None:
    settings.COMMENTS_TRUST_AFTER = 1
    factories.decided(confirmed(edition), Status.APPROVED)
    comment = confirmed(edition)
    assert comment.status == Status.APPROVED
    taken = report(comment)
    posting.edit(comment, body=f"{factories.GOOD_TEXT} Better.", saw=comment.seen, address=factories.address())
    comment.refresh_from_db()
    assert (comment.status, comment.report_case, said(taken)) == (Status.APPROVED, taken.report.case, "")


def test_an_author_who_acts_is_not_told_of_reports(comment: Comment) -> None:
    saw = comment.seen
    report(comment)
    assert comment.seen == saw
    posting.withdraw(comment, saw=saw)
    assert comment.status == Status.WITHDRAWN


def test_ones_own_comment_may_be_reported(comment: Comment) -> None:
    taken = report(comment, sent_from="203.0.113.7")
    assert (taken.is_repeat, comment.report_case) == (False, taken.report.case)


def test_the_author_reads_that_readers_had_reported_it_and_not_who(comment: Comment, moderator: User) -> None:
    report(comment, CRIME)
    told = statements.statement(decide(comment, Status.REJECTED, moderator, reason="illegal"))
    assert told.automation == (
        "Readers had reported the comment. No automatic means were used to find the comment. A person decided."
    )
    assert not {"Ann", "ann@example.org", "violence"} & set(" ".join(told.paragraphs()).replace(".", " ").split())


def test_an_author_is_told_nothing_of_reports_that_were_not_followed(edition: Edition, moderator: User) -> None:
    comment = factories.decided(confirmed(edition), Status.APPROVED)
    Notice.objects.all().delete()
    report(comment)
    decide(comment, Status.APPROVED, moderator)
    assert Notice.objects.count() == 0


# --- Undo -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", [Status.APPROVED, Status.REJECTED])
def test_an_undo_opens_the_case_again_in_its_place(comment: Comment, moderator: User, to: Status) -> None:
    taken = report(comment)
    place = comment.reported_at
    decision = decide(comment, to, moderator)
    back = moderation.undo(decision, by=moderator)
    comment.refresh_from_db()
    assert (comment.status, comment.report_case, comment.reported_at) == (Status.APPROVED, taken.report.case, place)
    assert (said(taken), back.report_case) == ("", None)
    assert discrepancies() == []
    # And it is answered again.
    decide(comment, Status.SPAM, moderator)
    assert said(taken) == "Your report was followed. It was taken down as advertising. A person decided."


def test_the_undo_of_leaving_it_up_is_called_so(comment: Comment, moderator: User) -> None:
    report(comment)
    back = moderation.undo(decide(comment, Status.APPROVED, moderator), by=moderator)
    back = Decision.objects.get(pk=back.pk)
    assert (back.is_featuring, back.label, back.deed) == (
        False,
        "reopened for its reports",
        "reopened for its reports by Mona Lind",
    )


def test_what_was_reported_since_joins_the_case_that_an_undo_opens(comment: Comment, moderator: User) -> None:
    first = report(comment)
    decision = decide(comment, Status.APPROVED, moderator)
    second = report(comment, CRIME, sent_from="198.51.100.2")
    moderation.undo(decision, by=moderator)
    comment.refresh_from_db()
    assert comment.report_case == first.report.case
    assert set(comment.report_case.reports.values_list("pk", flat=True)) == {first.report.pk, second.report.pk}
    assert comment.reported_at == first.report.received_at - policy.ILLEGAL_IS_WORTH - policy.RISK_IS_WORTH
    decide(comment, Status.REJECTED, moderator)
    assert (
        said(first)
        == said(second)
        == "Your report was followed. It was taken down. The reason: hate. A person decided."
    )
    assert Comment.objects.filter(report_case__isnull=False).count() == 0


def test_an_undo_that_takes_a_reported_comment_down_answers_its_reports(edition: Edition, moderator: User) -> None:
    comment = factories.decided(factories.pending(edition), Status.REJECTED)
    approval = decide(comment, Status.APPROVED, moderator)
    taken = report(comment)
    moderation.undo(approval, by=moderator)
    comment.refresh_from_db()
    assert (comment.status, comment.report_case) == (Status.REJECTED, None)
    assert said(taken) == "Your report was followed. It was taken down. A person decided."


# --- Mail -----------------------------------------------------------------------------------------------------------


def test_who_gave_an_address_is_told_that_it_came_and_what_came_of_it(
    clock: Traveller, comment: Comment, moderator: User, server: MailServer
) -> None:
    taken = report(comment, CRIME)
    reference = taken.report.reference
    assert notifications.send_due() == 1
    decide(comment, Status.REJECTED, moderator, reason="illegal")
    assert notifications.send_due() == 0
    clock.shift(policy.NOTICE_DELAY)
    assert notifications.send_due() == 1
    assert mails(server) == [
        ("ann@example.org", f"We have received the report {reference}"),
        ("ann@example.org", f"What came of the report {reference}"),
    ]
    received, answered = (body_of(mail) for mail in server.taken)
    assert "/report/" in received
    assert "It was taken down. The reason: illegal. A person decided." in answered.replace("\n", " ")
    assert "somebody else will read it afresh" in answered.replace("\n", " ")
    for mail in (received, answered):
        assert ("violence" in mail, "Ann Ek" in mail) == (False, False)


def test_an_undo_within_its_seconds_is_told_to_nobody(
    clock: Traveller, comment: Comment, moderator: User, server: MailServer
) -> None:
    report(comment, CRIME)
    notifications.send_due()
    moderation.undo(decide(comment, Status.REJECTED, moderator), by=moderator)
    clock.shift(policy.NOTICE_DELAY)
    assert (notifications.send_due(), len(server.taken)) == (0, 1)


def test_an_undo_after_the_mail_is_followed_by_an_honest_word_and_then_by_the_new_answer(
    clock: Traveller, comment: Comment, moderator: User, server: MailServer
) -> None:
    reference = report(comment, CRIME).report.reference
    decision = decide(comment, Status.APPROVED, moderator)
    clock.shift(policy.NOTICE_DELAY)
    notifications.send_due()
    moderation.undo(decision, by=moderator)
    clock.shift(policy.NOTICE_DELAY)
    notifications.send_due()
    decide(comment, Status.REJECTED, moderator)
    clock.shift(policy.NOTICE_DELAY)
    notifications.send_due()
    assert [subject for _to, subject in mails(server)] == [
        f"We have received the report {reference}",
        f"What came of the report {reference}",
        f"The report {reference} is looked at again",
        f"What came of the report {reference}",
    ]
    assert "That decision has been taken back." in body_of(server.taken[2]).replace("\n", " ")


def test_an_address_is_told_once_of_a_case_however_often_it_reported(
    clock: Traveller, comment: Comment, moderator: User, server: MailServer
) -> None:
    report(comment, CRIME)
    report(comment, Complaint(Reason.HATE, email="ANN@example.org"))
    decide(comment, Status.SPAM, moderator)
    clock.shift(policy.NOTICE_DELAY)
    notifications.send_due()
    assert [subject.split(" the report")[0] for _to, subject in mails(server)] == [
        *["We have received"] * 2,
        "What came of",
    ]


def test_strangers_cannot_flood_an_address_and_keep_nobody_from_confirming_theirs(
    edition: Edition, moderator: User
) -> None:
    for number in range(policy.REPORT_MAILS_TO_ONE_ADDRESS + 3):
        comment = factories.approved(edition)
        report(comment, CRIME, sent_from=f"198.51.100.{number}")
    received = Notice.objects.filter(to="ann@example.org")
    assert received.count() == policy.REPORT_MAILS_TO_ONE_ADDRESS
    # A reporter who got no confirmation gets no mail about the result either, but has the page.
    decide(comment, Status.SPAM, moderator)
    assert received.count() == policy.REPORT_MAILS_TO_ONE_ADDRESS
    own = factories.pending(edition, email="ann@example.org")
    assert Notice.objects.filter(comment=own, kind=Notice.Kind.CONFIRM_ADDRESS).count() == 1


# --- What is kept ---------------------------------------------------------------------------------------------------


def test_reporters_are_forgotten_when_nobody_may_object_any_more(
    clock: Traveller, edition: Edition, moderator: User
) -> None:
    answered, open_one = factories.approved(edition), factories.approved(edition)
    report(answered, CRIME)
    report(open_one, CRIME)
    decide(answered, Status.APPROVED, moderator)
    clock.shift(policy.REPORTERS_KEPT - timedelta(seconds=1))
    assert reporting.forget_reporters(timezone.now()) == 0
    clock.shift(timedelta(seconds=1))
    assert (reporting.forget_reporters(timezone.now()), reporting.forget_reporters(timezone.now())) == (1, 0)
    assert list(Report.objects.order_by("pk").values_list("name", "email", "words", "reason")) == [
        ("", "", "", "illegal"),
        ("Ann Ek", "ann@example.org", "It calls for violence.", "illegal"),
    ]


def test_the_network_of_a_report_is_forgotten_with_its_key(clock: Traveller, comment: Comment) -> None:
    report(comment)
    clock.shift(policy.NETWORK_KEY_LIFE * 2)
    networks.forget_old(timezone.now())
    assert list(Report.objects.values_list("network", flat=True)) == [""]

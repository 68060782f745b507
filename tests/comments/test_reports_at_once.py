"""Many report and answer at once, on a real database with a connection each: one case, one answer, nothing lost."""

import pytest

from comments import moderation, reporting
from comments.models import Comment, Decision, Report, ReportCase
from comments.replay import discrepancies
from comments.reporting import Complaint
from comments.states import Reason, Status
from newsportal.refusal import Stale
from tests import factories
from tests.comments.crowd import at_once, each_at_once

# A migration creates the roles; what one of these tests empties, the next one fills again.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

HATE = Complaint(Reason.HATE)


def test_twenty_equal_reports_at_once_are_one_and_twenty_from_elsewhere_are_one_case() -> None:
    comment = factories.approved(factories.live())
    same = at_once(lambda: reporting.report(comment, HATE, address=factories.address()).report.pk, 20)
    assert (len(set(same)), Report.objects.count()) == (1, 1)
    each_at_once(
        [
            lambda n=n: reporting.report(comment, HATE, address=factories.address(f"198.51.100.{n}"))  # type: ignore[misc]
            for n in range(10)
        ]
    )
    comment.refresh_from_db()
    assert (ReportCase.objects.count(), Report.objects.count()) == (1, 11)
    assert comment.report_case == ReportCase.objects.get()


def test_of_ten_moderators_who_answer_a_case_at_once_one_does_and_the_others_are_told() -> None:
    comment = factories.approved(factories.live())
    reporting.report(comment, HATE, address=factories.address())
    saw = Comment.objects.get(pk=comment.pk).seen_at_desk
    moderators = [factories.user("moderators") for _ in range(10)]

    def answer(number: int) -> bool:
        to, reason = (Status.APPROVED, "") if number % 2 else (Status.REJECTED, "hate")
        try:
            moderation.decide(Comment.objects.get(pk=comment.pk), to=to, by=moderators[number], saw=saw, reason=reason)
        except Stale:
            return False
        return True

    done = each_at_once([lambda n=n: answer(n) for n in range(10)])  # type: ignore[misc]
    assert sorted(done) == [False] * 9 + [True]
    assert Decision.objects.filter(report_case__isnull=False).count() == 1
    assert (Comment.objects.filter(report_case__isnull=False).count(), discrepancies()) == (0, [])

"""The queries of a decision as a moderator makes it: over HTTP, including session, account and rights."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext

from articles.models import Edition
from comments import moderation, posting, reporting
from comments.models import Comment, ExplanationTemplate, Notice
from comments.reporting import Complaint
from comments.states import Reason, Status
from tests import factories

pytestmark = pytest.mark.django_db

DESK = "/admin/comments/comment/"
DECISIONS = f"{DESK}decisions/"
MOST = 12

Send = Callable[[Client, Comment], HttpResponse]
By = Callable[..., Send]


def by_page(act: str, **said: str) -> Send:
    def send(client: Client, comment: Comment) -> HttpResponse:
        return client.post(DECISIONS, {"act": act, "comment": f"{comment.pk}:{comment.seen_at_desk}", **said})

    return send


def by_form(act: str, **said: str) -> Send:
    def send(client: Client, comment: Comment) -> HttpResponse:
        words = {f"{name}-{comment.pk}": value for name, value in said.items()}
        return client.post(DESK, {"decide": f"{act}:{comment.pk}", f"saw-{comment.pk}": comment.seen_at_desk, **words})

    return send


def asked(send: Send, comment: Comment, to: Status, *, code: int) -> int:
    """Queries of the whole request, including notices on commit; begin and end of a transaction are not counted."""
    client = Client()
    client.force_login(User.objects.get(username="mona"))
    with CaptureQueriesContext(connection) as captured, TestCase.captureOnCommitCallbacks(execute=True):
        response = send(client, comment)
    comment.refresh_from_db()
    assert (response.status_code, comment.status) == (code, to)
    return sum(query["sql"].split()[0] in {"SELECT", "INSERT", "UPDATE", "DELETE"} for query in captured)


def told(edition: Edition, parent: Comment | None = None, email: str = "reader@example.org") -> Comment:
    """A waiting comment whose author is told by mail."""
    comment = factories.pending(edition, parent=parent, email=email)
    posting.confirm_address(comment)
    return comment


@pytest.fixture
def mona(db: None) -> User:
    return factories.user("moderators", username="mona")


def test_what_a_decision_by_the_desks_page_costs(edition: Edition, mona: User) -> None:
    top = factories.decided(told(edition, email="answered@example.org"), Status.APPROVED)
    plain = asked(by_page("approve"), factories.pending(edition), Status.APPROVED, code=200)
    answer = asked(by_page("approve", explanation="Well."), told(edition, top), Status.APPROVED, code=200)
    rejected = asked(by_page("reject", reason="hate", explanation="No."), told(edition), Status.REJECTED, code=200)
    public = factories.approved(edition, parent=top)
    removed = asked(by_page("reject", reason="hate"), public, Status.REJECTED, code=200)
    assert (plain, rejected, removed, answer) == (8, 7, 8, 10)


def test_a_decision_by_the_plain_form_costs_as_much(edition: Edition, mona: User) -> None:
    # The message for the next page is carried by a cookie.
    top = factories.approved(edition)
    plain = asked(by_form("approve"), factories.pending(edition), Status.APPROVED, code=302)
    answer = asked(by_form("approve", explanation="Well."), told(edition, top), Status.APPROVED, code=302)
    rejected = asked(by_form("reject", reason="hate", explanation="No."), told(edition), Status.REJECTED, code=302)
    assert (plain, rejected, answer) == (8, 7, 10)


@pytest.mark.parametrize(("by", "code"), [(by_form, 302), (by_page, 200)])
def test_the_dearest_decisions_cost_at_most_twelve(edition: Edition, mona: User, by: By, code: int) -> None:
    """Below a comment whose author is told, by an author who is told, with a template's words; and a top-level one."""
    top = factories.decided(told(edition, email="answered@example.org"), Status.APPROVED)
    template = str(ExplanationTemplate.objects.create(title="Source?", text="Say where you read that.").pk)

    taken = factories.decided(told(edition, top), Status.SPAM)
    over = {"template": template, "overrides": taken.seen, "because": "It is none."}
    overridden = asked(by("approve", **over), taken, Status.APPROVED, code=code)

    objecting = factories.decided(told(edition, top), Status.REJECTED)
    ledger = list(objecting.decisions.order_by("pk"))
    moderation.object_to(objecting, words="It is not.", saw=moderation.seen_of(objecting, ledger))
    objecting.refresh_from_db()
    answered = asked(by("approve", template=template), objecting, Status.APPROVED, code=code)

    public = factories.decided(told(edition, top), Status.APPROVED)
    returning = {"template": template, "passage": public.revisions.get().body[:20]}
    over = {"overrides": public.seen, "because": "It lacks a source."}
    returned = asked(by("return_to_author", **returning, **over), public, Status.RETURNED, code=code)
    assert (overridden, answered, returned) == (MOST, 11, MOST)


@pytest.mark.parametrize(("by", "code"), [(by_form, 302), (by_page, 200)])
def test_who_reported_is_told_within_twelve(edition: Edition, mona: User, by: By, code: int) -> None:
    top = factories.approved(edition)
    public = factories.decided(told(edition, top), Status.APPROVED)
    for number in range(3):
        complaint = Complaint(Reason.HATE, email=f"reporter{number}@example.org")
        reporting.report(public, complaint, address=factories.address(f"198.51.100.{number}"))
    public.refresh_from_db()
    removed = asked(by("reject", reason="hate", explanation="No."), public, Status.REJECTED, code=code)
    assert (removed, Notice.objects.filter(kind=Notice.Kind.REPORT_ANSWERED).count()) == (11, 3)


@pytest.mark.parametrize(("by", "code"), [(by_form, 302), (by_page, 200)])
def test_who_reported_is_told_in_the_words_of_a_template_within_twelve(
    edition: Edition, mona: User, by: By, code: int
) -> None:
    top = factories.decided(told(edition, email="answered@example.org"), Status.APPROVED)
    template = str(ExplanationTemplate.objects.create(title="Source?", text="Say where you read that.").pk)
    counts = []
    for act, to in (("reject", Status.REJECTED), ("return_to_author", Status.RETURNED), ("approve", Status.APPROVED)):
        public = factories.decided(told(edition, top), Status.APPROVED)
        reporting.report(public, Complaint(Reason.HATE, email="reporter@example.org"), address=factories.address())
        public.refresh_from_db()
        said = {"template": template, "reason": "hate", "passage": public.revisions.get().body[:20]}
        counts.append(asked(by(act, **said), public, to, code=code))
    assert (counts, Notice.objects.filter(kind=Notice.Kind.REPORT_ANSWERED).count()) == ([MOST, MOST, 9], 3)


def test_what_waits_besides_and_who_else_moderates_costs_nothing_more(edition: Edition, mona: User) -> None:
    ways = ((by_page("approve"), 200), (by_form("approve"), 302))
    with_few = [asked(send, factories.pending(edition), Status.APPROVED, code=code) for send, code in ways]
    for number in range(12):
        factories.pending(edition)
        factories.user("moderators", username=f"another{number}")
    assert [asked(send, factories.pending(edition), Status.APPROVED, code=code) for send, code in ways] == with_few

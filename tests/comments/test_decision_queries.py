"""What a decision asks of the database, as a moderator meets it: over HTTP, session, account and rights with it."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext

from articles.models import Edition
from comments import posting
from comments.models import Comment
from comments.states import Status
from tests import factories

pytestmark = pytest.mark.django_db

DESK = "/admin/comments/comment/"
DECISIONS = f"{DESK}decisions/"
MOST = 12

Send = Callable[[Client, Comment], HttpResponse]


def by_page(act: str, **said: str) -> Send:
    def send(client: Client, comment: Comment) -> HttpResponse:
        return client.post(DECISIONS, {"act": act, "comment": f"{comment.pk}:{comment.seen}", **said})

    return send


def by_form(act: str, **said: str) -> Send:
    def send(client: Client, comment: Comment) -> HttpResponse:
        words = {f"{name}-{comment.pk}": value for name, value in said.items()}
        return client.post(DESK, {"decide": f"{act}:{comment.pk}", f"saw-{comment.pk}": comment.seen, **words})

    return send


def asked(send: Send, comment: Comment, to: Status, *, code: int) -> int:
    """Queries of the whole request, with what is told when it is committed; begin and end of a transaction are none."""
    client = Client()
    client.force_login(User.objects.get(username="mona"))
    with CaptureQueriesContext(connection) as captured, TestCase.captureOnCommitCallbacks(execute=True):
        response = send(client, comment)
    comment.refresh_from_db()
    assert (response.status_code, comment.status) == (code, to)
    return sum(query["sql"].split()[0] in {"SELECT", "INSERT", "UPDATE", "DELETE"} for query in captured)


def told(edition: Edition, parent: Comment | None = None, email: str = "reader@example.org") -> Comment:
    """One that waits, and whose author is told by mail."""
    comment = factories.pending(edition, parent=parent, email=email)
    posting.confirm_address(comment)
    return comment


@pytest.fixture
def mona(db: None) -> User:
    return factories.user("moderators", username="mona")


def test_a_decision_by_the_desks_page_costs_at_most_twelve(edition: Edition, mona: User) -> None:
    top = factories.decided(told(edition, email="answered@example.org"), Status.APPROVED)
    plain = asked(by_page("approve"), factories.pending(edition), Status.APPROVED, code=200)
    answer = asked(by_page("approve", explanation="Well."), told(edition, top), Status.APPROVED, code=200)
    rejected = asked(by_page("reject", reason="hate", explanation="No."), told(edition), Status.REJECTED, code=200)
    public = factories.approved(edition, parent=top)
    removed = asked(by_page("reject", reason="hate"), public, Status.REJECTED, code=200)
    # An answer that is approved, with words to an author who is told by mail, below somebody who is told of it as well:
    # there is no more to be written.
    assert (plain, rejected, removed, answer) == (9, 8, 10, MOST)


def test_a_decision_by_the_plain_form_costs_at_most_twelve_and_words_with_an_answer_one_more(
    edition: Edition, mona: User
) -> None:
    top = factories.approved(edition)
    plain = asked(by_form("approve"), factories.pending(edition), Status.APPROVED, code=302)
    answer = asked(by_form("approve"), told(edition, top), Status.APPROVED, code=302)
    rejected = asked(by_form("reject", reason="hate", explanation="No."), told(edition), Status.REJECTED, code=302)
    dearest = asked(by_form("approve", explanation="Well."), told(edition, top), Status.APPROVED, code=302)
    # What is said of it on the next page is kept in the session: one more than the desk's page needs.
    assert (plain, rejected, answer, dearest) == (10, 9, MOST, MOST + 1)


def test_what_waits_besides_and_who_else_moderates_costs_nothing_more(edition: Edition, mona: User) -> None:
    ways = ((by_page("approve"), 200), (by_form("approve"), 302))
    with_few = [asked(send, factories.pending(edition), Status.APPROVED, code=code) for send, code in ways]
    for number in range(12):
        factories.pending(edition)
        factories.user("moderators", username=f"another{number}")
    assert [asked(send, factories.pending(edition), Status.APPROVED, code=code) for send, code in ways] == with_few

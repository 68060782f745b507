"""`manage.py readers`: does what a reader's own link does, for readers who ask in another way."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from articles import error_reports
from articles.models import Edition, ErrorReport
from comments import exporting
from comments.models import Comment, Commenter
from tests import factories
from tests.comments.authors import author, confirmed

pytestmark = pytest.mark.django_db
ZOE = "zoe@example.org"


def readers(*words: str) -> str:
    said = StringIO()
    call_command("readers", *words, stdout=said)
    return said.getvalue()


def test_the_export_is_that_of_the_readers_link(edition: Edition) -> None:
    owner = author(edition, ZOE)
    expected = json.loads(json.dumps(exporting.as_data(owner), default=str))
    assert json.loads(readers("export", "Zoe@Example.org")) == expected
    assert [len(expected[key]) for key in ("address", "comments")] == [1, 1]


def test_of_an_address_that_nobody_confirmed_what_was_sent_with_it_is_exported_and_erased(edition: Edition) -> None:
    error_reports.send(edition, text="It was on Tuesday.", email=ZOE, address=factories.address())
    factories.pending(edition, email=ZOE)
    held = json.loads(readers("export", ZOE))
    assert ([row["text"] for row in held["errors"]], held["comments"]) == (["It was on Tuesday."], [])
    assert readers("erase", ZOE, "--for-good").startswith("Erased: mails: 1, errors: 1.")
    assert [row.email for row in (*ErrorReport.objects.all(), *Comment.objects.all())] == ["", ""]


def test_everything_under_an_address_is_erased_when_it_is_meant(edition: Edition) -> None:
    confirmed(edition, ZOE)
    kept = confirmed(edition, "ben@example.org")
    assert readers("erase", ZOE).startswith("Would be erased (with --for-good): address: 1, comments: 1, ")
    assert Commenter.objects.filter(email=ZOE).exists()
    assert readers("erase", ZOE, "--for-good").startswith("Erased: address: 1, comments: 1, ")
    assert list(Commenter.objects.values_list("email", flat=True)) == ["ben@example.org"]
    assert list(Comment.objects.filter(erased_at=None)) == [kept]


def test_one_comment_is_erased_by_what_stands_in_its_address(edition: Edition) -> None:
    comment = factories.approved(edition)
    assert readers("erase", f"comment-{comment.public_id}", "--for-good") == "Erased: comments: 1.\n"
    comment.refresh_from_db()
    assert comment.is_erased
    with pytest.raises(CommandError, match="erased already"):
        readers("erase", comment.public_id, "--for-good")


@pytest.mark.parametrize("words", [("export", "zoe"), ("erase", "zoe@"), ("erase", "000000000000")])
def test_what_is_nothing_is_refused_in_words(words: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match=r"is no mail address|There is no comment"):
        readers(*words)

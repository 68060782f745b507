"""What an author is told about a decision: derived from the ledger, and the same before and after it is sent."""

from dataclasses import replace

import pytest
from time_machine import Traveller

from articles import publishing
from articles.models import Article, Edition
from articles.states import KindOfWork
from comments import moderation, policy
from comments.models import Comment
from comments.statements import Statement, current, foreseen, statement
from comments.states import Reason, Standing, Status
from tests import factories
from tests.comments.authors import author, confirmed, give
from tests.factories import GOOD_TEXT

OBJECTIONS = (
    "If you think that this is wrong, object on your comment's own page until 2 September 2026, 12:00 UTC: somebody"
    " else will read it afresh, and it costs nothing.",
    "You may also turn to a certified body for settling disputes out of court, or to a court.",
)


def of(comment: Comment) -> Statement:
    latest = comment.decisions.order_by("pk").last()
    assert latest is not None
    return statement(latest)


def test_a_mail_on_a_comment_under_what_is_no_plain_news_says_what_it_is(db: None) -> None:
    edition = factories.live(headline="Evening", kind_of_work=KindOfWork.OPINION)
    told = of(factories.decided(factories.pending(edition), Status.REJECTED, reason="hate"))
    assert told.subject == "Your comment on “Opinion: Evening” was not published"


def test_a_rejection_says_what_was_done_on_which_ground_by_whom_and_how_to_object(
    clock: Traveller, edition: Edition
) -> None:
    comment = factories.pending(edition, body=f"{GOOD_TEXT} Mine.")
    factories.decided(comment, Status.REJECTED, reason="hate", explanation="The last sentence.")
    assert of(comment) == Statement(
        subject=f"Your comment on “{edition.headline}” was not published",
        done=(),
        text=f"{GOOD_TEXT} Mine.",
        explanation="The last sentence.",
        reason="hate",
        reason_label="hate",
        clause=str(policy.CLAUSES[Reason.HATE]),
        found_automatically=False,
        decided_automatically=False,
        objections=OBJECTIONS,
    )
    assert of(comment).ground == f"It rests on our guidelines: {policy.CLAUSES[Reason.HATE]}"
    assert of(comment).automation == "No automatic means were used to find the comment. A person decided."


def test_a_reason_of_law_says_that_it_rests_on_the_law(edition: Edition) -> None:
    comment = factories.decided(factories.pending(edition), Status.REJECTED, reason="illegal")
    assert of(comment).ground == "It rests on the law: What the law forbids to publish is not published."


@pytest.mark.parametrize(("body", "found"), [(f"{GOOD_TEXT} You moron.", True), (GOOD_TEXT, False)])
def test_a_rule_that_saw_something_in_the_text_is_an_automatic_finding(
    edition: Edition, body: str, found: bool
) -> None:
    factories.rule("moron")
    comment = factories.decided(factories.pending(edition, body=body), Status.REJECTED)
    assert (of(comment).found_automatically, of(comment).decided_automatically) == (found, False)


@pytest.mark.parametrize("given", [Standing.TRUSTED, Standing.HELD])
def test_how_an_author_stands_is_no_automatic_finding_in_the_text(edition: Edition, given: Standing) -> None:
    give(author(edition), given)
    comment = confirmed(edition, "ann@example.org")
    assert of(factories.decided(comment, Status.REJECTED)).found_automatically is False


def test_an_approval_takes_nothing_and_so_has_no_ground(edition: Edition) -> None:
    said = of(factories.approved(edition))
    assert (said.found_automatically, said.automation, said.ground, said.objections) == (None, "", "", ())


def test_an_approval_under_a_story_that_is_not_public_does_not_say_published(edition: Edition) -> None:
    comment = factories.pending(edition)
    story = Article.objects.get(pk=edition.article_id)
    publishing.withdraw(story, by=factories.user("editors"), saw=story.version)
    factories.decided(comment, Status.APPROVED)
    assert of(comment).subject == f"Your comment on “{edition.headline}” is approved"
    assert of(comment).done == (
        "The story is not public at the moment; your comment will be read below it if it is published again.",
    )


def test_what_is_foreseen_is_what_is_told(clock: Traveller, edition: Edition) -> None:
    one, two = factories.pending(edition), factories.pending(edition)
    before = foreseen(one, to=Status.REJECTED, reason="hate", explanation=" Not here. ")
    factories.decided(one, Status.REJECTED, reason="hate", explanation="Not here.")
    assert before == of(one)
    before = foreseen(two, to=Status.RETURNED, reason="", explanation="Who says?", passage="in  Asia")
    moderation.decide(
        two,
        to=Status.RETURNED,
        by=factories.user("moderators"),
        saw=two.seen,
        explanation="Who says?",
        passage="in Asia",
    )
    assert before == of(two)
    assert (before.passage, before.done) == (
        "in Asia",
        ("You can change it until 9 March 2026, 12:00 UTC; after that it closes unpublished.",),
    )


def test_what_is_wrong_in_a_letter_is_left_out_of_its_preview(edition: Edition) -> None:
    comment = factories.pending(edition)
    said = foreseen(comment, to=Status.REJECTED, reason="bogus\x00", explanation="", passage="nowhere")
    assert (said.reason, said.clause, said.passage) == ("", "", "")


def test_the_present_state_is_that_of_the_decision_that_was_not_taken_back(edition: Edition) -> None:
    comment, moderator = factories.pending(edition), factories.user("moderators")
    assert current(comment) is None
    factories.decided(comment, Status.REJECTED, reason="hate")
    rejected = current(comment)
    moderation.undo(moderation.decide(comment, to=Status.APPROVED, by=moderator, saw=comment.seen), by=moderator)
    comment.refresh_from_db()
    assert rejected is not None
    assert current(comment) == replace(rejected)
    factories.decided(comment, Status.SPAM)
    assert current(comment) is None

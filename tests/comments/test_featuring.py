"""Featuring: a decision that changes no status, a badge for readers, and an end when the words change."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from comments import moderation, notifications, posting
from comments.models import Comment, Notice
from comments.replay import discrepancies
from comments.states import Status
from newsportal.refusal import NotPermitted, Refusal, Stale
from tests import factories
from tests.comments.reading import read, words
from tests.factories import GOOD_TEXT


def feature(comment: Comment, **how: object) -> object:
    given = {"by": factories.user("moderators"), "saw": comment.seen, **how}
    return moderation.feature(comment, **given)  # type: ignore[arg-type]


def labels(edition: Edition) -> list[str]:
    return [words(one) for one in read(Client().get(edition.get_absolute_url())).all("p", class_="comment__labels")]


def test_readers_see_a_badge_and_no_longer_when_it_ends(clock: Traveller, edition: Edition) -> None:
    comment = factories.approved(edition)
    assert labels(edition) == []
    feature(comment)
    assert (comment.featured_at, comment.status, labels(edition)) == (timezone.now(), Status.APPROVED, ["Featured"])
    feature(comment, on=False)
    assert (comment.featured_at, labels(edition)) == (None, [])
    assert [row.label for row in comment.decisions.order_by("pk")] == [
        "waiting",
        "approved",
        "featured",
        "no longer featured",
    ]


@pytest.mark.parametrize(
    ("status", "on", "sentence"),
    [
        (Status.REJECTED, True, "Only a comment that is approved can be featured."),
        (Status.APPROVED, False, "It is not featured."),
    ],
)
def test_what_cannot_be_featured_is_refused_in_words(edition: Edition, status: Status, on: bool, sentence: str) -> None:
    comment = factories.decided(factories.pending(edition), status)
    with pytest.raises(Refusal, match=sentence):
        feature(comment, on=on)


def test_twice_is_refused_and_so_is_who_may_not_or_saw_something_else(edition: Edition) -> None:
    comment = factories.approved(edition)
    with pytest.raises(NotPermitted):
        feature(comment, by=factories.user("editors"))
    with pytest.raises(Stale, match="Decided already: approved"):
        feature(comment, saw="pending.1")
    feature(comment)
    with pytest.raises(Refusal, match=r"It is featured already\."):
        feature(comment)
    assert comment.decisions.count() == 3


def test_it_is_undone_and_comes_back_with_the_undo_of_what_ended_it(clock: Traveller, edition: Edition) -> None:
    comment, moderator = factories.approved(edition), factories.user("moderators")
    feature(comment)
    since = comment.featured_at
    clock.shift(60)
    spam = moderation.decide(comment, to=Status.SPAM, by=moderator, saw=comment.seen)
    assert comment.featured_at is None
    moderation.undo(spam, by=moderator)
    comment.refresh_from_db()
    assert (comment.status, comment.featured_at, discrepancies()) == (Status.APPROVED, since, [])


def test_undo_of_featuring_takes_the_badge(edition: Edition) -> None:
    comment, moderator = factories.approved(edition), factories.user("moderators")
    moderation.undo(moderation.feature(comment, by=moderator, saw=comment.seen), by=moderator)
    comment.refresh_from_db()
    assert (comment.featured_at, comment.status, labels(edition)) == (None, Status.APPROVED, [])


def test_it_lasts_while_the_same_words_stand_and_not_longer(edition: Edition) -> None:
    comment = factories.approved(edition)
    feature(comment)
    posting.edit(comment, body=f"{GOOD_TEXT} Better.", saw=comment.seen, address=factories.address())
    assert labels(edition) == ["Featured"]
    factories.decided(comment, Status.APPROVED)
    assert (labels(edition), discrepancies()) == ([], [])


def test_an_approval_is_told_though_the_comment_was_featured_at_once(clock: Traveller, edition: Edition) -> None:
    comment = factories.pending(edition, email="ann@example.org")
    posting.confirm_address(comment)
    factories.decided(comment, Status.APPROVED)
    feature(comment)
    clock.shift(10)
    notifications.send_due()
    assert Notice.objects.get(kind=Notice.Kind.DECIDED).sent_at is not None


def test_the_desk_features_and_says_what_it_refused(edition: Edition, sign_in: Callable[..., Client]) -> None:
    comment, waiting = factories.approved(edition), factories.pending(edition, name="Ann")
    data = {"action": "feature", "_selected_action": [comment.pk, waiting.pk], "index": "0"}
    data |= {f"saw-{one.pk}": one.seen for one in (comment, waiting)}
    page = read(sign_in("moderators").post("/admin/comments/comment/", data))
    assert [words(one) for one in page.one("ul", class_="messagelist").all("li")] == [
        "1 comment is now: featured. Undo",
        "Ann: Only a comment that is approved can be featured.",
    ]


def test_the_card_of_an_approved_comment_has_the_button_that_features_it_or_ends_that(
    edition: Edition, sign_in: Callable[..., Client]
) -> None:
    comment, waiting = factories.approved(edition), factories.pending(edition)
    desk = sign_in("moderators")

    def offered() -> list[str]:
        buttons = read(desk.get("/admin/comments/comment/?queue=all")).all("button", name="decide")
        values = [button.attributes["value"] or "" for button in buttons]
        return [value for value in values if "feature" in value]

    assert offered() == [f"feature:{comment.pk}"]
    saw = {f"saw-{comment.pk}": comment.seen, f"saw-{waiting.pk}": waiting.seen}
    desk.post("/admin/comments/comment/?queue=all", {"decide": f"feature:{comment.pk}", **saw})
    assert offered() == [f"unfeature:{comment.pk}"]

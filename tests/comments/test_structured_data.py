"""What machines are told about a conversation is what readers see of it."""

import json
from typing import Any

import pytest
from django.test import Client

from articles.models import Edition
from comments import answering
from comments.models import Comment
from comments.policy import ANSWERS_SHOWN
from comments.states import Status
from tests import factories
from tests.comments.reading import read

pytestmark = pytest.mark.django_db


def datum(edition: Edition) -> dict[str, Any]:
    page = read(Client().get(edition.get_absolute_url()))
    found: dict[str, Any] = json.loads(page.all("script", type="application/ld+json")[0].text)
    return found


def said(comment: Comment, /, **more: object) -> dict[str, object]:
    """A comment as machines are told of it."""
    assert comment.public_revision
    return {
        "@type": "Comment",
        "url": f"http://127.0.0.1:8000/comments/{comment.public_id}/",
        "author": {"@type": "Person", "name": comment.name},
        "datePublished": comment.posted_at.isoformat(timespec="seconds"),
        "text": comment.public_revision.body,
        **more,
    }


def test_a_comment_says_who_wrote_what_and_when_and_has_its_answers_below_it() -> None:
    edition = factories.live()
    body = f"{factories.GOOD_TEXT}\n\n</script><b>&amp;"
    top = factories.approved(edition, name="Ann </script>", body=body)
    answer = factories.approved(edition, parent=top)
    deeper = factories.approved(edition, parent=answer)
    answers = [said(answer), said(deeper, parentItem={"@type": "Comment", "url": said(answer)["url"]})]
    told = datum(edition)
    assert (told["commentCount"], told["interactionStatistic"]["userInteractionCount"]) == (3, 3)
    assert told["comment"] == [said(top, commentCount=2, comment=answers)]


def test_recommendations_are_told_as_the_page_tells_them() -> None:
    edition = factories.live()
    comment = factories.approved(edition)
    Comment.objects.filter(pk=comment.pk).update(recommendations=7)
    assert datum(edition)["comment"] == [said(comment, upvoteCount=7)]


def test_the_newsroom_answers_as_an_organisation() -> None:
    edition = factories.live()
    top = factories.approved(edition)
    answer = answering.answer(top, body="Corrected.", by=factories.user("moderators"))
    (told,) = datum(edition)["comment"]
    assert told["comment"][0]["author"] == {"@type": "Organization", "name": answer.name}


def test_of_what_was_removed_only_its_place_is_told() -> None:
    edition = factories.live()
    top = factories.approved(edition)
    removed = factories.approved(edition, parent=top)
    deeper = factories.approved(edition, parent=removed)
    for comment in (removed, top):
        factories.decided(comment, Status.REJECTED)
    gone = {"@type": "Comment", "creativeWorkStatus": "Deleted", "commentCount": 1, "comment": [said(deeper)]}
    assert datum(edition)["comment"] == [gone]


def test_answers_that_stand_on_a_page_of_their_own_are_counted_and_not_told() -> None:
    edition = factories.live()
    top = factories.approved(edition)
    for _ in range(ANSWERS_SHOWN + 1):
        factories.approved(edition, parent=top)
    (told,) = datum(edition)["comment"]
    assert (told["commentCount"], len(told["comment"])) == (ANSWERS_SHOWN + 1, ANSWERS_SHOWN)


def test_a_story_without_comments_names_none() -> None:
    told = datum(factories.live())
    assert (told["commentCount"], "comment" in told) == (0, False)

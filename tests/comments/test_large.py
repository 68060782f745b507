"""Rows written in bulk are the same as those that the verbs would have written."""

import pytest
from django.test import Client

from articles.models import Edition
from comments.models import Comment, Decision, Revision, Thread
from comments.replay import discrepancies
from comments.states import Status
from tests import factories, large

pytestmark = pytest.mark.django_db


def test_a_long_conversation_is_whole() -> None:
    edition = large.thread_with(30)
    assert discrepancies() == []
    assert Thread.objects.get(pk=edition.article_id).public_count == 30
    assert set(Comment.objects.values_list("status", "root", "revision_number")) == {(Status.APPROVED, None, 1)}
    assert (Revision.objects.count(), Decision.objects.count()) == (30, 30)
    assert {len(public_id) for public_id in Comment.objects.values_list("public_id", flat=True)} == {12}
    assert "30 comments" in Client().get(edition.get_absolute_url()).text


def test_a_comment_with_many_answers_counts_them() -> None:
    top = large.answers_below(30)
    assert discrepancies() == []
    assert (top.answer_count, Comment.objects.filter(root=top, parent=top).count()) == (30, 30)


def test_a_chain_has_each_answer_below_the_one_before_it() -> None:
    top = large.chain_below(30)
    assert discrepancies() == []
    answers = list(Comment.objects.filter(root=top).order_by("posted_at"))
    assert [one.parent_id for one in answers] == [top.pk, *(one.pk for one in answers[:-1])]


def test_what_waits_in_bulk_can_be_decided() -> None:
    large.waiting(3)
    assert discrepancies() == []
    for comment in Comment.objects.all():
        factories.decided(comment, Status.APPROVED)
    assert discrepancies() == []


def test_several_lots_and_what_is_written_between_them_stand_side_by_side() -> None:
    edition = large.thread_with(5)
    factories.approved(edition)
    large.waiting(5)
    large.answers_below(5)
    factories.approved(edition)
    assert discrepancies() == []
    assert Comment.objects.count() == 18


def test_many_stories_are_live_in_their_order() -> None:
    oldest = large.stories(5)
    assert [edition.headline for edition in Edition.objects.live()] == [oldest.headline] * 6
    assert Edition.objects.live().newest_first().last() == oldest
    assert Edition.objects.live().tagged(oldest.tags.get()).by_person(oldest.people.get()).count() == 6

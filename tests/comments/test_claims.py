"""Soft claims: others who look at a comment are told, for ninety seconds; nobody is kept from anything."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from articles.models import Edition
from comments import claims, policy
from comments.models import Claim, Comment
from comments.states import Status
from newsportal.refusal import NotPermitted, Refusal
from tests import factories


@pytest.fixture
def mona(db: None) -> User:
    return factories.user("moderators", username="mona", first_name="Mona", last_name="Lind")


@pytest.fixture
def olu(db: None) -> User:
    return factories.user("moderators", username="olu")


def test_others_are_told_who_looks_and_the_one_who_looks_is_not(edition: Edition, mona: User, olu: User) -> None:
    one, two = factories.pending(edition), factories.pending(edition)
    claims.claim(one.pk, by=mona)
    claims.claim(one.pk, by=olu)
    assert claims.others([one.pk, two.pk], besides=olu) == {one.pk: ["Mona Lind"]}
    assert claims.others([one.pk, two.pk], besides=mona) == {one.pk: ["olu"]}
    assert claims.others([two.pk], besides=olu) == {}


def test_a_claim_ends_by_itself_and_is_prolonged_while_somebody_looks(
    clock: Traveller, edition: Edition, mona: User, olu: User
) -> None:
    comment = factories.pending(edition)
    claims.claim(comment.pk, by=mona)
    clock.shift(policy.CLAIM_LIFE.total_seconds() - 1)
    assert claims.others([comment.pk], besides=olu) == {comment.pk: ["Mona Lind"]}
    claims.claim(comment.pk, by=mona)
    assert Claim.objects.count() == 1
    clock.shift(policy.CLAIM_LIFE.total_seconds() - 1)
    assert claims.others([comment.pk], besides=olu) == {comment.pk: ["Mona Lind"]}
    clock.shift(1)
    assert claims.others([comment.pk], besides=olu) == {}


def test_what_of_ones_own_has_ended_is_deleted_when_one_claims_again(
    clock: Traveller, edition: Edition, mona: User, olu: User
) -> None:
    one, two = factories.pending(edition), factories.pending(edition)
    for by in (mona, olu):
        claims.claim(one.pk, by=by)
    clock.shift(policy.CLAIM_LIFE.total_seconds())
    claims.claim(two.pk, by=olu)
    assert list(Claim.objects.order_by("pk").values_list("comment", "by")) == [(one.pk, mona.pk), (two.pk, olu.pk)]
    assert claims.others([one.pk, two.pk], besides=olu) == {}


def test_a_clock_that_is_set_back_leaves_nobody_looking_for_an_hour(
    clock: Traveller, edition: Edition, mona: User, olu: User
) -> None:
    one, two = factories.pending(edition), factories.pending(edition)
    claims.claim(one.pk, by=mona)
    clock.shift(-3600)
    assert claims.others([one.pk], besides=olu) == {}
    claims.claim(two.pk, by=mona)
    assert list(Claim.objects.values_list("comment", "by")) == [(two.pk, mona.pk)]


def test_leaving_releases_ones_own_claims_alone(edition: Edition, mona: User, olu: User) -> None:
    one, two = factories.pending(edition), factories.pending(edition)
    for by in (mona, olu):
        for comment in (one, two):
            claims.claim(comment.pk, by=by)
    claims.release([one.pk], by=mona)
    assert claims.others([one.pk, two.pk], besides=olu) == {two.pk: ["Mona Lind"]}
    assert claims.others([one.pk, two.pk], besides=mona) == {one.pk: ["olu"], two.pk: ["olu"]}


def test_a_claim_costs_the_same_however_many_there_are(edition: Edition, mona: User, olu: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            claims.others([comment.pk for comment in comments], besides=olu)
        return len(asked)

    comments = [factories.pending(edition) for _ in range(3)]
    claims.claim(comments[0].pk, by=mona)
    one = cost()
    for comment in comments:
        claims.claim(comment.pk, by=mona)
    assert cost() == one == 1


def test_a_claim_hides_nothing(edition: Edition, mona: User) -> None:
    comment = factories.pending(edition)
    claims.claim(comment.pk, by=mona)
    factories.decided(comment, Status.APPROVED, by=factories.user("moderators"))
    assert Comment.objects.get().status == Status.APPROVED


def test_only_who_may_decide_claims_and_only_what_there_is(edition: Edition, mona: User) -> None:
    comment = factories.pending(edition)
    with pytest.raises(NotPermitted):
        claims.claim(comment.pk, by=factories.user("editors"))
    with pytest.raises(Refusal, match="not there any more"):
        claims.claim(10**17, by=mona)
    assert Claim.objects.count() == 0

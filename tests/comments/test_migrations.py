"""Migrations that change rows, tried on rows."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from articles.models import Edition
from comments import protection
from comments.models import Comment
from comments.states import Status
from tests import factories
from tests.comments.conftest import NOON


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_waits_gets_its_place_by_when_its_newest_text_came_and_nothing_else_does(edition: Edition) -> None:
    waiting = factories.pending(edition, at=NOON - timedelta(hours=2))
    factories.decided(factories.pending(edition, at=NOON), Status.SPAM)
    call_command("migrate", "comments", "0008", verbosity=0)
    call_command("migrate", verbosity=0)
    assert list(Comment.objects.exclude(queued_at=None).values_list("pk", "queued_at")) == [
        (waiting.pk, NOON - timedelta(hours=2))
    ]
    assert protection.missing() == []

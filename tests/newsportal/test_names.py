"""Which pages change is told on commit, and only then."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction

from newsportal.pages import changed, names_changed


@pytest.fixture
def heard() -> Iterator[list[frozenset[str]]]:
    names_heard: list[frozenset[str]] = []

    def hear(names: frozenset[str], **more: Any) -> None:
        names_heard.append(names)

    names_changed.connect(hear)
    yield names_heard
    names_changed.disconnect(hear)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_names_are_told_when_the_change_is_durable_and_not_before(heard: list[frozenset[str]]) -> None:
    with transaction.atomic():
        changed("article:1", "front", "front")
        assert heard == []
    assert heard == [{"article:1", "front"}]
    changed("clock")
    assert heard == [{"article:1", "front"}, {"clock"}]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_change_that_was_taken_back_changes_no_page(heard: list[frozenset[str]]) -> None:
    def undone() -> None:
        with transaction.atomic():
            changed("article:1")
            raise LookupError

    act: Callable[[], None] = undone
    with pytest.raises(LookupError):
        act()
    assert heard == []

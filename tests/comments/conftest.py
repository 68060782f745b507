"""Fixtures that the tests of conversations share."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from articles.models import Edition
from tests import factories

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Noon of a Monday; time stands still, and `clock.shift(seconds)` moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def edition(db: None) -> Edition:
    """A story that readers see."""
    return factories.live()

"""The names of what pages show (`article:17`, `thread:17`, `section:3`, `front`, `clock` …), told on commit.

A name is told only when its change is durable: a transaction that is rolled back changes no page.
"""

from django.db import transaction
from django.dispatch import Signal

# Sent once per commit and verb, with `names: frozenset[str]`.
names_changed = Signal()


def changed(*names: str) -> None:
    """Say that what these names stand for is different from now on. Outside a transaction it is told at once."""
    told = frozenset(names)
    transaction.on_commit(lambda: names_changed.send(sender=None, names=told))

"""The names of what pages show (`article:17`, `thread:17`, `section:3` …): said by views, changed by verbs.

A name changes when its change is durable: a transaction that is rolled back changes no page. Changed names are rows of
the same transaction, so if a process dies between the commit and telling the store, another one tells it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

# The site's timed moments (an edition beginning or ending): every page shows this, and it changes when one is set.
CLOCK = "clock"

_NAME = re.compile(r"[a-z]+(:[a-z0-9]+)*")
_shown: ContextVar[set[str] | None] = ContextVar("shown", default=None)


def shows(*names: str) -> None:
    """Say that the page being rendered shows what these names stand for. Outside a public page it has no effect."""
    collected = _shown.get()
    if collected is not None:
        collected.update(names)


@contextmanager
def collecting() -> Iterator[set[str]]:
    """Collects the names passed to `shows` inside the block."""
    names: set[str] = set()
    token = _shown.set(names)
    try:
        yield names
    finally:
        _shown.reset(token)


def is_name(text: str) -> bool:
    """Whether a text is a name that stores and CDNs accept: lowercase letters, and any number of parts after colons."""
    return _NAME.fullmatch(text) is not None


def changed(*names: str) -> None:
    """Say that what these names stand for differs from now on. Outside a transaction the caches are told at once."""
    from newsportal.pages.models import ChangedName
    from newsportal.pages.telling import tell

    if not names:
        return
    if strange := [name for name in names if not is_name(name)]:
        raise ValueError(f"no page can show these names: {strange}")
    rows = ChangedName.objects.bulk_create(ChangedName(name=name) for name in sorted(set(names)))
    transaction.on_commit(lambda: tell(rows))

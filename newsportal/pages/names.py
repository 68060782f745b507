"""The names of what pages show (`article:17`, `thread:17`, `section:3` …): said by views, changed by verbs.

A name changes when its change is durable: a transaction that is rolled back changes no page. The names changed are
rows of the same transaction, so a process that dies between its commit and the store is made good by another one.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

# The site's timed moments (an edition beginning or ending): every page shows it, and it changes when one is set.
CLOCK = "clock"

_NAME = re.compile(r"[a-z]+(:[a-z0-9]+)*")
_shown: ContextVar[set[str] | None] = ContextVar("shown", default=None)


def shows(*names: str) -> None:
    """Say that the page being rendered shows what these names stand for. Outside a public page it means nothing."""
    collected = _shown.get()
    if collected is not None:
        collected.update(names)


@contextmanager
def collecting() -> Iterator[set[str]]:
    """The names that are said to be shown inside the block."""
    names: set[str] = set()
    token = _shown.set(names)
    try:
        yield names
    finally:
        _shown.reset(token)


def is_name(text: str) -> bool:
    """Whether a text is a name, as stores and CDNs take it: small letters, and any number of parts behind colons."""
    return _NAME.fullmatch(text) is not None


def changed(*names: str) -> None:
    """Say that what these names stand for is different from now on. Outside a transaction it is told at once."""
    from newsportal.pages.models import ChangedName
    from newsportal.pages.telling import tell

    if not names:
        return
    if strange := [name for name in names if not is_name(name)]:
        raise ValueError(f"no page can show these names: {strange}")
    rows = ChangedName.objects.bulk_create(ChangedName(name=name) for name in sorted(set(names)))
    transaction.on_commit(lambda: tell(rows))

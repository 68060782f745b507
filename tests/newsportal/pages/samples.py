"""A page for the tests of the store."""

import math
import time
from typing import Any

from newsportal.pages.page import Page
from newsportal.pages.store import Store


def page(key: str = "/articles/17/harbour/", body: bytes = b"<p>The harbour is open.</p>", **changes: Any) -> Page:
    """A page with one header, rendered now, with no timed moment ahead."""
    options = {"at": time.time(), "until": math.inf} | changes
    return Page.of(key, [(b"content-type", b"text/html; charset=utf-8")], body, **options)


def kept(store: Store, *names: str, **changes: Any) -> Page:
    """A page that a store has accepted, and that shows these names."""
    taken = store.keep(page(**changes), names, store.moment())
    if taken is None:
        # The first time that a name is seen while others change, the store only learns the name.
        taken = store.keep(page(**changes), names, store.moment())
    assert taken is not None
    return taken

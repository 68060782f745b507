"""The portal's own counters at `/metrics`, if it has them."""

import time

from tests.bench.wire import fetch

# Each process adds its counts once a second; after this long two processes have surely reported.
SETTLE_SECONDS = 2.5


def counters(port: int) -> dict[str, float]:
    """Name to value, once they have settled; empty if the portal has no such page, or no store to count for."""
    time.sleep(SETTLE_SECONDS)
    answer = fetch(port, "/metrics")
    found = _parsed(answer.text) if answer.status == 200 else {}
    return found if found.get("portal_page_store_up") else {}


def renders_between(before: dict[str, float], after: dict[str, float]) -> float | None:
    """How many pages were rendered; None if nobody counts."""
    name = "portal_page_renders_total"
    return after[name] - before.get(name, 0.0) if name in after else None


def _parsed(text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _space, value = line.rpartition(" ")
            # Labels (`{worker="1"}`) split one counter into several; here their sum counts.
            plain = name.partition("{")[0]
            found[plain] = found.get(plain, 0.0) + float(value)
    return found

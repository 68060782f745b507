"""The table of steps: every allowed step, and no other."""

from itertools import product

import pytest

from comments.states import Actor, Status, is_allowed

# Written out here a second time, so that a slip in the table is noticed.
STEPS = {
    "moderator": """
        pending>approved pending>rejected pending>spam pending>returned
        approved>rejected approved>spam approved>returned
        rejected>approved rejected>spam rejected>returned
        spam>approved spam>rejected spam>returned
        returned>approved returned>rejected returned>spam
    """,
    "rule": "pending>pending pending>approved pending>rejected",
    "author": """
        pending>pending approved>pending returned>pending
        rejected>pending
        pending>withdrawn approved>withdrawn returned>withdrawn
    """,
    "clock": "returned>rejected",
}


@pytest.mark.parametrize(
    ("actor", "before", "after"),
    list(product(Actor, Status, Status)),
    ids=lambda part: str(getattr(part, "value", part)),
)
def test_a_step_is_allowed_where_the_table_says_so_and_nowhere_else(
    actor: Actor, before: Status, after: Status
) -> None:
    assert is_allowed(actor, before, after) == (f"{before.value}>{after.value}" in STEPS[actor.value].split())

"""What the journeys write: texts that are all different, at exactly the length that a rule speaks of."""

from itertools import count

_numbers = count(1)

FIFTY = "The bridge at Tidewick is older than the paper say"
FORTY_NINE = FIFTY[:-1]


def text() -> str:
    """A comment that is long enough and unique."""
    return (
        f"Number {next(_numbers)}: the ferry was late again today, and nobody at the quay could say when it would come."
    )


def named(who: str) -> str:
    """A name that nobody else has in these journeys."""
    return f"{who} {next(_numbers)}"

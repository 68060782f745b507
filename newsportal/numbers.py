"""Numbers that were sent as text, in an address, a form or a story: each is a number or none, and no error of ours."""

# Of a row's number: 64 bits hold 19 digits, not all of which fit.
ROW_DIGITS = 18
# Of what one story has: no story has a million versions or editions.
STORY_DIGITS = 6


def number_in(text: str, digits: int = ROW_DIGITS) -> int | None:
    """The number that a text is, of at most so many digits; None for any other text."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None

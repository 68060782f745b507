"""Numbers sent as text, in an address, a form or a story: each is a valid number or None, and never causes an error."""

# Digits of a row's number: 64 bits hold some numbers of 19 digits, but not all.
ROW_DIGITS = 18
# Digits of the numbers within one story: no story has a million versions or editions.
STORY_DIGITS = 6


def number_in(text: str, digits: int = ROW_DIGITS) -> int | None:
    """The number in a text, of at most so many digits; None for any other text."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None

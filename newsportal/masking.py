"""What no log may say: whose mail it was."""

import re

# Wider than any address may be: what looks like one goes.
_ADDRESS = re.compile(r"[^\s@<>()\[\]{}'\",;:]+@[^\s@<>()\[\]{}'\",;:]+")


def without_addresses(text: str) -> str:
    """A text, a mail server's answer perhaps, with a word in place of each mail address."""
    return _ADDRESS.sub("(address)", text)

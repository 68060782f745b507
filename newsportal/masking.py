"""Keeping mail addresses and network addresses out of logs."""

import re
from ipaddress import ip_address

MASK = "(address)"
# Wider than any address may be: whatever looks like one is masked. Also as it is encoded in a page's address, and with
# the characters that East Asian input methods write in place of @.
_APART = r"\s@<>()\[\]{}'\",;:"
_PART = rf"[^{_APART}]+"
# Matched only from the beginning of a word, or a long word without an address would be scanned once for each letter.
_MAIL = re.compile(rf"(?:\"[^\"\n]{{1,64}}\"|(?<![^{_APART}]){_PART})(?:[@\uff20\ufe6b]|%40){_PART}", re.IGNORECASE)
# Text that may begin with an IPv6 address; a port, or the end of a sentence, may follow it.
_IPV6 = re.compile(r"(?<![\w:.])[0-9a-f]{0,4}:[0-9a-f]{0,4}:[0-9a-f:.]{0,60}(?:%\w+)?", re.IGNORECASE)
_IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d)")


def without_addresses(text: str) -> str:
    """A text (a mail server's answer perhaps) with a word in place of each mail address and each network address.

    The machine's own addresses, on which it listens or asks, stay: they are nobody's.
    """
    for pattern in (_IPV6, _IPV4):
        text = pattern.sub(_masked, text)
    return _MAIL.sub(MASK, text)


def _masked(found: re.Match[str]) -> str:
    """The match with its longest beginning that is an address masked; a time of day, 09:52:54, has none."""
    words = found[0]
    for end in (len(words), *(at for at in range(len(words) - 1, 1, -1) if words[at] in ":.")):
        try:
            address = ip_address(words[:end].partition("%")[0])
        except ValueError:
            continue
        return words if address.is_loopback or address.is_unspecified else MASK + words[end:]
    return words

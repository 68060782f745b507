"""Characters that none of our output can carry: databases refuse some of them, XML the others."""

import regex

# Surrogates, noncharacters, and control characters except line feed and tab (XML 1.0, section 2.2; Unicode, ch. 23).
_UNFIT = regex.compile(r"[\p{Cs}\p{Noncharacter_Code_Point}]|(?![\n\t])\p{Cc}")


def fit(text: str) -> str:
    r"""The text without them, and with `\n` for every line end."""
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))

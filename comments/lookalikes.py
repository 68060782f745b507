"""What letters look like in any script: one folding for names that imitate others and for words on a list."""

import unicodedata
from functools import lru_cache

import regex
from confusable_homoglyphs import confusables

from articles.search.words import DIACRITICS

# ASCII letters and digits that look alike in common fonts.
_ALIKE = str.maketrans({"i": "l", "1": "l", "|": "l", "0": "o", "5": "s", "3": "e", "4": "a", "@": "a", "$": "s"})
# Marks, and invisible characters: a Hangul filler after a name is a letter to Unicode, and a gap to nobody.
_UNSEEN_IN_NAMES = regex.compile(r"[\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}]")
UNSEEN = regex.compile(r"[\p{Cf}\p{Default_Ignorable_Code_Point}\u0640]")
# Letters that pass for others if a whole name is looked at; in a text they would be words of their own.
_STYLED = dict(zip("пղոռиягшΛʌΔ∆ЄєᥱⲀⲂⲈⲎⲒⲔⲖⲘⲚⲞⲢⲤⲦⲬⲨⲌ", "nnnnnrrwaaaaeeeabehiklmnopctxyz", strict=True))
# Letters with a hook or a bar, turned over, on a tile, or as half of a flag, by their names in Unicode.
_DRESSED = regex.compile(
    r"(?:LATIN (?:SMALL|CAPITAL) LETTER|(?:NEGATIVE )?(?:CIRCLED|SQUARED) LATIN CAPITAL LETTER"
    r"|CROSSED NEGATIVE SQUARED LATIN CAPITAL LETTER|REGIONAL INDICATOR SYMBOL LETTER)"
    r"(?: (?:TURNED|REVERSED|SIDEWAYS|OPEN|BARRED))* ([A-Z])(?: WITH .*)?"
)
_DRESSED_ONES = (*range(0x00C0, 0x02B0), *range(0x1D00, 0x1D80), *range(0x2C60, 0x2C80), *range(0xA720, 0xA800))
_TILES = (*range(0xAB30, 0xAB70), *range(0x1F130, 0x1F200))
# An exclamation mark between letters stands for a letter.
_EXCLAIMED = regex.compile(r"(?<=\w)!+(?=\w)")
# Blocks of Unicode with letters that look like Latin ones but are not in its table of confusables.
_SMALL_CAPITALS = (*range(0x0250, 0x02B0), *range(0x1D00, 0x1D80), *range(0xA720, 0xA800))


def skeleton(name: str) -> str:
    """What a name looks like: no marks, case, spaces or punctuation, and look-alike letters as one (UTS #39)."""
    seen = _UNSEEN_IN_NAMES.sub("", unicodedata.normalize("NFKD", name))
    plain = _translated(seen, _letters_of_names()).casefold()
    plain = _EXCLAIMED.sub(lambda found: "l" * len(found[0]), plain)
    return loose("".join(char for char in plain if char.isalnum() or char in "|@$"))


def loose(shape: str) -> str:
    """A shape in which digits and signs stand for the letters they resemble, and an i is an l."""
    return shape.translate(_ALIKE).replace("rn", "m").replace("vv", "w")


def shapes(words: list[str]) -> list[tuple[str, ...]]:
    """What each word may be read as: one shape for an ASCII word, up to three for others.

    Unchanged, in capitals and in small letters: a Cyrillic "м" passes for an M, a Greek "Ν" for an N. Case and the
    diacritics of Latin, Greek, Cyrillic, Hebrew and Arabic are removed; the vowel signs of other scripts are letters.
    All words are folded at once, because folding each by itself costs ten times as much. No word may contain a line
    feed.
    """
    if not words:
        return []
    text = "\n".join(words)
    if text.isascii():
        return [(word,) for word in text.casefold().split("\n")]
    apart = DIACRITICS.sub("", unicodedata.normalize("NFKD", UNSEEN.sub("", text)))
    read = [_read(cased).split("\n") for cased in (apart.casefold(), apart, apart.upper())]
    return [tuple(dict.fromkeys(found)) for found in zip(*read, strict=True)]


def _read(apart: str) -> str:
    return unicodedata.normalize("NFC", _in_ascii(apart).casefold())


def _in_ascii(text: str) -> str:
    return _translated(text, _plain_letters())


def _translated(text: str, letters: dict[int, str]) -> str:
    # Only the characters that occur: one that is missing from a table costs as much as forty that are in it.
    return text.translate({code: letters.get(code, code) for code in map(ord, set(text))})


@lru_cache(maxsize=1)
def _plain_letters() -> dict[int, str]:
    """The ASCII letters that characters of other scripts look like."""
    codes = {ord(char) for char in confusables.confusables_data if len(char) == 1} | set(_SMALL_CAPITALS)
    table = {code: _plain(chr(code)) for code in codes}
    return {code: plain for code, plain in table.items() if plain != chr(code)}


@lru_cache(maxsize=1)
def _letters_of_names() -> dict[int, str]:
    """The same, including those that resemble ASCII letters less closely."""
    named = {code: _DRESSED.fullmatch(unicodedata.name(chr(code), "")) for code in (*_DRESSED_ONES, *_TILES)}
    dressed = {code: found[1].casefold() for code, found in named.items() if found}
    styled = {ord(cased): plain for char, plain in _STYLED.items() for cased in {char, char.lower(), char.upper()}}
    return {**dressed, **_plain_letters(), **styled}


def _plain(char: str) -> str:
    """The ASCII letters that a character of another script looks like, or the character itself."""
    if char.isascii():
        return char
    small_capital = unicodedata.name(char, "").removeprefix("LATIN LETTER SMALL CAPITAL ")
    if len(small_capital) == 1:
        return small_capital
    for alike in confusables.confusables_data.get(char, ()):
        letters: str = alike["c"].casefold()
        if letters.isascii() and letters.isalnum():
            return letters
    return char

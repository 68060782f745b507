"""Names that pass for those of the staff, in whatever letters."""

import unicodedata
from functools import lru_cache

import regex
from confusable_homoglyphs import confusables
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef

from articles.models import Edition, Person
from comments.policy import RESERVED_NAMES

# Letters and digits of ASCII that print alike in common fonts.
_ALIKE = str.maketrans({"i": "l", "1": "l", "|": "l", "0": "o", "5": "s", "3": "e", "4": "a", "@": "a", "$": "s"})
# Marks, and what nothing is seen of: a Hangul filler behind a name is a letter to Unicode, and a gap to nobody.
_UNSEEN = regex.compile(r"[\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}]")


# A name this long inside a longer one is no accident: "Edda Marsh (Editor)", but not "Kimberly".
_TELLING_LENGTH = 8


def skeleton(name: str) -> str:
    """What a name looks like: marks, case, spaces and punctuation gone, look-alike letters as one (UTS #39)."""
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKD", name))
    plain = "".join(_plain(char) for char in seen).casefold()
    letters = "".join(char for char in plain if char.isalnum() or char in "|@$")
    return letters.translate(_ALIKE).replace("rn", "m").replace("vv", "w")


def imitates_staff(name: str) -> bool:
    """Whether a reader's name looks like that of a member of staff, of somebody in a byline, or of the paper.

    It need not be the whole of it: "Mona Keller, moderator" and "The Newsroom" speak for the paper, too.
    """
    whole = _skeletons(name)
    words = {shape for word in name.split() for shape in _skeletons(word)}
    protected = _protected()
    long = [shape for shape in protected if len(shape) >= _TELLING_LENGTH]
    return bool(
        whole & protected or (whole | words) & _reserved() or any(shape in seen for seen in whole for shape in long)
    )


# Those of the staff are asked for with each comment.
@lru_cache(maxsize=4096)
def _skeletons(name: str) -> frozenset[str]:
    """As it is, in capitals and in small letters: a Cyrillic "м" passes for an M, a Greek "Ν" for an N."""
    return frozenset(shape for cased in (name, name.upper(), name.casefold()) if (shape := skeleton(cased)))


def _reserved() -> set[str]:
    return {shape for name in RESERVED_NAMES for shape in _skeletons(name)}


def _protected() -> set[str]:
    """The names of the paper and of those who work for it, whichever way round they are written."""
    names = {settings.SITE_NAME}
    for username, first, last in User.objects.filter(is_staff=True).values_list("username", "first_name", "last_name"):
        names |= {username, f"{first} {last}", f"{last} {first}"}
    # Only whom readers know: a refusal must not tell who will stand in a byline tomorrow.
    known = Person.objects.filter(Exists(Edition.objects.begun().filter(people=OuterRef("pk"))))
    names.update(known.values_list("name", flat=True))
    return {shape for name in names for shape in _skeletons(name)}


@lru_cache(maxsize=4096)
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

"""Names that pass for those of the staff, in whatever letters."""

import re
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef

from articles.models import Edition, Person
from comments.lookalikes import skeleton
from comments.policy import RESERVED_NAMES

# A name this long inside a longer one is no accident: "Edda Marsh (Editor)", but not "Kimberly".
_TELLING_LENGTH = 8
# What may stand between the words of a name, and after an office: "Editor-in-Chief", "Moderator2".
_BETWEEN = re.compile(r"\s+|[^\w\s]+|_+|(?<=[^\W\d])\d+(?![\w])")


def imitates_staff(name: str) -> bool:
    """Whether a reader's name looks like that of a member of staff, of somebody in a byline, or of the paper.

    It need not be the whole name: "Mona Keller, moderator" and "The Newsroom" speak for the paper, too.
    """
    whole = _skeletons(name)
    words = {shape for word in (*name.split(), *_BETWEEN.split(name)) for shape in _skeletons(word)}
    protected = _protected()
    long = [shape for shape in protected if len(shape) >= _TELLING_LENGTH]
    return bool(
        whole & protected or (whole | words) & _reserved() or any(shape in seen for seen in whole for shape in long)
    )


# The names of the staff are looked up for each comment.
@lru_cache(maxsize=4096)
def _skeletons(name: str) -> frozenset[str]:
    """Unchanged, in capitals and in small letters: a Cyrillic "м" passes for an M, a Greek "Ν" for an N."""
    return frozenset(shape for cased in (name, name.upper(), name.casefold()) if (shape := skeleton(cased)))


def _reserved() -> set[str]:
    return {shape for name in RESERVED_NAMES for shape in _skeletons(name)}


def _protected() -> set[str]:
    """The names of the paper and of those who work for it, in either order of first and last name."""
    names = {settings.SITE_NAME}
    for username, first, last in User.objects.filter(is_staff=True).values_list("username", "first_name", "last_name"):
        names |= {username, f"{first} {last}", f"{last} {first}"}
    # Only people known to readers: a refusal must not reveal who will be in a byline tomorrow.
    known = Person.objects.filter(Exists(Edition.objects.begun().filter(people=OuterRef("pk"))))
    names.update(known.values_list("name", flat=True))
    return {shape for name in names for shape in _skeletons(name)}

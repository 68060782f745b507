"""Names as strangers send them: no other letters, invisible characters or changed direction let a name pass for
somebody who works here, and an accepted name is indistinguishable from what it looks like."""

import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from comments.models import Comment
from newsportal.origin import FORM_TYPE
from tests import factories
from tests.factories import GOOD_TEXT

pytestmark = pytest.mark.django_db

REFUSED = "This name looks like that of somebody who works here. Choose another one."
# Of Mona Keller, who moderates, of the paper (The Meridian), and of its offices.
IMITATIONS = [
    *("mona KELLER", "Keller, Mona", "M.o.n.a.K.e.l.l.e.r", "m o n a k e l l e r", "MonaKeller", "【Mona Keller】"),
    # Invisible, between its letters: spaces of no width, joiners, fillers, marks, tags.
    *(f"Mona Kel{unseen}ler" for unseen in "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u115f\u17b4\u2061\u3164\uffa0"),
    *(
        "Mona Kel\ufe0fler",
        "Mona Kel\U000e0061ler",
        "Mona Kel\u2800ler",
        "\u2066Mona Keller\u2069",
        "Mona \u202eKeller",
    ),
    # Cyrillic, Greek, Coptic, Lisu, Deseret and Armenian letters, alone and among Latin ones.
    *("Моnа Κеllеr", "Μοna Κeller", "moпa keller", "mоղa keller", "ꓟꓳꓠꓮ ꓗꓰꓡꓡꓰꓣ", "ⲘⲞⲚⲀ Keller", "M𐐬na Keller"),
    # Letters from mathematics, tiles, rings and flags; with bars and hooks; struck through.
    *("𝓜𝓸𝓷𝓪 𝓚𝓮𝓵𝓵𝓮𝓻", "🅼🅾🅽🅰 🅺🅴🅻🅻🅴🆁", "🄼🄾🄽🄰 🄺🄴🄻🄻🄴🅁", "🅜🅞🅝🅐 🅚🅔🅛🅛🅔🅡", "🇲🇴🇳🇦 🇰🇪🇱🇱🇪🇷", "Ｍｏｎａ Ｋｅｌｌｅｒ"),
    *("ɱona keller", "Møna Kełłer", "M\u0336o\u0336n\u0336a\u0336 K\u0336eller", "ᴍᴏɴᴀ ᴋᴇʟʟᴇʀ", "mona kᥱller"),
    # Digits and signs in place of letters.
    *("M0na Ke11er", "mona ke||er", "mona ke!!er", "rnona keller", "Mona Keiier"),
    # What stands beside a name.
    *(
        "Mona Keller ✓",
        "Mona Keller (Editor)",
        "Mona Keller 2",
        "The Meridian · Support",
        "Tħe Meridian",
        "Тhе Mеridiаn",
    ),
    *(
        "Moderator2",
        "admin_1",
        "Editor-in-Chief",
        "Team/Moderator",
        "NEWSЯOOM",
        "Λdmin",
        "Redaktion",
        "Mo\u180ederator",
    ),
]
# What is sent, and what is kept of it.
TAKEN = {
    "Mona Kell": "Mona Kell",
    "Ana\u200b Lima": "Ana Lima",
    "A\u00adna\u2060 Li\ufeffma": "Ana Lima",
    "\u202eamiL anA": "amiL anA",
    "Ana \u2067Lima\u2069\u200f": "Ana Lima",
    "Ana\u2028Lima\r\nBcc: x": "Ana Lima Bcc: x",
    "Ana \U000e0041\U000e0042\U000e0043Lima": "Ana Lima",
    "A" + "\u0301\u0302\u0303\u0304\u0305" * 8 + "na": unicodedata.normalize("NFC", "A\u0301\u0302\u0303\u0304\u0305")
    + "na",
    # Joiners that words and pictures need.
    "می\u200cخواهم": "می\u200cخواهم",
    "क्\u200dष": "क्\u200dष",
    "Ana 👩\u200d🚒": "Ana 👩\u200d🚒",
    "Nguyễn Thị Hằng": "Nguyễn Thị Hằng",
    "שָׁלוֹם": "שָׁלוֹם",
    "Наталья Лисова": "Наталья Лисова",
    "Anna-Lena Östlund": "Anna-Lena Östlund",
}


@pytest.fixture
def send() -> Callable[[str], Any]:
    """Posts a comment under a name to a paper where Mona Keller moderates; returns the answer."""
    factories.user("moderators", username="mk", first_name="Mona", last_name="Keller")
    path = f"/articles/{factories.live().article_id}/comments/new/"

    def sent(name: str) -> Any:
        fields = {"name": name, "body": GOOD_TEXT, "email": "", "parent": ""}
        return Client().post(path, urlencode(fields), content_type=FORM_TYPE)

    return sent


def test_no_letters_make_a_name_pass_for_a_colleagues(send: Callable[[str], Any]) -> None:
    assert len(IMITATIONS) > 40
    taken = [name for name in IMITATIONS if REFUSED not in send(name).text]
    assert (taken, Comment.objects.count()) == ([], 0)


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_kept_of_a_name_is_what_is_seen_of_it(send: Callable[[str], Any], name: str) -> None:
    assert send(name).status_code == 303
    assert Comment.objects.get().name == TAKEN[name]

"""Names that pass for those of the staff, in whatever letters."""

import pytest
from django.contrib.auth.models import User

from comments.imitation import imitates_staff, skeleton
from tests import factories

ADMINS = [
    "admin",
    "ADMIN",
    "  a d m i n ",
    "A.d.m.i.n!",
    "The Admin",
    "аdmіn",  # Cyrillic а and і
    "АDМIN",  # Cyrillic А and М
    "adмin",  # a small Cyrillic м, which looks like a capital M
    "ADMΙN",  # Greek Ι
    "admın",  # Turkish dotless ı
    "ａｄｍｉｎ",  # full width
    "𝐚𝐝𝐦𝐢𝐧",  # mathematical
    "ⓐⓓⓜⓘⓝ",
    "ᴀᴅᴍɪɴ",  # small capitals
    "ádmïn",
    "a\u0336d\u0336m\u0336i\u0336n\u0336",  # struck through
    "adm1n",
    "@dmin",
    "adrnin",
    "admin\u200b",
    "admin\u3164",  # a Hangul filler: a letter that nobody sees
    "ad\u00admin",  # a soft hyphen
]


@pytest.mark.parametrize("name", ADMINS)
def test_a_reserved_name_is_seen_through_its_disguise(db: None, name: str) -> None:
    assert imitates_staff(name)


@pytest.mark.parametrize(
    "name", ["M0derat0r", "Еditor", "ΝEWSROOM", "$taff", "vvebmaster", "The Meridian", "THE MERlDlAN"]
)
def test_the_paper_and_its_offices_cannot_be_imitated(db: None, name: str) -> None:
    assert imitates_staff(name)


@pytest.mark.parametrize(
    "name",
    [
        "Adam",
        "Administrata",
        "Ed",
        "Stafford",
        "Maria",
        "मोहन",
        "李雷",
        "Наталья",
        "!!!",
        "\u200b",
        "👩",
        "1",
        "Adminah",
    ],
)
def test_ordinary_names_pass(db: None, name: str) -> None:
    assert not imitates_staff(name)


def test_people_in_bylines_are_protected(db: None) -> None:
    factories.live(people=(factories.person("Ana Moreira"),))
    assert imitates_staff("АNA MОREIRA")
    assert imitates_staff("ana moreíra")
    assert not imitates_staff("Ana Moreiro")


def test_a_refusal_does_not_tell_who_will_stand_in_a_byline_tomorrow(db: None) -> None:
    ana = factories.person("Ana Moreira")
    factories.article(people=(ana,))
    factories.scheduled(people=(ana,))
    assert not imitates_staff("Ana Moreira")


def test_who_stood_in_a_byline_stays_protected(db: None) -> None:
    factories.withdrawn(people=(factories.person("Ana Moreira"),))
    assert imitates_staff("Ana Moreira")


def test_members_of_staff_are_protected_by_user_name_and_by_name(db: None) -> None:
    factories.user("moderators", username="kim.lee", first_name="Наталья", last_name="Лисова")
    assert imitates_staff("Kim Lee")
    assert imitates_staff("наталья лисова")
    assert not imitates_staff("Kim")
    assert not imitates_staff("Наталья")


def test_accounts_that_are_not_staff_protect_nothing(db: None) -> None:
    User.objects.create_user("robin")
    assert not imitates_staff("robin")


def test_the_skeleton_keeps_letters_alone() -> None:
    assert skeleton("Rn. O'Vv, 10") == skeleton("mowlo") == "mowlo"
    assert skeleton("… – ₍₎") == ""


@pytest.mark.parametrize(
    "name",
    ["Edda Marsh (Editor)", "Marsh Edda", "Mona Keller, moderator", "Moderation Team", "The Meridian Newsroom"],
)
def test_a_name_that_holds_a_colleagues_or_the_papers_is_refused(db: None, name: str) -> None:
    factories.user("editors", first_name="Edda", last_name="Marsh")
    assert imitates_staff(name)


@pytest.mark.parametrize("name", ["Edda", "Marsha Eddings", "Kim Meridith"])
def test_a_name_that_shares_a_part_is_somebody_elses(db: None, name: str) -> None:
    factories.user("editors", username="em", first_name="Edda", last_name="Marsh")
    assert not imitates_staff(name)

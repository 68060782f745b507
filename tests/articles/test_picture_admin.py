"""The picture library in the admin: added, dropped, described, found, and kept while it is in use."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from articles.models import Picture
from articles.pictures import formats_of
from tests import factories
from tests.articles.browser import read_form
from tests.articles.images import image_bytes, photograph, stored_picture, upload

pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]
ADD = "/admin/articles/picture/add/"
DROP = "/admin/articles/picture/drop/"
LIST = "/admin/articles/picture/"


def sent(content: bytes = b"", **fields: str) -> dict[str, Any]:
    """What the form sends: a file, the focal point, and words."""
    file = {"file": upload(content or image_bytes(size=(900, 600)))}
    return {**file, "ppoi_0": "50", "ppoi_1": "50", "alt": "A harbour", "caption": "", "credit": "", **fields}


def page_of(picture: Picture) -> str:
    return reverse("admin:articles_picture_change", args=[picture.pk])


def delete_page(picture: Picture) -> str:
    return reverse("admin:articles_picture_delete", args=[picture.pk])


def errors(response: Any) -> dict[str, list[str]]:
    return {name: list(words) for name, words in response.context["adminform"].form.errors.items()}


# --- Adding ---------------------------------------------------------------------------------------------------------


def test_a_picture_is_added_and_listed_with_its_size(sign_in: SignIn) -> None:
    client = sign_in("writers")
    assert client.post(ADD, sent()).status_code == 302
    picture = Picture.objects.get()
    assert (picture.width, picture.height, picture.alt, picture.has_all_crops) == (900, 600, "A harbour", True)
    listing = client.get(LIST).text
    assert (picture.file.w320 in listing, "900 × 600" in listing) == (True, True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG is not taken, for it can hold programs."),
        (b"\xff\xd8\xff\xe0broken", "This file cannot be read as a picture."),
        (image_bytes("GIF"), "Pictures are taken as JPEG, PNG or WebP."),
        (image_bytes(size=(200, 100)), "This picture is too small: it has 200 × 100 pixels"),
    ],
    ids=["SVG", "broken", "GIF", "small"],
)
def test_a_file_that_is_refused_is_told_why_and_what_was_typed_stays(
    sign_in: SignIn, content: bytes, words: str
) -> None:
    client = sign_in("editors")
    typed = {"alt": "A harbour at dawn", "caption": "As it was.", "credit": "A. N. Other"}
    response = client.post(ADD, sent(content, **typed))
    assert (response.status_code, list(errors(response))) == (200, ["file"])
    assert errors(response)["file"][0].startswith(words)
    fields = read_form(response.text, "picture_form").fields
    assert {name: fields[name] for name in typed} == {name: [value] for name, value in typed.items()}
    assert Picture.objects.count() == 0


@pytest.mark.parametrize(
    "name",
    ["../../../etc/cron.d/x.jpg", "..\\..\\x.jpg", "a\x00.php", "\u202egpj.exe", "x" * 300 + ".jpg", ".htaccess",
     "a.php.jpg", "a.svg", "CON", "a;b.jpg", "%2e%2e%2fx.jpg", "<img src=x onerror=alert(1)>.jpg", "/absolute.jpg"],
)  # fmt: skip
def test_how_a_file_is_called_says_nothing_of_where_it_is_kept(sign_in: SignIn, name: str) -> None:
    file = upload(image_bytes(size=(400, 400)))
    # More than Django's own class would accept.
    file.__dict__["_name"] = name
    before = set(Path(settings.MEDIA_ROOT).rglob("*"))
    response = sign_in("editors").post(ADD, {**sent(), "file": file})
    picture = Picture.objects.get()
    assert (response.status_code, bool(re.fullmatch(r"pictures/[\w-]{16}\.jpeg", picture.file.name))) == (302, True)
    made = {path for path in set(Path(settings.MEDIA_ROOT).rglob("*")) - before if path.is_file()}
    stem = Path(picture.file.name).stem
    assert {path.name.startswith(stem) for path in made} == {True}
    assert {path.suffix for path in made} == {".jpeg", ".jpg", ".webp", ".avif"}


def test_an_empty_file_and_none_are_refused_in_words(sign_in: SignIn) -> None:
    client = sign_in("editors")
    empty = client.post(ADD, {**sent(), "file": upload(b"")})
    none = client.post(ADD, {**sent(), "file": ""})
    said = (errors(empty), errors(none))
    assert said == ({"file": ["This file is empty."]}, {"file": ["This field is required."]})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"alt": ""}, {"alt": ["Say what the picture shows, or mark it as decorative."]}),
        ({"alt": "  \n"}, {"alt": ["Say what the picture shows, or mark it as decorative."]}),
        (
            {"alt": "A harbour", "is_decorative": "on"},
            {"is_decorative": ["It has an alternative text. Take away one of the two."]},
        ),
        ({"alt": "x" * 301}, {"alt": ["Ensure this value has at most 300 characters (it has 301)."]}),
        ({"ppoi_0": "101"}, {"ppoi": ["Ensure this value is less than or equal to 100."]}),
        ({"ppoi_1": "middle"}, {"ppoi": ["Enter a whole number."]}),
    ],
)
def test_a_picture_is_described_or_marked_as_decorative(
    sign_in: SignIn, fields: dict[str, str], words: dict[str, list[str]]
) -> None:
    response = sign_in("editors").post(ADD, sent(**fields))
    assert (response.status_code, errors(response)) == (200, words)


def test_a_decorative_picture_has_no_words_for_those_who_do_not_see_it(sign_in: SignIn) -> None:
    client = sign_in("editors")
    assert client.post(ADD, sent(alt="", is_decorative="on")).status_code == 302
    picture = Picture.objects.get()
    assert (picture.alt, picture.is_decorative, str(picture)) == ("", True, f"Decorative picture {picture.pk}")
    edition = factories.live(picture=picture)
    page = Client().get(edition.get_absolute_url()).text
    assert ('width="960" height="640" alt="" fetchpriority="high"' in page, "og:image:alt" in page) == (True, False)


@pytest.mark.parametrize(
    ("left", "top", "stored"),
    [("10", "90", "0.1x0.9"), ("0", "100", "0x1"), ("", "", "0.5x0.5"), ("33", "", "0.33x0.5")],
)
def test_the_focal_point_is_two_numbers_where_there_is_no_script(
    sign_in: SignIn, left: str, top: str, stored: str
) -> None:
    client = sign_in("editors")
    client.post(ADD, sent(ppoi_0=left, ppoi_1=top))
    picture = Picture.objects.get()
    fields = read_form(client.get(page_of(picture)).text, "picture_form").fields
    assert (picture.ppoi, fields["ppoi_0"], fields["ppoi_1"]) == (stored, [left or "50"], [top or "50"])


# --- Dropped files --------------------------------------------------------------------------------------------------


def test_a_dropped_file_becomes_a_picture_with_its_own_words(sign_in: SignIn) -> None:
    client = sign_in("writers")
    response = client.post(DROP, sent(alt="Gulls", caption="At noon.", credit="M.", ppoi_0="20"))
    picture = Picture.objects.get()
    assert response.status_code == 201
    assert response.json() == {"words": "Gulls", "url": page_of(picture), "thumbnail": picture.file.w320}
    assert (picture.alt, picture.caption, picture.credit, picture.ppoi) == ("Gulls", "At noon.", "M.", "0.2x0.5")
    assert picture.file.storage.exists(picture.file.process("avif640"))
    assert LogEntry.objects.get().object_id == str(picture.pk)


def test_a_dropped_file_that_is_refused_is_told_field_by_field(sign_in: SignIn) -> None:
    response = sign_in("editors").post(DROP, sent(image_bytes("GIF"), alt=""))
    assert response.status_code == 422
    assert response.json() == {
        "errors": {
            "file": ["Pictures are taken as JPEG, PNG or WebP."],
            "alt": ["Say what the picture shows, or mark it as decorative."],
        }
    }
    assert Picture.objects.count() == 0


@pytest.mark.parametrize("data", [{}, {"file": "no file"}, {"alt": "\x00", "ppoi_0": "9" * 5000}])
def test_whatever_is_sent_instead_of_a_file_is_answered_in_words(sign_in: SignIn, data: dict[str, str]) -> None:
    response = sign_in("editors").post(DROP, data)
    assert (response.status_code, "file" in json.loads(response.content)["errors"]) == (422, True)


def test_who_may_not_add_pictures_may_not_drop_them(sign_in: SignIn) -> None:
    assert sign_in("moderators").post(DROP, sent()).status_code == 403
    assert sign_in("editors").get(DROP).status_code == 405
    response = Client(headers={"Sec-Fetch-Mode": "cors"}).post(DROP, sent())
    assert (response.status_code, response.headers["Location"]) == (302, f"/admin/login/?next={DROP}")
    assert Picture.objects.count() == 0


def test_the_zone_to_drop_on_is_there_for_who_may_add_alone(sign_in: SignIn) -> None:
    shown = {role: 'id="drop"' in sign_in(role).get(LIST).text for role in ("writers", "editors")}
    assert shown == {"writers": True, "editors": True}
    reader = factories.user()
    reader.user_permissions.add(*_permissions("view_picture"))
    assert 'id="drop"' not in sign_in(user=reader).get(LIST).text


# --- Found and described --------------------------------------------------------------------------------------------


def test_pictures_are_found_by_their_words(sign_in: SignIn) -> None:
    stored_picture(alt="Gulls", caption="", credit="")
    stored_picture(alt="Boats", caption="At the pier", credit="")
    stored_picture(alt="Nets", caption="", credit="Ada")
    client = sign_in("editors")
    found = {
        query: sorted(str(row) for row in client.get(LIST, {"q": query}).context["cl"].result_list)
        for query in ("gull", "pier", "ada", "nobody", "'\"%")
    }
    assert found == {"gull": ["Gulls"], "pier": ["Boats"], "ada": ["Nets"], "nobody": [], "'\"%": []}


@pytest.mark.parametrize("count", [1, 3])
def test_the_grid_asks_the_database_as_often_for_three_as_for_one(
    sign_in: SignIn, count: int, django_assert_num_queries: Any
) -> None:
    for _number in range(count):
        stored_picture()
    client = sign_in("admin")
    client.get(LIST)
    with django_assert_num_queries(4):
        client.get(LIST)


def test_what_is_too_small_to_lead_a_page_is_marked(sign_in: SignIn) -> None:
    stored_picture(size=(480, 320))
    assert "too small to lead a page" in sign_in("editors").get(LIST).text
    Picture.objects.all().delete()
    stored_picture(size=(960, 640))
    assert "too small to lead a page" not in sign_in("editors").get(LIST).text


def test_the_words_of_a_picture_are_changed_without_its_file(sign_in: SignIn) -> None:
    picture = stored_picture()
    data = {"ppoi_0": "10", "ppoi_1": "90", "alt": "Better words", "caption": "", "credit": ""}
    assert sign_in("editors").post(page_of(picture), data).status_code == 302
    after = Picture.objects.get()
    assert (after.alt, after.ppoi, after.file.name) == ("Better words", "0.1x0.9", picture.file.name)
    assert after.file.storage.exists(after.file.process("w320"))


def test_the_words_of_a_picture_whose_file_was_damaged_can_be_changed(sign_in: SignIn) -> None:
    picture = stored_picture()
    path = Path(picture.file.storage.path(picture.file.name))
    path.write_bytes(path.read_bytes()[:-200])
    for name in formats_of(480, 320):
        picture.file.storage.delete(picture.file.process(name))
    Picture.objects.update(sized_as="")
    client = sign_in("editors")
    assert client.get(page_of(picture)).status_code == 200
    data = {"ppoi_0": "50", "ppoi_1": "50", "alt": "Better words", "caption": "", "credit": ""}
    assert client.post(page_of(picture), data).status_code == 302
    assert Picture.objects.get().alt == "Better words"


def test_of_a_picture_whose_file_is_lost_the_words_are_changed_and_no_other_crops_made(sign_in: SignIn) -> None:
    picture = stored_picture()
    picture.file.storage.delete(picture.file.name)
    data = {"ppoi_0": "50", "ppoi_1": "50", "alt": "Better words", "caption": "", "credit": ""}
    client = sign_in("editors")
    assert client.post(page_of(picture), data).status_code == 302
    response = client.post(page_of(picture), {**data, "ppoi_0": "10", "alt": "Other words"})
    assert (response.status_code, errors(response)) == (200, {"file": ["This file is lost. Choose it again."]})
    assert list(Picture.objects.values_list("alt", "ppoi")) == [("Better words", "0.5x0.5")]


def test_the_file_of_a_picture_that_an_edition_shows_cannot_be_changed(sign_in: SignIn) -> None:
    shown, free = stored_picture(), stored_picture()
    factories.live(picture=shown)
    client = sign_in("editors")

    def fields_of(picture: Any) -> set[str]:
        page = client.get(page_of(picture))
        return set(page.context["adminform"].form.fields)

    assert fields_of(shown) == {"alt", "is_decorative", "caption", "credit"}
    assert fields_of(free) == {"alt", "is_decorative", "caption", "credit", "file", "ppoi"}


def test_the_page_of_a_picture_never_leads_to_the_file_as_it_is_kept(sign_in: SignIn) -> None:
    shown, free = stored_picture(), stored_picture()
    factories.live(picture=shown)
    for role in ("editors", "writers"):
        for picture in (shown, free):
            page = sign_in(role).get(page_of(picture)).text
            assert (picture.file.url in page, picture.file.whole in page) == (False, True)


# --- Used and deleted -----------------------------------------------------------------------------------------------


def test_where_a_picture_is_used_stands_on_its_page_with_links(sign_in: SignIn) -> None:
    picture = stored_picture()
    edition = factories.live(picture=picture, headline="On the pier")
    person = factories.person("Ada Byrne")
    person.portrait = picture
    person.save()
    page = sign_in("editors").get(page_of(picture))
    assert sorted(page.context["uses"], key=lambda use: (use["url"], len(use["words"]))) == [
        {
            "words": "in the working copy of “On the pier”",
            "url": reverse("admin:articles_article_change", args=[edition.article_id]),
        },
        {
            "words": "in edition 1 of “On the pier”, which readers see",
            "url": reverse("admin:articles_article_change", args=[edition.article_id]),
        },
        {
            "words": "as the portrait of Ada Byrne",
            "url": reverse("admin:articles_person_change", args=[person.pk]),
        },
    ]


def test_writers_are_not_told_the_headlines_of_stories_that_are_not_theirs(sign_in: SignIn) -> None:
    picture = stored_picture()
    writer = factories.user("writers")
    factories.article(factories.user("editors"), picture=picture, headline="Nobody knows yet")
    factories.article(writer, picture=picture, headline="Mine")
    page = sign_in(user=writer).get(page_of(picture)).text
    assert ("Nobody knows yet" in page, "Mine" in page) == (False, True)
    assert "It is used in 1 place of a story that is not yours." in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_picture_in_use_is_not_deleted_and_it_is_said_where(sign_in: SignIn, method: str) -> None:
    picture = stored_picture()
    edition = factories.live(picture=picture, headline="On the pier")
    response = getattr(sign_in("editors"), method)(delete_page(picture), {"post": "yes"})
    assert response.status_code == (200 if method == "get" else 409)
    assert "in edition 1 of “On the pier”, which readers see" in response.text
    assert reverse("admin:articles_article_change", args=[edition.article_id]) in response.text
    assert Picture.objects.filter(pk=picture.pk).exists()


def test_a_picture_that_nothing_uses_is_deleted(sign_in: SignIn) -> None:
    picture = stored_picture()
    client = sign_in("editors")
    assert "Are you sure" in client.get(delete_page(picture)).text
    assert client.post(delete_page(picture), {"post": "yes"}).status_code == 302
    assert not Picture.objects.exists()


def test_writers_delete_no_picture(sign_in: SignIn) -> None:
    picture = stored_picture()
    assert sign_in("writers").post(delete_page(picture), {"post": "yes"}).status_code == 403
    assert Picture.objects.exists()


@pytest.mark.parametrize("key", ["999", "x", "9" * 40, "1%00"])
def test_a_picture_that_is_not_there_is_answered_as_one(sign_in: SignIn, key: str) -> None:
    client = sign_in("editors")
    for act in ("change", "delete"):
        assert client.get(f"{LIST}{key}/{act}/").status_code in {302, 404}


def test_a_photograph_of_a_phone_is_shown_upright(sign_in: SignIn) -> None:
    sign_in("editors").post(ADD, sent(photograph("JPEG", (800, 400))))
    picture = Picture.objects.get()
    assert (picture.width, picture.height) == (400, 800)


def _permissions(*codenames: str) -> Any:
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(codename__in=codenames)

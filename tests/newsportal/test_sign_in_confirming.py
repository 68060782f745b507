"""Staff who change rights or delete something must confirm who they are, and lose nothing that they typed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.test import Client

from articles.models import Section, SectionEditor, Tag
from newsportal.accounts import policy
from newsportal.accounts.models import Passkey
from tests import factories
from tests.comments.reading import read
from tests.newsportal.authenticator import Authenticator

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 2, 8, tzinfo=UTC)
ADD = "/admin/auth/group/add/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def admin(db: None, clock: time_machine.Traveller) -> Client:
    """The admin, who signed in too long ago for that to count as a confirmation."""
    client = Client()
    client.force_login(factories.user("admin", username="root"))
    clock.shift(policy.CONFIRMED_FOR + timedelta(seconds=1))
    return client


def hidden_fields(page: str) -> list[tuple[str, str]]:
    form = read(page).one("form", class_="confirming")
    fields = [one.attributes for one in form.all("input") if one.attributes.get("type") == "hidden"]
    ours = {"csrfmiddlewaretoken", "confirm-passkey"}
    return [(one["name"], one.get("value", "")) for one in fields if one["name"] not in ours]


def test_what_was_typed_is_done_when_the_password_is_given(admin: Client) -> None:
    rights = [str(pk) for pk in Group.objects.get(name="editors").permissions.values_list("pk", flat=True)[:3]]
    asked = admin.post(ADD, {"name": 'Night <desk> & "crew"', "permissions": rights, "_save": "Save"})
    assert (asked.status_code, Group.objects.filter(name__startswith="Night").count()) == (403, 0)
    sent = hidden_fields(asked.text)
    assert sent == [("name", 'Night <desk> & "crew"'), *(("permissions", pk) for pk in rights), ("_save", "Save")]

    fields: dict[str, Any] = {"name": sent[0][1], "permissions": rights, "_save": "Save"}
    wrong = admin.post(ADD, {**fields, "confirm-password": "wrong"})
    assert (wrong.status_code, hidden_fields(wrong.text), Group.objects.count()) == (403, sent, Group.objects.count())
    assert "This is not your password" in wrong.text

    done = admin.post(ADD, {**fields, "confirm-password": "secret"})
    made = Group.objects.get(name='Night <desk> & "crew"')
    assert (done.status_code, made.permissions.count()) == (302, 3)


def test_nobody_is_asked_twice_within_a_quarter_of_an_hour(admin: Client, clock: time_machine.Traveller) -> None:
    assert admin.post(ADD, {"name": "one", "confirm-password": "secret"}).status_code == 302
    clock.shift(policy.CONFIRMED_FOR)
    assert admin.post(ADD, {"name": "two"}).status_code == 302
    clock.shift(timedelta(seconds=1))
    assert admin.post(ADD, {"name": "three"}).status_code == 403


def test_who_guesses_there_is_slowed(admin: Client) -> None:
    codes = [admin.post(ADD, {"name": "one", "confirm-password": "guess"}).status_code for _number in range(6)]
    assert codes == [403] * 5 + [429]


@pytest.mark.parametrize(
    "address",
    [
        *("/admin/auth/user/add/", "/admin/auth/user/{mona}/change/", "/admin/auth/user/{mona}/link/"),
        *("/admin/auth/user/{mona}/second-factor/", "/admin/auth/user/{mona}/leaving/"),
        *("/admin/auth/group/1/change/", "/admin/auth/group/1/delete/", "/admin/articles/tag/1/delete/"),
        *("/admin/account/removal/", "/admin/account/app/", "/admin/account/passkey/"),
        *("/admin/account/recovery-codes/", "/admin/account/sessions/"),
    ],
)
def test_these_are_asked(admin: Client, address: str) -> None:
    mona = factories.user("moderators")
    response = admin.post(address.format(mona=mona.pk), {"post": "yes"})
    assert (response.status_code, "Is it you?" in response.text) == (403, True)
    assert User.objects.get(pk=mona.pk).is_active


def test_many_that_are_deleted_at_once_are_asked_for_once(admin: Client) -> None:
    tag = Tag.objects.create(name="old", slug="old")
    fields = {"action": "delete_selected", "_selected_action": str(tag.pk)}
    assert admin.post("/admin/articles/tag/", fields).status_code == 403
    sure = admin.post("/admin/articles/tag/", {**fields, "confirm-password": "secret"})
    assert (sure.status_code, "Are you sure" in sure.text) == (200, True)
    assert admin.post("/admin/articles/tag/", {**fields, "post": "yes"}).status_code == 302
    assert Tag.objects.count() == 0


@pytest.mark.parametrize("index", ["0", "1"])
def test_an_action_among_others_is_one_as_well(admin: Client, index: str) -> None:
    """The list has its actions twice, above and below; `index` says which of them is meant."""
    tag = Tag.objects.create(name="old", slug="old")
    actions = ["delete_selected", ""] if index == "0" else ["", "delete_selected"]
    fields = {"action": actions, "index": index, "_selected_action": str(tag.pk), "post": "yes"}
    assert (admin.post("/admin/articles/tag/", fields).status_code, Tag.objects.count()) == (403, 1)


@pytest.mark.parametrize(
    ("what", "status"),
    [("nothing", 302), ("added", 403), ("other", 403), ("removed", 403), ("removed, and a row beside it", 403)],
)
def test_who_else_edits_a_section_is_asked(admin: Client, what: str, status: int) -> None:
    section = Section.objects.create(name="Harbour", slug="harbour", position=9)
    one, other = factories.user("editors"), factories.user("editors")
    row = SectionEditor.objects.create(section=section, user=one)
    prefix = "section_editors"
    fields: dict[str, Any] = {"name": "Port", "slug": "harbour", "position": "9"}
    fields |= {f"{prefix}-TOTAL_FORMS": "2", f"{prefix}-INITIAL_FORMS": "1"}
    fields |= {f"{prefix}-0-id": row.pk, f"{prefix}-0-section": section.pk, f"{prefix}-0-user": one.pk}
    fields |= {f"{prefix}-1-id": "", f"{prefix}-1-section": section.pk, f"{prefix}-1-user": ""}
    if what == "added":
        fields[f"{prefix}-1-user"] = other.pk
    if what == "other":
        fields[f"{prefix}-0-user"] = other.pk
    if what.startswith("removed"):
        fields[f"{prefix}-0-DELETE"] = "on"
    if what.endswith("beside it"):
        fields[f"{prefix}-7-user"] = one.pk
    address = f"/admin/articles/section/{section.pk}/change/"
    assert admin.post(address, fields).status_code == status
    assert [row.user for row in SectionEditor.objects.all()] == [one]
    if status == 403:
        assert admin.post(address, {**fields, "confirm-password": "secret"}).status_code == 302


def test_what_changes_no_rights_is_not_asked(admin: Client) -> None:
    assert admin.get("/admin/auth/user/add/").status_code == 200
    response = admin.post("/admin/articles/tag/add/", {"name": "new", "slug": "new"})
    assert (response.status_code, Tag.objects.filter(slug="new").count()) == (302, 1)


def test_a_stranger_with_a_password_gets_the_form_for_signing_in() -> None:
    response = Client().post(ADD, {"name": "one", "confirm-password": "secret"})
    assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={ADD}")


def test_a_passkey_is_confirmed_by_another_one_and_none_is_lost(clock: time_machine.Traveller) -> None:
    """Both ceremonies are under way at once."""
    mona = factories.user("moderators", username="mona")
    client = Client(headers={"host": "localhost"})
    client.force_login(mona)

    def options(address: str) -> Any:
        return json.loads(client.post(address).content)

    def add(device: Authenticator) -> int:
        fields = {"name": "key", "passkey": device.create(options("/admin/account/passkey/options/"))}
        asked = client.post("/admin/account/passkey/", fields)
        if asked.status_code != 403:
            return int(asked.status_code)
        given = first.get(options("/admin/login/passkey/options/"))
        return int(client.post("/admin/account/passkey/", {**fields, "confirm-passkey": given}).status_code)

    first, second = Authenticator(), Authenticator()
    add(first)
    clock.shift(policy.CONFIRMED_FOR + timedelta(seconds=1))
    assert (add(second), Passkey.objects.filter(user=mona).count()) == (302, 2)

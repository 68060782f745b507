"""Accounts come by invitation, passwords by mail, and nobody grants rights that they do not hold."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission, User
from django.core import mail
from django.test import Client

from newsportal.accounts import mails, policy
from newsportal.accounts.models import AccountMail
from tests import factories

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 2, 8, tzinfo=UTC)
ADD, FORGOTTEN, LOGIN = "/admin/auth/user/add/", "/admin/login/forgotten/", "/admin/login/"
NEW = "a-long-and-new-password"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def admin(db: None) -> Client:
    return signed_in(factories.user("admin", username="root"))


def invited(admin: Client, **more: Any) -> Any:
    group = Group.objects.get(name="writers")
    fields = {"username": "wim", "email": "wim@example.org", "first_name": "Wim", "last_name": "", "groups": [group.pk]}
    return admin.post(ADD, {**fields, **more})


def link_of_last_mail() -> str:
    mails.send_due()
    found = re.search(r"http://\S+", mail.outbox[-1].body)
    assert found
    return found[0].partition("8000")[2]


def choose(link: str, password: str = NEW, client: Client | None = None) -> tuple[int, str]:
    """Follow a link as a browser does, and choose; returns the answer to the link, and the words on the page."""
    client = client or Client()
    opened = client.get(link)
    if opened.status_code != 302:
        return opened.status_code, opened.text
    assert link.split("/")[-2] not in opened["Location"]
    response = client.post(opened["Location"], {"new_password1": password, "new_password2": password})
    return response.status_code, response.text


def can_sign_in(name: str, password: str = NEW) -> bool:
    return Client().post(LOGIN, {"username": name, "password": password}).status_code == 302


# --- Invitations ----------------------------------------------------------------------------------------------------


def test_a_colleague_is_invited_by_mail_and_chooses_a_password_once(admin: Client) -> None:
    assert invited(admin).status_code == 302
    wim = User.objects.get(username="wim")
    assert (wim.is_staff, wim.has_usable_password(), [group.name for group in wim.groups.all()]) == (
        True,
        False,
        ["writers"],
    )
    link = link_of_last_mail()
    assert (mail.outbox[-1].to, "wim" in mail.outbox[-1].body) == (["wim@example.org"], True)
    assert choose(link)[0] == 302
    assert can_sign_in("wim")
    status, words = choose(link, "another-long-password")
    assert (status, "This link was used already, or its time is over." in words) == (200, True)


def test_an_invitation_is_over_after_three_days_and_can_be_sent_again(
    admin: Client, clock: time_machine.Traveller
) -> None:
    invited(admin)
    link = link_of_last_mail()
    clock.shift(policy.INVITATION_LIFE + timedelta(seconds=1))
    assert "its time is over" in choose(link)[1]
    wim = User.objects.get(username="wim")
    root = signed_in(User.objects.get(username="root"))
    assert "Send the invitation again" in root.get(f"/admin/auth/user/{wim.pk}/change/").text
    assert root.post(f"/admin/auth/user/{wim.pk}/link/").status_code == 302
    assert choose(link_of_last_mail())[0] == 302


def test_two_accounts_have_two_addresses(admin: Client) -> None:
    factories.user("writers", email="WIM@example.org")
    response = invited(admin)
    assert "Somebody has an account with this address." in response.text
    assert User.objects.filter(username="wim").count() == 0


@pytest.mark.parametrize("email", ["", "x", "=?utf-8?q?a?=@example.org", "a@b\r\nBcc: c@example.org"])
def test_an_address_that_is_none_invites_nobody(admin: Client, email: str) -> None:
    assert invited(admin, email=email).status_code == 200
    assert (AccountMail.objects.count(), User.objects.filter(username="wim").count()) == (0, 0)


def test_what_cannot_be_stored_is_left_out_of_an_address(admin: Client) -> None:
    assert invited(admin, email="wim@example.org\x00").status_code == 302
    assert [row.to for row in AccountMail.objects.all()] == ["wim@example.org"]


def changed(admin: Client, user: User, **fields: Any) -> Any:
    there = {"username": user.username, "email": user.email, "is_active": "on", "is_staff": "on"}
    there |= {"groups": [group.pk for group in user.groups.all()]}
    return admin.post(f"/admin/auth/user/{user.pk}/change/", {**there, **fields})


def test_whose_address_is_changed_reads_of_it_at_the_old_one(admin: Client) -> None:
    mona = factories.user("moderators", username="mona", email="mona@example.org")
    assert changed(admin, mona, first_name="Mona").status_code == 302
    assert AccountMail.objects.count() == 0
    assert changed(admin, mona, email="other@example.org").status_code == 302
    mails.send_due()
    [message] = mail.outbox
    assert (message.to, message.subject) == (["mona@example.org"], "Your mail address was changed")
    assert "The account mona at The Meridian has another mail address now" in message.body


@pytest.mark.parametrize("email", ["Zoe@example.org", "=?utf-8?q?a?=@example.org", "x"])
def test_an_account_gets_no_address_that_is_somebody_elses_or_none(admin: Client, email: str) -> None:
    factories.user("writers", email="zoe@example.org")
    mona = factories.user("moderators", email="mona@example.org")
    assert changed(admin, mona, email=email).status_code == 200
    mona.refresh_from_db()
    assert mona.email == "mona@example.org"


def test_nobodys_password_is_set_by_somebody_else(admin: Client) -> None:
    mona = factories.user("moderators")
    assert admin.get(f"/admin/auth/user/{mona.pk}/password/").status_code in {302, 404}
    page = admin.get(f"/admin/auth/user/{mona.pk}/change/").text
    assert ("password/" in page.replace("password_change/", ""), 'name="password"' in page) == (False, False)


# --- Who may what ---------------------------------------------------------------------------------------------------


@pytest.fixture
def chief(db: None) -> Client:
    """An editor who may manage accounts."""
    user = factories.user("editors", username="chief")
    rights = ["add_user", "change_user", "view_user", "add_group", "change_group", "delete_group"]
    user.user_permissions.add(*Permission.objects.filter(codename__in=rights))
    return signed_in(user)


def test_an_editor_who_looks_after_accounts_gives_no_more_than_they_hold(chief: Client) -> None:
    page = chief.get(ADD)
    offered = [group.name for group in page.context["adminform"].form.fields["groups"].queryset]
    assert offered == ["editors", "writers"]
    moderators = Group.objects.get(name="moderators")
    assert invited(chief, groups=[moderators.pk]).status_code == 200
    response = invited(chief, is_superuser="on", user_permissions=[1])
    wim = User.objects.get(username="wim")
    assert (response.status_code, wim.is_superuser, wim.user_permissions.count()) == (302, False, 0)


def test_an_editor_who_looks_after_accounts_cannot_take_a_stronger_one_over(chief: Client) -> None:
    for stronger in (
        factories.user("admin", email="a@example.org"),
        factories.user("moderators", email="m@example.org"),
    ):
        page = f"/admin/auth/user/{stronger.pk}"
        assert chief.post(f"{page}/change/", {"username": "x", "email": "chief@example.org"}).status_code == 403
        assert chief.post(f"{page}/leaving/").status_code == 403
        chief.post(f"{page}/link/")
        chief.post(f"{page}/second-factor/")
        stronger.refresh_from_db()
        assert (stronger.email[1:], stronger.is_active) == ("@example.org", True)
    assert AccountMail.objects.count() == 0


def test_an_account_that_is_closed_is_no_weaker_for_it(chief: Client) -> None:
    """Otherwise an editor could reopen it under an address of theirs."""
    left = factories.user("writers", username="left", email="left@example.org")
    left.user_permissions.add(Permission.objects.get(codename="moderate_comment"))
    User.objects.filter(pk=left.pk).update(is_active=False)
    fields = {"username": "left", "email": "chief@example.org", "is_active": "on", "is_staff": "on"}
    assert chief.post(f"/admin/auth/user/{left.pk}/change/", fields).status_code == 403
    left.refresh_from_db()
    assert (left.email, left.is_active) == ("left@example.org", False)


def test_groups_are_changed_by_admins_alone(chief: Client) -> None:
    writers = Group.objects.get(name="writers")
    assert chief.get("/admin/auth/group/add/").status_code == 403
    assert chief.post(f"/admin/auth/group/{writers.pk}/delete/", {"post": "yes"}).status_code == 403


def test_no_account_is_deleted(admin: Client) -> None:
    mona = factories.user("moderators")
    assert admin.post(f"/admin/auth/user/{mona.pk}/delete/", {"post": "yes"}).status_code == 403
    admin.post("/admin/auth/user/", {"action": "delete_selected", "_selected_action": str(mona.pk), "post": "yes"})
    assert User.objects.filter(pk=mona.pk).exists()


# --- Forgotten passwords --------------------------------------------------------------------------------------------


def ask(email: str, **more: Any) -> Any:
    return Client().post(FORGOTTEN, {"email": email}, **more)


def test_a_link_from_the_page_for_signing_in_leads_to_a_new_password(clock: time_machine.Traveller) -> None:
    mona = factories.user("moderators", username="mona", email="Mona@example.org")
    open_session = signed_in(mona)
    assert FORGOTTEN in Client().get(LOGIN).text
    assert ask("mona@EXAMPLE.org")["Location"] == f"{FORGOTTEN}sent/"
    link = link_of_last_mail()
    assert choose(link)[0] == 302
    assert (can_sign_in("mona"), open_session.get("/admin/").status_code) == (True, 302)
    assert "its time is over" in choose(link)[1]
    mails.send_due()
    assert mail.outbox[-1].subject == "Your password was changed"


def test_who_is_kept_out_by_somebodys_guesses_gets_in_by_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    factories.user("moderators", username="mona", email="mona@example.org")
    monkeypatch.setattr(policy, "NAME_TRIES", 0)
    browser = Client()
    ask("mona@example.org")
    assert choose(link_of_last_mail(), client=browser)[0] == 302
    fields = {"username": "mona", "password": NEW}
    assert [client.post(LOGIN, fields).status_code for client in (Client(), browser)] == [429, 302]


def test_who_has_left_chooses_no_password_with_a_link_from_before(clock: time_machine.Traveller) -> None:
    mona = factories.user("moderators", username="mona", email="mona@example.org")
    ask("mona@example.org")
    link = link_of_last_mail()
    User.objects.filter(pk=mona.pk).update(is_active=False)
    assert "its time is over" in choose(link)[1]
    mona.refresh_from_db()
    assert mona.check_password("secret")


@pytest.mark.parametrize("typed", ["m\u0131ke@example.org", "mi\u212ae@example.org", "\uff4dike@example.org"])
def test_a_mailbox_that_only_looks_like_ones_own_gets_no_link(typed: str) -> None:
    """PostgreSQL takes some of these letters for others when case does not count."""
    factories.user("moderators", email="mike@example.org")
    ask(typed)
    mails.send_due()
    assert mail.outbox == []


def test_a_link_that_a_colleague_sends_is_of_the_account_that_they_look_at(admin: Client) -> None:
    mona = factories.user("moderators", username="mona", email="desk@example.org")
    factories.user("moderators", username="moritz", email="desk@example.org")
    admin.post(f"/admin/auth/user/{mona.pk}/link/")
    choose(link_of_last_mail())
    assert (can_sign_in("mona"), can_sign_in("moritz")) == (True, False)


def test_a_link_is_over_after_an_hour(clock: time_machine.Traveller) -> None:
    factories.user("moderators", email="mona@example.org")
    ask("mona@example.org")
    link = link_of_last_mail()
    clock.shift(policy.RESET_LIFE + timedelta(seconds=1))
    assert "its time is over" in choose(link)[1]


def test_a_link_of_one_kind_is_none_of_the_other() -> None:
    factories.user("moderators", email="mona@example.org")
    ask("mona@example.org")
    link = link_of_last_mail()
    assert "its time is over" in choose(link.replace("/password/", "/invitation/"))[1]


def test_nobody_learns_whose_address_it_is(django_assert_num_queries: Any) -> None:
    factories.user("moderators", email="mona@example.org")
    left = factories.user("moderators", email="left@example.org")
    User.objects.filter(pk=left.pk).update(is_active=False)
    client = Client()
    client.post(FORGOTTEN, {"email": "first@example.org"})
    for email in ("mona@example.org", "nobo@example.org", "left@example.org"):
        with django_assert_num_queries(5):
            response = client.post(FORGOTTEN, {"email": email})
        assert (response.status_code, response["Location"]) == (302, f"{FORGOTTEN}sent/")
    mails.send_due()
    assert [message.to for message in mail.outbox] == [["mona@example.org"]]


def test_a_mailbox_gets_five_links_a_day_and_a_network_asks_for_twenty_an_hour(
    monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    factories.user("moderators", email="mona@example.org")
    for _number in range(policy.RESETS_DAILY + 2):
        ask("mona@example.org")
        mails.send_due()
    assert len(mail.outbox) == policy.RESETS_DAILY
    for _number in range(policy.RESETS_HOURLY - policy.RESETS_DAILY - 2):
        assert ask("nobody@example.org").status_code == 302
    refused = ask("nobody@example.org")
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
    assert ask("nobody@example.org", REMOTE_ADDR="198.51.100.9").status_code == 302


@pytest.mark.parametrize("token", ["x", "1", "zzzzzz-" + "0" * 32, "é", "%00", "-"])
@pytest.mark.parametrize("kind", ["password", "invitation"])
def test_a_link_that_was_made_up_opens_nothing(kind: str, token: str) -> None:
    mona = factories.user("moderators")
    for uid in ("MQ", "x", "%F0%9F%98%80", str(mona.pk)):
        response = Client().get(f"/admin/login/{kind}/{uid}/{token}/")
        assert (response.status_code, "its time is over" in response.text) == (200, True)


def test_an_address_that_is_nobodys_is_forgotten_by_the_next_housekeeping() -> None:
    factories.user("moderators", email="mona@example.org")
    ask("nobody@example.org")
    ask("mona@example.org")
    mails.send_due()
    mails.forget_old()
    assert [row.to for row in AccountMail.objects.all()] == ["mona@example.org"]


def test_mails_are_forgotten_after_a_fortnight(clock: time_machine.Traveller) -> None:
    ask("nobody@example.org")
    clock.shift(policy.MAILS_KEPT)
    mails.forget_old()
    assert AccountMail.objects.count() == 1
    clock.shift(timedelta(seconds=1))
    mails.forget_old()
    assert AccountMail.objects.count() == 0

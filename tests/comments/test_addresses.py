"""Asking what is held about a mail address: the person who asks learns nothing, and the address itself gets a link."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import Traveller

from articles.models import Edition
from comments import addresses, policy, posting, subscribing
from comments.models import AddressRequest, Comment, Commenter, Subscription
from comments.states import Pace
from comments.tokens import address_path
from tests import factories
from tests.comments.authors import confirmed
from tests.comments.reading import read, words

pytestmark = pytest.mark.django_db
ASK = "/my-address/"
ZOE = "zoe@example.org"


@pytest.fixture(autouse=True)
def _noon(clock: Traveller) -> None:
    """Before the story is created."""


def ask(email: str = ZOE, **how: Any) -> Any:
    return Client().post(ASK, f"email={email}", content_type="application/x-www-form-urlencoded", **how)


def link_in(mails: list[Any]) -> str:
    (link,) = re.findall(r"http://\S+(/my-address/\S+)", mails[-1].body)
    return str(link)


def everything(response: Any) -> tuple[object, ...]:
    return response.status_code, sorted(response.headers.items()), response.cookies.output(), response.content


def test_a_known_address_is_mailed_the_link_to_its_page(edition: Edition, mailoutbox: list[Any]) -> None:
    confirmed(edition, ZOE)
    mailoutbox.clear()
    assert ask("ZOE@Example.org").status_code == 303
    assert addresses.send_due() == 1
    assert [mail.to for mail in mailoutbox] == [[ZOE]]
    assert words(read(Client().get(link_in(mailoutbox))).one("h1")) == "What we hold about your address"
    assert addresses.send_due() == 0


def test_the_worker_sends_it(edition: Edition, mailoutbox: list[Any]) -> None:
    confirmed(edition, ZOE)
    ask()
    call_command("worker", "--once")
    assert "What we hold about your mail address" in [mail.subject for mail in mailoutbox]


@pytest.mark.parametrize("confirms", [False, True])
def test_who_asks_gets_the_same_answer_whether_the_address_is_known_or_not(
    edition: Edition, mailoutbox: list[Any], confirms: bool
) -> None:
    """In bytes and in database queries: the worker does the rest."""
    comment = factories.pending(edition, email=ZOE)
    if confirms:
        posting.confirm_address(comment)
    ask("before@example.org")
    with CaptureQueriesContext(connection) as of_known:
        known = ask(ZOE)
    with CaptureQueriesContext(connection) as of_unknown:
        unknown = ask("nul@example.org")
    assert everything(known) == everything(unknown)
    assert known["Location"] == "/my-address/asked/"
    assert [shape(query) for query in of_known] == [shape(query) for query in of_unknown]
    mailoutbox.clear()
    assert addresses.send_due() == confirms
    assert len(mailoutbox) == confirms


def shape(query: dict[str, str]) -> str:
    return re.sub(r"'[^']*'|\b\d+\b|\bs\d+_x\d+", "?", query["sql"])


def test_a_typed_address_that_nobody_confirmed_is_mailed_nothing(edition: Edition, mailoutbox: list[Any]) -> None:
    factories.pending(edition, email=ZOE)
    ask()
    assert addresses.send_due() == 0
    assert [request.error for request in AddressRequest.objects.all()] == ["nobody is known by this address"]


def test_an_address_is_sent_so_many_links_a_day_whoever_asks(edition: Edition, clock: Traveller) -> None:
    confirmed(edition, ZOE)
    for n in range(policy.MAILS_TO_ONE_ADDRESS + 2):
        assert ask(REMOTE_ADDR=f"203.0.113.{n}").status_code == 303
    assert addresses.send_due() == policy.MAILS_TO_ONE_ADDRESS
    clock.shift(policy.MAILS_WINDOW)
    ask()
    assert addresses.send_due() == 1


def test_a_network_asks_so_often_an_hour_and_is_told_when_it_may_again(edition: Edition, clock: Traveller) -> None:
    for n in range(policy.ADDRESS_LINKS_HOURLY):
        assert ask(f"reader{n}@example.org").status_code == 303
    clock.shift(timedelta(minutes=20))
    refused = ask("another@example.org")
    assert (refused.status_code, refused["Retry-After"]) == (429, "2400")
    assert 'value="another@example.org"' in refused.content.decode()
    assert AddressRequest.objects.count() == policy.ADDRESS_LINKS_HOURLY
    assert ask("another@example.org", REMOTE_ADDR="203.0.113.99").status_code == 303
    clock.shift(timedelta(minutes=40))
    assert ask("another@example.org").status_code == 303


@pytest.mark.parametrize("typed", ["", "zoe", "zoe@", "@example.org", "zoe%00@", "%F0", "a" * 300 + "@example.org"])
def test_what_is_no_address_comes_back_in_words(db: None, typed: str) -> None:
    answer = ask(typed)
    assert (answer.status_code, answer["Cache-Control"]) == (422, "no-store")
    assert len(read(answer).all("p", class_="error-message")) + len(read(answer).all("li")) > 0
    assert AddressRequest.objects.count() == 0


def test_another_site_cannot_ask(db: None) -> None:
    refused = ask(headers={"Sec-Fetch-Site": "cross-site"})
    assert (refused.status_code, AddressRequest.objects.count()) == (403, 0)


def test_the_form_takes_what_forms_send_and_nothing_else(db: None) -> None:
    assert Client().post(ASK, {"email": ZOE}).status_code == 415
    assert Client().post(ASK, {"email": ZOE}, content_type="application/json").status_code == 415


def test_to_open_the_form_or_the_answer_changes_nothing(db: None) -> None:
    for path in (ASK, "/my-address/asked/"):
        assert Client().get(path).status_code == 200
    assert AddressRequest.objects.count() == 0


# --- The link -------------------------------------------------------------------------------------------------------


@pytest.fixture
def link(edition: Edition, mailoutbox: list[Any]) -> str:
    confirmed(edition, ZOE, name="Zoe")
    ask()
    addresses.send_due()
    return link_in(mailoutbox)


def pages(link: str) -> list[str]:
    return [link, f"{link}export/", f"{link}erasure/"]


def test_its_pages_are_private_and_opening_them_changes_nothing(link: str) -> None:
    before = list(Comment.objects.values()), list(Commenter.objects.values())
    for path in pages(link):
        for response in (Client().get(path), Client().head(path)):
            assert response.status_code == 200
            assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("private, no-store", "noindex")
            assert not response.cookies
    assert (list(Comment.objects.values()), list(Commenter.objects.values())) == before
    assert Client().post(f"{link}export/").status_code == 405


def test_its_owner_chooses_there_what_is_mailed_to_it(link: str) -> None:
    form = read(Client().get(link)).one("form", id="subscriptions-form")
    assert form.attributes["action"] == link
    chosen = form.fields() | {"answers": "daily", "featured": "off"}
    response = Client().post(link, chosen | {"choose": "Save"})
    assert (response.status_code, response["Location"]) == (303, f"{link}?saved")
    saved = read(Client().get(response["Location"]))
    assert saved.one("form", id="subscriptions-form").fields() == chosen
    assert "What you chose is saved" in saved.text
    assert Client().post(link, {"everything": "No mails at all"}).status_code == 303
    assert set(subscribing.wishes(Commenter.objects.get()).topics.values()) == {Pace.OFF}


def test_what_is_not_well_formed_or_comes_from_elsewhere_or_too_late_changes_nothing(
    link: str, clock: Traveller
) -> None:
    good = {"published": "off", "reasons": "off", "answers": "off", "featured": "off"}
    refused = Client().post(link, good | {"answers": "sometimes"})
    assert (refused.status_code, "Error:" in refused.content.decode()) == (422, True)
    assert Client().post(link, good, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    clock.shift(policy.ADDRESS_LINK_LIFE)
    assert Client().post(link, good).status_code == 410
    assert Subscription.objects.count() == 0


def test_it_opens_until_its_time_is_over_and_says_so_then(link: str, clock: Traveller) -> None:
    clock.shift(policy.ADDRESS_LINK_LIFE - timedelta(seconds=1))
    assert [Client().get(path).status_code for path in pages(link)] == [200] * 3
    clock.shift(timedelta(seconds=1))
    assert [Client().get(path).status_code for path in pages(link)] == [410] * 3
    assert words(read(Client().get(link)).one("h1")) == "What stood here is gone"
    assert Client().post(f"{link}erasure/", {"erase": "1"}).status_code == 410
    assert Comment.objects.get().name == "Zoe"


def test_with_one_character_changed_it_opens_nothing(link: str) -> None:
    token = link.strip("/").split("/")[1]
    never = everything(Client().get("/my-address/never-given-out/"))
    for n in range(len(token)):
        other = token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :]
        for path in pages(f"/my-address/{other}/"):
            assert everything(Client().get(path)) == never, path


def test_the_link_of_a_comment_opens_no_page_of_an_address(edition: Edition) -> None:
    path = address_path(confirmed(edition, ZOE))
    assert [Client().get(f"{path}{more}").status_code for more in ("export/", "erasure/")] == [404, 404]


def test_a_link_that_comes_too_late_is_not_sent(edition: Edition, clock: Traveller) -> None:
    confirmed(edition, ZOE)
    ask()
    clock.shift(policy.ADDRESS_LINK_LIFE)
    assert addresses.send_due(timezone.now()) == 0


# --- Erasing everything ---------------------------------------------------------------------------------------------


def test_only_the_button_erases_everything_and_the_link_says_that_it_is_done(link: str) -> None:
    asked = read(Client().get(f"{link}erasure/"))
    assert words(asked.one("h1")) == "Erase everything under your address?"
    assert asked.one("form", id="erasure-form").attributes["method"] == "post"
    refused = Client().post(f"{link}erasure/", {}, headers={"Sec-Fetch-Site": "cross-site"})
    assert (refused.status_code, Commenter.objects.count()) == (403, 1)
    done = Client().post(f"{link}erasure/", {"erase": "1"})
    assert (done.status_code, done["Location"]) == (303, link)
    assert Commenter.objects.count() == 0
    assert [Client().get(path).status_code for path in pages(link)] == [410] * 3
    assert Client().post(f"{link}erasure/", {"erase": "1"}).status_code == 410

"""The desk by keyboard: fifty comments without a wait, and two desks side by side."""

import http.client
import statistics
import urllib.parse
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.conftest import Visit, Visitor
from tests.journeys.words import named, text
from tests.servers import PASSWORD, Portal

DESK = "/admin/comments/comment/"
# A wait becomes noticeable at a tenth of a second (Miller 1968; Card, Robertson and Mackinlay 1991).
NOTICED_MS = 100

# Records when each key was pressed, and when the page was painted with a different current card.
CLOCK = """() => {
  window.times = [];
  let key = 0;
  addEventListener("keydown", () => { key = performance.now(); }, {capture: true});
  new MutationObserver(() => {
    if (!key) return;
    const began = key;
    key = 0;
    requestAnimationFrame(() => setTimeout(() => window.times.push(performance.now() - began)));
  }).observe(document.querySelector(".cards"), {subtree: true, attributeFilter: ["aria-current"]});
}"""


def _write(portal: Portal, sent_from: str, name: str) -> None:
    """A comment from an address of this machine: one address may not send as many as are decided here."""
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, source_address=(sent_from, 0))
    body = urllib.parse.urlencode({"name": name, "body": text()})
    connection.request("POST", "/articles/2/comments/new/", body, {"Content-Type": "application/x-www-form-urlencoded"})
    status = connection.getresponse().status
    connection.close()
    assert status == 303


def _desk_of(name: str) -> str:
    """The waiting comments by this name only."""
    return f"{DESK}?{urllib.parse.urlencode({'q': name})}"


def _card(desk: Page, name: str) -> Locator:
    return desk.locator("[data-card]", has=desk.locator("h3", has_text=name))


def _current(desk: Page) -> Locator:
    return desk.locator("[data-card][aria-current=true]")


def _go_to(desk: Page, name: str) -> Locator:
    """Walk down with j, as a hand does."""
    card = _card(desk, name)
    while card.get_attribute("aria-current") != "true":
        desk.keyboard.press("j")
    return card


@pytest.mark.long
def test_two_desks_side_by_side_see_each_other(visit: Visit, portal: Portal) -> None:
    side = named("Side")
    decided, looked_at, conflict = (f"{side} {what}" for what in ("decided", "looked at", "conflict"))
    for name in (decided, looked_at, conflict):
        _write(portal, "127.0.3.1", name)
    here = _desk_of(side)
    other = visit()
    first, second = visit().sign_in("moderator", here), other.sign_in("moderator2", here)
    expect(_current(second)).to_contain_text("Mona Keller is looking at this.", timeout=3_000)

    # A decision here is seen there within two seconds, and taken back just as soon.
    _go_to(first, decided)
    first.keyboard.press("a")
    expect(_card(second, decided)).to_contain_text("approved by Mona Keller", timeout=2_000)
    first.keyboard.press("u")
    expect(_current(first)).to_contain_text(decided)
    expect(first.locator("[data-told]")).to_contain_text("Undone.")

    # Who is looking at a card is shown, and hides nothing.
    _go_to(first, looked_at)
    expect(_card(second, looked_at)).to_contain_text("Mona Keller is looking at this.", timeout=3_000)
    first.goto("/admin/")
    expect(_card(second, looked_at)).not_to_contain_text("is looking at this", timeout=3_000)

    # A moderator who missed a decision learns of it from the answer, and overrides it knowingly or keeps it.
    first.goto(here)
    second.route("**/news/*", lambda route: route.abort())
    _go_to(first, conflict)
    first.keyboard.press("a")
    expect(_card(first, conflict)).to_contain_text("Approved:")
    card = _go_to(second, conflict)
    second.keyboard.press("s")
    expect(card).to_contain_text("Decided already: approved by Mona Keller")
    # Late news of the same decision removes nothing of that.
    second.unroute("**/news/*")
    with second.expect_response("**/news/*"):
        second.evaluate("dispatchEvent(new Event('online'))")
    card.get_by_role("button", name="Override with a reason").click()
    card.locator(".loop-note__why").fill("It sells watches.")
    second.keyboard.press("Enter")
    expect(card).to_contain_text("Spam:")
    _forgive_the_cut(other)


def test_what_cannot_be_sent_is_kept_and_goes_when_it_can(visit: Visit, portal: Portal) -> None:
    name = named("Offline")
    _write(portal, "127.0.4.1", name)
    visitor = visit()
    desk = visitor.sign_in("moderator", _desk_of(name))
    card = _go_to(desk, name)
    # Not the browser's own offline switch, which tells the page: a server that restarts tells nobody.
    desk.route(f"**{DESK}*/**", lambda route: route.abort())
    expect(desk.locator("[data-unsent]")).to_contain_text("What colleagues decide is not shown")
    desk.keyboard.press("e")
    desk.keyboard.type("Who said so?")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-unsent]")).to_contain_text("No connection. 1 not sent yet")
    expect(desk.locator("[data-unsent]")).to_contain_text(name)
    desk.unroute(f"**{DESK}*/**")
    expect(card).to_contain_text("Returned to its author:")
    expect(desk.locator("[data-unsent]")).to_be_hidden()
    _forgive_the_cut(visitor)


@pytest.mark.long
def test_a_session_that_ended_keeps_what_was_typed_and_decided(visit: Visit, portal: Portal) -> None:
    name = named("Expired")
    _write(portal, "127.0.4.1", name)
    visitor = visit()
    visitor.open(f"/admin/login/?next={urllib.parse.quote(_desk_of(name))}")
    _sign_in(visitor.page)
    desk = visitor.page
    card = _go_to(desk, name)
    desk.keyboard.press("e")
    desk.keyboard.type("Who said so?")
    desk.context.clear_cookies()
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-unsent]")).to_contain_text("You have been signed out. 1 not sent yet")
    with desk.context.expect_page() as opened:
        desk.get_by_role("link", name="Sign in in a new tab").click()
    _sign_in(opened.value)
    opened.value.close()
    desk.locator("[data-try-again]").click()
    expect(card).to_contain_text("Returned to its author:")


def test_several_are_decided_in_parts_and_a_refusal_gives_the_words_back(visit: Visit, portal: Portal) -> None:
    name = named("Bulk")
    for number in range(3):
        _write(portal, "127.0.7.1", f"{name} {number}")
    desk = visit().sign_in("moderator")
    desk.route(f"**{DESK}?*", _name_two_at_once)
    with desk.expect_request("**/claims/") as opened:
        desk.goto(_desk_of(name))
    # The open card is claimed before anything is touched.
    assert opened.value.post_data_json["comment"] == _current(desk).get_attribute("data-card")
    rejected = desk.locator("[data-count=rejected]")
    before = int(rejected.inner_text())
    explanation = desk.locator("[name=explanation]")

    desk.keyboard.press("x")
    desk.check("#action-toggle")
    desk.select_option("[name=action]", "reject")
    desk.select_option("[name=reason]", "hate")
    explanation.fill("x" * 2_001)
    desk.click("[name=index]")
    expect(_card(desk, f"{name} 2")).to_contain_text("The explanation is too long")
    expect(explanation).to_have_value("x" * 2_001)
    expect(desk.locator("[name=_selected_action]:checked")).to_have_count(3)

    explanation.fill("All of it.")
    desk.reload()
    expect(explanation).to_have_value("All of it.")
    desk.keyboard.press("x")
    desk.check("#action-toggle")
    desk.select_option("[name=action]", "reject")
    desk.select_option("[name=reason]", "hate")
    desk.click("[name=index]")
    for number in range(3):
        expect(_card(desk, f"{name} {number}")).to_contain_text("Rejected:")
    expect(explanation).to_have_value("")
    expect(rejected).to_have_text(str(before + 3))
    desk.keyboard.press("u")
    expect(desk.locator("[data-told]")).to_have_text("Undone. As before: 3 comments.")


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), pytest.param("dark", 360, marks=pytest.mark.long)], ids=str
)
def test_axe_finds_nothing_at_the_desk(visit: Visit, portal: Portal, scheme: Any, width: int) -> None:
    name = named("Axle")
    _write(portal, "127.0.5.1", name)
    desk = visit(color_scheme=scheme, viewport={"width": width, "height": 760}).sign_in("moderator", _desk_of(name))
    _go_to(desk, name)
    desk.keyboard.press("x")
    desk.keyboard.press("Escape")
    desk.keyboard.press("s")
    expect(_card(desk, name)).to_contain_text("Spam:")
    desk.keyboard.press("u")
    expect(desk.locator("[data-told]")).to_contain_text("Undone.")
    desk.keyboard.press("r")
    results = Axe().run(desk)
    found = [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in results.response["violations"]]
    assert found == []
    desk.keyboard.press("Escape")
    desk.keyboard.press("?")
    assert Axe().run(desk).violations_count == 0
    wide = desk.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


@pytest.mark.long
def test_words_for_an_author_are_written_on_the_card_and_a_comment_is_featured(visit: Visit, portal: Portal) -> None:
    name = named("Letter")
    _write(portal, "127.0.6.1", name)
    desk = visit().sign_in("moderator", "/admin/comments/explanationtemplate/add/")
    desk.fill("#id_title", name)
    desk.fill("#id_text", "Say who told you.")
    desk.click("[name=_save]")
    desk.goto(_desk_of(name))
    card = _go_to(desk, name)
    body = card.locator(".card__body")
    body.select_text()
    desk.keyboard.press("e")
    expect(card.get_by_label("the passage to change")).to_have_value(body.inner_text())
    card.get_by_label("Or a template").select_option(label=name)
    expect(card.get_by_label("Explanation for the author")).to_have_value("Say who told you.")
    card.get_by_role("button", name="Show what the author will read").click()
    expect(card.locator(".letter mark")).to_have_text(body.inner_text())
    expect(card.locator(".letter")).to_contain_text("Say who told you.")
    card.get_by_role("button", name="Return", exact=True).click()
    expect(card).to_contain_text("Returned to its author:")
    desk.keyboard.press("u")
    expect(desk.locator("[data-told]")).to_contain_text("Undone.")
    desk.keyboard.press("a")
    expect(card).to_contain_text("Approved:")
    desk.goto(f"{_desk_of(name)}&queue=approved")
    desk.keyboard.press("f")
    expect(card.get_by_role("button", name="Feature no longer")).to_be_visible()
    expect(card).to_contain_text("Done:")
    desk.keyboard.press("u")
    expect(card.get_by_role("button", name="Feature", exact=True)).to_be_visible()


@pytest.mark.long
def test_fifty_comments_are_decided_by_keyboard_without_a_wait(visit: Visit, portal: Portal) -> None:
    for number in range(60):
        _write(portal, f"127.0.{1 + number % 2}.1", named("Quick"))
    desk = visit().sign_in("moderator", DESK)
    expect(_current(desk)).to_have_count(1)
    desk.evaluate(CLOCK)
    decided: list[Any] = []
    for number in range(50):
        decided.append(_current(desk).get_attribute("data-card"))
        if number % 10 == 4:
            for key in ("r", "1", "Enter"):
                desk.keyboard.press(key)
        else:
            desk.keyboard.press("s" if number % 5 == 2 else "a")
        assert _current(desk).get_attribute("data-card") not in decided
        expect(_current(desk)).to_be_focused()
        expect(_current(desk)).to_be_in_viewport()
    assert len(set(decided)) == 50
    desk.wait_for_function("window.times.length >= 50")
    times = desk.evaluate("window.times")
    print(  # noqa: T201  (the record of the run)
        f"key to next card painted, {len(times)}: median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms"
    )
    assert statistics.median(times) < NOTICED_MS
    # Nothing is left on its way, and the server knows each of them.
    expect(desk.locator("[data-outcome=sending]")).to_have_count(0)
    desk.goto(DESK)
    waiting = desk.locator("[data-card]").evaluate_all("all => all.map((one) => one.dataset.card)")
    assert set(waiting) & set(decided) == set()


def _name_two_at_once(route: Route) -> None:
    """The list with a lower limit for one request, because writing two hundred comments is too much for a test."""
    response = route.fetch()
    route.fulfill(response=response, body=response.text().replace('data-most="200"', 'data-most="2"'))


def _forgive_the_cut(visitor: Visitor) -> None:
    """Ignore the browser's complaint about the connection that was cut on purpose, and nothing else."""
    assert [words for words in visitor.complaints if "net::ERR_" not in words] == []
    visitor.complaints.clear()


def _sign_in(page: Page) -> None:
    page.fill("#id_username", "moderator")
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")

"""A reader writes: refused at forty-nine characters, accepted at fifty, and then has a page of their own."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Portal, Visit
from tests.journeys.words import FIFTY, FORTY_NINE, named, text

SCRIPTS = pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
VECTORS = Path(__file__).parent.parent / "comments/count_vectors.json"
STORY = "/articles/1/nato-south-korea/"
MAIL_SECONDS = 30.0


@SCRIPTS
def test_forty_nine_characters_are_refused_in_words_and_fifty_are_taken(visit: Visit, script: bool) -> None:
    name = named("Rana")
    page = visit(java_script_enabled=script).open(STORY)
    page.fill("#id_name", name)
    page.fill("#id_body", FORTY_NINE)
    if script:
        expect(page.locator("[data-counter-text]")).to_have_text("49/50")
    page.click("#comment-form button[type=submit]")
    if not script:
        expect(page).to_have_title(re.compile("^Error:"))
    expect(page.locator(".error-summary")).to_contain_text("49 of 50 characters")
    expect(page.locator("#id_body")).to_have_value(FORTY_NINE)
    expect(page.locator("#id_name")).to_have_value(name)
    expect(page.locator("[data-counter-text]")).to_have_text("49/50")

    page.fill("#id_body", FIFTY)
    if script:
        expect(page.locator("[data-counter-text]")).to_have_text("50/50")
    page.click("#comment-form button[type=submit]")
    if script:
        page.get_by_role("link", name="The page of your comment").click()
    page.wait_for_url("**/my-comment/**")
    expect(page.locator("h1")).to_contain_text("waits for a moderator")
    expect(page.locator("blockquote").first).to_contain_text(FIFTY)
    expect(page.locator(".keep")).to_be_visible()
    page.goto(STORY)
    expect(page.locator("#comments")).not_to_contain_text(name)


@SCRIPTS
def test_an_author_changes_and_withdraws_on_their_own_page(visit: Visit, script: bool) -> None:
    page = visit(java_script_enabled=script).open("/articles/2/comments/new/")
    page.fill("#id_name", named("Ebele"))
    page.fill("#id_body", text())
    page.click("#comment-form button[type=submit]")
    page.wait_for_url("**/my-comment/**")
    changed = text()
    page.fill("#id_body", changed)
    page.click("button[name=edit]")
    expect(page.locator("blockquote").first).to_have_text(changed)
    page.click("button[name=withdraw]")
    expect(page.locator("h1")).to_have_text("You have withdrawn your comment.")
    expect(page.locator("#id_body")).to_have_count(0)


def test_an_answer_leads_from_a_comment_to_a_form_that_says_whom_it_answers(visit: Visit) -> None:
    page = visit(java_script_enabled=False).open(STORY)
    comment = page.locator("article.comment").first
    whom = comment.locator(".comment__name").inner_text()
    comment.locator(".comment__actions a[href*=parent]").click()
    expect(page.locator("h1")).to_have_text(f"Reply to {whom}")
    page.fill("#id_name", named("Ines"))
    page.fill("#id_body", FORTY_NINE)
    page.click("#comment-form button[type=submit]")
    expect(page.locator("h1")).to_have_text(f"Reply to {whom}")
    page.fill("#id_body", text())
    page.click("#comment-form button[type=submit]")
    page.wait_for_url("**/my-comment/**")


def test_the_browser_counts_as_the_server_does(visit: Visit) -> None:
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    page = visit().open(STORY)
    counted = page.evaluate(
        """async texts => {
            let module = document.querySelector("script[src*='js/story']").src;
            for (const next of ["writing", "counter", "count"]) {
                const named = new RegExp(`"(\\./${next}\\.[^"]*)"`);
                module = new URL((await (await fetch(module)).text()).match(named)[1], module).href;
            }
            const { countCharacters } = await import(module);
            return JSON.parse(texts).map(countCharacters);
        }""",
        json.dumps([vector["text"] for vector in vectors]),
    )
    found = {vector["case"]: number for vector, number in zip(vectors, counted, strict=True)}
    assert found == {vector["case"]: vector["counted"] for vector in vectors}


def test_the_counter_is_seen_at_once_and_heard_at_thresholds(visit: Visit) -> None:
    page = visit().open(STORY)
    seen, heard = page.locator("[data-counter-text]"), page.locator("[data-counter]")
    expect(seen).to_have_text("0/50")
    page.fill("#id_body", FIFTY[:20])
    expect(seen).to_have_text("20/50")
    expect(heard).to_have_text("")
    page.fill("#id_body", FIFTY[:45])
    expect(seen).to_have_text("45/50")
    expect(heard).to_have_text("5 more characters are needed")
    page.fill("#id_body", FIFTY)
    expect(heard).to_have_text("That is enough")


def test_the_seeds_story_is_sixty_kilobytes_on_the_wire_and_six_requests_at_most_without_pictures(visit: Visit) -> None:
    """As it is sent: compressed, and with the headers of each answer."""
    visitor = visit()
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    kinds: dict[str, str] = {}
    weights: dict[str, float] = {}
    session.on(
        "Network.responseReceived",
        lambda event: kinds.update({event["requestId"]: _kind(event["response"]["mimeType"], event["type"])}),
    )
    session.on(
        "Network.loadingFinished", lambda event: weights.update({event["requestId"]: event["encodedDataLength"]})
    )
    visitor.open(STORY).wait_for_load_state("networkidle")
    counted = {key: weight for key, weight in weights.items() if kinds.get(key) != "Image"}
    assert {"Document", "Stylesheet", "Script", "Font"} <= {kinds[key] for key in counted}
    assert sum(counted.values()) <= 60_000, sorted((kinds[key], weight) for key, weight in counted.items())
    assert len(counted) <= 6, sorted(kinds[key] for key in counted)


def _kind(media_type: str, kind: str) -> str:
    """The browser's name for a kind of file; the site's icon, for which it has none, is a picture."""
    return "Image" if media_type.startswith("image/") else kind


@SCRIPTS
def test_an_address_is_confirmed_by_the_mailed_link_and_not_by_opening_it(
    visit: Visit, portal: Portal, script: bool
) -> None:
    address = f"{named('reader').replace(' ', '')}@example.org"
    page = visit(java_script_enabled=script).open("/articles/2/comments/new/")
    portal.mailbox.came.clear()
    page.fill("#id_name", named("Noor"))
    page.fill("#id_email", address)
    page.fill("#id_body", text())
    page.click("#comment-form button[type=submit]")
    page.wait_for_url("**/my-comment/**")
    own = page.url
    expect(page.locator("main")).to_contain_text("We have sent a link")

    message = _mail_to(address, portal)
    (link,) = re.findall(rf"{portal.url}(/my-address/\S+)", message)
    page.goto(link)
    expect(page.locator("h1")).to_have_text("Is this your mail address?")
    page.goto(own)
    expect(page.locator("main")).to_contain_text("Until you follow it")
    page.goto(link)
    page.click("#confirm-form button")
    expect(page.locator("h1")).to_have_text("Your mail address is confirmed")
    page.goto(own)
    expect(page.locator("main")).to_contain_text("Your mail address is confirmed")
    page.goto(link)
    expect(page.locator("h1")).to_have_text("This link has been used")


def _mail_to(address: str, portal: Portal) -> str:
    """The only message to an address, once it has arrived."""
    from email import message_from_string, policy

    while portal.mailbox.came.wait(MAIL_SECONDS):
        portal.mailbox.came.clear()
        parsed = [message_from_string(message, policy=policy.default) for message in portal.mailbox.messages]
        mine = [message for message in parsed if message["To"] == address]
        if mine:
            (message,) = mine
            return str(message.get_content())
    raise AssertionError(f"no mail to {address} within {MAIL_SECONDS} seconds: {portal.log.read_text()[-2000:]}")


def test_without_a_script_nothing_on_the_page_asks_for_one(visit: Visit) -> None:
    page: Page = visit(java_script_enabled=False).open(STORY)
    for hidden in page.locator("[data-copy], [data-share]").all():
        expect(hidden).to_be_hidden()
    for link in page.locator(".share__list a").all():
        assert str(link.get_attribute("href")).startswith(("https://", "mailto:"))

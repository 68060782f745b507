"""Writing a comment with a script: kept in the browser, answered and sent without leaving the page."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Visit
from tests.journeys.words import FORTY_NINE, named, text

STORY = "/articles/1/nato-south-korea/"
KEPT = "Object.keys(localStorage).filter(name => name.startsWith('comment:')).length"
COMING_BACK = "What you typed here before is back."
SCRIPTS = pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])


def write(page: Page, body: str, name: str = "") -> None:
    """Type into the form under the story, once its scripts have loaded."""
    page.focus("#id_body")
    expect(page.locator("#comment-form .form__remember")).to_be_visible()
    page.fill("#id_name", name or named("Ines"))
    page.fill("#id_body", body)


def test_the_whole_way_on_one_page(visit: Visit) -> None:
    page = visit().open(STORY)
    comment = page.locator("article.comment").first
    comment.locator(".comment__actions a").first.click()
    reply = comment.locator(".reply")
    field = reply.locator("textarea")
    expect(reply.locator("[name=name]")).to_be_focused()
    body = text()
    field.fill(body)
    page.keyboard.press("Escape")
    expect(reply).to_be_hidden()
    expect(comment.locator(".comment__actions a").first).to_be_focused()

    page.reload()
    page.locator("article.comment").first.locator(".comment__actions a").first.click()
    expect(field).to_have_value(body)
    expect(reply.locator("[data-came-back]")).to_contain_text(COMING_BACK)
    field.fill(FORTY_NINE)
    reply.locator("[type=submit]").click()
    expect(reply.locator(".error-summary")).to_be_focused()
    expect(reply.locator(".error-summary")).to_contain_text("Give a name")
    expect(reply.locator(".error-summary")).to_contain_text("49 of 50 characters")
    expect(field).to_have_value(FORTY_NINE)
    reply.locator(".error-summary a").first.click()
    expect(reply.locator("[name=name]")).to_be_focused()
    page.keyboard.type(named("Rana"))
    field.fill(body.upper())
    reply.locator("[type=submit]").first.dblclick()
    expect(reply.locator(".advice")).to_contain_text("shouting")
    expect(field).to_have_value(body.upper())
    assert page.evaluate(KEPT) == 1
    reply.get_by_role("button", name="Send anyway").click()
    expect(reply.locator(".state")).to_be_focused()
    expect(reply.locator(".state h3")).to_contain_text("waits for a moderator")
    expect(page).to_have_url(re.compile(f"{STORY}(#.*)?$"))
    assert page.evaluate(KEPT) == 0

    reply.get_by_role("link", name="The page of your comment").click()
    expect(page.locator("blockquote").first).to_have_text(body.upper())
    page.go_back()
    expect(page.locator("[data-came-back]").first).to_be_hidden()


def test_a_closed_tab_loses_nothing_and_what_is_taken_elsewhere_is_kept_no_longer(visit: Visit) -> None:
    page = visit().open(STORY)
    body, name = text(), named("Ebele")
    write(page, body, name)
    page.check("[data-remember]")
    other = page.context.new_page()
    page.close()
    other.goto(STORY)
    expect(other.locator("#id_body")).to_have_value(body)
    expect(other.locator("#id_name")).to_have_value(name)
    expect(other.locator("[data-came-back]")).to_contain_text(COMING_BACK)
    other.get_by_role("button", name="Discard it").click()
    expect(other.locator("#id_body")).to_have_value("")
    assert other.evaluate(KEPT) == 0

    other.fill("#id_body", body)
    sent = other.request.post(
        "/articles/1/comments/new/", form={"name": name, "body": body}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert other.evaluate(KEPT) == 1
    other.goto(sent.url)
    expect(other.locator("blockquote").first).to_have_text(body)
    other.wait_for_function(f"{KEPT} === 0")


def test_what_was_typed_for_a_conversation_that_closed_meanwhile_is_shown_to_be_copied(visit: Visit) -> None:
    page, body = visit().open("/articles/3/comments/new/"), f"{text()}\n\nAnd a second thought."
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    write(page, body)
    desk = visit().sign_in("moderator", "/admin/comments/thread/story/3/")
    desk.get_by_role("button", name="Close it now").click()
    expect(desk.locator(".messagelist")).to_contain_text("Done.")
    page.reload()
    left = page.locator(".left-here")
    expect(left).to_contain_text("It can no longer be sent. This browser keeps it until")
    expect(left.locator("blockquote")).to_have_text(body)
    page.goto("/articles/3/comments/")
    expect(left.locator("blockquote")).to_have_text(body)
    left.get_by_role("button", name="Copy the text").click()
    expect(left.locator("[role=status]")).to_have_text("Text copied")
    assert page.evaluate("navigator.clipboard.readText()") == body
    left.get_by_role("button", name="Discard it").click()
    expect(left).to_be_hidden()
    assert page.evaluate(KEPT) == 0
    desk.get_by_role("button", name="Open it again").click()
    expect(desk.locator(".messagelist")).to_contain_text("Done.")


def test_a_lost_connection_and_a_server_in_trouble_are_said_and_the_text_stays(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/articles/2/comments/new/")
    body = text()
    write(page, body)
    status, send = page.locator("[data-sending]"), page.locator("#comment-form [type=submit]")

    def lost(route: Route) -> None:
        route.abort()

    def troubled(route: Route) -> None:
        route.fulfill(status=502, body="Bad Gateway", content_type="text/plain")

    for answer, words in ((lost, "There was no answer."), (troubled, "could not be taken just now")):
        page.route("**/comments/new/", answer)
        send.click()
        expect(status).to_contain_text(words)
        expect(page.locator("#id_body")).to_have_value(body)
        page.unroute("**/comments/new/")
    # The browser writes a line of its own for a request that failed.
    assert [words for words in visitor.complaints if "net::ERR_FAILED" not in words] == []
    visitor.complaints.clear()
    send.click()
    expect(page.locator(".state")).to_be_focused()


@SCRIPTS
def test_what_a_rule_would_hold_is_asked_once_with_and_without_a_script(visit: Visit, script: bool) -> None:
    page = visit(java_script_enabled=script).open("/articles/2/comments/new/")
    if script:
        write(page, text().upper())
    page.fill("#id_name", named("Noor"))
    page.fill("#id_body", text().upper())
    page.click("#comment-form [type=submit]")
    expect(page.locator(".advice")).to_be_focused()
    page.fill("#id_body", text().upper())
    page.get_by_role("button", name="Send the changed text").click()
    expect(page.locator(".state")).to_contain_text("waits for a moderator")


def test_a_changed_text_that_was_not_sent_is_back_on_the_authors_page_until_it_is_taken(visit: Visit) -> None:
    page = visit().open("/articles/2/comments/new/")
    page.fill("#id_name", named("Ana"))
    page.fill("#id_body", text())
    page.click("#comment-form [type=submit]")
    page.wait_for_url("**/my-comment/**")
    changed = text()
    page.fill("#id_body", changed)
    page.wait_for_function(f"{KEPT} === 1")
    page.reload()
    expect(page.locator("#id_body")).to_have_value(changed)
    expect(page.locator("[data-came-back]")).to_contain_text(COMING_BACK)
    page.click("button[name=edit]")
    expect(page.locator("blockquote").first).to_have_text(changed)
    page.wait_for_function(f"{KEPT} === 0")

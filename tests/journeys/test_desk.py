"""A moderator decides at the desk; the reader sees it on the next request; a colleague with an old page is told."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.words import named, text

SCRIPTS = pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
DESK = "/admin/comments/comment/"
STORY = "/articles/2/fishing-ground/"


def _write(page: Page, name: str, words: str) -> str:
    """Send a comment; returns the address of its author's page."""
    page.goto("/articles/2/comments/new/")
    page.fill("#id_name", name)
    page.fill("#id_body", words)
    page.click("#comment-form button[type=submit]")
    page.wait_for_url("**/my-comment/**")
    return page.url


def _card(desk: Page, name: str) -> Locator:
    return desk.locator("article.card", has=desk.locator("h3", has_text=name))


@SCRIPTS
def test_what_a_moderator_approves_stands_on_the_readers_next_request(visit: Visit, script: bool) -> None:
    name, words = named("Tolliver"), text()
    reader = visit(java_script_enabled=script).page
    own = _write(reader, name, words)
    reader.goto(STORY)
    expect(reader.locator("#comments")).not_to_contain_text(words)

    desk = visit(java_script_enabled=script).sign_in("moderator", DESK)
    card = _card(desk, name)
    expect(card).to_contain_text(words)
    expect(card).to_contain_text("no approved comment by this author")
    if script:
        # Before its scripts have loaded the page is the plain list.
        expect(desk.locator("#desk-loop:not([hidden])")).to_have_count(1)
    card.locator("button.decide--approve").click()
    if script:
        # Without a reload: the card shows its outcome, and the list stays.
        expect(card).to_contain_text("Approved:")
    else:
        expect(desk.locator(".messagelist")).to_contain_text("1 comment is now: approved.")
        expect(card).to_have_count(0)

    reader.goto(STORY)
    comment = reader.locator("article.comment", has_text=words)
    expect(comment.locator(".comment__name")).to_have_text(name)
    reader.goto(own)
    expect(reader.locator("h1")).to_have_text("Your comment is published.")
    reader.click("text=See it on the page")
    expect(reader.locator("article.comment:target")).to_contain_text(words)

    if script:
        desk.keyboard.press("u")
        expect(desk.locator("[data-told]")).to_contain_text("Undone.")
    else:
        desk.click("button.undo")
        expect(desk.locator(".messagelist")).to_contain_text("1 decision was undone.")
    reader.goto(STORY)
    expect(reader.locator("#comments")).not_to_contain_text(words)


def test_a_rejection_needs_a_reason_and_its_author_reads_it(visit: Visit) -> None:
    name = named("Straight")
    reader = visit(java_script_enabled=False).page
    own = _write(reader, name, text())
    desk = visit(java_script_enabled=False).sign_in("moderator", DESK)
    card = _card(desk, name)
    card.locator("summary", has_text="Reject").click()
    card.get_by_label("Explanation for the author").fill("It speaks of another story.")
    card.locator("button.decide--reject").click()
    expect(desk.locator(".messagelist .error")).to_contain_text("Choose a reason")
    # The card comes back open, with the words that were not sent.
    card = _card(desk, name)
    expect(card.get_by_label("Explanation for the author")).to_have_value("It speaks of another story.")
    card.get_by_label("Reason").select_option("off_topic")
    card.locator("button.decide--reject").click()
    expect(desk.locator(".messagelist .success")).to_contain_text("1 comment is now: rejected.")
    reader.goto(own)
    expect(reader.locator("h1")).to_have_text("Your comment was not published.")
    expect(reader.locator(".reason")).to_contain_text("It speaks of another story.")


@SCRIPTS
def test_a_second_moderator_with_an_old_page_is_told_who_decided(visit: Visit, script: bool) -> None:
    name = named("Dockside")
    reader = visit(java_script_enabled=script).page
    own = _write(reader, name, text())
    first = visit(java_script_enabled=script).sign_in("moderator", DESK)
    second = visit(java_script_enabled=script).sign_in("moderator2", DESK)
    _card(first, name).locator("button.decide--approve").click()
    if script:
        expect(_card(first, name)).to_contain_text("Approved:")
    else:
        expect(first.locator(".messagelist")).to_contain_text("1 comment is now: approved.")
    _card(second, name).locator("button.decide--spam").click()
    said = _card(second, name) if script else second.locator(".messagelist .error")
    expect(said).to_contain_text("Decided already: approved by Mona Keller")
    expect(said).to_contain_text("Nothing was overwritten")
    reader.goto(own)
    expect(reader.locator("h1")).to_have_text("Your comment is published.")


def test_several_are_decided_at_once(visit: Visit) -> None:
    names = [named("Anna"), named("Berta")]
    reader = visit().page
    for name in names:
        _write(reader, name, text())
    desk = visit().sign_in("moderator", DESK)
    for name in names:
        _card(desk, name).locator("input.action-select").check()
    desk.locator(".actions select[name=action]").select_option("spam")
    desk.locator(".actions button[name=index]").click()
    for name in names:
        expect(_card(desk, name)).to_contain_text("Spam:")

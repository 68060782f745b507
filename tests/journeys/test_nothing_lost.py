"""Nothing that was typed is lost: a closed tab, a lost connection, an ended session, a colleague who was quicker."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit, Visitor
from tests.journeys.words import named, text
from tests.servers import PASSWORD, Portal

ADD = "/admin/articles/article/add/"
# A change is sent within five seconds, on an idle machine.
SOON = 15_000
KEPT = re.compile(r"What you typed is kept: saved at \d\d:\d\d:\d\d UTC\.")
AWAY = "Not saved: the connection is away. Your text is kept in this browser."
SIGNED_OUT = "You have been signed out. Sign in in another window; your text is kept in this browser."


def _write(page: Page, headline: str) -> str:
    """A new story, saved; returns the address of its page."""
    page.fill("#id_headline", headline)
    page.select_option("#id_section", label="World")
    page.fill("#id_summary", "As it was.")
    page.fill("#id_key_points-0-text", "The first point")
    page.click("input[name=_continue]")
    expect(page.locator(".messagelist .success")).to_contain_text(headline)
    return "/admin/" + page.url.partition("/admin/")[2]


def _is_kept(page: Page) -> None:
    expect(page.locator("[data-state]")).to_have_text(KEPT, timeout=SOON)


def _went_away(visitor: Visitor) -> None:
    """What the browser's console says about a connection that we cut on purpose."""
    visitor.complaints[:] = [words for words in visitor.complaints if "ERR_INTERNET_DISCONNECTED" not in words]


@contextmanager
def _locked(portal: Portal) -> Iterator[None]:
    """A stranger holds the database; skips with a message if it is not a file."""
    file = portal.log.parent / "var/portal.sqlite3"
    if not file.exists():
        pytest.skip("this portal is on PostgreSQL, where what a locked database says is the same page")
    stranger = sqlite3.connect(file, isolation_level=None)
    stranger.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        stranger.execute("ROLLBACK")
        stranger.close()


@pytest.mark.long
@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_a_comment_that_a_locked_database_keeps_out_is_sent_again_by_one_button(
    visit: Visit, portal: Portal, script: bool
) -> None:
    page = visit(java_script_enabled=script).open("/articles/1/comments/new/")
    words = text()
    if script:
        page.focus("#id_body")
        expect(page.locator("#comment-form .form__remember")).to_be_visible(timeout=SOON)
    page.fill("#id_name", named("Ines"))
    page.fill("#id_body", words)
    send = page.locator("#comment-form [type=submit]").first
    with _locked(portal):
        send.click()
        if script:
            expect(page.locator("[data-sending]")).to_contain_text("It could not be taken just now", timeout=SOON)
            expect(page.locator("#id_body")).to_have_value(words)
        else:
            expect(page.locator("h1")).to_have_text("We will be back in a moment", timeout=SOON)
            expect(page.locator("main textarea")).to_have_value(words)
            send = page.get_by_role("button", name="Send it again")
    send.click()
    expect(page.locator("blockquote").first).to_have_text(words)


@pytest.mark.long
def test_a_closed_tab_loses_nothing_and_another_browser_has_it(visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in("editor", ADD)
    path = _write(page, named("A tab that is closed"))
    page.fill("#id_summary", "An hour's work.")
    page.click("text=Add another Key point")
    page.fill("#id_key_points-1-text", "A second point")
    _is_kept(page)
    page.close()

    other = visit().sign_in("editor", path)
    expect(other.locator("#id_summary")).to_have_value("As it was.")
    expect(other.locator("#unsaved-kept")).to_contain_text("There is text of yours that was not saved")
    other.click("#unsaved-kept >> text=Take it back")
    expect(other.locator("#id_summary")).to_have_value("An hour's work.")
    expect(other.locator("#id_key_points-1-text")).to_have_value("A second point")
    expect(other.locator(".errornote")).to_have_count(0)
    other.click("input[name=_continue]")
    expect(other.locator(".messagelist .success")).to_be_visible()
    expect(other.locator("#unsaved-kept")).to_have_count(0)
    expect(other.locator("#id_summary")).to_have_value("An hour's work.")


def test_a_story_that_was_never_saved_comes_back_without_a_script(visit: Visit) -> None:
    headline = named("Never saved")
    page = visit().sign_in("writer", ADD)
    page.fill("#id_headline", headline)
    _is_kept(page)
    page.close()

    plain = visit(java_script_enabled=False).sign_in("writer", ADD)
    plain.click("#unsaved-kept >> text=Take it back")
    expect(plain.locator("#id_headline")).to_have_value(headline)
    plain.goto(ADD)
    plain.click("#unsaved-kept >> text=Throw it away")
    expect(plain.locator(".messagelist")).to_contain_text("thrown away")
    expect(plain.locator("#unsaved-kept")).to_have_count(0)


@pytest.mark.long
def test_one_writes_on_without_a_connection_and_it_is_sent_when_it_is_back(visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in("editor", ADD)
    path = _write(page, named("In mid sentence"))
    page.fill("#id_summary", "The connection was lost in the")
    _is_kept(page)
    page.context.set_offline(True)
    page.locator("#id_summary").press_sequentially(" middle of a sentence")
    expect(page.locator("[data-state]")).to_have_text(AWAY, timeout=SOON)
    expect(page.locator("[data-told]")).to_have_text(AWAY)
    page.context.set_offline(False)
    page.locator("#id_summary").press_sequentially(", and it went on.")
    _is_kept(page)
    _went_away(visitor)
    page.goto(path + "?unsaved=take")
    expect(page.locator("#id_summary")).to_have_value(
        "The connection was lost in the middle of a sentence, and it went on."
    )


@pytest.mark.long
def test_a_browser_that_crashes_without_a_connection_has_the_text(visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in("editor", ADD)
    path = _write(page, named("A crash"))
    page.fill("#id_summary", "Begun.")
    _is_kept(page)
    page.context.set_offline(True)
    page.fill("#id_summary", "Begun, and ended without a connection.")
    expect(page.locator("[data-state]")).to_have_text(AWAY, timeout=SOON)
    page.close()
    _went_away(visitor)
    page.context.set_offline(False)

    again = page.context.new_page()
    again.goto(path)
    expect(again.locator("#unsaved-here")).to_contain_text("This browser has text of yours that was not saved")
    expect(again.locator("#unsaved-kept")).to_be_hidden()
    again.click("#unsaved-here >> text=Take it back")
    expect(again.locator("#id_summary")).to_have_value("Begun, and ended without a connection.")
    again.click("input[name=_continue]")
    expect(again.locator(".messagelist .success")).to_be_visible()
    expect(again.locator("#unsaved-here")).to_be_hidden()
    expect(again.locator("#unsaved-kept")).to_have_count(0)


def test_a_form_sent_after_the_session_has_ended_is_there_after_signing_in(visit: Visit) -> None:
    page = visit().sign_in("writer", ADD)
    _write(page, named("Signed out"))
    page.context.clear_cookies(name="sessionid")
    page.fill("#id_summary", "Typed while nobody was signed in.")
    expect(page.locator("[data-state]")).to_have_text(SIGNED_OUT, timeout=SOON)
    page.click("input[name=_continue]")
    expect(page.locator("#id_username")).to_be_visible()
    page.fill("#id_username", "writer")
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    expect(page.locator("#unsaved-here")).to_contain_text("This browser has text of yours that was not saved")
    page.click("#unsaved-here >> text=Take it back")
    expect(page.locator("#id_summary")).to_have_value("Typed while nobody was signed in.")
    page.click("input[name=_continue]")
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator("#id_summary")).to_have_value("Typed while nobody was signed in.")


@pytest.mark.long
def test_who_signs_in_in_another_window_goes_on_in_the_first(visit: Visit) -> None:
    page = visit().sign_in("writer", ADD)
    _write(page, named("Signed in again"))
    page.context.clear_cookies(name="sessionid")
    page.fill("#id_summary", "Typed while nobody was signed in.")
    expect(page.locator("[data-state]")).to_have_text(SIGNED_OUT, timeout=SOON)
    other = page.context.new_page()
    other.goto("/admin/login/")
    other.fill("#id_username", "writer")
    other.fill("#id_password", PASSWORD)
    other.click("input[type=submit]")
    page.bring_to_front()
    _is_kept(page)
    page.click("input[name=_continue]")
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator("#id_summary")).to_have_value("Typed while nobody was signed in.")


@pytest.mark.parametrize(
    "script", [pytest.param(True, marks=pytest.mark.long), False], ids=["with a script", "without"]
)
def test_two_write_at_one_story_and_the_second_chooses(visit: Visit, script: bool) -> None:
    headline = named("Two at one story")
    first = visit(java_script_enabled=script).sign_in("editor", ADD)
    path = _write(first, headline)
    second = visit().sign_in("admin", path)
    second.fill("#id_summary", "The bridge was opened at noon.")
    if script:
        expect(first.locator("[data-colleagues]")).to_contain_text("has this story open since", timeout=SOON)
        expect(first.locator("[data-told]")).to_contain_text("has this story open since")
    second.fill("#id_headline", f"{headline}, and more")
    second.click("input[name=_continue]")
    expect(second.locator(".messagelist .success")).to_be_visible()
    if script:
        expect(first.locator("[data-newer]")).to_contain_text("changed this story at", timeout=SOON)

    first.fill("#id_summary", "The bridge was opened at one.")
    first.click("input[name=_continue]")
    conflict = first.locator("#conflict")
    expect(conflict.locator("legend")).to_have_text(["Summary", "Headline", "All of them"])
    summary = conflict.locator("fieldset", has_text="Summary")
    expect(summary.locator("del")).to_have_text("noon")
    expect(summary.locator("ins")).to_have_text("one")
    expect(first.locator("#id_summary")).to_have_value("The bridge was opened at one.")
    summary.get_by_label("Keep mine").check()
    first.click("input[name=_continue]")
    expect(first.locator(".messagelist .success")).to_be_visible()
    expect(first.locator("#id_summary")).to_have_value("The bridge was opened at one.")
    expect(first.locator("#id_headline")).to_have_value(f"{headline}, and more")


def test_what_is_typed_into_a_page_about_the_paper_waits_in_the_browser_until_it_is_saved(visit: Visit) -> None:
    path = "/admin/articles/housepage/ownership/change/"
    page = visit().sign_in("editor", path)
    page.fill("#id_summary", "It belongs to those who read it.")
    page.reload()
    expect(page.locator("#id_summary")).not_to_have_value("It belongs to those who read it.")
    page.click("#kept-page >> text=Take it back")
    expect(page.locator("#id_summary")).to_have_value("It belongs to those who read it.")
    page.click("input[name=_continue]")
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator("#kept-page")).to_be_hidden()
    expect(page.locator("#id_summary")).to_have_value("It belongs to those who read it.")

    page.fill("#id_summary", "It belongs to nobody.")
    page.reload()
    page.click("#kept-page >> text=Throw it away")
    page.reload()
    expect(page.locator("#kept-page")).to_be_hidden()

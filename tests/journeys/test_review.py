"""A story's way: handed in, sent back, with a mail to its writer, accepted, and published with a warning."""

import email
import re
from email.policy import default

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Portal, Visit
from tests.journeys.words import named

ADD = "/admin/articles/article/add/"
SCRIPTS = pytest.mark.parametrize(
    "script", [True, pytest.param(False, marks=pytest.mark.long)], ids=["with a script", "without"]
)


def _give_address(admin: Page, username: str, address: str) -> None:
    admin.goto(f"/admin/auth/user/?q={username}")
    admin.locator("#result_list th a", has_text=re.compile(f"^{username}$")).click()
    admin.fill("#id_email", address)
    admin.click("input[name=_save]")
    expect(admin.locator(".messagelist .success")).to_be_visible()


@pytest.mark.long
@SCRIPTS
def test_a_story_is_handed_in_sent_back_mended_accepted_and_published(
    visit: Visit, portal: Portal, script: bool
) -> None:
    headline = named("The long way")
    _give_address(visit().sign_in("admin"), "writer", "writer@example.org")
    writer = visit(java_script_enabled=script).sign_in("writer", ADD)
    writer.fill("#id_headline", headline)
    writer.fill("#id_body", "<p>It was opened at noon.</p>")
    writer.select_option("#id_section", label="World")
    # The Enter key in a text field of the form saves, and does not hand in.
    writer.press("#id_seo_title", "Enter")
    expect(writer.locator(".messagelist .success")).to_contain_text(headline)
    expect(writer.locator(".story-bar__state")).to_contain_text("draft")
    address = "/admin/" + writer.url.partition("/admin/")[2]
    writer.click("input[name=_submit]")
    expect(writer.locator(".messagelist .success")).to_contain_text("Submitted for review")

    editor = visit(java_script_enabled=script).sign_in("editor")
    waiting = editor.locator("section[aria-labelledby=newsroom-review]")
    waiting.get_by_role("link", name=headline).click()
    editor.fill("#id_verb-note", f"A second source, please ({headline}).")
    editor.click("input[name=_send_back]")
    expect(editor.locator(".messagelist .success")).to_contain_text("Sent back")

    writer.goto("/admin/")
    back = writer.locator("section[aria-labelledby=newsroom-back]")
    expect(back).to_contain_text(f"Edda Marsh: A second source, please ({headline}).")
    assert _mail(portal, "Sent back to you", headline).count(f"{portal.url}{address}") == 1
    back.get_by_role("link", name=headline).click()
    expect(writer.locator(".story-back")).to_contain_text("Edda Marsh sent this back on")
    writer.fill("#id_summary", "It was opened, two people say.")
    writer.click("input[name=_submit]")
    expect(writer.locator(".messagelist .success")).to_contain_text("Submitted for review")

    editor.goto(address)
    editor.click("input[name=_accept]")
    expect(editor.locator(".messagelist .success")).to_contain_text("Accepted")
    editor.goto("/admin/")
    ready = editor.locator("section[aria-labelledby=newsroom-ready]")
    ready.get_by_role("link", name=headline).click()
    editor.click("input[name=_publish]")
    expect(editor.locator(".messagelist .success")).to_contain_text("Published")
    warned = editor.locator(".messagelist .warning.checklist")
    expect(warned).to_contain_text("There is no lead picture.")
    warned.get_by_role("link", name="There is no lead picture.").click()
    expect(editor).to_have_url(f"{portal.url}{address}#id_picture")
    editor.goto("/admin/")
    today = editor.locator("section[aria-labelledby=newsroom-today]")
    expect(today).to_contain_text(headline)


def _mail(portal: Portal, *words: str) -> str:
    """The body of the mail with these words in its subject, once it has arrived."""
    for _ in range(60):
        portal.mailbox.came.clear()
        for sent in portal.mailbox.messages:
            message = email.message_from_string(sent, policy=default)
            subject = " ".join(str(message["Subject"]).split())
            if all(word in subject for word in words):
                return str(message.get_content())
        portal.mailbox.came.wait(1)
    raise AssertionError([sent[:500] for sent in portal.mailbox.messages])


def test_the_bar_stays_in_reach_and_what_has_the_focus_is_not_below_it(visit: Visit) -> None:
    page = visit(viewport={"width": 768, "height": 700}).sign_in("editor", "/admin/articles/article/2/change/")
    page.locator("#id_seo_title").focus()
    bar, field = page.locator(".story-bar").bounding_box(), page.locator("#id_seo_title").bounding_box()
    assert bar is not None
    assert field is not None
    assert 0 <= bar["y"] <= 1
    assert field["y"] >= bar["y"] + bar["height"]
    page.locator("#id_headline").focus()
    headline = page.locator("#id_headline").bounding_box()
    bar = page.locator(".story-bar").bounding_box()
    assert bar is not None
    assert headline is not None
    assert headline["y"] >= bar["y"] + bar["height"]


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_axe_finds_nothing_on_the_newsrooms_front_page(visit: Visit, scheme: str) -> None:
    page = visit(color_scheme=scheme).sign_in("admin")
    for width in (1280, 768):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found] == []
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0

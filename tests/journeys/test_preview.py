"""An editor shows a draft to somebody without an account, who answers; then the editor revokes the link."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.words import named

SCRIPTS = pytest.mark.parametrize(
    "script", [True, pytest.param(False, marks=pytest.mark.long)], ids=["with a script", "without"]
)
PHONE = {"width": 360, "height": 740}


def _draft(page: Page, headline: str) -> None:
    page.fill("#id_headline", headline)
    page.fill("#id_summary", "What the court will say on Friday.")
    page.fill("#id_body", "<p>The court has decided.</p>")
    page.select_option("#id_section", label="World")
    page.click("input[name=_continue]")
    expect(page.locator(".messagelist .success")).to_contain_text(headline)


@pytest.mark.long
@SCRIPTS
def test_a_draft_is_shown_to_somebody_without_an_account_who_leaves_a_note(visit: Visit, script: bool) -> None:
    headline = named("Not yet public")
    editor = visit(java_script_enabled=script).sign_in("editor", "/admin/articles/article/add/")
    _draft(editor, headline)
    story = editor.url
    editor.fill("#id_preview-recipient", "Ada Byrne")
    with editor.context.expect_page() as opened:
        editor.click("#previews input[type=submit]")
    address = opened.value.locator("#preview-address").input_value()
    assert re.search(r"/preview/[\w-]{43}/$", address)

    reader = visit(viewport=PHONE, java_script_enabled=script).page
    reader.goto(address)
    expect(reader.locator("h1")).to_have_text(headline)
    expect(reader.locator(".preview-banner")).to_contain_text("Ada Byrne")
    assert reader.context.cookies() == []
    assert reader.locator("html").evaluate("page => page.scrollWidth") <= PHONE["width"]
    reader.click("text=Leave a note for the newsroom")
    reader.fill("#id_text", "It was Thursday.\nNot Friday.")
    reader.click("#note-form button")
    expect(reader.locator("#your-notes")).to_contain_text("It was Thursday.")
    if script:
        assert [(rule["id"], rule["nodes"]) for rule in Axe().run(reader).response["violations"]] == []

    editor.goto("/admin/articles/article/")
    row = editor.locator("#result_list tbody tr", has_text=headline)
    expect(row).to_contain_text("1 note")
    editor.goto(story)
    expect(editor.locator(".preview-note")).to_contain_text("Not Friday.")
    editor.fill("#id_summary", "Not saved yet.")
    editor.click(".preview-note button")
    expect(editor.locator(".preview-note .state")).to_contain_text("done")
    editor.click("#previews table button")
    expect(editor.locator("#previews table tbody")).to_contain_text("revoked")
    if script:
        expect(editor.locator("#id_summary")).to_have_value("Not saved yet.")

    answer = reader.goto(address)
    assert answer is not None
    assert answer.status == 404
    expect(reader.locator("h1")).to_have_text("This page was not found")


def test_an_editor_looks_at_a_draft_at_the_widths_of_a_phone_and_a_desk(visit: Visit) -> None:
    headline = named("Looked at")
    editor = visit(viewport={"width": 1280, "height": 900}).sign_in("editor", "/admin/articles/article/add/")
    _draft(editor, headline)
    editor.click(".object-tools >> text=Preview")
    for name, width in (("Phone", 360), ("Desktop", 1280)):
        editor.click(f".preview__widths >> text={name}")
        frame = editor.frame_locator("iframe")
        expect(frame.locator("h1")).to_have_text(headline)
        assert frame.locator("html").evaluate("page => window.innerWidth") == width

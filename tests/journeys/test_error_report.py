"""A reader reports an error in a story; an editor answers; the reader finds the answer."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.words import named

SCRIPTS = pytest.mark.parametrize(
    "script", [True, pytest.param(False, marks=pytest.mark.long)], ids=["with a script", "without"]
)
PHONE = {"width": 320, "height": 640}
MARK_A_SENTENCE = """() => {
    const words = document.querySelector(".prose p").firstChild;
    getSelection().setBaseAndExtent(words, 0, words, 20);
    return words.textContent.slice(0, 20).trim();
}"""


@SCRIPTS
def test_a_reader_reports_an_error_and_learns_what_came_of_it(visit: Visit, script: bool) -> None:
    text = named("It was Tuesday, not Monday")
    reader = visit(viewport=PHONE, java_script_enabled=script).open("/")
    reader.click(".front-top__lead h2 a, .front-top__lead a >> nth=0")
    reader.wait_for_url("**/articles/**")
    marked = reader.evaluate(MARK_A_SENTENCE) if script else ""
    if script:
        expect(reader.locator("[data-report-error]")).to_have_attribute("href", re.compile("#passage="))
    reader.focus("[data-report-error]")
    reader.keyboard.press("Enter")
    expect(reader.locator("h1")).to_have_text("Report an error in this story")
    expect(reader.locator("#id_passage")).to_have_value(marked)
    reader.click("#error-form button")
    expect(reader.locator(".field--wrong")).to_contain_text("Say what is wrong.")
    expect(reader.locator("#id_passage")).to_have_value(marked)
    reader.fill("#id_text", text)
    reader.click("#error-form button")
    expect(reader.locator("h1")).to_have_text("The editors have your report")
    _fits(reader)
    if script:
        assert [(rule["id"], rule["nodes"]) for rule in Axe().run(reader).response["violations"]] == []
    assert reader.context.cookies() == []

    editor = visit(java_script_enabled=script).sign_in("editor")
    editor.click(f"text={text}")
    editor.check("#id_outcome >> input[value=no_error]")
    editor.fill("#id_words", "The minutes say Monday.")
    editor.click("#answer_form input[type=submit]")
    expect(editor.locator(".messagelist .success")).to_contain_text("Answered")

    reader.reload()
    expect(reader.locator("h1")).to_have_text("We found no error")
    expect(reader.locator("main")).to_contain_text("The minutes say Monday.")
    _fits(reader)


def _fits(page: Page) -> None:
    assert page.locator("html").evaluate("page => page.scrollWidth") <= PHONE["width"]

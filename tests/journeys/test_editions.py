"""An editor publishes, corrects, compares, takes back and withdraws; readers see each change when they should."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Portal, Visit
from tests.journeys.words import named

SCRIPTS = pytest.mark.parametrize(
    "script", [True, pytest.param(False, marks=pytest.mark.long)], ids=["with a script", "without"]
)
ADD = "/admin/articles/article/add/"


@pytest.mark.long
@SCRIPTS
def test_a_story_is_published_corrected_compared_taken_back_and_withdrawn(visit: Visit, script: bool) -> None:
    wrong, right = named("Twenty ships came"), named("Twelve ships came")
    page = visit(java_script_enabled=script).sign_in("editor", ADD)
    page.fill("#id_headline", wrong)
    page.fill("#id_summary", "The harbour counted twenty ships at noon.")
    page.fill("#id_body", "<p>They lay three abreast.</p>")
    page.select_option("#id_section", label="World")
    page.click("input[name=_continue]")
    address = page.url
    story = re.search(r"/article/(\d+)/", address)
    assert story is not None
    page.click("[name=_publish]")
    expect(page.locator(".messagelist .success")).to_contain_text("Published")

    # Corrected, with a note in public.
    page.goto(address)
    page.fill("#id_headline", right)
    page.fill("#id_summary", "The harbour counted twelve ships at noon.")
    page.select_option("[name=verb-kind]", "correction")
    page.fill("[name=verb-note]", "It was twelve, not twenty.")
    page.click("[name=_publish]")
    expect(page.locator(".messagelist .success")).to_contain_text("Published")
    reader = visit().page
    reader.goto("/corrections/")
    entry = reader.locator(".correction", has_text=right)
    expect(entry).to_contain_text("It was twelve, not twenty.")
    entry.locator("a").click()
    expect(reader.locator("h1")).to_have_text(right)
    expect(reader.locator(".note--correction")).to_contain_text("It was twelve, not twenty.")

    # Compared: from the list below the story to the page of both.
    page.goto(address)
    page.click("text=with edition 1")
    expect(page.locator("del").first).to_be_visible()
    assert "Twenty" in page.locator("del").all_inner_texts()
    assert "Twelve" in page.locator("ins").all_inner_texts()
    expect(page.locator(".difference", has_text="Summary").locator("ins")).to_have_text(["twelve"])

    # Taken back: the working copy has the words, and readers do not see them.
    page.click("text=Take edition 1 back into the working copy")
    expect(page.locator(".messagelist .success")).to_contain_text("Edition 1 was taken back")
    expect(page.locator("#id_headline")).to_have_value(wrong)
    reader.reload()
    expect(reader.locator("h1")).to_have_text(right)

    # Withdrawn: gone from the story's URL and from the corrections.
    page.click("[name=_withdraw]")
    expect(page.locator(".messagelist .success")).to_contain_text("Withdrawn")
    gone = reader.reload()
    assert gone is not None
    assert gone.status == 404
    reader.goto("/corrections/")
    expect(reader.locator(".correction", has_text=right)).to_have_count(0)


def test_the_corrections_fit_every_screen(visit: Visit, portal: Portal) -> None:
    for width in (320, 768, 1280):
        page = visit(viewport={"width": width, "height": 800}).open("/corrections/")
        assert page.evaluate("document.documentElement.scrollWidth") <= width

"""A reader searches from the head of a page, by keyboard alone."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Visit


def test_a_search_from_the_masthead_by_keyboard_shows_the_words_marked(visit: Visit) -> None:
    page = visit(viewport={"width": 1280, "height": 800}).open("/articles/1/nato-south-korea/")
    # The link to the content, the name of the paper, and then the field.
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.type("korea")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=korea")
    expect(page.locator(".hit__headline mark").first).to_have_text(re.compile("korea", re.IGNORECASE))
    expect(page.locator("#search-q")).to_have_value("korea")
    page.click(".hit__headline a >> nth=0")
    page.wait_for_url("**/articles/**")


def test_on_a_phone_a_link_leads_to_the_search_and_nothing_is_wider_than_the_screen(visit: Visit) -> None:
    page = visit(viewport={"width": 360, "height": 700}, java_script_enabled=True).open("/")
    page.click(".masthead__search-link")
    page.fill("#search-q", "दिल्ली")
    page.press("#search-q", "Enter")
    page.wait_for_url("**/search/?q=*")
    expect(page.locator(".search__count")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360

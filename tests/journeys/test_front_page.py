"""An editor arranges the front page by keyboard alone, looks at it before anybody else does, and breaks news."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit

PAGE = "/admin/articles/frontpage/"
LEAD, SECOND = "swifts stay in the air", "The Lyric raises its curtain"


@pytest.fixture
def put_back(visit: Visit) -> Iterator[None]:
    """The demo's own arrangement, for the journeys after this one."""
    yield
    page = visit().sign_in("editor", f"{PAGE}?from=1")
    page.click("text=Save the front page")
    expect(page.locator(".messagelist .success")).to_contain_text("Saved")


def _choose(page: Page, place: int, words: str) -> None:
    """By keyboard: open the search of a place, type, take the result."""
    page.locator(f".select2-selection[aria-labelledby~='select2-id_place-{place}-story-container']").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".select2-search__field")).to_be_focused()
    page.keyboard.type(words)
    expect(page.locator(".select2-results__option--highlighted")).to_contain_text(words)
    page.keyboard.press("Enter")
    expect(page.locator(f"#select2-id_place-{place}-story-container")).to_contain_text(words)


def _press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).focus()
    page.keyboard.press("Enter")


@pytest.mark.long
def test_the_front_page_is_arranged_by_keyboard_previewed_and_saved(visit: Visit, put_back: None) -> None:
    page = visit().sign_in("editor", PAGE)
    _choose(page, 0, LEAD)
    _choose(page, 1, SECOND)
    _press(page, "Move down: Second row, 1")
    expect(page.locator("#arranged")).to_contain_text("is now in place 3 of 4: Second row, 2.")
    expect(page.get_by_role("button", name="Move down: Second row, 2", exact=True)).to_be_focused()
    _press(page, "Move up: Politics")
    expect(page.locator("#arranged")).to_have_text("Politics is now in place 1 of 5.")
    expect(page.get_by_role("button", name="Move down: Politics", exact=True)).to_be_focused()

    _press(page, "Preview below")
    preview = page.frame_locator("iframe[name=front-preview]")
    expect(preview.locator(".card--lead")).to_contain_text(LEAD)
    expect(preview.locator(".card--second").nth(1)).to_contain_text(SECOND)
    expect(preview.locator(".front-block__title").first).to_have_text("Politics")
    reader = visit().open("/")
    expect(reader.locator(".card--lead")).not_to_contain_text(LEAD)

    _press(page, "Save the front page")
    expect(page.locator(".messagelist .success")).to_contain_text("Saved: it is public now.")
    reader.reload()
    expect(reader.locator(".card--lead")).to_contain_text(LEAD)
    expect(reader.locator(".card--second").nth(1)).to_contain_text(SECOND)
    expect(reader.locator(".front-block__title").first).to_have_text("Politics")


def test_rows_are_dragged_to_their_places(visit: Visit) -> None:
    page = visit().sign_in("editor", PAGE)
    rows = page.locator(".arrange--sections [data-item]")
    last = rows.last.get_attribute("data-name")
    rows.last.locator("[data-handle]").drag_to(rows.first, target_position={"x": 40, "y": 4})
    expect(rows.first).to_have_attribute("data-name", str(last))
    expect(page.locator("#arranged")).to_have_text(f"{last} is now in place 1 of 5.")


def test_without_a_script_the_front_page_is_arranged_by_lists_and_numbers(visit: Visit, put_back: None) -> None:
    page = visit(java_script_enabled=False).sign_in("editor", PAGE)
    option = page.locator("#id_place-0-story option", has_text=LEAD)
    page.select_option("#id_place-0-story", str(option.get_attribute("value")))
    page.locator("li", has_text="Politics").get_by_role("spinbutton").fill("1")
    page.locator("li", has_text="World").get_by_role("spinbutton").fill("2")
    page.click("text=Save the front page")
    expect(page.locator(".messagelist .success")).to_contain_text("Saved: it is public now.")
    page.goto("/")
    expect(page.locator(".card--lead")).to_contain_text(LEAD)
    expect(page.locator(".front-block__title").first).to_have_text("Politics")


@pytest.mark.long
def test_the_second_of_two_editors_is_told_and_loses_nothing(visit: Visit, put_back: None) -> None:
    first, second = visit().sign_in("editor", PAGE), visit().sign_in("admin", PAGE)
    _choose(first, 0, LEAD)
    _choose(second, 0, SECOND)
    first.click("text=Save the front page")
    expect(first.locator(".messagelist .success")).to_contain_text("Saved")
    second.click("text=Save the front page")
    expect(second.locator(".messagelist .error")).to_contain_text("set the front page at")
    expect(second.locator("#select2-id_place-0-story-container")).to_contain_text(SECOND)


def test_news_breaks_on_every_page_until_it_is_ended(visit: Visit) -> None:
    page = visit().sign_in("editor", PAGE)
    page.click("text=Announce breaking news")
    page.fill("#id_breaking-text", "The old bridge at Tidewick has fallen")
    page.click("#breaking-form input[type=submit]")
    expect(page.locator(".messagelist .success")).to_contain_text("Announced")
    reader = visit().open("/guidelines/")
    region = reader.get_by_role("region", name="Breaking news")
    expect(region).to_contain_text("The old bridge at Tidewick has fallen")
    page.click("text=End now")
    expect(page.locator(".messagelist .success")).to_contain_text("Ended")
    reader.reload()
    expect(region).to_have_count(0)


def test_pictures_further_down_come_when_the_page_is_there_and_before_anybody_scrolls(visit: Visit) -> None:
    page = visit(viewport={"width": 360, "height": 640}).open("/")
    expect(page.locator("main img").last).to_have_js_property("complete", value=True)
    assert page.evaluate("scrollY") == 0


def test_who_saves_data_gets_pictures_as_they_come_near_them(visit: Visit) -> None:
    visitor = visit(viewport={"width": 360, "height": 640})
    visitor.page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    page = visitor.open("/")
    page.wait_for_load_state("networkidle")
    expect(page.locator("main img").last).to_have_js_property("complete", value=False)

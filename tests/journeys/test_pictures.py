"""An editor fills the library by dropping files; a focal point is moved by keys; a picture in use is not deleted."""

import base64
import re
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import servers
from tests.articles.images import image_bytes, photograph
from tests.journeys.conftest import Visit
from tests.journeys.words import named
from tests.servers import PASSWORD, Portal

LIST = "/admin/articles/picture/"
# Drops the files on the zone as a browser does when its user lets go of them.
DROP = """(zone, files) => {
  const held = new DataTransfer();
  for (const { name, type, content } of files) {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    held.items.add(new File([bytes], name, { type }));
  }
  for (const kind of ["dragenter", "dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(kind, { dataTransfer: held, bubbles: true, cancelable: true }));
  }
}"""


def _drop(page: Page, **files: bytes) -> None:
    kinds = {"jpg": "image/jpeg", "png": "image/png", "svg": "image/svg+xml"}
    given = [
        {
            "name": name.replace("_", "."),
            "type": kinds[name.rpartition("_")[2]],
            "content": base64.b64encode(content).decode(),
        }
        for name, content in files.items()
    ]
    page.locator("[data-drop-zone]").evaluate(DROP, given)


def test_dropped_files_become_pictures_with_words_of_their_own(visit: Visit) -> None:
    page = visit().sign_in("editor", LIST)
    _drop(page, one_jpg=photograph("JPEG", (1200, 800)), two_png=image_bytes("PNG", (900, 700)), three_svg=b"<svg/>")
    rows = page.locator(".drop__row")
    expect(rows).to_have_count(3)
    expect(rows.nth(0).locator("[name=alt]")).to_be_focused()
    expect(rows.nth(2).locator(".drop__error")).to_have_text("Pictures are taken as JPEG, PNG or WebP.")

    first, second = named("A gull"), named("A boat")
    rows.nth(1).locator("[name=alt]").fill(second)
    rows.nth(1).locator("[name=caption]").fill("At noon.")
    rows.nth(1).locator("[type=submit]").click()
    expect(page.locator(".drop__added a")).to_have_text([second])

    rows.nth(0).locator("[name=caption]").fill("Kept while it is refused.")
    rows.nth(0).locator("[type=submit]").click()
    expect(rows.nth(0).locator(".drop__error")).to_have_text("Say what the picture shows, or mark it as decorative.")
    expect(rows.nth(0).locator("[name=caption]")).to_have_value("Kept while it is refused.")
    expect(rows.nth(0).locator("[name=alt]")).to_be_focused()
    rows.nth(0).locator("[name=alt]").fill(first)
    page.keyboard.press("Tab")
    rows.nth(1).locator("[data-row-drop]").click()
    rows.nth(0).locator("[type=submit]").click()
    expect(page.locator(".drop__added a")).to_have_text([first, second])
    expect(rows).to_have_count(0)

    page.fill("#searchbar", first)
    page.keyboard.press("Enter")
    expect(page.locator(".library__words")).to_have_text([first])
    assert page.locator(".library__picture").evaluate("image => image.decode().then(() => image.naturalWidth)") == 320


def test_a_session_that_ends_costs_no_word_of_what_was_dropped(visit: Visit) -> None:
    page = visit().sign_in("editor", LIST)
    _drop(page, one_jpg=image_bytes("JPEG", (700, 500)))
    row, words = page.locator(".drop__row"), named("A lamp")
    row.locator("[name=alt]").fill(words)
    page.context.clear_cookies()
    row.locator("[type=submit]").click()
    expect(row.locator(".drop__error")).to_contain_text("You are signed out.")
    second = page.context.new_page()
    second.goto("/admin/login/")
    second.fill("#id_username", "editor")
    second.fill("#id_password", PASSWORD)
    second.click("input[type=submit]")
    expect(row.locator("[name=alt]")).to_have_value(words)
    row.locator("[type=submit]").click()
    expect(page.locator(".drop__added a")).to_have_text([words])


def test_the_focal_point_is_moved_by_keys_and_by_clicks_and_the_crops_follow(visit: Visit, tmp_path: Path) -> None:
    page = visit().sign_in("editor", f"{LIST}add/")
    file = tmp_path / "wide.png"
    file.write_bytes(image_bytes("PNG", (1500, 500)))
    page.set_input_files("#id_file", file)
    point = page.locator("[data-focus-point]")
    crop = page.locator("[data-ratio]").first.locator("img")
    centred = _moved(crop)
    point.press("ArrowRight")
    point.press("Shift+ArrowRight")
    point.press("ArrowUp")
    expect(page.locator("#id_ppoi_0")).to_have_value("61")
    expect(page.locator("#id_ppoi_1")).to_have_value("49")
    expect(point).to_have_attribute("aria-label", "Focal point: 61 % from the left, 49 % from the top")
    assert _moved(crop) < centred
    page.locator("[data-focus-picture]").click(position={"x": 0, "y": 0})
    expect(page.locator("#id_ppoi_0")).to_have_value("0")
    assert _moved(crop) == 0
    page.fill("#id_alt", named("A long pier"))
    page.click("input[name=_continue]")
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator("#id_ppoi_0")).to_have_value("0")
    expect(page.locator("[data-focus-stage]")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_a_picture_is_added_and_deleted_and_one_in_use_is_not(visit: Visit, script: bool, tmp_path: Path) -> None:
    words = named("A harbour")
    page = visit(java_script_enabled=script).sign_in("editor", f"{LIST}add/")
    file = tmp_path / "harbour.jpg"
    file.write_bytes(photograph("JPEG", (900, 600)))
    page.set_input_files("#id_file", file)
    page.fill("#id_alt", words)
    page.click("input[name=_continue]")
    expect(page.locator(".messagelist .success")).to_contain_text(words)
    expect(page.locator("body")).to_contain_text("Nothing uses this picture.")
    page.click("a.deletelink")
    page.click("input[type=submit]")
    expect(page.locator(".messagelist .success")).to_contain_text(words)

    page.goto("/admin/articles/picture/?q=NATO")
    page.locator(".library__item a").first.click()
    expect(page.locator(".library-uses li")).not_to_have_count(0)
    page.click("a.deletelink")
    expect(page.locator("h1")).to_have_text("This picture is in use")
    page.locator(".library-uses a").first.click()
    expect(page).to_have_url(re.compile(r"/admin/articles/article/\d+/change/"))


def test_the_browser_takes_the_lightest_kind_that_it_knows(visit: Visit, portal: Portal) -> None:
    visitor = visit()
    # The worker makes it for the demo's pictures, soon after the first start.
    front = partial(visitor.page.request.get, portal.url)
    servers.wait_until(lambda: "image/avif" in front().text().partition("card--lead")[2].partition("<img")[0], 60)
    page = visitor.open("/")
    lead = page.locator(".card--lead img")
    assert lead.evaluate("image => image.decode().then(() => image.currentSrc)").endswith(".avif")
    expect(lead).to_have_attribute("fetchpriority", "high")
    # As it is sent; on the front page a script requests them once everything else is there.
    assert front().text().partition("card--card")[2].partition("<img")[2].split(">")[0].count('loading="lazy"') == 1


def _moved(image: object) -> float:
    """How far a picture is shifted behind the window of its crop."""
    return float(image.evaluate("image => parseFloat(image.style.marginLeft)"))  # type: ignore[attr-defined]

"""`make pictures`: the pictures of readers' and staff's pages in the documentation, taken from the demo edition."""

import io
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from tests import servers

DOCS = servers.ROOT / "docs"
STORY = "/articles/1/nato-south-korea/"
HEIGHTS = {360: 780, 1280: 900}
# Sharp enough to judge a page by, and small enough to keep one for each page.
QUALITY = 72


@dataclass(frozen=True)
class Shot:
    """One picture: its name, what it shows, from which element on (`at`, a selector), and as which member of staff."""

    name: str
    path: str
    dark: bool = False
    at: str = ""
    who: str = ""


SHOTS = (
    Shot("front", "/"),
    Shot("front-dark", "/", dark=True),
    Shot("front-sections", "/", at=".front-blocks"),
    Shot("story", STORY),
    Shot("story-dark", "/articles/8/cranes-move/", dark=True),
    Shot("story-text", "/articles/8/cranes-move/", at=".key-points"),
    Shot("comments", "/articles/7/evening-council/", at="#comments"),
    Shot("comment-form", "/articles/1/comments/new/"),
    Shot("section", "/sections/culture/"),
    Shot("person", "/people/marit-oskarlund/"),
    Shot("search", "/search/?q=harbour"),
    Shot("corrections", "/corrections/"),
    Shot("guidelines", "/guidelines/"),
    Shot("moderation", "/moderation/"),
    Shot("lost", "/nowhere/"),
)
# At a desk's width only, beside the text about them.
STAFF = (
    Shot("editing-newsroom", "/admin/", who="editor"),
    Shot("editing-story", "/admin/articles/article/8/change/", who="editor"),
    Shot("editing-front-page", "/admin/articles/frontpage/", who="editor"),
    Shot("moderating-desk", "/admin/comments/comment/", who="moderator"),
    Shot("moderating-figures", "/admin/comments/decision/figures/", dark=True, who="moderator"),
)


def main() -> int:
    """The exit status: 0, or 1 without Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.stderr.write("There is no Chromium on this machine, so no picture was taken.\n")
        return 1
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with (
        tempfile.TemporaryDirectory() as folder,
        servers.portal(Path(folder)) as portal,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        take(browser, portal.url)
        browser.close()
    return 0


def take(browser: Browser, url: str) -> None:
    """Take every picture, the readers' at the widths of a phone and of a desk; and the one that README begins with."""
    for width, height in HEIGHTS.items():
        for shot in SHOTS:
            _keep(DOCS / "pages" / f"{shot.name}-{width}.jpg", _shown(browser, url, shot, width, height))
    _keep(DOCS / "story.jpg", _shown(browser, url, Shot("story", STORY), 1280, 1750))
    for shot in STAFF:
        _keep(DOCS / f"{shot.name}.jpg", _shown(browser, url, shot, 1280, 1000))


def _shown(browser: Browser, url: str, shot: Shot, width: int, height: int) -> bytes:
    page = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme="dark" if shot.dark else "light", base_url=url
    )
    if shot.who:
        _sign_in(page, shot.who)
    # On the second visit the fonts are at hand, as they are for a reader.
    for _ in range(2):
        page.goto(shot.path)
    if shot.at:
        page.locator(shot.at).first.evaluate("element => element.scrollIntoView()")
    _wait_for_pictures(page)
    made = page.screenshot()
    page.close()
    return made


def _sign_in(page: Page, username: str) -> None:
    page.goto("/admin/login/")
    page.fill("#id_username", username)
    page.fill("#id_password", servers.PASSWORD)
    page.click("input[type=submit]")


def _wait_for_pictures(page: Page) -> None:
    """The pictures that the shot shows; others are fetched when a reader comes to them."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function(
        """() => document.fonts.status === "loaded" && [...document.images].every((image) => {
            const { top, bottom } = image.getBoundingClientRect();
            return bottom <= 0 || top > innerHeight || (image.complete && image.naturalWidth > 0);
        })"""
    )


def _keep(path: Path, png: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    Image.open(io.BytesIO(png)).convert("RGB").save(path, quality=QUALITY, optimize=True, progressive=True)


if __name__ == "__main__":
    raise SystemExit(main())

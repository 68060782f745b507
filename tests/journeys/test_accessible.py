"""axe finds nothing, light and dark, small and large; and no page writes to the console."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.conftest import Visit
from tests.journeys.words import FORTY_NINE, named, text

STORY = "/articles/1/nato-south-korea/"
SMALL, LARGE = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


def _form_with_errors(page: Page) -> None:
    page.goto("/articles/1/comments/new/")
    page.fill("#id_email", "no address")
    page.fill("#id_body", FORTY_NINE)
    page.click("#comment-form button[type=submit]")
    page.wait_for_selector(".error-summary")


def _own_page(page: Page) -> None:
    page.goto("/articles/3/comments/new/")
    page.fill("#id_name", named("Axel"))
    page.fill("#id_body", text())
    page.click("#comment-form button[type=submit]")
    page.wait_for_url("**/my-comment/**")


# Checked small and large; the other pages have no element that these do not have, and are checked small.
OFTEN: dict[str, Callable[[Page], Any]] = {
    "story": lambda page: page.goto(STORY),
    "front": lambda page: page.goto("/"),
    "form with errors": _form_with_errors,
    "own page": _own_page,
}
ONCE: dict[str, Callable[[Page], Any]] = {
    "corrected story": lambda page: page.goto("/articles/5/"),
    "story in another script": lambda page: page.goto("/articles/3/"),
    "section": lambda page: page.goto("/sections/world/"),
    "comments": lambda page: page.goto("/articles/1/comments/"),
    "page about the paper": lambda page: page.goto("/ethics/"),
    "guidelines": lambda page: page.goto("/guidelines/"),
    "figures of moderation": lambda page: page.goto("/moderation/"),
    "not found": lambda page: page.goto("/never/"),
}


# A story is checked where it is written (`test_writing.py`): axe tries its styles against that page's policy.
STAFF = {
    "editor": ("", "articles/article/", "articles/frontpage/", "articles/picture/", "account/"),
    "moderator": ("comments/comment/?queue=all", "comments/decision/", "comments/decision/figures/"),
}


@pytest.mark.parametrize(
    ("scheme", "size"),
    [
        ("light", SMALL),
        ("dark", LARGE),
        pytest.param("light", LARGE, marks=pytest.mark.long),
        pytest.param("dark", SMALL, marks=pytest.mark.long),
    ],
    ids=["light, small", "dark, large", "light, large", "dark, small"],
)
def test_axe_finds_nothing(visit: Visit, scheme: str, size: Any) -> None:
    page = visit(color_scheme=scheme, viewport=size).page
    found = {}
    for name, go in (OFTEN | ONCE if size is SMALL else OFTEN).items():
        go(page)
        found[name] = _violations(page)
    assert {name: rules for name, rules in found.items() if rules} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_newsroom_and_desk(visit: Visit, theme: str) -> None:
    """In the theme that Django's switch chooses, whatever the system's theme is."""
    other = "dark" if theme == "light" else "light"
    found = {}
    for username, paths in STAFF.items():
        visitor = visit(color_scheme=other, viewport=LARGE)
        visitor.page.add_init_script(f"localStorage.setItem('theme', '{theme}')")
        for path in paths:
            page = visitor.sign_in(username, f"/admin/{path}")
            found[path] = _violations(page)
        shown = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('color-scheme')")
        assert shown == theme
    assert {path: rules for path, rules in found.items() if rules} == {}


def _violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds: its rule, and the beginnings of the elements."""
    results = Axe().run(page)
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in results.response["violations"]]


def test_no_page_scrolls_sideways(visit: Visit) -> None:
    page = visit().page
    for name, go in (OFTEN | ONCE).items():
        go(page)
        for width in (320, 360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (name, width, wide)


def test_neither_lists_of_the_newsroom_nor_their_frames_scroll_sideways(visit: Visit) -> None:
    """What people look up on a phone or a tablet is on the screen: which stories there are, and what was decided."""
    found = {}
    for path in ("articles/article/", "articles/errorreport/", "articles/housepage/", "comments/decision/"):
        page = visit().sign_in("admin", f"/admin/{path}")
        for width in (360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            found[path, width] = page.evaluate(
                """() => [document.documentElement, ...document.querySelectorAll(".results, .log-frame, .ledger-frame")]
                    .map(frame => Math.max(0, frame.scrollWidth - frame.clientWidth))"""
            )
    assert {where: sides for where, sides in found.items() if sides != [0, 0]} == {}


def test_no_public_page_complains(visit: Visit) -> None:
    """Every page linked from the front page and a story, one of each kind; `visit` asserts a quiet console."""
    page = visit().page
    page.goto("/")
    paths = ["/", STORY, "/articles/1/comments/?sort=oldest", "/articles/1/comments/new/", "/guidelines/", "/never/"]
    for kind in ("/sections/", "/tags/", "/people/", "/articles/"):
        for start in ("/", STORY, "/articles/2/fishing-ground/"):
            page.goto(start)
            links = page.locator(f"a[href^='{kind}']")
            paths += [str(links.first.get_attribute("href"))] if links.count() else []
    for path in dict.fromkeys(paths):
        page.goto(path)
        page.wait_for_load_state("load")
    assert {path.split("/")[1] for path in paths} >= {"sections", "tags", "people", "articles"}


@pytest.mark.long
def test_no_staff_page_complains(visit: Visit) -> None:
    page = visit().sign_in("admin")
    for path in (
        "articles/article/",
        "articles/article/add/",
        "articles/article/1/change/",
        "articles/picture/",
        "articles/picture/add/",
        "articles/person/add/",
        "articles/section/",
        "articles/housepage/",
        "articles/housepage/about/change/",
        "comments/comment/",
        "comments/comment/?queue=all",
        "comments/comment/1/change/",
        "comments/thread/",
        "auth/user/",
        "auth/user/add/",
        "auth/user/2/change/",
        "auth/user/2/leaving/",
        "account/",
        "account/app/",
        "password_change/",
    ):
        response = page.goto(f"/admin/{path}")
        assert response is not None
        assert response.status == 200, path
        page.wait_for_load_state("load")

"""The real server with the demo edition, and a real browser in front of it. Nothing here touches the database."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests import servers
from tests.servers import PASSWORD, Mailbox, Portal


@pytest.fixture(scope="package")
def portal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """`manage.py serve` with files, a port and a database of its own; ended as Ctrl-C ends it."""
    mailbox = Mailbox()
    smtp = Controller(mailbox, hostname="127.0.0.1", port=servers.free_port())
    smtp.start()
    try:
        with servers.own_database("journeys") as database:
            email, folder = f"smtp://127.0.0.1:{smtp.port}", tmp_path_factory.mktemp("portal")
            if not database:
                shutil.copytree(request.getfixturevalue("demo") / "var", folder / "var")
            with servers.portal(folder, DATABASE_URL=database, EMAIL_URL=email) as running:
                running.mailbox = mailbox
                yield running
    finally:
        smtp.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; skips with a message if it is missing. Ended with the journeys: its driver keeps an event
    loop in the main thread, where Django refuses all database access."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("there is no Chromium on this machine; the browser's journeys were not made")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=flags)
        yield launched
        launched.close()


@dataclass
class Visitor:
    """A browser window of somebody's own. Complaints in its console are kept."""

    page: Page
    portal: Portal
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path of the portal."""
        response = self.page.goto(self.portal.url + path)
        assert response is not None
        return self.page

    def sign_in(self, username: str, path: str = "/admin/") -> Page:
        """Sign in as one of the demo's people, and go on to a path. An earlier user keeps their session."""
        known = self.portal.sessions.get(username)
        if known:
            self.page.context.add_cookies(known)
            return self.open(path)
        self.open(f"/admin/login/?next={path}")
        self.page.fill("#id_username", username)
        self.page.fill("#id_password", PASSWORD)
        with self.page.expect_navigation():
            self.page.click("input[type=submit]")
        self.portal.sessions[username] = self.page.context.cookies(f"{self.portal.url}/admin/")
        return self.page


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, portal: Portal, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Visit]:
    """Opens windows: `visit()`, `visit(java_script_enabled=False)`. Each must end without a complaint in its console
    and without a request to another site; if the test fails, a picture of each is left in its folder."""
    opened: list[tuple[BrowserContext, Visitor]] = []

    def open_window(**options: Any) -> Visitor:
        # Without graphics hardware the processor draws the transition from one page to the next, frame by frame.
        context = browser.new_context(base_url=portal.url, **{"reduced_motion": "reduce", **options})
        context.set_default_timeout(15_000)
        visitor = Visitor(context.new_page(), portal)

        def hear(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"} and not _is_told_status(message):
                visitor.complaints.append(f"{message.text} ({visitor.page.url})")

        def look(request: Request) -> None:
            if urlsplit(request.url).netloc not in {"", urlsplit(portal.url).netloc}:
                visitor.complaints.append(f"asked for {request.url} ({visitor.page.url})")

        context.on("request", look)
        visitor.page.on("console", hear)
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(f"{error} ({visitor.page.url})"))
        opened.append((context, visitor))
        return visitor

    yield open_window
    failed = getattr(request.node, "failed", False)
    complaints = [words for _context, visitor in opened for words in visitor.complaints]
    for number, (context, visitor) in enumerate(opened):
        if failed or complaints:
            visitor.page.screenshot(path=tmp_path / f"window-{number}.png", full_page=True)
        context.close()
    assert complaints == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Tell the windows that their test has failed, so that they leave a picture."""
    report = yield
    if report.when == "call":
        item.failed = report.failed  # type: ignore[attr-defined]
    return report


def _is_told_status(message: ConsoleMessage) -> bool:
    """Chromium writes a line for each page with a status over 399; those are answers that we gave on purpose."""
    return "the server responded with a status of" in message.text and message.location["url"].find("/static/") < 0

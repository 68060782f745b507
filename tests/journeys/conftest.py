"""The real server with the demo edition, and a real browser in front of it. Nothing here touches the database."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "a-password-for-the-journeys"
# A start migrates and makes the demo edition with its pictures, and takes 20 s of a core that does nothing else.
START_SECONDS = 120.0
STOP_SECONDS = 30.0
LOOK_SECONDS = 0.05


@dataclass
class Mailbox:
    """What the SMTP server took, message by message."""

    messages: list[str] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.messages.append(envelope.content.decode())
        self.came.set()
        return "250 OK"


@dataclass
class Portal:
    """A running portal: where it is, and where its mail goes."""

    port: int
    process: subprocess.Popen[bytes]
    mailbox: Mailbox
    log: Path
    sessions: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """`manage.py serve` with files, a port and, on PostgreSQL, a database of its own; ended as Ctrl-C ends it."""
    folder = tmp_path_factory.mktemp("portal")
    mailbox = Mailbox()
    smtp = Controller(mailbox, hostname="127.0.0.1", port=_free_port())
    smtp.start()
    database = _own_database()
    environment = {
        **{name: value for name, value in os.environ.items() if name not in _NOT_HANDED_ON},
        "VAR_DIR": str(folder / "var"),
        "PORT": str(_free_port()),
        "DEMO_PASSWORD": PASSWORD,
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp.port}",
        **({"DATABASE_URL": database} if database else {}),
    }
    log = folder / "log"
    command = [sys.executable, str(ROOT / "manage.py"), "serve"]
    with log.open("wb") as out:
        # A session of its own, so that nothing but our signal ends it; stdin closed, as a service has it.
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True
        )
    running = Portal(int(environment["PORT"]), process, mailbox, log)
    family: set[int] = set()
    try:
        _wait_until(lambda: _answers(running), START_SECONDS, running)
        family = _descendants(process.pid)
        yield running
    finally:
        _end(process)
        smtp.stop()
        _drop(database)
    assert process.returncode == 0, log.read_text()[-2000:]
    assert len(family) >= 3
    assert {pid for pid in family if _is_alive(pid)} == set()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; skips, saying so, where it is missing."""
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
    """A browser window of somebody's own. What its console complains of is kept."""

    page: Page
    portal: Portal
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path of the portal."""
        response = self.page.goto(self.portal.url + path)
        assert response is not None
        return self.page

    def sign_in(self, username: str, path: str = "/admin/") -> Page:
        """Sign in as one of the demo's people, and go on to a path. Whoever was signed in before keeps the session."""
        known = self.portal.sessions.get(username)
        if known:
            self.page.context.add_cookies(known)
            return self.open(path)
        self.open(f"/admin/login/?next={path}")
        self.page.fill("#id_username", username)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("input[type=submit]")
        self.portal.sessions[username] = self.page.context.cookies(f"{self.portal.url}/admin/")
        return self.page


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, portal: Portal, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Visit]:
    """Opens windows: `visit()`, `visit(java_script_enabled=False)`. Each must end without a complaint in its console;
    where the test fails, a picture of each is left in its folder."""
    opened: list[tuple[BrowserContext, Visitor]] = []

    def open_window(**options: Any) -> Visitor:
        context = browser.new_context(base_url=portal.url, **options)
        context.set_default_timeout(15_000)
        visitor = Visitor(context.new_page(), portal)

        def hear(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"} and not _is_told_status(message):
                visitor.complaints.append(f"{message.text} ({visitor.page.url})")

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


# --- How ------------------------------------------------------------------------------------------------------------

# What the tests set for themselves and the server must find for itself.
_NOT_HANDED_ON = {
    "DJANGO_SETTINGS_MODULE",
    "SECRET_KEY",
    "VAR_DIR",
    "DATABASE_URL",
    "SITE_URL",
    "HOST",
    "WORKERS",
    "PYTHONWARNINGS",
}


def _is_told_status(message: ConsoleMessage) -> bool:
    """Chromium writes a line for each page of a status over 399; those are answers that we gave on purpose."""
    return "the server responded with a status of" in message.text and message.location["url"].find("/static/") < 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(running: Portal) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", running.port)) == 0


def _wait_until(condition: Callable[[], bool], seconds: float, running: Portal) -> None:
    """Look again and again, for so long; fail with the server's last words."""
    pause = threading.Event()
    for _ in range(int(seconds / LOOK_SECONDS)):
        if condition():
            return
        assert running.process.poll() is None, running.log.read_text()[-4000:]
        pause.wait(LOOK_SECONDS)
    raise AssertionError(f"not within {seconds} seconds:\n{running.log.read_text()[-4000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _descendants(pid: int) -> set[int]:
    """A process and all below it, read from /proc."""
    children: dict[int, set[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), set()).add(int(stat.parent.name))
    found, waiting = set(), {pid}
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting |= children.get(one, set()) - found
    return found


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _own_database() -> str:
    """The address of a new database beside the tests' own; empty on SQLite, whose file lies in the server's folder."""
    chosen = settings.DATABASES["default"]
    if "postgresql" not in chosen["ENGINE"]:
        return ""
    name = f"journeys_{secrets.token_hex(6)}"
    _execute(f'CREATE DATABASE "{name}"')
    password = f":{chosen['PASSWORD']}" if chosen["PASSWORD"] else ""
    port = f":{chosen['PORT']}" if chosen["PORT"] else ""
    return f"postgres://{chosen['USER']}{password}@{chosen['HOST']}{port}/{name}"


def _drop(database: str) -> None:
    if database:
        _execute(f'DROP DATABASE "{database.rpartition("/")[2]}"')


def _execute(statement: str) -> None:
    import psycopg

    chosen = settings.DATABASES["default"]
    parts = {"host": chosen["HOST"], "port": chosen["PORT"], "user": chosen["USER"], "password": chosen["PASSWORD"]}
    given = {name: value for name, value in parts.items() if value}
    with psycopg.connect(**given, dbname="postgres", autocommit=True) as connection:
        connection.execute(statement)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys in one process of a run in parallel: the portal is started once, and not for each of them."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("journeys"))

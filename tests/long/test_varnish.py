"""The portal behind Varnish with `deploy/varnish.vcl`: what it keeps, when it forgets, what it does without the
portal."""

import io
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from newsportal.pages.limits import PURGE_AGAIN_SECONDS, PURGE_LOOK_SECONDS, SHARED_SECONDS
from tests import servers
from tests.journeys.words import named, text
from tests.long.people import COMMENTS, DESK, STORY, Answer, Moderator, ask, write

VCL = servers.ROOT / "deploy" / "varnish.vcl"
ELSEWHERE = "127.0.0.2"
# The worker looks every half a second; the rest allows for a machine that does other things, too.
PURGE_BOUND = PURGE_LOOK_SECONDS + 1.5
# Two stories on which nothing is decided here; one's number is the beginning of the other's.
FIRST, OTHER = "/articles/1/nato-south-korea/", "/articles/10/ice-core/"
# One on which something is decided only once, so that no earlier purge is on its way.
LATE, LATE_COMMENTS = "/articles/3/kuen-ki-ghadi/", "/articles/3/comments/"


class Wire:
    """A port in front of another one that passes everything on; an answer can be held back."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._held = b""
        self._may_pass = threading.Event()
        self.is_holding = threading.Event()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    @contextmanager
    def held(self, path: str) -> Iterator[None]:
        """The next answer for this path does not pass while the block lasts; `is_holding` says that it waits."""
        self.is_holding.clear()
        self._may_pass.clear()
        self._held = f"GET {path} HTTP/1.1\r\n".encode()
        try:
            yield
        finally:
            self._held = b""
            self._may_pass.set()

    def _listen(self) -> None:
        while True:
            near, _address = self._door.accept()
            try:
                far = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                near.close()
                continue
            asked = bytearray()
            threading.Thread(target=self._forth, args=(near, far, asked), daemon=True).start()
            threading.Thread(target=self._back, args=(far, near, asked), daemon=True).start()

    def _forth(self, near: socket.socket, far: socket.socket, asked: bytearray) -> None:
        with near, far, suppress(OSError):
            while data := near.recv(65536):
                asked[:] = data
                far.sendall(data)
            far.shutdown(socket.SHUT_WR)
            near.recv(1)

    def _back(self, far: socket.socket, near: socket.socket, asked: bytearray) -> None:
        with suppress(OSError):
            while data := far.recv(65536):
                if self._held and asked.startswith(self._held) and not self.is_holding.is_set():
                    self.is_holding.set()
                    self._may_pass.wait()
                near.sendall(data)
            near.shutdown(socket.SHUT_RDWR)


@dataclass
class Site:
    """A portal that can be stopped and started again, and Varnish in front of it."""

    port: int
    folder: Path
    settings: dict[str, str]
    behind: int
    wire: Wire
    work: Path
    running: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        self.running.enter_context(servers.portal(self.folder, PORT=str(self.behind), **self.settings))

    def get(self, path: str, **headers: str) -> Answer:
        return ask(self.port, path, {name.replace("_", "-"): value for name, value in headers.items()})

    def hit(self, path: str) -> Answer:
        """The page from Varnish, requested until it is kept; for use after a purge, because another purge follows."""
        found: list[Answer] = []

        def is_hit() -> bool:
            found.append(self.get(path))
            return found[-1].is_hit

        servers.wait_until(is_hit, 5.0)
        return found[-1]

    def states(self) -> str:
        """What Varnish says about its backends: "portal healthy" and the like, a line each."""
        lines = [line.split() for line in self._run("varnishadm", "backend.list") if line.startswith("boot.")]
        return "\n".join(f"{line[0].removeprefix('boot.')} {line[3]}" for line in lines)

    def wait_for_purges(self) -> None:
        """Until no name waits to be purged, for the first or for the second time."""
        seen, since = self._purges(), time.monotonic()

        def is_quiet() -> bool:
            nonlocal seen, since
            if (now := self._purges()) != seen:
                seen, since = now, time.monotonic()
            return time.monotonic() - since > PURGE_AGAIN_SECONDS + PURGE_BOUND

        servers.wait_until(is_quiet, 60.0)

    def _purges(self) -> str:
        return self._run("varnishstat", "-1", "-f", "MAIN.bans_added")[0].split()[1]

    def _run(self, program: str, *arguments: str) -> list[str]:
        done = subprocess.run([program, "-n", str(self.work), *arguments], capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    def purge(self, name: str, source: str = "127.0.0.1") -> Answer:
        return ask(self.port, "/", {"Surrogate-Key": name}, method="PURGE", source=source)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Portal, wire and varnishd; skips with a message if there is no Varnish."""
    program = shutil.which("varnishd") or shutil.which("varnishd", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("there is no varnishd on this machine; deploy/varnish.vcl was not tried")
    behind, port = servers.free_port(), servers.free_port()
    wire = Wire(behind)
    settings = {
        "SITE_URL": f"http://127.0.0.1:{port}",
        "TRUSTED_PROXIES": "127.0.0.1",
        "METRICS_FROM": "127.0.0.1,203.0.113.9",
        "CDN_PURGE_URL": f"http://127.0.0.1:{port}/",
        "CDN_PURGE_HEADERS": "Surrogate-Key: {name}",
    }
    folder = tmp_path_factory.mktemp("varnish")
    vcl = folder / "portal.vcl"
    given = VCL.read_text()
    assert given.count('.port = "8000";') == 2
    vcl.write_text(given.replace('.port = "8000";', f'.port = "{wire.port}";'))
    # No jail: the folder is ours alone, and the tests need not run as root.
    patience = ["-p", "timeout_idle=30", "-p", "backend_idle_timeout=20"]
    files = ["-n", str(folder / "w"), "-f", str(vcl)]
    command = [program, "-F", "-j", "none", "-a", f"127.0.0.1:{port}", *files, *patience]
    with servers.own_database("varnish") as database:
        site = Site(
            port, tmp_path_factory.mktemp("portal"), {**settings, "DATABASE_URL": database}, behind, wire, folder / "w"
        )
        with site.running:
            site.start()
            with servers.started(command, folder / "log", until=lambda: servers.listens(port)):
                servers.wait_until(lambda: site.get("/health/ready").status == 200, 10.0, folder / "log")
                # The demo edition was made just now: each of its names is purged twice.
                site.wait_for_purges()
                yield site


@pytest.fixture(scope="module")
def moderator(site: Site) -> Moderator:
    return Moderator(site.port)


def _write(site: Site, article: int = 2) -> str:
    words = text()
    assert write(site.port, named("Bosun"), words, article=article).status == 303
    return words


def _tell(words: str) -> None:
    """Measured values, for a run of pytest with -s."""
    sys.stdout.write(f"\n{words}\n")


def test_a_page_that_was_read_is_not_asked_for_again(site: Site) -> None:
    site.hit(STORY)
    answers = [site.get(STORY) for _ in range(20)]
    assert [(answer.status, answer.is_hit) for answer in answers] == [(200, True)] * 20


def test_browsers_are_told_to_ask_each_time_and_nothing_that_is_ours(site: Site) -> None:
    kept, fresh = site.hit(FIRST), ask(site.behind, FIRST)
    ours = {"surrogate-key", "cdn-cache-control"}
    assert ours <= set(fresh.headers)
    assert "s-maxage=60" in fresh.headers["cache-control"]
    for answer in (kept, site.get(f"/?{uuid4()}"), site.get(FIRST, Cookie="sessionid=x")):
        assert answer.status == 200
        assert answer.headers["cache-control"] == "public, no-cache"
        assert ours & set(answer.headers) == set()
    assert (kept.text, kept.headers["etag"]) == (fresh.text, fresh.headers["etag"])


def test_who_has_the_page_is_told_so_by_varnish(site: Site) -> None:
    etag = site.hit(FIRST).headers["etag"]
    answer = site.get(FIRST, If_None_Match=etag)
    assert (answer.status, answer.text, answer.is_hit) == (304, "", True)
    assert answer.headers["cache-control"] == "public, no-cache"
    assert answer.headers["etag"] == etag


def test_whatever_a_browser_sends_along_it_is_the_same_page(site: Site) -> None:
    page = site.hit(FIRST)
    assert site.get(FIRST, Accept_Encoding="br, gzip;q=0.5").headers["content-encoding"] == "gzip"
    for answer in (
        site.get(FIRST, Accept_Encoding="identity"),
        site.get(FIRST, Accept_Encoding="zstd, br"),
        site.get(FIRST, Cookie="_ga=GA1.2.3; theme=dark"),
        site.get(FIRST, Cache_Control="no-cache"),
        site.get(f"{FIRST}?utm_source=x&fbclid=y&utm_medium=z"),
    ):
        assert (answer.is_hit, answer.text) == (True, page.text)
    paged = "/articles/2/comments/?sort=newest"
    site.hit(paged)
    assert site.get("/articles/2/comments/?fbclid=1&sort=newest&gclid=2").is_hit


def test_an_approval_is_on_the_next_page_within_the_time_of_a_purge(site: Site, moderator: Moderator) -> None:
    words = _write(site)
    site.hit(OTHER)
    took = []
    for _ in range(3):
        assert words not in site.hit(STORY).text
        site.hit(COMMENTS)
        decision = moderator.approve(words)
        took.append(servers.wait_until(lambda: words in site.get(STORY).text, PURGE_BOUND))
        assert words in site.get(COMMENTS).text
        assert site.get(OTHER).is_hit
        moderator.undo(decision)
        took.append(servers.wait_until(lambda: words not in site.get(STORY).text, PURGE_BOUND))
    _tell(f"from decision to Varnish: {', '.join(f'{one:.2f}' for one in took)} s")


def test_an_old_page_that_arrives_after_the_purge_goes_with_the_second_one(site: Site, moderator: Moderator) -> None:
    words = _write(site, article=3)
    site.wait_for_purges()
    site.hit(LATE_COMMENTS)
    late: list[Answer] = []
    reader = threading.Thread(target=lambda: late.append(site.get(LATE)))
    with site.wire.held(LATE):
        # The portal has answered with the old page, and the answer is on its way.
        reader.start()
        assert site.wire.is_holding.wait(5)
        moderator.approve(words)
        servers.wait_until(lambda: words in site.get(LATE_COMMENTS).text, PURGE_BOUND)
    reader.join()
    assert words not in late[0].text
    # This is why there is a second purge.
    kept = site.get(LATE)
    assert (kept.is_hit, words in kept.text) == (True, False)
    took = servers.wait_until(lambda: words in site.get(LATE).text, PURGE_AGAIN_SECONDS + PURGE_BOUND)
    _tell(f"an old page stayed until the second purge: {took:.2f} s")


def test_what_is_for_one_person_passes(site: Site, moderator: Moderator) -> None:
    site.hit(STORY)
    assert [moderator.get(STORY).is_hit for _ in range(2)] == [False, False]
    assert [site.get(STORY, Authorization="Basic eDp5").is_hit for _ in range(2)] == [False, False]
    desks = [moderator.get(DESK) for _ in range(2)]
    assert [(desk.status, desk.is_hit) for desk in desks] == [(200, False)] * 2
    doors = [site.get("/admin/login/") for _ in range(2)]
    assert [(door.status, door.is_hit) for door in doors] == [(200, False)] * 2
    assert len({door.headers["set-cookie"] for door in doors}) == 2
    own = write(site.port, named("Purser"), text()).headers["location"]
    pages = [site.get(own) for _ in range(2)]
    assert [(page.status, page.headers["cache-control"]) for page in pages] == [(200, "private, no-store")] * 2
    assert [page.is_hit for page in pages] == [False, False]


def test_what_is_not_there_is_asked_for_each_time(site: Site) -> None:
    missing = [site.get("/articles/99999/") for _ in range(2)]
    assert [(answer.status, answer.is_hit) for answer in missing] == [(404, False)] * 2


def test_large_bodies_pass_and_too_large_ones_are_refused_by_the_portal(site: Site) -> None:
    assert write(site.port, named("Cook"), "x" * 200_000).status == 422
    assert write(site.port, named("Cook"), "x" * 300_000).status == 413
    editor = Moderator(site.port, "editor")
    add = "/admin/articles/picture/add/"
    token = dict(part.split("=") for part in editor.cookies.split("; "))["csrftoken"]
    picture = _noise()
    assert len(picture) > 2_000_000
    fields = {"csrfmiddlewaretoken": token, "ppoi": "0.5x0.5", "alt": "Noise", "credit": "Nobody"}
    body = b"".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    )
    body += b'--x\r\nContent-Disposition: form-data; name="file"; filename="noise.jpg"\r\n'
    body += b"Content-Type: image/jpeg\r\n\r\n" + picture + b"\r\n--x--\r\n"
    headers = {"Cookie": editor.cookies, "Content-Type": "multipart/form-data; boundary=x"}
    answer = ask(site.port, add, headers, method="POST", body=body)
    assert (answer.status, answer.headers["location"]) == (302, "/admin/articles/picture/")


def test_who_asks_is_told_to_the_portal_and_cannot_be_made_up(site: Site) -> None:
    assert ask(site.port, "/metrics", {"X-Forwarded-For": "203.0.113.9"}).status == 200
    assert ask(site.port, "/metrics", {"X-Forwarded-For": "203.0.113.9"}, source=ELSEWHERE).status == 404
    assert ask(site.port, "/metrics", source=ELSEWHERE).status == 404


def test_only_the_portal_may_purge(site: Site) -> None:
    site.hit(FIRST)
    assert site.purge("article:1", source=ELSEWHERE).status == 403
    # As it looks from a proxy on this machine that passes on what a client sent.
    headers = {"Surrogate-Key": "article:1", "X-Forwarded-For": "203.0.113.9"}
    assert ask(site.port, "/", headers, method="PURGE").status == 403
    assert [site.purge(name).status for name in ("", "article:1 clock", ".*", 'a" || obj.status == 200')] == [400] * 4
    assert site.get(FIRST).is_hit


def test_a_purge_forgets_the_pages_that_show_this_name_and_no_other(site: Site) -> None:
    site.hit(FIRST)
    site.hit(OTHER)
    for name in ("article:0", "article", "1", "rticle:1", "article:", "Article:1"):
        assert site.purge(name).status == 200
    assert (site.get(FIRST).is_hit, site.get(OTHER).is_hit) == (True, True)
    assert site.purge("article:1").status == 200
    assert (site.get(FIRST).is_hit, site.get(OTHER).is_hit) == (False, True)
    site.hit(FIRST)
    assert site.purge("clock").status == 200
    assert (site.get(FIRST).is_hit, site.get(OTHER).is_hit) == (False, False)


def test_without_the_portal_old_pages_are_shown_and_afterwards_new_ones(site: Site, moderator: Moderator) -> None:
    words = _write(site)
    site.wait_for_purges()
    site.hit(STORY)
    site.running.close()
    servers.wait_until(lambda: not servers.listens(site.behind), 5.0)
    assert (site.get(STORY).status, site.get(STORY).is_hit) == (200, True)
    # Longer than a page is fresh, and longer than an old one is served while a new one is fetched.
    servers.wait_until(lambda: int(site.get(STORY).headers["age"]) > SHARED_SECONDS + 35, SHARED_SECONDS + 60)
    stale = site.get(STORY)
    assert (stale.status, stale.is_hit, stale.headers["cache-control"]) == (200, True, "public, no-cache")
    assert (site.get("/people/nobody/").status, moderator.get(DESK).status) == (503, 503)
    assert site.get("/people/nobody/").headers["cache-control"] == "no-store"
    with _failing(site.behind):
        servers.wait_until(lambda: "portal healthy" in site.states(), 20.0)
        assert site.get("/people/nobody/").status == 500
        stale = site.get(STORY)
        assert (stale.status, stale.is_hit) == (200, True)
    site.start()
    moderator.approve(words, site.behind)
    servers.wait_until(lambda: words in site.get(STORY).text, PURGE_BOUND + 2)


@contextmanager
def _failing(port: int) -> Iterator[None]:
    """A portal that says it is well, and fails."""

    class Failing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/health/ready" else 500)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Failing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


def _noise() -> bytes:
    pixels = random.Random(1).randbytes(1500 * 1000 * 3)
    kept = io.BytesIO()
    Image.frombytes("RGB", (1500, 1000), pixels).save(kept, "JPEG", quality=98)
    return kept.getvalue()

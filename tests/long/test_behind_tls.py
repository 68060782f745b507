"""The portal behind nginx with `deploy/nginx.conf`, over TLS: read, write, sign in, see pictures; and what every
answer tells a browser, by the tests of MDN's HTTP Observatory."""

import re
import shutil
import ssl
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

from tests.servers import PASSWORD, ROOT, Portal, free_port, listens, portal, started, wait_until

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
NAME = "localhost"
# Half a year, which Observatory requires.
HSTS_LEAST = 15_768_000


@dataclass
class Site:
    """The portal as a browser sees it."""

    running: Portal
    port: int
    plain_port: int
    certificate: Path

    def browser(self) -> "Browser":
        return Browser(self)


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any) -> None:
        """The tests check themselves where an answer redirects to."""


class Browser:
    """Keeps its cookies, trusts the test's certificate, and follows no redirect."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.cookies = CookieJar()
        context = ssl.create_default_context(cafile=str(site.certificate))
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context), urllib.request.HTTPCookieProcessor(self.cookies), _Stays()
        )

    def ask(self, path: str, fields: dict[str, str] | None = None, **headers: str) -> tuple[int, HTTPMessage, bytes]:
        """Status, headers and body of one request; a POST if there are fields."""
        address = path if "://" in path else f"https://{NAME}:{self.site.port}{path}"
        body = urllib.parse.urlencode(fields).encode() if fields is not None else None
        request = urllib.request.Request(
            address, body, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        try:
            with self._opener.open(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    nginx, openssl = shutil.which("nginx") or "/usr/sbin/nginx", shutil.which("openssl")
    if not Path(nginx).exists() or openssl is None:
        pytest.skip("nginx or openssl is not here")
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subject = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    make = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *subject]
    subprocess.run([*make, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    port, plain = free_port(), free_port()
    site_url = f"https://{NAME}:{port}"
    with portal(folder, SITE_URL=site_url, TRUSTED_PROXIES="127.0.0.1", ALLOWED_HOSTS=NAME) as running:
        file = folder / "nginx.conf"
        file.write_text(
            _configuration(folder, port=port, plain=plain, behind=running.port, key=key, certificate=certificate)
        )
        subprocess.run([nginx, "-t", "-p", str(folder), "-c", str(file)], check=True, capture_output=True)
        command = [nginx, "-p", str(folder), "-c", str(file), "-g", "daemon off;"]
        with started(command, folder / "nginx.log", until=lambda: listens(port)):
            yield Site(running, port, plain, certificate)


def _configuration(folder: Path, *, port: int, plain: int, behind: int, key: Path, certificate: Path) -> str:
    """The file of `deploy/`, with the names, ports and folders of the test; everything else in it is run as it is."""
    told = CONFIGURATION.read_text()
    for old, new in {
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen [::]:80;": "",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
        "listen [::]:443 ssl http2;": "",
        "return 301 https://news.example.org": f"return 301 https://{NAME}:{port}",
        "server_name news.example.org": f"server_name {NAME}",
        "/etc/ssl/news.example.org.pem": str(certificate),
        "/etc/ssl/news.example.org.key": str(key),
        "/var/log/nginx/portal-error.log": str(folder / "nginx-error.log"),
        "127.0.0.1:8000": f"127.0.0.1:{behind}",
        "/srv/portal/var/": f"{folder}/var/",
        "proxy_set_header Host $host;": f"proxy_set_header Host $host:{port};",
    }.items():
        assert old in told, old
        told = told.replace(old, new)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    user = "user root;" if Path("/proc/self").owner() == "root" else ""
    head = f"{user}\npid {folder}/nginx.pid;\nevents {{}}\n"
    return f"{head}http {{\n{temporary}\ninclude /etc/nginx/mime.types;\n{told}}}\n"


def test_plain_http_leads_to_the_same_address_over_tls(site: Site) -> None:
    status, headers, _body = site.browser().ask(f"http://{NAME}:{site.plain_port}/search/?q=harbour")
    assert (status, headers["Location"]) == (301, f"https://{NAME}:{site.port}/search/?q=harbour")


def test_a_reader_reads_writes_and_sees_pictures(site: Site) -> None:
    browser = site.browser()
    status, _headers, front = browser.ask("/")
    assert status == 200
    [story, *_] = re.findall(r"/articles/\d+/nato-south-korea/", front.decode())
    status, _headers, page = browser.ask(story)
    assert (status, b"Jai Hind!" in page) == (200, True)
    [picture, *_] = re.findall(r"/media/__processed__/[\w./-]+\.(?:webp|avif)", page.decode())
    status, headers, image = browser.ask(picture)
    assert (status, headers["Content-Type"] in {"image/webp", "image/avif"}, len(image) > 1000) == (200, True, True)
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "immutable" in headers["Cache-Control"]
    text = "This comment came over TLS, through nginx, as those of all readers do."
    article = story.split("/")[2]
    status, headers, _body = browser.ask(
        f"/articles/{article}/comments/new/", {"name": "A reader", "body": text}, Sec_Fetch_Site="same-origin"
    )
    assert (status, "/my-comment/" in headers["Location"]) == (303, True)
    assert browser.ask(urllib.parse.urljoin(f"https://{NAME}:{site.port}", headers["Location"]))[0] == 200
    assert list(browser.cookies) == []


def test_staff_sign_in_and_their_cookies_go_over_tls_alone(site: Site) -> None:
    browser = site.browser()
    _status, _headers, form = browser.ask("/admin/login/")
    [token] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form.decode())[:1]
    fields = {"csrfmiddlewaretoken": token, "username": "editor", "password": PASSWORD, "next": "/admin/"}
    status, headers, _body = browser.ask("/admin/login/", fields, Referer=f"https://{NAME}:{site.port}/admin/login/")
    assert (status, headers["Location"]) == (302, "/admin/")
    assert browser.ask("/admin/")[0] == 200
    said = {
        cookie.name: (cookie.secure, cookie.has_nonstandard_attr("HttpOnly"), cookie.get_nonstandard_attr("SameSite"))
        for cookie in browser.cookies
    }
    assert {"csrftoken", "sessionid"} <= set(said)
    assert set(said.values()) == {(True, True, "Lax")}


@pytest.mark.parametrize("path", ["/", "/never/", "/admin/login/", "/feed/", "/robots.txt"])
def test_every_answer_passes_what_observatory_asks(site: Site, path: str) -> None:
    browser = site.browser()
    _status, headers, _body = browser.ask(path)
    policy = {part.split()[0]: part.split()[1:] for part in headers["Content-Security-Policy"].split(";")}
    assert policy["default-src"] == ["'self'"]
    assert (policy["object-src"], policy["base-uri"]) == (["'none'"], ["'none'"])
    assert (policy["frame-ancestors"], policy["form-action"]) == (["'none'"], ["'self'"])
    allowed = {word for words in policy.values() for word in words}
    assert not allowed & {"'unsafe-inline'", "'unsafe-eval'", "http:", "https:", "*"}
    age = re.fullmatch(r"max-age=(\d+)(; includeSubDomains)?(; preload)?", headers["Strict-Transport-Security"])
    assert age is not None
    assert int(age[1]) >= HSTS_LEAST
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Server"] == "nginx"
    # Once each: a proxy that adds a header which the portal already sends would double it.
    assert {name: len(headers.get_all(name)) for name in ("Strict-Transport-Security", "X-Frame-Options")} == {
        "Strict-Transport-Security": 1,
        "X-Frame-Options": 1,
    }


def test_what_is_for_operators_cannot_be_reached_from_outside(site: Site) -> None:
    browser = site.browser()
    for path in ("/metrics", "/health/ready", "/health/live", "/media/pictures/x.jpg", "/media/"):
        assert browser.ask(path)[0] == 404


def test_who_asks_is_told_apart_and_an_id_goes_from_proxy_to_log(site: Site) -> None:
    browser = site.browser()
    _status, headers, _body = browser.ask(
        "/search/?q=harbour", X_Forwarded_For="192.0.2.9", X_Request_ID="forged-by-a-reader"
    )
    identity = headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", identity)
    wait_until(lambda: f"request={identity}" in site.running.log.read_text(), 5)
    [line] = [line for line in site.running.log.read_text().splitlines() if identity in line]
    assert " GET /search/?q=[redacted] 200 " in line
    with urllib.request.urlopen(f"{site.running.url}/health/ready", timeout=10) as answer:
        assert "proxy: ok" in answer.read().decode()


def test_a_policy_that_is_broken_is_reported_there(site: Site) -> None:
    browser = site.browser()
    report = (
        b'{"csp-report": {"document-uri": "https://%s/", "blocked-uri": "inline", "effective-directive": "script-src"}}'
    )
    request = urllib.request.Request(
        f"https://{NAME}:{site.port}/csp-reports/", report % NAME.encode(), {"Content-Type": "application/csp-report"}
    )
    with browser._opener.open(request, timeout=30) as answer:
        assert answer.status == 204

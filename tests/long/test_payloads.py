"""Nothing typed into any field ever runs: every page that shows it is opened in a real browser, with the headers it
is sent with, and inspected as the browser understood it. Its tree must consist of the same parts as that of a page
with harmless words. With one payload in all fields there are thousands of pages: the browser parses all of those,
and opens every twelfth paper's."""

import asyncio
import itertools
import mimetypes
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from django.contrib.staticfiles import finders
from django.core import mail
from django.test import Client
from django.urls import resolve, reverse
from playwright.async_api import BrowserContext, Page, Request, async_playwright

from articles import breaking, editing, error_reports, house, previewing
from articles.error_tokens import path_of
from articles.html import ATTRIBUTES, TAGS
from articles.limits import CORRECTIONS_A_PAGE
from articles.models import Article, HousePage, KeyPoint, Quote, Section, Source, Tag
from articles.states import Kind
from comments import notes, posting, reporting, tokens
from comments.models import ExplanationTemplate
from comments.policy import NAME_CODE_POINTS
from comments.reporting import Complaint
from comments.states import Reason, Standing, Status
from comments.text import count, name_to_store, to_store
from newsportal.characters import fit
from tests import factories
from tests.articles.images import stored_picture
from tests.comments.authors import author, give

pytestmark = pytest.mark.django_db

HOST = "http://127.0.0.1:8000"
OWN = [
    "</p><script>alert(1)</script>",
    "\"><img src=x onerror=alert('1')>",
    "</title></textarea></script><svg/onload=alert(1)><!--",
    'javascript:alert(1)//https://a.example/"onmouseover=alert(1)',
    "]]></description><item>{{ 7|add:7 }}${alert(1)}&#x3c;script&#x3e;alert(1)",
    "<a href=javascript:alert(1)>x</a><iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<base href=//evil.example><form action=//evil.example><button formaction=javascript:alert(1)>",
    "<input name=name autofocus onfocus=alert(1)><meta http-equiv=refresh content=0>",
    "<style>@import '//evil.example'</style><link rel=stylesheet href=//evil.example>",
]
HARMLESS = "Nothing but words"
# How the desk marks words in a comment.
LINKED = "https://news.example.org/a https://news.example.org/b WORDS IN CAPITALS THAT SHOUT"
# What HTML, scripts and addresses consist of. A payload without any of it is text everywhere.
MEANING = set("<>&\"'`{")
# What editors may write, wherever it appears.
OF_TEXTS = frozenset(
    # A quote and a picture appear where a text names them, even in the cell of an unclosed table.
    {f"{outside}>{tag}" for tag in (*TAGS, "aside", "figure") for outside in (*TAGS, "div")}
    | {f"{tag}@{name}" for tag, names in ATTRIBUTES.items() for name in (*names, "rel")}
)
# Below a list of several pages, the readers' and the admin's.
OF_LISTS = frozenset({"li@class", "li@aria-current", "p>span"})
# What the desk puts around words in a comment that a rule looks for.
OF_DESK = frozenset({"p>mark", "mark>a"})
# Where editors' text is shown as they wrote it; everywhere else a tag of theirs is a payload.
OF_EDITORS = ("articles/<str:article_id>/<str:slug>/", "about/<str:slug>/", "preview/<str:token>/", "admin/articles/")
# How many harmless conversations there are, each three comments longer than the one before.
CONVERSATIONS = 12
# How many pages the browser opens at once.
TABS = 3
# Of this many papers with one payload in all fields, one is opened, with its scripts; the others are parsed.
OPENED = 12
PARTS = 6
# An empty address of ours, for a tab that only parses.
BLANK = "/blank"
HTML = {"content-type": "text/html"}
# Runs before anything on a page: reports anything that ran, or that only the policy kept from running.
HOOKS = """
window.__alive = [];
for (const name of ["alert", "confirm", "prompt", "print"])
  window[name] = () => window.__alive.push(name);
document.addEventListener("securitypolicyviolation", (event) =>
  window.__alive.push(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
# What on a page could run, or send somebody elsewhere, as the browser understood the page; what its tree consists of;
# what its forms' fields contain, as a person would read and send it again.
SEEN = r"""(html) => {
  const page = html === null ? document : new DOMParser().parseFromString(html, "text/html");
  const found = html === null ? [...window.__alive] : [];
  const shape = new Set();
  const isOurs = (address) => String(address).startsWith(location.origin + "/");
  const never = ["object", "embed", "base", "marquee", "math", "foreignobject", "animate", "style"];
  // The editor's own, where a text ends with what cannot be typed into.
  for (const one of page.querySelectorAll("*:not(.ProseMirror-separator)")) {
    const name = one.localName;
    shape.add(`${one.parentElement?.localName ?? ""}>${name}`);
    if (never.includes(name)) found.push(name);
    for (const {name: key, value} of one.attributes) {
      shape.add(`${name}@${key}`);
      if (key.startsWith("on") || key === "srcdoc") found.push(`${name} ${key}`);
      if (key === "formaction" && !isOurs(new URL(value, location))) found.push(`${name} ${key}=${value}`);
      const isAddress = ["href", "src", "action", "xlink:href", "data"].includes(key);
      const isPicture = name === "img" && value.startsWith("data:image/");
      if (isAddress && !isPicture && /^[\s\x00-\x1f]*(javascript|data|vbscript):/i.test(value)) {
        found.push(`${name} ${key}=${value.slice(0, 60)}`);
      }
    }
    const isData = name === "script" && ["application/ld+json", "application/json"].includes(one.type);
    if (name === "script" && !isData && !isOurs(one.src)) found.push(`script ${one.src} ${one.text.slice(0, 60)}`);
    if (name === "iframe" && !isOurs(one.src)) found.push(`iframe ${one.src}`);
    if (name === "link" && one.rel === "stylesheet" && !isOurs(one.href)) found.push(`stylesheet ${one.href}`);
    if (name === "meta" && one.httpEquiv) found.push(`meta ${one.httpEquiv}`);
    if (name === "form" && !isOurs(new URL(one.getAttribute("action") ?? "", location))) found.push("form");
  }
  const inputs = [...page.querySelectorAll("input[type=text], input[type=email], textarea")];
  const fields = Object.fromEntries(inputs.filter((one) => one.name).map((one) => [one.name, one.value]));
  return { found, shape: [...shape], fields };
}"""


# The parts of a URL that differ between papers.
_numbers = itertools.count(1)


class Lines:
    """Payloads as lines, dealt one after the other: `lines(80)` is the next that fits into so many characters."""

    def __init__(self, payloads: list[str]) -> None:
        self._next = itertools.cycle([" ".join(fit(payload).split()) for payload in payloads if fit(payload).strip()])
        self.dealt = 0

    def __call__(self, size: int, *, name: bool = False) -> str:
        self.dealt += 1
        text = next(self._next)[:size].strip()
        return text if not name or count(text) else HARMLESS


@dataclass
class Answered:
    """What was sent for each address, with its headers; and typed text that an address must show again."""

    answers: dict[str, tuple[dict[str, str], bytes]] = field(default_factory=dict)
    typed: dict[str, dict[str, str]] = field(default_factory=dict)
    # Pages to be parsed, not opened; and whether that holds for the next ones.
    parsed: set[str] = field(default_factory=set)
    is_parsed: bool = False


@pytest.fixture
def payloads(corpus: Callable[[str], Any]) -> list[str]:
    """Ours, and those of three lists that others made."""
    lists = [corpus(name) for name in ("dompurify_payloads.json", "owasp_filter_evasion.json", "naughty_strings.json")]
    found = [entry["payload"] if isinstance(entry, dict) else entry for entries in lists for entry in entries]
    return [payload for payload in dict.fromkeys([*OWN, *found]) if to_store(payload).strip()]


@pytest.mark.parametrize("corpus", ["all"], indirect=True)
def test_nothing_that_anybody_types_runs_anywhere(
    payloads: list[str], sign_in: Callable[..., Client], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each payload as name and text of a comment, and in a field of the newsroom; each page is opened."""
    admin, harmless, answered = sign_in("admin"), Answered(), Answered()
    _write_harmless(harmless, admin, whole=True)
    _conversation(payloads, answered, admin)
    lines = Lines(payloads)
    while lines.dealt < len(payloads):
        _paper(lines, answered, admin, whole=True)
    _mails_are_plain()
    with capsys.disabled():
        print(f"\n{len(payloads)} payloads, each in a comment's name and text and in one of {lines.dealt} other fields")
        _judge(harmless, answered)


@pytest.mark.parametrize("corpus", ["all"], indirect=True)
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_runs_in_whichever_field_it_is_typed(
    payloads: list[str], part: int, sign_in: Callable[..., Client], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each payload that contains what HTML, a script or an address consists of, in every field of a paper of its
    own; in parts, for processes side by side."""
    admin, harmless, answered = sign_in("admin"), Answered(), Answered()
    _write_harmless(harmless, admin, whole=False)
    hostile = [payload for payload in payloads if set(payload) & MEANING or "script:" in payload.lower()][part::PARTS]
    for number, payload in enumerate(hostile):
        lines, answered.is_parsed = Lines([payload]), bool(number % OPENED)
        _paper(lines, answered, admin, whole=False)
    _mails_are_plain()
    with capsys.disabled():
        print(f"\n{len(hostile)} payloads, each in all of {lines.dealt} fields")
        _judge(harmless, answered)


def _write_harmless(harmless: Answered, admin: Client, *, whole: bool) -> None:
    """As many as it takes to make every part of a page: a card further down, a second page, a list of one."""
    for many in range(CORRECTIONS_A_PAGE + 1):
        if whole and many < CONVERSATIONS:
            linked = [f"{HARMLESS} {number}\n{LINKED}" for number in range(many * 3)]
            _conversation([HARMLESS, *linked], harmless, admin)
        words = f"{HARMLESS} https://news.example.org/" if many % 2 else HARMLESS
        _paper(Lines([words]), harmless, admin, whole=whole and many in {0, 11, CORRECTIONS_A_PAGE})
    for number, asked in enumerate(("Nobody", f"{HARMLESS} Nobody", "words")):
        _keep(harmless, "/search/", key=f"/search/?of=0{number}", query={"q": asked})


def _judge(harmless: Answered, answered: Answered) -> None:
    """Nothing is live, no tree has anything that it lacks with harmless words, and forms contain what was typed."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("there is no Chromium on this machine; no payload was shown to a browser")
    known: dict[str, set[str]] = defaultdict(set)
    # An opened page is changed by its scripts.
    for pages in (harmless, replace(harmless, parsed=set(harmless.answers))):
        for url, page in asyncio.run(_shown(path, pages)).items():
            known[_kind(url)].update(page.shape)
    shown = asyncio.run(_shown(path, answered))
    opened, kinds = len(shown) - len(answered.parsed), {_kind(url) for url in shown}
    print(f"on {opened} pages opened and {len(answered.parsed)} parsed, of {len(kinds)} kinds")
    grown = {
        (_kind(url), part)
        for url, page in shown.items()
        for part in page.shape - known[_kind(url)] - _allowed(_kind(url))
    }
    alive = {(_kind(url), one) for url, page in shown.items() for one in page.alive}
    assert (sorted(alive), sorted(grown)) == ([], [])
    again = {url: {name: shown[url].fields.get(name) for name in held} for url, held in answered.typed.items()}
    assert again == answered.typed


# --- What is typed --------------------------------------------------------------------------------------------------


def _conversation(payloads: list[str], answered: Answered, admin: Client) -> None:
    """Each payload as name and text of a comment: at the desk while it waits, then where readers read it."""
    edition = factories.live()
    archivist, moderator = factories.archivist(), factories.user("moderators")
    comments = []
    for payload in payloads:
        name = name_to_store(payload)[:NAME_CODE_POINTS].strip()
        draft = posting.Draft(
            name=name if count(name) else HARMLESS, body=to_store(f"{payload[:4800]} {factories.GOOD_TEXT}")
        )
        comments.append(posting.post_dated_back(edition, draft, by=archivist, at=edition.first_visible_from))
    for page in range(1, len(comments) // 20 + 2):
        _keep(answered, f"/admin/comments/comment/?p={page}", admin)
    for comment in comments:
        factories.decided(comment, Status.APPROVED, by=moderator)
    for comment in comments[::20]:
        for url in (tokens.own_path(comment), f"/comments/{comment.public_id}/report/"):
            _keep(answered, url)
        _keep(answered, f"/articles/{edition.article_id}/comments/new/?parent={comment.public_id}")
        for page in ("change", "history"):
            _keep(answered, f"/admin/comments/comment/{comment.pk}/{page}/", admin)
    url = reverse("comments:page", args=[edition.article_id])
    while url:
        _keep(answered, url)
        url = Client().get(url).context["next_url"]
    _keep(answered, f"/articles/{edition.article_id}/comments/feed/")
    _keep(answered, "/admin/comments/decision/", admin)
    _keep(answered, "/admin/comments/decision/csv/", admin)


def _paper(lines: Lines, answered: Answered, admin: Client, *, whole: bool) -> None:
    """A story with a payload in each of its fields, and in everything around it; `whole` adds every page that shows
    them, otherwise one of each kind."""
    number = next(_numbers)
    editor, lead = factories.user("editors", first_name=lines(100)), factories.user("lead moderators")
    section = Section.objects.create(name=f"{number} {lines(70)}", slug=f"s{number}", description=lines(300))
    source = Source.objects.create(name=f"{number} {lines(70)}")
    tag = Tag.objects.create(name=f"{number} {lines(70)}", slug=f"t{number}")
    person = factories.person(lines(110, name=True))
    person.role, person.bio = lines(120), lines(2_000)
    person.save()
    picture = stored_picture(alt=lines(300), caption=lines(500), credit=lines(200))
    held = {
        "headline": lines(280, name=True),
        "summary": lines(1_000),
        "key_points_heading": lines(200),
        "dateline_place": lines(120),
        "byline": lines(200),
        "seo_title": lines(200),
        "seo_description": lines(320),
    }
    article = factories.article(editor, section=section, source=source, people=(person,), picture=picture, **held)
    article.tags.add(tag)
    KeyPoint.objects.filter(article=article).update(text=lines(300, name=True))
    said = {"words": lines(2_000, name=True), "speaker": lines(120, name=True), "role": lines(160)}
    Quote.objects.filter(article=article).update(**said)
    article.body = f"<p>Words. {lines(5_000)}</p><p>[[quote said]]</p><p>[[picture {picture.pk}]]</p>{lines(5_000)}"
    editing.save(article, by=editor, saw=article.version, fields=["body"])
    edition = factories.publish(article, by=editor)
    edition = factories.updated(edition, kind=Kind.CORRECTION, note=lines(300, name=True))
    breaking.announce(by=editor, text=lines(120, name=True), article=article)
    about = HousePage.objects.filter(pk="about-us").first() or HousePage(slug="about-us", is_public=True)
    about.title, about.summary, about.body = lines(60, name=True), lines(150), f"<p>Words. {lines(5_000)}</p>"
    house.save(about, by=editor, saw=about.version)
    _of_readers(lines, edition, lead, answered, admin, whole=whole)
    link, token = previewing.invite(Article.objects.get(pk=article.pk), by=editor, recipient=lines(80, name=True))
    previewing.leave_note(link, text=lines(1_000, name=True), saw=article.version)
    query = {"q": lines(100)}
    form = f"/admin/articles/article/{article.pk}/change/"
    answered.typed[form] = held
    _keep(answered, "/search/", key=f"/search/?of={number}", query=query)
    for path in (
        *(edition.get_absolute_url(), about.get_absolute_url()),
        *(f"/sections/{section.slug}/", f"/tags/{tag.slug}/", f"/people/{person.slug}/"),
    ):
        _keep(answered, path, key=f"{path}?of={number}")
    _keep(answered, form, admin)
    if not whole:
        return
    for path in (
        *("/", f"/preview/{token}/", f"/articles/{article.pk}/error/", "/corrections/"),
        *("/feed/", "/feed/atom/", f"/sections/{section.slug}/feed/", "/news-sitemap.xml", "/sitemap-stories.xml"),
    ):
        _keep(answered, path, key=f"{path}?of={number}")
    library = {"section": section, "source": source, "tag": tag, "person": person, "picture": picture}
    for model, row in {**library, "article": article, "housepage": about}.items():
        pk = row.pk
        for page in ("change", "history", "delete"):
            _keep(answered, f"/admin/articles/{model}/{pk}/{page}/", admin)
        _keep(answered, f"/admin/articles/{model}/", admin, key=f"/admin/articles/{model}/?of={number}")
        _keep(answered, f"/admin/articles/{model}/", admin, key=f"/admin/articles/{model}/?found={number}", query=query)
        # What a popup that was opened for a choice tells its opener.
        _keep(answered, f"/admin/articles/{model}/{pk}/change/?_popup=1", admin)
    _keep(answered, f"/admin/articles/article/{article.pk}/compare/?from=1&to=2", admin)
    _keep(answered, f"/admin/articles/article/{article.pk}/preview/frame/", admin)
    _keep(answered, "/admin/articles/article/library/", admin, key=f"/admin/articles/article/library/?of={number}")
    for path in ("/admin/", "/admin/articles/frontpage/", "/admin/articles/errorreport/"):
        _keep(answered, path, admin, key=f"{path}?of={number}")


def _of_readers(lines: Lines, edition: Any, lead: Any, answered: Answered, admin: Client, *, whole: bool) -> None:
    """What readers send besides comments, and what moderators write about it."""
    number = next(_numbers)
    # Each from a different network, because one network may only send so much.
    here = f"203.0.{number // 250}.{number % 250}"
    name = name_to_store(lines(70, name=True)) or "A reader"
    commenter = author(edition, f"reader{number}@example.org", name=name, sent_from=here)
    notes.write(commenter, by=lead, text=lines(1_000, name=True))
    give(commenter, Standing.PAUSED, by=lead, reason=lines(1_000, name=True))
    comment = commenter.comments.get()
    factories.decided(comment, Status.APPROVED, by=lead)
    complaint = Complaint(Reason.ILLEGAL, words=lines(900, name=True), name=lines(70, name=True), email="r@example.org")
    address = factories.address(here)
    report = reporting.report(comment, complaint, address=address).report
    comment.refresh_from_db()
    factories.decided(comment, Status.REJECTED, by=lead, reason="other", explanation=lines(900, name=True))
    error = error_reports.send(
        edition, text=f"{lines(900, name=True)} words", passage=lines(500), email="e@example.org", address=address
    )
    words = {"title": lines(80, name=True), "text": lines(900, name=True)}
    template = ExplanationTemplate.objects.create(reason="advertising", **words)
    for path in (tokens.own_path(comment), tokens.report_path(report), path_of(error)):
        _keep(answered, path)
    _keep(answered, f"/admin/comments/commenter/{commenter.pk}/change/", admin)
    _keep(answered, f"/admin/comments/comment/{comment.pk}/change/", admin)
    _keep(answered, f"/admin/articles/errorreport/{error.pk}/change/", admin)
    if not whole:
        return
    _keep(answered, tokens.address_path(comment))
    for model, pk in (("comment", comment.pk), ("commenter", commenter.pk), ("explanationtemplate", template.pk)):
        for page in ("change", "history"):
            _keep(answered, f"/admin/comments/{model}/{pk}/{page}/", admin)
        _keep(answered, f"/admin/comments/{model}/", admin, key=f"/admin/comments/{model}/?of={number}")
    _keep(answered, f"/admin/comments/explanationtemplate/{template.pk}/delete/", admin)
    _keep(answered, f"/admin/comments/comment/{comment.pk}/letter/", admin)
    _keep(answered, "/admin/comments/decision/", admin, key=f"/admin/comments/decision/?of={number}")


def _keep(answered: Answered, path: str, client: Client | None = None, *, key: str = "", query: Any = None) -> None:
    response = (client or Client()).get(path, query)
    if response.status_code in {301, 302} and not query:
        response = (client or Client()).get(path, follow=True)
    # A form that nobody may open is not a sink.
    if response.status_code not in {200, 410}:
        assert response.status_code in {403, 404, 405}, (path, response.status_code)
        return
    body = b"".join(response) if response.streaming else response.content
    if answered.is_parsed:
        answered.parsed.add(key or path)
    answered.answers[key or path] = ({name.lower(): value for name, value in response.headers.items()}, body)


def _mails_are_plain() -> None:
    """No reader's words turn a mail into another kind, or add a header."""
    for message in mail.outbox:
        assert message.message().get_content_type() == "text/plain"
        assert not set(message.subject) & {"\r", "\n"}


# --- What the browser makes of it -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """A page as the browser understood it: what is live, what its tree consists of, what its fields contain."""

    alive: list[str]
    shape: set[str]
    fields: dict[str, str]


def _kind(url: str) -> str:
    """The route of an address: pages of one kind are made by one template."""
    return resolve(urlsplit(url).path).route


def _allowed(kind: str) -> frozenset[str]:
    """What a page of this kind may have beyond the page with harmless words."""
    texts = OF_TEXTS if kind.startswith(OF_EDITORS) else frozenset()
    return OF_LISTS | texts | (OF_DESK if kind.startswith("admin/comments/") else frozenset())


async def _shown(chromium: str, answered: Answered) -> dict[str, Seen]:
    """Each page in a browser that can reach only the recorded answers, and our static files."""
    with _served(answered) as port:
        rules = f"MAP 127.0.0.1:8000 127.0.0.1:{port}, MAP * ~NOTFOUND"
        arguments = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            f"--host-resolver-rules={rules}",
        ]
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=arguments)
            context = await browser.new_context(base_url=HOST)
            await context.add_init_script(HOOKS)
            urls, seen = iter(answered.answers), {}
            await asyncio.gather(*(_walk(context, urls, answered, seen) for _tab in range(TABS)))
            await browser.close()
    return seen


async def _walk(context: BrowserContext, urls: Iterator[str], answered: Answered, seen: dict[str, Seen]) -> None:
    """One tab's way through the pages that no other tab has taken."""
    page, foreign = await context.new_page(), []

    def note(request: Request) -> None:
        if not request.url.startswith((f"{HOST}/", "data:", "blob:")):
            foreign.append(request.url)

    async def dismiss(dialog: Any) -> None:
        foreign.append(f"dialog {dialog.message}")
        await dialog.dismiss()

    page.on("request", note)
    page.on("dialog", dismiss)
    await page.goto(HOST + BLANK)
    for url in urls:
        foreign.clear()
        told = await _look(page, url, answered)
        seen[url] = Seen([*told["found"], *foreign], set(told["shape"]), told["fields"])


async def _look(page: Page, url: str, answered: Answered) -> dict[str, Any]:
    """What `SEEN` reports of a page, opened or parsed; for anything but HTML, what it consists of."""
    headers, body = answered.answers[url]
    kind = headers.get("content-type", "").partition(";")[0]
    is_parsed = url in answered.parsed
    if kind != "text/csv" and not is_parsed:
        await page.goto(HOST + url, wait_until="load")
    if kind != "text/html":
        return {"found": [], "shape": _shape(kind, body), "fields": {}}
    told: dict[str, Any] = await page.evaluate(SEEN, body.decode() if is_parsed else None)
    return told


def _shape(kind: str, body: bytes) -> list[str]:
    """What the tree of an XML file consists of."""
    if not kind.endswith("xml"):
        return []
    return [name for one in ET.fromstring(body).iter() for name in (str(one.tag), *(f"@{key}" for key in one.attrib))]


@contextmanager
def _served(answered: Answered) -> Iterator[int]:
    """A server of the recorded answers, and of our static files, which the browser may cache; its port."""
    handler = type("Handler", (_Handler,), {"answers": {**answered.answers, BLANK: (HTML, b"<!DOCTYPE html>")}})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answers: ClassVar[dict[str, tuple[dict[str, str], bytes]]] = {}

    def do_GET(self) -> None:
        path = self.path
        if path in self.answers:
            self._send(200, *self.answers[path])
        elif path.startswith("/static/") and (file := finders.find(path.removeprefix("/static/").partition("?")[0])):
            kind = mimetypes.guess_type(str(file))[0] or "text/plain"
            kept = {"content-type": kind, "cache-control": "max-age=3600, immutable"}
            self._send(200, kept, Path(str(file)).read_bytes())
        else:
            self._send(404, {}, b"")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._send(404, {}, b"")

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        # A tab that has moved on hangs up.
        with suppress(ConnectionError):
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nobody reads it."""

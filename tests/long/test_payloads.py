"""Whatever is typed into any field, nothing of it runs: every page that shows it is opened in a real browser, with the
headers it is sent with, and looked at as the browser understood it.
"""

import mimetypes
import shutil
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core import mail
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Route, sync_playwright

from articles import breaking, editing, error_reports, previewing
from articles.error_tokens import path_of
from articles.models import Article, KeyPoint, Quote, Section, Source, Tag
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
# Runs before anything of a page: what would show that something ran, or was only kept from running by the policy.
HOOKS = """
window.__alive = [];
for (const name of ["alert", "confirm", "prompt", "print"])
  window[name] = () => window.__alive.push(name);
document.addEventListener("securitypolicyviolation", (event) =>
  window.__alive.push(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
# What of a page could run, or send somebody elsewhere, as the browser understood the page.
ALIVE = r"""() => {
  const found = [...window.__alive];
  const isOurs = (address) => String(address).startsWith(location.origin + "/");
  const never = ["object", "embed", "base", "marquee", "math", "foreignobject", "animate", "noscript", "style"];
  for (const one of document.querySelectorAll("*")) {
    const name = one.localName;
    if (never.includes(name)) found.push(name);
    for (const {name: key, value} of one.attributes) {
      if (key.startsWith("on") || ["srcdoc", "formaction"].includes(key)) found.push(`${name} ${key}`);
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
  return found;
}"""
# What the fields of the forms hold, as a person would read and send it again.
FIELDS = """() => Object.fromEntries([...document.querySelectorAll("input[type=text], input[type=email], textarea")]
  .filter((one) => one.name).map((one) => [one.name, one.value]))"""


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Debian's Chromium; skips, saying so, where it is missing."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("there is no Chromium on this machine; no payload was shown to a browser")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


class Lines:
    """The payloads as lines, dealt one after the other: `lines(80)` is the next that fits, of at most so many."""

    def __init__(self, payloads: list[str]) -> None:
        self._next = cycle([" ".join(fit(payload).split()) for payload in payloads if fit(payload).strip()])
        self.dealt = 0

    def __call__(self, size: int, *, name: bool = False) -> str:
        self.dealt += 1
        text = next(self._next)[:size].strip()
        return text if not name or count(text) else "Nothing but words"


Answered = dict[str, tuple[dict[str, str], bytes]]


def test_nothing_that_anybody_types_runs_anywhere(
    corpus: Callable[[str], Any], sign_in: Callable[..., Client], request: pytest.FixtureRequest
) -> None:
    lists = [corpus(name) for name in ("dompurify_payloads.json", "owasp_filter_evasion.json", "naughty_strings.json")]
    payloads = [entry["payload"] if isinstance(entry, dict) else entry for entries in lists for entry in entries]
    payloads = [payload for payload in [*OWN, *payloads] if to_store(payload).strip()]
    answered: Answered = {}
    admin = sign_in("admin")
    lines = Lines(payloads)
    typed = _conversation(payloads, answered, admin)
    stories = {}
    while lines.dealt < len(payloads):
        stories.update(_paper(lines, answered, admin))
    _mails_are_plain()
    # Only now: what drives the browser keeps an event loop in this thread, in which nobody gets at the database.
    pages = request.getfixturevalue("browser")
    found, fields = _shown(pages, answered)
    assert {url: alive for url, alive in found.items() if alive} == {}
    assert typed > 0
    for url, expected in stories.items():
        assert {name: fields[url].get(name) for name in expected} == expected, url


# --- What is typed --------------------------------------------------------------------------------------------------


def _conversation(payloads: list[str], answered: Answered, admin: Client) -> int:
    """Each payload as name and text of a comment: at the desk while it waits, then where readers read it."""
    edition = factories.live()
    archivist, moderator = factories.archivist(), factories.user("moderators")
    comments = []
    for payload in payloads:
        name = name_to_store(payload)[:NAME_CODE_POINTS].strip()
        draft = posting.Draft(
            name=name if count(name) else "Nothing but words", body=to_store(f"{payload[:4800]} {factories.GOOD_TEXT}")
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
    return len(comments)


def _paper(lines: Lines, answered: Answered, admin: Client) -> dict[str, dict[str, str]]:
    """A story with a payload in each of its fields, and in each of what stands around it. Returns what its form must
    hold, by its address."""
    number = lines.dealt
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
    article.body = f"<p>{lines(5_000)}</p><p>[[quote said]]</p><p>[[picture {picture.pk}]]</p>{lines(5_000)}"
    editing.save(article, by=editor, saw=article.version, fields=["body"])
    edition = factories.publish(article, by=editor)
    edition = factories.updated(edition, kind=Kind.CORRECTION, note=lines(300, name=True))
    breaking.announce(by=editor, text=lines(120, name=True), article=article)
    house = factories.house_page(
        f"h{number}", title=lines(80, name=True), summary=lines(150), body=f"<p>Words. {lines(5_000)}</p>"
    )
    _of_readers(lines, edition, lead, answered, admin)
    link, token = previewing.invite(Article.objects.get(pk=article.pk), by=editor, recipient=lines(80, name=True))
    previewing.leave_note(link, text=lines(1_000, name=True), saw=article.version)
    query = {"q": lines(100)}
    for path in (
        *(edition.get_absolute_url(), f"/preview/{token}/", f"/articles/{article.pk}/error/", house.get_absolute_url()),
        *("/", f"/sections/{section.slug}/", f"/tags/{tag.slug}/", f"/people/{person.slug}/", "/corrections/"),
        *("/feed/", "/feed/atom/", f"/sections/{section.slug}/feed/", "/news-sitemap.xml", "/sitemap-stories.xml"),
    ):
        _keep(answered, path, key=f"{path}?of={number}")
    _keep(answered, "/search/", key=f"/search/?of={number}", query=query)
    library = {"section": section, "source": source, "tag": tag, "person": person, "picture": picture}
    for model, row in {**library, "article": article, "housepage": house}.items():
        pk = row.pk
        for page in ("change", "history", "delete"):
            _keep(answered, f"/admin/articles/{model}/{pk}/{page}/", admin)
        _keep(answered, f"/admin/articles/{model}/", admin, key=f"/admin/articles/{model}/?of={number}")
        _keep(answered, f"/admin/articles/{model}/", admin, key=f"/admin/articles/{model}/?found={number}", query=query)
        # What a window that was opened for a choice tells the one that opened it.
        _keep(answered, f"/admin/articles/{model}/{pk}/change/?_popup=1", admin)
    _keep(answered, f"/admin/articles/article/{article.pk}/compare/?from=1&to=2", admin)
    _keep(answered, f"/admin/articles/article/{article.pk}/preview/frame/", admin)
    _keep(answered, "/admin/articles/article/library/", admin, key=f"/admin/articles/article/library/?of={number}")
    for path in ("/admin/", "/admin/articles/frontpage/", "/admin/articles/errorreport/"):
        _keep(answered, path, admin, key=f"{path}?of={number}")
    return {f"/admin/articles/article/{article.pk}/change/": held}


def _of_readers(lines: Lines, edition: Any, lead: Any, answered: Answered, admin: Client) -> None:
    """What readers send beside comments, and what moderators write of it."""
    number = lines.dealt
    commenter = author(edition, f"reader{number}@example.org", name=name_to_store(lines(70, name=True)) or "A reader")
    notes.write(commenter, by=lead, text=lines(1_000, name=True))
    give(commenter, Standing.PAUSED, by=lead, reason=lines(1_000, name=True))
    comment = commenter.comments.get()
    factories.decided(comment, Status.APPROVED, by=lead)
    complaint = Complaint(Reason.ILLEGAL, words=lines(900, name=True), name=lines(70, name=True), email="r@example.org")
    address = factories.address(f"203.0.113.{number % 250}")
    report = reporting.report(comment, complaint, address=address).report
    comment.refresh_from_db()
    factories.decided(comment, Status.REJECTED, by=lead, reason="other", explanation=lines(900, name=True))
    error = error_reports.send(
        edition, text=f"{lines(900, name=True)} words", passage=lines(500), email="e@example.org", address=address
    )
    words = {"title": lines(80, name=True), "text": lines(900, name=True)}
    template = ExplanationTemplate.objects.create(reason="advertising", **words)
    for path in (tokens.own_path(comment), tokens.report_path(report), path_of(error), tokens.address_path(comment)):
        _keep(answered, path)
    for model, pk in (("comment", comment.pk), ("commenter", commenter.pk), ("explanationtemplate", template.pk)):
        for page in ("change", "history"):
            _keep(answered, f"/admin/comments/{model}/{pk}/{page}/", admin)
        _keep(answered, f"/admin/comments/{model}/", admin, key=f"/admin/comments/{model}/?of={number}")
    _keep(answered, f"/admin/comments/explanationtemplate/{template.pk}/delete/", admin)
    _keep(answered, f"/admin/articles/errorreport/{error.pk}/change/", admin)
    _keep(answered, f"/admin/comments/comment/{comment.pk}/letter/", admin)
    _keep(answered, "/admin/comments/decision/", admin, key=f"/admin/comments/decision/?of={number}")


def _keep(answered: Answered, path: str, client: Client | None = None, *, key: str = "", query: Any = None) -> None:
    response = (client or Client()).get(path, query)
    if response.status_code in {301, 302} and not query:
        response = (client or Client()).get(path, follow=True)
    # A form that nobody may open is no sink.
    if response.status_code not in {200, 410}:
        assert response.status_code in {403, 404, 405}, (path, response.status_code)
        return
    body = b"".join(response) if response.streaming else response.content
    answered[key or path] = ({name.lower(): value for name, value in response.headers.items()}, body)


def _mails_are_plain() -> None:
    """No reader's word makes a mail of another kind, or a header."""
    for message in mail.outbox:
        assert message.message().get_content_type() == "text/plain"
        assert not set(message.subject) & {"\r", "\n"}


# --- What the browser makes of it -----------------------------------------------------------------------------------


def _shown(browser: Browser, answered: Answered) -> tuple[dict[str, list[str]], dict[str, dict[str, str]]]:
    """What is alive on each page, and what its fields hold."""
    context = browser.new_context(base_url=HOST)
    context.add_init_script(HOOKS)
    foreign: list[str] = []

    def serve(route: Route) -> None:
        url = route.request.url
        path = url.removeprefix(HOST)
        if path in answered:
            headers, body = answered[path]
            route.fulfill(status=200, headers={k: v for k, v in headers.items() if k != "content-length"}, body=body)
        elif path.startswith("/static/") and (file := finders.find(path.removeprefix("/static/").partition("?")[0])):
            kind = mimetypes.guess_type(str(file))[0] or "text/plain"
            route.fulfill(status=200, content_type=kind, body=Path(str(file)).read_bytes())
        else:
            if not url.startswith(HOST):
                foreign.append(url)
            route.fulfill(status=404, body="")

    context.route("**/*", serve)
    page = context.new_page()
    page.on("dialog", lambda dialog: (foreign.append(f"dialog {dialog.message}"), dialog.dismiss()))
    found, fields = {}, {}
    for url in answered:
        foreign.clear()
        kind = answered[url][0].get("content-type", "")
        if kind.startswith("text/csv"):
            continue
        page.goto(HOST + url, wait_until="load")
        found[url] = [*(page.evaluate(ALIVE) if kind.startswith("text/html") else []), *foreign]
        fields[url] = page.evaluate(FIELDS) if kind.startswith("text/html") else {}
    context.close()
    return found, fields

"""Every word of ours on a page is marked for translation: every page is read in a language consisting of marks."""

import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation
from django.utils.safestring import SafeData, mark_safe

from comments import tokens
from comments.models import Comment
from comments.states import Status
from tests import factories
from tests.pages import world as paper
from tests.pages.world import World

pytestmark = pytest.mark.django_db

# Translated text is between these two characters, which nothing else writes.
BEGIN, END = "\ue000", "\ue001"
# Renderings are kept for each language: no other test may meet the marks.
LANGUAGE = "sv"
WORD = re.compile(r"[^\W\d_]{2,}")
# Addresses, whole or within the portal, of mail or not, and markers of blocks: they are typed, not translated.
TYPED = re.compile(r"https?://\S+|\S+@\S+|(?<!\S)/[\w/-]+/(?!\S)|\[\[[^\]]*\]\]")
READ = {"alt", "aria-description", "aria-label", "label", "placeholder", "title"}
# Names, units and keys are the same in every language; "Search" is an alternative text of Django's own.
SAME = {"UTC", "px", "Esc", "WhatsApp", "Facebook", "Telegram", "Search"}


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def between(translate: Callable[..., str]) -> Callable[..., str]:
        def marking(*args: Any, **kwargs: Any) -> str:
            words = translate(*args, **kwargs)
            said = f"{BEGIN}{words}{END}" if words else words
            return mark_safe(said) if isinstance(words, SafeData) else said

        return marking

    for name in ("gettext", "ngettext", "pgettext", "npgettext"):
        monkeypatch.setattr(translation._trans, name, between(getattr(translation._trans, name)))
    with translation.override(LANGUAGE):
        yield


class Unmarked(HTMLParser):
    """The texts of a page, and of the attributes that somebody reads or hears, without what is between marks."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._within: list[str] = []
        self._depth = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within.append(tag)
        given = {name: value for name, value in attrs if value}
        if given.get("type") != "hidden":
            self.found += [outside(text)[0] for name, value in given.items() for text in read(tag, given, name, value)]

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style", "textarea"} & set(self._within):
            text, self._depth = outside(data, self._depth)
            self.found.append(text)


def outside(text: str, depth: int = 0) -> tuple[str, int]:
    """The part of a text outside all marks, if it begins at this depth within them; and the depth at its end."""
    kept = []
    for character in text:
        depth += (character == BEGIN) - (character == END)
        kept.append(" " if depth or character == END else character)
    return "".join(kept), depth


def read(tag: str, given: dict[str, str], name: str, value: str) -> list[str]:
    """The part of an attribute that somebody reads; data for scripts count as words if they have a space."""
    if name.startswith("data-"):
        texts = leaves(json.loads(value)) if value[0] in "{[" else [value]
        return [text for text in texts if " " in text]
    is_button = tag == "input" and name == "value" and given.get("type") in {"submit", "button", "reset"}
    return [value] if name in READ or is_button else []


def leaves(data: Any) -> Iterator[str]:
    values = data.values() if isinstance(data, dict) else data if isinstance(data, list) else []
    if isinstance(data, str):
        yield data
    for value in values:
        yield from leaves(value)


def stored() -> set[str]:
    """Every word in any row: what people wrote is in their language."""
    found = set(SAME)
    for model in apps.get_models():
        texts = (models.CharField, models.TextField, models.JSONField, models.FileField)
        names = [field.attname for field in model._meta.concrete_fields if isinstance(field, texts)]
        for row in model._base_manager.values_list(*names) if names else ():
            found.update(WORD.findall(" ".join(map(str, row))))
    return found | set(WORD.findall(f"{settings.SITE_NAME} {settings.SITE_TAGLINE}"))


def unmarked(client: Client, urls: list[str]) -> dict[str, list[str]]:
    """For each page, the texts with a word that is neither marked nor stored."""
    known, found = stored(), {}
    for url in urls:
        response = client.get(url)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            texts = [TYPED.sub("", text).strip() for text in Unmarked(response.text).found]
            found[url] = [text for text in texts if not known.issuperset(WORD.findall(text))]
    assert len(found) > len(urls) / 2
    return {url: texts for url, texts in found.items() if texts}


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


@pytest.fixture
def world(db: None) -> World:
    """What people wrote, stored before anything is marked."""
    return paper.build()


@pytest.fixture
def own(world: World) -> list[Comment]:
    """Comments that wait, were rejected and were returned, besides those that the world has."""
    waiting = factories.pending(world.story, name="Nadia", email="nadia@example.org", body=factories.GOOD_TEXT.upper())
    rejected = factories.decided(factories.approved(world.story), Status.REJECTED, reason="hate", explanation="Read!")
    returned = factories.decided(factories.pending(world.story), Status.RETURNED, explanation="Shorter, please.")
    return [world.top, waiting, rejected, returned]


def public_urls(world: World) -> list[str]:
    slugs = {"sections": "world", "tags": "harbours", "people": "ana-moreira", "articles": world.story.slug}
    found = []
    for route in routes(get_resolver().url_patterns):
        if not route.startswith("admin/") and not re.search(r"token|path:|health|metrics", route):
            slug = slugs.get(route.partition("/")[0], "")
            url = route.replace("<str:slug>", slug).replace("<str:article_id>", str(world.story.article_id))
            found.append("/" + url.replace("<str:public_id>", world.top.public_id))
    return [*found, "/search/?q=harbour", "/search/?q=nowhere", "/never/"]


def test_every_word_of_a_public_page_is_translated(world: World, own: list[Comment], marked: None) -> None:
    paths = (tokens.own_path, tokens.erasure_path, tokens.address_path, tokens.subscriptions_path)
    theirs = [path(comment) for comment in own for path in paths]
    assert unmarked(Client(), [*public_urls(world), *theirs]) == {}


def staff_urls() -> list[str]:
    """Every page of the admin except those of users and groups, with the first row of each list."""
    first = {}
    for model in admin.site._registry:
        key = model._meta.label_lower.replace(".", "/")
        first[key] = model._base_manager.order_by("pk").values_list("pk", flat=True).first()
    found = []
    for route in routes([one for one in get_resolver().url_patterns if str(one.pattern) == "admin/"]):
        key = "/".join(route.split("/")[1:3])
        url = re.sub(r"<path:object_id>|<int:\w+>|<\w+:\w+>", str(first.get(key) or 1), f"/{route}")
        # References to a person or a tag are listed by the names of tables, which are not meant for people.
        if not re.search(r"\(\?P|\^|logout|jsi18n|autocomplete|/auth/|(person|tag)/\d+/delete", url):
            found.append(url)
    return found


def test_every_word_of_a_page_of_staff_is_translated(
    own: list[Comment], marked: None, sign_in: Callable[..., Client]
) -> None:
    assert unmarked(sign_in("admin"), staff_urls()) == {}


def test_no_template_has_a_word_outside_of_what_is_translated() -> None:
    found = {}
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.html")):
        text = re.sub(r"{#.*?#}|{% block \w*class %}.*?{% endblock", "", path.read_text(), flags=re.DOTALL)
        text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}|{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
        read = [value for name, value in re.findall(r'\s([\w-]+)="([^"]*)"', text) if name in READ]
        text = TYPED.sub("", re.sub(r"<[^>]*>|&\w+;", " ", text))
        words = {*WORD.findall(" ".join(read)), *WORD.findall(text)} - SAME
        if words:
            found[str(path)] = words
    assert found == {}

"""Every read that the checklist needs."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.http import Http404
from django.urls import Resolver404, ResolverMatch, resolve

from articles.finding import live_edition, named
from articles.html import key_of, pictures
from articles.limits import LINKS_CHECKED
from articles.models import Article, Person, Picture, Quote, Section, Tag

_LINK = re.compile(r'<a [^>]*?href="([^"]*)"')
_NAMED: dict[str, type[Section | Tag | Person]] = {"section": Section, "tag": Tag, "person": Person}


@dataclass(frozen=True)
class Facts:
    """A working copy as it was saved, and where its links lead."""

    article: Article
    key_points: int = 0
    quotes: tuple[Quote, ...] = ()
    dead_links: tuple[str, ...] = ()
    # The pictures that the body names and the library does not have.
    missing_pictures: tuple[str, ...] = ()


def gather(article: Article) -> Facts:
    """Read what the rules need to know of a story."""
    return Facts(
        article,
        article.key_points.count(),
        tuple(article.quotes.all()),
        tuple(_dead_links(article)),
        tuple(_missing_pictures(article)),
    )


def _missing_pictures(article: Article) -> list[str]:
    keys = {name: key_of(name) for name in sorted(set(pictures(article.body)))}
    found = Picture.objects.filter(pk__in=[key for key in keys.values() if key is not None])
    library = set(found.values_list("pk", flat=True))
    return [name for name, key in keys.items() if key not in library]


def _dead_links(article: Article) -> list[str]:
    """The links in the body that lead to nothing on this site, as they were written."""
    links = list(dict.fromkeys(unescape(link) for link in _LINK.findall(article.body)))
    return [link for link in links[:LINKS_CHECKED] if not _leads_somewhere(link, article)]


def _leads_somewhere(link: str, article: Article) -> bool:
    try:
        there = urlsplit(urljoin(f"{settings.SITE_URL}/articles/{article.pk or 0}/x/", link))
    except ValueError:
        # An address that cannot be parsed, such as one with an unclosed bracket.
        return False
    home = urlsplit(settings.SITE_URL)
    is_ours = (there.scheme, there.netloc) == (home.scheme, home.netloc)
    if not is_ours or there.path.startswith(settings.STATIC_URL):
        return True
    try:
        match = resolve(there.path)
    except Resolver404:
        return False
    return _is_public(match, article)


def _is_public(match: ResolverMatch, article: Article) -> bool:
    """Whether a reader who follows an address of this site finds the story, section, tag or person it names."""
    if "admin" in match.app_names:
        return False
    asked = match.kwargs.get("article_id")
    try:
        if asked is not None and asked != str(article.pk):
            live_edition(asked)
        if match.app_names == ["articles"] and "slug" in match.kwargs and asked is None:
            named(_NAMED[(match.url_name or "").removesuffix("_feed")], match.kwargs["slug"])
    except Http404:
        return False
    return True

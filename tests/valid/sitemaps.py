"""What the schemas of sitemaps.org and of Google's extensions for news and pictures require, and in which places."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"
MOST_ADDRESSES, MOST_BYTES, MOST_PICTURES, MOST_NEWS = 50_000, 50 * 1024 * 1024, 1_000, 1_000
ADDRESS_LENGTH = 12, 2_048
_ROOTS = {f"{SITEMAP}urlset": f"{SITEMAP}url", f"{SITEMAP}sitemapindex": f"{SITEMAP}sitemap"}
_ORDER = [f"{SITEMAP}loc", f"{SITEMAP}lastmod", f"{SITEMAP}changefreq", f"{SITEMAP}priority"]
_LANGUAGE = re.compile(r"zh-cn|zh-tw|[a-z]{2,3}")


def complaints(xml: bytes, site: str) -> list[str]:
    """What is wrong with a sitemap, or an index of them, of a site (its root without a slash), in words."""
    root = ElementTree.fromstring(xml)
    if root.tag not in _ROOTS:
        return [f"no sitemap, but {root.tag}"]
    return [*_whole(root, len(xml)), *(fault for url in root for fault in _address(url, site))]


def _whole(root: Element, size: int) -> Iterator[str]:
    if not 1 <= len(root) <= MOST_ADDRESSES or size > MOST_BYTES:
        yield f"{len(root)} addresses in {size} bytes"
    yield from (f"{child.tag} has no place here" for child in root if child.tag != _ROOTS[root.tag])
    places = [url.findtext(f"{SITEMAP}loc") for url in root]
    if len(places) != len(set(places)):
        yield "an address stands twice"
    if len(root.findall(f"{SITEMAP}url/{NEWS}news")) > MOST_NEWS:
        yield "more news than are read"


def _address(url: Element, site: str) -> Iterator[str]:
    place = url.findtext(f"{SITEMAP}loc", "")
    parts = urlsplit(place)
    least, most = ADDRESS_LENGTH
    if f"{parts.scheme}://{parts.netloc}" != site or not least <= len(place) <= most or not place.isascii():
        yield f"{place!r} is no address of {site}"
    own = [child.tag for child in url if child.tag.startswith(SITEMAP)]
    if own != sorted(set(own), key=_ORDER.index):
        yield f"{place}: {own} in this order"
    changed = url.find(f"{SITEMAP}lastmod")
    if changed is not None and not _is_date(changed.text or ""):
        yield f"{place}: changed on {changed.text!r}"
    yield from (f"{place}: {fault}" for news in url.findall(f"{NEWS}news") for fault in _news(news))
    pictures = url.findall(f"{IMAGE}image")
    if len(pictures) > MOST_PICTURES or any(not urlsplit(one.findtext(f"{IMAGE}loc", "")).netloc for one in pictures):
        yield f"{place}: too many pictures, or one without an address"
    known = {*_ORDER, f"{NEWS}news", f"{IMAGE}image"}
    yield from (f"{place}: {child.tag} has no place here" for child in url if child.tag not in known)


def _news(news: Element) -> Iterator[str]:
    publication = news.find(f"{NEWS}publication")
    if publication is None or not publication.findtext(f"{NEWS}name"):
        yield "of no publication"
    elif not _LANGUAGE.fullmatch(publication.findtext(f"{NEWS}language", "")):
        yield f"in no language: {publication.findtext(f'{NEWS}language')!r}"
    if not _is_date(news.findtext(f"{NEWS}publication_date", "")):
        yield "without a date"
    if not news.findtext(f"{NEWS}title", "").strip():
        yield "without a title"
    if len(news) != 3:
        yield f"{[child.tag for child in news]}"


def _is_date(text: str) -> bool:
    """W3C's profile of ISO 8601: a day, or a moment with its zone."""
    try:
        return bool(date.fromisoformat(text)) if len(text) == 10 else datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False

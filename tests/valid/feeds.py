"""What the specifications require of a feed, as W3C's validator reads them: RSS 2.0, and Atom (RFC 4287, RFC 4685)."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

ATOM, MEDIA = "{http://www.w3.org/2005/Atom}", "{http://search.yahoo.com/mrss/}"
CONTENT, DC = "{http://purl.org/rss/1.0/modules/content/}encoded", "{http://purl.org/dc/elements/1.1/}creator"
COMMENTS_FEED = "{http://wellformedweb.org/CommentAPI/}commentRss"
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

_CHANNEL_ONCE = {"title", "link", "description", "language", "copyright", "pubDate", "lastBuildDate", "ttl"}
_ITEM_ONCE = {"title", "link", "description", "pubDate", "guid", "comments", "enclosure", "author", "source"}
_ITEM_ONCE |= {CONTENT, COMMENTS_FEED, f"{ATOM}updated"}
_ITEM_MANY = {"category", DC, f"{MEDIA}content"}
_FEED_ONCE = {"id", "title", "updated", "subtitle", "rights", "generator", "icon", "logo"}
_ENTRY_ONCE = {"id", "title", "updated", "published", "summary", "content", "rights", "source"}
_ATOM_MANY = {"author", "contributor", "category", "link"}
_RELATIONS = {"alternate", "self", "enclosure", "related", "via", "replies"}


def complaints(xml: bytes, address: str) -> list[str]:
    """What is wrong with a feed found at a URL, in words."""
    root = ElementTree.fromstring(xml)
    return list(_rss(root, address) if root.tag == "rss" else _atom(root, address))


# --- RSS ------------------------------------------------------------------------------------------------------------


def _rss(root: Element, address: str) -> Iterator[str]:
    channels = root.findall("channel")
    if root.get("version") != "2.0" or len(channels) != 1:
        yield "no RSS 2.0 with one channel"
        return
    (channel,) = channels
    yield from _children("channel", channel, _CHANNEL_ONCE, {"item", "category", f"{ATOM}link"})
    for name in ("title", "link", "description"):
        if not (channel.findtext(name) or "").strip():
            yield f"channel: no {name}"
    own = [link.get("href") for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if own != [address]:
        yield f"channel: says that it is found at {own}"
    if not LANGUAGE.fullmatch(channel.findtext("language", "en")):
        yield "channel: no language tag"
    items = channel.findall("item")
    guids = Counter(item.findtext("guid") for item in items)
    yield from (f"guid {guid} is not one item's" for guid, times in guids.items() if guid is None or times > 1)
    for element in (channel, *items):
        yield from _rss_values(element)
    for item in items:
        yield from _item(item)


def _item(item: Element) -> Iterator[str]:
    where = f"item {item.findtext('guid')}"
    yield from _children(where, item, _ITEM_ONCE, _ITEM_MANY)
    if item.find("title") is None and item.find("description") is None:
        yield f"{where}: neither title nor description"
    guid = item.find("guid")
    if guid is not None and guid.get("isPermaLink") != "false" and not _is_absolute(guid.text):
        yield f"{where}: a guid that is no address and does not say so"
    yield from _attached(where, item)
    for name in (CONTENT, "description"):
        yield from _html(f"{where}: {name}", item.findtext(name) or "")


def _attached(where: str, item: Element) -> Iterator[str]:
    for author in item.findall("author"):
        if "@" not in (author.text or ""):
            yield f"{where}: an author without a mail address"
    for enclosure in item.findall("enclosure"):
        if not (_is_absolute(enclosure.get("url")) and enclosure.get("length", "").isdigit() and enclosure.get("type")):
            yield f"{where}: an enclosure without address, length or type"
    for media in item.findall(f"{MEDIA}content"):
        if not _is_absolute(media.get("url")) or not media.get("width", "1").isdigit():
            yield f"{where}: media without an address, or with a width that is none"


def _rss_values(element: Element) -> Iterator[str]:
    for name in ("pubDate", "lastBuildDate"):
        for date in element.findall(name):
            if not _is_mail_date(date.text or ""):
                yield f"{element.tag}: {name} {date.text!r} is no date of RFC 822"
    for name in ("link", "comments", COMMENTS_FEED):
        for link in element.findall(name):
            if not _is_absolute(link.text):
                yield f"{element.tag}: {name} {link.text!r} is no absolute address"


# --- Atom -----------------------------------------------------------------------------------------------------------


def _atom(root: Element, address: str) -> Iterator[str]:
    if root.tag != f"{ATOM}feed":
        yield f"neither RSS nor Atom, but {root.tag}"
        return
    entries = root.findall(f"{ATOM}entry")
    yield from _children("feed", root, _in_atom(_FEED_ONCE), _in_atom(_ATOM_MANY | {"entry"}))
    own = [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if own != [address]:
        yield f"feed: says that it is found at {own}"
    if root.find(f"{ATOM}author") is None and any(entry.find(f"{ATOM}author") is None for entry in entries):
        yield "feed: neither it nor each entry has an author"
    ids = Counter(entry.findtext(f"{ATOM}id") for entry in entries)
    yield from (f"id {name} is not one entry's" for name, times in ids.items() if times > 1)
    yield from _container("feed", root)
    for entry in entries:
        where = f"entry {entry.findtext(f'{ATOM}id')}"
        yield from _children(where, entry, _in_atom(_ENTRY_ONCE), _in_atom(_ATOM_MANY))
        yield from _container(where, entry)
        links = {link.get("rel", "alternate") for link in entry.findall(f"{ATOM}link")}
        if "alternate" not in links and entry.find(f"{ATOM}content") is None:
            yield f"{where}: neither content nor where it is"


def _container(where: str, element: Element) -> Iterator[str]:
    """What feeds and entries have in common."""
    for name in ("id", "title", "updated"):
        if not (element.findtext(ATOM + name) or "").strip():
            yield f"{where}: no {name}"
    if not _is_absolute(element.findtext(f"{ATOM}id")):
        yield f"{where}: its id is no IRI"
    for name in ("updated", "published"):
        for date in element.findall(ATOM + name):
            if not _is_internet_date(date.text or ""):
                yield f"{where}: {name} {date.text!r} is no date of RFC 3339"
    for part in (_people, _links, _texts):
        yield from part(where, element)


def _people(where: str, element: Element) -> Iterator[str]:
    for person in (*element.findall(f"{ATOM}author"), *element.findall(f"{ATOM}contributor")):
        yield from _children(where, person, _in_atom({"name", "uri", "email"}), set())
        if not person.findtext(f"{ATOM}name") or not _is_absolute(person.findtext(f"{ATOM}uri", "https://x.example")):
            yield f"{where}: an author without a name, or whose page has no absolute address"


def _links(where: str, element: Element) -> Iterator[str]:
    terms = [category.get("term") for category in element.findall(f"{ATOM}category")]
    if not all(terms):
        yield f"{where}: a category without a term"
    alternates: Counter[tuple[str | None, str | None]] = Counter()
    for link in element.findall(f"{ATOM}link"):
        relation = link.get("rel", "alternate")
        alternates[link.get("type"), link.get("hreflang")] += relation == "alternate"
        if relation not in _RELATIONS or not _is_absolute(link.get("href")):
            yield f"{where}: a link {relation} to {link.get('href')}"
    if any(times > 1 for times in alternates.values()):
        yield f"{where}: two alternates of one kind"


def _texts(where: str, element: Element) -> Iterator[str]:
    for text in (
        found for name in ("title", "summary", "content", "subtitle") for found in element.findall(ATOM + name)
    ):
        name = text.tag.removeprefix(ATOM)
        if text.get("type", "text") not in {"text", "html"}:
            yield f"{where}: {name} of type {text.get('type')}"
        if text.get("type") == "html":
            yield from _html(f"{where}: {name}", text.text or "")


def _in_atom(names: set[str]) -> set[str]:
    return {ATOM + name for name in names}


# --- Both -----------------------------------------------------------------------------------------------------------


def _children(where: str, element: Element, once: set[str], many: set[str]) -> Iterator[str]:
    found = Counter(child.tag for child in element)
    yield from (f"{where}: {name} has no place here" for name in found if name not in once | many)
    yield from (f"{where}: {name} stands {times} times" for name, times in found.items() if name in once and times > 1)


class _Content(HTMLParser):
    """What a feed reader cannot show of a text: URLs that are not absolute, and anything that runs or is styled."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style", "iframe", "object", "embed", "form", "input", "link", "meta"}:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name in {"href", "src"} and not _is_absolute(value):
                self.faults.append(f"{name}={value}")
            if name.startswith("on") or name in {"style", "id", "class"}:
                self.faults.append(name)


def _html(where: str, html: str) -> Iterator[str]:
    yield from (f"{where}: {fault}" for fault in _Content(html).faults)


def _is_absolute(address: str | None) -> bool:
    parts = urlsplit(address or "")
    return parts.scheme == "mailto" or (parts.scheme in {"http", "https"} and bool(parts.netloc))


def _is_mail_date(text: str) -> bool:
    try:
        return parsedate_to_datetime(text).tzinfo is not None
    except ValueError:
        return False


def _is_internet_date(text: str) -> bool:
    return RFC_3339.fullmatch(text) is not None and datetime.fromisoformat(text).tzinfo is not None

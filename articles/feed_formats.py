"""How a story is written in RSS 2.0 and in Atom (RFC 4287): what Django's own writers do not cover."""

from typing import Any, NamedTuple

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, rfc3339_date

# By their usual prefixes, which are used below.
_SPACES = {
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:media": "http://search.yahoo.com/mrss/",
    "xmlns:wfw": "http://wellformedweb.org/CommentAPI/",
}


class Author(NamedTuple):
    """Who wrote a story; `url` is the page about them, if there is one."""

    name: str
    url: str = ""


class LeadPicture(NamedTuple):
    """The picture that a story begins with."""

    url: str
    media_type: str
    width: int
    height: int
    description: str
    credit: str


class StoryRss(Rss201rev2Feed):
    """Items with their whole text, their authors, picture and last change, and the address of their comments.

    The last change is an element of Atom's: RSS has none.
    """

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), **_SPACES}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for author in item["authors"]:
            handler.addQuickElement("dc:creator", author.name)
        handler.addQuickElement("content:encoded", item["content"])
        if item["picture"]:
            _add_media(handler, item["picture"])
        handler.addQuickElement("wfw:commentRss", item["comments_feed"])
        if item["updateddate"] > item["pubdate"]:
            handler.addQuickElement("atom:updated", rfc3339_date(item["updateddate"]))


class StoryAtom(Atom1Feed):
    """Entries with the same; each states its own language."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["story_language"]} if item["story_language"] else {}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for author in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", author.name)
            if author.url:
                handler.addQuickElement("uri", author.url)
            handler.endElement("author")
        handler.addQuickElement("content", item["content"], {"type": "html"})
        if item["picture"]:
            picture = {"rel": "enclosure", "href": item["picture"].url, "type": item["picture"].media_type}
            handler.addQuickElement("link", "", picture)
        # RFC 4685: where the replies are, as a page and as a feed.
        for kind, href in (("text/html", item["comments"]), ("application/rss+xml", item["comments_feed"])):
            handler.addQuickElement("link", "", {"rel": "replies", "type": kind, "href": href})


def _add_media(handler: Any, picture: LeadPicture) -> None:
    """Media RSS. An enclosure would need the file's length, and so a request to the pictures' storage."""
    size = {"width": str(picture.width), "height": str(picture.height)}
    handler.startElement("media:content", {"url": picture.url, "medium": "image", "type": picture.media_type, **size})
    if picture.description:
        handler.addQuickElement("media:description", picture.description, {"type": "plain"})
    if picture.credit:
        handler.addQuickElement("media:credit", picture.credit)
    handler.endElement("media:content")

"""What is checked before a story is published: small pure functions, in the order in which findings are reported.

They warn and say where. Only those in `BREAKING`, which would break the page, block; publishing checks them again.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import html
from articles.facts import Facts
from articles.limits import KEY_POINTS_LEAST, KEY_POINTS_MOST, SEO_TITLE_SHOWN
from articles.models import Article
from articles.states import KindOfWork

_HEADING = re.compile(r"<h([2-4])[^>]*>(.*?)</h\1>", re.DOTALL)
_IMAGE = re.compile(r"<img [^>]*>")
_ALT = re.compile(r'alt="[^"]')


@dataclass(frozen=True)
class Finding:
    """One thing to look at: what, in words, and in which field or list of the story's form."""

    words: str
    field: str
    blocks: bool = False


def check(facts: Facts) -> list[Finding]:
    """All findings of a working copy, those that block first."""
    return [*breaking(facts.article), *(finding for rule in RULES for finding in rule(facts))]


def breaking(article: Article) -> list[Finding]:
    """What would break the story's page: readers would get a page without a headline, or without a text."""
    return [finding for rule in BREAKING for finding in rule(article)]


# --- What blocks ----------------------------------------------------------------------------------------------------


def _no_headline(article: Article) -> Iterator[Finding]:
    if not article.headline.strip():
        yield Finding(_("The story has no headline."), "headline", blocks=True)


def _no_body(article: Article) -> Iterator[Finding]:
    if not any(html.to_text(piece.html) or piece.name for piece in html.split(article.body)):
        yield Finding(_("The story has no text."), "body", blocks=True)


# --- What is worth a look -------------------------------------------------------------------------------------------


def _no_summary(facts: Facts) -> Iterator[Finding]:
    if not facts.article.summary.strip():
        yield Finding(_("There is no summary: lists, feeds and search engines show none."), "summary")


def _advertiser(facts: Facts) -> Iterator[Finding]:
    if facts.article.kind_of_work == KindOfWork.ADVERTISEMENT and facts.article.source is None:
        yield Finding(_("The advertisement does not say who paid for it: give a source."), "source")


def _picture(facts: Facts) -> Iterator[Finding]:
    picture = facts.article.picture
    if picture is None:
        yield Finding(_("There is no lead picture."), "picture")
    elif not picture.alt.strip() and not picture.is_decorative:
        yield Finding(_("The lead picture has no alternative text."), "picture")
    if picture and not picture.is_large:
        words = _("The lead picture is small: %(width)s × %(height)s pixels, which are enlarged where it leads a page.")
        yield Finding(words % {"width": picture.width, "height": picture.height}, "picture")


def _pictures_in_the_text(facts: Facts) -> Iterator[Finding]:
    silent = sum(not _ALT.search(image) for image in _IMAGE.findall(facts.article.body))
    if silent:
        words = ngettext(
            "%(n)s picture in the text has no alternative text.",
            "%(n)s pictures in the text have no alternative text.",
            silent,
        )
        yield Finding(words % {"n": silent}, "body")
    for name in facts.missing_pictures:
        words = _("The body has a place for the picture %s, but the library has none of that number.")
        yield Finding(words % name, "body")
    named = set(html.pictures(facts.article.body)) - set(facts.missing_pictures)
    for name in sorted(named - set(html.placed(facts.article.body, "picture"))):
        words = _("Readers do not see the picture %(name)s: put [[picture %(name)s]] into a paragraph of its own.")
        yield Finding(words % {"name": name}, "body")


def _key_points(facts: Facts) -> Iterator[Finding]:
    if not KEY_POINTS_LEAST <= facts.key_points <= KEY_POINTS_MOST:
        words = ngettext("There is %(n)s key point", "There are %(n)s key points", facts.key_points)
        asked = _("%(least)s to %(most)s are read at a glance") % {"least": KEY_POINTS_LEAST, "most": KEY_POINTS_MOST}
        yield Finding(f"{words % {'n': facts.key_points}}: {asked}.", "key_points")


def _headings(facts: Facts) -> Iterator[Finding]:
    above = 1
    for level, inside in _HEADING.findall(facts.article.body):
        if int(level) > above + 1:
            words = _("The heading “%(heading)s” is of level %(level)s, and the one before it of level %(above)s.")
            told = {"heading": html.to_text(inside), "level": level, "above": above}
            first = _("The first heading, “%(heading)s”, is of level %(level)s, and should be of level 2.")
            yield Finding((first if above == 1 else words) % told, "body")
        above = int(level)


def _quotes(facts: Facts) -> Iterator[Finding]:
    known = {quote.marker for quote in facts.quotes}
    placed = html.placed(facts.article.body, "quote")
    for quote in facts.quotes:
        if not quote.speaker.strip():
            yield Finding(_("Nobody is named as the speaker of the quote “%s”.") % quote.marker, "quotes")
        if quote.marker not in placed:
            words = _("Readers do not see the quote “%(name)s”: put [[quote %(name)s]] into a paragraph of its own.")
            yield Finding(words % {"name": quote.marker}, "quotes")
    for marker in sorted(set(html.markers(facts.article.body)) - known):
        yield Finding(_("The body has a place for a quote “%s”, but there is none.") % marker, "body")


def _seo_title(facts: Facts) -> Iterator[Finding]:
    article = facts.article
    if len(article.seo_title or article.headline) > SEO_TITLE_SHOWN:
        words = _("The title for search engines will be cut: it has %(length)s characters, and %(most)s are shown.")
        if not article.seo_title:
            words = _(
                "Search engines will cut the headline: it has %(length)s characters, and %(most)s are shown. "
                "Give a shorter title."
            )
        told = {"length": len(article.seo_title or article.headline), "most": SEO_TITLE_SHOWN}
        yield Finding(words % told, "seo_title")


def _links(facts: Facts) -> Iterator[Finding]:
    for link in facts.dead_links:
        yield Finding(_("The link to %s leads nowhere: readers find no such page here.") % link, "body")


BREAKING: tuple[Callable[[Article], Iterator[Finding]], ...] = (_no_headline, _no_body)
RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    _no_summary,
    _advertiser,
    _picture,
    _pictures_in_the_text,
    _key_points,
    _headings,
    _quotes,
    _seo_title,
    _links,
)

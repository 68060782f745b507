"""A story as feeds deliver it: all of it, in plain HTML that needs none of our styles, and with absolute addresses."""

from collections.abc import Mapping

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles.html import Piece, key_of, split, with_absolute_links
from articles.limits import FEED_PICTURE_WIDTH
from articles.models import Edition, Picture
from articles.states import KindOfWork
from newsportal.links import absolute


def full_text(edition: Edition, pictures: Mapping[int, Picture]) -> SafeString:
    """The kind of work unless it is news, the lead picture, summary, key points, text and source of a story.

    `pictures` are those of its figures, by their keys.
    """
    return _joined(
        _line("<p><strong>{}</strong></p>", _kind_of_work(edition)),
        _lead(edition),
        _line("<p><em>{}</em></p>", edition.summary),
        _key_points(edition),
        _line("<p>{}</p>", edition.dateline),
        *(_piece(edition, piece, pictures) for piece in split(edition.body)),
        _source(edition),
    )


def _joined(*parts: SafeString) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _line(pattern: str, words: object) -> SafeString:
    return format_html(pattern, words) if words else SafeString("")


def _kind_of_work(edition: Edition) -> str:
    return "" if edition.kind_of_work == KindOfWork.NEWS else edition.get_kind_of_work_display()


def _lead(edition: Edition) -> SafeString:
    if not edition.picture:
        return SafeString("")
    return _figure(edition.picture, edition.picture_alt, edition.picture_caption, edition.picture_credit)


def _key_points(edition: Edition) -> SafeString:
    if not edition.key_points:
        return SafeString("")
    points = format_html_join("", "<li>{}</li>", ((point,) for point in edition.key_points))
    return format_html("<h2>{}</h2><ul>{}</ul>", edition.key_points_heading or _("Key Points"), points)


def _piece(edition: Edition, piece: Piece, pictures: Mapping[int, Picture]) -> SafeString:
    """A part of the body: words, or the quote or picture that belongs there."""
    if piece.html:
        # Cleaned when it was written, and again when its links are made absolute.
        return mark_safe(with_absolute_links(piece.html, absolute(edition.get_absolute_url())))  # noqa: S308
    if piece.kind == "quote":
        return format_html_join("", "<blockquote><p>{}</p><p>— {}</p></blockquote>", _said(edition, piece.name))
    key = key_of(piece.name)
    picture = pictures.get(key) if key else None
    shown = [figure for figure in edition.figures if figure["picture"] == key] if picture else []
    return _joined(*(_figure(picture, one["alt"], one["caption"], one["credit"]) for one in shown if picture))


def _said(edition: Edition, marker: str) -> list[tuple[str, str]]:
    """The words of a quote, and their speaker."""
    found = (quote for quote in edition.quotes if quote["marker"] == marker)
    return [(quote["words"], ", ".join(filter(None, (quote["speaker"], quote["role"])))) for quote in found]


def _figure(picture: Picture, alt: str, caption: str, credit: str) -> SafeString:
    crop = picture.crop(FEED_PICTURE_WIDTH)
    image = format_html(
        '<img src="{}" width="{}" height="{}" alt="{}">', absolute(crop.url), crop.width, crop.height, alt
    )
    below = " ".join(filter(None, (caption, credit)))
    return format_html("<figure>{}{}</figure>", image, _line("<figcaption>{}</figcaption>", below))


def _source(edition: Edition) -> SafeString:
    if not edition.source_url:
        return _line("<p>— {}</p>", edition.source_name)
    return format_html('<p>— <a href="{}">{}</a></p>', edition.source_url, edition.source_name)

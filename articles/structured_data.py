"""What a story says of itself to machines: schema.org's NewsArticle as JSON-LD."""

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from articles.html import to_text
from articles.models import Edition
from articles.states import KINDS_WITH_NOTE, House, KindOfWork
from newsportal.links import absolute

if TYPE_CHECKING:
    from articles.house import Shown

_TYPES = {
    KindOfWork.NEWS: "NewsArticle",
    KindOfWork.ANALYSIS: "AnalysisNewsArticle",
    KindOfWork.OPINION: "OpinionNewsArticle",
    KindOfWork.ADVERTISEMENT: "AdvertiserContentArticle",
}
_PAGES: dict[str, str] = {House.ABOUT: "AboutPage", House.OWNERSHIP: "AboutPage", House.CONTACT: "ContactPage"}
# JSON inside a script element: no sequence may end the element or open a comment.
_UNSAFE = re.compile("[<>&\u2028\u2029]")


def news_article(
    edition: Edition, comment_count: int, notes: Iterable[Edition] = (), comments: Iterable[dict[str, object]] = ()
) -> dict[str, object]:
    """The structured datum of a live edition; what it lacks is left out. `notes` are the story's public ones,
    `comments` the data of those that its page shows.
    """
    url = absolute(edition.get_absolute_url())
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": _TYPES[KindOfWork(edition.kind_of_work)],
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "headline": edition.headline,
        "alternativeHeadline": edition.seo_title,
        "description": edition.seo_description or edition.summary,
        "abstract": edition.summary,
        "articleBody": to_text(edition.body),
        "articleSection": edition.section.name,
        "keywords": [tag.name for tag in edition.tag_list],
        "dateline": edition.dateline,
        "inLanguage": edition.language,
        "datePublished": edition.first_visible_from.isoformat(),
        "dateModified": edition.told_from.isoformat(),
        "correction": [_correction(note) for note in notes if note.kind in KINDS_WITH_NOTE],
        "author": [_person(person.name, person.get_absolute_url()) for person in edition.people_in_order]
        or _organisation(edition.source_name or settings.SITE_NAME),
        "sourceOrganization": _organisation(edition.source_name, edition.source_url) if edition.source_name else None,
        "publisher": _organisation(settings.SITE_NAME, absolute("/")),
        "image": _image(edition),
        "isAccessibleForFree": True,
        "commentCount": comment_count,
        "interactionStatistic": _counter(comment_count),
        "comment": list(comments),
    }
    return {name: value for name, value in data.items() if value not in ("", None, [])}


def about_the_paper(page: "Shown") -> dict[str, object]:
    """The structured datum of a page about the paper."""
    url = absolute(page.url)
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": _PAGES.get(page.slug, "WebPage"),
        "@id": url,
        "url": url,
        "name": page.title,
        "description": page.summary,
        "inLanguage": settings.LANGUAGE_CODE,
        "dateModified": page.changed_at.isoformat() if page.changed_at else None,
        "publisher": _organisation(settings.SITE_NAME, absolute("/")),
    }
    return {name: value for name, value in data.items() if value not in ("", None)}


def as_script(data: dict[str, object]) -> SafeString:
    """The `<script type="application/ld+json">` element of a datum."""
    text = _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04X}", json.dumps(data, ensure_ascii=False))
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


def _image(edition: Edition) -> dict[str, object] | None:
    if not edition.picture:
        return None
    caption = edition.picture_caption or edition.picture_alt
    return {
        "@type": "ImageObject",
        "url": absolute(edition.picture.file.share),
        # A decorative picture may have none.
        **({"caption": caption} if caption else {}),
        "creditText": edition.picture_credit or settings.SITE_NAME,
    }


def _correction(note: Edition) -> dict[str, object]:
    """https://schema.org/CorrectionComment: what was wrong, in our words, and since when it is mended."""
    return {
        "@type": "CorrectionComment",
        "name": note.get_kind_display(),
        "text": note.note,
        "datePublished": note.visible_from.isoformat(),
    }


def _counter(comment_count: int) -> dict[str, object]:
    """https://schema.org/InteractionCounter: how many comments readers see."""
    return {
        "@type": "InteractionCounter",
        "interactionType": "https://schema.org/CommentAction",
        "userInteractionCount": comment_count,
    }


def _person(name: str, path: str) -> dict[str, str]:
    return {"@type": "Person", "name": name, "url": absolute(path)}


def _organisation(name: str, url: str = "") -> dict[str, str]:
    return {"@type": "Organization", "name": name, **({"url": url} if url else {})}

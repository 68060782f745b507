"""What pages tell machines about stories, lists and people: schema.org's words as JSON-LD."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from articles.html import to_text
from articles.models import Edition, Person, Section
from articles.models.picture import Shared
from articles.pictures import SHARED
from articles.states import KINDS_WITH_NOTE, House, KindOfWork
from newsportal.links import absolute
from newsportal.publisher import publisher

if TYPE_CHECKING:
    from articles.house import Shown

_TYPES = {
    KindOfWork.NEWS: "NewsArticle",
    KindOfWork.ANALYSIS: "AnalysisNewsArticle",
    KindOfWork.OPINION: "OpinionNewsArticle",
    KindOfWork.ADVERTISEMENT: "AdvertiserContentArticle",
}
_PAGES: dict[str, str] = {House.ABOUT: "AboutPage", House.OWNERSHIP: "AboutPage", House.CONTACT: "ContactPage"}
# The page about the paper that states each of the policies of https://schema.org/NewsMediaOrganization.
_POLICIES = {
    "ethicsPolicy": House.ETHICS,
    "correctionsPolicy": House.CORRECTIONS,
    "ownershipFundingInfo": House.OWNERSHIP,
    "actionableFeedbackPolicy": House.GUIDELINES,
}
# The parts of a story's page to be read aloud: the headline, and the story in brief.
_SPOKEN = [".story__headline", ".key-points__list"]
# As large as search engines show a portrait.
_PORTRAIT_WIDTH = 640
# JSON inside a script element: no sequence may end the element or open a comment.
_UNSAFE = re.compile("[<>&\u2028\u2029]")


def news_article(
    edition: Edition, comment_count: int, notes: Iterable[Edition] = (), comments: Iterable[dict[str, object]] = ()
) -> dict[str, object]:
    """The structured data of a live edition; what it lacks is left out. `notes` are the story's public ones, `comments`
    the data of the comments that its page shows.
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
        "author": [_person(person) for person in edition.people_in_order]
        or _organisation(edition.source_name or settings.SITE_NAME),
        "sourceOrganization": _organisation(edition.source_name, edition.source_url) if edition.source_name else None,
        "citation": _citation(edition),
        "publisher": publisher(),
        "image": _image(edition.shared_picture),
        "speakable": {"@type": "SpeakableSpecification", "cssSelector": _SPOKEN} if edition.key_points else None,
        "isAccessibleForFree": True,
        "commentCount": comment_count,
        "interactionStatistic": _counter(comment_count),
        "comment": list(comments),
    }
    return _said(data)


def paper(pages: Mapping[House, str]) -> dict[str, object]:
    """The paper with its policies, as the front page describes it; `pages` are the addresses of its public pages."""
    said = {name: absolute(pages[page]) for name, page in _POLICIES.items() if page in pages}
    return _said({"@context": "https://schema.org", **publisher(), "slogan": settings.SITE_TAGLINE, **said})


def breadcrumbs(section: Section, edition: Edition | None = None) -> dict[str, object]:
    """The path from the front page to a section, or through it to a story."""
    steps = [(settings.SITE_NAME, "/"), (section.name, section.get_absolute_url())]
    if edition:
        steps.append((edition.headline, edition.get_absolute_url()))
    listed = [
        {"@type": "ListItem", "position": position, "name": name, "item": absolute(path)}
        for position, (name, path) in enumerate(steps, start=1)
    ]
    return {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": listed}


def section_page(section: Section) -> dict[str, object]:
    """The page of a section."""
    url = absolute(section.get_absolute_url())
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "@id": url,
        "url": url,
        "name": section.name,
        "description": section.description,
        "image": _image(section.shared_picture),
        "inLanguage": settings.LANGUAGE_CODE,
    }
    return _said(data)


def profile(person: Person) -> dict[str, object]:
    """The page about a person who writes."""
    about = {
        **_person(person),
        "description": person.bio,
        "image": absolute(person.portrait.crop(_PORTRAIT_WIDTH).url) if person.portrait else "",
        "worksFor": publisher(),
    }
    url = absolute(person.get_absolute_url())
    return {"@context": "https://schema.org", "@type": "ProfilePage", "url": url, "mainEntity": _said(about)}


def about_the_paper(page: "Shown") -> dict[str, object]:
    """The structured data of a page about the paper."""
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
    """The `<script type="application/ld+json">` element for this data."""
    text = _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04X}", json.dumps(data, ensure_ascii=False))
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


def _citation(edition: Edition) -> dict[str, object] | None:
    """https://schema.org/citation: what a story is based on, if it gives an address for it."""
    if not edition.source_url:
        return None
    return {"@type": "CreativeWork", "name": edition.source_name, "url": edition.source_url}


def _image(picture: Shared | None) -> dict[str, object] | None:
    """https://schema.org/ImageObject; none for the site's own picture, which does not illustrate the story."""
    if not picture:
        return None
    caption = picture.caption or picture.alt
    return {
        "@type": "ImageObject",
        "url": absolute(picture.url),
        "width": SHARED[0],
        "height": SHARED[1],
        # A decorative picture may have none.
        **({"caption": caption} if caption else {}),
        "creditText": picture.credit or settings.SITE_NAME,
    }


def _correction(note: Edition) -> dict[str, object]:
    """https://schema.org/CorrectionComment: what was wrong, in our words, and when it was corrected."""
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


def _person(person: Person) -> dict[str, object]:
    url = absolute(person.get_absolute_url())
    return _said({"@type": "Person", "name": person.name, "url": url, "jobTitle": person.role})


def _organisation(name: str, url: str = "") -> dict[str, str]:
    return {"@type": "Organization", "name": name, **({"url": url} if url else {})}


def _said(data: dict[str, object]) -> dict[str, object]:
    """The data without empty values."""
    return {name: value for name, value in data.items() if value not in ("", None, [])}

"""What an edition keeps of an article: the copying, and nothing else."""

import math
from datetime import datetime

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from articles.html import to_text
from articles.limits import RESERVED_SLUGS, WORDS_A_MINUTE
from articles.models import Article, Edition, EditionPerson, EditionTag, Person
from articles.states import TOLD_KINDS, Kind


def freeze(article: Article, *, kind: Kind, note: str, at: datetime, number: int, before: Edition | None) -> Edition:
    """An unsaved edition with all words of the working copy. `before` is the edition that readers see until then."""
    first = article.editions.order_by("visible_from").values_list("first_visible_from", flat=True).first() or at
    edition = Edition(
        article=article,
        number=number,
        kind=kind,
        note=note if kind in TOLD_KINDS else "",
        visible_from=at,
        first_visible_from=min(first, at),
        told_from=before.told_from if before and kind is Kind.TYPO else at,
        headline=article.headline,
        slug=slug_of(article),
        summary=article.summary,
        key_points_heading=article.key_points_heading,
        key_points=[point.text for point in article.key_points.all()],
        quotes=list(article.quotes.values("marker", "words", "speaker", "role", "pull")),
        body=article.body,
        dateline_place=article.dateline_place,
        dateline_date=article.dateline_date,
        byline=article.byline or byline_of(people_of(article), article.language),
        section_id=article.section_id,
        related=[row.story_id for row in article.related_stories.all()],
        seo_title=article.seo_title,
        seo_description=article.seo_description,
        language=article.language,
        kind_of_work=article.kind_of_work,
        reading_minutes=reading_minutes(f"{article.summary} {to_text(article.body)}"),
        article_version=article.version,
    )
    if article.source:
        edition.source_name, edition.source_url = article.source.name, article.source.url
    if picture := article.picture:
        edition.picture = picture
        edition.picture_alt, edition.picture_caption, edition.picture_credit = (
            picture.alt,
            picture.caption,
            picture.credit,
        )
    return edition


def attach(edition: Edition, article: Article) -> None:
    """Tie a saved edition to its tags and people."""
    EditionTag.objects.bulk_create(EditionTag(edition=edition, tag=tag) for tag in article.tags.all())
    EditionPerson.objects.bulk_create(
        EditionPerson(edition=edition, person=person, position=position)
        for position, person in enumerate(people_of(article))
    )


def slug_of(article: Article) -> str:
    """The last part of the story's address: as it was given, or made from the headline."""
    slug = article.slug or slugify(article.headline)[:120].strip("-") or "story"
    return f"story-{slug}" if slug in RESERVED_SLUGS else slug


def people_of(article: Article) -> list[Person]:
    """Those in the byline, in its order."""
    return [row.person for row in article.bylines.select_related("person")]


def byline_of(people: list[Person], language: str) -> str:
    """The wording of a byline that nobody wrote by hand: "By A, B and C"; empty without people."""
    names = [person.name for person in people]
    if not names:
        return ""
    with override(language):
        listed = (
            _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]} if names[1:] else names[0]
        )
        return _("By %(names)s") % {"names": listed}


def reading_minutes(text: str) -> int:
    """How long a text takes to read, in whole minutes, one at least."""
    return max(1, math.ceil(len(text.split()) / WORDS_A_MINUTE))

"""What an edition keeps of an article: the copying, and nothing else."""

import math
import re
from datetime import datetime

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from articles.html import key_of, placed, to_text
from articles.limits import RESERVED_SLUGS, TAGS_A_STORY, WORDS_A_MINUTE
from articles.models import (
    Article,
    Byline,
    Edition,
    EditionPerson,
    EditionPicture,
    EditionTag,
    KeyPoint,
    Person,
    Picture,
    Quote,
    RelatedStory,
    Source,
)
from articles.states import TOLD_KINDS, Kind

# The words that an edition and a working copy both have.
WORDS = (
    *("headline", "summary", "key_points_heading", "body", "dateline_place", "dateline_date"),
    *("seo_title", "seo_description", "language", "kind_of_work"),
)
_QUOTE = ("marker", "words", "speaker", "role", "pull")


def freeze(article: Article, *, kind: Kind, note: str, at: datetime, number: int, before: Edition | None) -> Edition:
    """An unsaved edition with all words of the working copy. `before` is the edition that readers see until `at`."""
    first = (
        article.editions.uncancelled().order_by("visible_from").values_list("first_visible_from", flat=True).first()
        or at
    )
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
        quotes=list(article.quotes.values(*_QUOTE)),
        figures=figures_of(article),
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


def thaw(edition: Edition, into: Article) -> None:
    """Give a working copy all words of an edition, unsaved; the address and the embargo stay what they are.

    What is frozen as a row (section, picture, people) has its present name. A byline made of people's names is made
    anew; one that was worded by hand keeps its words.
    """
    for field in WORDS:
        setattr(into, field, getattr(edition, field))
    people = [row.person for row in edition.edition_people.select_related("person")]
    into.byline = "" if _is_made(edition.byline, people, edition.language) else edition.byline
    into.section_id, into.picture_id = edition.section_id, edition.picture_id
    if not edition.source_name:
        into.source = None
    else:
        named = Source.objects.filter(name=edition.source_name).first()
        renamed = Source.objects.filter(url=edition.source_url).first() if edition.source_url else None
        into.source = named or renamed or into.source


def attach_thawed(edition: Edition, into: Article) -> None:
    """Give a saved working copy an edition's lists: key points, quotes, people, related stories and tags."""
    for rows in (into.key_points, into.quotes, into.bylines):
        rows.all().delete()
    KeyPoint.objects.bulk_create(
        KeyPoint(article=into, text=text, position=position) for position, text in enumerate(edition.key_points)
    )
    Quote.objects.bulk_create(
        Quote(article=into, position=position, **{name: quote[name] for name in _QUOTE})
        for position, quote in enumerate(edition.quotes)
    )
    Byline.objects.bulk_create(
        Byline(article=into, person_id=row.person_id, position=row.position) for row in edition.edition_people.all()
    )
    into.related_stories.all().delete()
    there = set(Article.objects.filter(pk__in=edition.related).values_list("pk", flat=True))
    RelatedStory.objects.bulk_create(
        RelatedStory(article=into, story_id=pk, position=position)
        for position, pk in enumerate(pk for pk in edition.related if pk in there)
    )
    into.tags.set(edition.tags.all())


def attach(edition: Edition, article: Article) -> None:
    """Tie a saved edition to its tags, people and the pictures in its body."""
    EditionTag.objects.bulk_create(EditionTag(edition=edition, tag=tag) for tag in article.tags.all())
    EditionPerson.objects.bulk_create(
        EditionPerson(edition=edition, person=person, position=position)
        for position, person in enumerate(people_of(article))
    )
    EditionPicture.objects.bulk_create(
        EditionPicture(edition=edition, picture_id=figure["picture"]) for figure in edition.figures
    )


def as_edition(article: Article) -> Edition:
    """What readers would see if the working copy were published now: an edition that is not saved and never will be,
    with its tags and people. If something was published before, it is an update.
    """
    now = timezone.now()
    earlier = article.editions.begun(now).count()
    kind = Kind.UPDATE if earlier else Kind.FIRST
    edition = freeze(article, kind=kind, note="", at=now, number=earlier + 1, before=None)
    edition.tag_list = list(article.tags.all()[:TAGS_A_STORY])
    edition.people_in_order = people_of(article)
    return edition


def slug_of(article: Article) -> str:
    """The last part of the story's address: as it was given, or else made from the headline."""
    slug = article.slug or slugify(article.headline)[:120].strip("-") or "story"
    return f"story-{slug}" if slug in RESERVED_SLUGS else slug


def people_of(article: Article) -> list[Person]:
    """The people in the byline, in its order."""
    return [row.person for row in article.bylines.select_related("person__portrait")]


def figures_of(article: Article) -> list[dict[str, object]]:
    """The library's pictures that stand in the body, with their words; those it does not have are left out."""
    keys = [key for name in placed(article.body, "picture") if (key := key_of(name)) is not None]
    library = Picture.objects.in_bulk(keys)
    found = [library[key] for key in dict.fromkeys(keys) if key in library]
    return [
        {"picture": picture.pk, "alt": picture.alt, "caption": picture.caption, "credit": picture.credit}
        for picture in found
    ]


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


def _is_made(byline: str, people: list[Person], language: str) -> bool:
    """Whether `byline_of` made this byline of these people, whatever they were called then."""
    if not people or all(person.name in byline for person in people):
        return byline == byline_of(people, language)
    letters = [chr(0xE000 + place) for place, _person in enumerate(people)]
    made = re.escape(byline_of([Person(name=letter) for letter in letters], language))
    for letter, person in zip(letters, people, strict=True):
        made = made.replace(letter, re.escape(person.name) if person.name in byline else ".+")
    return re.fullmatch(made, byline) is not None


def reading_minutes(text: str) -> int:
    """How long a text takes to read, in whole minutes, at least one."""
    return max(1, math.ceil(len(text.split()) / WORDS_A_MINUTE))

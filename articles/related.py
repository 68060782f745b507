"""The stories below a story: those that an editor chose, then others with its tags, then others of its section."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from articles import names
from articles.limits import RELATED
from articles.models import Edition, EditionTag
from newsportal.pages import shows


def related_to(edition: Edition) -> list[Edition]:
    """The live stories shown below a live one (with its tags and section loaded), in order; says what it looked at."""
    tags = edition.tag_list
    editions = _candidates(edition, [tag.pk for tag in tags])
    chosen = {edition.pk: place for place, edition in enumerate(_chosen(editions, edition.related))}
    if len(chosen) < len(edition.related):
        # A story may appear or come back; its own name, which caches are told, would reveal that it exists.
        shows(names.STORIES)
    if len(chosen) < RELATED:
        shows(names.stories_of(edition.section), *(names.stories_of(tag) for tag in tags))
    # They come newest first, and sorting keeps that order among equals.
    return sorted(editions, key=lambda one: (chosen.get(one.pk, RELATED), not one.is_tagged))[:RELATED]


def _chosen(editions: list[Edition], ids: list[int]) -> list[Edition]:
    """Those that an editor chose, in that order."""
    by_id = {edition.article_id: edition for edition in editions}
    return [by_id[pk] for pk in ids if pk in by_id]


def _candidates(edition: Edition, tag_ids: list[int]) -> list[Any]:
    """All that may be shown below a story, newest first, annotated with whether they share a tag (`is_tagged`): as many
    as could be shown, for each way of being related.
    """
    others = Edition.objects.live().exclude(article_id=edition.article_id)
    mine = EditionTag.objects.filter(edition=OuterRef("pk"), tag__in=tag_ids)
    ways = Q(pk__in=others.in_section(edition.section).newest_first().values("pk")[:RELATED])
    if tag_ids:
        tagged = others.filter(pk__in=EditionTag.objects.filter(tag__in=tag_ids).values("edition"))
        ways |= Q(pk__in=tagged.newest_first().values("pk")[:RELATED])
    if edition.related:
        ways |= Q(pk__in=others.filter(article_id__in=edition.related).order_by().values("pk"))
    # Sorted here: a database might read all stories in order to find these few.
    found = Edition.objects.filter(ways).for_card().annotate(is_tagged=Exists(mine)).order_by()
    return sorted(found, key=lambda one: (one.first_visible_from, one.article_id), reverse=True)

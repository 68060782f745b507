"""Saving what stories are filed under, so that an address that was given out once leads on for ever."""

from typing import TypeVar

from django.db import transaction

from articles.models import FormerSlug, Person, Section, Tag
from newsportal.pages import changed

Named = TypeVar("Named", bound=Section | Tag | Person)


@transaction.atomic
def save(row: Named) -> Named:
    """Save a section, a tag or a person; where its address changed, the old one becomes a redirect."""
    kind = row._meta.model_name or ""
    before = type(row).objects.filter(pk=row.pk).first() if row.pk else None
    if before and before.slug != row.slug:
        # The new address is nobody's former one any more; the old one may have been another row's before.
        FormerSlug.objects.filter(slug__in=[before.slug, row.slug], **{f"{kind}__isnull": False}).delete()
        FormerSlug.objects.create(slug=before.slug, **{kind: before})
    row.save()
    changed(f"{kind}:{row.pk}", *(("navigation",) if isinstance(row, Section) else ()))
    return row

"""Saving what stories are filed under, so that an address that was once public redirects for ever."""

from typing import TypeVar

from django.db import transaction

from articles import names
from articles.models import FormerSlug, Person, Section, Tag
from newsportal.pages import changed

Named = TypeVar("Named", bound=Section | Tag | Person)


@transaction.atomic
def save(row: Named) -> Named:
    """Save a section, a tag or a person; if its address changed, the old one becomes a redirect."""
    kind = row._meta.model_name or ""
    before = type(row).objects.filter(pk=row.pk).first() if row.pk else None
    others = _who_had(row) if before is None or before.slug != row.slug else set()
    if before and before.slug != row.slug:
        # The new address is no longer anybody's former one; the old one may formerly have been another row's.
        FormerSlug.objects.filter(slug__in=[before.slug, row.slug], **{f"{kind}__isnull": False}).delete()
        FormerSlug.objects.create(slug=before.slug, **{kind: before})
        if kind != "section":
            others.add(names.SITEMAP_LISTS)
    row.save()
    changed(*others, *names.differing(names.of_row(before), names.of_row(row)))
    return row


@transaction.atomic
def delete(row: Section | Tag | Person) -> None:
    """Delete a section, a tag or a person that no edition needs; raises ProtectedError if one does."""
    changed(*names.differing(names.of_row(row), names.of_row(None)))
    row.delete()


def _who_had(row: Section | Tag | Person) -> set[str]:
    """The names of rows that have so far been found by the address that this row now has."""
    kind = row._meta.model_name or ""
    former = FormerSlug.objects.filter(slug=row.slug, **{f"{kind}__isnull": False}).select_related(kind)
    return {names.of(getattr(one, kind)) for one in former}

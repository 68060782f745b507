"""From what stands in an address to the row it means; the same way for pages, feeds and comments."""

from typing import TypeVar

from django.db.models import Model
from django.http import Http404

from articles.models import Edition, FormerSlug, Person, Section, Tag
from articles.querysets import EditionQuerySet

Named = TypeVar("Named", Section, Tag, Person)

# The largest id that both databases hold.
_LARGEST_ID = 2**63 - 1


def live_edition(article_id: str, editions: EditionQuerySet | None = None) -> Edition:
    """The edition that readers see now of the article with this id.

    Raises Http404 alike for what never was, is a draft, is scheduled or is withdrawn.
    """
    if not article_id.isascii() or not article_id.isdecimal() or not 0 < int(article_id[:20]) <= _LARGEST_ID:
        raise Http404
    if article_id.startswith("0"):
        raise Http404
    edition = (
        (editions if editions is not None else Edition.objects.all()).live().filter(article_id=int(article_id)).first()
    )
    if edition is None:
        raise Http404
    return edition


def named(model: type[Named], slug: str) -> Named:
    """The section, tag or person with this slug; its former ones count. Raises Http404."""
    if "\x00" in slug:
        raise Http404
    row = model._default_manager.filter(slug=slug).first()
    if row is None:
        row = _by_former_slug(model, slug)
    return row


def _by_former_slug(model: type[Named], slug: str) -> Named:
    kind = model._meta.model_name or ""
    former = FormerSlug.objects.filter(slug=slug, **{f"{kind}__isnull": False}).select_related(kind).first()
    if former is None:
        raise Http404
    row: Model = getattr(former, kind)
    assert isinstance(row, model)
    return row

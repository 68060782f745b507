"""From what an address names to the row it means; one way for pages, feeds and comments."""

import re
from typing import TypeVar

from django.http import Http404

from articles.models import Edition, FormerSlug, Person, Section, Tag
from articles.querysets import EditionQuerySet

Named = TypeVar("Named", bound=Section | Tag | Person)

# An id as we print it: no sign, no leading zero, and within the 63 bits that both databases hold.
_ID = re.compile(r"[1-9][0-9]{0,17}")


def live_edition(article_id: str, editions: EditionQuerySet | None = None) -> Edition:
    """The edition that readers now see of the article with this id; unless `editions` is given, with its section.

    Raises Http404 alike for a story that never was, is a draft, is scheduled or is withdrawn.
    """
    if not _ID.fullmatch(article_id):
        raise Http404
    live = (editions if editions is not None else Edition.objects.select_related("section")).live()
    # There is at most one, and for a story with many editions it is the last in this order of their index.
    edition: Edition | None = live.filter(article_id=int(article_id)).order_by("-visible_from").first()
    if edition is None:
        raise Http404
    return edition


def named(model: type[Named], slug: str) -> Named:
    """The section, tag or person with this slug, or that had it formerly. Raises Http404."""
    if "\x00" in slug:
        raise Http404
    row = model._default_manager.filter(slug=slug).first()
    return row if isinstance(row, model) else _by_former_slug(model, slug)


def _by_former_slug(model: type[Named], slug: str) -> Named:
    kind = model._meta.model_name or ""
    former = FormerSlug.objects.filter(slug=slug, **{f"{kind}__isnull": False}).select_related(kind).first()
    if former is None:
        raise Http404
    row = getattr(former, kind)
    assert isinstance(row, model)
    return row

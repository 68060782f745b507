"""The newsroom's search: the same as the readers', over the working copies that a person may see."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from articles.models import Article
from articles.search import WORKING_COPIES, parse


class FullTextMixin:
    """An admin of stories that searches all their words, the best first."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Article], search_term: str
    ) -> tuple[QuerySet[Article], bool]:
        """The stories of the queryset that have the words; all if nothing is typed. There are no duplicates."""
        if not search_term.strip():
            return queryset, False
        query = parse(search_term, as_one_types=_is_typing(request))
        found = WORKING_COPIES.ranked(queryset, query)
        # Somebody who clicked on a column's head wants that order.
        return found.order_by(*queryset.query.order_by) if "o" in request.GET else found, False


def _is_typing(request: HttpRequest) -> Any:
    """Whether the request comes from a field that searches while somebody types."""
    return request.resolver_match and request.resolver_match.url_name == "autocomplete"

"""The newsroom's search: the same as the readers', over the working copies that somebody may see."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from articles.models import Article
from articles.search import WORKING_COPIES, parse


class FullTextMixin:
    """An admin of stories that finds them by all their words, the best first."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Article], search_term: str
    ) -> tuple[QuerySet[Article], bool]:
        """The stories of the queryset that have the words; all where nothing is typed. None of them comes twice."""
        if not search_term.strip():
            return queryset, False
        query = parse(search_term, as_one_types=_is_typing(request))
        found = WORKING_COPIES.ranked(queryset, query)
        # Who has clicked the head of a column wants that order.
        return found.order_by(*queryset.query.order_by) if "o" in request.GET else found, False


def _is_typing(request: HttpRequest) -> Any:
    """Whether a field asks while somebody types into it."""
    return request.resolver_match and request.resolver_match.url_name == "autocomplete"

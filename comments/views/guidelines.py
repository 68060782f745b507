"""The community's rules."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles import house
from articles.states import House
from comments import house_blocks
from newsportal.caching import public_page


@require_safe
@public_page
def guidelines(request: HttpRequest) -> HttpResponse:
    """The community's rules: the newsroom's words, and below them the numbers of the policy."""
    context = {
        "page": house.shown(House.GUIDELINES),
        **house_blocks.of_length(),
        **house_blocks.of_reasons(),
        **house_blocks.of_objecting(),
    }
    return render(request, "pages/guidelines.html", context)

"""What is stored about readers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles import house
from articles.states import House
from comments import policy
from comments.held import PARTS
from newsportal.caching import public_page


@require_safe
@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    """What is stored, why, for how long, and who sees it: read off the list from which the export is made.

    The newsroom's words stand above it.
    """
    parts = [{"key": one.key, "what": one.what, "why": one.why, "kept": one.kept(), "by": one.seen_by} for one in PARTS]
    context = {"page": house.shown(House.PRIVACY), "parts": parts, "draft_days": policy.DRAFT_KEPT.days}
    return render(request, "pages/privacy.html", context)

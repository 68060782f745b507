"""The community's rules."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comments import names, policy
from comments.rules.current import current
from comments.states import Reason
from newsportal.caching import public_page
from newsportal.pages import shows


@require_safe
@public_page
def guidelines(request: HttpRequest) -> HttpResponse:
    """The community's rules, with the numbers of the policy."""
    shows(names.of_limits())
    context = {
        "minimum": policy.MINIMUM_CHARACTERS,
        "maximum": policy.MAXIMUM_CODE_POINTS,
        "links_allowed": current().limits.links_allowed,
        "reasons": [
            {"code": reason.value, "label": reason.label, "clause": policy.CLAUSES[reason]} for reason in Reason
        ],
    }
    return render(request, "pages/guidelines.html", context)

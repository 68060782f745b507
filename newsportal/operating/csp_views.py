"""Where browsers report what they refused to do for one of our pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from newsportal.client import client_address
from newsportal.errors import error_page
from newsportal.limits import REPORTS_PREFIX
from newsportal.operating import csp

# The name of our address in `Reporting-Endpoints` and `report-to`.
ENDPOINT = "csp"
# The content types of `report-uri`, and of the Reporting API.
_KINDS = frozenset({"application/csp-report", "application/reports+json", "application/json"})


@csrf_exempt
@require_POST
def csp_reports(request: HttpRequest) -> HttpResponse:
    """204 for anything that may be a report, whether or not it is kept; senders are not told which."""
    if request.content_type not in _KINDS:
        return error_page(request, 415)
    csp.take(request.body, client_address(request))
    return HttpResponse(status=204, headers={"Cache-Control": "no-store"})


class ReportingMiddleware:
    """Says in each response with a policy where reports go, under the name that the policy's `report-to` uses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Content-Security-Policy" in response:
            response["Reporting-Endpoints"] = f'{ENDPOINT}="{REPORTS_PREFIX}"'
        return response

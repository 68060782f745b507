"""Whether the server is alive, and whether it can serve; for operators and load balancers."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from newsportal.operating.access import may_look
from newsportal.operating.readiness import Finding, findings, is_stopped

_OK, _UNAVAILABLE = 200, 503


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all."""
    return _answer("ok\n")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 if readers can be served, 503 if not; `newsportal.operating.readiness` says what decides that.

    Clients in `METRICS_FROM` get the findings, as text or, on `Accept: application/json`, as JSON; all others get one
    word.
    """
    if not may_look(request):
        return _answer("not ok\n", _UNAVAILABLE) if is_stopped() else _answer("ok\n")
    found = findings()
    stops = any(finding.stops for those in found.values() for finding in those)
    status = _UNAVAILABLE if stops else _OK
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(_told(found, stops=stops), status=status, headers={"Cache-Control": "no-store"})
    return _answer(_text(found, stops=stops), status)


def _text(found: dict[str, list[Finding]], *, stops: bool) -> str:
    lines = [_state(found, stops=stops)]
    for name, those in found.items():
        lines += [f"{name}: {'; '.join(finding.words for finding in those) or 'ok'}"]
    return "\n".join(lines) + "\n"


def _told(found: dict[str, list[Finding]], *, stops: bool) -> dict[str, object]:
    checks = {
        name: [{"words": one.words, "todo": one.todo, "stops": one.stops} for one in those]
        for name, those in found.items()
    }
    return {"state": _state(found, stops=stops), "checks": checks}


def _state(found: dict[str, list[Finding]], *, stops: bool) -> str:
    if stops:
        return "not ok"
    return "ok, but look at this" if any(found.values()) else "ok"


def _answer(words: str, status: int = _OK) -> HttpResponse:
    return HttpResponse(words, content_type="text/plain", status=status, headers={"Cache-Control": "no-store"})


urlpatterns = [path("live", live), path("ready", ready)]

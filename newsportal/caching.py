"""How long an answer may be kept, said in one place for every kind of page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def public_page(view: View[P]) -> View[P]:
    """A page that is the same for everybody: it may be kept, and is asked for again each time (a 304 is cheap)."""
    return _with_cache_control(view, "public, no-cache")


def private_page(view: View[P]) -> View[P]:
    """A page for one reader: kept nowhere, listed nowhere, and its address told to nobody."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
        # Not "no-referrer": a form sent from such a page has the Origin "null", and older browsers say nothing else.
        response["Referrer-Policy"] = "same-origin"
        return response

    return wrapped


def _with_cache_control(view: View[P], value: str) -> View[P]:
    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.setdefault("Cache-Control", value)
        return response

    return wrapped

"""How long a response may be kept, and by whom: in one place for every kind of page."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from newsportal.pages import CLOCK
from newsportal.pages.answering import BROWSERS, cache_headers
from newsportal.pages.clock import next_moment
from newsportal.pages.limits import NAMES_BYTES
from newsportal.pages.names import collecting
from newsportal.pages.rendering import MOMENT, UNTIL

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

_OK = 200


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that is the same for everybody: kept until something on it changes, and revalidated by browsers each time.

    Its `Surrogate-Key` lists the names that the view said it shows; every page shows the site's clock. A page with more
    names than the header may hold is kept by nobody.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return view(request, *args, **kwargs)
        until = next_moment(str(request.META.get(MOMENT, "")))
        with collecting() as names:
            response = view(request, *args, **kwargs)
        shown = " ".join(sorted({*names, CLOCK}))
        is_kept = response.status_code == _OK and len(shown) <= NAMES_BYTES
        if is_kept and not response.has_header("Cache-Control"):
            request.META[UNTIL] = until
            response["Surrogate-Key"] = shown
            for name, value in cache_headers(until - time.time()).items():
                response[name] = value
        response.setdefault("Cache-Control", BROWSERS)
        return response

    wrapped.is_public_page = True  # type: ignore[attr-defined]
    return wrapped


def private_page(view: View[P]) -> View[P]:
    """A page for one reader: kept nowhere, indexed nowhere, and its address is passed on to nobody."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
        # Not "no-referrer": a form sent from such a page has the Origin "null", and older browsers send nothing else.
        response["Referrer-Policy"] = "same-origin"
        return response

    return wrapped

"""The few pages that our own pages may show in a frame; everything else says that nobody may."""

from collections.abc import Callable
from functools import wraps

from csp.constants import SELF
from django.http import HttpResponse


def framed_by_us(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that pages of this site may frame, and no others."""

    @wraps(view)
    def wrapped(*args: object, **kwargs: object) -> HttpResponse:
        response = view(*args, **kwargs)
        response["X-Frame-Options"] = "SAMEORIGIN"
        # What django-csp's own decorator sets; it is written for functions alone, and views of the admin are methods.
        response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
        return response

    return wrapped

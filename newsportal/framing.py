"""The few pages that our own pages may show in a frame; nothing else may be framed by anybody."""

from collections.abc import Callable
from functools import wraps

from csp.constants import SELF
from django.http import HttpResponse


def framed_by_us(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that only pages of this site may frame."""

    @wraps(view)
    def wrapped(*args: object, **kwargs: object) -> HttpResponse:
        response = view(*args, **kwargs)
        response["X-Frame-Options"] = "SAMEORIGIN"
        # What django-csp's own decorator sets; that works for functions only, and views of the admin are methods.
        response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
        return response

    return wrapped

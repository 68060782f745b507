"""Whether a post comes from our own page. Readers have no cookie, so no token: the browser's headers decide."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

# The content type of our forms.
FORM_TYPE = "application/x-www-form-urlencoded"
FROM_ELSEWHERE = gettext_lazy("This form was sent from another site. Send it again from here if you want to.")


def is_from_here(request: HttpRequest) -> bool:
    """True for a post that `Sec-Fetch-Site` calls same-origin (or `none`: typed in or from a bookmark) or, without that
    header, whose `Origin` is the site; and for one that no browser sent (neither header).

    See Fetch Metadata Request Headers (W3C) and RFC 6454 on `Origin`.
    """
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    return _host_of(origin) in {_host_of(settings.SITE_URL), request.get_host().lower()}


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""

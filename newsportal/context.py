"""What every template may use about the site."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_bidi


def site(request: HttpRequest) -> dict[str, dict[str, str | list[str]]]:
    """The paper's name, tagline and absolute root, the interface's language and its direction, and the newsroom's
    theme; nothing that depends on who asks.
    """
    return {
        "site": {
            "name": settings.SITE_NAME,
            "tagline": settings.SITE_TAGLINE,
            "url": settings.SITE_URL,
            "language": settings.LANGUAGE_CODE,
            "direction": "rtl" if get_language_bidi() else "ltr",
            "logo": settings.SITE_LOGO,
            "fonts": settings.SITE_FONTS,
        }
    }

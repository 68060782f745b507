"""What every template may use of the site."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, dict[str, str]]:
    """The paper's name, tagline, absolute root and interface language; nothing that depends on who asks."""
    return {
        "site": {
            "name": settings.SITE_NAME,
            "tagline": settings.SITE_TAGLINE,
            "url": settings.SITE_URL,
            "language": settings.LANGUAGE_CODE,
        }
    }

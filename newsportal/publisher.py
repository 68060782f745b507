"""Who publishes here, as machines read it: schema.org's NewsMediaOrganization."""

from django.conf import settings
from django.templatetags.static import static

from newsportal.links import absolute


def publisher() -> dict[str, object]:
    """The paper in short, as each story names it; `@id` says that it is the one that the front page describes."""
    return {
        "@type": "NewsMediaOrganization",
        "@id": absolute("/#publisher"),
        "name": settings.SITE_NAME,
        "url": absolute("/"),
        "logo": {"@type": "ImageObject", "url": absolute(static("icon.svg"))},
    }

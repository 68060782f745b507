"""Who publishes here, for machines: schema.org's NewsMediaOrganization."""

from django.conf import settings
from django.templatetags.static import static

from newsportal.links import absolute


def publisher() -> dict[str, object]:
    """The paper in brief, as each story names it; `@id` says that it is the one described on the front page."""
    return {
        "@type": "NewsMediaOrganization",
        "@id": absolute("/#publisher"),
        "name": settings.SITE_NAME,
        "url": absolute("/"),
        "logo": {"@type": "ImageObject", "url": absolute(static("icon.svg"))},
    }

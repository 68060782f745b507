"""Who publishes here, as machines read it: schema.org's NewsMediaOrganization, and where its policies stand."""

from django.conf import settings
from django.templatetags.static import static

from newsportal.links import absolute

# By schema.org's name of each policy (https://schema.org/NewsMediaOrganization), the page that states it. A page that
# is added to the site is added here, and nowhere else.
POLICIES = {
    "correctionsPolicy": "/corrections/",
    "actionableFeedbackPolicy": "/guidelines/",
}
# Those of the site's pages that belong to no story and no list of them, for search engines.
OWN_PAGES = ("/corrections/", "/guidelines/", "/moderation/", "/privacy/")


def publisher() -> dict[str, object]:
    """The paper in short, as each story names it; `@id` says that it is the one that the front page describes."""
    return {
        "@type": "NewsMediaOrganization",
        "@id": absolute("/#publisher"),
        "name": settings.SITE_NAME,
        "url": absolute("/"),
        "logo": {"@type": "ImageObject", "url": absolute(static("icon.svg"))},
    }


def publisher_in_full() -> dict[str, object]:
    """The paper with its policies, as the front page describes it."""
    said = {"slogan": settings.SITE_TAGLINE} if settings.SITE_TAGLINE else {}
    policies = {name: absolute(path) for name, path in POLICIES.items()}
    return {"@context": "https://schema.org", **publisher(), **said, **policies}

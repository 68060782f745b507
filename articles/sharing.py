"""Plain links for sharing a story. Nothing is loaded from the sites they lead to."""

from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from articles.models import Edition
from newsportal.links import absolute


def share_links(edition: Edition) -> list[dict[str, str]]:
    """`{"name", "url"}` for mail, WhatsApp, X, Facebook and Telegram, in this order."""
    url = absolute(edition.get_absolute_url())
    title = edition.headline
    mail = urlencode({"subject": title, "body": f"{title}\n\n{url}"}, quote_via=quote)
    return [
        {"name": _("Mail"), "url": f"mailto:?{mail}"},
        {"name": "WhatsApp", "url": "https://wa.me/?" + urlencode({"text": f"{title} {url}"})},
        {"name": "X", "url": "https://x.com/intent/post?" + urlencode({"text": title, "url": url})},
        {"name": "Facebook", "url": "https://www.facebook.com/sharer/sharer.php?" + urlencode({"u": url})},
        {"name": "Telegram", "url": "https://t.me/share/url?" + urlencode({"url": url, "text": title})},
    ]

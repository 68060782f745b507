"""The links for sharing a story."""

from urllib.parse import parse_qs, urlsplit

import pytest

from articles.sharing import share_links
from tests import factories

pytestmark = pytest.mark.django_db


def test_each_target_is_given_title_and_address_in_its_own_way() -> None:
    edition = factories.live(headline='A & B: 50% "off"? #1 +2')
    url = f"http://127.0.0.1:8000{edition.get_absolute_url()}"
    title = edition.headline
    read = {}
    for link in share_links(edition):
        parts = urlsplit(link["url"])
        read[link["name"]] = (
            f"{parts.scheme}:{parts.netloc}{parts.path}",
            {name: values[0] for name, values in parse_qs(parts.query).items()},
        )
    assert read == {
        "Mail": ("mailto:", {"subject": title, "body": f"{title}\n\n{url}"}),
        "WhatsApp": ("https:wa.me/", {"text": f"{title} {url}"}),
        "X": ("https:x.com/intent/post", {"text": title, "url": url}),
        "Facebook": ("https:www.facebook.com/sharer/sharer.php", {"u": url}),
        "Telegram": ("https:t.me/share/url", {"url": url, "text": title}),
    }
    assert list(read) == ["Mail", "WhatsApp", "X", "Facebook", "Telegram"]


def test_a_mail_programme_reads_no_plus_as_a_space() -> None:
    assert "+" not in share_links(factories.live(headline="Two words + one"))[0]["url"]

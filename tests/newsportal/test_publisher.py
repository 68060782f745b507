"""What machines are told about the paper, and about where to report a vulnerability."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from tests import factories

SITE = "http://127.0.0.1:8000"

pytestmark = pytest.mark.django_db


def test_the_front_page_says_who_publishes_and_where_the_policies_stand(client: Any) -> None:
    factories.house_page("ethics")
    factories.house_page("ownership", is_public=False)
    (datum,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get("/").content.decode())
    assert json.loads(datum) == {
        "@context": "https://schema.org",
        "@type": "NewsMediaOrganization",
        "@id": f"{SITE}/#publisher",
        "name": "The Meridian",
        "url": f"{SITE}/",
        "logo": {"@type": "ImageObject", "url": f"{SITE}/static/icon.svg"},
        "slogan": "News, and what its readers make of it",
        "ethicsPolicy": f"{SITE}/ethics/",
        "correctionsPolicy": f"{SITE}/corrections-policy/",
        "actionableFeedbackPolicy": f"{SITE}/guidelines/",
    }


@pytest.mark.parametrize(
    ("contact", "told"),
    [
        ("security@example.org", "mailto:security@example.org"),
        ("https://example.org/weakness", "https://example.org/weakness"),
        ("tel:+49-30-1234", "tel:+49-30-1234"),
    ],
)
def test_who_finds_a_weakness_is_told_whom_to_tell(client: Any, settings: Any, contact: str, told: str) -> None:
    settings.SECURITY_CONTACT = contact
    with time_machine.travel(datetime(2026, 2, 11, 13, 5, tzinfo=UTC), tick=False):
        response = client.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == (
        f"Contact: {told}\nExpires: 2026-08-10T00:00:00Z\nPreferred-Languages: en\n"
        f"Canonical: {SITE}/.well-known/security.txt\n"
    )

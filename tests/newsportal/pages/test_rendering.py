"""Pages made from their key alone, by Django itself."""

import math
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from newsportal.pages.asking import is_public_page
from newsportal.pages.build import build
from newsportal.pages.rendering import Rendered, render
from newsportal.wsgi import application
from tests import factories


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_story_is_rendered_with_its_names_and_without_a_clock() -> None:
    edition = factories.live(headline="The harbour opens")
    rendered = render(application, edition.get_absolute_url(), "")
    assert (rendered.status, rendered.until, rendered.is_to_be_kept()) == (200, math.inf, True)
    assert f"article:{edition.article_id}" in rendered.names
    assert "clock" in rendered.names
    assert "The harbour opens" in rendered.body.decode()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_hard_clock_is_the_next_edition_that_begins_or_ends() -> None:
    edition = factories.live()
    soon = timezone.now() + timedelta(minutes=30)
    factories.publish(factories.article(), at=soon)
    assert render(application, edition.get_absolute_url(), "").until == pytest.approx(soon.timestamp())


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("path", ["/articles/99/never/", "/sections/none/", "/no/such/", "/\n", "/articles/1\x00/"])
def test_what_is_not_there_is_not_to_be_kept(path: str) -> None:
    rendered = render(application, path, "")
    assert (rendered.status, rendered.is_to_be_kept()) == (404, False)


def test_names_come_from_the_header_alone() -> None:
    assert Rendered(200, [(b"surrogate-key", b"a b"), (b"surrogate-key", b"c")]).names == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("path", "is_public"),
    [
        ("/", True),
        ("/articles/1/x/", True),
        ("/articles/1/comments/", True),
        ("/articles/1/comments/new/", True),
        ("/articles/1/comments/feed/", True),
        ("/feed/", True),
        ("/sitemap.xml", True),
        ("/robots.txt", True),
        ("/guidelines/", True),
        ("/admin/", False),
        ("/my-comment/x/", False),
        ("/my-address/x/", False),
        ("/comments/abc/", False),
        ("/health/live", False),
        ("/metrics", False),
        ("/static/x.css", False),
        ("/nowhere", False),
        ("", False),
    ],
)
def test_views_say_which_pages_are_for_everybody(path: str, is_public: bool) -> None:
    assert is_public_page(path) is is_public


def test_a_build_is_the_same_until_something_on_pages_changes(settings: Any) -> None:
    before = build()
    assert build() == before
    settings.SITE_NAME = "Another paper"
    assert build() != before

"""Permissions are told in the language of the interface."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import translation

from newsportal.admin_permissions import in_words
from tests.comments.reading import read, words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("codename", "language", "told"),
    [
        ("add_section", "en", "Newsroom | section | may add"),
        ("add_section", "de", "Redaktion | Ressort | darf hinzufügen"),
        ("publish_article", "en", "Newsroom | story | Can accept, publish and withdraw stories"),
        ("view_editiontag", "de", "Redaktion | Schlagwort einer Fassung | darf ansehen"),
    ],
)
def test_a_permission_says_in_either_language_what_it_allows(codename: str, language: str, told: str) -> None:
    with translation.override(language):
        assert in_words(Permission.objects.get(codename=codename)) == told


def test_a_permission_of_a_model_that_is_gone_is_told_as_it_was_stored() -> None:
    gone = ContentType.objects.create(app_label="poetry", model="sonnet")
    permission = Permission.objects.create(content_type=gone, codename="rhyme", name="Can rhyme")
    assert in_words(permission) == "sonnet | Can rhyme"


def test_who_gives_a_group_permissions_reads_them_so(sign_in: Callable[..., Client]) -> None:
    group = Group.objects.get(name="writers")
    page = read(sign_in("admin").get(f"/admin/auth/group/{group.pk}/change/"))
    assert "Newsroom | tag | may view" in [words(option) for option in page.all("option")]

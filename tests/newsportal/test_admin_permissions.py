"""Permissions are shown in the language of the interface."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import translation

from newsportal.admin_permissions import in_words, offered
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


def test_what_no_page_asks_for_is_not_offered_and_what_a_role_has_is() -> None:
    gone = ContentType.objects.create(app_label="poetry", model="sonnet")
    Permission.objects.create(content_type=gone, codename="rhyme", name="Can rhyme")
    given = set(offered(admin.site))
    about = {permission.content_type.model for permission in given}
    assert {"article", "keypoint", "comment", "group"} <= about
    assert (
        about & {"sonnet", "formerslug", "decisionwords", "changedname", "staticdevice", "session", "edition"} == set()
    )
    assert set(Permission.objects.filter(group__isnull=False)) <= given


def test_all_that_is_offered_is_told_in_german() -> None:
    with translation.override("en"):
        english = {permission.pk: in_words(permission) for permission in offered(admin.site)}
    with translation.override("de"):
        same = [
            words for permission in offered(admin.site) if (words := in_words(permission)) == english[permission.pk]
        ]
    assert same == []


def test_who_gives_a_group_permissions_reads_them_so(sign_in: Callable[..., Client]) -> None:
    group = Group.objects.get(name="writers")
    page = read(sign_in("admin").get(f"/admin/auth/group/{group.pk}/change/"))
    assert "Newsroom | tag | may view" in [words(option) for option in page.all("option")]

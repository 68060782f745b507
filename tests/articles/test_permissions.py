"""Who may do what in the newsroom, role by role."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group

from articles import permissions, publishing
from articles.states import Status
from tests import factories

pytestmark = pytest.mark.django_db

NOTHING: set[str] = set()
READS = {"see"}
WRITES = {"see", "edit", "submit"}
PUBLISHES = {"see", "edit", "submit", "publish"}


def may(user: object, story: object) -> set[str]:
    return {name for name in ("see", "edit", "submit", "publish") if getattr(permissions, f"can_{name}")(user, story)}


@pytest.mark.parametrize(
    ("role", "own_draft", "own_submitted", "others"),
    [
        ("writers", WRITES, READS, NOTHING),
        ("editors", PUBLISHES, PUBLISHES, PUBLISHES),
        ("admin", PUBLISHES, PUBLISHES, PUBLISHES),
        ("moderators", READS, READS, NOTHING),
        ("", READS, READS, NOTHING),
    ],
)
def test_each_role_may_what_is_its_own(
    role: str, own_draft: set[str], own_submitted: set[str], others: set[str]
) -> None:
    user = factories.user(role)
    own, submitted, other = factories.article(user), factories.article(user), factories.article()
    editor = factories.user("editors")
    publishing.submit(submitted, by=editor, saw=submitted.version)
    assert submitted.status == Status.IN_REVIEW
    assert [may(user, story) for story in (own, submitted, other)] == [own_draft, own_submitted, others]


def test_nobody_who_is_not_signed_in_may_anything() -> None:
    assert may(AnonymousUser(), factories.article()) == NOTHING


def test_who_was_deactivated_may_nothing_but_had_written() -> None:
    user = factories.user("editors")
    story, other = factories.article(user), factories.article()
    user.is_active = False
    assert [may(user, one) for one in (story, other)] == [READS, NOTHING]


def test_only_a_permission_of_its_own_lets_somebody_date_back() -> None:
    assert [permissions.can_backdate(factories.user(role)) for role in ("writers", "editors", "moderators", "")] == [
        False
    ] * 4
    assert permissions.can_backdate(factories.archivist()) is True
    assert permissions.can_backdate(factories.user("admin")) is True


@pytest.mark.parametrize(
    ("group", "held"),
    [
        (
            "writers",
            {"add_article", "change_article", "view_article"}
            | {
                f"{verb}_{model}"
                for model in ("keypoint", "quote", "byline")
                for verb in ("add", "change", "delete", "view")
            }
            | {f"view_{model}" for model in ("picture", "section", "tag", "person", "source")}
            | {"add_picture", "add_tag"},
        ),
        (
            "editors",
            {"add_article", "change_article", "view_article", "edit_all_articles", "publish_article"}
            | {"edit_front_page", "edit_house_pages"}
            | {
                f"{verb}_{model}"
                for model in ("keypoint", "quote", "byline", "picture", "section", "tag", "person", "source")
                for verb in ("add", "change", "delete", "view")
            },
        ),
    ],
)
def test_the_groups_hold_what_their_work_needs_and_no_more(group: str, held: set[str]) -> None:
    permissions_of = Group.objects.get(name=group).permissions.filter(content_type__app_label="articles")
    assert set(permissions_of.values_list("codename", flat=True)) == held
    assert Group.objects.get(name=group).permissions.exclude(content_type__app_label="articles").count() == 0

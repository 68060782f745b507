"""A user's permissions are read at once, and are what Django says they are."""

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsportal.rights import OneQueryBackend
from tests import factories

pytestmark = pytest.mark.django_db


def come(user: User) -> User | None:
    return OneQueryBackend().get_user(user.pk)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("role", ["writers", "editors", "moderators"])
def test_rights_of_ones_own_and_of_groups_are_djangos_with_one_query(role: str) -> None:
    user = factories.user(role)
    user.groups.add(Group.objects.get(name="writers"))
    user.user_permissions.add(Permission.objects.get(codename="backdate_comment"))
    with CaptureQueriesContext(connection) as asked:
        one = fresh(user)
        assert one.has_perm("comments.backdate_comment")
        assert not one.has_perm("auth.delete_user")
    # The account, and its permissions.
    assert len(asked) == 2
    assert OneQueryBackend().get_all_permissions(fresh(user)) == ModelBackend().get_all_permissions(fresh(user))


@pytest.mark.parametrize("role", ["", "writers", "editors", "moderators", "admin"])
def test_who_has_a_session_comes_with_their_rights_by_one_query(role: str) -> None:
    user = factories.user(role)
    if role != "writers":
        user.groups.add(Group.objects.get(name="writers"))
    user.user_permissions.add(Permission.objects.get(codename="backdate_comment"))
    with CaptureQueriesContext(connection) as asked:
        one = come(user)
        assert one is not None
        assert one.has_perm("comments.backdate_comment")
    assert len(asked) == 1
    assert one.get_all_permissions() == ModelBackend().get_all_permissions(fresh(user))


def test_who_may_nothing_may_nothing_and_who_is_not_active_or_not_there_is_nobody() -> None:
    user = factories.user()
    one = come(user)
    assert one is not None
    assert one.get_all_permissions() == set()
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert (come(user), OneQueryBackend().get_user(0)) == (None, None)


def test_nobody_has_rights_who_is_not_active_and_a_superuser_has_all() -> None:
    user = factories.user("moderators")
    user.is_active = False
    user.save()
    assert OneQueryBackend().get_all_permissions(fresh(user)) == set()
    user.is_active = user.is_superuser = True
    user.save()
    assert len(OneQueryBackend().get_all_permissions(fresh(user))) == Permission.objects.count()


def test_rights_on_one_row_are_nobodys() -> None:
    user = factories.user("moderators")
    assert OneQueryBackend().get_all_permissions(user, user) == set()

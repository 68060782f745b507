"""Who somebody is and what they may do, read with one query."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission, User
from django.db.models import CharField, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat

# Where Django caches permissions: on the user object, and so for one request.
_KEPT = "_perm_cache"
_BETWEEN = "|"


class OneQueryBackend(ModelBackend):
    """Django's accounts and permissions; one query reads a session's user with their own and their groups' permissions.

    Every request from the newsroom needs them, and a decision at the desk may take only so many queries.
    """

    def get_user(self, user_id: Any) -> User | None:
        """Like Django's, with the permissions that `get_all_permissions` returns."""
        rights = _permissions(OuterRef(OuterRef("pk"))).values_list(_Joined(_NAME))
        # Tells which of the account's sessions are still valid: `newsportal.accounts.sessions` compares it.
        epoch = Coalesce(F("session_epoch_row__number"), 0)
        asked = User.objects.annotate(rights=Subquery(rights), session_epoch=epoch)
        user = asked.filter(pk=user_id).order_by().first()
        if user is None or not self.user_can_authenticate(user):
            return None
        if user.is_active and not user.is_superuser:
            setattr(user, _KEPT, set((user.rights or "").split(_BETWEEN)) - {""})
        return user

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Like Django's: the "app.codename" of each."""
        if not isinstance(user_obj, User) or not user_obj.is_active or user_obj.is_superuser or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        if not hasattr(user_obj, _KEPT):
            setattr(user_obj, _KEPT, permissions_of(user_obj))
        kept: set[str] = getattr(user_obj, _KEPT)
        return kept


def permissions_of(user: User) -> set[str]:
    """An account's permissions, its own and its groups', whether it is open or closed: the "app.codename" of each."""
    return set(_permissions(user.pk).values_list(_NAME, flat=True))


# --- How ------------------------------------------------------------------------------------------------------------

_NAME = Concat(F("content_type__app_label"), Value("."), F("codename"), output_field=CharField())


class _Joined(Func):
    """All values of a query as one text. Not an aggregate, which would make Django group: to Django this is one row."""

    function = "GROUP_CONCAT"
    template = f"%(function)s(%(expressions)s, '{_BETWEEN}')"
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="STRING_AGG", **context)


def _permissions(user: Any) -> QuerySet[Permission]:
    """A user's own permissions and those of their groups, each once."""
    own = Q(pk__in=Permission.objects.filter(user=user).order_by().values("pk"))
    of_groups = Q(pk__in=Permission.objects.filter(group__user=user).order_by().values("pk"))
    return Permission.objects.filter(own | of_groups).order_by()

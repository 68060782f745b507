"""What somebody may, read at once."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission, User
from django.db.models import Q

# Where Django keeps them, with the person and so for one request.
_KEPT = "_perm_cache"


class OneQueryBackend(ModelBackend):
    """Django's accounts and permissions; those of the person and of their groups come with one query instead of two.

    Every request of the newsroom asks for them, and a decision at the desk has only so many queries.
    """

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """As Django's: "app.codename" of each."""
        if not isinstance(user_obj, User) or not user_obj.is_active or user_obj.is_superuser or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        if not hasattr(user_obj, _KEPT):
            own = Q(pk__in=Permission.objects.filter(user=user_obj).values("pk"))
            of_groups = Q(pk__in=Permission.objects.filter(group__user=user_obj).values("pk"))
            rows = Permission.objects.filter(own | of_groups).order_by()
            found = rows.values_list("content_type__app_label", "codename")
            setattr(user_obj, _KEPT, {f"{app}.{codename}" for app, codename in found})
        kept: set[str] = getattr(user_obj, _KEPT)
        return kept

"""What may be given to people and groups, in the language of the interface: Django keeps the names of permissions in
the database, in the words of whichever release made them.
"""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import ManyToManyField
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext as _


def in_words(permission: Permission) -> str:
    """What it is about and what it allows, "Newsroom | story | may add"; as it was stored where nobody knows it."""
    model = permission.content_type.model_class()
    if model is None:
        return str(permission)
    own = {str(code): str(words) for code, words in model._meta.permissions}
    words = own.get(permission.codename) or _acts().get(permission.codename.partition("_")[0], permission.name)
    return f"{permission.content_type} | {words}"


def _acts() -> dict[str, str]:
    return {"add": _("may add"), "change": _("may change"), "delete": _("may delete"), "view": _("may view")}


def _formfield_for_manytomany(
    self: Any, db_field: ManyToManyField[Any, Any], request: HttpRequest | None, **kwargs: Any
) -> ModelMultipleChoiceField[Any] | None:
    """What the admin itself says, for `register` makes a class of its own of each; permissions in words."""
    field: ModelMultipleChoiceField[Any] | None = super(type(self), self).formfield_for_manytomany(
        db_field, request, **kwargs
    )
    if field and db_field.remote_field.model is Permission:
        # As mypy sees it a method; the field is copied for each form with what it was given.
        field.label_from_instance = in_words  # type: ignore[method-assign,assignment]
    return field


# What `PortalAdminSite.register` gives every ModelAdmin.
PERMISSIONS_IN_WORDS: dict[str, Any] = {"formfield_for_manytomany": _formfield_for_manytomany}

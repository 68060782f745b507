"""The permissions that can be given to people and groups, in the language of the interface: Django keeps their names in
the database, in the words of whichever release created them. Permissions that no page of the admin asks for are not
offered: nobody can change a log, a mail that is owed or what a device keeps, whatever they were given.
"""

from functools import reduce
from operator import or_
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.models import Permission
from django.db.models import ManyToManyField, Q, QuerySet
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext as _


def in_words(permission: Permission) -> str:
    """What a permission is about and what it allows: "Newsroom | story | may add". `offered` must know its model."""
    model: Any = permission.content_type.model_class()
    own = {str(code): str(words) for code, words in model._meta.permissions}
    words = own.get(permission.codename) or _acts().get(permission.codename.partition("_")[0], permission.name)
    return f"{permission.content_type} | {words}"


def offered(site: AdminSite) -> QuerySet[Permission]:
    """The permissions of models that have a page in this admin, or rows on one."""
    models = set(site._registry)
    models |= {inline.model for registered in site._registry.values() for inline in registered.inlines}
    known = (
        Q(content_type__app_label=model._meta.app_label, content_type__model=model._meta.model_name) for model in models
    )
    return Permission.objects.filter(reduce(or_, known, Q(pk__in=[]))).select_related("content_type")


def _acts() -> dict[str, str]:
    return {"add": _("may add"), "change": _("may change"), "delete": _("may delete"), "view": _("may view")}


def _formfield_for_manytomany(
    self: Any, db_field: ManyToManyField[Any, Any], request: HttpRequest | None, **kwargs: Any
) -> ModelMultipleChoiceField[Any] | None:
    """The field that the registered admin itself makes (`register` subclasses each), with permissions in words."""
    field: ModelMultipleChoiceField[Any] | None = super(type(self), self).formfield_for_manytomany(
        db_field, request, **kwargs
    )
    if field and db_field.remote_field.model is Permission:
        field.queryset = offered(self.admin_site)
        # To mypy it is a method; Django copies the field, with this attribute, for each form.
        field.label_from_instance = in_words  # type: ignore[method-assign,assignment]
    return field


# What `PortalAdminSite.register` gives every ModelAdmin.
PERMISSIONS_IN_WORDS: dict[str, Any] = {"formfield_for_manytomany": _formfield_for_manytomany}

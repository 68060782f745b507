"""Fields of the admin that search as one types, made proof against keys that are none."""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.http import HttpRequest


class _OnlyKeysMixin:
    """Shows no row for a value that is no key, where Django's widget would answer 500."""

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> Any:
        return super().optgroups(name, [key for key in value if key.isdecimal()], attrs)  # type: ignore[misc]


class SearchedSelect(_OnlyKeysMixin, AutocompleteSelect):
    """One row."""


class SearchedSelectMultiple(_OnlyKeysMixin, AutocompleteSelectMultiple):
    """Any number of rows."""


class SearchedFieldsMixin:
    """An admin whose `autocomplete_fields` have these widgets."""

    autocomplete_fields: Any
    admin_site: Any

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = SearchedSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = SearchedSelectMultiple(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

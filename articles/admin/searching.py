"""Fields of the admin that search while one types, hardened against invalid keys."""

import re
from typing import Any, ClassVar

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.http import HttpRequest

_KEY = re.compile(r"[0-9]{1,18}")


class SearchedSelect(AutocompleteSelect):
    """One row; none for a value that is not a key, for which Django's widget would answer 500."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, _keys(value), attr)


class SearchedSelectMultiple(AutocompleteSelectMultiple):
    """Any number of rows; values that are not keys are ignored."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, _keys(value), attr)

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        """Without the cross that removes all rows at once: it is too close to those that remove one."""
        return {**super().build_attrs(base_attrs, extra_attrs), "data-allow-clear": "false"}


class SearchedFieldsMixin:
    """An admin whose `autocomplete_fields` have these widgets."""

    autocomplete_fields: ClassVar[Any]
    admin_site: Any

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = SearchedSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = SearchedSelectMultiple(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]


def _keys(values: list[str]) -> list[str]:
    """Those values that a database can look up."""
    return [value for value in values if _KEY.fullmatch(value)]

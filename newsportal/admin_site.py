"""The staff's side: Django's admin under the paper's name."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

from newsportal import context
from newsportal.admin_lists import EVERY_LIST


class PortalAdminSite(AdminSite):
    site_title = settings.SITE_NAME
    index_title = _("Newsroom and desk")
    # The desk and the newsroom need the width; the front page of the admin lists what there is.
    enable_nav_sidebar = False

    def each_context(self, request: HttpRequest) -> dict[str, object]:
        """Django's context; "view site" leads to the site's public address, and the paper's name is drawn where readers
        see it drawn.
        """
        name = render_to_string("_nameplate.html", context.site(request))
        return {**super().each_context(request), "site_header": name, "site_url": f"{settings.SITE_URL}/"}

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Django's; no list, whoever declares it, counts a whole table or shows a time without its zone."""
        super().register(model_or_iterable, admin_class, **{**EVERY_LIST, **options})

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's addresses, without the one that leads from any row to its page: it would tell of hidden ones."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]


class AdminConfig(DjangoAdminConfig):
    default_site = "newsportal.admin_site.PortalAdminSite"

"""The staff's side of the site: Django's admin under the paper's name."""

from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from newsportal import context
from newsportal.admin_lists import EVERY_LIST


class PortalAdminSite(AdminSite):
    site_title = settings.SITE_NAME
    index_title = _("Newsroom and desk")
    # The desk and the newsroom need the width; the front page of the admin lists what there is.
    enable_nav_sidebar = False

    def each_context(self, request: HttpRequest) -> dict[str, object]:
        """Django's context; "view site" leads to the site's public address, and the nameplate is the one that readers
        see.
        """
        name = render_to_string("_nameplate.html", context.site(request))
        return {**super().each_context(request), "site_header": name, "site_url": f"{settings.SITE_URL}/"}

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Django's; somebody whose session ended while they were writing gets their words back with the sign-in form.
        Scripts, which keep words themselves, get Django's own answer.
        """
        inner = super().admin_view(view, cacheable)

        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            typed = "" if self.has_permission(request) else _typed(request)
            return self._signed_out(request, typed) if typed else inner(request, *args, **kwargs)

        return update_wrapper(asked, inner)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Name and password, throttled; then the second factor, for those who have one."""
        from newsportal.accounts.views.signing_in import page_of_sign_in

        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        return never_cache(page_of_sign_in)(request, **(extra_context or {}))

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """Django's, throttled, and announced by mail."""
        from newsportal.accounts.views.links import ChangePassword

        extra_context = {**self.each_context(request), **(extra_context or {})}
        return ChangePassword.as_view(extra_context=extra_context)(request)

    def _signed_out(self, request: HttpRequest, typed: str) -> HttpResponse:
        # As in Django: this module is imported before any models exist, and the form uses one.
        from django.contrib.admin.forms import AdminAuthenticationForm

        from newsportal.accounts.passkeys import relying_party

        to = request.get_full_path()
        context = {
            **self.each_context(request),
            "title": _("Log in"),
            "form": AdminAuthenticationForm(),
            "app_path": f"{reverse('admin:login')}?{urlencode({'next': to})}",
            "next": to,
            "typed": typed,
            "has_passkeys": relying_party(request) is not None,
        }
        return TemplateResponse(request, "admin/login.html", context, headers={"Cache-Control": "private, no-store"})

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Django's; no list, whoever declares it, counts a whole table or shows a time without its zone, and
        permissions are named in the language of the interface.
        """
        # Not above: this module is imported before any models exist, and permissions are one.
        from newsportal.admin_permissions import PERMISSIONS_IN_WORDS

        shared = {**EVERY_LIST, **PERMISSIONS_IN_WORDS, "get_object": _get_object}
        super().register(model_or_iterable, admin_class, **{**shared, **options})

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's addresses, without the one that redirects from any row to its page: it would reveal hidden ones. And
        those of accounts, which are here because of their cookies' path.
        """
        from newsportal.accounts.urls import patterns

        own = patterns(self.admin_view)
        return [*own, *(url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site")]


def _get_object(self: Any, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
    """The object that the registered admin itself finds (`register` subclasses each). An empty `_to_field` counts as
    none; Django would look for a field of that name and fail.
    """
    return super(type(self), self).get_object(request, object_id, from_field or None)


def _typed(request: HttpRequest) -> str:
    """The words in a form that a browser sent for a page: values of several words that are not passwords."""
    if request.method != "POST" or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return ""
    values = [str(value).strip() for name, value in request.POST.items() if "password" not in name]
    return "\n\n".join(value for value in values if len(value.split()) > 1)


class AdminConfig(DjangoAdminConfig):
    default_site = "newsportal.admin_site.PortalAdminSite"

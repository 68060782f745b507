"""The checks before every page of the newsroom: whether the session is still valid, whether it has the second factor
that is required, and whether somebody who changes rights has recently proved their identity.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from newsportal.accounts import browsers, confirming, factors, second_step, sessions
from newsportal.limits import STAFF_PREFIX

# Pages on which a second factor is set up or changed, ...
_OWN = {
    *("account", "account_app", "account_passkey_options", "account_add_passkey"),
    *("account_remove", "account_recovery_codes", "account_end_sessions"),
}
# ... and those that need none.
_WITHOUT = {"login", "logout", "jsi18n", "account_second_factor", "account_sign_in_options", "account_sign_in_passkey"}


class StaffMiddleware:
    """Checks only the newsroom's requests: a reader's has no session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        browsers.mark(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """A response in place of the page, or None."""
        if not request.path.startswith(STAFF_PREFIX) or not request.user.is_authenticated:
            return None
        if sessions.is_over(request):
            # The page then sees a person who is not signed in, and gives them their words back.
            logout(request)
            return None
        if not admin.site.has_permission(request):
            return None
        return _to_second_factor(request) or (
            confirming.confirm(request) if confirming.is_needed(request, view) else None
        )


def _to_second_factor(request: HttpRequest) -> HttpResponse | None:
    """Redirects a session without the second factor that its account has or must have."""
    match = request.resolver_match
    name = (match.url_name if match else "") or ""
    if sessions.has_second_factor(request) or name in _WITHOUT:
        return None
    if name in _OWN or factors.is_required():
        assert isinstance(request.user, User)
        if factors.has_any(request.user):
            second_step.begin(request, request.user, to=request.get_full_path())
            return redirect("admin:account_second_factor")
    if name in _OWN or not factors.is_required():
        return None
    if request.method != "GET":
        # The operator has just begun to require one: what was typed comes back with the sign-in form.
        logout(request)
        return None
    return redirect("admin:account")

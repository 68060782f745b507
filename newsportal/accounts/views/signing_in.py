"""Signing in: with name and password, and then the second factor if there is one; or with a passkey, which is both."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from newsportal.accounts import factors, passkeys, policy, second_step
from newsportal.accounts.forms import CodeForm, SignInForm
from newsportal.accounts.throttling import TooMany, Trial
from newsportal.accounts.views.pages import PRIVATE, page, wait
from newsportal.refusal import Refusal


class SignIn(LoginView):
    """Name and password."""

    authentication_form = SignInForm
    template_name = "admin/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the admin's page needs, and whether passkeys can be used."""
        context = {
            **admin.site.each_context(self.request),
            "title": _("Log in"),
            "app_path": self.request.get_full_path(),
            "username": self.request.user.get_username(),
            "has_passkeys": passkeys.relying_party(self.request) is not None,
        }
        return super().get_context_data(**{**context, **kwargs})

    def get_default_redirect_url(self) -> str:
        """The front page of the newsroom."""
        return reverse("admin:index")

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in, or go on to the second factor."""
        user = form.get_user()
        if factors.has_any(user):
            second_step.begin(self.request, user, to=self.get_success_url())
            return redirect("admin:account_second_factor")
        login(self.request, user)
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again; 429 for somebody who has to wait."""
        response = super().form_invalid(form)
        return wait(response, form.wait) if form.wait is not None else response


def page_of_sign_in(request: HttpRequest, **extra: Any) -> HttpResponse:
    """The form for name and password."""
    response = SignIn.as_view(extra_context=extra)(request)
    assert isinstance(response, HttpResponse)
    return response


@never_cache
@csrf_protect
@sensitive_post_parameters("code")
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for a code of the app, a recovery code or a passkey, once the password was right."""
    user = second_step.pending(request)
    if user is None:
        return redirect("admin:login")
    form = CodeForm(request.POST if "code" in request.POST else None)
    refused = ""
    try:
        if request.method == "POST" and (factor := _proved(request, user, form)):
            return HttpResponseRedirect(second_step.complete(request, user, factor=factor))
    except (TooMany, factors.Locked) as refusal:
        until = refusal.wait if isinstance(refusal, TooMany) else refusal.until - timezone.now()
        return wait(_second_factor_page(request, user, form, refusal.words), until)
    except Refusal as refusal:
        refused = refusal.words
    return _second_factor_page(request, user, form, refused)


@never_cache
@csrf_protect
@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey alone, asked for on the page for signing in."""
    try:
        found = passkeys.verify(request, answer=request.POST.get("passkey", ""))
    except Refusal as refusal:
        request.method = "GET"
        return page_of_sign_in(request, passkey_refused=refusal.words)
    _asked_for_passkey(request).was_right()
    to = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(to, {request.get_host()}, require_https=request.is_secure())
    where = to if safe else reverse("admin:index")
    return HttpResponseRedirect(second_step.complete(request, found.user, factor=factors.PASSKEY, to=where))


@never_cache
@csrf_protect
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What a browser needs to ask for a passkey: that of the person signed in or signing in, or anybody's."""
    user = request.user if isinstance(request.user, User) else second_step.pending(request)
    try:
        if user is None:
            _asked_for_passkey(request).count_or_refuse()
        options = passkeys.authentication_options(request, user)
    except TooMany as refusal:
        return wait(HttpResponse(refusal.words, content_type="text/plain"), refusal.wait)
    except Refusal as refusal:
        return HttpResponse(refusal.words, content_type="text/plain", status=404)
    return HttpResponse(options, content_type="application/json", headers={"Cache-Control": PRIVATE})


# --- How ------------------------------------------------------------------------------------------------------------


def _proved(request: HttpRequest, user: User, form: CodeForm) -> str:
    """Which factor was proved; empty if the form says what is wrong. Raises Refusal."""
    if answer := request.POST.get("passkey", ""):
        if passkeys.verify(request, answer=answer).user_id != user.pk:
            raise Refusal(_("This passkey is of another account."))
        return factors.PASSKEY
    if not form.is_valid():
        return ""
    trial = Trial.of("code", user.get_username(), request)
    trial.count_or_refuse()
    factor = factors.verify_code(user, form.cleaned_data["code"])
    if factor:
        trial.was_right()
    else:
        form.add_error("code", _("This code is wrong, or was used before. The app shows a new one every 30 seconds."))
    return factor


def _second_factor_page(request: HttpRequest, user: User, form: CodeForm, refused: str) -> HttpResponse:
    has_passkey = bool(factors.passkeys_of(user)) and passkeys.relying_party(request) is not None
    shown: dict[str, Any] = {"title": _("Your second factor"), "form": form, "refused": refused}
    return page(request, "second_factor.html", **shown, has_passkey=has_passkey, has_permission=False)


def _asked_for_passkey(request: HttpRequest) -> Trial:
    return Trial.at_network("passkey", request, most=policy.NETWORK_TRIES, window=policy.NETWORK_TRIES_WINDOW)

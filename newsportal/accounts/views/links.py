"""What the links in mails lead to: choosing a password after an invitation, or a new one after forgetting it."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from newsportal.accounts import browsers, mails, policy
from newsportal.accounts.forms import ForgottenForm
from newsportal.accounts.models import AccountMail
from newsportal.accounts.throttling import TooMany, Trial
from newsportal.accounts.views.pages import page, wait


@never_cache
@csrf_protect
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link to be mailed. The response is the same, and takes as long, whoever has the address."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    title = _("Forgotten password")
    if request.method != "POST" or not form.is_valid():
        return page(request, "forgotten.html", title=title, form=form)
    try:
        _asked_for_link(request).count_or_refuse()
    except TooMany as refusal:
        form.add_error(None, _("Many links have been asked for from your network just now. Ask again in a while."))
        return wait(page(request, "forgotten.html", title=title, form=form), refusal.wait)
    mails.owe_reset(form.cleaned_data["email"])
    return redirect("admin:account_forgotten_sent")


@never_cache
def forgotten_sent(request: HttpRequest) -> HttpResponse:
    """Says what happens next, if somebody has an account with that address."""
    minutes = int(policy.RESET_LIFE.total_seconds() // 60)
    return page(request, "forgotten_sent.html", title=_("Look into your mail"), minutes=minutes)


class ChoosePassword(PasswordResetConfirmView):
    """Choose a password for a link's account. Django keeps the token out of the page's own address."""

    template_name = "admin/accounts/choose_password.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the admin's pages need, and the name to sign in with."""
        context = super().get_context_data(**kwargs)
        name = self.user.get_username() if self.validlink and isinstance(self.user, User) else ""
        shared = admin.site.each_context(self.request)
        return {**shared, **context, "title": _("Choose a password"), "name": name, "has_permission": False}

    def get_user(self, uidb64: str) -> Any:
        """The account; None if its owner has left meanwhile."""
        user = super().get_user(uidb64)
        return user if isinstance(user, User) and user.is_active and user.is_staff else None

    def get_success_url(self) -> str:
        """The page for signing in, with the second factor if there is one."""
        return reverse("admin:login")

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Save it; all sessions of the account end, because each depends on the password that it began with. If a link
        is used twice at once, the first wins.
        """
        before = User.objects.select_for_update().get(pk=form.user.pk)
        if before.password != form.user.password:
            self.validlink = False
            return self.render_to_response(self.get_context_data(form=None))
        was_there = before.has_usable_password()
        response = super().form_valid(form)
        if was_there:
            mails.owe(AccountMail.Kind.PASSWORD_CHANGED, form.user)
        # Whoever has the link can sign in here even while somebody guesses at the name from everywhere.
        browsers.remember(self, self.request, form.user)
        messages.success(self.request, _("The password is set. Sign in with it."))
        return response


class ChangePassword(PasswordChangeView):
    """Change one's own password, given the present one; guessing that in somebody's open session is slowed down."""

    form_class = AdminPasswordChangeForm
    success_url = reverse_lazy("admin:password_change_done")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Django's, with each attempt counted."""
        trial = Trial.of("password", request.user.get_username(), request)
        try:
            trial.count_or_refuse()
        except TooMany as refusal:
            form = self.get_form()
            form.add_error(None, refusal.words)
            return wait(self.form_invalid(form), refusal.wait)
        form = self.get_form()
        is_valid = form.is_valid()
        # An unsuitable new password is not a wrong guess at the present one.
        if "old_password" not in form.errors:
            trial.was_right()
        return self.form_valid(form) if is_valid else self.form_invalid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        """Save it, and tell its owner by mail; all other sessions end."""
        response = super().form_valid(form)
        assert isinstance(self.request.user, User)
        mails.owe(AccountMail.Kind.PASSWORD_CHANGED, self.request.user)
        return response


def _asked_for_link(request: HttpRequest) -> Trial:
    return Trial.at_network("link", request, most=policy.RESETS_HOURLY, window=policy.NETWORK_TRIES_WINDOW)

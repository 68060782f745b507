"""One's own account: its second factor, and its sessions elsewhere."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from newsportal import zoned
from newsportal.accounts import factors, passkeys, sessions
from newsportal.accounts.forms import CodeForm, PasskeyForm
from newsportal.accounts.models import Passkey
from newsportal.accounts.views.pages import PRIVATE, page
from newsportal.refusal import Refusal
from newsportal.staff import staff

View = Callable[..., HttpResponse]


def after_confirming(view: View) -> View:
    """Allow the view only to people who have recently proved their identity (`newsportal.accounts.middleware`)."""
    view.needs_confirmation = True  # type: ignore[attr-defined]
    return view


def account(request: HttpRequest) -> HttpResponse:
    """Shows what one signs in with."""
    user = staff(request)
    return page(
        request,
        "account.html",
        title=_("Your account"),
        app=factors.app_of(user),
        passkeys=[_shown(one) for one in factors.passkeys_of(user)],
        codes_left=factors.codes_left(user),
        passkey_form=PasskeyForm(initial={"name": _("Passkey of %(day)s") % {"day": _today()}}),
        can_have_passkeys=passkeys.relying_party(request) is not None,
        is_required=factors.is_required(),
        has_any=factors.has_any(user),
    )


@after_confirming
@sensitive_post_parameters("code")
def authenticator_app(request: HttpRequest) -> HttpResponse:
    """Set an app up: it scans the key, and its first code proves that it has it."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if factors.confirm_app(request, staff(request), form.cleaned_data["code"]):
            return _set_up(request, factors.APP)
        form.add_error("code", _("This code is wrong. The app shows a new one every 30 seconds."))
    return _app_page(request, form)


def passkey_options(request: HttpRequest) -> HttpResponse:
    """What a browser needs to make a passkey; adding it then needs a confirmed identity."""
    if request.method != "POST":
        return redirect("admin:account")
    try:
        options = passkeys.registration_options(request, staff(request))
    except Refusal as refusal:
        return HttpResponse(refusal.words, content_type="text/plain", status=404)
    return HttpResponse(options, content_type="application/json", headers={"Cache-Control": PRIVATE})


@after_confirming
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Store the passkey that the browser made."""
    if request.method != "POST":
        return redirect("admin:account")
    form = PasskeyForm(request.POST)
    try:
        if not form.is_valid():
            raise Refusal(" ".join(str(word) for words in form.errors.values() for word in words))
        answer = request.POST.get("passkey", "")
        factors.add_passkey(request, staff(request), answer=answer, name=form.cleaned_data["name"])
    except Refusal as refusal:
        messages.error(request, refusal.words)
        return redirect("admin:account")
    return _set_up(request, factors.PASSKEY)


@after_confirming
def remove(request: HttpRequest) -> HttpResponse:
    """Forget the app, or one passkey."""
    if request.method == "POST":
        try:
            if request.POST.get("factor") == "app":
                factors.remove_app(staff(request))
            else:
                factors.remove_passkey(staff(request), request.POST.get("factor", ""))
            messages.success(request, _("It was removed."))
        except Refusal as refusal:
            messages.error(request, refusal.words)
    return redirect("admin:account")


@after_confirming
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New codes, shown only once."""
    if request.method != "POST" or not factors.has_any(staff(request)):
        return redirect("admin:account")
    return _codes_page(request, factors.renew_recovery_codes(staff(request)))


@after_confirming
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    if request.method == "POST":
        sessions.end_all(staff(request), but=request)
        messages.success(request, _("You are signed out everywhere else."))
    return redirect("admin:account")


# --- How ------------------------------------------------------------------------------------------------------------


def _set_up(request: HttpRequest, kind: str) -> HttpResponse:
    """After adding a factor: end sessions that began without it, and give recovery codes to somebody who has none."""
    user = staff(request)
    sessions.end_all(user, but=request)
    sessions.note_second_factor(request, kind)
    messages.success(request, _("From now on it is asked for when you sign in."))
    if factors.codes_left(user):
        return redirect("admin:account")
    return _codes_page(request, factors.make_recovery_codes(user))


def _codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return page(request, "recovery_codes.html", title=_("Your recovery codes"), codes=codes)


def _app_page(request: HttpRequest, form: CodeForm) -> HttpResponse:
    user = staff(request)
    key = factors.key_to_confirm(request, user)
    shown: dict[str, Any] = {"qr_code": factors.qr_code(user, key), "key": factors.key_in_words(key)}
    return page(request, "authenticator_app.html", title=_("Authenticator app"), form=form, **shown)


def _shown(passkey: Passkey) -> dict[str, Any]:
    used = zoned.in_words(passkey.used_at) if passkey.used_at else ""
    return {"pk": passkey.pk, "name": passkey.name, "made": zoned.in_words(passkey.made_at), "used": used}


def _today() -> str:
    return f"{timezone.localtime():%Y-%m-%d}"

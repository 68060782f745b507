"""Before rights are changed or something is deleted, the signed-in person proves their identity again.

The page that asks for this carries what was sent, field by field, and sends it again with the proof; so nothing that
was typed is lost, and none of it is stored anywhere.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from newsportal.accounts import factors, passkeys, sessions
from newsportal.accounts.throttling import TooMany, Trial
from newsportal.accounts.views.pages import page, wait
from newsportal.refusal import Refusal
from newsportal.staff import staff

PASSWORD = "confirm-password"  # noqa: S105
PASSKEY = "confirm-passkey"
_OURS = {PASSWORD, PASSKEY, "csrfmiddlewaretoken"}


def is_needed(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Whether the request changes accounts, groups or one's own factors, or deletes something, and the last proof is
    too old. A ModelAdmin declares `changes_rights`, either always or by a method that is given the request; a view
    uses `after_confirming`.
    """
    if request.method != "POST" or sessions.is_confirmed(request):
        return False
    match = request.resolver_match
    name = (match.url_name if match else "") or ""
    changes_rights = getattr(getattr(view, "model_admin", None), "changes_rights", False)
    return (
        getattr(view, "needs_confirmation", False)
        or (changes_rights(request) if callable(changes_rights) else changes_rights)
        or name.endswith("_delete")
        # If there are several, Django chooses one by `index`.
        or "delete_selected" in request.POST.getlist("action")
    )


def confirm(request: HttpRequest) -> HttpResponse | None:
    """Take the proof out of what was sent, and let the rest pass; or ask for the proof."""
    try:
        if not _is_proved(request):
            return _ask(request)
    except TooMany as refusal:
        return wait(_ask(request, refusal.words), refusal.wait)
    except Refusal as refusal:
        return _ask(request, refusal.words)
    sessions.confirm(request)
    rest = request.POST.copy()
    for name in (PASSWORD, PASSKEY):
        rest.pop(name, None)
    request.POST = rest  # type: ignore[assignment]
    return None


# --- How ------------------------------------------------------------------------------------------------------------


def _is_proved(request: HttpRequest) -> bool:
    """Whether the proof that was sent is valid; raises Refusal, in words, if it is not."""
    user = staff(request)
    if answer := request.POST.get(PASSKEY, ""):
        if passkeys.verify(request, answer=answer).user_id != user.pk:
            raise Refusal(_("This passkey is of another account."))
        return True
    password = request.POST.get(PASSWORD)
    return password is not None and _is_password(request, user, password)


def _is_password(request: HttpRequest, user: User, password: str) -> bool:
    trial = Trial.of("password", user.get_username(), request)
    trial.count_or_refuse()
    if not user.check_password(password):
        raise Refusal(_("This is not your password. Nothing was changed."))
    trial.was_right()
    return True


def _ask(request: HttpRequest, refused: str = "") -> HttpResponse:
    sent = [(name, value) for name, values in request.POST.lists() if name not in _OURS for value in values]
    has_passkey = bool(factors.passkeys_of(staff(request))) and passkeys.relying_party(request) is not None
    shown = {"title": _("Is it you?"), "sent": sent, "to": request.get_full_path(), "refused": refused}
    return page(request, "confirm.html", status=403, **shown, has_passkey=has_passkey)

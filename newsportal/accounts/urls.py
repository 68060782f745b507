"""The addresses of signing in and of one's own account, below /admin/ and in the admin's namespace."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from newsportal.accounts import mails
from newsportal.accounts.views import links, own, signing_in


def patterns(guarded: Callable[[Callable[..., Any]], Callable[..., Any]]) -> list[URLPattern]:
    """All of them; `guarded` restricts a view to staff."""
    choose = links.ChoosePassword
    return [
        path("login/second-factor/", signing_in.second_factor, name="account_second_factor"),
        path("login/passkey/", signing_in.passkey, name="account_sign_in_passkey"),
        path("login/passkey/options/", signing_in.passkey_options, name="account_sign_in_options"),
        path("login/forgotten/", links.forgotten, name="account_forgotten"),
        path("login/forgotten/sent/", links.forgotten_sent, name="account_forgotten_sent"),
        path(
            "login/password/<str:uidb64>/<str:token>/",
            choose.as_view(token_generator=mails.RESET_TOKENS),
            name="account_password",
        ),
        path(
            "login/invitation/<str:uidb64>/<str:token>/",
            choose.as_view(token_generator=mails.INVITATION_TOKENS),
            name="account_invitation",
        ),
        path("account/", guarded(own.account), name="account"),
        path("account/app/", guarded(own.authenticator_app), name="account_app"),
        path("account/passkey/", guarded(own.add_passkey), name="account_add_passkey"),
        path("account/passkey/options/", guarded(own.passkey_options), name="account_passkey_options"),
        path("account/removal/", guarded(own.remove), name="account_remove"),
        path("account/recovery-codes/", guarded(own.recovery_codes), name="account_recovery_codes"),
        path("account/sessions/", guarded(own.end_sessions), name="account_end_sessions"),
    ]

"""The newsroom's accounts, as a Django application: it has tables, pages and a middleware."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "newsportal.accounts"
    label = "accounts"
    verbose_name = _("accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Note at every sign-in, whatever its kind, when the session began and whose browser it is; register the mails
        that are owed with the portal's monitoring.
        """
        from django.contrib.auth.signals import user_logged_in

        from newsportal.accounts import browsers, sessions
        from newsportal.accounts.models import AccountMail
        from newsportal.operating.sources import outboxes

        outboxes["accounts of the newsroom"] = lambda: AccountMail.objects.filter(sent_at=None, given_up_at=None)
        user_logged_in.connect(sessions.begin, dispatch_uid="newsportal.accounts.sessions")
        user_logged_in.connect(browsers.remember, dispatch_uid="newsportal.accounts.browsers")

"""What is stored about accounts besides Django's own models: attempts to sign in, factors, mails about accounts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device
from django_otp.plugins.otp_totp.models import TOTPDevice

from newsportal.accounts import sealing
from newsportal.outbox import OutboxRow


class Tries(models.Model):
    """How often something has been tried in vain since a moment. Written by `newsportal.accounts.throttling` alone.

    Its key is a keyed hash of a name and a network: neither is stored.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.count} until {self.ends_at}"


class SessionEpoch(models.Model):
    """A number that each valid session of an account has; written by `newsportal.accounts.sessions` alone."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="session_epoch_row"
    )
    number = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user}: {self.number}"


class AuthenticatorApp(TOTPDevice):
    """An app that shows codes, which `django_otp` checks; its key is sealed (`newsportal.accounts.sealing`)."""

    class Meta:
        proxy = True
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.name)

    @property
    def bin_key(self) -> bytes:
        """The key itself; raises sealing.Unreadable."""
        return sealing.unseal(self.key, owner=self.user_id)


class Passkey(Device):
    """A key pair whose private half stays on a device (WebAuthn, Level 2). The device verifies its owner itself, so a
    passkey stands for both factors.
    """

    # Base64url; an id has at most 1,023 bytes.
    credential_id = models.CharField(max_length=1_364, unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    transports = models.JSONField(default=list)
    made_at = models.DateTimeField(_("made"))
    used_at = models.DateTimeField(_("used last"), null=True)

    class Meta:
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")
        ordering = ("made_at", "pk")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.name)


class AccountMail(OutboxRow):
    """A mail about an account. For a forgotten password it is addressed to whatever was typed, and the worker looks up
    whose address that is: so our response does not reveal who has an account.
    """

    class Kind(models.TextChoices):
        """What the mail is about."""

        INVITATION = "invitation", _("invitation")
        RESET = "reset", _("forgotten password")
        PASSWORD_CHANGED = "password_changed", _("password changed")
        ADDRESS_CHANGED = "address_changed", _("mail address changed")
        FACTORS_CHANGED = "factors_changed", _("second factor changed")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    # Looked up by address and time.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("mail about an account")
        verbose_name_plural = _("mails about accounts")
        ordering = ("due_at", "pk")
        default_permissions = ()
        indexes = (
            models.Index(
                "due_at", condition=Q(sent_at__isnull=True, given_up_at__isnull=True), name="account_mail_owed"
            ),
            models.Index("to", "created_at", name="account_mail_of_address"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.to}"

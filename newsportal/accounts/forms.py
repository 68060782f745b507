"""The forms of signing in, and of making and changing accounts."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from newsportal.accounts import policy
from newsportal.accounts.throttling import Trial, too_many
from newsportal.fields import FitFormField
from newsportal.mail_address import MailAddressField


class SignInForm(AdminAuthenticationForm):
    """Django's; somebody who was wrong too often has to wait. `wait` says for how long."""

    wait: timedelta | None = None

    def clean(self) -> dict[str, Any]:
        """Count the attempt, then check it; nothing reveals whether the name exists."""
        assert isinstance(self.request, HttpRequest)
        trial = Trial.of("password", self.cleaned_data.get("username") or "", self.request)
        self.wait = trial.count()
        if self.wait is not None:
            raise ValidationError(too_many(self.wait).words, code="too_many")
        cleaned: dict[str, Any] = super().clean()
        # Without a name or a password nothing was checked, so the attempt was not right, either.
        if self.get_user() is not None:
            trial.was_right()
        return cleaned


class CodeForm(forms.Form):
    """A code of an authenticator app, or a recovery code."""

    code = FitFormField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )


class ForgottenForm(forms.Form):
    """The address to which a link is to be sent."""

    email = MailAddressField(
        label=_("Mail address"), max_length=254, widget=forms.EmailInput({"autocomplete": "email", "autofocus": True})
    )


class PasskeyForm(forms.Form):
    """The passkey that a browser made, and its owner's name for it."""

    name = FitFormField(label=_("Name of the passkey"), max_length=policy.PASSKEY_NAME_LENGTH)


class _OneAddress(forms.ModelForm[User]):
    """An address belongs to one account only, or its owner would get the link to another account's password."""

    def clean_email(self) -> str:
        """The address, if it is nobody else's; an unchanged one is not checked."""
        email: str = self.cleaned_data["email"]
        others = User.objects.filter(email__iexact=email, is_active=True).exclude(pk=self.instance.pk)
        if email and "email" in self.changed_data and others.exists():
            raise ValidationError(_("Somebody has an account with this address."), code="unique")
        return email


class AccountForm(_OneAddress, UserChangeForm[User]):
    """An existing account."""

    email = MailAddressField(label=_("Mail address"), required=False)


class InvitationForm(_OneAddress):
    """A new colleague, who chooses the password by following the link in the mail."""

    email = MailAddressField(label=_("Mail address"), help_text=_("The invitation goes there."))

    class Meta:
        model = User
        fields = ("username", "email", "first_name", "last_name", "groups")

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        """Save an account that nobody can sign in to yet."""
        user = super().save(commit=False)
        user.is_staff = True
        user.set_unusable_password()
        if commit:
            user.save()
            self._save_m2m()  # type: ignore[attr-defined]
        return user

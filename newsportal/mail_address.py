"""A mail address as a reader types one into a form that anybody may send."""

from typing import Any

from django import forms
from django.core.validators import EmailValidator

from newsportal.characters import fit


class PlainAddressValidator(EmailValidator):
    """An address without encoded words (RFC 2047): the mail library would decode them, and mail somebody else."""

    def __call__(self, value: str | None) -> None:
        super().__call__("" if "=?" in (value or "") else value)


class MailAddressField(forms.EmailField):
    """An address, or nothing."""

    default_validators = [PlainAddressValidator()]

    def to_python(self, value: Any) -> str:
        """The address as mail is sent to it: its domain in ASCII (RFC 5890), so the length checked is that stored."""
        address = str(super().to_python(self.shown(str(value or ""))))
        local, at, domain = address.rpartition("@")
        try:
            return f"{local}{at}{domain.encode('idna').decode()}" if at else address
        except UnicodeError:
            return address

    def shown(self, typed: str) -> str:
        """What was typed, without what cannot be stored."""
        return fit(typed)

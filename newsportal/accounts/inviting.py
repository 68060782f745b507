"""Giving a colleague an account, or a link for a new password: by mail, so that nobody else ever knows the password."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from newsportal.accounts import mails, permissions
from newsportal.accounts.models import AccountMail
from newsportal.refusal import NotPermitted, Refusal


def invite(user: User) -> None:
    """Owe the invitation for an account that was just made."""
    mails.owe(AccountMail.Kind.INVITATION, user)


@transaction.atomic
def send_link(user: User, *, by: User) -> str:
    """Owe the invitation once more or, if the person has a password, a link for a new one; says so in words.

    Raises NotPermitted, and Refusal for somebody who has no address or has left.
    """
    if not permissions.can_manage(by, user):
        raise NotPermitted(_("You may not change this account."))
    if not user.email or not user.is_active:
        raise Refusal(_("A link goes by mail, and to nobody who has left. Give the account an address first."))
    if user.has_usable_password():
        mails.owe(AccountMail.Kind.RESET, user)
    else:
        mails.owe(AccountMail.Kind.INVITATION, user)
    LogEntry.objects.log_actions(
        by.pk, User.objects.filter(pk=user.pk), CHANGE, _("A link to a new password was sent."), single_object=True
    )
    return _("A link goes to %(to)s.") % {"to": user.email}

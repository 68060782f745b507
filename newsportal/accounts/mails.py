"""Mails about accounts: invitations, forgotten passwords, and notices of changes to one's account."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import base36_to_int, urlsafe_base64_encode
from django.utils.translation import gettext as _

from newsportal import outbox
from newsportal.accounts import policy
from newsportal.accounts.models import AccountMail
from newsportal.links import absolute

Kind = AccountMail.Kind


class LinkTokens(PasswordResetTokenGenerator):
    """Django's tokens, which end with their first use, as the password is part of them; and after a time of ours."""

    def __init__(self, purpose: str, life: timedelta) -> None:
        super().__init__()
        self.key_salt = f"newsportal.accounts.{purpose}"
        self._life = life

    def check_token(self, user: User | None, token: str | None) -> bool:
        """Whether it is this person's, unused, and not too old."""
        if not super().check_token(user, token) or token is None:
            return False
        made = base36_to_int(token.split("-")[0])
        return self._num_seconds(self._now()) - made <= self._life.total_seconds()


RESET_TOKENS = LinkTokens("reset", policy.RESET_LIFE)
INVITATION_TOKENS = LinkTokens("invitation", policy.INVITATION_LIFE)


def owe(kind: Kind, user: User, *, to: str | None = None) -> None:
    """Owe somebody a mail about their account: to its address, if it has one, or to the address `to`."""
    address = user.email if to is None else to
    if address:
        now = timezone.now()
        AccountMail.objects.create(kind=kind, user=user, to=address, created_at=now, due_at=now)


def owe_reset(email: str) -> None:
    """Owe a link to any address: whether it belongs to somebody, and is within its daily limit, is checked later."""
    now = timezone.now()
    AccountMail.objects.create(kind=Kind.RESET, to=email, created_at=now, due_at=now)


def send_due(now: datetime | None = None, *, most: int = 100) -> int:
    """Send what is due; returns how many were sent. Workers may do so concurrently."""
    rows = AccountMail.objects.select_related("user")
    return outbox.send_due(rows, words=_words, moot=_moot, now=now, most=most)


def forget_old() -> None:
    """Delete mails sent long ago, and at once those not sent, as their address belongs to nobody in the newsroom."""
    old = Q(created_at__lt=timezone.now() - policy.MAILS_KEPT)
    AccountMail.objects.filter(old | Q(kind=Kind.RESET, given_up_at__isnull=False)).delete()


# --- How ------------------------------------------------------------------------------------------------------------


def _receiver(mail: AccountMail) -> User | None:
    """The account that the mail is about. If several have the address, the one used last."""
    if mail.user is not None:
        return mail.user
    known = User.objects.filter(email__iexact=mail.to, is_active=True, is_staff=True)
    # PostgreSQL treats a dotless i as an i: that mailbox may be another person's.
    same = (
        user for user in known.order_by(F("last_login").desc(nulls_last=True), "pk") if _is_same(user.email, mail.to)
    )
    return next(same, None)


def _is_same(address: str, other: str) -> bool:
    """Whether two addresses differ at most in the case of ASCII letters."""
    return address.encode().lower() == other.encode().lower()


def _moot(mail: AccountMail) -> str:
    """Why it need not be sent; empty if it must be."""
    user = _receiver(mail)
    if user is None or not user.is_active:
        return "nobody has an account with this address"
    if mail.kind == Kind.INVITATION and user.has_usable_password():
        return "the invitation was accepted"
    if mail.kind != Kind.RESET:
        return ""
    if mail.created_at < timezone.now() - policy.RESET_LIFE:
        return "its time was over"
    day = timezone.now() - timedelta(days=1)
    had = AccountMail.objects.filter(Q(kind=Kind.RESET), to__iexact=mail.to, created_at__gt=day, sent_at__isnull=False)
    return "the address had its share of links" if had.count() >= policy.RESETS_DAILY else ""


def _words(mail: AccountMail) -> outbox.Words:
    user = _receiver(mail)
    assert user is not None
    hello = {"site": settings.SITE_NAME, "name": user.get_username()}
    if mail.kind == Kind.INVITATION:
        return _("Your account at %(site)s") % hello, [
            _("You have an account in the newsroom of %(site)s. Your name for signing in is: %(name)s") % hello,
            _("Choose a password here:") + f"\n{_link('invitation', INVITATION_TOKENS, user)}",
            _("The link opens for %(days)d days, once. Give it to nobody.") % {"days": policy.INVITATION_LIFE.days},
        ]
    if mail.kind == Kind.RESET:
        minutes = policy.RESET_LIFE.total_seconds() // 60
        return _("Your password at %(site)s") % hello, [
            _("Somebody, probably you, asked for a new password. Your name for signing in is: %(name)s") % hello,
            _("Choose one here:") + f"\n{_link('password', RESET_TOKENS, user)}",
            _("The link opens for %(minutes)d minutes, once. Give it to nobody.") % {"minutes": minutes},
            _("If it was not you, do nothing: your password stays as it is."),
        ]
    subject, said = {
        Kind.PASSWORD_CHANGED: (
            _("Your password was changed"),
            _("The password of %(name)s at %(site)s was changed."),
        ),
        Kind.ADDRESS_CHANGED: (
            _("Your mail address was changed"),
            _("The account %(name)s at %(site)s has another mail address now: links to a new password go there."),
        ),
        Kind.FACTORS_CHANGED: (
            _("Your second factor was changed"),
            _("The second factor of %(name)s at %(site)s was changed."),
        ),
    }[AccountMail.Kind(mail.kind)]
    return subject, [said % hello, _("If that was not you, tell whoever looks after the accounts, at once.")]


def _link(name: str, tokens: LinkTokens, user: User) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return absolute(reverse(f"admin:account_{name}", args=[uid, tokens.make_token(user)]))

"""The people of the demo: who may sign in, and with which password."""

import os

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission, User
from django.utils.crypto import constant_time_compare, salted_hmac

from newsportal.secrets_kept import kept_secret

# username, first name, last name, group ("" is the superuser)
ACCOUNTS = (
    ("admin", "Alma", "Operator", ""),
    ("editor", "Edda", "Marsh", "editors"),
    ("writer", "Wim", "Sutter", "writers"),
    ("moderator", "Mona", "Keller", "moderators"),
    ("moderator2", "Milo", "Brandt", "moderators"),
)


def make_accounts() -> dict[str, User]:
    """The accounts by username. Of those that exist already, only a differing password is replaced."""
    encoded = _encoded_password()
    return {username: _account(username, first, last, group, encoded) for username, first, last, group in ACCOUNTS}


def password() -> str:
    """The password of them all: `DEMO_PASSWORD`, or one generated once and kept in `var/`, readable by its owner."""
    given = os.environ.get("DEMO_PASSWORD", "")
    if given:
        return given
    return kept_secret(settings.VAR_DIR / "demo_password", length=9)


def _encoded_password() -> str:
    """The password's hash, the same in all rows. A note marks it as the demo's, because hashing or checking a
    password takes as long as all the rest of a start.
    """
    note = settings.VAR_DIR / "demo_accounts"
    known = User.objects.filter(username=ACCOUNTS[0][0]).first()
    if known and note.exists() and constant_time_compare(note.read_text(), _note_of(known.password)):
        return known.password
    encoded = known.password if known and known.check_password(password()) else make_password(password())
    note.write_text(_note_of(encoded))
    return encoded


def _note_of(encoded: str) -> str:
    """What proves, to those who have the site's secret, that a row's password is the demo's."""
    return salted_hmac("newsportal.demo", f"{password()} {encoded}", algorithm="sha256").hexdigest()


def _account(username: str, first: str, last: str, group: str, encoded: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        user = User(username=username, first_name=first, last_name=last, is_staff=True, is_superuser=not group)
        user.password = encoded
        user.save()
        if group:
            user.groups.add(Group.objects.get(name=group))
        if username == "moderator":
            # Dates decisions on the archive back to the day on which it was written.
            user.user_permissions.add(Permission.objects.get(codename="backdate_comment"))
    elif user.password != encoded:
        user.password = encoded
        user.save(update_fields=["password"])
    return user

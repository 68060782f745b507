"""The people of the demo: who may sign in, and with which password."""

import os

from django.conf import settings
from django.contrib.auth.models import Group, Permission, User

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
    """The accounts by username; those that are there keep what they have."""
    return {username: _account(username, first, last, group) for username, first, last, group in ACCOUNTS}


def password() -> str:
    """The password of all of them: `DEMO_PASSWORD`, or one made up at first and kept for its owner's eyes in `var/`."""
    given = os.environ.get("DEMO_PASSWORD", "")
    if given:
        return given
    return kept_secret(settings.VAR_DIR / "demo_password", length=9)


def _account(username: str, first: str, last: str, group: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        user = User(username=username, first_name=first, last_name=last, is_staff=True, is_superuser=not group)
        user.set_password(password())
        user.save()
        if group:
            user.groups.add(Group.objects.get(name=group))
        if username == "moderator":
            # Decides on the archive as of the day it was written.
            user.user_permissions.add(Permission.objects.get(codename="backdate_comment"))
    elif not user.check_password(password()):
        user.set_password(password())
        user.save(update_fields=["password"])
    return user

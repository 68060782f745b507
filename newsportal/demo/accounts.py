"""The people of the demo: who may sign in, and with which password."""

import os
import secrets

from django.conf import settings
from django.contrib.auth.models import Group, Permission, User

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
    path = settings.VAR_DIR / "demo_password"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(9))
    return str(path.read_text())


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

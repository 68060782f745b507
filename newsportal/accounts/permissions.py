"""Who may manage whose account."""

from django.contrib.auth.models import User

from newsportal.rights import permissions_of


def can_manage(by: User, user: User) -> bool:
    """People who may change accounts may manage those of colleagues who have no rights beyond their own: otherwise they
    could send themselves the link to a more powerful account's password. For a closed account its former rights count,
    because whoever may change it may reopen it.
    """
    if by.is_superuser:
        return by.is_active
    held = by.get_all_permissions()
    return "auth.change_user" in held and not user.is_superuser and permissions_of(user) <= held

"""Who may look after whose account."""

from django.contrib.auth.models import User

from newsportal.rights import permissions_of


def can_manage(by: User, user: User) -> bool:
    """Whoever may change accounts, those of colleagues who may do nothing that they may not do themselves: else one
    could send oneself the link to a stronger account's password. Of a closed account it counts what it could do, for
    who may change it may open it again.
    """
    if by.is_superuser:
        return by.is_active
    held = by.get_all_permissions()
    return "auth.change_user" in held and not user.is_superuser and permissions_of(user) <= held

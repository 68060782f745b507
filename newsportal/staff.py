"""Who acts in the admin."""

from django.contrib.auth.models import User
from django.http import HttpRequest


def staff(request: HttpRequest) -> User:
    """The person at the admin, which lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user

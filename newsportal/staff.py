"""Who acts in the admin, and what they are told about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest

from newsportal.refusal import Refusal


def staff(request: HttpRequest) -> User:
    """The signed-in person; the admin lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def do(request: HttpRequest, verb: Callable[..., Any], row: Any, *, done: str) -> None:
    """Apply a verb to a row (`verb(row, by=…)`), and say that it is done, or why it was refused."""
    try:
        verb(row, by=staff(request))
    except Refusal as refusal:
        messages.error(request, refusal.words)
    else:
        messages.success(request, done)

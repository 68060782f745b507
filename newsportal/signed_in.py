"""Whether somebody is signed in, asked of the cookies of a request alone, before there is one for Django."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import InterfaceError, OperationalError, close_old_connections
from django.http import parse_cookie


def is_signed_in(cookies: str) -> bool:
    """Whether a session that these cookies name was begun by signing in. Where the database is away it is taken for
    one: Django then says so itself, and gives back what was sent.
    """
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return False
    close_old_connections()
    try:
        return SESSION_KEY in import_module(settings.SESSION_ENGINE).SessionStore(key)
    except (OperationalError, InterfaceError):
        return True

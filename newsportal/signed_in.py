"""Whether somebody is signed in, going by a request's cookies alone, before Django has the request."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import InterfaceError, OperationalError, close_old_connections
from django.http import parse_cookie


def is_signed_in(cookies: str) -> bool:
    """Whether the session named by these cookies was begun by signing in. If the database is away, it is assumed to be:
    Django then says so itself, and gives back what was sent.
    """
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return False
    close_old_connections()
    try:
        return SESSION_KEY in import_module(settings.SESSION_ENGINE).SessionStore(key)
    except (OperationalError, InterfaceError):
        return True

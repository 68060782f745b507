"""Absolute links, built from `SITE_URL` alone: a request's Host header never reaches a page, a feed or a mail."""

from django.conf import settings


def absolute(path: str) -> str:
    """The absolute address of a path on this site; an address that is already absolute (a CDN's) stays as it is."""
    return path if "://" in path else f"{settings.SITE_URL}{path}"

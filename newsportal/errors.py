"""The error pages. None of them repeats the address that was asked for, and none needs the database."""

import errno
import sys
from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from newsportal.media import Unreachable
from newsportal.origin import is_from_here

# A restarted database is back within seconds, and a lock ends as soon; a browser may ask again that often.
RETRY_AFTER_SECONDS = 5

_TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
# Errors by which a database says that it is away, locked or full (PEP 249), and a storage of pictures that it is away;
# no error in our own code raises these.
_AWAY = (OperationalError, InterfaceError, Unreachable)
# Anything longer than a name or a button's label is a text.
_NAME_WORDS, _NAME_CHARACTERS = 4, 40
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


@dataclass(frozen=True)
class Sent:
    """A field of a form that could not be accepted; words are shown, the rest is carried along hidden."""

    name: str
    value: str

    @property
    def is_words(self) -> bool:
        """Whether somebody wrote it, and it is no key, choice or name; not every script has spaces between words."""
        return len(self.value.split()) > _NAME_WORDS or len(self.value) > _NAME_CHARACTERS


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; or 413 for what Django calls a bad request because it is too large (RFC 9110, section 15.5.14)."""
    if isinstance(exception, _TOO_LARGE):
        return content_too_large(request)
    return error_page(request, 400)


def request_timeout(request: HttpRequest) -> HttpResponse:
    """408: the body had not arrived completely when the time for its address was over."""
    return error_page(request, 408)


def content_too_large(request: HttpRequest) -> HttpResponse:
    """413: more bytes or fields than the address accepts."""
    return error_page(request, 413)


def unsupported_coding(request: HttpRequest) -> HttpResponse:
    """415: the body is compressed, and only plain ones are read (RFC 9110, section 15.5.16; RFC 7694)."""
    response = error_page(request, 415)
    response["Accept-Encoding"] = "identity"
    return response


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return error_page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403, in our own page: Django's has an inline style, which our Content Security Policy refuses."""
    return error_page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same bytes whether something is hidden here or never was."""
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, from a template that does not use the database; 503 if that or a storage is the cause, which passes."""
    return unavailable(request) if passes(sys.exception()) else error_page(request, 500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 with `Retry-After` (RFC 9110, section 15.6.4), and with what was sent, to be sent again or copied."""
    sent = _sent(request)
    again = bool(sent) and not request.FILES and is_from_here(request)
    context = {"sent": sent, "words": [each for each in sent if each.is_words], "again": again}
    response = render(request, "503.html", context, status=503)
    response["Cache-Control"] = "no-store"
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def passes(error: BaseException | None) -> bool:
    """Whether the cause is something that is away for a while, and not the request or the program."""
    return isinstance(error, _AWAY) or (isinstance(error, OSError) and error.errno in _FULL)


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """The page for one status code, which is kept by nobody."""
    response = render(request, f"{status}.html", status=status)
    response["Cache-Control"] = "no-store"
    return response


def _sent(request: HttpRequest) -> list[Sent]:
    """The fields of a form; none if there is a password among them, which no page repeats."""
    if request.method != "POST" or any("password" in name for name in request.POST):
        return []
    return [Sent(name, str(value)) for name, values in request.POST.lists() for value in values]

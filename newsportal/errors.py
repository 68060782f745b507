"""The answers to what went wrong. None of them repeats the address that was asked for, and none needs the database."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; or 413 for what Django calls a bad request because it is too large (RFC 9110, section 15.5.14)."""
    if isinstance(exception, _TOO_LARGE):
        return content_too_large(request)
    return error_page(request, 400)


def request_timeout(request: HttpRequest) -> HttpResponse:
    """408: what was sent had not arrived whole when the time of its address was over."""
    return error_page(request, 408)


def content_too_large(request: HttpRequest) -> HttpResponse:
    """413: more bytes or fields than the address takes."""
    return error_page(request, 413)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return error_page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403, in our own page: Django's has a style of its own, which our Content Security Policy refuses."""
    return error_page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same bytes whether something is hidden here or never was."""
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: from a template that asks nothing of the database."""
    return error_page(request, 500)


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """The page of one status code, kept by nobody."""
    response = render(request, f"{status}.html", status=status)
    response["Cache-Control"] = "no-store"
    return response

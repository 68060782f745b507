"""Responses that several pages give."""

import math

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from articles.finding import live_edition
from articles.models import Edition
from articles.names import of, of_story
from comments import posting


def see_other(path: str) -> HttpResponse:
    """303: the POST was taken, and this is where to read on (RFC 9110, section 15.4.4)."""
    response = redirect(path)
    response.status_code = 303
    response["Cache-Control"] = "no-store"
    return response


def erased(request: HttpRequest, *, typed: str = "") -> HttpResponse:
    """410: the link was good, and what it led to was erased (RFC 9110, section 15.5.11). `typed` is given back."""
    return render(request, "comments/erased.html", {"typed": typed}, status=410)


def unknown(request: HttpRequest, *, typed: str) -> HttpResponse:
    """404 for a text that was sent to an address that never existed: the text is given back."""
    return render(request, "comments/unknown.html", {"typed": typed}, status=404)


def retry_after(response: HttpResponse, error: posting.TooFast) -> HttpResponse:
    """The same answer, with the time to wait in whole seconds."""
    # Rounded up, so that somebody who returns at that time is let in.
    response["Retry-After"] = str(math.ceil(error.retry_after.total_seconds()))
    return response


def live_or_none(article_id: str) -> Edition | None:
    """The edition that readers see now, if there is one."""
    try:
        return live_edition(article_id)
    except Http404:
        return None


def names_of_story(edition: Edition) -> list[str]:
    """What pages with a form show of the story; the form has the number of its edition."""
    return [of_story(edition.article_id), of(edition.section)]

"""Reporting an error in a story, and the page on which the reader finds what came of it."""

import math
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from articles import error_reports
from articles.error_forms import ErrorForm
from articles.error_tokens import path_of, report_of
from articles.finding import live_edition
from articles.models import Edition
from articles.names import of, of_story
from newsportal.caching import private_page, public_page
from newsportal.client import client_address
from newsportal.errors import error_page
from newsportal.links import absolute
from newsportal.origin import FORM_TYPE, FROM_ELSEWHERE, is_from_here
from newsportal.pages import shows


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def report(request: HttpRequest, article_id: str) -> HttpResponse:
    """The form for a live story, and the address that it posts to."""
    if request.method == "POST":
        return _take(request, article_id)
    edition = live_edition(article_id)
    # The form holds the number of the edition.
    shows(of_story(edition.article_id), of(edition.section))
    return _form_page(request, edition, ErrorForm.on(edition, _action(edition)), status=200)


@require_safe
@private_page
def reported(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody reported, and what came of it."""
    found = report_of(token)
    live = _live_or_none(str(found.article_id))
    context: dict[str, Any] = {"report": found, "edition": live, "own_url": absolute(request.path)}
    return render(request, "articles/error_report.html", context)


def _take(request: HttpRequest, article_id: str) -> HttpResponse:
    """Send a report. Whatever is wrong, the answer is the form with what was typed."""
    if request.content_type != FORM_TYPE:
        return error_page(request, 415)
    edition = _live_or_none(article_id)
    form = ErrorForm(request.POST, action=_action(edition))
    if not is_from_here(request):
        return _form_page(request, edition, form, refusal=FROM_ELSEWHERE, status=403)
    if edition is None:
        refusal = _("There is no story here that an error could be reported in. Your text is still here.")
        return _form_page(request, None, form, refusal=refusal, status=404)
    return _send(request, edition, form) if form.is_valid() else _form_page(request, edition, form, status=422)


def _send(request: HttpRequest, edition: Edition, form: ErrorForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        sent = error_reports.send(
            edition,
            text=data["text"],
            passage=data["passage"],
            email=data["email"],
            saw=data["edition"],
            address=client_address(request),
        )
    except error_reports.TooFast as error:
        response = _form_page(request, edition, form, refusal=error.words, status=429)
        # Rounded up, so that somebody who comes back then is let in.
        response["Retry-After"] = str(math.ceil(error.retry_after.total_seconds()))
        return response
    response = redirect(path_of(sent))
    # 303: the post was accepted, and this is where to read on (RFC 9110, section 15.4.4).
    response.status_code = 303
    response["Cache-Control"] = "no-store"
    return response


def _form_page(
    request: HttpRequest, edition: Edition | None, form: ErrorForm, *, status: int, refusal: object = ""
) -> HttpResponse:
    context = {"edition": edition, "form": form, "refusal": refusal}
    response = render(request, "articles/report_error.html", context, status=status)
    if form.is_bound:
        response["Cache-Control"] = "no-store"
    return response


def _live_or_none(article_id: str) -> Edition | None:
    try:
        return live_edition(article_id)
    except Http404:
        return None


def _action(edition: Edition | None) -> str:
    return reverse("articles:report_error", args=[edition.article_id]) if edition else ""

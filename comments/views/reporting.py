"""The form with which a comment is reported, and the page of a report."""

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from articles.finding import live_edition
from articles.models import Edition
from articles.names import of, of_card
from comments import moderation, names, posting, reporting
from comments.models import Comment
from comments.report_forms import ReportForm
from comments.report_words import answer_to, outcome
from comments.statements import headline_of
from comments.states import Status
from comments.tokens import report_of, report_path
from comments.views.responses import retry_after, see_other
from newsportal.caching import private_page, public_page
from newsportal.client import client_address
from newsportal.errors import error_page
from newsportal.origin import FORM_TYPE, FROM_ELSEWHERE, is_from_here
from newsportal.pages import shows

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# In the address of a report's page: the report had been sent before.
_AGAIN = "again"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form as a page of its own, and the address that it posts to."""
    if request.method == "POST":
        return _take(request, public_id)
    found = _reportable(public_id)
    if found is None:
        raise Http404
    edition = found[1]
    shows(of_card(edition.article_id), of(edition.section), names.of_comment(public_id))
    return _form_page(request, found, ReportForm(), status=200)


@require_safe
@private_page
def report_status(request: HttpRequest, token: str) -> HttpResponse:
    """What becomes of a report, for the reader who sent it."""
    sent = report_of(token)
    comment = sent.revision.comment
    answer = answer_to(sent)
    context = {
        "report": sent,
        "headline": headline_of(comment),
        "permalink": comment.get_absolute_url() if _reportable(comment.public_id) else "",
        "outcome": outcome(sent, answer) if answer else None,
        "is_edited": comment.public_revision_id not in {None, sent.revision_id} or comment.status == Status.PENDING,
        "is_repeat": _AGAIN in request.GET,
    }
    return render(request, "comments/report_status.html", context)


# --- How ------------------------------------------------------------------------------------------------------------

Found = tuple[Comment, Edition]


def _reportable(public_id: str) -> Found | None:
    """A comment that readers see, and the edition below which it stands."""
    if not public_id.isascii() or not public_id.isalnum():
        return None
    public = Comment.objects.public().select_related("public_revision")
    comment = public.filter(public_id=public_id).first()
    try:
        return (comment, live_edition(str(comment.thread_id))) if comment else None
    except Http404:
        return None


def _take(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a report. Whatever goes wrong, the response is the form with what was typed."""
    if request.content_type != FORM_TYPE:
        return error_page(request, 415)
    found, form = _reportable(public_id), ReportForm(request.POST)
    if found is None:
        return _gone(request, form)
    if not is_from_here(request):
        return _form_page(request, found, form, refusal=FROM_ELSEWHERE, status=403)
    return _report(request, found, form) if form.is_valid() else _form_page(request, found, form, status=422)


def _report(request: HttpRequest, found: Found, form: ReportForm) -> HttpResponse:
    try:
        taken = reporting.report(found[0], form.complaint(), address=client_address(request))
    except posting.TooFast as error:
        return retry_after(_form_page(request, found, form, refusal=error.words, status=429), error)
    except moderation.Gone:
        return _gone(request, form)
    return see_other(report_path(taken.report) + (f"?{_AGAIN}=1" if taken.is_repeat else ""))


def _gone(request: HttpRequest, form: ReportForm) -> HttpResponse:
    refusal = _(
        "There is no comment here that could be reported. Your words are still here, so that you can keep them."
    )
    return _form_page(request, None, form, refusal=refusal, status=404)


def _form_page(
    request: HttpRequest, found: Found | None, form: ReportForm, *, status: int, refusal: "str | _StrPromise" = ""
) -> HttpResponse:
    comment, edition = found or (None, None)
    context = {"edition": edition, "comment": comment, "form": form, "refusal": refusal}
    response = render(request, "comments/report.html", context, status=status)
    if form.is_bound:
        response["Cache-Control"] = "no-store"
    return response

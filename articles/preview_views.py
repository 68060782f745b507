"""A working copy as readers would see it: the same template, with an edition that is not saved.

It is not a public page in any respect: no store keeps it, no `Surrogate-Key` names it, and it does not claim to be
published.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from articles import previewing
from articles.freezing import as_edition
from articles.models import Article, Edition, PreviewLink
from articles.preview_forms import NoteForm
from articles.views import story_context
from newsportal.caching import private_page
from newsportal.characters import fit
from newsportal.errors import error_page
from newsportal.origin import FORM_TYPE, FROM_ELSEWHERE, is_from_here
from newsportal.refusal import Refusal


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The working copy, for somebody without an account, who may leave a note. No GET changes what anybody may do."""
    link = previewing.link_of(token)
    if link is None:
        return _closed(request)
    if request.method == "POST":
        return _take_note(request, link)
    if request.method == "GET":
        previewing.note_opened(link)
    return _shared_page(request, link, NoteForm.on(link.article))


def render_preview(
    request: HttpRequest, article: Article, *, edition: Edition | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of a working copy: as saved, or as the given `edition` has it. `more` is shown beside it: `unsaved`
    (the slot that `edition` was made from), and on a link's page `link`, `form`, `refusal`, `own_notes`.
    """
    context = {**story_context(edition or as_edition(article)), "preview": article, **more}
    return render(request, "articles/preview.html", context, status=status)


def _shared_page(
    request: HttpRequest, link: PreviewLink, form: NoteForm, *, refusal: object = "", status: int = 200
) -> HttpResponse:
    own_notes = list(link.notes.order_by("left_at", "pk"))
    shown: dict[str, Any] = {"link": link, "form": form, "refusal": refusal, "own_notes": own_notes}
    return render_preview(request, link.article, status=status, **shown)


def _closed(request: HttpRequest) -> HttpResponse:
    """404, for links that have ended and for those that never were. A note that was sent is given back."""
    text = request.POST.get("text", "") if request.content_type == FORM_TYPE and is_from_here(request) else ""
    return render(request, "articles/preview_closed.html", {"text": fit(text)}, status=404)


def _take_note(request: HttpRequest, link: PreviewLink) -> HttpResponse:
    """Keep a note. Whatever is wrong, the answer is the page with what was typed."""
    if request.content_type != FORM_TYPE:
        return error_page(request, 415)
    form = NoteForm(request.POST)
    if not is_from_here(request):
        return _shared_page(request, link, form, refusal=FROM_ELSEWHERE, status=403)
    if not form.is_valid():
        return _shared_page(request, link, form, status=422)
    try:
        previewing.leave_note(link, text=form.cleaned_data["text"], saw=form.cleaned_data["saw"])
    except Refusal as refusal:
        form.add_error("text", refusal.words)
        return _shared_page(request, link, form, status=422)
    response = redirect(f"{request.path}#your-notes")
    # 303: the post was accepted, and this is where to read on (RFC 9110, section 15.4.4).
    response.status_code = 303
    return response

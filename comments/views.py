"""The readers' pages of comments: they authorise, parse, call one verb and answer."""

import math
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from articles.finding import live_edition
from articles.models import Edition
from articles.names import of, of_card, of_story
from comments import names, permissions, policy, posting
from comments.forms import CommentForm, EditForm, WithdrawForm
from comments.models import Comment
from comments.own_page import address_page_context, own_page_context
from comments.rules.current import current
from comments.states import Reason
from comments.threads import SORTS, KeyUnknown, answers_page, place_of, sort_links, thread_of, thread_page
from comments.tokens import comment_of_address, comment_of_own, own_path
from newsportal.caching import private_page, public_page
from newsportal.client import client_address
from newsportal.errors import error_page
from newsportal.origin import is_from_here
from newsportal.pages import shows
from newsportal.refusal import Refusal

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_FORM_TYPE = "application/x-www-form-urlencoded"
_FROM_ELSEWHERE = gettext_lazy("This form was sent from another site. Send it again from here if you want to.")


@require_safe
@public_page
def page(request: HttpRequest, article_id: str) -> HttpResponse:
    """A story's comments as a page, twenty top-level comments each."""
    edition = live_edition(article_id)
    sort = request.GET.get("sort", SORTS[0])
    try:
        context = thread_context(edition, sort=sort if sort in SORTS else SORTS[0], after=request.GET.get("after", ""))
    except KeyUnknown:
        raise Http404 from None
    shows(*_of_story(edition), names.of_thread(edition.article_id), names.of_rules(edition.article_id))
    return render(request, "comments/page.html", context)


@require_safe
@public_page
def answers(request: HttpRequest, public_id: str) -> HttpResponse:
    """All answers to one comment."""
    comment, edition = _standing(public_id)
    if comment.root:
        return redirect("comments:answers", comment.root.public_id)
    try:
        shown = answers_page(edition, comment, after=request.GET.get("after", ""))
    except KeyUnknown:
        raise Http404 from None
    context = {"edition": edition, "comment": comment, "answers": shown.comments, "next_url": shown.next_url}
    shows(of_card(edition.article_id), of(edition.section), names.of_rules(edition.article_id))
    shows(names.of_comment(public_id), names.of_answers(public_id))
    return render(request, "comments/answers.html", context)


@require_safe
def permalink(request: HttpRequest, public_id: str) -> HttpResponse:
    """Leads to the page and anchor where a comment stands."""
    comment, edition = _standing(public_id)
    if not comment.is_public:
        raise Http404
    response = redirect(place_of(comment, edition))
    response["Cache-Control"] = "public, no-cache"
    return response


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def new(request: HttpRequest, article_id: str) -> HttpResponse:
    """The form as a page of its own, and the address that it posts to."""
    return _take(request, article_id) if request.method == "POST" else _empty_form(request, article_id)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def my_comment(request: HttpRequest, token: str) -> HttpResponse:
    """The author's own page of one comment: what became of it, edit, withdraw."""
    comment = comment_of_own(token)
    if request.method == "POST":
        return _take_from_author(request, comment)
    return _own_page(request, comment, None, status=200)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def my_address(request: HttpRequest, token: str) -> HttpResponse:
    """Asks whether a comment is that of a mail address's owner. Only a POST confirms: mail scanners follow links."""
    comment = comment_of_address(token)
    state = "used" if comment.commenter_id else "ask"
    if request.method == "POST":
        if not is_from_here(request):
            return error_page(request, 403)
        state = "confirmed" if posting.confirm_address(comment) else "used"
    return render(request, "comments/my_address.html", address_page_context(comment, state))


@require_safe
@public_page
def guidelines(request: HttpRequest) -> HttpResponse:
    """The community's rules, with the numbers of the policy."""
    shows(names.of_limits())
    context = {
        "minimum": policy.MINIMUM_CHARACTERS,
        "maximum": policy.MAXIMUM_CODE_POINTS,
        "links_allowed": current().limits.links_allowed,
        "reasons": [
            {"code": reason.value, "label": reason.label, "clause": policy.CLAUSES[reason]} for reason in Reason
        ],
    }
    return render(request, "pages/guidelines.html", context)


def thread_context(edition: Edition, *, sort: str = SORTS[0], after: str = "") -> dict[str, object]:
    """What `comments/_thread.html` needs, for a story's page and for the pages of its comments."""
    thread = thread_of(edition)
    shown = thread_page(edition, sort=sort, after=after)
    return {
        "edition": edition,
        "open": thread.is_open,
        "closed_at": thread.closed_at,
        "count": thread.public_count,
        "branches": shown.branches,
        "next_url": shown.next_url,
        "sort_links": sort_links(edition, sort),
        "form": CommentForm.for_story(edition, _form_address(edition)),
        "page_url": reverse("comments:page", args=[edition.article_id]),
        "feed_url": reverse("comments:feed", args=[edition.article_id]),
    }


def _empty_form(request: HttpRequest, article_id: str) -> HttpResponse:
    edition = live_edition(article_id)
    asked = request.GET.get("parent", "")
    parent = _parent(edition, asked)
    shows(*_of_story(edition), names.of_rules(edition.article_id))
    if parent:
        shows(names.of_comment(parent.public_id))
    closed = not thread_of(edition).is_open
    form = CommentForm.for_story(edition, _form_address(edition), parent)
    response = _form_page(request, edition, form, parent=parent, closed=closed, status=200)
    if asked and not parent:
        # Not for keeping: it changes when that comment appears, and to name a hidden one would tell of it.
        response["Cache-Control"] = "public, no-cache"
    return response


def _take(request: HttpRequest, article_id: str) -> HttpResponse:
    """Post a comment. Whatever is wrong, the answer is the form with what was typed."""
    if request.content_type != _FORM_TYPE:
        return error_page(request, 415)
    edition = _live_or_none(article_id)
    form = CommentForm(request.POST, story=edition, action=_form_address(edition) if edition else "")
    if not is_from_here(request):
        return _form_page(request, edition, form, refusal=_FROM_ELSEWHERE, status=403)
    if edition is None:
        refusal = _(
            "There is no story here that could be commented on. Your text is still here, so that you can keep it."
        )
        return _form_page(request, None, form, refusal=refusal, status=404)
    if not thread_of(edition).is_open:
        return _form_page(request, edition, form, refusal=posting.CLOSED, closed=True, status=409)
    return _post(request, edition, form) if form.is_valid() else _form_page(request, edition, form, status=422)


def _post(request: HttpRequest, edition: Edition, form: CommentForm) -> HttpResponse:
    try:
        comment = posting.post(edition, form.draft(), address=client_address(request))
    except posting.TooFast as error:
        return _retry_after(_form_page(request, edition, form, refusal=error.words, status=429), error)
    except posting.Closed as error:
        return _form_page(request, edition, form, refusal=error.words, closed=True, status=409)
    return _see_other(own_path(comment))


def _form_page(
    request: HttpRequest,
    edition: Edition | None,
    form: CommentForm,
    *,
    status: int,
    refusal: "str | _StrPromise" = "",
    parent: Comment | None = None,
    closed: bool = False,
) -> HttpResponse:
    if parent is None and edition is not None and form.is_bound:
        parent = _parent(edition, str(form["parent"].value() or ""))
    context = {"edition": edition, "parent": parent, "form": form, "refusal": refusal, "closed": closed}
    response = render(request, "comments/new.html", context, status=status)
    if form.is_bound:
        response["Cache-Control"] = "no-store"
    return response


def _take_from_author(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Edit or withdraw. Whatever is wrong, the answer is the page as it stands now, with what was typed."""
    edit_form = EditForm(request.POST) if "edit" in request.POST else None
    if not is_from_here(request):
        return _own_page(request, comment, edit_form, refusal=_FROM_ELSEWHERE, status=403)
    try:
        if _author_acts(request, comment, edit_form):
            return _see_other(own_path(comment))
    except posting.TooFast as error:
        response = _own_page(request, comment, edit_form, refusal=error.words, status=429)
        return _retry_after(response, error)
    except Refusal as error:
        comment.refresh_from_db()
        status = 403 if isinstance(error, posting.Barred) else 409
        return _own_page(request, comment, edit_form, refusal=error.words, status=status)
    return _own_page(request, comment, edit_form, status=422)


def _own_page(
    request: HttpRequest,
    comment: Comment,
    edit_form: EditForm | None,
    *,
    status: int,
    refusal: "str | _StrPromise" = "",
) -> HttpResponse:
    context = own_page_context(comment, edit_form) | {"refusal": refusal}
    return render(request, "comments/my_comment.html", context, status=status)


def _retry_after(response: HttpResponse, error: posting.TooFast) -> HttpResponse:
    # Rounded up, so that who comes back then is let in.
    response["Retry-After"] = str(math.ceil(error.retry_after.total_seconds()))
    return response


def _author_acts(request: HttpRequest, comment: Comment, edit_form: EditForm | None) -> bool:
    """Do what the author asked for; False where the form is not well formed."""
    if edit_form is not None:
        if not edit_form.is_valid():
            return False
        data = edit_form.cleaned_data
        posting.edit(comment, body=data["body"], saw=data["saw"], address=client_address(request))
        return True
    form = WithdrawForm(request.POST)
    if "withdraw" not in request.POST or not form.is_valid():
        return False
    posting.withdraw(comment, saw=form.cleaned_data["saw"])
    return True


def _of_story(edition: Edition) -> list[str]:
    """What pages with a form show of the story that is commented on; the form has the number of its edition."""
    return [of_story(edition.article_id), of(edition.section)]


def _standing(public_id: str) -> tuple[Comment, Edition]:
    """A comment that has a place on a live page, and the edition of that page. Raises Http404."""
    if not public_id.isascii() or not public_id.isalnum():
        raise Http404
    found = Comment.objects.standing().select_related("thread", "root", "public_revision").filter(public_id=public_id)
    comment = found.first()
    if comment is None:
        raise Http404
    return comment, live_edition(str(comment.thread_id))


def _parent(edition: Edition, public_id: str) -> Comment | None:
    if not public_id.isascii() or not public_id.isalnum() or not permissions.can_comment(edition, thread_of(edition)):
        return None
    public = Comment.objects.public().filter(thread_id=edition.article_id)
    return public.select_related("public_revision").filter(public_id=public_id).first()


def _live_or_none(article_id: str) -> Edition | None:
    try:
        return live_edition(article_id)
    except Http404:
        return None


def _see_other(path: str) -> HttpResponse:
    """303: the post was taken, and this is where to read on (RFC 9110, section 15.4.4)."""
    response = redirect(path)
    response.status_code = 303
    response["Cache-Control"] = "no-store"
    return response


def _form_address(edition: Edition) -> str:
    return reverse("comments:new", args=[edition.article_id])

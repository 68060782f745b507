"""What the author will read, shown before it is sent; and answers by the newsroom."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from comments import answering, permissions
from comments.admin.deciding import ACTS, Typed, numbers, typed
from comments.admin.read_only import back_to
from comments.desk import reasons
from comments.models import Comment, ExplanationTemplate
from comments.passages import marked
from comments.statements import foreseen
from comments.states import Status
from newsportal.refusal import Refusal
from newsportal.staff import staff

if TYPE_CHECKING:
    from comments.admin.desk import CommentAdmin


def letter(desk: "CommentAdmin", request: HttpRequest, pk: str) -> HttpResponse:
    """The letter that a rejection or a return would send, by GET (`act`, `reason`, `explanation`, `passage`) or POST.

    Nothing is decided. Without `act` it is a rejection if there is a reason, and else a return. With `fragment=1` the
    response is only the letter, for a script to put beside the card; else a page that can send it.
    """
    comment = _comment(request, pk)
    words = _typed(request, comment.pk)
    act = request.GET.get("act") or ("reject" if words.reason else "return_to_author")
    to = ACTS.get(act, Status.REJECTED)
    said = foreseen(comment, to=to, reason=words.reason, explanation=words.explanation, passage=words.passage)
    context = {
        "comment": comment,
        "statement": said,
        "marked": marked(said.text, said.passage),
        "is_told": comment.commenter_id is not None,
        "act": act,
        "typed": words,
        "reasons": reasons(),
        "explanation_templates": ExplanationTemplate.objects.all(),
        "saw": request.POST.get(f"saw-{comment.pk}", comment.seen_at_desk),
    }
    if request.GET.get("fragment"):
        return render(request, "admin/comments/comment/_letter.html", context)
    back = back_to(request.POST)
    desk_page = reverse("admin:comments_comment_changelist")
    context |= {"back": back, "list": back if back.partition("?")[0] == desk_page else desk_page}
    page = {**desk.admin_site.each_context(request), "title": _("What the author will read"), "opts": Comment._meta}
    return render(request, "admin/comments/comment/letter.html", page | context)


def answer(desk: "CommentAdmin", request: HttpRequest, pk: str) -> HttpResponse:
    """Publish an answer by the newsroom. After a refusal the comment's page comes back with what was typed."""
    comment = _comment(request, pk)
    body = request.POST.get("body", "")
    try:
        answering.answer(comment, body=body, by=staff(request))
    except Refusal as refusal:
        messages.error(request, refusal.words)
        request.method = "GET"
        return desk.change_view(request, str(comment.pk), extra_context={"answer_typed": body})
    messages.success(request, _("The answer is published."))
    return redirect("admin:comments_comment_change", comment.pk)


def _comment(request: HttpRequest, pk: str) -> Comment:
    if not permissions.can_moderate(request.user):
        raise PermissionDenied
    comment = Comment.objects.filter(pk__in=numbers([pk])).first()
    if comment is None:
        raise Http404
    return comment


def _typed(request: HttpRequest, pk: int) -> Typed:
    return typed(request.POST, pk) if request.method == "POST" else typed(request.GET)

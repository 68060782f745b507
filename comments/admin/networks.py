"""Comments from one network without a confirmed address, as long as its key lives; and slowing or pausing it."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import permissions, standing
from comments.admin import bulk
from comments.admin.standing_forms import RestraintForm
from comments.models import Comment, Commenter, Network
from comments.networks import ends_at
from comments.querysets import CommentQuerySet
from newsportal.refusal import NotPermitted, Refusal, Stale
from newsportal.staff import staff


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The network of this comment. With a confirmed address, the comment has its author's page instead."""
    comment = _comment(pk)
    if comment.commenter_id:
        return redirect("admin:comments_commenter_change", comment.commenter_id)
    return _page(request, comment)


def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide on the chosen comments, or on all waiting ones on this page, as the desk does."""
    comment = _comment(pk)
    if bulk.act(request, _from_same(comment)):
        return redirect("admin:comments_commenter_network", pk)
    return _page(request, comment)


def restrain(request: HttpRequest, pk: int) -> HttpResponse:
    """Slow, pause or release the network."""
    comment = _comment(pk)
    form = RestraintForm(request.POST)
    if not form.is_valid():
        return _page(request, comment, form=form, status=422)
    try:
        messages.success(request, _restrain(_network(comment), form, request))
    except Refusal as refusal:
        form.add_error(None, refusal.words)
        return _page(request, comment, form=form, status=status_of(refusal))
    return redirect("admin:comments_commenter_network", pk)


def status_of(refusal: Refusal) -> int:
    """The status of a page that says why something was refused (RFC 9110, section 15.5)."""
    if isinstance(refusal, NotPermitted):
        return 403
    return 409 if isinstance(refusal, Stale) else 422


# --- How ------------------------------------------------------------------------------------------------------------


def _restrain(network: Network | None, form: RestraintForm, request: HttpRequest) -> str:
    if network is None:
        raise Refusal(_("The key of this network is gone: nobody can tell any more what comes from it."))
    how: dict[str, Any] = {
        "by": staff(request),
        "saw": form.cleaned_data["saw"],
        "reason": form.cleaned_data["reason"],
    }
    if form.restraint is None:
        standing.release(network, **how)
        return _("Lifted: this network is as any other.")
    done = standing.restrain(network, to=form.restraint, until=form.until, **how)
    return _("From now on this network is %(restraint)s.") % {"restraint": done.get_to_restraint_display()}


def _comment(pk: int) -> Comment:
    comment = Comment.objects.filter(pk=pk).first()
    if comment is None:
        raise Http404
    return comment


def _digest(comment: Comment) -> str:
    return comment.revisions.order_by("number").values_list("network", flat=True)[0]


def _network(comment: Comment) -> Network | None:
    """The network that it came from, if that is still known."""
    network = Network.objects.filter(digest=_digest(comment)).first()
    return network if network and ends_at(network.period) > timezone.now() else None


def _from_same(comment: Comment) -> CommentQuerySet:
    """Comments from the same network without a confirmed address; if the network is forgotten, only this comment."""
    network = _network(comment)
    if network is None:
        return Comment.objects.filter(pk=comment.pk)
    return Comment.objects.filter(commenter__isnull=True, revisions__number=1, revisions__network=network.digest)


def _page(
    request: HttpRequest, comment: Comment, *, form: RestraintForm | None = None, status: int = 200
) -> HttpResponse:
    network = _network(comment)
    log = list(network.restraints.select_related("by").order_by("-pk")) if network else []
    newest = log[0] if log else None
    saw = standing.seen(newest)
    if form is not None:
        form.show_now(saw)
    context = {
        **admin.site.each_context(request),
        "opts": Commenter._meta,
        "title": _("From one network"),
        "comment": comment,
        "network_ends_at": ends_at(network.period) if network else None,
        "restraint": newest if newest and newest.counts_at(timezone.now()) else None,
        "log": log,
        "may_restrain": network is not None and permissions.can_give_standing(request.user),
        "restraint_form": form or RestraintForm(initial={"saw": saw}),
        **bulk.shown(request, _from_same(comment)),
    }
    return TemplateResponse(request, "admin/comments/commenter/network.html", context, status=status)

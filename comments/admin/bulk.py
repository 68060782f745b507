"""All comments by one author, or from one network, as cards on a page of their own, with the desk's acts on them."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Case, Value, When
from django.http import HttpRequest, QueryDict
from django.utils.translation import ngettext

from comments.admin.deciding import as_action
from comments.admin.desk import CommentAdmin, DecisionForm
from comments.desk import cards, for_desk
from comments.models import Comment
from comments.policy import AUTHOR_COMMENTS_A_PAGE
from comments.querysets import CommentQuerySet
from comments.states import Status
from newsportal.admin_lists import LAST_PAGE, BoundedPaginator
from newsportal.numbers import number_in
from newsportal.staff import staff


def shown(request: HttpRequest, comments: CommentQuerySet) -> dict[str, Any]:
    """What `admin/comments/commenter/_comments.html` needs: one page of them, waiting ones first, then the newest.

    After a refusal, what was chosen and typed is still there.
    """
    waiting_first = Case(When(status=Status.PENDING, then=Value(0)), default=Value(1))
    rows = comments.order_by(waiting_first, "-posted_at", "-public_id")
    number = _page_number(request)
    page = BoundedPaginator(for_desk(rows), AUTHOR_COMMENTS_A_PAGE, page=number).get_page(number)
    context = {
        "page": page,
        "cards": cards(list(page.object_list), by=staff(request)),
        "offers": getattr(request, "offers", []),
        **_desk().for_writing(),
        "action_form": DecisionForm(auto_id=False),
        "which": request.POST.get("which", "chosen"),
    }
    _desk().put_words_back(request, context)
    return context


def act(request: HttpRequest, comments: CommentQuerySet) -> bool:
    """Do what one of the page's buttons says, by the desk's own action; False if anything was refused, in messages.

    Each comment is decided as the page showed it (`saw-<pk>`), and only if it belongs on the page: a forged number is
    skipped, with a message.
    """
    post = as_action(_all_waiting(request.POST))
    chosen = post.getlist(ACTION_CHECKBOX_NAME)
    here = [str(pk) for pk in comments.filter(pk__in=chosen).order_by("pk").values_list("pk", flat=True)]
    post.setlist(ACTION_CHECKBOX_NAME, here)
    request.POST = post  # type: ignore[assignment]
    if strange := len(set(chosen)) - len(here):
        words = ngettext("%(n)s comment does not belong here.", "%(n)s comments do not belong here.", strange)
        messages.error(request, words % {"n": strange})
    return _desk().act(request)


def _all_waiting(post: QueryDict) -> QueryDict:
    """For "all waiting" choose exactly the comments that the page showed as waiting."""
    if post.get("which") != "waiting" or "decide" in post:
        return post
    changed = post.copy()
    waiting = [
        name.removeprefix("saw-")
        for name in post
        if name.startswith("saw-") and str(post[name]).startswith(f"{Status.PENDING}.")
    ]
    changed.setlist(ACTION_CHECKBOX_NAME, waiting)
    return changed


def _desk() -> CommentAdmin:
    return cast(CommentAdmin, admin.site.get_model_admin(Comment))


def _page_number(request: HttpRequest) -> int:
    asked = number_in(request.GET.get("p", ""), len(str(LAST_PAGE)))
    return 1 if asked is None else asked

"""What the desk's page requests while a moderator decides: JSON, and cards as HTML. Only scripts request it.

Each address refuses, in words, people who may not moderate; a failure for one comment does not stop the others.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import SuspiciousOperation
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _

from comments import claims, moderation, permissions, policy, queues
from comments.admin import deciding, loop_answers
from comments.admin.deciding import numbers
from comments.admin.loop_words import words
from comments.admin.read_only import ReadOnlyAdmin
from comments.desk import cards, for_desk, reasons
from comments.models import Comment, Decision, ExplanationTemplate
from comments.moderation import Outcome
from comments.states import Status
from newsportal.pages.telling import told_together
from newsportal.refusal import Refusal
from newsportal.staff import staff

# Comments named in an address: four pages of the desk, which every server accepts.
_MOST = 200
# Comments decided by one request, each in a field: Django accepts a thousand fields, and the words need some.
_TOGETHER = 900
# Cards fetched ahead: half a page, which a moderator reads in a few minutes.
_AHEAD = 25
# How far new arrivals are counted.
_NEW_COUNTED = 100


class Loop(ReadOnlyAdmin[Comment]):
    """The addresses of the desk's loop, and what its page needs to know of them."""

    def get_urls(self) -> list[URLPattern]:
        def at(address: str, name: str, view: Callable[[HttpRequest], HttpResponse]) -> URLPattern:
            return path(address, self.admin_site.admin_view(view), name=f"comments_comment_{name}")

        return [
            at("decisions/", "decisions", self.decisions_view),
            at("decisions/undo/", "decisions_undo", self.undo_view),
            at("cards/", "cards", self.cards_view),
            at("news/", "news", self.news_view),
            at("claims/", "claims", self.claims_view),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"loop": _loop(request), **(extra_context or {})})

    def for_writing(self) -> dict[str, Any]:
        """What is offered when a rejection or a return is written."""
        return {"reasons": reasons(), "explanation_templates": list(ExplanationTemplate.objects.all())}

    # --- Deciding ---------------------------------------------------------------------------------------------------

    @told_together()
    def decisions_view(self, request: HttpRequest) -> HttpResponse:
        """Decide on comments, and say what was done and what was refused.

        POST `act`, `comment` (`pk:saw`, once for each), `reason`, `explanation`; `overrides` (the state that a conflict
        showed) and `because`, if a colleague's decision is knowingly replaced; `user`, for whom the page was made.
        """
        refusal = _refused(request, "POST") or _of_somebody_else(request)
        if refusal:
            return refusal
        if request.POST.get("act") not in {*deciding.ACTS, *deciding.FEATURING}:
            return _answer(400, _("There is no such act at this desk."))
        saw = _named(request.POST.getlist("comment"))
        named = list(saw)
        outcomes = _outcomes(request, deciding.chosen(str(pk) for pk in named[:_TOGETHER]), saw)
        done = [loop_answers.done(one.decision) for one in outcomes if one.decision]
        refusals = [(one.comment.pk, one.refusal) for one in outcomes if one.refusal]
        refusals += [(pk, _too_many()) for pk in named[_TOGETHER:]]
        refused = [loop_answers.refused(pk, refusal, by=staff(request)) for pk, refusal in refusals]
        return JsonResponse({"done": done, "refused": refused}, status=loop_answers.status(done, refused))

    @told_together()
    def undo_view(self, request: HttpRequest) -> HttpResponse:
        """POST `decisions`, numbers with commas: takes back each that nobody has built upon. Too many are refused."""
        refusal = _refused(request, "POST") or _of_somebody_else(request)
        if refusal:
            return refusal
        chosen = numbers(request.POST.get("decisions", "").split(","))
        if len(chosen) > _TOGETHER:
            return _answer(422, _too_many().words)
        outcomes = moderation.undo_all(Decision.objects.filter(pk__in=chosen), by=staff(request))
        done = [loop_answers.done(one.back) for one in outcomes if one.back]
        refused = [
            loop_answers.refused(one.decision.comment_id, one.refusal, by=staff(request))
            for one in outcomes
            if one.refusal
        ]
        return JsonResponse({"done": done, "refused": refused}, status=loop_answers.status(done, refused))

    # --- Looking ----------------------------------------------------------------------------------------------------

    def cards_view(self, request: HttpRequest) -> HttpResponse:
        """GET `only`: these comments as they are now.

        Otherwise what comes next in the queue of the list's own query, except what the page already has (`not`);
        numbers with commas.
        """
        refusal = _refused(request, "GET")
        if refusal:
            return refusal
        only, known = (numbers(request.GET.get(name, "").split(","))[:_MOST] for name in ("only", "not"))
        try:
            rows = for_desk(Comment.objects.filter(pk__in=only)) if only else self._queue(request).exclude(pk__in=known)
            shown = cards(list(rows[:_AHEAD]), by=staff(request))
        except (IncorrectLookupParameters, SuspiciousOperation):
            return _answer(400, _("There is no such queue at this desk."))
        context = {"cards": shown, "with_checkbox": True, **self.for_writing()}
        return render(request, "admin/comments/comment/_cards.html", context)

    def news_view(self, request: HttpRequest) -> HttpResponse:
        """GET `cards` (`pk:saw`, with commas): which of them have changed since the page showed them, and who else is
        looking at which; `newest` (the number of a comment): which waiting ones have arrived since; `counts`: the
        numbers beside the views. `token`: a token for forms, after signing in again.

        States are compared, not counted from a last decision, so that a transaction that commits late is not missed.
        Nothing is written, and there are at most three queries besides those of the permission, and of the counts if
        nobody has asked for them lately.
        """
        refusal = _refused(request, "GET")
        if refusal:
            return refusal
        shown = _pairs(request.GET.get("cards", ""))
        changed = loop_answers.changed(shown, by=staff(request)) if shown else []
        # If something has changed, the count waits for the next time.
        newest = [] if changed else numbers([request.GET.get("newest", "")])
        others = claims.others(list(shown), besides=staff(request)) if shown else {}
        answer: dict[str, Any] = {
            "changed": changed,
            "claims": {str(pk): _looking(names) for pk, names in others.items()},
            "user": staff(request).pk,
        }
        if newest:
            answer["new"] = _came_in_since(int(newest[0]))
        if "counts" in request.GET:
            answer["counts"] = {name: localize(count) for name, count in queues.counted_lately().items()}
        if "token" in request.GET:
            answer["csrf"] = get_token(request)
        return JsonResponse(answer)

    def claims_view(self, request: HttpRequest) -> HttpResponse:
        """POST `comment`, which the moderator is looking at now, and `left`, those no longer looked at.

        Numbers, the latter with commas. Either may be missing.
        """
        refusal = _refused(request, "POST")
        if refusal:
            return refusal
        left = numbers(request.POST.get("left", "").split(","))[:_MOST]
        opened = numbers([request.POST.get("comment", "")])
        by = staff(request)
        if left:
            claims.release([int(pk) for pk in left], by=by)
        try:
            for pk in opened:
                claims.claim(int(pk), by=by)
        except Refusal as gone:
            return _answer(404, gone.words)
        others = claims.others([int(pk) for pk in opened], besides=by) if opened else {}
        return JsonResponse({"claims": {str(pk): _looking(names) for pk, names in others.items()}})

    def _queue(self, request: HttpRequest) -> QuerySet[Comment]:
        """The list's own queue: its view, filters, search and order, across all pages."""
        query = request.GET.copy()
        for own in ("only", "not", "p"):
            query.pop(own, None)
        request.GET = query  # type: ignore[assignment]
        rows: QuerySet[Comment] = self.get_changelist_instance(request).queryset
        return rows


# --- How ------------------------------------------------------------------------------------------------------------


def _outcomes(request: HttpRequest, comments: list[Comment], saw: dict[int, str]) -> list[Outcome]:
    """The one place where the page's act becomes a verb."""
    act, by = request.POST["act"], staff(request)
    if act in deciding.FEATURING:
        return [deciding.feature(comment, by=by, saw=saw[comment.pk], on=act == "feature") for comment in comments]
    words = deciding.typed(request.POST)
    return deciding.outcomes(comments, deciding.ACTS[act], by=by, saw=saw, words=words, is_card=len(comments) == 1)


def _came_in_since(newest: int) -> dict[str, Any]:
    """Which of the first comments that arrived after this one are waiting; and the last one that was checked."""
    came = Comment.objects.filter(pk__gt=newest).order_by("pk").values_list("pk", "status")[:_NEW_COUNTED]
    waiting = [pk for pk, status in came if status == Status.PENDING]
    return {"waiting": waiting, "newest": max((pk for pk, _status in came), default=newest)}


def _looking(names: list[str]) -> str:
    return " ".join(_("%(who)s is looking at this.") % {"who": name} for name in names)


def _named(texts: list[str]) -> dict[int, str]:
    """`12:pending.1` for each comment, as a dictionary; if the part that was seen is missing, the verb refuses."""
    named = (text.partition(":") for text in texts)
    return {int(pk): seen for pk, _colon, seen in named if numbers([pk])}


def _pairs(text: str) -> dict[int, str]:
    """`12:pending.1,13:approved.2` as a dictionary; malformed parts are left out."""
    pairs = (part.partition(":") for part in text.split(",")[:_MOST])
    return {int(pk): seen for pk, _colon, seen in pairs if numbers([pk]) and seen}


def _loop(request: HttpRequest) -> dict[str, Any]:
    """What the page tells its scripts."""
    newest = Comment.objects.aggregate(newest=Max("pk"))["newest"]
    names = ("decisions", "decisions_undo", "cards", "news", "claims")
    return {
        "addresses": {name: reverse(f"admin:comments_comment_{name}") for name in names},
        "words": words(),
        "user": staff(request).pk,
        "newest": newest or 0,
        "renew_seconds": int(policy.CLAIM_RENEWED.total_seconds()),
        "counts_kept_seconds": int(policy.COUNTS_KEPT.total_seconds()),
        "most": _MOST,
        "together": _TOGETHER,
        "undo_seconds": int(policy.NOTICE_DELAY.total_seconds()),
        "need_words": ",".join(sorted(policy.REASONS_WITH_EXPLANATION)),
    }


def _refused(request: HttpRequest, method: str) -> JsonResponse | None:
    """Refuse people who may not moderate, and the wrong method."""
    if not permissions.can_moderate(staff(request)):
        return _answer(403, _("Only moderators decide on comments."))
    if request.method != method:
        return _answer(405, _("This address is for the page of the desk."))
    return None


def _of_somebody_else(request: HttpRequest) -> JsonResponse | None:
    """A page that was made for one moderator must not act in the name of another who has signed in since."""
    if request.POST.get("user", str(staff(request).pk)) == str(staff(request).pk):
        return None
    return _answer(409, _("Somebody else has signed in here since. Nothing was decided; open the desk again."))


def _too_many() -> Refusal:
    return Refusal(_("At most %(most)s comments are decided at once.") % {"most": _TOGETHER})


def _answer(status: int, said: str) -> JsonResponse:
    return JsonResponse({"words": said}, status=status)

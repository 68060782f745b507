"""What the desk's buttons ask of the verbs, and what it says about the results."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments import moderation
from comments.models import Comment, Decision, ExplanationTemplate
from comments.moderation import Conflict, Outcome, Override
from comments.queues import Queue
from comments.states import Actor, Status, is_allowed
from comments.text import to_html, to_store
from newsportal.numbers import number_in
from newsportal.refusal import Refusal
from newsportal.staff import staff

ACTS = {
    "approve": Status.APPROVED,
    "reject": Status.REJECTED,
    "spam": Status.SPAM,
    "return_to_author": Status.RETURNED,
}
_EXPLAINED = {Status.REJECTED, Status.RETURNED}
FEATURING = ("feature", "unfeature")
_NAMES = ("reason", "explanation", "passage", "template", "overrides", "because")


@dataclass(frozen=True)
class Typed:
    """What goes with a decision, as a page sent it."""

    reason: str = ""
    explanation: str = ""
    passage: str = ""
    # A template was to be used as the explanation, but somebody has deleted it meanwhile.
    lacks_template: bool = False
    # The state that a conflict showed, if it is to be overridden, and why.
    overrides: str = ""
    because: str = ""


@dataclass(frozen=True)
class Offer:
    """A conflict at the desk: the colleague's decision may be kept, or overridden with a reason."""

    comment: Comment
    html: SafeString
    words: str
    act: str
    act_label: str
    saw: str
    seen: str
    typed: Typed


@dataclass
class Result:
    """The result for what was chosen."""

    done: list[Decision] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)


def decide_chosen(request: HttpRequest, to: Status) -> Result:
    """Decide on what was chosen in a list or on a card; one refusal does not stop the others."""
    post = request.POST
    # Not those in the queue now: that would silently skip what a colleague has decided.
    comments = chosen(post.getlist(ACTION_CHECKBOX_NAME))
    words = typed(post)
    saw = {comment.pk: post.get(f"saw-{comment.pk}", "") for comment in comments}
    answers = outcomes(comments, to, by=staff(request), saw=saw, words=words, is_card="decide" in post)
    result = Result(done=[outcome.decision for outcome in answers if outcome.decision])
    gone = 0
    for outcome in answers:
        if isinstance(outcome.refusal, moderation.Gone):
            gone += 1
        elif outcome.refusal:
            result.refused.append(f"{outcome.comment.shown_name}: {outcome.refusal.words}")
            if offer := _offer(outcome, to, saw[outcome.comment.pk], words):
                result.offers.append(offer)
    if gone:
        words_of_gone = ngettext("%(n)s comment is no longer here.", "%(n)s comments are no longer here.", gone)
        result.refused.append(words_of_gone % {"n": gone})
    return result


def chosen(texts: Iterable[str]) -> list[Comment]:
    """What was chosen, each once, and by number only: the verbs read the comments once they have locked them."""
    pks = sorted({int(text) for text in numbers(texts)})
    return [Comment.from_db(None, ("id",), (pk,)) for pk in pks]


def outcomes(
    comments: list[Comment], to: Status, *, by: User, saw: dict[int, str], words: Typed, is_card: bool
) -> list[Outcome]:
    """The results of the verbs for each of them: on a card with all of its words, else as one bulk act."""
    try:
        if words.lacks_template and to in _EXPLAINED:
            raise Refusal(_("The template that you chose is no longer there. Choose another one, or write yourself."))
        if is_card:
            return [_decide_card(comment, to, by, saw[comment.pk], words) for comment in comments]
        said = {"reason": words.reason, "explanation": words.explanation}
        return moderation.decide_all(comments, to=to, by=by, saw=saw, **said)
    except Refusal as refusal:
        return [Outcome(comment, refusal=refusal) for comment in comments]


def feature(comment: Comment, *, by: User, saw: str, on: bool) -> Outcome:
    """The same for featuring, which is done one by one."""
    try:
        return Outcome(comment, moderation.feature(comment, by=by, saw=saw, on=on))
    except Refusal as refusal:
        return Outcome(comment, refusal=refusal)


def typed(post: QueryDict, pk: int | None = None) -> Typed:
    """The words beside a card (`reason-17`) or, without a number, beside the list. A template replaces missing ones."""
    given = {name: post.get(name if pk is None else f"{name}-{pk}", "") for name in _NAMES}
    chosen = given.pop("template")
    is_wanted = bool(chosen) and not given["explanation"].strip()
    template = _template(chosen) if is_wanted else None
    if template:
        given |= {"explanation": template.text, "reason": given["reason"] or template.reason}
    stored = {name: to_store(words) for name, words in given.items()}
    return Typed(**stored, lacks_template=is_wanted and template is None)


def possible(queue: Queue) -> list[str]:
    """The acts that are possible for comments of this view."""
    offered = {name: to for name, to in ACTS.items() if to not in queue.never}
    acts = [name for name, to in offered.items() if any(is_allowed(Actor.MODERATOR, one, to) for one in queue.statuses)]
    return [*acts, *(FEATURING if Status.APPROVED in queue.statuses else ())]


def told(done: Sequence[Decision], label: str) -> SafeString:
    """Say what was done, with the button that takes it back: for several, their batch."""
    words = ngettext("%(n)s comment is now: %(status)s.", "%(n)s comments are now: %(status)s.", len(done))
    name, value = ("batch", done[0].batch_id) if len(done) > 1 else ("decisions", done[0].pk)
    button = '{} <button type="submit" form="undo-form" name="{}" value="{}" class="undo">{}</button>'
    return format_html(button, words % {"n": len(done), "status": label}, name, value, _("Undo"))


def as_action(post: QueryDict) -> QueryDict:
    """A card's button as the action on that card, with the card's own words."""
    changed = post.copy()
    action, _colon, pk = post.get("decide", "").partition(":")
    if action and pk:
        changed["action"] = action
        changed.setlist(ACTION_CHECKBOX_NAME, [pk])
        for name in _NAMES:
            changed[name] = post.get(f"{name}-{pk}", "")
    changed.setlist(ACTION_CHECKBOX_NAME, numbers(changed.getlist(ACTION_CHECKBOX_NAME)))
    return changed


def numbers(texts: Iterable[str]) -> list[str]:
    """Those that can be the number of a row; a forged one matches no comment and causes no error."""
    return [text for text in texts if number_in(text) is not None]


# --- How ------------------------------------------------------------------------------------------------------------


def _decide_card(comment: Comment, to: Status, by: User, saw: str, words: Typed) -> Outcome:
    try:
        decision = moderation.decide(
            comment,
            to=to,
            by=by,
            saw=saw,
            reason=words.reason,
            explanation=words.explanation,
            passage=words.passage,
            overrides=Override(words.overrides, words.because) if words.overrides else None,
        )
    except Refusal as refusal:
        return Outcome(comment, refusal=refusal)
    return Outcome(comment, decision)


def _offer(outcome: Outcome, to: Status, saw: str, words: Typed) -> Offer | None:
    """What can be done about a refusal if a colleague was quicker, or if the reason for overriding was missing."""
    refusal, comment = outcome.refusal, outcome.comment
    if isinstance(refusal, Conflict):
        seen = refusal.meanwhile.seen if refusal.meanwhile.may_override else ""
    else:
        seen = words.overrides
    if not seen or refusal is None:
        return None
    revision = comment.revisions.filter(number=comment.revision_number).first()
    if revision is None:
        return None
    act = next(name for name, status in ACTS.items() if status is to)
    return Offer(comment, to_html(revision.body), refusal.words, act, str(to.label), saw, seen, words)


def _template(pk: str) -> ExplanationTemplate | None:
    return ExplanationTemplate.objects.filter(pk__in=numbers([pk])).first()

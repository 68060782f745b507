"""What an author does: post, edit, confirm an address, withdraw. Facts, triage, a revision, and then moderation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Edition
from comments import facts, moderation, networks, notifications, permissions, placing, policy, standing_words
from comments.models import Comment, Commenter, NetworkRestraint, Revision, StandingChange, Thread
from comments.rules import catching
from comments.rules.current import Current, current
from comments.states import Reason, Restraint, Standing, Status
from comments.text import fingerprint
from comments.triage import MENDABLE, Facts, Finding, Verdict, judge
from newsportal.client import Address
from newsportal.outbox import SKEW
from newsportal.refusal import NotPermitted, Refusal

_HOUR = timedelta(hours=1)
CLOSED = gettext_lazy("This conversation is closed. Your text is still here, so that you can keep it.")
_OBJECTED = gettext_lazy("Somebody is reading your comment again, as you asked. Until then it stays as it is.")


class Closed(Refusal):
    """The conversation takes no more comments."""


class TooFast(Refusal):
    """The network has sent as many comments as the policy allows for now."""

    def __init__(self, words: str, retry_after: timedelta) -> None:
        super().__init__(words)
        self.retry_after = retry_after


class Advised(Refusal):
    """Rules would hold the comment for something its author can mend; said once, before it is taken."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(_("Your text has not been sent yet."))
        self.findings = findings


class Paused(TooFast):
    """The author, or the network, may not write until a given time."""


class Barred(Refusal):
    """The author may not write here."""


@dataclass(frozen=True)
class Draft:
    """A comment as its form gave it, cleaned: `name` and `body` as stored, `email` and `parent` optional."""

    name: str
    body: str
    email: str = ""
    parent: Comment | None = None
    edition_number: int | None = None
    trap_filled: bool = False
    # Whether the author wants to hear, before it is taken, what rules would hold it for.
    asks_first: bool = False


def post(edition: Edition, draft: Draft, *, address: Address) -> Comment:
    """Take a comment on a live edition; returns it, or the one that this one repeats.

    Raises Closed, TooFast with the time to wait, Paused if a moderator slowed or paused the network, or Advised if the
    draft asks for advice and there is some. No comment is written then. The standing of the typed address is not
    checked: until it is confirmed it could be anybody's, and whoever types it must not learn anything about its owner.
    """
    now = timezone.now()
    taken = _post(edition, draft, network=networks.digest_of(address, now), now=now)
    if isinstance(taken, Comment):
        return taken
    raise Advised(taken)


@transaction.atomic
def _post(edition: Edition, draft: Draft, *, network: str, now: datetime) -> Comment | tuple[Finding, ...]:
    """Return the comment, or what its author may mend first."""
    networks.lock(network, now)
    rules = current()
    times = _times(network, now, rules.limits)
    is_maybe_repeat = bool(times) and times[0] > now - policy.REPEAT_WINDOW
    if is_maybe_repeat and (repeat := _repeat(edition, draft, network, now)):
        return repeat
    thread, _created = Thread.objects.get_or_create(article_id=edition.article_id)
    if not _takes_comments(edition, thread):
        raise Closed(str(CLOSED))
    if thread.is_slowed:
        _check_slowed(thread, network, now)
    _check_speed(times, now, rules.limits, facts.restraint_on(network, now))
    told = _told(draft, now, rules)
    verdict = judge(told)
    if draft.asks_first and (mendable := _mendable(verdict, network, now)):
        return mendable
    comment = _create(thread, edition, draft, told, verdict, network=network, at=now)
    if comment.email:
        notifications.ask_to_confirm(comment, now=now)
    return comment


@transaction.atomic
def post_dated_back(edition: Edition, draft: Draft, *, by: User, at: datetime) -> Comment:
    """Take a comment of an archive or the demo, dated back. Raises NotPermitted or Refusal."""
    if not permissions.can_backdate(by):
        raise NotPermitted(_("You may not date comments back."))
    if draft.parent and at <= draft.parent.posted_at:
        raise Refusal(_("An answer is younger than what it answers."))
    thread, _created = Thread.objects.get_or_create(article_id=edition.article_id)
    told = _told(draft, at, current())
    return _create(thread, edition, draft, told, judge(told), network="", at=at)


def edit(comment: Comment, *, body: str, saw: str, address: Address, asks_first: bool = False) -> Comment:
    """Write a new revision of one's comment; it waits for a decision of its own.

    Raises Closed, TooFast, Paused or Barred, or Stale if the comment was decided or edited meanwhile; with `asks_first`
    also Advised, if there is something to mend. A moderator's request may be answered, once, whatever has been closed,
    paused or barred since; it still counts towards the limits.
    """
    now = timezone.now()
    network = networks.digest_of(address, now)
    if mendable := _edit(comment, body, saw, network=network, now=now, asks_first=asks_first):
        raise Advised(mendable)
    return comment


@transaction.atomic
def _edit(
    comment: Comment, body: str, saw: str, *, network: str, now: datetime, asks_first: bool
) -> tuple[Finding, ...]:
    """Empty if it was written; else what its author may mend first."""
    networks.lock(network, now)
    if not permissions.can_edit(comment):
        raise Closed(str(_OBJECTED) if comment.is_objected else _("This comment can no longer be changed."))
    is_asked = comment.is_returned
    if comment.commenter and not is_asked:
        _check_standing(facts.standing_given(comment.commenter, now), now)
    rules = current()
    restraint = None if is_asked else facts.restraint_on(network, now)
    _check_speed(_times(network, now, rules.limits), now, rules.limits, restraint)
    if asks_first and (mendable := _mendable(judge(_told_again(comment, body, now, rules)), network, now)):
        return mendable
    newest = comment.revisions.order_by("-number").first()
    revision = Revision(
        body=body,
        fingerprint=fingerprint(body),
        edition=newest.edition if newest else None,
        network=network,
        created_at=now,
    )
    moderation.resubmit(comment, revision, saw=saw)
    _judge_again(comment, body, now, rules)
    return ()


def withdraw(comment: Comment, *, saw: str) -> None:
    """Take one's comment back. Raises Stale or Refusal."""
    moderation.withdraw(comment, saw=saw)


@transaction.atomic
def confirm_address(comment: Comment) -> bool:
    """The owner of the mail address says that the comment is theirs; then triage runs again.

    False if that was said before; a second click changes nothing. A comment by somebody who is paused waits for a
    person, who sees that; one by somebody who is barred is rejected. Both are told so on the page where they confirm.
    """
    present = moderation.lock([comment.pk]).get(comment.pk)
    if present is None or present.commenter_id or not present.email:
        return False
    now = timezone.now()
    # Locked, to wait for an owner who is having everything erased at this moment.
    owners = Commenter.objects.select_for_update(no_key=True)
    commenter, _created = owners.get_or_create(email=present.email.casefold(), defaults={"confirmed_at": now})
    present.commenter = commenter
    present.save(update_fields=["commenter"])
    # An objection is answered by a person, not by the rules.
    if present.status == Status.PENDING and not present.is_objected:
        revision = present.revisions.get(number=present.revision_number)
        _judge_again(present, revision.body, now, current(), given=facts.standing_given(commenter, now))
    comment.refresh_from_db()
    return True


def check_times(times: list[datetime], now: datetime, limits: Iterable[tuple[int, timedelta]], words: str) -> None:
    """Raise TooFast with these words if too many were taken within a window; `times` has the newest first."""
    for most, window in limits:
        if len(times) >= most and (wait := times[most - 1] + window - now) > timedelta(0):
            raise TooFast(words, wait)


# --- How ------------------------------------------------------------------------------------------------------------


def _repeat(edition: Edition, draft: Draft, network: str, now: datetime) -> Comment | None:
    """The same comment, sent a moment ago from the same network; asked under its lock, so twenty clicks are one."""
    same = Revision.objects.filter(
        network=network,
        created_at__gt=now - policy.REPEAT_WINDOW,
        number=1,
        body=draft.body,
        comment__thread_id=edition.article_id,
        comment__parent=draft.parent,
        comment__name=draft.name,
        comment__email=draft.email,
    )
    revision = same.select_related("comment").first()
    return revision.comment if revision else None


def _times(network: str, now: datetime, limits: policy.Limits) -> list[datetime]:
    """When comments were taken from this network within the hour, newest first; no more than the policy allows.

    Comments from before a clock was set back are not counted, or nobody there could write until it caught up.
    """
    within = Q(created_at__gt=now - _HOUR, created_at__lte=now + SKEW)
    recent = Revision.objects.filter(within, network=network).order_by("-created_at")
    return list(recent.values_list("created_at", flat=True)[: max(limits.hourly, limits.burst)])


def _check_standing(given: StandingChange | None, now: datetime) -> None:
    """Refuse, in words, if the author is known and shut out."""
    if given and given.to_standing == Standing.PAUSED and given.until:
        raise Paused(standing_words.refusal(given), given.until - now)
    if given and given.shuts_out:
        raise Barred(standing_words.refusal(given))


def _rejected_for(bar: StandingChange, verdict: Verdict) -> Verdict:
    """The verdict on a comment by a barred author: the moderator who barred them has decided on it beforehand."""
    return Verdict(Status.REJECTED, verdict.findings, Reason.OTHER, standing_words.of_rejection(bar))


def _check_speed(
    times: list[datetime], now: datetime, limits: policy.Limits, restraint: NetworkRestraint | None
) -> None:
    """Count what was taken from this network; refuse what exceeds the burst, the hour, or a moderator's restraint."""
    if restraint:
        _check_restraint(restraint, times, now)
    words = _("Many comments have come from your network just now. Your text is still here: send it again in a while.")
    check_times(times, now, ((limits.burst, policy.BURST_WINDOW), (limits.hourly, _HOUR)), words)


def _check_slowed(thread: Thread, network: str, now: datetime) -> None:
    """In a slowed conversation a network may write only now and then, whatever became of what it wrote."""
    theirs = Revision.objects.filter(network=network, number=1, comment__thread=thread)
    recent = theirs.filter(created_at__gt=now - policy.SLOWED_THREAD_GAP).order_by("-created_at")
    last = recent.values_list("created_at", flat=True).first()
    if last and thread.slowed_until:
        words = _("This conversation is slowed. Your text is still here: send it again in a while.")
        raise TooFast(words, min(last + policy.SLOWED_THREAD_GAP, thread.slowed_until) - now)


def _check_restraint(restraint: NetworkRestraint, times: list[datetime], now: datetime) -> None:
    wait = restraint.until - now
    if restraint.to_restraint == Restraint.SLOWED:
        if len(times) < policy.SLOWED_HOURLY:
            return
        wait = min(wait, times[policy.SLOWED_HOURLY - 1] + _HOUR - now)
    raise Paused(standing_words.refusal_of_network(restraint), wait)


def _told(draft: Draft, at: datetime, rules: Current) -> Facts:
    return facts.gather(draft.body, now=at, trap_filled=draft.trap_filled, commenter=None, rules=rules)


def _mendable(verdict: Verdict, network: str, now: datetime) -> tuple[Finding, ...]:
    """What the author of a comment that would be held can mend. After too many tries the list is not mentioned."""
    if verdict.status is not Status.PENDING:
        return ()
    found = [finding for finding in verdict.findings if finding.rule in MENDABLE]
    of_list = [finding for finding in found if finding.rule == "listed_words"]
    if of_list and not networks.take_chance(network, now):
        found.remove(of_list[0])
    return tuple(found)


def _takes_comments(edition: Edition, thread: Thread) -> bool:
    """Whether readers may write below a story; its edition may have ended since it was read, as the next one began."""
    present = edition if edition.is_live else Edition.objects.live().filter(article=edition.article_id).first()
    return present is not None and permissions.can_comment(present, thread)


def _create(
    thread: Thread, edition: Edition, draft: Draft, told: Facts, verdict: Verdict, *, network: str, at: datetime
) -> Comment:
    parent = draft.parent
    comment = Comment.objects.create(
        thread=thread,
        parent=parent,
        root_id=(parent.root_id or parent.pk) if parent else None,
        name=draft.name,
        email=draft.email,
        posted_at=at,
        **placing.of_new(verdict.findings, at=at),
    )
    revision = Revision.objects.create(
        comment=comment,
        number=1,
        body=draft.body,
        fingerprint=fingerprint(draft.body),
        edition=_edition_read(edition, draft.edition_number),
        network=network,
        created_at=at,
    )
    catching.note(moderation.first(comment, revision, verdict, at=at), told)
    return comment


def _judge_again(
    comment: Comment, body: str, now: datetime, rules: Current, *, given: StandingChange | None = None
) -> None:
    """Run the rules on an existing comment again: on its new text, or because its author is known now."""
    told = _told_again(comment, body, now, rules)
    verdict = judge(told)
    if given and given.to_standing == Standing.BARRED:
        verdict = _rejected_for(given, verdict)
    decision = moderation.judge(comment, verdict, saw=comment.seen)
    catching.note(decision, told)
    if decision.to_status == Status.REJECTED:
        notifications.tell_decisions([decision])
    else:
        notifications.tell_answers([decision])


def _told_again(comment: Comment, body: str, now: datetime, rules: Current) -> Facts:
    return facts.gather(body, now=now, trap_filled=False, commenter=comment.commenter, rules=rules, comment=comment)


def _edition_read(live: Edition, number: int | None) -> Edition:
    """The edition that the author claims to have read, if it was ever public; else the one that is."""
    if number is None or number == live.number:
        return live
    return Edition.objects.begun().filter(article_id=live.article_id, number=number).first() or live

"""Who may write, and who may decide."""

from django.contrib.auth.models import AnonymousUser, User

from articles.models import Edition
from comments.models import Comment, Thread
from comments.states import Status

_AUTHOR_MAY_CHANGE = frozenset({Status.PENDING, Status.APPROVED, Status.RETURNED})


def can_comment(edition: Edition, thread: Thread | None) -> bool:
    """Anybody, on a live story with an open conversation."""
    return edition.is_live and (thread is None or thread.is_open)


def can_edit(comment: Comment) -> bool:
    """Its author, while it is waiting or public and the conversation is open; a returned comment at any time.

    Not while an objection is open: the words that it is about are read once more.
    """
    if comment.is_objected:
        return False
    return comment.is_returned or (comment.status in _AUTHOR_MAY_CHANGE and comment.thread.is_open)


def can_withdraw(comment: Comment) -> bool:
    """Its author, at any time, unless it was rejected or withdrawn already."""
    return comment.status in _AUTHOR_MAY_CHANGE


def can_moderate(user: User | AnonymousUser) -> bool:
    """Decide at the desk, and read everything there but the word rules: nobody else may open any of its addresses."""
    return user.has_perm("comments.moderate_comment")


def can_see_rules(user: User | AnonymousUser) -> bool:
    """Read the word rules, what each caught, and their log: moderators who may also view or change them."""
    return can_change_rules(user) or (can_moderate(user) and user.has_perm("comments.view_wordrule"))


def can_change_rules(user: User | AnonymousUser) -> bool:
    """Write, switch and end rules, and set the limits: moderators who also have that permission."""
    return can_moderate(user) and user.has_perm("comments.change_wordrule")


def can_give_standing(user: User | AnonymousUser) -> bool:
    """Trust, hold, pause or bar an author, and slow or pause a network: moderators who also have that permission."""
    return can_moderate(user) and user.has_perm("comments.give_standing")


def can_backdate(user: User | AnonymousUser | None) -> bool:
    """Date a comment back: for an archive, or the demo."""
    return user is not None and user.has_perm("comments.backdate_comment")

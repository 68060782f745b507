"""What a reader has erased: one comment, or everything under an address (GDPR, Article 17).

An erasure is first noted outside the database (`newsportal.erasures`), and repeated if an older backup is restored
(`comments.erasing_again`). Each verb raises `erasures.NotNoted` if it cannot be noted; then nothing is erased.
"""

from django.db import transaction

from articles import error_reports
from comments import moderation, notes, notifications, policy, reporting, standing, subscribing
from comments.models import AddressRequest, Comment, Commenter
from newsportal import erasures
from newsportal.erasures import Kind


def erase_comment(comment: Comment) -> None:
    """Erase name, address and every text of a comment, and what was said and mailed about it; repeating it is harmless.

    If it has answers, a line keeps its place.
    """
    erasures.note(Kind.COMMENT, [comment.public_id])
    moderation.erase([comment.pk])


def erase_address(owner: Commenter) -> None:
    """Erase an address and every comment under it, with all that was said and mailed about them.

    Also erase who reported comments and errors in stories with it. It works in slices, so that the desk does not have
    to wait; whatever a crash leaves is erased by the next call. The logs keep their rows, which no longer say anything
    about a person.
    """
    erase_everything_of(owner.email)


def erase_everything_of(address: str, *, is_noted: bool = False) -> None:
    """The same by the address, whether it is known or not. `is_noted`: it has been noted already."""
    email = address.casefold()
    if not is_noted:
        erasures.note(Kind.ADDRESS, [email])
    # First: once the owner's row is gone, nobody can open the link again.
    reporting.forget_address(email)
    error_reports.forget_address(email)
    owner = Commenter.objects.filter(email=email).first()
    if owner is None:
        _forget_typed(email)
        return
    while True:
        theirs = Comment.objects.filter(commenter=owner, is_from_newsroom=False).order_by("pk")
        together = dict(theirs.values_list("pk", "public_id")[: policy.ERASED_TOGETHER])
        if together:
            if not is_noted:
                erasures.note(Kind.COMMENT, together.values())
            moderation.erase(together)
        elif forget_owner(owner):
            return


@transaction.atomic
def forget_owner(owner: Commenter) -> bool:
    """Erase an address that has no comments any more; False if one was confirmed for it meanwhile.

    Reports that were sent with it have their own periods, and stay.
    """
    # Comments before their owner: a confirmation locks them in this order, too.
    _empty_typed(owner.email)
    # By number: a comment that is being confirmed for it at this moment waits, and finds it gone.
    present = Commenter.objects.select_for_update().filter(pk=owner.pk).first()
    if present is None:
        return True
    if Comment.objects.filter(commenter=present).exists():
        return False
    _forget_mails(present.email)
    subscribing.forget(present)
    notes.forget(present)
    standing.forget(present)
    return True


# --- How ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def _forget_typed(email: str) -> None:
    """For an address that nobody has confirmed."""
    _empty_typed(email)
    _forget_mails(email)


def _empty_typed(email: str) -> None:
    """Comments under which it was typed and never confirmed."""
    Comment.objects.with_unconfirmed_address().filter(email__iexact=email).update(email="")


def _forget_mails(email: str) -> None:
    notifications.forget_address(email)
    AddressRequest.objects.filter(to=email).delete()

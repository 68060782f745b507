"""What a reader has erased: one comment, or everything under an address (GDPR, Article 17)."""

from django.db import transaction

from articles import error_reports
from comments import moderation, notes, notifications, policy, reporting, standing, subscribing
from comments.models import AddressRequest, Comment, Commenter


def erase_comment(comment: Comment) -> None:
    """Erase name, address and every text of a comment, and what was said and mailed about it; again is no harm.

    Its place stays where answers hang on it, as a line.
    """
    moderation.erase([comment.pk])


def erase_address(owner: Commenter) -> None:
    """Erase an address, and every comment under it, with all that was said and mailed about them; and who reported
    comments and errors in stories with it.

    In slices, so that the desk waits for none of it; what a crash leaves is erased by the next call. The logs keep
    their rows, which say nothing of a person any more.
    """
    # First: where the owner's row is gone, nobody opens the link again.
    reporting.forget_address(owner.email)
    error_reports.forget_address(owner.email)
    while True:
        theirs = Comment.objects.filter(commenter=owner, is_from_newsroom=False).order_by("pk")
        numbers = list(theirs.values_list("pk", flat=True)[: policy.ERASED_TOGETHER])
        if numbers:
            moderation.erase(numbers)
        elif forget_owner(owner):
            return


@transaction.atomic
def forget_owner(owner: Commenter) -> bool:
    """Erase an address that has no comment any more; False where one was confirmed for it meanwhile.

    What was reported with it has times of its own, and stays.
    """
    # Where somebody typed it and nobody confirmed it. Comments before their owner, as who confirms locks them, too.
    Comment.objects.with_unconfirmed_address().filter(email__iexact=owner.email).update(email="")
    # By its number: whoever confirms a comment for it in this moment waits, and finds it gone.
    present = Commenter.objects.select_for_update().filter(pk=owner.pk).first()
    if present is None:
        return True
    if Comment.objects.filter(commenter=present).exists():
        return False
    notifications.forget_address(present.email)
    AddressRequest.objects.filter(to=present.email).delete()
    subscribing.forget(present)
    notes.forget(present)
    standing.forget(present)
    return True

"""Signed addresses: whoever holds one is the author of the comment, or owns the mail address under it.

Those of a comment do not expire: a reader opens them a week later on another device. The link to all that is held about
an address does, for it opens more: with the row that it names. Each purpose has a salt of its own.
"""

from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.urls import reverse

from comments.models import AddressRequest, Comment

_own = Signer(salt="comments.my-comment")
_address = Signer(salt="comments.my-address")
_link = Signer(salt="comments.address-link")


def own_path(comment: Comment) -> str:
    """The address of the author's own page."""
    return reverse("comments:my_comment", args=[_own.sign(comment.public_id)])


def erasure_path(comment: Comment) -> str:
    """Where the author is asked whether the comment is to be erased."""
    return reverse("comments:comment_erasure", args=[_own.sign(comment.public_id)])


def address_path(comment: Comment) -> str:
    """The address that confirms the mail address of this comment; only ever mailed to it."""
    return reverse("comments:my_address", args=[_address.sign(comment.public_id)])


def link_path(asked: AddressRequest) -> str:
    """The address of the page of a mail address; only ever mailed to it."""
    return reverse("comments:my_address", args=[_link.sign(asked.uid.hex)])


def is_link(token: str) -> bool:
    """Whether it was made by `link_path`, and not for one comment."""
    try:
        _link.unsign(token)
    except BadSignature:
        return False
    return True


def request_of_link(token: str) -> AddressRequest | None:
    """What was asked by this link, or None where that is deleted; raises Http404 for any other text."""
    try:
        uid = _link.unsign(token)
    except BadSignature:
        raise Http404 from None
    return AddressRequest.objects.filter(uid=uid).first()


def comment_of_own(token: str) -> Comment:
    """The comment whose author holds this token; raises Http404 for any other text."""
    return _comment(_own, token)


def comment_of_address(token: str) -> Comment:
    """The comment whose mail address is asked about; raises Http404 for any other text."""
    return _comment(_address, token)


def _comment(signer: Signer, token: str) -> Comment:
    try:
        public_id = signer.unsign(token)
    except BadSignature:
        raise Http404 from None
    comment = Comment.objects.select_related("thread", "commenter").filter(public_id=public_id).first()
    if comment is None:
        raise Http404
    return comment

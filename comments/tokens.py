"""Signed addresses: the holder is the author of the comment, owns its mail address, or reported it.

Addresses of a comment do not expire: a reader opens them a week later on another device. The link to all that is held
about an address opens more, and so expires with the row that it names. Each purpose has a salt of its own.
"""

from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.urls import reverse

from comments.models import AddressRequest, Comment, Report

_own = Signer(salt="comments.my-comment")
_address = Signer(salt="comments.my-address")
_report = Signer(salt="comments.report")
_unsubscribe = Signer(salt="comments.unsubscribe")
_link = Signer(salt="comments.address-link")


def own_path(comment: Comment) -> str:
    """The address of the author's own page."""
    return reverse("comments:my_comment", args=[_own.sign(comment.public_id)])


def erasure_path(comment: Comment) -> str:
    """The page that asks the author whether to erase the comment."""
    return reverse("comments:comment_erasure", args=[_own.sign(comment.public_id)])


def address_path(comment: Comment) -> str:
    """The address that confirms the mail address of this comment; only ever mailed to it."""
    return reverse("comments:my_address", args=[_address.sign(comment.public_id)])


def report_path(report: Report) -> str:
    """The address of a report's page, for the reader who sent it."""
    return reverse("comments:report_status", args=[_report.sign(report.reference)])


def report_of(token: str) -> Report:
    """The report whose sender holds this token; raises Http404 for any other text."""
    rows = Report.objects.select_related("case", "revision__comment__public_revision")
    report = rows.filter(reference=_signed(_report, token)).first()
    if report is None:
        raise Http404
    return report


def subscriptions_path(comment: Comment) -> str:
    """The address at which its author chooses what is mailed; only ever mailed to the address under this comment."""
    return reverse("comments:subscriptions", args=[_address.sign(comment.public_id)])


def unsubscribe_path(comment: Comment, scope: str) -> str:
    """The address that ends mails to this comment's author (`comments.subscribing.SCOPES`)."""
    return reverse("comments:unsubscribe", args=[_unsubscribe.sign(f"{comment.public_id}.{scope}")])


def link_path(asked: AddressRequest) -> str:
    """The address of the page of a mail address; only ever mailed to it."""
    return reverse("comments:my_address", args=[_link.sign(asked.uid.hex)])


def is_link(token: str) -> bool:
    """Whether it was made by `link_path`, and not for a single comment."""
    try:
        _link.unsign(token)
    except BadSignature:
        return False
    return True


def request_of_link(token: str) -> AddressRequest | None:
    """The request for this link, or None if it is deleted; raises Http404 for any other text."""
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


def comment_and_scope(token: str) -> tuple[Comment, str]:
    """Whose mails are to end, and which of them; raises Http404 for any other text."""
    public_id, _dot, scope = _signed(_unsubscribe, token).partition(".")
    return _found(public_id), scope


def _comment(signer: Signer, token: str) -> Comment:
    return _found(_signed(signer, token))


def _signed(signer: Signer, token: str) -> str:
    try:
        return signer.unsign(token)
    except BadSignature:
        raise Http404 from None


def _found(public_id: str) -> Comment:
    comment = Comment.objects.select_related("thread", "commenter", "objection").filter(public_id=public_id).first()
    if comment is None:
        raise Http404
    return comment

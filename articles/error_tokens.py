"""The signed address at which a reader finds what came of the error they reported. It does not expire."""

from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.urls import reverse

from articles.models import ErrorReport

_own = Signer(salt="articles.error-report")


def path_of(report: ErrorReport) -> str:
    """The address of a report's own page; whoever has it sent the report, or was given it by the sender."""
    return reverse("articles:error_report", args=[_own.sign(report.reference)])


def report_of(token: str) -> ErrorReport:
    """The report for a token, with both of its editions; raises Http404 for any other text."""
    try:
        reference = _own.unsign(token)
    except BadSignature:
        raise Http404 from None
    found = ErrorReport.objects.select_related("edition__section", "corrected_by").filter(reference=reference).first()
    if found is None:
        raise Http404
    return found

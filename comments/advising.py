"""What an author is told once, before sending, if rules would hold the comment for its tone or its links."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments import policy
from comments.findings import Span, apart, spans
from comments.text import to_marked_html
from comments.triage import Finding

LISTED = "listed_words"


@dataclass(frozen=True)
class Advice:
    """What to look at again, each point in a sentence, and the text with the places marked."""

    sentences: list[str]
    html: SafeString


def advice(text: str, findings: Sequence[Finding]) -> Advice:
    """What to say about a text in which rules found something that can be mended (`triage.MENDABLE`).

    At most `policy.PASSAGES_SHOWN` listed words are marked in the text, and the list itself is not quoted.
    """
    return Advice(
        [_sentence(finding) for finding in findings],
        to_marked_html(text, apart(span for finding in findings for span in _places(text, finding))),
    )


def _sentence(finding: Finding) -> str:
    if finding.rule == "shouting":
        return _("Most of it is in capitals, and many people read that as shouting.")
    if finding.rule == "too_many_links":
        number = int(finding.detail)
        return ngettext(
            "It has %(n)s link, and links are looked at twice.",
            "It has %(n)s links, and so many are looked at twice.",
            number,
        ) % {"n": number}
    return _("Some of its words often hurt somebody. They are marked below.")


def _places(text: str, finding: Finding) -> list[Span]:
    found = spans(text, [finding.as_json()])
    return found[: policy.PASSAGES_SHOWN] if finding.rule == LISTED else found

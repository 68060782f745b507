"""What is held about an author's standing with the newsroom."""

from django.utils.translation import gettext_lazy as _

from comments.held.part import A_COLLEAGUE, DESK, INSIDE, Part, with_address
from comments.models import AuthorNote, StandingChange, StandingWords

STANDING: tuple[Part, ...] = (
    Part(
        key="standings",
        model=StandingChange,
        what=_("How you stand"),
        why=_("So that a pause or a bar that a moderator gave can be explained, and ends when it should."),
        kept=lambda: _("For good. After an erasure it says nothing any more of whose standing it was."),
        seen_by=DESK,
        told={
            "from_standing": _("From"),
            "to_standing": _("To"),
            "until": _("Until"),
            "at": _("When"),
        },
        kept_back={"id": INSIDE, "commenter": INSIDE, "by": A_COLLEAGUE},
        rows=lambda owner: StandingChange.objects.filter(commenter=owner),
    ),
    Part(
        key="standing_reasons",
        model=StandingWords,
        what=_("Why you stand so, as you were told"),
        why=_("So that you know why."),
        kept=with_address,
        seen_by=DESK,
        told={"reason": _("Reason")},
        kept_back={"change": INSIDE},
        rows=lambda owner: StandingWords.objects.filter(change__commenter=owner),
    ),
    Part(
        key="notes",
        model=AuthorNote,
        what=_("When moderators noted something about you for their colleagues"),
        why=_("So that the next one at the desk knows what the last one knew."),
        kept=with_address,
        seen_by=DESK,
        told={"at": _("Written"), "struck_at": _("Struck out")},
        kept_back={
            "id": INSIDE,
            "commenter": INSIDE,
            "by": A_COLLEAGUE,
            "text": "what a moderator says to another one of their work; it goes with an erasure",
        },
        rows=lambda owner: AuthorNote.objects.filter(commenter=owner),
    ),
)

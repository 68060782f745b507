"""What is typed about rules, well formed or not; and the proof that it was rehearsed."""

import hashlib
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import policy
from comments.models import WordRule
from comments.rules import changing
from comments.rules.changing import Deed, Figures
from comments.rules.rehearsal import Rehearsal
from comments.states import Reason, RuleAction
from comments.wording import Entry, parse
from newsportal.fields import FitFormField
from newsportal.refusal import Refusal

_SALT = "comments.rules.rehearsal"
_REASONS = [
    ("", gettext_lazy("– none –")),
    *((reason.value, reason.label) for reason in Reason if reason not in policy.REASONS_WITH_EXPLANATION),
]


class DeedForm(forms.Form):
    """What a rule does, and why. `deed` is set by a clean."""

    deed: Deed

    action = forms.ChoiceField(
        label=gettext_lazy("What it does"),
        choices=RuleAction.choices,
        initial=RuleAction.HOLD,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Not at once: a new rule only logs what it would do, until you switch it to act."),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        required=False,
        choices=_REASONS,
        help_text=gettext_lazy("Of a rule that rejects: the author reads it, and that no person decided."),
    )
    notes = FitFormField(
        label=gettext_lazy("Why"),
        max_length=policy.NOTES_CODE_POINTS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For colleagues: what happened, and when the rule may go."),
    )

    def clean(self) -> dict[str, Any]:
        """Django's, plus what must make sense together."""
        cleaned = super().clean() or {}
        if {"action", "reason", "notes"} <= cleaned.keys():
            reason = Reason(cleaned["reason"]) if cleaned["reason"] else None
            try:
                self.deed = Deed(RuleAction(cleaned["action"]), reason, cleaned["notes"])
            except Refusal as refusal:
                self.add_error("reason", refusal.words)
        return cleaned


class RulesForm(DeedForm):
    """A line for each new rule. `entries` has the good lines, `refused` what is wrong with the others."""

    lines = FitFormField(
        label=gettext_lazy("Words or phrases"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocapitalize": "none"}),
        help_text=gettext_lazy(
            "One on each line, up to 5,000. Whole words, whatever their case and look-alike letters; * at either end "
            "of a line stands for more letters."
        ),
    )
    field_order = ("lines", "action", "reason", "notes")

    def clean_lines(self) -> str:
        """The lines as typed; `entries` and `refused` are made from them."""
        text = str(self.cleaned_data["lines"])
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        if len(lines) > policy.WORD_RULES:
            raise forms.ValidationError(
                _("%(n)s lines; at most %(most)s can be added at once.") % {"n": len(lines), "most": policy.WORD_RULES}
            )
        self.entries: dict[int, Entry] = {}
        self.refused: list[tuple[int, str, str]] = []
        self.typed = dict(lines)
        self._sort_out(lines)
        return text

    def _sort_out(self, lines: list[tuple[int, str]]) -> None:
        there = {rule.key: rule for rule in WordRule.objects.all()}
        first: dict[str, int] = {}
        for number, line in lines:
            try:
                entry = parse(line)
                if entry.key in there:
                    raise Refusal(changing.already(there[entry.key]))
                if entry.key in first:
                    raise Refusal(_("The same as line %(n)s.") % {"n": first[entry.key]})
            except Refusal as refusal:
                self.refused.append((number, line, refusal.words))
            else:
                first[entry.key] = number
                self.entries[number] = entry

    @property
    def lines_left(self) -> str:
        """What still has to be mended, as it was typed."""
        return "\n".join(line for _number, line, _words in self.refused)


# --- The proof of a rehearsal ---------------------------------------------------------------------------------------


def proof(keys: list[str], deed: Deed, rehearsal: Rehearsal, numbers: list[int]) -> str:
    """A signed text: these entries were rehearsed for this deed, with the figures of each that caught anything."""
    caught = {place: [rehearsal.caught[n], rehearsal.approved[n]] for place, n in enumerate(numbers)}
    said = {"of": _digest(keys, deed), "looked_at": rehearsal.looked_at}
    return signing.dumps({**said, "caught": {k: v for k, v in caught.items() if v[0]}}, salt=_SALT, compress=True)


def proven(text: str, keys: list[str], deed: Deed) -> list[Figures] | None:
    """The figures of each entry; None if the text is forged, old, or about something else."""
    try:
        said = signing.loads(text, salt=_SALT, max_age=policy.REHEARSAL_LIFE)
    except signing.BadSignature:
        return None
    if said["of"] != _digest(keys, deed):
        return None
    figures = [said["caught"].get(str(place), [0, 0]) for place in range(len(keys))]
    return [{"looked_at": said["looked_at"], "caught": caught, "approved": passed} for caught, passed in figures]


def _digest(keys: list[str], deed: Deed) -> str:
    columns = deed.columns
    said = "\n".join([columns["action"], columns["reason"], *keys])
    return hashlib.sha256(said.encode()).hexdigest()

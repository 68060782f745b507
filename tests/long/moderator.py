"""A moderator in a process of their own, who decides on the desk's first page as quickly as it answers.

`python -m tests.long.moderator PORT USERNAME ROUNDS` signs in, says "ready", and begins when a line arrives. It writes
down what the portal acknowledged, and prints that as one line of JSON: `acts` as [decision, comment, status seen,
status given, undoes], how many were `refused` because a colleague was quicker, and which answers were `wrong`.
"""

import json
import random
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.long.people import DESK, Moderator

# Comments to decide at once are near the top of the page, where the others decide as well.
NEAR, BULK = 12, 8
ACTS = ("approve", "approve", "reject", "spam", "return_to_author")
GIVES = {"approve": "approved", "reject": "rejected", "spam": "spam", "return_to_author": "returned"}
# The answers that the desk's page knows: done, refused, somebody was quicker.
KNOWN = {200, 409, 422}

_SAW = re.compile(r'name="saw-(\d+)" value="([^"]+)"')
_TOLD = re.compile(r'name="decisions" value="(\d+)" class="undo"')


@dataclass
class Shift:
    """What one moderator does, and what the portal said about it."""

    moderator: Moderator
    choose: random.Random
    acts: list[list[Any]] = field(default_factory=list)
    refused: int = 0
    wrong: list[str] = field(default_factory=list)

    def round(self) -> None:
        """Look at the desk, and do one of the things that moderators do."""
        view = self.choose.choice(["", "", "", "", "", "?queue=approved"])
        shown = _SAW.findall(self.moderator.get(f"{DESK}{view}").text)[:NEAR]
        if shown:
            self.choose.choice([self._one, self._one, self._one, self._by_form, self._many, self._undo])(shown)

    def _one(self, shown: Sequence[tuple[str, str]]) -> None:
        self._send([self.choose.choice(shown)], self.choose.choice(ACTS))

    def _many(self, shown: Sequence[tuple[str, str]]) -> None:
        self._send(self.choose.sample(shown, min(BULK, len(shown))), self.choose.choice(ACTS))

    def _send(self, chosen: Sequence[tuple[str, str]], act: str) -> None:
        """As the desk's page sends it; the answer covers each comment."""
        named = [f"{pk}:{saw}" for pk, saw in chosen]
        fields: dict[str, str | list[str]] = {"act": act, "comment": named, **_words(act)}
        seen = dict(chosen)
        for row in self._told(f"{DESK}decisions/", fields):
            before = seen[str(row["comment"])].partition(".")[0]
            self.acts.append([row["decision"], row["comment"], before, GIVES[act], None])

    def _by_form(self, shown: Sequence[tuple[str, str]]) -> None:
        """As a card's own button does without a script; the next page offers to take it back."""
        pk, saw = self.choose.choice(shown)
        act = self.choose.choice(ACTS)
        words = {f"{name}-{pk}": said for name, said in _words(act).items()}
        answer = self.moderator.post(DESK, {"decide": f"{act}:{pk}", f"saw-{pk}": saw, **words})
        if answer.status == 200:
            self.refused += 1
        elif answer.status == 302:
            (decision,) = _TOLD.findall(self.moderator.get(DESK).text)
            self.acts.append([int(decision), int(pk), saw.partition(".")[0], GIVES[act], None])
        else:
            self.wrong.append(f"{answer.status}: {answer.text[:500]}")

    def _undo(self, shown: Sequence[tuple[str, str]]) -> None:
        """Take back this moderator's own last decisions, if nobody has built on them."""
        taken = {undoes for *_rest, undoes in self.acts}
        own = [act for act in self.acts if act[4] is None and act[0] not in taken][-3:]
        known = {act[1]: act for act in own}
        for row in self._told(f"{DESK}decisions/undo/", {"decisions": ",".join(str(act[0]) for act in own)}):
            decision, _comment, before, given, _undoes = known[row["comment"]]
            self.acts.append([row["decision"], row["comment"], given, before, decision])

    def _told(self, path: str, fields: dict[str, str | list[str]]) -> list[dict[str, Any]]:
        """What of it was done."""
        answer = self.moderator.post(path, fields)
        if answer.status not in KNOWN:
            self.wrong.append(f"{answer.status}: {answer.text[:500]}")
            return []
        told = json.loads(answer.text)
        self.refused += len(told["refused"])
        done: list[dict[str, Any]] = told["done"]
        return done


def _words(act: str) -> dict[str, str]:
    said = {"reject": {"reason": "off_topic"}, "return_to_author": {"explanation": "Say where you read that."}}
    return said.get(act, {})


def main(port: int, username: str, rounds: int) -> None:
    """Sign in, wait for the others, decide, and report."""
    shift = Shift(Moderator(port, username), random.Random(username))
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(rounds):
        shift.round()
    print(json.dumps({"acts": shift.acts, "refused": shift.refused, "wrong": shift.wrong}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))

"""Folders (`VAR_DIR`) with a portal's data: the demo edition, and the stories and comments that a figure needs, each
made once, when first asked for."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.plan import Plan
from tests.bench.processes import PYTHON, run
from tests.bench.servers import portal, portal_environment

COMMENTS = 20
FEW_WAITING = 1_000


@dataclass(frozen=True)
class Edition:
    """A portal's folder, and the addresses of the stories in it."""

    folder: Path
    # The story with twenty comments, and the one with very many if that was asked for.
    story: str
    long_story: str = ""

    def seed(self, act: str, *arguments: object) -> Any:
        """Do something with its database, in the portal's own Django (`seeds.py`)."""
        return _seed(self.folder, act, *arguments)


@dataclass
class Editions:
    """Makes the editions. `say` reports progress."""

    root: Path
    plan: Plan
    say: Callable[[str], None]
    _made: dict[str, Edition] = field(default_factory=dict)

    def few(self) -> Edition:
        """The demo and a story with twenty comments, in a folder of the caller's own, which may be written to."""
        kept = self._once("few", COMMENTS)
        own = self.root / f"few-{len(list(self.root.iterdir()))}"
        shutil.copytree(kept.folder, own)
        return Edition(own, kept.story)

    def thousand(self) -> Edition:
        """The same, plus a thousand waiting comments."""
        return self._once("thousand", COMMENTS, waiting=FEW_WAITING)

    def many(self) -> Edition:
        """The same, plus as many waiting comments as the plan calls many; posting into it makes it larger."""
        return self._once("many", COMMENTS, waiting=self.plan.many_comments)

    def long(self) -> Edition:
        """The demo, a story with twenty comments, and one with as many as the plan calls long."""
        return self._once("long", COMMENTS, self.plan.long_thread)

    def _once(self, name: str, *threads: int, waiting: int = 0) -> Edition:
        """The edition of this name; made when first asked for, from the demo and the given contents."""
        if name not in self._made:
            folder = self.root / name
            shutil.copytree(self._demo(), folder)
            comments = " and ".join(f"{count:,}" for count in threads)
            self.say(f"  making stories with {comments} comments, and {waiting:,} comments that wait")
            self._made[name] = Edition(folder, *_seed(folder, "fill", waiting, *threads))
        return self._made[name]

    def _demo(self) -> Path:
        folder = self.root / "demo"
        if not folder.exists():
            self.say("  making the demo edition")
            # A first start makes it, and the files that every later start finds.
            with portal(folder):
                pass
        return folder


def _seed(folder: Path, act: str, *arguments: object) -> Any:
    words = [str(argument) for argument in arguments]
    return json.loads(run([PYTHON, "-m", "tests.bench.seeds", act, *words], env=portal_environment(folder)))

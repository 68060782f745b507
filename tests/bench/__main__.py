"""`python -m tests.bench`: runs the figures, prints progress, and writes the report."""

import argparse
import shlex
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from tests.bench import machine, report
from tests.bench.bench import Bench
from tests.bench.comparing import moved
from tests.bench.editions import Editions
from tests.bench.figures import FIGURES
from tests.bench.measures import Measure
from tests.bench.plan import FULL, QUICK, Plan
from tests.bench.processes import ROOT

DOCS = ROOT / "docs"


def main(words: Sequence[str]) -> int:
    """The exit status: 0 if every target was reached, 1 if one was not, 2 if something did not run."""
    arguments = _parser().parse_args(words)
    if arguments.compare:
        _print("\n".join(moved(arguments.compare, DOCS / "performance.json")) or "Nothing moved.")
        return 0
    _end_in_order()
    plan = QUICK if arguments.quick else FULL
    names = arguments.only or list(FIGURES)
    described = machine.described()
    measures, failed = _measured(plan, names)
    run = report.Run(
        command=shlex.join(["python", "-m", "tests.bench", *words]),
        plan=plan.name,
        rounds=plan.rounds,
        seconds=plan.seconds,
        machine=described,
        measures=measures,
        failed=failed,
    )
    _tell(run, _folder(arguments, is_whole=plan is FULL and not arguments.only))
    return 2 if failed else int(any(measure.verdict == "missed" for measure in measures))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="How fast is the portal?")
    parser.add_argument("--only", action="append", choices=list(FIGURES), metavar="NAME", help=", ".join(FIGURES))
    parser.add_argument("--quick", action="store_true", help="two short rounds and smaller tables")
    parser.add_argument("--output", type=Path, help="folder of the report; a whole run's is docs/")
    parser.add_argument("--compare", type=Path, metavar="OLD.json", help="what moved since then, and nothing is run")
    return parser


def _measured(plan: Plan, names: Sequence[str]) -> tuple[list[Measure], dict[str, str]]:
    """All figures, in a folder that is removed afterwards. If one breaks, the others still run."""
    measures: list[Measure] = []
    failed: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        root = Path(folder)
        bench = Bench(plan, root, say, Editions(root, plan, say))
        for name in names:
            say(f"{name}: {(FIGURES[name].__doc__ or '').strip()}")
            try:
                found = FIGURES[name](bench)
            except Exception as error:
                failed[name] = f"{type(error).__name__}: {error}"
                say(f"  DID NOT RUN: {traceback.format_exc()}")
                continue
            measures += found
            for measure in found:
                say(f"  {report.line(measure)}")
    return measures, failed


def _folder(arguments: argparse.Namespace, *, is_whole: bool) -> Path | None:
    """Where the report goes: a partial run must not replace the report of a whole one."""
    return arguments.output or (DOCS if is_whole else None)


def _tell(run: report.Run, folder: Path | None) -> None:
    _print("", *(report.line(measure) for measure in run.measures))
    _print(*(f"did not run  {name}" for name in run.failed))
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        report.write(run, folder)
        _print("", f"Written: {folder / 'performance.md'} and performance.json")


_began = time.monotonic()


def say(words: str) -> None:
    """A line of progress, with the seconds since the start."""
    _print(f"[{time.monotonic() - _began:5.0f} s] {words}")


def _print(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


def _end_in_order() -> None:
    """INT, TERM and HUP unwind everything that was started; a second one does not disturb that."""

    def stop(signum: int, frame: FrameType | None) -> None:
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, stop)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        _print("", "Stopped; everything that was started has ended.")
        sys.exit(130)

"""A check beside a run and a verify of the same study: a check costs nothing, so it should take under half the time of a run.

    python benchmarks/check.py [rounds]

Each command in a process of its own, interleaved, on both examples.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import measure
from main_job import ROOT, timed

EXAMPLES = ("elective_knee", "time_and_chance")


def jobs_of(example: str, folder: Path) -> dict[str, list[str]]:
    """Command → its arguments."""
    study, out = str(ROOT / "examples" / example / "study.yaml"), str(folder / example)
    return {
        "run": ["run", study, "--out", out, "--replace"],
        "check": ["check", study],
        "verify": ["verify", out, "--study", study],
    }


def main(rounds: int = 3) -> None:
    """Time every command of every example, round by round."""
    rows: list[tuple[object, ...]] = [
        ("example", "run, s", "check, s", "check ÷ run (by round)", "verify ÷ run (by round)")
    ]
    with tempfile.TemporaryDirectory() as place:
        for example in EXAMPLES:
            jobs = jobs_of(example, Path(place))
            found: dict[str, list[float]] = {name: [] for name in jobs}
            for turn in range(rounds + 1):
                for name, arguments in jobs.items():
                    seconds, _ = timed(arguments)
                    if turn:
                        found[name].append(seconds)
            middle = measure.medians(found)
            parts = [f"{measure.ratio(found, name, 'run'):.2f}" for name in ("check", "verify")]
            rows.append((example, f"{middle['run']:.2f}", f"{middle['check']:.2f}", *parts))
    print(measure.table(rows))
    print(f"\n{rounds} interleaved rounds after one that does not count. {measure.machine()}. {measure.versions()}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""`pathway-cost run`, beside an older checkout of this package that runs the same study: whole processes, cold.

    python benchmarks/whole_run.py --old CHECKOUT [--rounds 5] [--patients 1_000_000]

Both examples and, with --patients, the main job on a cohort this big; both checkouts in turn, a process of its own each time.
Reports wall seconds, seconds of the processor and the process's peak memory, as medians. One round before those that count
compiles what is compiled once a checkout.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import main_job
import measure

ROOT = Path(__file__).parents[1]
EXAMPLES = ("elective_knee", "time_and_chance")


class Taken(NamedTuple):
    """What one process took."""

    seconds: float
    processor: float
    megabytes: float


def ran(checkout: Path, study: Path, out: Path) -> Taken:
    """One run by one checkout, written into a folder that goes again."""
    quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-P", "-m", "pathway_cost", "run", str(study), "--out", str(out)]
    start = time.perf_counter()
    child = os.posix_spawn(sys.executable, command, {**kept, "PYTHONPATH": str(checkout)}, file_actions=quiet)
    _, status, used = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(f"a run by {checkout} failed ({os.waitstatus_to_exitcode(status)})")
    shutil.rmtree(out)
    return Taken(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def main(old: Path, rounds: int, patients: int) -> None:
    """Time every study by both checkouts, round by round."""
    with tempfile.TemporaryDirectory() as scratch:
        studies = {name: ROOT / "examples" / name / "study.yaml" for name in EXAMPLES}
        if patients:
            studies[f"{patients:,} patients"] = main_job.copy_study(Path(scratch) / "big", patients)
        rows: list[tuple[object, ...]] = [
            ("study", "older, s", "ours, s", "÷ older", "CPU s: older, ours", "MB: older, ours")
        ]
        for name, study in studies.items():
            took: dict[Path, list[Taken]] = {ROOT: [], old: []}
            for number in range(rounds + 1):
                for checkout, times in took.items():
                    once = ran(checkout, study, Path(scratch) / "out")
                    times.extend([once] if number else [])
            rows.append((name, *told(took[ROOT], took[old])))
    print(measure.table(rows))
    print(f"\n{rounds} interleaved rounds after one that does not count. {measure.machine()}. {measure.versions()}")


def told(ours: list[Taken], older: list[Taken]) -> tuple[str, ...]:
    """What both took → the cells of a row."""
    (seconds, processor, megabytes), then = (
        (Taken(*map(statistics.median, zip(*each, strict=True)))) for each in (ours, older)
    )
    ratio = statistics.median(one.seconds / other.seconds for one, other in zip(ours, older, strict=True))
    return (
        f"{then.seconds:.2f}", f"{seconds:.2f}", f"{ratio:.2f}", f"{then.processor:.2f}, {processor:.2f}",
        f"{then.megabytes:,.0f}, {megabytes:,.0f}",
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--old", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--patients", type=int, default=0)
    asked = parser.parse_args()
    main(asked.old.resolve(), asked.rounds, asked.patients)

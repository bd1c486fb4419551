"""The main job on 1,000,000 patients × 4 scenarios: from PLICS XML and Parquet to the folder of results.

    python benchmarks/main_job.py [patients] [rounds]

Runs `pathway-cost run` on the example's study with a cohort this big, in a process of its own each time, and reports
wall seconds and the process's peak memory. `--help` is timed beside it, interleaved. This process stays small, because
the system counts its memory at the moment of starting a child as the child's.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import measure

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "elective_knee"


def copy_study(folder: Path, count: int) -> Path:
    """The example, beside the library as in a checkout, with a cohort of so many patients."""
    home = folder / "examples" / "elective_knee"
    shutil.copytree(EXAMPLE, home, ignore=shutil.ignore_patterns("cohort.parquet", "__pycache__"))
    shutil.copytree(ROOT / "pathways", folder / "pathways")
    timed(
        [
            "cohort",
            "make",
            f"{home}/segments.csv",
            "--patients",
            f"{count}",
            "--seed",
            "7",
            "--out",
            f"{home}/cohort.parquet",
        ]
    )
    return home / "study.yaml"


def timed(arguments: list[str]) -> tuple[float, float]:
    """Wall seconds and peak MB of one `pathway-cost` process; stops the benchmark if it fails."""
    start = time.perf_counter()
    quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    command = [sys.executable, "-m", "pathway_cost", *arguments]
    child = os.posix_spawn(sys.executable, command, {**os.environ, "PYTHONPATH": str(ROOT)}, file_actions=quiet)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"pathway-cost {' '.join(arguments)} failed ({os.waitstatus_to_exitcode(status)})")
    return time.perf_counter() - start, used.ru_maxrss / 1024


def main(count: int = 1_000_000, rounds: int = 3) -> None:
    """Time the small and the big study, round by round."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        jobs = {
            "--help": ["--help"],
            "50,000 patients × 4 scenarios": ["run", str(copy_study(folder / "small", 50_000)), "--out"],
            f"{count:,} patients × 4 scenarios": ["run", str(copy_study(folder / "big", count)), "--out"],
        }
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in jobs}
        for turn in range(rounds + 1):
            for number, (name, arguments) in enumerate(jobs.items()):
                out = [str(folder / f"out{turn}_{number}")] if arguments[0] == "run" else []
                measured = timed([*arguments, *out])
                if turn:
                    found[name].append(measured)
    rows = [("job", "seconds (median)", "peak MB (highest)")]
    rows += [
        (name, f"{statistics.median(seconds for seconds, _ in runs):.2f}", f"{max(peak for _, peak in runs):,.0f}")
        for name, runs in found.items()
    ]
    print(measure.table(rows))
    print(f"\n{rounds} interleaved rounds after one that does not count. {measure.machine()}. {measure.versions()}")


if __name__ == "__main__":
    main(*(int(given.replace("_", "")) for given in sys.argv[1:]))

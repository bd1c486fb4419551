"""All benchmarks one after the other, each in a process of its own, with few rounds: under ten minutes on two cores.

    python -m venv /tmp/peer && /tmp/peer/bin/pip install heormodel simpy ciw
    python benchmarks/everything.py [/tmp/peer/bin/python]

Prints every table and what each took. Without the peers' interpreter, they are left out.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent


def jobs(peer: str) -> list[tuple[str, list[str]]]:
    """Script and arguments."""
    return [
        ("expected_costing.py", ["1_000_000", "2"]),
        ("walk.py", ["1000000", "3", peer]),
        ("draws.py", [peer, "2"]),
        ("profile_steps.py", [peer, "3"]),
        ("cube_periods.py", ["5"]),
        ("scale.py", ["2"]),
        ("what_if.py", [peer, "2"]),
        ("prepared.py", ["--rounds", "3"]),
        *([("peers.py", [peer, "3"])] if peer else []),
        ("main_job.py", ["1000000", "1"]),
        ("check.py", ["2"]),
        ("plics_xml.py", ["60", "2"]),
    ]


def main(peer: str = "") -> None:
    """Run them all; one that fails does not stop the others."""
    begun = time.perf_counter()
    for script, arguments in jobs(peer):
        print(f"\n## {script}\n", flush=True)
        start = time.perf_counter()
        code = subprocess.run([sys.executable, str(HERE / script), *arguments], check=False).returncode
        told = "" if code == 0 else f" FAILED with exit code {code}"
        print(f"\n({script}: {time.perf_counter() - start:.0f} s{told})", flush=True)
    print(f"\nAll of it: {(time.perf_counter() - begun) / 60:.1f} minutes.")


if __name__ == "__main__":
    main(*sys.argv[1:2])

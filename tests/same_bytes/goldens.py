"""What both examples write, kept as hashes: `python -m tests.same_bytes.goldens` makes them anew and prints what moved.

The examples are run without the faster instructions that only some processors have, so that the last digit of a logarithm
is the same on all of them. Each file is kept as its hash and, for whoever asks what moved, the sum of each column's figures.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path, PurePath

from numpy._core._multiarray_umath import __cpu_dispatch__ as faster_instructions

from pathway_cost.reports.files.moved import READERS
from pathway_cost.results.frames.record_of_run import versions

ROOT = Path(__file__).resolve().parents[2]
KEPT = Path(__file__).with_name("golden")
EXAMPLES = ("elective_knee", "time_and_chance")
HOW = "python -m tests.same_bytes.goldens"


def written(example: str) -> dict[str, bytes]:
    """The files of an example's run; of the record, what is not of this machine or of the other files."""
    environment = os.environ | {"NPY_DISABLE_CPU_FEATURES": " ".join(faster_instructions), "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        study = ROOT / "examples" / example / "study.yaml"
        command = [sys.executable, "-m", "pathway_cost", "run", str(study), "--out", str(out)]
        subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        files = {path.name: path.read_bytes() for path in sorted(out.iterdir())}
    record = {name: value for name, value in json.loads(files["run.json"]).items() if name not in ("versions", "files")}
    return files | {"run.json": json.dumps(record, sort_keys=True).encode()}


def digest(files: dict[str, bytes]) -> dict[str, dict]:
    """Hash of each file, and the sum of the figures of each column, sheet or item."""
    return {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "sums": sums(name, content)}
        for name, content in files.items()
    }


def sums(name: str, content: bytes) -> dict[str, float]:
    found: dict[str, float] = {}
    for (item, _), value in READERS[PurePath(name).suffix](content).items():
        if isinstance(value, int | float) and value == value and not isinstance(value, bool):
            found[item] = found.get(item, 0.0) + value
    return found


def kept(example: str) -> dict:
    """What is kept of an example; a KeyError or missing file is a failure, never a pass."""
    return json.loads((KEPT / f"{example}.json").read_text(encoding="utf-8"))


def what_moved(old: dict[str, dict], new: dict[str, dict]) -> list[str]:
    """A line a file that is new, gone or other than it was, and a line a column whose sum moved."""
    lines = []
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before is None or after is None:
            lines.append(f"{name}: {'new' if before is None else 'gone'}")
        elif before["sha256"] != after["sha256"]:
            items = sorted(before["sums"].keys() | after["sums"].keys())
            pairs = [(item, before["sums"].get(item), after["sums"].get(item)) for item in items]
            lines.append(f"{name}: other bytes")
            lines += [f"    {item}: {_by(one, other)}" for item, one, other in pairs if one != other]
    return lines


def _by(one: float | None, other: float | None) -> str:
    if one is None or other is None:
        return "new" if one is None else "gone"
    return f"sum {one!r} → {other!r} ({abs(one - other) / max(abs(one), abs(other)):.1e} of itself)"


def main() -> None:
    KEPT.mkdir(exist_ok=True)
    for example in EXAMPLES:
        file = KEPT / f"{example}.json"
        before = kept(example)["files"] if file.exists() else {}
        files = digest(written(example))
        print(example, *(what_moved(before, files) or ["nothing moved"]), sep="\n  ")
        file.write_text(
            json.dumps({"versions": versions(), "files": files}, indent=1, sort_keys=True) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()

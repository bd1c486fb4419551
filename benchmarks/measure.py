"""What every benchmark here shares: interleaved rounds, medians, and the words that say on what machine."""

from __future__ import annotations

import importlib.metadata as metadata
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

REFERENCE_PACKAGES = ("numpy", "pandas", "pyarrow", "numba", "duckdb", "ibis-framework", "lxml")


def interleaved(jobs: Mapping[str, Callable[[], object]], *, rounds: int) -> dict[str, list[float]]:
    """Seconds of each job, every job once a round, after one round that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(rounds + 1):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            if turn:
                seconds[name].append(time.perf_counter() - start)
    return seconds


def medians(seconds: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Median seconds of each job."""
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def ratio(seconds: Mapping[str, Sequence[float]], slow: str, fast: str) -> float:
    """Median over rounds of slow ÷ fast, both of one round."""
    return statistics.median(a / b for a, b in zip(seconds[slow], seconds[fast], strict=True))


def machine() -> str:
    """Processor, cores, load, Python."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{named[0] if named else platform.processor()}, {os.cpu_count()} cores{load}, Python {platform.python_version()}"


def versions(packages: Sequence[str] = REFERENCE_PACKAGES) -> str:
    """Versions of the packages that matter."""
    return ", ".join(f"{name} {metadata.version(name)}" for name in packages)


def table(rows: Sequence[Sequence[object]]) -> str:
    """Rows as a Markdown table, the first being the head."""
    head, *body = [[str(cell) for cell in row] for row in rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *body))

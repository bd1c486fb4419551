"""Nothing written depends on threads, hash seed, time zone, folder, or the order of files, records or patients."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from pathway_cost.plics.reading.database import Database
from tests.same_bytes.disorder import disordered, reverse_files
from tests.same_bytes.run_study import with_threads
from tests.same_bytes.weighted_study import write_weighted

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Circumstances:
    """Under which a study is run; `disorder` is the seed of the shuffling, 0 for none."""

    database_threads: int
    algebra_threads: int
    disorder: int
    place: str
    zone: str


CIRCUMSTANCES = (
    Circumstances(2, 2, disorder=0, place="here", zone="UTC"),
    Circumstances(1, 1, disorder=1, place="else/where", zone="Asia/Tokyo"),
    Circumstances(4, 2, disorder=2, place="elsewhere", zone="America/New_York"),
    Circumstances(1, 2, disorder=0, place="far/away/from/here", zone="Europe/London"),
    Circumstances(2, 1, disorder=3, place="there", zone="UTC"),
    Circumstances(4, 1, disorder=4, place="there too", zone="Pacific/Chatham"),
)
"""1, 2 and 4 threads of the database by 1 and 2 of the linear algebra library, each with other disorder, folder and zone."""


def knee(folder: Path) -> Path:
    """The example with the part of the library that it names by a path; its extracts listed one by one."""
    shutil.copytree(ROOT / "pathways", folder / "pathways")
    study = example("elective_knee", folder)
    names = sorted(path.name for path in (study.parent / "plics").iterdir())
    reverse_files(study, [f"plics/{name}" for name in reversed(names)], listed='files: "plics/*.xml"')
    return study


def example(name: str, folder: Path) -> Path:
    source = ROOT / "examples" / name
    copy = shutil.copytree(source, folder / "examples" / name, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return Path(copy) / "study.yaml"


STUDIES = {
    "elective_knee": knee,
    "time_and_chance": lambda folder: example("time_and_chance", folder),
    "weighted": lambda folder: write_weighted(folder / "weighted"),
}


@pytest.mark.parametrize("name", STUDIES)
def test_the_same_inputs_give_the_same_bytes(name, tmp_path):
    first, *others = (written(name, tmp_path / str(at), each) for at, each in enumerate(CIRCUMSTANCES))
    for circumstances, other in zip(CIRCUMSTANCES[1:], others, strict=True):
        same = [file for file in first.keys() | other.keys() if first.get(file) == other.get(file)]
        assert sorted(same) == sorted(first), circumstances


def test_the_database_has_as_many_threads_as_a_circumstance_says(tmp_path, monkeypatch):
    connect = duckdb.connect
    for count in sorted({each.database_threads for each in CIRCUMSTANCES}):
        monkeypatch.setattr(duckdb, "connect", connect)  # brought back at the end
        with_threads(count)
        with Database(tmp_path) as database:
            said = database._connection.execute("SELECT current_setting('threads')").fetchone()
        assert said == (count,)


def written(name: str, folder: Path, under: Circumstances) -> dict[str, bytes]:
    """Every file of a run; `run.json` without the hashes of what was read."""
    place = folder / under.place
    study = STUDIES[name](place)
    if under.disorder:
        disordered(study, under.disorder)
        listed = [line.strip() for line in study.read_text().splitlines() if "files: [" in line]
        for line in listed:
            _reversed(study, line[line.index("files: [") : line.index("]") + 1])
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), str(under.algebra_threads))
    environment = (
        os.environ | threads | {"PYTHONHASHSEED": str(under.disorder), "TZ": under.zone, "PYTHONPATH": str(ROOT)}
    )
    given = study if under.disorder else study.relative_to(place)
    command = [sys.executable, "-m", "tests.same_bytes.run_study", given, folder / "out", under.database_threads]
    command += [] if name == "weighted" else ["--patients"]  # without ids, patients are told by their rows
    ran = subprocess.run(
        list(map(str, command)), cwd=place, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    files = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    record = json.loads(files["run.json"])
    return files | {"run.json": json.dumps(record | {"inputs": sorted(record["inputs"])}).encode()}


def _reversed(study: Path, listed: str) -> None:
    names = listed.removeprefix("files: [").removesuffix("]").split(", ")
    reverse_files(study, names, listed=listed)

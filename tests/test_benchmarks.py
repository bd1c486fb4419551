"""The scripts in benchmarks/ still fit the package: each can be imported, and what they share gives a study's pounds."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py"))
WITH_A_PEER = {"walk_peers", "cohort_peers"}  # run by the interpreter that has the peers
ASKED = """
import models
import pathway_cost as pc
from pathway_cost.engine.draws.parameter_table import stated

study = pc.load_study("pathways/elective_knee/study.yaml")
result, found = pc.prepare(study), models.recoster_of(study).at(stated(1)).sums
for name in result.compared:
    print(name, float((found[name].present / found[name].patients).sum()), result.cost(name).cost_per_patient_gbp)
"""


def run_in_benchmarks(text):
    places = os.pathsep.join(map(str, (ROOT, ROOT / "benchmarks")))
    return subprocess.run(
        [sys.executable, "-c", text],
        check=False,
        env={**os.environ, "PYTHONPATH": places},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def test_every_script_can_be_imported():
    assert len(SCRIPTS) > 15
    done = run_in_benchmarks("\n".join(f"import {name}" for name in SCRIPTS if name not in WITH_A_PEER))
    assert done.returncode == 0, done.stderr


def test_what_they_share_gives_the_pounds_of_a_study():
    done = run_in_benchmarks(ASKED)
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    assert [name for name, *_ in rows][:2] == ["baseline", "day_case"]
    for _, found, wanted in rows:
        assert float(found) == pytest.approx(float(wanted), rel=1e-9)

"""A name that is mistyped fails in a type checker, at its line, and no name that is right does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from pathway_cost.results.frames.catalogue import TABLES
from pathway_cost.results.frames.table_names import TableNames

ROOT = Path(__file__).parents[1]
CODE = """\
import pandas as pd
import pathway_cost as pc

pathway: pc.Pathway = pc.load_pathway("elective_knee")
study: pc.LoadedStudy = pc.load_study({"study": "mine", "cohort": pd.DataFrame({"age": [60]})})
pc.load_pathway(pathway.to_graph())
pc.load_pathway(3)  # wrong
pc.lod_study("study.yaml")  # wrong
result: pc.RunResult = pc.run(study)
summary: pd.DataFrame = result.summary
result.by_setting.columns
result.tables.tornado
result.tables["tornado"]
result.sumary  # wrong
result.tables.tornadoo  # wrong
result.draws
result.drawn
result.drawns  # wrong
costed: pc.CostedPathway = result["baseline"]
costed.by("organisation", "frail", "period")
costed.by(3)  # wrong
costed.total_gpb  # wrong
change: pc.Comparison = result.compare("baseline", "day_case")
change.bridge("change")
change.bridge("chnage")  # wrong
patients, prices = pc.Cohort.alike(1), pc.UnitCosts.from_frame({})
town = {"all": {"acute": "RXX"}}
pc.cost_pathway(pathway, patients, prices, town, price_year="2024-25", count="half_cycle", period="year")
pc.cost_pathway(pathway, patients, prices, town, price_year="2024-25", count="half_cycles")  # wrong
pc.cost_pathway(pathway, patients, prices, town, price_year="2024-25", time_step="years")  # wrong
pc.cost_pathway(pathway, patients, prices, town, price_year="2024-25", discount={"gbp": 0.035, "timing": "exact"})
pc.cost_pathway(pathway, patients, prices, town, price_year="2024-25", discount={"gpb": 0.035})  # wrong
pc.cost_pathway(pathway, patients, prices, town, price_year="2024-25", discount={"timing": "exactly"})  # wrong
pc.cost_pathway(pathway, patients, prices, town, price_year="2024-25", intake={"over": "12 months"})
pc.cost_pathway(pathway, patients, prices, town, price_year="2024-25", intake={"ovre": "12 months"})  # wrong
pc.write(result, "out")
pc.write(costed, "out")  # wrong
pc.verify("out", study)
try:
    pc.check(study)
except pc.SpecFaults as faults:
    problems: tuple[pc.Problem, ...] = faults.problems
    faults.problem  # wrong
"""


def test_mypy_tells_the_lines_that_are_wrong(tmp_path):
    (tmp_path / "script.py").write_text(CODE, encoding="utf-8")
    options = ["--config-file=", "--strict", "--follow-imports=silent", f"--cache-dir={ROOT / '.mypy_cache' / 'users'}"]
    command = [sys.executable, "-m", "mypy", *options, str(tmp_path / "script.py")]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={"MYPYPATH": str(ROOT)})
    found = {int(line) for line in re.findall(r"script\.py:(\d+): error", told.stdout)}
    wrong = {number for number, line in enumerate(CODE.splitlines(), start=1) if line.endswith("# wrong")}
    assert found == wrong, told.stdout + told.stderr


def test_a_type_checker_knows_every_table_and_no_other():
    text = Path(sys.modules[TableNames.__module__].__file__).read_text(encoding="utf-8")
    assert re.findall(r"^        (\w+): pd\.DataFrame$", text, re.MULTILINE) == list(TABLES)


def test_the_package_ships_its_types():
    assert (ROOT / "pathway_cost" / "py.typed").is_file()

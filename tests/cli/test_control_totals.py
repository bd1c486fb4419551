"""`expect:` beside any file: its control total, met to the penny and to the record, or a fault that says by how much."""

from __future__ import annotations

import pytest

import pathway_cost as pc
from pathway_cost.errors import PathwayCostError, PlicsFaults, SpecFaults
from pathway_cost.plics.reading.expected_totals import TYPED
from pathway_cost.plics.reading.read_extracts import read_plics
from pathway_cost.specs.format.study import CohortSource
from pathway_cost.specs.reading.schema import json_schema
from tests.plics.three_forms import FORMS, KNEES, read, written

forms = pytest.mark.parametrize("form", FORMS)
PATHWAY = """\
pathway: k
roles: {acute: {kind: acute}}
attributes: {frail: {levels: ["no", "yes"]}}
parameters: {days: {value: 4, low: 3, high: 5}}
unit_costs: {theatre: {unit: episode, covers: part}, ward: {unit: bed_day, covers: part}, scan: {unit: episode, covers: part}}
start: {surgery: 1}
settings: {surgery: {role: acute, stay: days, uses: [{unit_cost: theatre}, {unit_cost: ward, per: day}, {unit_cost: scan}]}}
routes: {surgery: {home: rest}}
ends: [home]
"""
RULES = """\
min_n: 2
rules:
  theatre: {feed: APC, activities: ["THR*"], per: episode}
  ward: {feed: APC, activities: [WRD001], per: bed_day}
"""
FILES = {
    "pathway.yaml": PATHWAY,
    "rules.yaml": RULES,
    "cohort.csv": "frail,weight\nno,60.5\nyes,39.5\n",
    "prices.csv": "unit_cost,value_gbp,unit,covers,price_year,source\nscan,199.99,episode,part,2024-25,made up\n",
    "components.csv": "ActCstID,ResCstID,component\nTHR*,*,theatre\nWRD*,*,ward\n",
    "postcodes.csv": "postcode,lsoa\nLS1 4AB,E01\n",
    "index.csv": "index,price_year,rate\nours,2024-25,0.03\n",
    "mff.csv": "organisation,factor\nRXX,1.02\n",
    "draws.csv": "days\n3.5\n4.5\n",
}
GOOD = {
    "cohort": "{patients: 100, records: 2}", "table": "{gbp: 199.99, records: 1}", "plics": "{gbp: 20400, records: 3}",
    "components": "{records: 2}", "postcodes": "{records: 1}", "index": "{records: 1}", "mff": "{records: 1}",
    "draws": "{records: 2}",
}  # fmt: skip


def study(folder, form="xml", **expect):
    """A study whose every file has its control total."""
    for name, text in FILES.items():
        (folder / name).write_text(text)
    (folder / "plics").mkdir(exist_ok=True)
    written(folder / "plics", form, KNEES)
    of = GOOD | expect
    path = folder / "study.yaml"
    path.write_text(f"""\
study: knees
pathway: pathway.yaml
footprint: {{all: {{acute: "RXX"}}}}
cohort: {{file: cohort.csv, expect: {of["cohort"]}}}
price_year: 2024-25
unit_costs:
  - plics:
      files: "plics/*"
      rules: rules.yaml
      expect: {of["plics"]}
      components: {{file: components.csv, expect: {of["components"]}}}
      postcodes: {{file: postcodes.csv, expect: {of["postcodes"]}}}
  - {{table: prices.csv, expect: {of["table"]}}}
price_index: {{file: index.csv, kinds: {{acute: ours}}, expect: {of["index"]}}}
mff: {{file: mff.csv, expect: {of["mff"]}}}
uncertainty: {{table: draws.csv, expect: {of["draws"]}}}
synthetic: true
""")
    return path


@forms
def test_totals_that_are_met_change_nothing(tmp_path, form):
    result = pc.run(study(tmp_path, form))
    gbp = result.summary["cost_per_patient_gbp"].iloc[0]
    assert round(float(gbp), 2) == 7_003.99  # 5,000 + 4 × 450 + 1.02 × 199.99


OFF = {
    "cohort": ("{patients: 200}", "cohort.csv: not the control total: patients expected 200, found 100 (−100)"),
    "table": ("{gbp: 200.00}", "prices.csv: not the control total: pounds expected £200.00, found £199.99 (−£0.01)"),
    "plics": ("{gbp: 20400.01, records: 4}",
              "pounds expected £20,400.01, found £20,400.00 (−£0.01); records expected 4, found 3 (−1)"),
    "components": ("{records: 3}", "components.csv: not the control total: records expected 3, found 2 (−1)"),
    "postcodes": ("{records: 2}", "postcodes.csv: not the control total: records expected 2, found 1 (−1)"),
    "index": ("{records: 2}", "index.csv: not the control total"),
    "mff": ("{records: 0}", "mff.csv: not the control total: records expected 0, found 1 (+1)"),
    "draws": ("{records: 3}", "draws.csv: not the control total: records expected 3, found 2 (−1)"),
}  # fmt: skip


@pytest.mark.parametrize("file", OFF)
@pytest.mark.parametrize("door", [pc.run, pc.check])
def test_a_total_that_is_not_met_says_by_how_much(tmp_path, file, door):
    typed, words = OFF[file]
    with pytest.raises(PathwayCostError) as raised:
        door(study(tmp_path, **{file: typed}))
    (problem,) = raised.value.problems
    assert words in str(problem)


@pytest.mark.parametrize(
    ("file", "typed", "words"),
    [
        ("cohort", "{gbp: 5}", "takes patients and records, not gbp"),
        ("table", "{patients: 5}", "takes gbp and records, not patients"),
        ("plics", "{patients: 5}", "takes gbp and records, not patients"),
        ("mff", "{gbp: 5}", "takes records, not gbp"),
        ("draws", "{}", "at least one of gbp, patients and records"),
    ],
)
def test_totals_of_what_a_file_does_not_hold_are_refused(tmp_path, file, typed, words):
    with pytest.raises(SpecFaults) as raised:
        pc.check(study(tmp_path, **{file: typed}))
    assert words in str(raised.value)


@forms
def test_one_file_of_a_set_may_have_its_own(tmp_path, form):
    first = written(tmp_path, form, KNEES[:1], "a", PeriodEndDate="2024-12-31")
    others = written(tmp_path, form, KNEES[1:], "b", PeriodStartDate="2025-01-01")
    named = [
        {"file": str(first[-1]), "gbp": 6800.0, "records": 1},
        {"file": others[0].name, "gbp": 13600.0},
        {"records": 3},
    ]
    controls = read(first, others, expect=named).controls
    assert controls["difference_gbp"].tolist() == [0, 0]
    if form != "xml":
        assert controls["header_gbp"].tolist() == [6800, 13600]
        assert controls["accepted_reason"].tolist() == [TYPED, TYPED]
    with pytest.raises(PlicsFaults, match=r"£6,800.10, found £6,800.00 \(−£0.10\)"):
        read(first, others, expect=[{"file": first[0].name, "gbp": 6800.1}])
    with pytest.raises(PlicsFaults, match="names a file that is not among those read"):
        read(first, others, expect={"file": "c.xml", "gbp": 1.0})


def test_a_table_without_a_header_shows_the_total_of_the_whole_set(tmp_path):
    row = read_plics(written(tmp_path, "two tables", KNEES), expect={"gbp": 20400.0}).controls.iloc[0]
    assert row["accepted_reason"] == f"{TYPED} for all files: £20,400.00"


def test_a_header_that_agrees_with_itself_is_held_to_the_total_too(tmp_path):
    with pytest.raises(PlicsFaults, match="pounds expected"):
        pc.read_plics(written(tmp_path, "xml", KNEES), expect={"gbp": 20400.01})


def test_patients_typed_in_the_study_are_their_own_total():
    with pytest.raises(ValueError, match="stands beside a `file:`"):
        CohortSource.model_validate({"patients": 100, "expect": {"patients": 100}})


def test_the_schema_knows_it():
    definitions = json_schema("study")["$defs"]
    assert {"gbp", "patients", "records"} <= set(definitions["Expect"]["properties"])
    assert "expect" in definitions["PlicsSource"]["properties"]

"""A composition that undoes itself is told, with both totals; a change that moves nothing is refused by either door."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

import pathway_cost as pc
from pathway_cost.errors import EngineFaults
from tests.cli.toy_study import ALL_PRICES, edit, run_cli, write_study

SHARE = "{set_share: {setting: gp, route: surgery}, to: %s}"
EACH = 6800 + 0.1 * 240  # a knee of somebody who is not frail, with the way back
WARNING = "composition_undoes_itself"


def options(folder, *, more="", **changes):
    """The toy study, comparing scenarios of one change each, every way they can be composed."""
    study = write_study(folder, extracts=False)
    edit(folder, "pathway.yaml", "gp: {surgery: 0.6, home: 0.4}", "gp: {surgery: 0.6, home: rest}")
    for name, change in changes.items():
        text = f"scenario: {name}\namends: toy_knee\n{more}changes:\n  - {change}\n"
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    edit(folder, "study.yaml", "[shorter_stay.yaml]", f"[{', '.join(f'{name}.yaml' for name in changes)}]")
    names = [*changes, "+".join(changes), "+".join(reversed(changes))]
    edit(folder, "study.yaml", "[baseline, shorter_stay]", f"[baseline, {', '.join(names)}]")
    return study


def warnings_of(record):
    return [note for note in record["notes"] if note["rule"] == WARNING]


def run(study, folder):
    ran = run_cli("run", study, "--out", folder / "out")
    assert ran.code == 0, ran.err
    record = json.loads((folder / "out" / "run.json").read_text(encoding="utf-8"))
    return record, {name: each["total_gbp"] for name, each in record["totals"].items()}


def test_a_change_that_another_scenario_leaves_nothing_to_is_a_warning(tmp_path):
    study = options(tmp_path, a="{set_parameter: los, to: 3}", b="{set_stay: surgery, to: 5}")
    record, totals = run(study, tmp_path)
    assert totals["a"] < totals["baseline"] < totals["b"] == pytest.approx(totals["b+a"], abs=0.005)
    (warned,) = warnings_of(record)
    assert "b+a: a, change 1 (set_parameter los) moves nothing here, though it does alone" in warned["what"]
    assert warned["where"]["item"] == "compare.4"


def test_the_later_wins_and_the_reader_is_told(tmp_path):
    study = options(tmp_path, a=SHARE % 0.4, b=SHARE % 0.3)
    record, totals = run(study, tmp_path)
    assert totals["a+b"] == pytest.approx(totals["b"], abs=0.005)
    assert totals["b+a"] == pytest.approx(totals["a"], abs=0.005)
    assert totals["a"] - totals["b"] == pytest.approx(
        0.1 * (90 / 0.99 * EACH + 10 / 0.95 * (6800 + 0.5 * 240)), abs=0.01
    )
    one, other = warnings_of(record)
    assert one["severity"] == "warning"
    assert one["where"]["file"] == "study.yaml"
    assert "a sets routes.gp.surgery.share to 0.4, then b sets it to 0.3: b, the later, wins" in one["what"]
    assert f"£{totals['b']:,.2f} in this order and £{totals['a']:,.2f} as b+a" in one["what"]
    assert f"£{totals['a']:,.2f} in this order and £{totals['b']:,.2f} as a+b" in other["what"]
    assert "scale_" in one["remedy"]


def test_the_list_of_changes_names_the_composition(tmp_path):
    record, _ = run(options(tmp_path, a=SHARE % 0.4, b=SHARE % 0.3), tmp_path)
    rows = [(row["scenario"], row["old"], row["new"]) for row in record["changed_values"]]
    assert rows == [("a", "0.6", "0.4"), ("b", "0.6", "0.3"), ("a+b", "0.4", "0.3"), ("b+a", "0.3", "0.4")]


def test_a_check_says_it_without_pounds(tmp_path):
    ran = run_cli("check", options(tmp_path, a=SHARE % 0.4, b=SHARE % 0.3))
    assert ran.code == 0
    assert ran.err.count("the later, wins") == 2
    assert "the total is" not in ran.err


def test_strict_makes_it_a_fault(tmp_path):
    study = options(tmp_path, a=SHARE % 0.4, b=SHARE % 0.3)
    assert run_cli("check", study, "--strict").code == 2


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (SHARE % 0.4, SHARE % 0.4),
        ("{scale_parameter: los, by: 0.5}", "{scale_parameter: los, by: 0.9}"),
        (SHARE % 0.4, "{scale_stay: surgery, by: 0.5}"),
    ],
)
def test_options_that_work_together_are_silent(tmp_path, a, b):
    assert not warnings_of(run(options(tmp_path, a=a, b=b), tmp_path)[0])


def test_what_is_set_and_then_scaled_says_what_the_other_order_does(tmp_path):
    study = options(tmp_path, a="{set_parameter: los, to: 2}", b="{scale_parameter: los, by: 0.5}")
    record, totals = run(study, tmp_path)
    one, other = warnings_of(record)
    assert "a sets los to 2, then b multiplies it by 0.5: in the other order a would undo that" in one["what"]
    assert "b multiplies los by 0.5, then a sets it to 2: a, the later, wins" in other["what"]
    knees = 90 * 0.6 / 0.99 + 10 * 0.6 / 0.95
    assert totals["b+a"] - totals["a+b"] == pytest.approx(450 * knees, abs=0.01)  # two days and one


def test_scenarios_of_other_patients_do_not_meet(tmp_path):
    study = options(tmp_path, a=SHARE % 0.4, b=SHARE % 0.3)
    for name, level in (("a", '"no"'), ("b", "Frail")):
        edit(tmp_path, f"{name}.yaml", "changes:", f"eligible: {{frail: {level}}}\nchanges:")
    record, totals = run(study, tmp_path)
    assert not warnings_of(record)
    assert totals["a+b"] == pytest.approx(totals["b+a"], abs=0.005)


# --- the other door -------------------------------------------------------------------------------------------------
def by_hand(tmp_path, *scenarios):
    write_study(tmp_path, extracts=False)
    pathway = pc.load_pathway(tmp_path / "pathway.yaml")
    prices = pc.UnitCosts.from_frame(pd.read_csv(tmp_path / "prices.csv", dtype=str), name="prices")
    people = pc.Cohort.from_frame(pd.DataFrame({"frail": ["no", "Frail"], "weight": [90, 10]}))
    loaded = [pc.load_scenario({"scenario": f"s{at}", "amends": "toy_knee", "changes": [each]}, pathway)
              for at, each in enumerate(scenarios)]  # fmt: skip
    roles = {"all": {"primary_care": "RZP", "acute": "RXX", "community": "RYY"}}
    return pc.cost_pathway(pathway, people, prices, roles, scenarios=loaded, price_year="2024-25")


def test_a_change_that_moves_nothing_is_refused_in_python_too(tmp_path):
    assert "physio.contact" in ALL_PRICES
    with pytest.raises(EngineFaults, match=r"change 1 \(scale_parameter los\) moves no quantity"):
        by_hand(tmp_path, {"scale_parameter": "los", "by": 1})


def test_the_warning_in_python(tmp_path):
    costed = by_hand(tmp_path, {"set_parameter": "los", "to": 2}, {"set_parameter": "los", "to": 3})
    (told,) = [note for note in costed.notes if note.rule == WARNING]
    assert "s0 sets los to 2, then s1 sets it to 3: s1, the later, wins" in str(told)
    assert re.search(r"£[\d,]+\.\d\d in this order and £[\d,]+\.\d\d as s1\+s0", str(told))
    assert f"{costed.total_gbp:,.2f} in this order" in str(told)

"""Hand-worked cases: each YAML file in tests/cases holds its inputs, the sum by hand, and the pounds it must give."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from ruamel.yaml import YAML

import pathway_cost as pc
from pathway_cost import errors
from tests.other_cases import KINDS
from tests.plics_case import price_case

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
HALF_A_PENNY = 0.005


def read(path: Path) -> dict:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def test_there_are_cases():
    assert len(CASES) >= 50


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path, tmp_path):
    case = read(path)
    assert case["case"].startswith("R")
    assert case["hand"]
    if "fault" in case["expect"]:
        with pytest.raises(errors.PathwayCostError) as raised:
            work(case, tmp_path)
        assert isinstance(raised.value, getattr(errors, case["expect"]["fault"]))
        missing = [word for word in case["expect"]["mentions"] if word.casefold() not in str(raised.value).casefold()]
        assert not missing, f"{missing} not in: {raised.value}"
        return
    found, notes = work(case, tmp_path)
    expect = dict(case["expect"])
    for word in expect.pop("warnings", []):
        assert any(word in f"{note.rule} {note}" for note in notes), f"no warning {word!r} among {notes}"
    assert expect
    compare(found, expect, path.stem)


def compare(found, expect, where):
    """Every figure expected, within half a penny."""
    for name, wanted in expect.items():
        place = f"{where}.{name}"
        assert name in found, f"{place} not found; there is {sorted(found)}"
        if isinstance(wanted, dict):
            compare(found[name], wanted, place)
        else:
            assert found[name] == pytest.approx(wanted, abs=HALF_A_PENNY), place


def work(case, folder):
    """The figures of a case, by the key it carries, and the notes beside them."""
    for kind, of_kind in KINDS.items():
        if kind in case:
            return of_kind(case, folder)
    return price_case(case, folder) if "records" in case else cost_case(case)


def cost_case(case):
    """Cost a case through the Python door, in its `time` if it has one; figures by scenario, bridges, denominators."""
    pathway = pc.load_pathway(case["pathway"])
    scenarios = {given["scenario"]: pc.load_scenario(given, pathway) for given in case.get("scenarios", [])}
    names = case.get("compare", ["baseline", *scenarios])
    costed = {
        name: pc.cost_pathway(
            pathway,
            cohort(case["cohort"]),
            [price_set(given, case["price_year"]) for given in case["unit_costs"]],
            case["footprint"],
            scenarios=[] if name == "baseline" else [scenarios[part] for part in name.split("+")],
            price_year=case["price_year"],
            **case.get("time", {}),
        )
        for name in names
    }
    found = {name: figures(costed, name) for name in names}
    found["bridge"] = {name: bridge(costed, name) for name in names if name != "baseline"}
    found["per"] = {
        setting: {name: one.per_setting(setting).cost_per_patient_gbp for name, one in costed.items()}
        for setting in case.get("report_per", [])
    }
    return found, [note for one in costed.values() for note in one.notes]


def cohort(given):
    return pc.Cohort.from_frame(pd.DataFrame(given["rows"])) if "rows" in given else pc.Cohort.alike(given["patients"])


def price_set(given, year):
    if "national" in given:
        return given["national"]
    rows = pd.DataFrame(given["rows"])
    defaults = {"organisation": "*", "price_year": year, "source": "case", "basis": "table"}
    for name, value in defaults.items():
        rows[name] = rows[name].fillna(value) if name in rows else value
    if "level" in rows:
        rows["level"] = rows["level"].fillna("")
    return pc.UnitCosts.from_frame(rows, name="case")


def figures(costed, name):
    one = costed[name]
    shown = {
        "total_gbp": one.total_gbp,
        "patients": one.patients,
        "cost_per_patient_gbp": one.cost_per_patient_gbp,
        "present_value_total_gbp": one.present_value_gbp,
        "quantity": one.quantities("unit_cost").set_index("unit_cost")["quantity"].to_dict(),
    }
    if name != "baseline":
        change = pc.compare(costed["baseline"], one)
        volume = change.volume()
        shown |= {
            "change_total_gbp": change.change_total_gbp,
            "change_per_patient_gbp": change.change_per_patient_gbp,
            "patients_change": change.patients_change,
            "change_volume_gbp": volume.volume_gbp,
            "change_rate_gbp": volume.rate_gbp,
        }
    return shown


def bridge(costed, name):
    frame = pc.compare(costed["baseline"], costed[name]).bridge()
    parts = dict(zip(frame["factor"], frame["gbp"], strict=True))
    parts["interaction"] = sum(gbp for factor, gbp in parts.items() if factor.startswith("interaction"))
    return parts

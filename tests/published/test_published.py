"""Published models, rebuilt in our format: each YAML file here holds its source, its inputs and its printed results."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from ruamel.yaml import YAML

import pathway_cost as pc
from tests.published import by_hand

FILES = sorted(Path(__file__).parent.glob("*.yaml"))
PAGE = Path(__file__).parents[2] / "docs" / "validation.md"
DISCOUNTED = "discounted "
ROUNDING = 1e-9  # of a number that lies on the edge between two printed ones


@cache
def case(name):
    return YAML(typ="safe").load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))


EXPECTED = [
    pytest.param(path.stem, number, id=f"{path.stem}-{expected['scenario']}-{expected['what']}-{number}")
    for path in FILES
    for number, expected in enumerate(case(path.stem)["expect"])
]


def test_there_are_published_models_of_every_kind():
    assert len(FILES) >= 5
    counts = {case(path.stem).get("study", {}).get("count") for path in FILES}
    assert counts == {None, "start", "end", "half_cycle", "simpson"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_model_names_its_source_and_every_gap_its_reason(path):
    written = case(path.stem)
    assert all(written[key].strip() for key in ("title", "shows", "source", "where", "note", "currency"))
    for expected in written["expect"]:
        missed = "ours" in expected
        assert missed == ("reason" in expected)
        assert not missed or abs(expected["ours"] - expected["printed"]) > half_a_unit(expected["digits"])


@pytest.mark.parametrize(("name", "number"), EXPECTED)
def test_printed_result(name, number):
    expected = case(name)["expect"][number]
    found = figure(name, expected)
    wanted, digits = expected.get("ours", expected["printed"]), expected["digits"]
    if "ours" in expected:
        digits = len(str(wanted).partition(".")[2])
    assert abs(found - wanted) <= half_a_unit(digits), f"{found} is not {wanted}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_page_shows_what_the_files_hold(path):
    written = case(path.stem)
    rows = re.findall(
        r"^\| (?!scenario )(\S+) \| [^|]+ \| (\S+) \| (\S+) \| (\S+) \|$", section(written["title"]), re.MULTILINE
    )
    shown = [(scenario, printed, ours, gap != "none") for scenario, printed, ours, gap in rows]
    assert shown == [
        (
            expected["scenario"],
            f"{expected['printed']:,.{expected['digits']}f}",
            f"{expected.get('ours', expected['printed']):,.{expected['digits']}f}",
            "ours" in expected,
        )
        for expected in written["expect"]
    ]


def section(title):
    return PAGE.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def half_a_unit(digits):
    """Half a unit of the last printed digit."""
    return 0.5 * 10.0**-digits + ROUNDING


def figure(name, expected):
    """The figure of a scenario; with `change_per`, its change over the change of another figure."""
    scenario, what = expected["scenario"], expected["what"]
    if "change_per" in expected:
        return change(name, scenario, what) / change(name, scenario, expected["change_per"])
    less = one_figure(name, scenario, expected["less"]) if "less" in expected else 0.0
    return one_figure(name, scenario, what) - less


def change(name, scenario, what):
    return one_figure(name, scenario, what) - one_figure(name, "baseline", what)


def one_figure(name, scenario, what):
    """Pounds a patient, or how often something is counted a patient."""
    costed = cost(name, scenario)
    if "count:" not in what:
        return getattr(costed, what)
    column = "quantity_per_patient"
    if what.startswith(DISCOUNTED):
        what, column = what.removeprefix(DISCOUNTED), "discounted_quantity_per_patient"
    return float(costed.quantities("unit_cost").set_index("unit_cost").loc[what, column])


@cache
def cost(name, scenario, **study):
    """A published model through the Python door; a tree without `study` has no time."""
    given = case(name)
    pathway = pc.load_pathway(given["pathway"])
    scenarios = {each["scenario"]: pc.load_scenario(each, pathway) for each in given["scenarios"]}
    return pc.cost_pathway(
        pathway,
        cohort(given["cohort"]),
        prices(given),
        given["footprint"],
        scenarios=[] if scenario == "baseline" else [scenarios[part] for part in scenario.split("+")],
        price_year=given["price_year"],
        **{**given.get("study", {}), **study},
    )


def cohort(given):
    return pc.Cohort.alike(given["patients"], {name: at for name, at in given.items() if name != "patients"})


def prices(given):
    declared = given["pathway"]["unit_costs"]
    rows = [
        {
            "unit_cost": key,
            "organisation": "*",
            "value_gbp": float(gbp),
            "unit": declared[key]["unit"],
            "covers": declared[key]["covers"],
            "price_year": given["price_year"],
            "source": given["source"],
        }
        for key, gbp in given["prices"].items()
    ]
    return pc.UnitCosts.from_frame(pd.DataFrame(rows), name="published")


# --- why a printed figure is missed --------------------------------------------------------------------------------
SICK_SICKER = [
    pytest.param(name, scenario, id=f"{name}-{scenario}")
    for name in ("sick_sicker", "sick_sicker_by_age")
    for scenario in ("baseline", "a", "b", "a+b")
]


@pytest.mark.parametrize(("name", "scenario"), SICK_SICKER)
@pytest.mark.parametrize(
    ("weights", "which"), [(by_hand.original_weights, "printed"), (by_hand.simpson_weights, "ours")]
)
def test_sick_sicker_differs_by_its_weights_alone(name, scenario, weights, which):
    """One trace by hand: the original's weights give the printed figures, Simpson's give ours."""
    pounds, qalys = [each for each in case(name)["expect"] if each["scenario"] == scenario]
    found_gbp, found_qalys = by_hand.sick_sicker(case(name), scenario, weights(75))
    assert found_gbp == pytest.approx(pounds[which], abs=0.5 if which == "printed" else 0.01)
    assert found_qalys == pytest.approx(qalys[which], abs=0.0005 if which == "printed" else 0.00005)


@pytest.mark.parametrize("scenario", ["baseline", "combination"])
def test_the_half_cycle_model_differs_by_the_moment_of_discounting_alone(scenario):
    """½ Σ v^(k−1) (x(k−1) + x(k)) = ½ Σ v^(k−1) x(k−1) + ½ × 1.06 × Σ v^k x(k): our two other ways to count."""
    (expected,) = (
        each
        for each in case("hiv_half_cycle")["expect"]
        if each["scenario"] == scenario and each["what"] == "present_value_per_patient_gbp"
    )
    at_start = cost("hiv_half_cycle", scenario, count="start").present_value_per_patient_gbp
    at_end = cost("hiv_half_cycle", scenario, count="end").present_value_per_patient_gbp
    assert abs(0.5 * at_start + 0.5 * 1.06 * at_end - expected["printed"]) <= half_a_unit(expected["digits"])

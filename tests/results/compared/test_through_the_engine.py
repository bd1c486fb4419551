"""Results of the real engine: a knee pathway with a loop, two organisations, levels, uptake, volume and a composition."""

import pytest

from pathway_cost.engine.model.case import Case
from pathway_cost.engine.pounds.cost import cost_scenario
from pathway_cost.engine.pounds.effects import effects_of_changes
from pathway_cost.engine.pounds.lives import Lives
from pathway_cost.results.compared.comparison import Comparison, compare
from pathway_cost.results.costed.from_engine import costed_of
from pathway_cost.results.frames.run_result import RunResult
from pathway_cost.results.frames.tables_of_run import assemble
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.scenario import Scenario
from pathway_cost.tables.cohort.cohort import Cohort
from pathway_cost.tables.prices.prices import Prices

PATHWAY = Pathway.model_validate(
    {
        "pathway": "knee",
        "roles": {"acute": {"kind": "acute"}, "community": {"kind": "community"}},
        "attributes": {"frail": {"levels": ["no", "yes"]}},
        "unit_costs": {
            "theatre": {"unit": "episode", "covers": "part"},
            "bed_day": {"unit": "bed_day", "covers": "part"},
            "physio": {"unit": "contact", "covers": "whole"},
            "assess": {"unit": "contact", "covers": "whole"},
        },
        "start": "surgery",
        "settings": {
            "surgery": {
                "role": "acute",
                "stay": {"by": "frail", "values": {"no": 4, "yes": 6}},
                "uses": [
                    {"unit_cost": "theatre"},
                    {"unit_cost": "bed_day", "per": "day"},
                    {"unit_cost": "assess", "per": "patient"},
                ],
            },
            "rehab": {"role": "community", "uses": [{"unit_cost": "physio", "quantity": 5}]},
        },
        "routes": {
            "surgery": {"rehab": {"share": {"by": "frail", "values": {"no": 0.1, "yes": 0.5}}}, "home": "rest"},
            "rehab": {
                "surgery": {"share": 0.2, "uses": [{"unit_cost": "assess", "role": "community", "quantity": 2}]},
                "home": "rest",
            },
        },
        "ends": ["home"],
    }
)
PRICES = Prices.from_frame(
    {
        "unit_cost": ["theatre", "theatre", "bed_day", "bed_day", "bed_day", "physio", "assess", "assess"],
        "organisation": ["RXX", "RXX", "RXX", "RXX", "RYY", "RYY", "RXX", "RYY"],
        "level": ["", "", "frail=no", "frail=yes", "", "", "", ""],
        "component": ["medical", "implants", "unsplit", "unsplit", "unsplit", "therapies", "unsplit", "unsplit"],
        "value_gbp": [3000.0, 2000.0, 400.0, 450.0, 380.0, 60.0, 90.0, 80.0],
        "unit": ["episode", "episode", "bed_day", "bed_day", "bed_day", "contact", "contact", "contact"],
        "covers": ["part"] * 5 + ["whole"] * 3,
        "price_year": ["2024-25"] * 8,
        "source": ["by hand"] * 8,
    },
    price_year="2024-25",
)
COHORT = Cohort.from_frame({"patient_id": ["a", "b", "c"], "frail": ["no", "yes", "no"], "weight": [50.0, 30.0, 20.0]})
FOOTPRINT = {"all": {"acute": "RXX", "community": "RYY"}}
SHORTER = Scenario.model_validate(
    {"scenario": "shorter", "amends": "knee", "eligible": {"frail": ["no"]}, "uptake": 0.4,
     "changes": [{"scale_stay": "surgery", "by": 0.5}, {"set_share": {"setting": "surgery", "route": "rehab"}, "to": 0.3}],
     "one_off_costs": [{"id": "lead", "role": "acute", "year": "2026-27", "gbp": 60000, "what": "project lead"}]}
)  # fmt: skip
CHEAPER = Scenario.model_validate(
    {"scenario": "cheaper", "amends": "knee", "uptake": 0.5,
     "changes": [{"scale_unit_cost": {"unit_cost": "theatre", "component": "implants"}, "by": 0.9}]}
)  # fmt: skip
MORE = Scenario.model_validate(
    {"scenario": "more", "amends": "knee", "changes": [{"scale_patients": {"where": {"frail": ["yes"]}}, "by": 1.5}]}
)
MOVED = Scenario.model_validate(
    {
        "scenario": "moved",
        "amends": "knee",
        "changes": [{"set_role": {"setting": "surgery", "use": "bed_day"}, "to": "community"}],
    }
)
DROPPED = Scenario.model_validate(
    {"scenario": "dropped", "amends": "knee", "changes": [{"remove_setting": "rehab", "send_to": "home"}]}
)


def cost(*scenarios):
    lives, name = lives_of(scenarios), "+".join(scenario.scenario for scenario in scenarios) or "baseline"
    return costed_of(cost_scenario(lives, scenarios, name=name), lives.case.cohort)


def lives_of(scenarios):
    cohort = COHORT.coded({"frail": ("no", "yes")}, {}, {"all": None})
    return Lives(Case(PATHWAY, cohort, FOOTPRINT, {"all": scenarios}), PRICES)


def bridge(before, after):
    frame = compare(before, after).bridge()
    return {row.factor: row.gbp for row in frame.itertuples() if abs(row.gbp) > 1e-6}


def test_baseline_by_hand():
    """Fit (70): rehab 0.1 of every stay, 0.2 of these back: 1/(1 − 0.02) stays. Frail (30): 1/(1 − 0.1) stays."""
    fit = (5000 + 4 * 400 + 0.1 * (5 * 60 + 0.2 * 2 * 80)) / 0.98 + 90
    frail = (5000 + 6 * 450 + 0.5 * (5 * 60 + 0.2 * 2 * 80)) / 0.9 + 90
    result = cost()
    assert result.total_gbp == pytest.approx(70 * fit + 30 * frail)
    assert result.by("segment")["gbp_per_patient"].tolist() == pytest.approx([fit, frail])
    assert result.patient_costs()["expected_cost_gbp"].tolist() == pytest.approx([fit, frail, fit])


def test_per_setting_counts_patients_once_however_often_they_come():
    """All reach surgery once at least; rehab is reached by 0.1 of the fit and 0.5 of the frail: 7 + 15 (first stay) …"""
    result = cost()
    assert result.per_setting("surgery").patients == pytest.approx(100.0)
    assert result.visits.set_index("setting").loc["surgery", "visits"] == pytest.approx(70 / 0.98 + 30 / 0.9)
    assert result.per_setting("rehab").patients == pytest.approx(70 * 0.1 + 30 * 0.5)
    assert result.per_setting("home").patients == pytest.approx(100.0)


def test_volume_is_the_patients_factor():
    """15 more frail patients at their own cost."""
    before, after = cost(), cost(MORE)
    frail = before.by("segment").set_index("frail").loc["yes", "gbp_per_patient"]
    assert bridge(before, after) == {"patients": pytest.approx(15 * frail)}
    assert compare(before, after).patients_change == pytest.approx(15.0)


def test_another_organisation_at_its_own_old_price():
    """Bed days move from RXX (£400 fit, £450 frail) to RYY (£380)."""
    assert bridge(cost(), cost(MOVED)) == {"organisation": pytest.approx(-(70 / 0.98 * 4 * 20 + 30 / 0.9 * 6 * 70))}


def test_a_component_is_the_unit_cost_factor():
    """£200 less an operation for half of everybody."""
    assert bridge(cost(), cost(CHEAPER)) == {"unit cost": pytest.approx(-0.5 * 200 * (70 / 0.98 + 30 / 0.9))}


def test_a_removed_setting_is_routing():
    parts = bridge(cost(), cost(DROPPED))
    assert set(parts) == {"routing"}


def test_the_change_to_a_composition_leaves_the_first_scenario_alone():
    parts = bridge(cost(SHORTER), cost(SHORTER, CHEAPER))
    assert set(parts) == {"unit cost"}


@pytest.mark.parametrize(
    "scenarios", [[SHORTER], [SHORTER, CHEAPER], [MORE, SHORTER], [MOVED, SHORTER], [DROPPED, CHEAPER, MORE]]
)
def test_the_bridge_closes_and_cuts_sum(scenarios):
    before, after = cost(), cost(*scenarios)
    frame = compare(before, after).bridge()
    recurrent = frame[frame["factor"] != "one-off costs"]["gbp"]
    change = after.total_gbp - before.total_gbp
    assert abs(recurrent.sum() - change) <= 1e-9 * (before.total_gbp + recurrent.abs().sum())
    for cut in ("setting", "organisation", "component", "segment", "arm"):
        assert after.by(cut)["gbp"].sum() == pytest.approx(after.total_gbp, rel=1e-9)


def test_a_whole_run():
    costed = {"baseline": cost(), "shorter": cost(SHORTER), "shorter+cheaper": cost(SHORTER, CHEAPER)}
    result = RunResult("knees", "Knees", costed, assemble(costed, report_per=["rehab"]), {})
    eligible = result.summary[result.summary["per"] == "eligible patient"]
    assert eligible["patients"].tolist() == [70.0] * 3
    assert result.beside["gbp"].tolist() == [60_000.0, 60_000.0]
    assert set(result.changes["scenario"]) == {"shorter", "cheaper"}
    assert len(result.patients_frame()) == 9
    assert result.unit_costs_used["baseline_gbp"].sum() == pytest.approx(costed["baseline"].total_gbp)
    weights = COHORT.weight
    patients = result.patients_frame()
    for name, each in costed.items():
        mine = patients.loc[patients["scenario"] == name, "expected_cost_gbp"]
        assert (mine.to_numpy() * weights).sum() == pytest.approx(each.total_gbp)


def test_the_bridge_by_change_from_the_engines_own_totals():
    """Every change of `shorter`, then of `cheaper`; the parts sum to the change, the one-off stands last."""
    composed = (SHORTER, CHEAPER)
    lives = lives_of(composed)
    steps = effects_of_changes(lives, composed, cost_scenario(lives, composed))
    before, first, both = cost(), cost(SHORTER), cost(SHORTER, CHEAPER)
    whole = Comparison(before, both, lambda: steps).bridge(by="change")
    assert whole["factor"].tolist() == [
        "shorter 1: scale_stay surgery",
        "shorter 2: set_share surgery.rehab",
        "cheaper 1: scale_unit_cost theatre, component implants",
        "one-off costs",
    ]
    assert whole["gbp"].iloc[:-1].sum() == pytest.approx(both.total_gbp - before.total_gbp)
    later = Comparison(first, both, lambda: steps).bridge(by="change")
    assert later["gbp"].iloc[0] == pytest.approx(both.total_gbp - first.total_gbp)

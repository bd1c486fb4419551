"""What may be changed without the engine: totals at other prices, uptakes and patients are the engine's, and the rest is not offered."""

import math
from dataclasses import replace

import numpy as np
import pytest

from pathway_cost.results.frames import assemble
from pathway_cost.results.frames.live_model import what_moves
from tests.reports.workbook import live_study
from tests.reports.workbook.live_study import CHEAPER, FIXED, MORE, fifteen_years, hips

LEAFLET = {
    "scenario": "leaflet", "amends": "hip", "uptake": 0.3, "eligible": {"frail": ["yes"]},
    "changes": [{"set_parameter": "p_back", "to": {"value": 0.02, "unit": "share"}}],
}  # fmt: skip
ADDS = {"scenario": "adds", "amends": "hip", "changes": [{"add_patients": {}, "patients": 30}]}
ALL_OF_THREE = [
    "baseline", "cheaper", "more", "leaflet", "cheaper+more", "cheaper+leaflet", "more+leaflet", "cheaper+more+leaflet",
]  # fmt: skip


def at_uptakes(moves, name, ratios, totals):
    """A total at uptakes that are so many times the run's."""
    found = 0.0
    for corner in moves.corners[name]:
        weights = [ratios[each] for each in corner.taken] + [1 - ratios[each] for each in corner.not_taken]
        found += math.prod(weights) * totals[corner.scenario]
    return found


def at_prices(moves, name, prices):
    """A total at some prices of the study's own; rows that follow none keep their pounds."""
    rows = moves.lines[name].frame
    keys = zip(rows["organisation"], rows["unit_cost"], rows["level"], rows["follows"], strict=True)
    price = np.array([prices.get(key, np.nan) for key in keys])
    return float(np.where(rows["follows"] == "", rows["gbp"], rows["quantity"] * rows["times"] * price).sum())


def prices_of(result):
    frame = result.unit_costs_used
    keys = frame[live_study.KEYS].astype(str).itertuples(index=False, name=None)
    return dict(zip(keys, frame["value_gbp"], strict=True))


def without_baseline(result, *names):
    """Some scenarios of a run on their own, the first of them what the others are compared with."""
    costed = {name: result[name] for name in names}
    return replace(result, costed=costed, tables=assemble(costed))


def refused(result):
    return {each.name: each.why_not for each in what_moves(result).uptakes}


# --- what is offered is exact --------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def three():
    return hips(scenarios=(CHEAPER, MORE, LEAFLET), compare=ALL_OF_THREE)


@pytest.mark.parametrize("uptakes", [(0.9, 0.1, 1.0), (0.0, 1.0, 0.0), (0.33, 0.8, 0.6)])
def test_three_scenarios_together_at_other_uptakes(three, uptakes):
    """Multilinear in the uptakes, each arm at its own volume, prices and shares, whoever is eligible for what."""
    given = dict(zip(("cheaper", "more", "leaflet"), uptakes, strict=True))
    wanted = hips(scenarios=(CHEAPER, MORE, LEAFLET), compare=ALL_OF_THREE, uptakes=given)
    moves = what_moves(three)
    ratios = {each.name: given[each.name] / each.value for each in moves.uptakes}
    assert [len(moves.corners[name]) for name in ALL_OF_THREE] == [1, 2, 2, 2, 4, 4, 4, 8]
    for name in ALL_OF_THREE:
        totals = {each: three[each].total_gbp for each in three}
        assert at_uptakes(moves, name, ratios, totals) == pytest.approx(wanted[name].total_gbp, rel=1e-12)
        patients = {each: three[each].patients for each in three}
        assert at_uptakes(moves, name, ratios, patients) == pytest.approx(wanted[name].patients, rel=1e-12)


def test_an_uptake_beside_one_that_differs_by_year():
    """Where patients start over two years and take one scenario up as in the year they start, the other's uptake still moves."""
    ramp = {"2026-27": 0.2, "2027-28": 0.7}
    asked = {"intake": {"over": "24 months", "first_year": "2026-27"}}
    run = fifteen_years(**asked, uptakes={"remote_review": ramp})
    wanted = fifteen_years(**asked, uptakes={"remote_review": ramp, "long_life_implant": 0.15})
    moves = what_moves(run)
    assert refused(run) == {"long_life_implant": "", "remote_review": "by_year"}
    totals, ratios = {name: run[name].total_gbp for name in run}, {"long_life_implant": 0.15 / 0.7}
    for name in run:
        assert at_uptakes(moves, name, ratios, totals) == pytest.approx(wanted[name].total_gbp, rel=1e-12)


@pytest.mark.parametrize("make", [hips, fifteen_years])
def test_rows_at_the_prices_of_the_run_sum_to_its_totals(make):
    run = make()
    for name in run:
        assert at_prices(what_moves(run), name, prices_of(run)) == pytest.approx(run[name].total_gbp, rel=1e-12)


def test_a_single_price_moves_every_total_as_the_engine_says():
    """One that a scenario divides and multiplies in part, and one of £0 that a scenario multiplies."""
    run = hips()
    moves, prices = what_moves(run), prices_of(run)
    assert set(moves.prices.values()) == {""}
    for key in (("RXX", "kit", "", "unsplit"), ("RXX", "ward.bed_day", "", "overheads")):
        other = prices[key] * 1.7 + 11
        wanted = hips(prices={key: other})
        for name in run:
            found = at_prices(moves, name, prices | {key: other})
            assert found == pytest.approx(wanted[name].total_gbp, rel=1e-12), (key, name)


def test_a_row_says_how_it_follows_its_price():
    """Who takes a scenario that multiplies a price pays that; who does not, pays the study's own: two rows."""
    rows = what_moves(hips()).lines["more"].frame
    beds = rows[(rows["unit_cost"] == "ward.bed_day") & (rows["component"] == "nursing")]
    assert sorted(beds["times"]) == pytest.approx([1.0, 1.1])
    kit = rows[rows["unit_cost"] == "kit"].set_index("component")
    assert kit["times"].to_dict() == pytest.approx({"unsplit": 1.0, "walkers": 0.4 * 0.5, "sticks": 0.6})
    assert set(kit["follows"]) == {"unsplit"}
    fixed = what_moves(hips()).lines["fixed"].frame
    assert fixed.loc[fixed["unit_cost"] == "gp.consult", "follows"].tolist() == [""]


def test_a_price_that_grows_is_followed_by_what_its_pounds_bear_out():
    rows = what_moves(fifteen_years()).lines["baseline"].frame
    clinic = rows.loc[rows["unit_cost"] == "review.clinic", "times"]
    assert len(clinic)
    assert clinic.between(1.0, 1.03**6, inclusive="neither").all()


# --- what is not exact is not offered ------------------------------------------------------------------------------
def test_an_uptake_is_offered_only_beside_what_stands_without_it():
    asked = {"scenarios": (CHEAPER, MORE)}
    assert refused(hips(**asked, compare=["baseline", "cheaper"])) == {"cheaper": ""}
    assert refused(hips(**asked, compare=["baseline", "cheaper+more"])) == {"cheaper": "apart", "more": "apart"}
    assert refused(hips(**asked, compare=["baseline", "cheaper", "cheaper+more"])) == {"cheaper": "apart", "more": ""}
    assert refused(without_baseline(hips(**asked, compare=["baseline", "cheaper", "more"]), "cheaper", "more")) == {
        "cheaper": "apart",
        "more": "apart",
    }
    pairs = ["baseline", "cheaper", "cheaper+more", "cheaper+leaflet", "more+leaflet", "cheaper+more+leaflet"]
    three = hips(scenarios=(CHEAPER, MORE, LEAFLET), compare=pairs)
    assert refused(three)["leaflet"] == "apart"
    assert len(what_moves(three).corners["cheaper+more+leaflet"]) == 2 ** sum(
        not why for why in refused(three).values()
    )


def test_an_uptake_of_nobody_or_of_the_same_patients_is_not_offered():
    nested = {**MORE, "uptake_with": {"cheaper": "same_patients"}}
    compare = ["baseline", "cheaper", "more", "cheaper+more"]
    assert refused(hips(scenarios=(CHEAPER, nested), compare=compare)) == dict.fromkeys(
        ("cheaper", "more"), "same_patients"
    )
    assert refused(hips(scenarios=(CHEAPER, nested), compare=compare[:3])) == dict.fromkeys(("cheaper", "more"), "")
    nobody = {**CHEAPER, "uptake": 0.0}
    assert refused(hips(scenarios=(nobody,), compare=["baseline", "cheaper"])) == {"cheaper": "nobody"}


def test_patients_are_not_offered_where_a_scenario_adds_a_number_of_them():
    run = hips(scenarios=(CHEAPER, ADDS), compare=["baseline", "cheaper", "adds"])
    assert what_moves(run).patients.why_not == "adds_patients"
    assert what_moves(hips()).patients.value == pytest.approx(400.0)
    more = hips(scenarios=(CHEAPER, ADDS), compare=["baseline", "cheaper", "adds"], times=2.0)
    assert more["adds"].total_gbp != pytest.approx(2 * run["adds"].total_gbp, rel=1e-3)  # the reason


def test_a_price_that_the_first_scenario_makes_is_not_offered():
    """The study's own is not among the prices in use then, so that nobody could say what would follow from another."""
    run = without_baseline(hips(scenarios=({**MORE, "uptake": 1.0}, FIXED), compare=["more", "fixed"]), "more", "fixed")
    why = what_moves(run).prices
    assert {key[1] for key in why} == {"gp.consult", "hip.episode", "kit"}
    assert set(why.values()) == {""}
    rows = what_moves(run).lines["fixed"].frame
    assert set(rows.loc[rows["follows"] == "", "unit_cost"]) == {"gp.consult", "ward.bed_day"}


def test_a_price_of_nothing_that_moves_with_time_is_not_offered():
    """No pounds say by how much it would have grown."""
    run = fifteen_years(prices={("review.clinic", "medical"): 0.0})
    unclear = [key for key, said in what_moves(run).prices.items() if said == "unclear"]
    assert [key[1] for key in unclear] == ["review.clinic"]

"""Draws, single parameters and evidence sets of a whole study, against figures by hand and against runs of their own."""

from __future__ import annotations

import pandas as pd
import pytest

import pathway_cost as pc
from pathway_cost.errors import EngineFaults, TableFaults
from pathway_cost.results.frames.catalogue import TABLES
from tests.asked_study import DAYS, ONCE, WARD, alone, row, run, write

LESS = {"scenario": "less", "changes": [{"scale_stay": "ward", "by": 0.8}]}
SAFER = {
    "scenario": "safer",
    "changes": [{"set_parameter": "p_back", "to": {"value": 0.04, "low": 0.02, "high": 0.07}}],
}
CHEAPER = {"scenario": "cheaper", "changes": [{"scale_unit_cost": "ward.day", "by": 0.9}]}


def setting(name, value):
    """The pathway with one parameter at a value, and sure of it."""
    old = WARD["parameters"][name]
    spread = old.get("spread")
    moved = {"spread": {"lognormal": {"sd": spread["lognormal"]["sd"] * value / old["value"]}}} if spread else {}
    return {
        **WARD,
        "parameters": {**WARD["parameters"], name: {"value": value, "unit": old["unit"], **moved}},
    }


def change_at(name, value, *scenarios):
    """Scenario → its change in pounds where a parameter of the pathway is this number."""
    pathway = setting(name, value)
    before = alone(pathway).total_gbp
    return {each["scenario"]: alone(pathway, each).total_gbp - before for each in scenarios}


def asked_for(result):
    """The tables of a run that it has only because its study asks."""
    return {name for name in result.tables.written() if not TABLES[name].always}


# --- draws -------------------------------------------------------------------------------------------------------
def test_r6_the_uncertainty_of_a_mean_stay(tmp_path):
    """los 4.65, sd 2.83 between 2,150 patients, £450 a day: the draws of the mean have sd £27.46."""
    frame = run(tmp_path, ONCE, uncertainty={"draws": 4000, "seed": 1}).uncertainty
    mean = row(frame, scenario="baseline", measure="cost_per_patient_gbp")
    assert mean["sd"] == pytest.approx(27.46, rel=0.03)
    assert mean["mean"] == pytest.approx(4.65 * 450, abs=4 * 27.46 / 4000**0.5)


def test_r27_the_uncertainty_of_a_price(tmp_path):
    """£450 ± £25 a day and exactly 4 days: £100 a patient."""
    certain = {**ONCE, "parameters": {"los": {"value": 4, "unit": "day"}}}
    asked = {"uncertainty": {"draws": 4000, "seed": 1}}
    frame = run(tmp_path, certain, errors={"ward.day": 25.0}, **asked).uncertainty
    assert row(frame, scenario="baseline", measure="cost_per_patient_gbp")["sd"] == pytest.approx(100, rel=0.03)
    asked["uncertainty"]["unit_costs"] = False
    frame = run(tmp_path / "fixed", certain, errors={"ward.day": 25.0}, **asked).uncertainty
    assert row(frame, scenario="baseline", measure="cost_per_patient_gbp")["sd"] == 0


def test_a_scenario_that_moves_no_drawn_pound_differs_by_nothing(tmp_path):
    """Only what is counted and the price of nothing that is drawn: a scenario of another price of £0 quantity."""
    same = {"scenario": "same", "changes": [{"add_use": "ward", "use": {"count": "seen"}}]}
    frame = run(tmp_path, WARD, same, uncertainty={"draws": 200}, errors={"ward.day": 25.0}).uncertainty
    change = row(frame, scenario="same", measure="change_total_gbp")
    assert (change[["mean", "sd", "p2_5", "p97_5", "probability_less"]] == 0).all()


def test_a_scenario_more_moves_no_other_figure(tmp_path):
    one = run(tmp_path / "one", WARD, LESS, uncertainty={"draws": 100}).uncertainty
    two = run(tmp_path / "two", WARD, CHEAPER, LESS, SAFER, uncertainty={"draws": 100}).uncertainty
    kept = two[two["scenario"].isin(["baseline", "less"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(one, kept)


def test_draws_of_a_discounted_study_are_of_its_present_value(tmp_path):
    asked = {"horizon": "1 year", "discount": {"gbp": 0.5}, "uncertainty": {"draws": 50}}
    result = run(tmp_path, WARD, LESS, **asked)
    frame = result.uncertainty
    mean = row(frame, scenario="baseline", measure="total_gbp")
    assert mean["basis"] == "present_value_gbp"
    assert mean["mean"] == pytest.approx(result["baseline"].present_value_gbp, abs=4 * mean["se_mean"])
    assert result["baseline"].present_value_gbp < 0.999 * result["baseline"].total_gbp


TIME = {"horizon": "60 days", "discount": {"gbp": 0.3}, "period": "week"}


def test_the_fan_ends_where_the_draws_do(tmp_path):
    """The change so far, draw by draw: at the horizon it is the whole change."""
    found = run(tmp_path, WARD, LESS, SAFER, uncertainty={"draws": 80}, **TIME)
    for name in ("less", "safer"):
        fan = found.fan[found.fan["scenario"] == name]
        whole = row(found.uncertainty, scenario=name, measure="change_total_gbp")
        points = ["mean", "p2_5", "p25", "p50", "p75", "p97_5"]
        assert fan.iloc[-1][points].tolist() == pytest.approx(whole[points].tolist(), rel=1e-9)
        assert fan["to_day"].iloc[-1] == 60


def test_the_ledger_of_time_sums_to_the_total(tmp_path):
    result = run(tmp_path, WARD, LESS, **TIME)
    for frame in (result.profile, result.profile_by_organisation):
        for name, rows in frame.groupby("scenario"):
            assert rows["gbp"].sum() == pytest.approx(result[name].total_gbp, rel=1e-9)
            assert rows["present_value_gbp"].sum() == pytest.approx(result[name].present_value_gbp, rel=1e-9)
    change = result["less"].present_value_gbp - result["baseline"].present_value_gbp
    assert result.fan["mean"].iloc[-1] == pytest.approx(change, rel=1e-9)


def test_own_draws(tmp_path):
    study = write(tmp_path, WARD, LESS, uncertainty={"table": "draws.csv"})
    (tmp_path / "draws.csv").write_text("los,p_back\n4,0.1\n5,0.2\n")
    drawn = pc.run(study).uncertainty
    total = row(drawn, scenario="baseline", measure="total_gbp")
    by_hand = [100 * 450 * 4 / 0.9, 100 * 450 * 5 / 0.8]
    assert total["mean"] == pytest.approx(sum(by_hand) / 2)
    assert total["sd"] == pytest.approx((by_hand[1] - by_hand[0]) / 2**0.5)
    change = row(drawn, scenario="less", measure="change_total_gbp")
    assert change["mean"] == pytest.approx(-0.2 * sum(by_hand) / 2)


def test_own_draws_of_what_a_scenario_declares(tmp_path):
    shorter = {"scenario": "shorter", "parameters": {"factor": {"value": 0.8, "low": 0.7, "high": 0.9}}}
    shorter["changes"] = [{"scale_stay": "ward", "by": "factor"}]
    study = write(tmp_path, WARD, shorter, uncertainty={"table": "draws.csv"})
    (tmp_path / "draws.csv").write_text("factor\n0.5\n0.7\n")
    change = row(pc.run(study).uncertainty, scenario="shorter", measure="change_total_gbp")
    assert change["mean"] == pytest.approx(-0.4 * 100 * 450 * 4.65 / 0.9)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("lso\n4\n", ["draws.csv (lso)", "nearest: 'los'"]),
        ("los\n4\nlong\n", ["draws.csv row 2 (los)", "not a finite number"]),
        ("los\n", ["draws.csv", "empty"]),
    ],
)
def test_own_draws_that_cannot_be_used(tmp_path, table, words):
    study = write(tmp_path, WARD, uncertainty={"table": "draws.csv"})
    (tmp_path / "draws.csv").write_text(table)
    with pytest.raises(TableFaults) as caught:
        pc.run(study)
    assert all(word in str(caught.value) for word in words), caught.value


def test_own_draws_that_are_not_there(tmp_path):
    with pytest.raises(TableFaults, match=r"drawn\.csv: there is no file"):
        run(tmp_path, WARD, uncertainty={"table": "drawn.csv"})


# --- shares that cannot be ---------------------------------------------------------------------------------------
WIDE = {
    **WARD,
    "parameters": {
        **WARD["parameters"],
        "p_back": {"value": 0.3, "se": 0.1, "unit": "share"},
        "p_far": {"value": 0.5, "se": 0.12, "unit": "share"},
    },
}
WIDE["routes"] = {"ward": {"ward": "p_back", "far": "p_far", "home": "rest"}}
WIDE["ends"] = ["home", "far"]


def test_draws_whose_shares_exceed_one_are_a_fault(tmp_path):
    with pytest.raises(EngineFaults) as caught:
        run(tmp_path, WIDE, LESS, uncertainty={"draws": 500, "seed": 2})
    message = str(caught.value)
    assert "pathway.yaml:" in message
    assert "of 500 draws" in message
    assert "drawn there: p_back, p_far" in message
    assert "excess_shares: redraw" in message


def test_the_scenarios_own_parameters_are_named_too(tmp_path):
    far = {"scenario": "far", "changes": [{"set_parameter": "p_back", "to": {"value": 0.6, "se": 0.2}}]}
    certain = {**WIDE, "parameters": {**WARD["parameters"], "p_back": 0.1, "p_far": {"value": 0.3, "unit": "share"}}}
    with pytest.raises(EngineFaults, match="drawn there: p_back"):
        run(tmp_path, certain, far, uncertainty={"draws": 500, "seed": 2})


def test_draws_whose_shares_exceed_one_are_drawn_again(tmp_path):
    asked = {"uncertainty": {"draws": 500, "seed": 2, "excess_shares": "redraw"}}
    result = run(tmp_path, WIDE, LESS, **asked)
    frame = result.uncertainty
    assert row(frame, scenario="baseline", measure="total_gbp")["draws"] == 500
    (told,) = [each for each in result.notes if each.rule == "draws_exceeded_one"]
    assert "of 500 draws, which were replaced by other draws" in told.what


def test_draws_whose_shares_exceed_one_are_brought_back_and_told(tmp_path):
    result = run(tmp_path, WIDE, LESS, uncertainty={"draws": 500, "seed": 2, "excess_shares": "renormalise"})
    (told,) = [each for each in result.notes if each.rule == "draws_exceeded_one"]
    assert "of 500 draws, which were brought back to 1" in told.what


# --- one or two parameters ---------------------------------------------------------------------------------------
def test_the_ends_of_the_tornado_are_runs_of_their_own(tmp_path):
    frame = run(tmp_path, WARD, LESS, CHEAPER, sensitivity={"one_way": "all"}).tornado
    assert sorted(set(frame["parameter"])) == ["los", "p_back"]
    for name, bars in frame.groupby("parameter"):
        for end, change in (("low", "change_at_low_gbp"), ("high", "change_at_high_gbp")):
            expected = change_at(name, bars[end].iloc[0], LESS, CHEAPER)
            assert dict(zip(bars["scenario"], bars[change], strict=True)) == pytest.approx(expected, rel=1e-9)


def test_a_scenarios_own_version_moves_at_the_same_probability(tmp_path):
    frame = run(tmp_path, WARD, SAFER, sensitivity={"one_way": ["p_back"]}).tornado
    bar = row(frame, scenario="safer", parameter="p_back")
    assert bar["value"] == 0.04
    assert bar["low"] == pytest.approx(0.02, abs=0.004)
    assert bar["change_gbp"] == pytest.approx(alone(WARD, SAFER).total_gbp - alone(WARD).total_gbp, rel=1e-9)


def test_only_the_parameters_asked_for_move(tmp_path):
    frame = run(tmp_path, WARD, LESS, sensitivity={"one_way": ["los"]}).tornado
    assert frame["parameter"].tolist() == ["los"]
    assert run(tmp_path / "none", WARD, LESS, sensitivity={"one_way": "none"}).tornado.empty


def test_a_parameter_that_only_a_scenario_uses_is_in_the_tornado(tmp_path):
    """The pathway declares it; a scenario's share reads it."""
    known = {
        **WARD,
        "parameters": {**WARD["parameters"], "p_new": {"value": 0.05, "low": 0.02, "high": 0.09, "unit": "share"}},
    }
    new = {"scenario": "new", "changes": [{"set_share": {"setting": "ward", "route": "ward"}, "to": "p_new"}]}
    frame = run(tmp_path, known, new, sensitivity={"one_way": "all"}, uncertainty={"draws": 200})
    assert "p_new" in frame.tornado["parameter"].tolist()
    assert "p_new" in frame.information["group"].tolist()


def test_what_only_a_scenario_states_has_a_value_of_information(tmp_path):
    shorter = {"scenario": "shorter", "parameters": {"factor": {"value": 0.98, "low": 0.7, "high": 1.3}}}
    shorter["changes"] = [{"scale_stay": "ward", "by": "factor"}]
    asked = {"uncertainty": {"draws": 400, "groups": {"effect": ["factor"], "both": ["los", "factor"]}}}
    frame = run(tmp_path, WARD, shorter, **asked).information
    everything = row(frame, group="everything")["evppi_total_gbp"]
    assert everything > 0
    assert row(frame, group="effect")["evppi_total_gbp"] == pytest.approx(everything, rel=0.1)


def test_the_grid_is_runs_of_their_own(tmp_path):
    frame = run(tmp_path, WARD, LESS, sensitivity={"one_way": "none", "two_way": [["los", "p_back"]]}).grid
    assert len(frame) == 25
    for cell in frame.iloc[[0, 7, 24]].itertuples():
        pathway = setting("los", cell.value_1)
        pathway["parameters"]["p_back"] = {"value": cell.value_2, "unit": "share"}
        change = alone(pathway, LESS).total_gbp - alone(pathway).total_gbp
        assert cell.change_gbp == pytest.approx(change, rel=1e-9)


def test_a_grid_over_what_only_a_scenario_is_unsure_of(tmp_path):
    certain = {**WARD, "parameters": {**WARD["parameters"], "p_back": {"value": 0.1, "unit": "share"}}}
    asked = {"sensitivity": {"one_way": "none", "two_way": [["los", "p_back"]]}}
    assert len(run(tmp_path, certain, SAFER, **asked).grid) == 25


def test_extremes_are_no_milder_than_any_single_end(tmp_path):
    found = run(tmp_path, WARD, LESS, CHEAPER, sensitivity={})
    for name in ("less", "cheaper"):
        bars = found.tornado[found.tornado["scenario"] == name]
        ends = bars[["change_at_low_gbp", "change_at_high_gbp"]].to_numpy()
        assert row(found.extremes, scenario=name, case="best")["change_gbp"] <= ends.min()
        assert row(found.extremes, scenario=name, case="worst")["change_gbp"] >= ends.max()


def test_ends_at_which_shares_exceed_one_are_missing(tmp_path):
    """p_back and p_far at their high ends together: more than everybody leaves the ward."""
    found = run(tmp_path, WIDE, LESS, sensitivity={"two_way": [["p_back", "p_far"]]})
    grid = found.grid
    possible = grid["value_1"] + grid["value_2"] <= 1
    assert 0 < possible.sum() < len(grid)
    assert (grid["change_gbp"].notna() == possible).all()


def test_an_end_at_which_nobody_leaves_a_loop_is_missing(tmp_path):
    """p_back may be 1, where patients come back for ever; the other bars and ends stand."""
    ever = {"value": 0.1, "low": 0, "high": 1, "interval": "range", "unit": "share"}
    pathway = {**WARD, "parameters": {**WARD["parameters"], "p_back": ever}}
    found = run(tmp_path, pathway, LESS, sensitivity={})
    bars = found.tornado.set_index("parameter")
    assert bars.index.tolist() == ["los", "p_back"]
    assert bars["change_at_high_gbp"].isna().tolist() == [False, True]
    assert bars.loc["p_back", "change_at_low_gbp"] == pytest.approx(-0.2 * 4.65 * 450 * 100)
    assert found.extremes["change_gbp"].notna().all()


# --- evidence sets -----------------------------------------------------------------------------------------------
def test_evidence_sets_are_runs_of_their_own(tmp_path):
    sets = {"trial": {"los": 3.5}, "audit": {"los": 5.0, "p_back": 0.2}}
    frame = run(tmp_path, WARD, LESS, evidence_sets=sets).evidence_sets
    figures = {"stated": 4.65 / 0.9, "trial": 3.5 / 0.9, "audit": 5.0 / 0.8}
    for name, patient_days in figures.items():
        before, after = (row(frame, scenario=scenario, set=name) for scenario in ("baseline", "less"))
        assert before["total_gbp"] == pytest.approx(100 * 450 * patient_days, rel=1e-9)
        assert before["cost_per_patient_gbp"] == pytest.approx(450 * patient_days, rel=1e-9)
        assert after["change_total_gbp"] == pytest.approx(-0.2 * 100 * 450 * patient_days, rel=1e-9)


def test_a_scenarios_own_value_stays_as_the_scenario_says(tmp_path):
    """0.1 becomes 0.2 in the baseline; the scenario sets 0.04 itself."""
    frame = run(tmp_path, WARD, SAFER, evidence_sets={"worse": {"p_back": 0.2}}).evidence_sets
    assert row(frame, scenario="safer", set="worse")["total_gbp"] == pytest.approx(100 * 450 * 4.65 / 0.96, rel=1e-9)


def test_an_evidence_set_whose_shares_exceed_one_is_a_fault(tmp_path):
    with pytest.raises(EngineFaults, match=r"study\.yaml:\d+:\d+ \(evidence_sets\.too_many\).* at routes\.ward"):
        run(tmp_path, WIDE, LESS, evidence_sets={"fine": {"p_far": 0.4}, "too_many": {"p_far": 0.9}})


def test_a_study_of_one_pathway_has_draws_and_no_change(tmp_path):
    asked = {"sensitivity": {"two_way": [["los", "p_back"]], "break_even": [{"parameter": "los"}]}}
    result = run(tmp_path, WARD, uncertainty={"draws": 60}, **asked)
    assert asked_for(result) == {"uncertainty", "information"}
    assert "sensitivity_of_no_change" in {note.rule for note in result.notes}


def test_what_cannot_be_in_some_draws_is_said_of_draws(tmp_path):
    """A stay of 4.65 less 3 ± 1.5 days is below 0 in some."""
    net = {"cut": {"value": 3, "se": 1.5}, "net": {"formula": "los - cut"}}
    setting = {"ward": {**WARD["settings"]["ward"], "stay": "net"}}
    pathway = {**WARD, "parameters": {**WARD["parameters"], **net}, "settings": setting}
    with pytest.raises(EngineFaults, match=r"pathway\.yaml:\d+.* in some draws the value is -"):
        run(tmp_path, pathway, uncertainty={"draws": 300})


def test_a_study_that_asks_nothing_is_told_nothing(tmp_path):
    assert asked_for(run(tmp_path, WARD, prices=DAYS)) == set()

"""A prepared study answers from memory what a run of its files would say, to the last bit."""

import json
import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pathway_cost as pc
from pathway_cost.errors import (
    ComparisonFaults,
    EngineFaults,
    PathwayCostError,
    PriceFaults,
    SpecFaults,
    StudyChangedWarning,
)
from tests.asked_study import write

CARE = {
    "parameters": {
        "los": {"value": 4.0, "low": 2.0, "high": 8.0, "unit": "day"},
        "p_back": {"value": 0.1, "low": 0.05, "high": 0.4, "unit": "share"},
        "visits": {"value": 2.0, "unit": "visits"},
        "wait": {"value": 1.0, "unit": "week"},
    },
    "start": {"ward": 1},
    "settings": {
        "ward": {"role": "acute", "stay": "los", "uses": [{"unit_cost": "ward.day", "per": "day"}]},
        "rehab": {"role": "community", "stay": "wait", "uses": [{"unit_cost": "visit", "quantity": "visits"}]},
    },
    "routes": {"ward": {"rehab": 0.3, "ward": "p_back", "home": "rest"}, "rehab": {"home": 1}},
}  # fmt: skip
HUB = {
    "scenario": "hub",
    "parameters": {"shorter": {"value": 0.8, "low": 0.5, "high": 1.0, "unit": "times"}},
    "changes": [{"scale_stay": "ward", "by": "shorter"}, {"set_parameter": "p_back", "to": {"value": 0.12, "low": 0.1, "high": 0.3}}],
}  # fmt: skip
HOME = {
    "scenario": "home_first",
    "uptake": {"always": 0.5},
    "changes": [{"set_share": {"setting": "ward", "route": "rehab"}, "to": 0.1}],
}
PRICES = {"ward.day": 450.0, "visit": 40.0}
ASKED = {
    "compare": ["baseline", "hub", "hub+home_first"],
    "uncertainty": {"draws": 20, "seed": 1},
    "sensitivity": {"one_way": "all", "break_even": [{"parameter": "los"}]},
    "walk": {"patients": 200, "seed": 1},
}


def written(folder, care=CARE, *scenarios, **asked):
    """The toy's study in files; its path."""
    return write(folder, care, *(scenarios or (HUB, HOME)), prices=PRICES, **{**ASKED, **asked})


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    return pc.prepare(written(tmp_path_factory.mktemp("ready")))


def in_days():
    """The toy with its wait in days, so that nothing is converted, and a second scenario whose factor reads a parameter."""
    care, home = deepcopy(CARE), deepcopy(HOME)
    care["parameters"]["wait"] = {"value": 1.0, "unit": "day"}
    home["changes"].append({"scale_parameter": "visits", "by": {"formula": "1 + p_back"}})
    return care, home


@pytest.fixture(scope="module")
def ready_in_days(tmp_path_factory):
    care, home = in_days()
    return pc.prepare(written(tmp_path_factory.mktemp("ready"), care, HUB, home))


def assert_same(one, other):
    """Two results hold the same pounds, visits and flows, to the last bit."""
    for name in ("visit_rows", "flow_rows", "weights", "segments"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    pd.testing.assert_frame_equal(one.cube.frame, other.cube.frame, check_exact=True)


def assert_same_answers(ready, result):
    """All that a prepared study says is what a run says."""
    assert ready.compared == result.compared
    first, *others = result.compared
    for name in result.compared:
        assert_same(ready.cost(name), result[name])
    for name in others:
        for by in ("factor", "change"):
            bridge = result.compare(first, name).bridge(by)
            pd.testing.assert_frame_equal(ready.bridge(first, name, by), bridge, check_exact=True)
        assert ready.compare(first, name).change_total_gbp == result.compare(first, name).change_total_gbp


# --- the law -----------------------------------------------------------------------------------------------------
CHANGED = st.fixed_dictionaries(
    {},
    optional={
        "los": st.floats(2.0, 8.0),
        "p_back": st.floats(0.05, 0.4),
        "visits": st.floats(0.5, 9.0),
        "wait": st.floats(0.5, 4.0),
        "hub.shorter": st.floats(0.5, 0.99),
        "hub.p_back": st.floats(0.13, 0.3),
    },
)


def edited(changed, care=CARE):
    """The toy's pathway and its hub, with other numbers written in."""
    care, hub = deepcopy(care), deepcopy(HUB)
    for name, value in changed.items():
        if name == "hub.p_back":
            hub["changes"][1]["to"]["value"] = value
        elif name == "hub.shorter":
            hub["parameters"]["shorter"]["value"] = value
        else:
            care["parameters"][name]["value"] = value
    return care, hub


@settings(max_examples=12, deadline=None)
@given(CHANGED)
def test_other_numbers_cost_what_a_run_of_the_edited_files_costs(tmp_path_factory, ready, changed):
    care, hub = edited(changed)
    result = pc.run(written(tmp_path_factory.mktemp("edited"), care, hub, HOME))
    found = ready.what_if(changed)
    assert_same_answers(found, result)
    pd.testing.assert_frame_equal(found.draws(), result.draws, rtol=1e-12)
    for name in ("tornado", "break_even", "attribution"):
        pd.testing.assert_frame_equal(getattr(found, name)(), getattr(result, name), check_exact=True)
    for name, walked in found.walk().items():
        assert (walked.gbp == result.sampled[name].gbp).all()


@settings(max_examples=12, deadline=None)
@given(CHANGED, CHANGED)
def test_numbers_moved_again_cost_what_a_run_of_the_edited_files_costs(tmp_path_factory, ready_in_days, first, second):
    care, home = in_days()
    care, hub = edited({**first, **second}, care)
    result = pc.run(written(tmp_path_factory.mktemp("edited"), care, hub, home))
    found = ready_in_days.what_if(first).what_if(second)
    assert_same_answers(found, result)
    for name in result.compared:
        assert [str(note) for note in found.cost(name).notes] == [str(note) for note in result[name].notes]
    pd.testing.assert_frame_equal(found.tornado(), result.tornado, check_exact=True)


@settings(max_examples=8, deadline=None)
@given(st.floats(0.3, 0.95), st.floats(1.1, 3.0), st.sampled_from(["baseline", "hub"]))
def test_other_changes_cost_what_a_run_of_their_file_costs(tmp_path_factory, ready, shorter, more, after):
    changes = [
        {"scale_stay": "ward", "by": shorter},
        {"scale_quantity": {"setting": "rehab", "use": "visit"}, "by": more},
    ]
    asked = {"scenario": "what_if", "changes": changes}
    name = "what_if" if after == "baseline" else f"{after}+what_if"
    compare = list(dict.fromkeys(["baseline", after, name]))
    result = pc.run(written(tmp_path_factory.mktemp("changed"), CARE, HUB, HOME, asked, compare=compare))
    assert_same_answers(ready.what_if(changes=changes, after=after), result)


def test_a_run_is_a_prepared_study_and_all_that_it_asks(tmp_path, ready):
    again, once = pc.run(ready), pc.run(written(tmp_path))
    for name, table in once.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], table, check_exact=True)
    assert [str(note) for note in again.notes] == [str(note) for note in once.notes]


def test_pounds_by_hand(ready):
    """A patient comes 1 ÷ (1 − 0.1) times: 4 days × £450, and 3 in 10 go on to 2 visits at £40; then 5 days, and 3 visits."""
    assert ready.cost("baseline").cost_per_patient_gbp == pytest.approx((4 * 450 + 0.3 * 2 * 40) / 0.9)
    found = ready.what_if({"los": 5.0, "visits": 3.0})
    assert found.cost("baseline").cost_per_patient_gbp == pytest.approx((5 * 450 + 0.3 * 3 * 40) / 0.9)


@pytest.mark.parametrize("clocked", ["0.1 * exp(-years)", "0.1 - 0.01 * min(years, 5)"])
def test_a_change_that_reads_the_clock_lets_time_pass_in_the_baseline_too(tmp_path, clocked):
    changes = [{"set_parameter": "p_back", "to": {"value": {"formula": clocked}}}]
    asked = {"scenario": "what_if", "changes": changes}
    plain = {"prices": PRICES, "compare": ["baseline", "what_if"]}
    result = pc.run(write(tmp_path / "run", CARE, asked, **plain))
    found = pc.prepare(write(tmp_path / "ready", CARE, prices=PRICES)).what_if(changes=changes)
    assert_same_answers(found, result)
    back = pc.prepare(write(tmp_path / "clocked", CARE, asked, **plain)).what_if(
        changes=[{"scale_stay": "ward", "by": 0.5}]
    )
    assert back.cost("baseline").modelled.evaluator == "expected"
    assert found.cost("baseline").modelled.evaluator == "profile"


# --- what is kept --------------------------------------------------------------------------------------------------
def test_the_baseline_of_another_scenario_is_not_costed_again(ready):
    before = ready.answers.costed("baseline")
    assert ready.what_if(changes=[{"scale_stay": "ward", "by": 0.5}]).answers.costed("baseline") is before
    assert ready.answers.costed("baseline") is before


def test_what_a_scenario_is_composed_after_stays_as_it_is(ready):
    found = ready.what_if(changes=[{"scale_stay": "ward", "by": 0.5}], after="hub+home_first")
    assert found.compared == ("baseline", "hub+home_first", "hub+home_first+what_if")
    assert found.answers.costed("hub+home_first") is ready.answers.costed("hub+home_first")


def test_a_plain_name_of_a_parameter_that_only_a_scenario_has(ready):
    one, other = ready.what_if({"shorter": 0.6}), ready.what_if({"hub.shorter": 0.6})
    assert_same(one.cost("hub"), other.cost("hub"))
    assert one.cost("hub").total_gbp < ready.cost("hub").total_gbp
    assert_same(one.cost("baseline"), ready.cost("baseline"))


def test_numbers_outside_their_limits_are_said_with_other_limits(ready):
    assert ready.what_if({"los": {"value": 12, "low": 8, "high": 16}}).cost("baseline").total_gbp == pytest.approx(
        100 * (12 * 450 + 0.3 * 2 * 40) / 0.9
    )


def test_what_is_asked_of_one_study_changes_no_other(ready):
    changed = ready.what_if({"los": 6.0})
    assert len(ready.draws(draws=7, seed=3)["draw"].unique()) == 7
    assert len(ready.draws(draws=None)["draw"].unique()) == 1000  # as where nothing is said
    assert len(ready.draws()["draw"].unique()) == 20
    assert changed.what_if({"visits": 3.0}).cost("baseline").total_gbp > changed.cost("baseline").total_gbp
    assert ready.cost("baseline").total_gbp == pytest.approx(100 * (4 * 450 + 0.3 * 2 * 40) / 0.9)


# --- faults --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "fault", "told"),
    [
        ({"parameters": {"loss": 3.0}}, SpecFaults, "no.*parameter 'loss'.*nearest: 'los'|'loss'; nearest: 'los'"),
        ({"parameters": {"hub.los": 3.0}}, SpecFaults, "'hub.los'"),
        ({"parameters": {"los": 9.0}}, SpecFaults, "lies outside low … high"),
        ({"parameters": {"los": "nine"}}, SpecFaults, "'nine'"),
        ({"parameters": {"los": float("nan")}}, SpecFaults, "finite"),
        (
            {"parameters": {"p_back": {"value": 0.8, "low": 0.1, "high": 0.9}}},
            SpecFaults,
            "shares of 'ward' sum to 1.1",
        ),
        ({"parameters": {"p_back": {"value": 1.2, "low": 0.1, "high": 2}}}, SpecFaults, "not a share between 0 and 1"),
        ({"changes": [{"scale_stay": "wrd", "by": 0.5}]}, SpecFaults, "nearest: 'ward'"),
        ({"changes": [{"scale_stay": "ward"}]}, SpecFaults, "`by` is missing"),
        ({"changes": [{"scale_stay": "ward", "by": 1}]}, EngineFaults, "moves no quantity, pound, visit or patient"),
        (
            {"changes": [{"set_share": {"setting": "ward", "route": "rehab"}, "to": 1.4}]},
            SpecFaults,
            "not a share between 0 and 1",
        ),
        ({"changes": [{"add_use": "ward", "use": {"unit_cost": "theatre"}}]}, SpecFaults, "theatre"),
        ({"changes": [{"scale_stay": "ward", "by": 0.5}], "after": "hubb"}, ComparisonFaults, "nearest: 'hub'"),
        ({"changes": {"scenario": "hub", "changes": [{"scale_stay": "ward", "by": 0.5}]}}, SpecFaults, "hub"),
        ({"parameters": {"los": 9.0, "loss": 1}}, SpecFaults, "2 faults"),
    ],
)
def test_a_what_if_that_cannot_be_is_a_fault_and_the_study_goes_on(ready, asked, fault, told):
    before = ready.cost("hub").total_gbp
    with pytest.raises(fault, match=told):
        ready.what_if(**asked)
    assert ready.cost("hub").total_gbp == before
    assert ready.what_if({"los": 5.0}).cost("baseline").total_gbp == pytest.approx(100 * (5 * 450 + 0.3 * 2 * 40) / 0.9)


def test_a_scenario_that_is_not_compared_is_named(ready):
    with pytest.raises(ComparisonFaults, match=r"does not compare 'hbu'.*nearest: 'hub'.*ask for one of baseline, hub"):
        ready.cost("hbu")


def test_a_unit_cost_that_nothing_prices_is_a_fault(ready):
    asked = {
        "unit_costs": {"theatre": {"unit": "episode", "covers": "part"}},
        "changes": [{"add_use": "ward", "use": {"unit_cost": "theatre"}}],
    }
    with pytest.raises(PriceFaults, match="theatre"):
        ready.what_if(changes=asked)


# --- what users give by mistake ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "fault", "told"),
    [
        ({"parameters": "los"}, SpecFaults, "a str names no parameters"),
        ({"parameters": [("los", 5)]}, SpecFaults, "a list names no parameters"),
        ({"parameters": {1: 5}}, SpecFaults, "name of a parameter is text; 1 is not"),
        (
            {"parameters": {"los": {"value": 5, "low": "x"}}},
            SpecFaults,
            r"los.low\): a number is needed, found text 'x'",
        ),
        ({"changes": 5}, SpecFaults, "a int is no scenario"),
        ({"changes": [{"scale_stay": "ward", "by": 0.5}], "after": None}, ComparisonFaults, "does not compare None"),
        ({"parameters": {"los": 5}, "after": "hubb"}, ComparisonFaults, "nearest: 'hub'"),
    ],
)
def test_what_is_of_another_kind_is_a_fault(ready, asked, fault, told):
    with pytest.raises(fault, match=told):
        ready.what_if(**asked)


def test_names_that_are_none_are_faults(ready):
    for name in (None, 5, [], {}, ("hub",)):
        with pytest.raises(ComparisonFaults, match="does not compare"):
            ready.cost(name)
        with pytest.raises(ComparisonFaults, match="does not compare"):
            ready.bridge("baseline", name)


@pytest.mark.parametrize("five", [np.int64(5), np.float32(5), {"value": np.int64(5)}])
def test_numbers_of_numpy_are_numbers(ready, five):
    assert ready.what_if({"los": five}).cost("baseline").total_gbp == pytest.approx(100 * (5 * 450 + 24) / 0.9)
    assert ready.what_if(pd.Series({"los": 5.0})).cost("baseline").total_gbp == pytest.approx(
        100 * (5 * 450 + 24) / 0.9
    )


def test_limits_alone_leave_the_value(ready):
    found = ready.what_if({"los": {"low": 3, "high": 6}})
    assert found.cost("baseline").total_gbp == ready.cost("baseline").total_gbp
    wide, narrow = (each.tornado(one_way=["los"]).iloc[0] for each in (ready, found))
    assert wide["low"] < narrow["low"] < narrow["high"] < wide["high"]


def test_changes_after_changes_have_names_of_their_own(ready):
    half = ready.what_if(changes=[{"scale_stay": "ward", "by": 0.5}])
    found = half.what_if(changes=[{"scale_patients": {}, "by": 2}], after="what_if")
    assert found.compared == ("baseline", "what_if", "what_if+what_if_2")
    assert found.cost("what_if+what_if_2").total_gbp == pytest.approx(200 * (2 * 450 + 24) / 0.9)


def test_a_study_with_nothing_to_move_has_an_empty_tornado(tmp_path, ready):
    alone = pc.prepare(write(tmp_path, CARE, prices=PRICES))
    assert alone.tornado().empty
    assert ready.tornado(one_way="none").empty


def test_a_study_is_shown_in_one_line_and_copied_as_itself(ready):
    assert repr(ready) == "PreparedStudy of asked: baseline, hub, hub+home_first"
    assert deepcopy(ready.compare("baseline", "hub")).bridge()["gbp"].sum() == pytest.approx(
        ready.compare("baseline", "hub").change_total_gbp
    )


def test_what_if_after_what_if_holds_no_more_than_one(ready):
    found = ready.what_if({"los": 5.0}).what_if({"visits": 3.0})
    assert found.answers.before is None
    assert found.cost("baseline").total_gbp == pytest.approx(100 * (5 * 450 + 0.3 * 3 * 40) / 0.9)


def test_equal_changes_in_another_order_are_other_rows(tmp_path):
    by_level = {"by": "frail", "values": {"no": 3.0, "yes": 5.0}}
    frail = CARE | {
        "attributes": {"frail": {"levels": ["no", "yes"]}},
        "parameters": CARE["parameters"] | {"los": by_level},
    }
    alike = {"patients": 100, "attributes": {"frail": "no"}}
    ready = pc.prepare(write(tmp_path, frail, prices=PRICES, cohort=alike))
    other = ready.what_if({"los": {"by": "frail", "values": {"yes": 5.0, "no": 3.0}}})
    assert other.answers.costed("baseline") is not ready.answers.costed("baseline")
    assert_same(other.cost("baseline"), ready.cost("baseline"))


def test_prices_that_only_a_what_if_asks_for_are_spoken_of(tmp_path):
    ready = pc.prepare(write(tmp_path, CARE, prices=PRICES | {"theatre": -5.0}))
    asked = {
        "unit_costs": {"theatre": {"unit": "contact", "covers": "part"}},
        "changes": [{"add_use": "ward", "use": {"unit_cost": "theatre"}}],
    }
    found = ready.what_if(changes=asked)
    assert found.cost("what_if").total_gbp == pytest.approx(100 * (4 * 450 - 5 + 24) / 0.9)
    assert any("below £0" in note.what for note in pc.run(found).notes)
    assert not any("below £0" in note.what for note in pc.run(ready).notes)
    with pytest.raises(PathwayCostError, match="below £0"):
        pc.run(found, strict=True)


def test_writing_in_a_result_changes_no_other_answer(ready):
    before = ready.cost("hub").total_gbp
    given = (ready.cost("hub"), ready.compare("baseline", "hub").after, pc.run(ready)["hub"])
    for each in given:
        cube, visits = each.cube.frame, each.visit_rows
        cube["gbp"], visits["visits"] = 0.0, 0.0
    assert ready.cost("hub").total_gbp == before
    assert ready.bridge("baseline", "hub")["gbp"].sum() == pytest.approx(before - ready.cost("baseline").total_gbp)
    assert ready.cost("hub").visit_rows["visits"].sum() > 0


# --- threads and files ---------------------------------------------------------------------------------------------
def test_threads_get_the_same_answers(ready):
    asked = [{"los": 2.0 + number / 10, "p_back": 0.05 + number / 200} for number in range(40)]

    def answer(changed):
        found = ready.what_if(changed)
        return [found.cost(name).total_gbp for name in found.compared], found.bridge("baseline", "hub")["gbp"].tolist()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(answer, asked)) == [answer(each) for each in asked]


def test_a_file_that_changed_since_is_told_and_the_answer_stays(tmp_path):
    path = written(tmp_path / "study")
    ready = pc.prepare(path)
    before = ready.cost("baseline").total_gbp
    prices = path.with_name("prices.csv")
    os.utime(prices, ns=(1, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # touched, not changed
        ready.cost("baseline")
    prices.write_text(prices.read_text().replace("450", "900"))
    with pytest.warns(StudyChangedWarning, match=r"prices.csv changed since the study was prepared.*prepare it again"):
        assert ready.cost("baseline").total_gbp == before
    assert ready.changed() == ("prices.csv",)
    with pytest.warns(StudyChangedWarning) as told:
        ready.what_if({"los": 5.0}, changes=[{"scale_stay": "ward", "by": 0.5}])
    assert len(told) == 1
    assert pc.prepare(path).cost("baseline").total_gbp > before
    prices.unlink()
    assert ready.changed() == ("prices.csv",)


def test_what_is_known_is_had_while_another_question_is_worked_out(ready):
    ready.cost("hub")
    with ThreadPoolExecutor(1) as pool, ready.turn:
        assert pool.submit(lambda: ready.compare("baseline", "hub").change_total_gbp).result(timeout=60) < 0


def test_a_run_of_a_what_if_is_recorded_as_handed_over(tmp_path, ready):
    found = pc.run(ready.what_if({"los": 5.0}))
    pc.write(found, tmp_path / "out")
    inputs = json.loads((tmp_path / "out" / "run.json").read_text())["inputs"]
    assert "given: toy" in inputs
    assert "pathway.yaml" not in inputs


def test_pathways_that_are_equal_in_another_order_have_their_own_order(ready):
    """What comes first in the scenario comes first in its rows, whatever was asked before."""
    places = [
        {"add_setting": name, "setting": {"role": "community"}, "routes": {"home": 1}} for name in ("hub_a", "hub_b")
    ]
    ways = [{"add_route": {"setting": "ward", "route": name}, "route": 0.1} for name in ("hub_a", "hub_b")]
    orders = [[*places, *ways], [*reversed(places), *ways]]
    first, second = ([*ready.what_if(changes=each).cost("what_if").visited["setting"]] for each in orders)
    assert [name for name in first if "hub" in name] == ["hub_a", "hub_b"]
    assert [name for name in second if "hub" in name] == ["hub_b", "hub_a"]


def test_what_is_said_to_prepare_is_not_said_to_run(ready):
    with pytest.raises(ValueError, match="said to `prepare`"):
        pc.run(ready, keep_patients=True)


def test_a_bridge_is_by_factor_or_by_change(ready):
    with pytest.raises(ValueError, match="not by 'month'"):
        ready.bridge("baseline", "hub", "month")


def test_the_record_of_a_what_if_says_nothing_of_where_the_study_lies(ready):
    found = pc.run(ready.what_if({"los": 5.0}))
    assert not [note for note in found.notes if str(note.where.file or "").startswith("/")]

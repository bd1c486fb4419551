"""What a study asks of single numbers and of sampled patients: every fault by its rule, at its line."""

from __future__ import annotations

import pytest

from pathway_cost.errors import Severity
from tests.specs.specs_toy import (
    PATHWAY,
    SCENARIO,
    STUDY,
    TRIAGE,
    assert_only,
    changed,
    pathway_problems,
    scenario_problems,
    study_problems,
)

EVEN = changed(PATHWAY, ("quantity: {excess: {of: los, over: 5}}", "quantity: 20"))
"""Patients who differ in their stays and waits only."""
UNSURE = changed(TRIAGE, ("to: 0.04}", "to: {value: 0.04, low: 0.02, high: 0.06}}"))
"""A scenario whose own version of a parameter is uncertain."""
CYCLES = changed(
    PATHWAY,
    ("unit_costs:\n", "cycle: month\nunit_costs:\n"),
    ("  rehab:\n    role: community\n    stay: 6", "  rehab:\n    role: community\n    stay: cycle"),
    ("quantity: contacts}", "quantity: contacts, per: visit}"),
    (
        "    readmission: {share: after_rehab.readmission, wait: 1,",
        "    rehab: rest\n    readmission: {share: 0.1, wait: 1,",
    ),
    ("    home: after_rehab.home\n", "    home: 0.3\n"),
)


def found(*lines, scenarios=(SCENARIO, TRIAGE), of=PATHWAY):
    """The study asking these things, and its problems."""
    text = changed(STUDY, ("report_per", "\n".join([*lines, "report_per"])))
    return text, study_problems(text, scenarios=scenarios, of=of)


GOOD = [
    "sensitivity: {one_way: [p_readmit, los, after_rehab, after_rehab.home, shorter]}",
    "sensitivity: {one_way: all, two_way: [[p_readmit, los], [shorter, after_rehab.home]]}",
    "sensitivity: {one_way: none, break_even: [{parameter: los}, {parameter: los, low: 4, high: 6}, {volume: true}]}",
    "sensitivity: {break_even: [{parameter: shorter}, {stay: rehab}, {stay: surgery, low: 0.8, high: 1.2}]}",
    "sensitivity: {break_even: [{unit_cost: physio.contact}, {unit_cost: knee.episode}, {unit_cost: theatre.knee}]}",
    "evidence_sets: {trial: {los: 3.5, p_readmit: 0.02}, ours: {shorter: 0.9}, nothing: {}}",
    "evidence_weights: {trial: 1, assumption: 0}",
    "walk: {patients: 1000}\nhorizon: 1 year",
]


@pytest.mark.parametrize("asked", GOOD, ids=range(len(GOOD)))
def test_nothing_is_found_where_nothing_is_wrong(asked):
    assert found(asked, of=EVEN)[1] == []


FAULTS = [
    ("one_way_of_what_is_not_drawn", "sensitivity: {one_way: [los, p_readmt]}", ["no parameter 'p_readmt'", "nearest: 'p_readmit'"]),
    ("one_way_of_what_is_not_drawn", "sensitivity: {one_way: [contacts]}", ["how unsure 'contacts' is", "low and high, se"]),
    ("two_way_of_what_is_not_drawn", "sensitivity: {two_way: [[los, p_rehb]]}", ["no parameter 'p_rehb'", "nearest: 'p_rehab'"]),
    ("two_way_of_what_is_not_drawn", "sensitivity: {two_way: [[los, p_rehab]]}", ["how unsure 'p_rehab' is"]),
    ("two_way_of_what_is_not_drawn", "sensitivity: {two_way: [[after_rehab, los]]}", ["a row of counts", "after_rehab.home, after_rehab.readmission"]),
    ("two_way_of_one_parameter", "sensitivity: {two_way: [[los, los]]}", ["'los' stands twice"]),
    ("lever_of_no_parameter", "sensitivity: {break_even: [{parameter: lso}]}", ["no parameter 'lso'", "nearest: 'los'"]),
    ("lever_of_no_number", "sensitivity: {break_even: [{parameter: p_rehab}]}", ["'p_rehab' is not one plain number"]),
    ("lever_of_no_number", "sensitivity: {break_even: [{parameter: contacts}]}", ["'contacts' is not one plain number"]),
    ("lever_of_no_number", "sensitivity: {break_even: [{parameter: after_rehab}]}", ["a row of counts"]),
    ("lever_of_no_number", "sensitivity: {break_even: [{parameter: after_rehab.home}]}", ["a share of a row of counts"]),
    ("lever_of_no_setting", "sensitivity: {break_even: [{stay: surgry}]}", ["no setting 'surgry'", "nearest: 'surgery'"]),
    ("lever_of_no_stay", "sensitivity: {break_even: [{stay: readmission}]}", ["'readmission' has no stay", "with a stay"]),
    ("lever_of_no_unit_cost", "sensitivity: {break_even: [{unit_cost: physio.contacts}]}", ["'physio.contacts'", "nearest: 'physio.contact'"]),
    ("lever_below_nothing", "sensitivity: {break_even: [{stay: rehab, low: -1, high: 2}]}", ["found -1", "0.8 for 20% less"]),
    ("lever_below_nothing", "sensitivity: {break_even: [{volume: true, low: -1, high: 2}]}", ["no patients below 0"]),
    ("lever_bounds_without_what_is_stated", "sensitivity: {break_even: [{parameter: los, low: 1, high: 4}]}", ["'los', which is 4.65", "between 1 and 4"]),
    ("lever_bounds_without_what_is_stated", "sensitivity: {break_even: [{stay: surgery, low: 10, high: 20}]}", ["1 (as stated)", "1.2 for 20% more"]),
    ("evidence_set_of_no_parameter", "evidence_sets: {trial: {lso: 4}}", ["no parameter 'lso'", "nearest: 'los'"]),
    ("evidence_set_of_no_number", "evidence_sets: {trial: {p_rehab: 0.2}}", ["'p_rehab' is not one plain number"]),
    ("evidence_set_of_no_number", "evidence_sets: {trial: {contacts: 4}}", ["'contacts' is not one plain number"]),
    ("evidence_set_of_no_number", "evidence_sets: {trial: {after_rehab: 0.9}}", ["'after_rehab' is not one plain number"]),
    ("evidence_set_of_no_number", "evidence_sets: {trial: {after_rehab.home: 0.9}}", ["a share of a row of counts"]),
    ("evidence_weight_out_of_range", "evidence_weights: {local: 80}", ["between 0 and 1; found 80", "write 0.8"]),
    ("evidence_weight_out_of_range", "evidence_weights: {local: -0.1}", ["found -0.1"]),
    ("walk_with_intake", "horizon: 2 years\nintake: {over: 12 months}\nwalk: {patients: 1000}", ["start together", "remove `walk:`"]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "asked", "mentions"), FAULTS, ids=[f"{n}_{case[0]}" for n, case in enumerate(FAULTS)])
def test_each_rule_finds_its_fault_at_its_line(rule, asked, mentions):
    text, problems = found(asked, of=EVEN)
    assert_only(problems, rule, text, asked.splitlines()[-1], mentions=mentions)
    assert len(problems) == 1


def test_a_declared_unit_cost_that_nobody_uses():
    more = changed(PATHWAY, ("  taxi.trip:", "  taxi.car: {unit: journey, covers: whole}\n  taxi.trip:"))
    text, problems = found("sensitivity: {break_even: [{unit_cost: taxi.car}]}", of=more)
    assert_only(problems, "lever_of_unused_unit_cost", text, "taxi.car", mentions=["nobody uses 'taxi.car'"])


def test_a_setting_that_repeats_every_cycle_has_no_stay_to_move():
    assert pathway_problems(CYCLES) == []
    text, problems = found("sensitivity: {break_even: [{stay: rehab}]}", of=CYCLES, scenarios=(TRIAGE,))
    problems = [each for each in problems if each.rule.startswith("lever")]
    assert_only(problems, "lever_of_no_stay", text, "break_even", mentions=["stays a cycle", "shares of leaving"])


def test_simpson_with_a_walk():
    lines = ["horizon: 2 years", "count: simpson", "walk: {patients: 1000}"]
    text, problems = found(*lines, of=CYCLES)
    problems = [each for each in problems if each.rule.startswith("walk_with_")]
    assert_only(problems, "walk_with_simpson", text, "walk:", mentions=["use `count: half_cycle`"])


def test_a_quantity_that_rests_on_a_spread_is_not_sampled():
    text, problems = found("walk: {patients: 1000}")
    assert_only(problems, "walk_without_spread", text, "walk:", mentions=["everybody has the mean: theatre.minute"])
    assert problems[0].severity is Severity.WARNING


def test_sensitivity_where_nothing_is_compared():
    baseline = changed(
        STUDY, ("compare: [baseline, day_case, day_case+triage]", "sensitivity: {}\ncompare: [baseline]")
    )
    assert_only(
        study_problems(baseline), "sensitivity_of_no_change", baseline, "sensitivity", mentions=["compare a scenario"]
    )
    alone = changed(
        STUDY,
        ("scenarios: [day_case.yaml, triage.yaml]\ncompare: [baseline, day_case, day_case+triage]", "sensitivity: {}"),
    )
    problems = study_problems(alone, scenarios=())
    assert_only(problems, "sensitivity_of_no_change", alone, "sensitivity")
    assert {each.severity for each in problems} == {Severity.WARNING}


def test_what_only_a_scenario_states_may_be_moved_too():
    assert scenario_problems(UNSURE) == []
    certain = changed(PATHWAY, ("low: 0.03, high: 0.07, ", ""))
    asked = "sensitivity: {one_way: [p_readmit], two_way: [[p_readmit, los]]}"
    assert found(asked, scenarios=(SCENARIO, UNSURE), of=certain)[1] == []
    assert {each.rule for each in found(asked, of=certain)[1]} == {
        "one_way_of_what_is_not_drawn",
        "two_way_of_what_is_not_drawn",
    }


def test_a_band_that_holds_a_scenarios_own_value_is_enough():
    asked = "sensitivity: {break_even: [{parameter: p_readmit, low: 0.035, high: 0.045}]}"
    assert found(asked)[1] == []
    assert [each.rule for each in found(asked, scenarios=(SCENARIO,))[1] if "lever" in each.rule] == [
        "lever_bounds_without_what_is_stated"
    ]


def test_all_faults_arrive_together():
    asked = [
        "sensitivity: {one_way: [a1], two_way: [[b1, los]], break_even: [{parameter: c1}, {stay: d1}, {unit_cost: e1}]}",
        "evidence_sets: {trial: {f1: 1}}",
        "evidence_weights: {expert: 2}",
    ]
    assert len(found(*asked)[1]) == 7

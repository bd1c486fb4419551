"""Faults of time in a pathway or study, each at its line."""

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

CYCLES = changed(
    PATHWAY,
    ("title: Knee", "cycle: year\ntitle: Knee"),
    ("stay: 6", "stay: cycle"),
    ("quantity: contacts}", "quantity: contacts, per: cycle}"),
)
IN_SETTING = "{by: years_in_setting, steps: {0: 0.1, 5: 0.3}}"

PATHWAY_FAULTS = [
    ("cycle_missing", CYCLES, [("cycle: year\n", "")], "cycle", ["add `cycle: year`"]),
    ("cycle_missing", PATHWAY, [("quantity: 2,", 'quantity: {formula: "1 + cycle"},')], "1 + cycle", ["cycle: year"]),
    ("cycle_without_setting", CYCLES, [("quantity: 2,", "quantity: 2, per: cycle,")], "inreach", ["give surgery `stay: cycle`"]),
    ("cycle_without_setting", CYCLES, [("role: community, per: day}", "role: community, per: cycle}")], "taxi.trip", ["`per: visit`"]),
    ("cycle_without_setting", CYCLES, [("{count: death}", "{count: death, per: cycle}")], "death", ["`per: visit`"]),
    ("use_in_cycle_unclear", CYCLES, [("contacts, per: cycle}", "contacts}")], "contacts}", ["`per: cycle`", "`per: visit`"]),
    ("stay_on_way_out_of_cycle", CYCLES, [("readmission, wait: 1,", "readmission, stay: 1,"), ("community, per: day}", "community}")], "stay: 1", ["`wait:`"]),
    ("wait_while_staying", CYCLES, [("home: after_rehab.home", "home: rest\n    longer: {to: rehab, share: 0.5, wait: 3}")], "wait: 3", ["a setting of its own"]),
    ("clock_where_no_time_passes", PATHWAY, [("stay: 6", 'stay: {formula: "6 - years"}')], "6 - years", ["'years'"]),
    ("clock_where_no_time_passes", PATHWAY, [("wait: 3", "wait: {by: years, steps: {0: 3, 1: 2}}")], "wait:", ["a wait"]),
    ("years_in_setting_elsewhere", PATHWAY, [("readmission: p_readmit", f"readmission: {IN_SETTING}")], IN_SETTING, ["give surgery `stay: cycle`"]),
    ("years_in_setting_elsewhere", CYCLES, [("contacts, per: cycle}", f"{IN_SETTING}, per: visit}}")], IN_SETTING, ["told by cycles"]),
    ("years_in_setting_elsewhere", CYCLES, [("unit: contact, covers", f"unit: contact, price_factor: {IN_SETTING}, covers")], IN_SETTING, ["told by cycles"]),
]  # fmt: skip


def test_cycles_have_no_fault():
    assert pathway_problems(CYCLES) == []


@pytest.mark.parametrize(
    ("rule", "base", "edits", "at", "mentions"),
    PATHWAY_FAULTS,
    ids=[f"{n}_{f[0]}" for n, f in enumerate(PATHWAY_FAULTS)],
)
def test_each_rule_of_a_pathway(rule, base, edits, at, mentions):
    text = changed(base, *edits)
    assert_only(pathway_problems(text), rule, text, at, mentions=mentions)


@pytest.mark.parametrize(
    "edits",
    [
        [("share: after_rehab.readmission", f"share: {IN_SETTING}"), ("home: after_rehab.home", "home: rest")],
        [("home: after_rehab.home", "home: rest\n    rehab: 0.5")],
        [("contacts, per: cycle}", f"{IN_SETTING}, per: cycle}}")],
    ],
    ids=["share", "staying", "quantity"],
)
def test_time_in_a_setting_that_repeats_is_told(edits):
    """Shares out and uses per cycle may depend on the years there, and staying is a route."""
    assert pathway_problems(changed(CYCLES, *edits)) == []


TIME_FAULTS = [
    ("time_without_sense", "horizon: soon", "horizon", ["`1 year`"]),
    ("time_without_sense", "horizon: 0 days", "horizon", ["longer than nothing"]),
    ("time_without_sense", "discount: {gbp: 35}", "discount", ["did you mean 3.5%"]),
    ("time_without_sense", "discount: {gbp: 3.5%}", "discount", ["Write 0.035"]),
    ("time_without_sense", "discount: {gbp: 6}", "discount", ["did you mean 6%? Write 0.06"]),
    ("time_without_sense", "count: half_cycle", "count", ["a horizon"]),
    ("time_without_sense", "intake: {over: a year}", "intake", ["`1 year`"]),
    ("time_without_sense", "horizon: 300 years", "horizon", ["at most 200 years"]),
    ("time_without_sense", "horizon: 100 days\ntime_step: year", "time_step", ["longer than the horizon of 100 days"]),
    ("time_without_sense", "horizon: 1 year\ntime_step: month\nperiod: day", "time_step", ["longer than the period"]),
    ("time_without_sense", "horizon: 20 years\nperiod: day", "period", ["more than 1,200 periods"]),
    ("count_of_no_cycles", "horizon: 2 years\ncount: half_cycle", "count", ["`stay: cycle`", "leave `count` out"]),
]


def test_an_intake_is_not_counted_by_simpson():
    text = changed(STUDY, ("uptake_year:", "horizon: 2 years\ncount: simpson\nintake: {over: 1 year}\nuptake_year:"))
    problems = [each for each in study_problems(text) if each.rule != "count_of_no_cycles"]
    assert_only(problems, "time_without_sense", text, "intake", mentions=["start together"])


@pytest.mark.parametrize(("rule", "lines", "at", "mentions"), TIME_FAULTS)
def test_each_rule_of_a_study(rule, lines, at, mentions):
    text = changed(STUDY, ("uptake_year:", f"{lines}\nuptake_year:"))
    assert_only(study_problems(text), rule, text, at, mentions=mentions)


MISFITS = [
    ("horizon_before_first_event", "horizon: 11 months", "horizon", ["first cycle of a year", "at least 1 year"]),
    ("horizon_of_part_cycles", "horizon: 18 months", "horizon", ["1.5 cycles", "write `horizon: 2 years`"]),
    ("simpson_needs_cycles_only", "horizon: 2 years\ncount: simpson", "count", ["`half_cycle`"]),
]


@pytest.mark.parametrize(("rule", "lines", "at", "mentions"), MISFITS)
def test_a_study_that_does_not_fit_the_cycles(rule, lines, at, mentions):
    text = changed(STUDY, ("uptake_year:", f"{lines}\nuptake_year:"))
    assert_only(study_problems(text, of=CYCLES), rule, text, at, mentions=mentions)
    if rule != "simpson_needs_cycles_only":
        assert study_problems(text) == []  # there are no cycles to fit


def test_cycles_that_only_a_scenario_brings_in():
    readmission = changed(
        TRIAGE,
        ("{set_parameter: p_readmit, to: 0.04}", "{set_stay: readmission, to: cycle}"),
    )
    of = changed(
        PATHWAY,
        ("title: Knee", "cycle: year\ntitle: Knee"),
        ("- {unit_cost: knee.spell}", "- {unit_cost: knee.spell, per: visit}"),
        ("{unit_cost: theatre.minute, quantity", "{unit_cost: theatre.minute, per: visit, quantity"),
    )
    text = changed(STUDY, ("uptake_year:", "horizon: 18 months\nuptake_year:"))
    problems = study_problems(text, scenarios=(SCENARIO, readmission), of=of)
    assert_only(problems, "horizon_of_part_cycles", text, "horizon", mentions=["1.5 cycles"])


def test_a_use_that_a_scenario_makes_unclear():
    text = changed(TRIAGE, ("{set_parameter: p_readmit, to: 0.04}", "{set_stay: readmission, to: cycle}"))
    of = changed(PATHWAY, ("title: Knee", "cycle: year\ntitle: Knee"))
    problems = scenario_problems(text, of=of)
    assert_only(problems, "use_in_cycle_unclear", text, "changes:", mentions=["knee.spell", "theatre.minute"])


@pytest.mark.parametrize("count", ["end", "half_cycle"])
def test_counting_at_the_end_beside_days_is_refused(count):
    text = changed(STUDY, ("uptake_year:", f"horizon: 2 years\ncount: {count}\nuptake_year:"))
    problems = study_problems(text, of=CYCLES)
    assert_only(problems, "count_beside_days", text, "count:", mentions=[f"`{count}`", "leave `count` out"])
    assert [problem.severity for problem in problems] == [Severity.ERROR]


SMALL = """\
pathway: knee
roles: {acute: {kind: acute}, community: {kind: community}}
cycle: year
start: {ill: 1}
settings: {ill: {stay: cycle}}
routes: {ill: {ill: rest, died: 0.2}}
ends: [died]
"""


def test_simpson_with_an_odd_number_of_cycles_is_a_warning():
    study = """\
study: options
pathway: knee
footprint: {all: {acute: RXX, community: RYY}}
cohort: {patients: 10}
price_year: 2024-25
unit_costs: [{table: prices.csv}]
horizon: 3 years
count: simpson
"""
    problems = study_problems(study, scenarios=(), of=SMALL)
    assert_only(problems, "simpson_needs_even_cycles", study, "count", mentions=["add up to 2⅔", "`half_cycle`"])
    assert [problem.severity for problem in problems] == [Severity.WARNING]

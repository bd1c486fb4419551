"""Faults of a scenario, each at its line of the scenario's own file."""

from __future__ import annotations

import pytest

from pathway_cost.errors import Severity
from tests.specs.specs_toy import PATHWAY, SCENARIO, assert_only, changed, scenario_problems

FAULTS = [
    ("amends_another_pathway", [("amends: knee", "amends: knees")], "amends", ["nearest: 'knee'"]),
    ("reserved_scenario_name", [("scenario: day_case", "scenario: baseline")], "baseline", []),
    ("eligible_on_no_level", [("eligible: {frail: [no]}", "eligible: {frail: [never]}")], "eligible", ["'never'"]),
    ("eligible_on_no_level", [("eligible: {frail: [no]}", 'eligible: {age: "60"}')], "eligible", ["age_band"]),
    ("uptake_year_unreadable", [("2027-28: 1.0", "2027-29: 1.0")], "uptake", ["2027-29"]),
    ("one_off_of_no_role", [("role: acute, year", "role: acutes, year")], "acutes", ["nearest: 'acute'"]),
    ("one_off_in_no_year", [("year: 2026-27, gbp", "year: next year, gbp")], "next year", []),
    ("unknown_parameter", [("scale_parameter: los", "scale_parameter: loss")], "loss", ["nearest: 'los'", "day_case: "]),
    ("unknown_name", [("by: shorter", "by: shoter")], "by: shoter", ["nearest: 'shorter'"]),
    ("unknown_level", [("{no: 0.02, yes: 0.2}", "{no: 0.02, yes: 0.2, so: 1}")], "so: 1", []),
    ("missing_level", [("{no: 0.02, yes: 0.2}", "{no: 0.02}")], "no: 0.02", ["yes"]),
    ("by_is_no_level_attribute", [("{by: frail, values", "{by: fit, values")], "by: fit", []),
    ("formula_unreadable", [("to: {by: frail, values: {no: 0.02, yes: 0.2}}", 'to: {formula: "0.1 +"}')], "0.1 +", []),
    ("condition_on_no_level", [("where: {frail: no}", "where: {frail: noo}")], "noo", ["nearest: 'no'"]),
    (
        "shares_do_not_sum_to_one",
        [("to: {by: frail, values: {no: 0.02, yes: 0.2}}", "to: 0.98")],
        "set_share",
        ["after the changes", "1.03"],
    ),
    (
        "use_without_role",
        [("  - {scale_patients: {where: {frail: no}}, by: 1.05}", "  - {add_use: died, use: {unit_cost: physio.contact}}")],
        "add_use",
        ["after the changes"],
    ),
    (
        "unknown_unit_cost",
        [("  - {scale_patients: {where: {frail: no}}, by: 1.05}", "  - {add_setting: hub, setting: {role: acute, uses: [{unit_cost: x}]}, routes: {home: 1}}")],
        "add_setting",
        ["after the changes", "'x'"],
    ),
    ("two_changes_to_one_thing", [("  - {scale_patients", "  - {set_parameter: los, to: 3}\n  - {scale_patients")], "set_parameter", []),
]  # fmt: skip


def test_the_toy_scenario_has_no_fault():
    assert scenario_problems(SCENARIO) == []


@pytest.mark.parametrize(
    ("rule", "edits", "at", "mentions"), FAULTS, ids=[f"{n}_{case[0]}" for n, case in enumerate(FAULTS)]
)
def test_each_rule_finds_its_fault_at_its_line(rule, edits, at, mentions):
    text = changed(SCENARIO, *edits)
    assert_only(scenario_problems(text), rule, text, at, mentions=mentions)


def test_a_change_that_leaves_things_as_they_are_is_a_warning():
    text = changed(SCENARIO, ("{scale_parameter: los, by: shorter}", "{set_stay: rehab, to: 6}"))
    problems = scenario_problems(text)
    assert_only(problems, "change_without_difference", text, "set_stay")
    assert problems[0].severity is Severity.WARNING


def test_faults_of_the_baseline_are_not_repeated():
    broken = changed(PATHWAY, ("home: 0.9, died: 0.1", "home: 0.9, died: 0.05"))
    assert scenario_problems(SCENARIO, of=broken) == []

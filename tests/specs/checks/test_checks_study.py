"""Faults of a study, each at its line."""

from __future__ import annotations

import pytest

from pathway_cost.errors import Severity
from pathway_cost.specs.checks.of_study import not_yet_computed
from pathway_cost.specs.format.study import Study
from pathway_cost.specs.format.uptake import uptake_in
from tests.specs.specs_toy import (
    PATHWAY,
    SCENARIO,
    STUDY,
    TRIAGE,
    assert_only,
    changed,
    scenario,
    scenario_problems,
    spec,
    study_problems,
)

FAULTS = [
    ("place_without_role", [("north: {acute: RXX, community: RYY,", "north: {acute: RXX,")], "north", ["'community'"]),
    ("place_with_unknown_role", [("south: {acute: RXZ,", "south: {acute: RXZ, comunity: R1,")], "south", ["nearest: 'community'"]),
    ("place_shares_incomplete", [(", share: 0.4", "")], "north", ["share"]),
    ("place_shares_do_not_sum_to_one", [("share: 0.4", "share: 0.3")], "footprint", ["0.9"]),
    ("organisation_of_no_role", [("{RXX: RXZ}", "{RXY: RXZ}")], "RXY", ["'RXY'"]),
    ("organisation_of_no_role", [("price_year: 2024-25", "organisations: {RXY: {name: Northtown}}\nprice_year: 2024-25")], "Northtown", ["'RXY'"]),
    ("compare_with_no_scenario", [("compare: [baseline, day_case,", "compare: [baseline, day_cas,")], "compare", ["nearest: 'day_case'"]),
    ("compare_with_no_scenario", [("day_case+triage", "day_case+day_case")], "compare", ["2 times"]),
    ("compare_with_no_scenario", [("day_case+triage", "baseline+triage")], "compare", ["no part of a composition"]),
    ("compared_twice", [("[baseline, day_case,", "[baseline, baseline, day_case,")], "compare", []),
    ("year_unreadable", [("price_year: 2024-25", "price_year: 2024-26")], "2024-26", ["2024-25"]),
    ("year_unreadable", [("2025-26: 0.02", "next: 0.02")], "price_index", ["'next'"]),
    ("year_unreadable", [("price_year: 2023-24", 'price_year: "2023"')], "physio.contact", []),
    ("uptake_not_stated", [("uptake_year: 2027-28", "uptake_year: 2025-26")], "uptake_year", ["2026-27"]),
    ("report_per_no_setting", [("report_per: [surgery]", "report_per: [surgry]")], "report_per", ["nearest: 'surgery'"]),
    ("cohort_line_misfit", [("frail: no,", "frail: never,")], "cohort", ["'never'"]),
    ("cohort_line_misfit", [("frail: no,", "")], "cohort", ["frail"]),
    ("cohort_line_misfit", [("age: 60,", "age: 60, sex: male,")], "cohort", ["'sex'"]),
    ("price_of_no_unit_cost", [("physio.contact: {", "physio.contacts: {")], "physio.contacts", ["nearest: 'physio.contact'"]),
    ("price_of_another_unit", [("unit: contact", "unit: visit")], "unit: visit", ["per contact"]),
    ("index_of_no_kind", [("kinds: {acute:", "kinds: {acutee:")], "acutee", ["nearest: 'acute'"]),
    ("time_without_sense", [("uptake_year:", "horizon: long\nuptake_year:")], "horizon", ["1 year"]),
    ("time_without_sense", [("uptake_year:", "discount: {gbp: half}\nuptake_year:")], "discount", ["green_book"]),
    ("time_without_sense", [("uptake_year:", "count: start\nuptake_year:")], "count", ["horizon"]),
]  # fmt: skip


def test_the_toy_study_has_no_fault():
    assert study_problems(STUDY) == []


@pytest.mark.parametrize(
    ("rule", "edits", "at", "mentions"), FAULTS, ids=[f"{n}_{case[0]}" for n, case in enumerate(FAULTS)]
)
def test_each_rule_finds_its_fault_at_its_line(rule, edits, at, mentions):
    text = changed(STUDY, *edits)
    assert_only(study_problems(text), rule, text, at, mentions=mentions)


def test_changes_in_places_the_footprint_lacks():
    west = changed(SCENARIO, ("{where: {frail: no}}", "{place: west}"))
    problems = study_problems(STUDY, scenarios=(west, TRIAGE))
    assert_only(problems, "change_in_no_place", STUDY, "footprint", mentions=["'west'", "change 3"])


def test_a_price_change_at_an_organisation_without_a_role():
    text = changed(TRIAGE, ("{set_parameter: p_readmit, to: 0.04}", "{scale_unit_cost: {organisation: RX1}, by: 0.9}"))
    assert_only(study_problems(STUDY, scenarios=(SCENARIO, text)), "organisation_of_no_role", STUDY, "scenarios")
    moved = changed(text, ("changes:", "changes:\n  - {set_footprint: acute, to: RX1}"))
    assert study_problems(STUDY, scenarios=(SCENARIO, moved)) == []


def test_uptake_with_a_scenario_that_is_not_there():
    text = changed(SCENARIO, ("uptake:", "uptake_with: {triag: same_patients}\nuptake:"))
    problems = study_problems(STUDY, scenarios=(text, TRIAGE))
    assert_only(problems, "uptake_with_no_scenario", STUDY, "scenarios", mentions=["nearest: 'triage'"])


def test_scenarios_that_do_not_fit_one_after_the_other():
    gone = changed(
        SCENARIO,
        ("  - {scale_patients: {where: {frail: no}}, by: 1.05}", "  - {remove_setting: readmission, send_to: home}"),
    )
    stay = changed(TRIAGE, ("{set_parameter: p_readmit, to: 0.04}", "{set_stay: readmission, to: 4}"))
    problems = study_problems(STUDY, scenarios=(gone, stay))
    assert_only(
        problems,
        "unknown_setting",
        STUDY,
        "compare",
        mentions=["day_case+triage: triage: there is no setting 'readmission'"],
    )


def test_a_composition_that_makes_a_fault_only_together():
    rehab = changed(SCENARIO, ("to: {by: frail, values: {no: 0.02, yes: 0.2}}", "to: 0.5"))
    readmit = changed(TRIAGE, ("to: 0.04", "to: 0.6"))
    problems = study_problems(STUDY, scenarios=(rehab, readmit))
    assert_only(problems, "shares_do_not_sum_to_one", STUDY, "compare", mentions=["1.1"])


def test_more_than_six_partial_uptakes():
    names = [f"s{number}" for number in range(7)]
    given = [f"scenario: {name}\namends: knee\nuptake: 0.5\n" for name in names]
    text = changed(STUDY, ("day_case, day_case+triage]", "+".join(names) + "]"), ("uptake_year: 2027-28\n", ""))
    assert_only(study_problems(text, scenarios=given), "too_many_partial_uptakes", text, "compare", mentions=["7"])


def test_one_scenario_of_two_uptakes_is_read_by_year():
    ramp = scenario()
    assert [uptake_in(ramp, year) for year in ("2026-27", "2027/28", "2030-31", None)] == [0.3, 1.0, 1.0, 1.0]
    assert uptake_in(scenario(TRIAGE), "2020-21") == 1
    with pytest.raises(ValueError, match="first year is 2026-27"):
        uptake_in(ramp, "2025-26")


def test_cost_behaviour_is_not_computed_yet():
    text = changed(STUDY, ("uptake_year:", "behaviour: behaviour.csv\nuptake_year:"))
    problems = study_problems(text)
    assert_only(problems, "not_yet_computed", text, "behaviour:")
    assert [(each.remedy, each.severity) for each in problems] == [("remove `behaviour`", Severity.ERROR)]


def test_a_pack_set_is_not_computed_yet():
    text = changed(STUDY, ("  - table: prices.csv\n    borrow: {RXX: RXZ}", "  - pack: partner.parquet"))
    (problem,) = not_yet_computed(spec(text, Study).spec)
    assert (problem.where.item, problem.remedy) == ("unit_costs.0.pack", "remove the set `pack: partner.parquet`")


TIMES = [
    "horizon: 20 years",
    "discount: {gbp: 0.035}",
    "discount: {gbp: green_book, counts: 0.015}",
    "discount: {gbp: none}",
    "uncertainty: {draws: 1000, seed: 7}",
    "horizon: 1 year\ntime_step: week\nperiod: month",
    "horizon: 3 years\nintake: {over: 12 months}\nperiod: month\ntime_step: week",
]


@pytest.mark.parametrize("lines", TIMES)
def test_time_and_uncertainty_are_no_fault(lines):
    assert study_problems(changed(STUDY, ("uptake_year:", f"{lines}\nuptake_year:"))) == []


CYCLES = [
    ("title: Knee", "cycle: year\ntitle: Knee"),
    ("stay: 6", "stay: cycle"),
    ("contacts}", "contacts, per: cycle}"),
]
BY_YEARS = "quantity: {by: years, steps: {0: 2, 5: 3}}, role: community, only"


@pytest.mark.parametrize("edits", [CYCLES, [("quantity: 2, role: community, only", BY_YEARS)]])
def test_cycles_and_clock_words_are_no_fault(edits):
    assert study_problems(STUDY, of=changed(PATHWAY, *edits)) == []


@pytest.mark.parametrize("stay", ["{by: years, steps: {0: 6, 5: 3}}", '{formula: "6 - years"}'])
def test_clock_words_in_a_stay_that_a_scenario_brings_in_are_faults(stay):
    text = changed(TRIAGE, ("{set_parameter: p_readmit, to: 0.04}", f"{{set_stay: rehab, to: {stay}}}"))
    assert_only(scenario_problems(text), "clock_where_no_time_passes", text, "set_stay", mentions=["'years'"])

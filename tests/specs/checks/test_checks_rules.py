"""Faults of unit cost rules, each at its line."""

from __future__ import annotations

import pytest

from pathway_cost.errors import Severity, SpecFaults
from pathway_cost.specs.format.rules import UnitCostRules
from tests.specs.specs_toy import PATHWAY, RULES, assert_only, changed, rules_problems, spec

FAULTS = [
    ("rule_of_another_unit", [("knee.spell: {feed: APC,", "taxi.trip: {feed: APC,")], "taxi.trip", ["per journey"]),
    ("rule_of_another_unit", [("count_of: THR001, unit: minute", "count_of: THR001")], "theatre.minute", ["unit: minute"]),
    ("by_without_derive", [("by: [complexity]", "by: [frail]")], "theatre.knee", ["'frail'"]),
    ("by_no_attribute_of_the_pathway", [("by: [complexity]", "by: [complex]"), ("  complexity: {from", "  complex: {from")], "theatre.knee", ["nearest: 'complexity'"]),
    ("derived_level_unknown", [('"*": usual', '"*": usual, HN22Z: hihg')], "complexity", ["nearest: 'high'"]),
    ("level_never_derived", [("HN22A: high", "HN22A: usual")], "complexity", ["'high'"]),
    ("age_band_without_age", [('"60": 60_69', '"60-69": 60_69')], "age_band", ["'60-69'"]),
    ("column_of_no_feed", [("theatre.knee: {feed: APC, where: {HrgFce:", "theatre.knee: {feed: APC, where: {HrgFc:")], "theatre.knee", ["nearest: 'HrgFce'"]),
    ("column_of_no_feed", [('TeamType: "07"', 'NHSNo: "07"')], "physio.contact", ["dropped at reading"]),
    ("column_of_no_feed", [("{from: HrgFce,", "{from: HRG,")], "complexity", ["columns of APC"]),
    ("denominator_of_no_feed", [("where: {TeamType", "activities: [COM001], where: {TeamType"), ("feed: CSCC", "feed: OP"), ('TeamType: "07"', 'Tfc: "650"')], "physio.contact", ["attendance"]),
    ("attached_to_no_parent", [("per: contact", "per: contact, attached: [SI]")], "physio.contact", ["APC, OP, EC"]),
    ("days_without_days", [("attached: [SI]", "days: nights")], "knee.spell", ["per: bed_day"]),
    ("days_without_days", [("attached: [SI]", "zero_day: 0.5")], "knee.spell", ["zero_day"]),
    ("star_inside_a_code", [('["THR*"]', '["T*R"]')], "theatre.knee", ["at the end"]),
    ("star_inside_a_code", [("count_of: THR001", 'count_of: "THR*"')], "theatre.minute", ["one activity"]),
]  # fmt: skip


def test_the_toy_rules_have_no_fault():
    assert rules_problems(RULES) == []


@pytest.mark.parametrize(
    ("rule", "edits", "at", "mentions"), FAULTS, ids=[f"{n}_{case[0]}" for n, case in enumerate(FAULTS)]
)
def test_each_rule_finds_its_fault_at_its_line(rule, edits, at, mentions):
    text = changed(RULES, *edits)
    assert_only(rules_problems(text), rule, text, at, mentions=mentions)


def test_a_rule_that_nothing_asks_for_is_a_warning():
    text = changed(RULES, ("knee.spell: {feed", "knee.spel: {feed"))
    problems = rules_problems(text)
    assert_only(problems, "rule_of_no_unit_cost", text, "knee.spel", mentions=["nearest: 'knee.spell'"])
    assert problems[0].severity is Severity.WARNING


def test_a_slope_prices_days_and_admissions():
    slope = changed(
        PATHWAY,
        (
            "  ward.bed_day: {unit: bed_day",
            "  ward.admission: {unit: episode, covers: part, bundle: knee_episode}\n  ward.bed_day: {unit: bed_day",
        ),
        ("- {unit_cost: theatre.knee}", "- {unit_cost: theatre.knee}\n      - {unit_cost: ward.admission}"),
    )
    text = changed(RULES, ("  ward.bed_day: {", "  ward: {method: slope, "))
    assert rules_problems(text, of=slope) == []
    assert_only(
        rules_problems(text, of=slope.replace("ward.admission: {unit: episode", "ward.admission: {unit: spell")),
        "rule_of_another_unit",
        text,
        "ward: {",
    )


def test_two_rules_that_both_claim_the_rest():
    text = changed(
        RULES, ('where: {HrgFce: "HN22*"}, activities: ["THR*"]', 'where: {Tfc: "110", Pod: [EL]}, activities: rest')
    )
    assert_only(
        rules_problems(text),
        "several_rests_at_one_setting",
        text,
        "ward.bed_day",
        mentions=["theatre.knee and ward.bed_day"],
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("per: activity_count, count_of: THR001", "per: activity_count", "needs `count_of:`"),
        ("per: contact", "per: contact, count_of: COM001", "goes with"),
        ("activities: rest, per: bed_day", "attached: [SWC], per: bed_day", "cannot be priced `per: bed_day`"),
        ("per: contact", "per: contact, method: slope", "needs `per: bed_day`"),
        ("per: contact", "per: contact, overlap: allowed", "needs its `reason`"),
        ('"110"', "110", 'quote it: "110"'),
        ("HN22A: high", "0100: high", 'quote it: "0100"'),
    ],
)
def test_rules_that_contradict_themselves(old, new, words):
    with pytest.raises(SpecFaults, match=words):
        spec(changed(RULES, (old, new)), UnitCostRules)

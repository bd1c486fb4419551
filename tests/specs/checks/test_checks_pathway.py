"""One rule, one fault: each edit breaks exactly one rule of a pathway, at one line."""

from __future__ import annotations

import pytest

from pathway_cost.errors import Severity
from tests.specs.specs_toy import PATHWAY, assert_only, changed, pathway_problems

FAULTS = [
    # rule, edits, text of the line, words of the message
    ("unknown_name", [("readmission: p_readmit", "readmission: p_readmitt")], "p_readmitt", ["nearest: 'p_readmit'"]),
    ("unknown_name", [("stay: los", "stay: frail")], "stay: frail", ["has levels", "by: frail"]),
    ("unknown_name", [("home: after_rehab.home", "home: after_rehab")], "home: after_rehab", ["after_rehab.home"]),
    ("unknown_name", [("max(0, age - 65)", "max(0, aged - 65)")], "contacts:", ["'aged'", "nearest: 'age'"]),
    ("unknown_name", [("quantity: 2,", "quantity: years,")], "quantity: years", ["steps and formulas"]),
    ("formula_unreadable", [("max(0, age - 65)", "age ^ 2")], "contacts:", ["for a power write **"]),
    (
        "by_is_no_level_attribute",
        [("{by: frail, values: {no: 0.05, yes: 0.25}", "{by: frale, values: {no: 0.05, yes: 0.25}")],
        "frale",
        ["nearest: 'frail'"],
    ),
    (
        "by_is_no_level_attribute",
        [("quantity: 2,", "quantity: {by: age, values: {no: 1}},")],
        "by: age, values",
        ["steps"],
    ),
    (
        "circular_parameters",
        [("value: 0.05, low: 0.03, high: 0.07", 'formula: "p_rehabs"'), ("p_rehab:", 'p_rehabs: {formula: "1 - p_readmit"}\n  p_rehab:')],
        "p_readmit:",
        ["p_readmit → p_rehabs → p_readmit"],
    ),
    ("reserved_name", [("  died: {uses", "  rest: {uses"), ("died: 0.1", "rest: 0.1")], "rest: {uses", ["word of the format"]),
    ("reserved_name", [("  contacts: {form", "  max: {form"), ("quantity: contacts", "quantity: max")], "max: {", ["function"]),
    ("reserved_name", [("  contacts: {form", "  in: {form"), ("quantity: contacts", "quantity: in")], "in: {", ["cannot read"]),
    ("reserved_name", [("  complexity: {levels", "  segment: {levels")], "segment: {", ["column of the tables"]),
    ("reserved_name", [("  complexity: {levels", "  period: {levels")], "period: {", ["column of the tables"]),
    ("two_things_of_one_name", [("attributes:", "attributes:\n  los: {levels: [a, b]}")], "los: {levels", []),
    ("two_uses_of_one_name", [(", name: extra", "")], "uses:", ["name:"]),
    ("unknown_level", [("{no: 0.05, yes: 0.25}", "{no: 0.05, yes: 0.25, maybe: 1}")], "maybe", ["'maybe'"]),
    ("missing_level", [("{no: 0.05, yes: 0.25}", "{no: 0.05}")], "p_rehab:", ["frail yes", "yes: …"]),
    ("condition_on_no_level", [("{frail: [yes]}", "{frail: [yse]}")], "yse", ["nearest: 'yes'"]),
    ("condition_on_no_level", [("{frail: [yes]}", '{age: ["60"]}')], "age: [", ["age_band"]),
    ("condition_on_no_level", [("{frail: [yes]}", "{frale: [yes]}")], "frale", ["nearest: 'frail'"]),
    ("level_with_blanks", [("[high, usual]", '["high ", usual]')], "high", ['write "high"']),
    ("attribute_range_upside_down", [("low: 0, high: 110", "low: 200, high: 110")], "low: 200", []),
    ("routes_from_no_setting", [("routes:", "routes:\n  rehabb: {home: rest}")], "rehabb", ["nearest: 'rehab'"]),
    ("routes_from_no_setting", [("routes:", "routes:\n  died: {home: rest}")], "died: {home", ["is an end"]),
    ("route_to_nowhere", [("readmission: {home: 0.9, died: 0.1}", "readmission: {home: 0.9, dyed: 0.1}")], "dyed", ["nearest: 'died'"]),
    ("start_at_no_setting", [("start: {surgery: 1}", "start: {column: frail}")], "frail: {levels", ["'no'", "'yes'"]),
    ("setting_without_routes", [("  readmission: {home: 0.9, died: 0.1}\n", "")], "readmission:", ["home: rest"]),
    ("several_rests", [("readmission: p_readmit", "readmission: rest")], "readmission: rest", ["home, readmission"]),
    ("no_way_out", [("readmission: {home: 0.9, died: 0.1}", "readmission: {readmission: 1}")], "readmission: {", ["'readmission'"]),
    ("shares_do_not_sum_to_one", [("home: 0.9, died", "home: 0.89, died")], "died: 0.1", ["0.99", "rest"]),
    ("shares_do_not_sum_to_one", [("start: {surgery: 1}", "start: {surgery: 0.5}")], "start:", ["0.5"]),
    ("share_out_of_range", [("values: {no: 0.05, yes: 0.25}", "values: {no: 0.05, yes: 1.25}")], "1.25", ["1.25"]),
    ("negative_days_or_quantity", [("wait: 3", "wait: -3")], "wait: -3", ["-3"]),
    ("unknown_role", [("    role: community\n    stay", "    role: comunity\n    stay")], "comunity", ["nearest: 'community'"]),
    ("use_without_role", [("  home: {role: community, uses", "  home: {uses")], "home: {uses", ["add `role:`", "'home'"]),
    ("use_without_role", [("quantity: 0.6, role: community,", "quantity: 0.6,")], "taxi.trip", ["add `role:` to the use"]),
    ("unknown_unit_cost", [("- {unit_cost: knee.spell}", "- {unit_cost: knee.spell}\n      - {unit_cost: knee.spel}")], "knee.spel}", ["nearest: 'knee.spell'"]),
    ("unit_cost_not_used", [("  taxi.trip:", "  taxi.trips: {unit: journey, covers: whole}\n  taxi.trip:")], "taxi.trips", []),
    ("days_without_stay", [("- {unit_cost: knee.spell}", "- {unit_cost: knee.spell, per: day}")], "knee.spell, per", ["add `stay:`"]),
    ("days_without_stay", [("readmission, wait: 1,", "readmission,")], "taxi.trip", ["`wait`"]),
    ("days_without_stay", [("[{unit_cost: physio.contact}]", "[{unit_cost: physio.contact, per: day}]")], "home: {role", ["an end has no days"]),
    ("total_not_per_patient", [("quantity: visits_seen, per: patient", "quantity: visits_seen")], "visits_seen, name", ["per: patient"]),
    ("per_use_unclear", [("episodes_per_spell: 1.1", "bed_days_per_episode: 1.1")], "knee.spell", ["episodes_per_spell or bed_days_per_spell"]),
    ("unknown_bundle", [("covers: part, bundle: knee_episode}\n  ward", "covers: part, bundle: knee_episod}\n  ward")], "theatre.knee", ["nearest: 'knee_episode'"]),
    ("bundle_of_nothing", [("bundles:", "bundles:\n  other: {replaced_by: knee.episode}")], "other", []),
    ("bundle_replaced_by_no_whole", [("replaced_by: knee.episode", "replaced_by: theatre.minute"), ("- {unit_cost: knee.spell}", "- {unit_cost: knee.spell}\n      - {unit_cost: knee.episode}")], "theatre.minute}", ["covers: whole"]),
    ("bundled_key_covers_whole", [("theatre.knee: {unit: episode, covers: part", "theatre.knee: {unit: episode, covers: whole")], "theatre.knee", []),
    (
        "bundled_key_with_national_line",
        [("covers: part, bundle: knee_episode}\n  ward", 'covers: part, bundle: knee_episode, national: {department: X, code: "1"}}\n  ward')],
        "theatre.knee",
        ["replaces the bundle"],
    ),
    ("part_with_whole_national_line", [("times: 0.2, evidence: {grade: expert}", "evidence: {grade: expert}")], "theatre.minute", ["times:"]),
    ("part_with_whole_national_line", [("times: 0.2, evidence: {grade: expert}", "times: 0.2")], "theatre.minute", ["evidence:"]),
    ("whole_with_part_of_national_line", [('code: "HN22*"}', 'code: "HN22*", times: 0.5}')], "knee.episode", []),
    (
        "bundle_used_off_a_setting",
        [("home: {role: community, uses: [{unit_cost: physio.contact}]}", "home: {role: acute, uses: [{unit_cost: theatre.knee}]}")],
        "theatre.knee",
        ["at an end"],
    ),
    ("bundle_borne_by_several_roles", [("{unit_cost: ward.bed_day, per: day}", "{unit_cost: ward.bed_day, per: day, role: community}")], "ward.bed_day", ["acute, community"]),
    ("bundle_beside_its_replacement", [("- {count: operation}", "- {unit_cost: knee.episode}")], "knee.episode}", ["use one of the two"]),
    ("bundle_at_settings_in_a_row", [("- {unit_cost: knee.spell}", "- {unit_cost: knee.spell}\n      - {unit_cost: theatre.knee}")], "theatre.knee}", ["'surgery'", "'readmission'"]),
    ("spread_bent", [("quantity: {excess: {of: los, over: 5}}", 'quantity: {formula: "max(0, los - 5)"}')], "max(0, los", ["excess: {of: los"]),
    ("spread_bent", [("stay: 6", "stay: {by: los, steps: {0: 1, 5: 6}}")], "steps", ["a table of steps"]),
    ("spread_times_itself", [("{unit_cost: ward.bed_day, per: day}", "{unit_cost: ward.bed_day, per: day, quantity: {formula: 2 * los}}")], "2 * los", ["'los'"]),
    ("law_unclear", [("low: 0.03, high: 0.07", "distribution: {beta: {alpha: 5}}")], "p_readmit", ["alpha, beta or mean, sd"]),
    ("law_unclear", [("low: 0.03, high: 0.07", "distribution: {dirichlet: {a: 5}}")], "p_readmit", ["counts"]),
    ("excess_of_no_spread", [("of: los,", "of: p_readmit,")], "p_readmit", ["no spread", "lognormal"]),
    ("excess_of_no_spread", [("of: los,", "of: lost,")], "lost", ["nearest: 'los'"]),
    ("window_unreadable", [("period: 12 months", "period: 2016-19")], "2016-19", ["source"]),
    ("evidence_of_another_period", [("period: 12 months", "period: 30 days")], "30 days", ["converted"]),
    ("period_without_window", [("window: 1 year\n", "")], "period: 12 months", ["add `window:`"]),
    ("cycle_missing", [("stay: 6", "stay: cycle"), ("contacts}", "contacts, per: visit}")], "stay: cycle", ["cycle: year"]),
]  # fmt: skip
WARNINGS = {"unit_cost_not_used", "bundle_of_nothing", "period_without_window", "unreachable_setting"}


def test_the_toy_has_no_fault():
    assert pathway_problems(PATHWAY) == []


@pytest.mark.parametrize(
    ("rule", "edits", "at", "mentions"), FAULTS, ids=[f"{n}_{case[0]}" for n, case in enumerate(FAULTS)]
)
def test_each_rule_finds_its_fault_at_its_line(rule, edits, at, mentions):
    text = changed(PATHWAY, *edits)
    problems = pathway_problems(text)
    assert_only(problems, rule, text, at, mentions=mentions)
    severities = {problem.severity for problem in problems}
    assert severities == {Severity.WARNING if rule in WARNINGS else Severity.ERROR}


def test_a_setting_nobody_reaches_is_a_warning():
    text = changed(
        PATHWAY,
        ("  rehab:\n    role", "  island:\n    role: acute\n  rehab:\n    role"),
        ("routes:\n", "routes:\n  island: {home: 1}\n"),
    )
    problems = pathway_problems(text)
    assert_only(problems, "unreachable_setting", text, "island")
    assert problems[0].severity is Severity.WARNING


def test_converted_evidence_of_another_period_is_fine():
    assert pathway_problems(changed(PATHWAY, ("period: 12 months", "period: 30 days, converted: by rate"))) == []


def test_a_bundle_may_be_used_at_settings_that_exclude_one_another():
    text = changed(
        PATHWAY,
        (
            "  rehab:\n    role",
            "  day_surgery:\n    role: acute\n    uses: [{unit_cost: theatre.knee}]\n  rehab:\n    role",
        ),
        ("routes:\n", "routes:\n  day_surgery: {home: 1}\n"),
        ("start: {surgery: 1}", "start: {surgery: 0.5, day_surgery: 0.5}"),
    )
    assert pathway_problems(text) == []


def test_a_formula_may_use_a_spread_in_a_straight_line():
    text = changed(
        PATHWAY, ("quantity: contacts}", 'quantity: {formula: "1 + 2 * los / 3"}}'), ("stay: 6", "stay: los")
    )
    assert pathway_problems(text) == []


def test_a_spread_bent_through_another_parameter_is_found():
    text = changed(
        PATHWAY,
        ("  contacts:", '  twice: {formula: "2 * los"}\n  contacts:'),
        ("quantity: contacts}", 'quantity: {formula: "twice ** 2"}}'),
    )
    assert_only(pathway_problems(text), "spread_bent", text, "twice ** 2")

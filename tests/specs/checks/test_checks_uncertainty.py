"""What a study asks to be drawn: every fault by its rule, at its line."""

from __future__ import annotations

import pytest

from pathway_cost.errors import Severity
from pathway_cost.specs.checks.of_uncertainty import check_uncertainty
from pathway_cost.specs.format.study import Study
from tests.specs.specs_toy import PATHWAY, SCENARIO, STUDY, TRIAGE, changed, pathway, scenario, spec

SETTINGS = {"day_case": SCENARIO, "triage": TRIAGE}


def problems(uncertainty, *edits, scenarios=SETTINGS):
    """The problems of the toy study with these draws, of the toy pathway with these edits."""
    text = changed(STUDY, ("report_per", f"uncertainty: {uncertainty}\nreport_per"))
    loaded = spec(text, Study)
    given = {name: scenario(each) for name, each in scenarios.items()}
    return check_uncertainty(loaded.spec, pathway(changed(PATHWAY, *edits)), given)


READMIT = 'p_readmit: {value: 0.05, low: 0.03, high: 0.07, unit: share, evidence: {grade: published, source: "Someone, 2020", period: 12 months}}'
LOS = "los: {value: 4.65, spread: {lognormal: {sd: 2.83}}, n: 2150, unit: day}"
REHAB = "p_rehab: {by: frail, values: {no: 0.05, yes: 0.25}, unit: share}"


def assert_only(found, rule, item, *words, severity=Severity.ERROR):
    assert [(problem.rule, problem.where.item, problem.severity) for problem in found] == [(rule, item, severity)], (
        found
    )
    for word in words:
        assert word in str(found[0])


@pytest.mark.parametrize(
    "uncertainty",
    [
        "{draws: 1000, seed: 7}",
        "{correlations: [{between: [p_readmit, los], rank: 0.3}]}",
        "{correlations: [{between: [shorter, los], rank: 0.3}]}",
        "{groups: {stay: [los, shorter], after: [after_rehab], one: [after_rehab.home]}}",
        "{table: draws.csv, groups: {any: [contacts, los]}}",
    ],
)
def test_nothing_is_found_where_nothing_is_wrong(uncertainty):
    assert problems(uncertainty) == []


def test_a_study_without_draws_is_not_asked():
    odd = pathway(changed(PATHWAY, (REHAB, REHAB[:-1] + ", se: 0.1}")))
    assert check_uncertainty(spec(STUDY, Study).spec, odd, {}) == []


@pytest.mark.parametrize(
    ("old", "field", "given"),
    [
        (REHAB, "se", "se: 0.02"),
        (REHAB, "low", "low: 0.02, high: 0.3"),
        (REHAB, "distribution", "distribution: {uniform: {low: 0, high: 1}}"),
    ],
)
def test_uncertainty_of_a_table(old, field, given):
    found = problems("{}", (old, f"{old[:-1]}, {given}}}"))
    assert_only(found, "uncertainty_of_a_table", f"parameters.p_rehab.{field}", "not one number", "of its own")


def test_uncertainty_of_a_table_in_a_scenario():
    odd = changed(TRIAGE, ("to: 0.04", "to: {formula: 0.5 * contacts, se: 0.1}"))
    found = problems("{}", scenarios={"triage": odd})
    assert_only(found, "uncertainty_of_a_table", "triage.changes.0.to.se", "'p_readmit'")


@pytest.mark.parametrize(
    ("law", "sizes"),
    [
        ("beta", "alpha: 0, beta: 3"),
        ("beta", "mean: 0.05, sd: 0.3"),
        ("gamma", "mean: -1, sd: 1"),
        ("gamma", "shape: 2, scale: 0"),
        ("lognormal", "meanlog: 1, sdlog: 0"),
        ("normal", "mean: 1, sd: -1"),
        ("pert", "low: 2, mode: 1, high: 3"),
        ("triangular", "low: 2, mode: 4, high: 3"),
        ("uniform", "low: 2, high: 1"),
    ],
)
def test_law_impossible(law, sizes):
    found = problems(
        "{}", (LOS, f"los: {{value: 0.05, spread: {{gamma: {{sd: 2}}}}, distribution: {{{law}: {{{sizes}}}}}}}")
    )
    assert_only(found, "law_impossible", f"parameters.los.distribution.{law}", f"there is no {law} with")


def test_a_law_without_its_sizes_is_another_fault():
    """Told by `law_unclear`; nothing here falls over it."""
    assert problems("{}", (REHAB, "p_rehab: {value: 0.1, distribution: {beta: {alpha: 3}}}")) == []
    assert problems("{}", (REHAB, "p_rehab: {value: 0.1, distribution: {pert: {low: 0, high: 3}}}")) == []


@pytest.mark.parametrize(
    ("given", "mean"),
    [
        ("value: 0.1, distribution: {beta: {alpha: 12, beta: 88}}", "0.12"),
        ("value: 3, distribution: {uniform: {low: 3, high: 5}}", "4"),
        ("value: 0.1, distribution: {normal: {mean: 0.1, sd: 0.2}}", "0.2018"),  # cut at 0
    ],
)
def test_law_of_another_mean(given, mean):
    found = problems("{}", (REHAB, f"p_rehab: {{{given}}}"))
    at = "parameters.p_rehab.distribution"
    assert_only(found, "law_of_another_mean", at, f"the mean of its law {mean}", severity=Severity.WARNING)


@pytest.mark.parametrize(
    "given",
    [
        "value: 0.1, distribution: {beta: {alpha: 10, beta: 90}}",
        "value: 3, distribution: {pert: {low: 2, mode: 3, high: 9}}",  # the likeliest
        "value: 4, distribution: {triangular: {low: 2, mode: 3, high: 7}}",  # the mean
        "value: 0.093, distribution: {beta: {alpha: 28, beta: 273}}",  # 0.09302, rounded
    ],
)
def test_a_law_of_the_same_mean(given):
    assert problems("{}", (REHAB, f"p_rehab: {{{given}}}")) == []


@pytest.mark.parametrize(
    ("given", "field", "end"),
    [
        ("value: 0, low: 0, high: 0.1, unit: share", "low", "least"),
        ("value: 1, low: 0.9, high: 1, unit: share", "low", "most"),
        ("value: 1, se: 0.1, unit: share", "se", "most"),
        ("value: 0, low: 0, high: 3, unit: day", "low", "least"),
    ],
)
def test_value_at_its_limit(given, field, end):
    found = problems("{}", (REHAB, f"p_rehab: {{{given}}}"))
    assert_only(found, "value_at_its_limit", f"parameters.p_rehab.{field}", f"the {end} it can be", "interval: range")


@pytest.mark.parametrize(
    "given",
    ["value: 0, low: 0, high: 0.1, unit: share, interval: range", "value: 0, se: 0.1, unit: ratio", "value: 0, low: 0, high: 0"],
)  # fmt: skip
def test_values_that_may_stand_at_their_end(given):
    assert problems("{}", (REHAB, f"p_rehab: {{{given}}}")) == []


def test_limits_too_wide():
    found = problems("{}", (REHAB, "p_rehab: {value: 0.05, low: 0, high: 1, unit: share}"))
    assert_only(found, "limits_too_wide", "parameters.p_rehab", "one patient", severity=Severity.WARNING)
    assert problems("{}", (REHAB, "p_rehab: {value: 0.5, low: 0, high: 1, unit: share}")) == []


def test_too_few_draws():
    assert_only(problems("{draws: 1}"), "too_few_draws", "uncertainty.draws", "1000 is usual")
    assert problems("{draws: 2}") == []


@pytest.mark.parametrize(
    ("beside", "field"),
    [
        ("draws: 1", "draws"),
        ("seed: 7", "seed"),
        ("excess_shares: redraw", "excess_shares"),
        ("correlations: [{between: [p_readmit, los], rank: 0.3}]", "correlations"),
    ],
)
def test_beside_own_draws(beside, field):
    found = problems(f"{{table: draws.csv, {beside}}}")
    assert_only(found, "beside_own_draws", f"uncertainty.{field}", "the rows of the table are the draws")


@pytest.mark.parametrize(
    ("pair", "rule", "field"),
    [
        ("{between: [p_readmit, los], rank: 1.5}", "rank_out_of_range", "rank"),
        ("{between: [los, los], rank: 0.5}", "correlated_with_itself", "between"),
        ("{between: [p_readmit, loss], rank: 0.5}", "correlated_and_not_drawn", "between"),
        ("{between: [p_readmit, contacts], rank: 0.5}", "correlated_and_not_drawn", "between"),
        ("{between: [p_readmit, after_rehab.home], rank: 0.5}", "correlated_share_of_counts", "between"),
    ],
)
def test_pairs_that_cannot_be(pair, rule, field):
    assert_only(problems(f"{{correlations: [{pair}]}}"), rule, f"uncertainty.correlations.0.{field}")


def test_a_pair_twice():
    found = problems("{correlations: [{between: [p_readmit, los], rank: 0.3}, {between: [los, p_readmit], rank: 0.4}]}")
    assert_only(found, "correlated_twice", "uncertainty.correlations.1.rank", "0.3 before")


@pytest.mark.parametrize(
    ("names", "rule", "place", "words"),
    [
        ("[los, p_readmitt]", "group_of_what_is_not_drawn", ".1", "nearest: 'p_readmit'"),
        ("[contacts]", "group_of_what_is_not_drawn", ".0", "nothing says how unsure 'contacts' is"),
        ("[]", "group_of_nothing", "", "is empty"),
    ],
)
def test_groups(names, rule, place, words):
    assert_only(problems(f"{{groups: {{stay: {names}}}}}"), rule, f"uncertainty.groups.stay{place}", words)

"""What is stated of a number and is not drawn, or is drawn from a prior, or cannot be: each said, at its line."""

from __future__ import annotations

import pytest

from pathway_cost.errors import Severity
from pathway_cost.specs.checks.of_pathway import check_pathway
from pathway_cost.specs.checks.of_scenario import check_scenario
from pathway_cost.specs.checks.of_uncertainty import check_uncertainty
from pathway_cost.specs.format.study import Study
from tests.specs.checks.test_checks_uncertainty import LOS, READMIT, REHAB, assert_only, problems
from tests.specs.specs_toy import PATHWAY, SCENARIO, STUDY, changed, pathway, scenario, spec

CONTACTS = "contacts: {value: 8.5, low: 6, high: 11, interval: range}"
YEARS = "uptake: {2026-27: 0.3, 2027-28: 1.0}"
WARNING = {"severity": Severity.WARNING}
NOTE = {"severity": Severity.NOTE}


def test_a_share_of_nobody_is_drawn_with_a_prior_and_says_so():
    found = problems("{}", (READMIT, "p_readmit: {value: 0, n: 100, unit: share}"), scenarios={})
    assert_only(found, "drawn_with_a_prior", "parameters.p_readmit", "'p_readmit' is drawn with a Jeffreys prior",
                "mean 0.00495", "stated: 0, 0 of 100", "`prior: none`", **NOTE)  # fmt: skip


def test_everybody_and_a_uniform_prior():
    found = problems("{}", (READMIT, "p_readmit: {value: 1, n: 20, unit: share, prior: uniform}"), scenarios={})
    assert_only(
        found, "drawn_with_a_prior", "parameters.p_readmit", "with a uniform prior: mean 0.955", "1, 20 of 20", **NOTE
    )


def test_a_row_with_nobody_somewhere():
    found = problems("{}", (REHAB, REHAB + "\n  next: {counts: {home: 100, op: 0}}"), scenarios={})
    assert_only(
        found, "drawn_with_a_prior", "parameters.next", "mean home 0.995, op 0.00495", "stated: home 1, op 0", **NOTE
    )


def test_sensitivity_asks_too():
    text = changed(STUDY, ("report_per", "sensitivity: {one_way: [p_readmit]}\nreport_per"))
    shared = pathway(changed(PATHWAY, (READMIT, "p_readmit: {value: 0, n: 100, unit: share}")))
    found = check_uncertainty(spec(text, Study).spec, shared, {})
    assert [problem.rule for problem in found] == ["drawn_with_a_prior"]


NOT_DRAWN = {
    "an n that is no share": (LOS, "los: {value: 4.65, n: 2150, unit: day}", "los", "nothing says how they differ"),
    "an n of a table": (REHAB, REHAB[:-1] + ", n: 50}", "p_rehab", "it is not one number"),
    "an n of patients who do not differ": (LOS, "los: {value: 1, spread: {geometric: {}}, n: 9}", "los", "do not differ"),
    "limits that are one number": (LOS, "los: {value: 4, low: 4, high: 4}", "los", "are one number"),
    "a range that is one number": (LOS, "los: {value: 4, low: 4, high: 4, interval: range}", "los", "are one number"),
    "a law of one number": (LOS, "los: {value: 4, distribution: {uniform: {low: 4, high: 4}}}", "los", "are one number"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "name", "words"), NOT_DRAWN.values(), ids=NOT_DRAWN)
def test_stated_and_not_drawn(old, new, name, words):
    found = problems("{}", (old, new), scenarios={})
    assert_only(
        found, "stated_and_not_drawn", f"parameters.{name}", f"'{name}' is the same in every draw", words, **WARNING
    )


def test_one_warning_a_reason():
    found = problems("{}", (LOS, "los: {value: 4, n: 9, unit: day}\n  b: {value: 2, n: 7, unit: day}"), scenarios={})
    assert_only(found, "stated_and_not_drawn", "parameters.los", "'los', 'b' are the same in every draw", **WARNING)


@pytest.mark.parametrize(
    "los",
    [
        "{value: 4, distribution: {fixed: {}}}",
        "{value: 0, n: 100, unit: share, prior: none}",
        "{value: 0, low: 0, high: 0}",
        "{value: 4}",
        "{value: 4.65, spread: {lognormal: {sd: 2.83}}}",
        "{value: 4, low: 2, high: 159}",
    ],
)
def test_what_is_sure_by_choice_or_says_enough_is_silent(los):
    assert problems("{}", (LOS, f"los: {los}"), scenarios={}) == []


def test_a_prior_of_nothing():
    found = problems("{}", (LOS, "los: {value: 4, n: 9, unit: day, prior: jeffreys, se: 1}"), scenarios={})
    assert_only(found, "prior_of_nothing", "parameters.los.prior", "neither counts nor the n of a share")


def test_limits_that_no_mean_has():
    """Were a fortieth of draws above 160 days, they alone would bring the mean to 4."""
    found = problems("{}", (LOS, "los: {value: 4, low: 2, high: 161}"), scenarios={})
    assert_only(
        found,
        "limits_of_another_mean",
        "parameters.los.high",
        "above 161 in 2.5% of draws",
        "high below 160",
        **WARNING,
    )


@pytest.mark.parametrize(
    ("los", "item", "words"),
    [
        ("{value: 4, low: 1, high: 1.0e+308}", "low", "limits from 1 to 1e+308 cannot be"),
        ("{value: 4, se: 1.0e+308}", "se", "se 1e+308 cannot be"),
        ("{value: 4, spread: {gamma: {sd: 1.0e+308}}}", "spread", "a spread of this size cannot be"),
        ("{value: 4, n: 9, spread: {weibull: {shape: 1.0e-4}}}", "n", "n 9 cannot be"),
        (
            "{value: 0.5, distribution: {beta: {alpha: 1.0e-20, beta: 1}}}",
            "distribution",
            "a distribution of this size",
        ),
    ],
)
def test_no_numbers_beyond_numbers(los, item, words):
    shared = pathway(changed(PATHWAY, (LOS, f"los: {los}")))
    found = [problem for problem in check_pathway(shared) if problem.rule == "law_beyond_numbers"]
    assert_only(found, "law_beyond_numbers", f"parameters.los.{item}", "'los'", words)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("{value: 4, prior: uniform}", "`prior` goes with"),
        ("{counts: {a: 1.0e+308, b: 1.0e+308}}", "their sum is no number"),
    ],
)
def test_shapes_that_cannot_be(given, words):
    with pytest.raises(Exception, match=words):
        pathway(changed(PATHWAY, (LOS, f"los: {given}")))


@pytest.mark.parametrize(
    ("uptake", "words"), [("0.1", "at 10% it adds 2"), ("{2026-27: 0.3, 2027-28: 0.5}", "at 50% it adds 10")]
)
def test_patients_added_beside_an_uptake(uptake, words):
    change = ("by: 1.05}", "by: 1.05}\n  - {add_patients: {where: {frail: yes}}, patients: 20}")
    shared = pathway(PATHWAY)
    added = scenario(changed(SCENARIO, change, (YEARS, f"uptake: {uptake}")))
    found = [problem for problem in check_scenario(shared, added) if problem.rule == "added_by_uptake"]
    assert [problem.severity for problem in found] == [Severity.NOTE]
    assert words in str(found[0])
    full = scenario(changed(SCENARIO, change, (YEARS, "uptake: 1")))
    assert not [problem for problem in check_scenario(shared, full) if problem.rule == "added_by_uptake"]

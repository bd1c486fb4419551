"""What the answer says where draws tell another story than stated values: of other care, and of numbers that move the baseline too."""

import pytest

from pathway_cost.reports.words import Findings, told_pounds


@pytest.fixture(scope="module")
def findings(knee):
    return {each.scenario: each for each in Findings.of(knee).each}


def test_draws_that_hold_fewer_operations_say_so(knee, findings):
    """5,511 operations as stated, whatever the triage; over the draws 568 fewer."""
    rows = knee.uncertainty
    [mean] = rows["mean"][(rows["measure"] == "change_count") & (rows["scenario"] == "msk_triage")]
    assert mean == pytest.approx(-567.93, abs=0.01)
    assert findings["msk_triage"].unsettled.endswith(
        "Operation: 568 fewer on average over the draws, as many at stated values."
    )
    assert findings["day_case"].unsettled == ""


def test_a_number_that_turns_the_sign_at_both_ends_and_moves_the_baseline_says_so(knee, findings):
    rows = knee.tornado
    [row] = rows[(rows["scenario"] == "msk_triage") & (rows["parameter"] == "share_followup_listed")].to_dict("records")
    low, high = (told_pounds(row[f"change_at_{end}_gbp"]) for end in ("low", "high"))
    assert (low, high) == ("£5.72m", "£30.7m")
    assert findings["msk_triage"].overturns == (
        "Overturned if “Listed for surgery after follow-up” is at either end of its range, 24% or 45% (stated 35%), and at the "
        "same end in Baseline: then £5.72m less or £30.7m less in total."
    )


def test_a_number_whose_baseline_has_no_range_moves_alone(findings):
    assert findings["day_case"].overturns == (
        "Overturned if “Operations done as day cases, of those eligible” is 10%, the low end of its range (stated 28%): then "
        "£43,000 more in total."
    )


def test_what_it_rests_on_is_told_to_be_an_assumption(findings):
    assert "rests mainly on “Listed for surgery after follow-up”, an assumption." in findings["msk_triage"].sure

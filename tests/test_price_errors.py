"""Standard errors of prices: of a rebate they are drawn too; a thousand times the price they cannot be."""

from __future__ import annotations

import re

import pytest

import pathway_cost as pc
from pathway_cost.errors import EngineFaults
from tests.asked_study import ONCE, WARD, run, write

DRAWS = {"draws": 4000, "seed": 5}


def total(folder, **asked):
    frame = run(folder, ONCE | {"parameters": {"los": 4}}, uncertainty=DRAWS, **asked).uncertainty
    return frame[(frame["scenario"] == "baseline") & (frame["measure"] == "cost_per_patient_gbp")]


@pytest.mark.parametrize("gbp", [450.0, -450.0])
def test_a_price_below_nothing_is_drawn_as_one_above(tmp_path, gbp):
    found = total(tmp_path, prices={"ward.day": gbp}, errors={"ward.day": 45.0})
    assert found["mean"].iloc[0] == pytest.approx(4 * gbp, rel=0.01)
    assert found["sd"].iloc[0] == pytest.approx(4 * 45.0, rel=0.05)


@pytest.mark.parametrize("door", [pc.run, pc.check])
def test_an_error_beyond_the_price_is_refused(tmp_path, door):
    study = write(tmp_path, ONCE, errors={"ward.day": 1e30}, uncertainty=DRAWS)
    with pytest.raises(
        EngineFaults, match=r"ward\.day of R..: a standard error of 2\.22e\+27 times the price cannot be"
    ):
        door(study)


BEYOND = r"ward\.day of R..: a standard error of 2\.22e\+27 times the price cannot be"
ONE = {"scenario": "one", "changes": [{"scale_stay": "ward", "by": 0.8}, {"scale_unit_cost": "ward.day", "by": 0.9}]}


@pytest.mark.parametrize("door", [pc.run, pc.check])
@pytest.mark.parametrize(
    "asked",
    [
        {"uncertainty": DRAWS},
        {"sensitivity": {"one_way": "none", "two_way": [["los", "p_back"]]}},
        {"sensitivity": {"one_way": "all"}},
        {"evidence_sets": {"short": {"los": 2}}},
    ],
    ids=["draws", "two numbers", "one number", "named numbers"],
)
def test_what_is_wrong_whatever_the_numbers_is_said_before_any_is_moved(tmp_path, asked, door):
    """Not that it is wrong in some draws, and not a table of blanks."""
    with pytest.raises(EngineFaults) as fault:
        door(write(tmp_path, WARD, ONE, errors={"ward.day": 1e30}, **asked))
    assert re.match(BEYOND, fault.value.problems[0].what)


def test_where_no_number_is_moved_no_error_is_read(tmp_path):
    """100 patients × 4.65 ÷ 0.9 days × £450 → × 0.8 × 0.9: by either change first, the two sum to the whole change."""
    result = pc.run(write(tmp_path, WARD, ONE, errors={"ward.day": 1e30}))
    shares = result.attribution["shapley_gbp"]
    assert shares.sum() == pytest.approx(-0.28 * 100 * 4.65 / 0.9 * 450, rel=1e-12)
    assert result["one"].total_gbp - result["baseline"].total_gbp == pytest.approx(shares.sum(), rel=1e-12)

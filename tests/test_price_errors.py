"""Standard errors of prices: of a rebate they are drawn too; a thousand times the price they cannot be."""

from __future__ import annotations

import pytest

import pathway_cost as pc
from pathway_cost.errors import EngineFaults
from tests.asked_study import ONCE, run, write

DRAWS = {"draws": 4000, "seed": 5}


def total(folder, **asked):
    frame = run(folder, ONCE | {"parameters": {"los": 4}}, uncertainty=DRAWS, **asked).explored.uncertainty
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

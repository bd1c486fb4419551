import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway_cost.results.frames.rounding import round_to_sum


def test_shown_parts_sum_to_the_shown_total():
    assert round_to_sum([100 / 3, 100 / 3, 100 / 3], 2).tolist() == [33.34, 33.33, 33.33]


def test_ties_go_to_the_earlier_part():
    assert round_to_sum([1.5, 2.5, 3.5, 4.5], 0).tolist() == [2.0, 3.0, 3.0, 4.0]


def test_costs_and_credits():
    assert round_to_sum([-400.004, -500.004, 200.0, 20.008], 2).tolist() == [-400.0, -500.01, 200.0, 20.01]


def test_thousands():
    assert round_to_sum([1_499.0, 1_499.0, 2.0], -3).tolist() == [2_000.0, 1_000.0, 0.0]


def test_a_missing_part_stays_missing():
    shown = round_to_sum([0.5, float("nan"), 0.5], 0)
    assert shown[0] == 1.0
    assert np.isnan(shown[1])
    assert shown[2] == 0.0


def test_parts_of_another_total_are_refused():
    with pytest.raises(ValueError, match="cannot be shown"):
        round_to_sum([1.0, 2.0], 0, total=10.0)


def test_no_parts():
    assert round_to_sum([], 2).tolist() == []


@given(st.lists(st.floats(-1e8, 1e8), min_size=1, max_size=30), st.integers(0, 2))
def test_always_sums_and_never_moves_a_part_by_a_unit(values, digits):
    shown = round_to_sum(values, digits)
    assert round(float(shown.sum()), digits) == round(float(np.sum(values)), digits)
    assert np.abs(shown - np.array(values)).max() <= 10.0**-digits + 1e-6

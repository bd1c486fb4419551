"""The cube and its periods: what is refused, and how a cut is laid out."""

import numpy as np
import pandas as pd
import pytest

from pathway_cost.cube import Cube, Periods
from pathway_cost.errors import EngineFaults

ROW = {
    "segment": 0, "arm": "everyone", "place": "all", "setting": "ward", "use": "day", "unit_cost": "day", "level": "",
    "component": "nursing", "role": "acute", "organisation": "RXX",
    "patients": 10.0, "visits": 10.0, "quantity": 40.0, "gbp": 18_000.0,
}  # fmt: skip
ROWS = pd.DataFrame([ROW, ROW | {"component": "medical", "gbp": 2_000.0}, ROW | {"setting": "home", "gbp": 1_000.0}])
SHARES = np.array([[0.75, 0.25], [0.0, 1.0]])


def periods(shares=SHARES, pattern=(0, 0, 1)):
    days = np.array([0.0, 365.0, 730.0])
    return Periods(days[:-1], days[1:], np.array(pattern, dtype=int), shares, shares, shares)


def test_shares_that_are_not_the_whole_are_refused():
    """Pounds would be lost, or counted twice."""
    with pytest.raises(ValueError, match="do not sum to the whole"):
        periods(np.array([[0.75, 0.2], [0.0, 1.0]]))
    with pytest.raises(ValueError, match="in 2 periods do not sum"):
        periods(np.array([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0]]))
    with pytest.raises(ValueError, match="do not sum to the whole"):
        periods(np.array([[np.nan, 1.0], [0.0, 1.0]]))


def test_a_row_without_a_period_is_refused():
    with pytest.raises(ValueError, match="2 of 3 cube rows fall in periods"):
        Cube(ROWS, periods(pattern=(0, 1)))


@pytest.mark.parametrize("figure", ["gbp", "quantity"])
def test_pounds_that_fall_in_no_period_are_refused(figure):
    """£20,000, or 40 days, would be missing from every cut by period."""
    days, nowhere = np.array([0.0, 365.0, 730.0]), np.array([[0.0, 0.0], [0.0, 1.0]])
    shares = {"quantity": SHARES, "gbp": SHARES, "present_value_gbp": SHARES} | {figure: nowhere}
    with pytest.raises(ValueError, match=f"some rows of the cube have {figure} that falls in no period"):
        Cube(ROWS, Periods(days[:-1], days[1:], np.array([0, 0, 1]), **shares))


def test_shares_below_nothing_and_patterns_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match="do not sum to the whole"):
        periods(np.array([[2.0, -1.0], [0.0, 1.0]]))
    for pattern in ((0, 0, 2), (0, 0, -1)):
        with pytest.raises(ValueError, match="rows of none of the 2 patterns"):
            periods(pattern=pattern)


def test_a_row_that_has_nothing_of_a_figure_falls_nowhere():
    free, days = np.array([[0.0, 0.0], [0.0, 1.0]]), np.array([0.0, 365.0, 730.0])
    when = Periods(days[:-1], days[1:], np.array([0, 0, 1]), SHARES, free, free)
    nothing = Cube(ROWS.assign(gbp=[0.0, 0.0, 1_000.0]), when)
    assert nothing.by("period")["gbp"].tolist() == [0, 1_000]


@pytest.mark.parametrize(
    ("cuts", "rows"),
    [
        (["period"], [[1, 15_000.0], [2, 6_000.0]]),
        (["setting", "period"], [["ward", 1, 15_000.0], ["ward", 2, 5_000.0], ["home", 1, 0.0], ["home", 2, 1_000.0]]),
        (["period", "setting"], [[1, "ward", 15_000.0], [1, "home", 0.0], [2, "ward", 5_000.0], [2, "home", 1_000.0]]),
        (["setting"], [["ward", 20_000.0], ["home", 1_000.0]]),
    ],
)
def test_a_cut_tells_every_period_in_order(cuts, rows):
    found = Cube(ROWS, periods()).by(*cuts)
    assert list(found) == [*cuts, "gbp"]
    assert found.to_numpy().tolist() == rows


def test_quantity_by_period_is_counted_once():
    """40 days in the ward, shared by two components: 30 in the first year, 10 in the second."""
    found = Cube(ROWS, periods()).quantities("setting", "period")
    assert found.to_numpy().tolist() == [["ward", 1, 30.0], ["ward", 2, 10.0], ["home", 1, 0.0], ["home", 2, 40.0]]


def test_a_cube_of_whole_pathways_has_no_periods():
    for ask in (
        lambda: Cube(ROWS).by("period"),
        lambda: Cube(ROWS).quantities("period"),
        lambda: Cube(ROWS).known_periods,
    ):
        with pytest.raises(EngineFaults, match=r"nobody was followed through time.*give the study a `horizon:`"):
            ask()


def test_a_cube_without_rows_has_cuts_without_rows():
    nothing = Cube(ROWS.iloc[:0], periods(pattern=()))
    assert nothing.by("setting", "period").empty
    assert nothing.by("period")["gbp"].tolist() == [0, 0]
    assert nothing.quantities("setting").empty

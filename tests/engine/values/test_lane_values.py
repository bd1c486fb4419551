"""What the pathway says at a time, lane by lane: clock words, and drawn shares that cannot be."""

import numpy as np
import pandas as pd
import pytest

from pathway_cost.engine.model.compile import compiled
from pathway_cost.engine.model.grid import grid_of
from pathway_cost.engine.values.cohort_lanes import lanes_of, numbers_read
from pathway_cost.engine.values.lane_values import Clock, LaneValues
from pathway_cost.engine.values.lanes import lanes_of_bases
from pathway_cost.engine.values.reader import Exceeding
from tests.engine.time_toy import YEAR, beside_days, chain, years
from tests.engine.toy import coded, pathway_of


def lane_values(given, drawn, exceeding=None):
    """One lane a drawn value of each name."""
    pathway = pathway_of(given)
    segments = coded(pathway, 1).segments
    count = len(next(iter(drawn.values())))
    lanes = lanes_of_bases(pathway, segments).only(np.zeros(count, dtype=np.int64))
    lanes = lanes.with_given({name: np.array(values) for name, values in drawn.items()})
    return LaneValues(compiled(pathway), lanes, segments, exceeding)


def test_the_clock():
    """Steps of a month, cycles of a year: years and cycles since the start, and years in a setting by cycles there."""
    pathway = pathway_of(beside_days())
    grid = grid_of(pathway, years(20))
    lanes = lanes_of_bases(pathway, coded(pathway, 1).segments)
    words = Clock(grid, 11, 26, 3).lanes(lanes).given
    told = (words["years"], words["cycle"], words["years_in_setting"])
    at = [np.broadcast_to(name, (15, 3, 1))[..., 0] for name in told]
    assert at[0][:, 0].tolist() == pytest.approx([step / 12 for step in range(11, 26)], rel=1e-14)
    assert at[1][[0, 1, 12, 13], 0].tolist() == [0, 1, 1, 2]
    assert at[2][[0, 1, 13]].tolist() == [[0, 0, 0], [0, 1, 1], [0, 1, 2]]  # nobody has been there before the start


def test_a_drawn_share_that_grows_beyond_1_marks_its_lane():
    """0.3 × (1 + years) stays below 1 for three years; 0.6 does not, and is taken as 1."""
    given = chain(parameters={"p": 0.3}, routes={"well": {"well": "rest", "died": {"formula": "p * (1 + years)"}}})
    exceeding = Exceeding(np.zeros(2, dtype=np.bool_))
    values = lane_values(given, {"p": [0.3, 0.6]}, exceeding)
    grid = grid_of(values.model.pathway, years(3))
    shares = values.shares_over(0, Clock(grid, 0, 3))
    assert shares[1, :, 0].tolist() == [pytest.approx([0.3, 0.6]), pytest.approx([0.6, 1]), pytest.approx([0.9, 1])]
    assert shares.sum(axis=0) == pytest.approx(np.ones((3, 1, 2)))
    assert values.faults == []
    assert exceeding.lanes.tolist() == [False, True]


def test_lanes_are_patients_alike_in_every_number_that_is_read():
    given = chain(
        attributes={"age": {"number": "year"}, "height": {"number": "cm"}, "frail": {"levels": ["no", "yes"]}},
        routes={"well": {"well": "rest", "died": {"by": "age", "steps": {0: 0.1, 65: 0.2}}}},
    )
    people = pd.DataFrame(
        {
            "age": [70.0, 40.0, 70.0, 40.0],
            "height": [180.0, 170.0, 160.0, 150.0],
            "frail": ["no", "no", "no", "yes"],
            "weight": [1.0, 2.0, 5.0, 4.0],
        }
    )
    pathway = pathway_of(given)
    cohort = coded(pathway, people)
    lanes = lanes_of(pathway, cohort, np.arange(2), numbers_read(pathway))
    assert lanes.who.numbers["age"].tolist() == [40, 70, 40]
    assert (lanes.position.tolist(), lanes.weight.tolist()) == ([0, 0, 1], [0.25, 0.75, 1])
    assert cohort.row.tolist() == [1, 2, 0, 3]
    assert lanes.lane_of.tolist() == [0, 1, 1, 2]
    assert lanes.to_bases(np.array([[YEAR, 0.0, 8.0]])).tolist() == [[YEAR / 4, 8]]
    assert [part for part, _ in lanes.parts(2)] == [slice(0, 2), slice(2, 3)]

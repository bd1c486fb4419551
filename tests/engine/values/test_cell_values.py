"""Where each line falls, and how many units it is in each cell of time."""

from __future__ import annotations

import numpy as np
import pytest

from pathway_cost.engine.model.compile import compiled
from pathway_cost.engine.model.grid import grid_of
from pathway_cost.engine.values.cell_values import Falls, cells_of, falls_of, units_of
from pathway_cost.engine.values.cohort_lanes import lanes_of, numbers_read
from pathway_cost.engine.values.lane_values import LaneValues
from tests.engine.chance_toy import PATHWAY, PEOPLE
from tests.engine.time_toy import chain, three_states, years
from tests.engine.toy import coded, pathway_of


def values_of(pathway, people=1):
    pathway = pathway_of(pathway)
    cohort = coded(pathway, people)
    lanes = lanes_of(pathway, cohort, np.arange(len(cohort.segments.of_base)), numbers_read(pathway))
    return LaneValues(compiled(pathway), lanes.who, cohort.segments)


def grid(values, timing):
    return grid_of(values.model.pathway, timing)


def fallen(values):
    """Label of the line, where it falls in words."""
    graph = values.model.graph
    names = {"start": lambda _: "", "edge": lambda n: graph.edges[n].route, "wait_day": lambda n: graph.edges[n].route}
    return [
        (line.unit_cost, falls.kind, names.get(falls.kind, lambda n: graph.nodes[n])(falls.number))
        for line in values.model.lines
        for falls in falls_of(values, line)
    ]


def test_where_lines_fall():
    assert set(fallen(values_of(PATHWAY, PEOPLE))) >= {
        ("theatre", "entry", "ward"),
        ("ward.day", "day", "ward"),
        ("letter", "start", ""),
        ("count:admission", "entry", "ward"),
        ("ride", "edge", "rehab"),
        ("physio", "wait_day", "rehab"),
        ("ward.day", "day", "rehab"),
        ("letter", "edge", "home"),
    }


def test_what_an_end_uses_falls_on_every_way_there():
    found = fallen(values_of(PATHWAY, PEOPLE))
    assert found.count(("letter", "edge", "home")) == 2


def test_cycles_and_arrivals():
    found = fallen(
        values_of(three_states({"unit_cost": "year", "per": "cycle"}, {"unit_cost": "arrive", "per": "visit"}))
    )
    assert found == [("year", "cycle", "ill"), ("arrive", "entry", "ill")]


def test_without_time_there_is_one_cell():
    values = values_of(PATHWAY, PEOPLE)
    cells = cells_of(values, None)
    assert [cells.shape(setting) for setting in range(2)] == [(1, 1), (1, 1)]
    ward = values.model.graph.settings.index("ward")
    theatre = next(number for number, line in enumerate(values.model.lines) if line.unit_cost == "theatre")
    assert units_of(values, theatre, Falls("entry", ward), cells, paid=True).tolist() == [[[1.0] * values.lanes.count]]


def test_only_some_patients_use_a_line():
    values = values_of(PATHWAY, PEOPLE)
    number = [line.unit_cost for line in values.model.lines].index("letter", 1)
    numbers = [n for n, line in enumerate(values.model.lines) if line.unit_cost == "letter"]
    falls = {n: falls_of(values, values.model.lines[n])[0] for n in numbers}
    at_end = next(n for n in numbers if falls[n].kind == "edge")
    units = units_of(values, at_end, falls[at_end], cells_of(values, None), paid=True)[0, 0]
    frail = values.lanes.codes["frail"] == 1
    assert units.tolist() == frail.astype(float).tolist()
    assert number in numbers


def test_a_price_factor_is_paid_and_not_used():
    pathway = chain(
        unit_costs={"year": {"unit": "contact", "covers": "part", "price_factor": {"formula": "1 + years"}}}
    )
    values = values_of(pathway)
    cells = cells_of(values, grid(values, years(3)))
    assert cells.shape(0) == (4, 1)
    well = Falls("cycle", 0)
    assert units_of(values, 0, well, cells, paid=True)[:, 0, 0] == pytest.approx([1, 2, 3, 4])
    assert units_of(values, 0, well, cells, paid=False)[0, 0].tolist() == [1.0]


def test_years_in_setting_are_told_apart():
    pathway = chain()
    pathway["settings"]["well"]["uses"][0]["quantity"] = {"by": "years_in_setting", "steps": {0: 1, 1: 5, 2: 7}}
    values = values_of(pathway)
    cells = cells_of(values, grid(values, years(2)))
    assert cells.spells == (3,)
    units = units_of(values, 0, Falls("cycle", 0), cells, paid=False)
    assert units[..., 0].tolist() == [[1, 1, 1], [1, 5, 5], [1, 5, 7]]  # nobody is there longer than the clock runs


def test_what_falls_on_a_way_out_is_read_when_it_falls():
    way = {"unit_cost": "way", "role": "acute", "quantity": {"formula": "10 * years"}}
    values = values_of(three_states(on_route=[way]))
    cells = cells_of(values, grid(values, years(2)))
    edge = next(number for number, each in enumerate(values.model.graph.edges) if each.route == "ill")
    line = next(number for number, each in enumerate(values.model.lines) if each.unit_cost == "way")
    assert units_of(values, line, Falls("edge", edge), cells, paid=True)[:, 0, 0] == pytest.approx([0, 10, 20])

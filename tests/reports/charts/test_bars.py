"""Bars and waterfalls: no text over another, none outside, whatever the names and pounds."""

from __future__ import annotations

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway_cost.reports.charts.bars import Series, Step, bars, waterfall
from tests.reports.text_boxes import boxes, outside, overprinted

LETTERS = st.text(alphabet="Wim £Kneerplact-é膝", min_size=1, max_size=30)
NAMES = st.lists(LETTERS, min_size=1, max_size=9).map(" ".join).filter(str.strip)
POUNDS = st.one_of(st.floats(-1e12, 1e12), st.floats(-10, 10), st.just(0.0))
ON_PAPER = 12.5


@given(st.lists(st.tuples(NAMES, POUNDS, st.sampled_from(["part", "whole", "apart"])), min_size=1, max_size=14))
def test_a_waterfalls_names_and_figures_stand_free(given_steps):
    svg = waterfall([Step(*each) for each in given_steps], label="x")
    found = boxes(svg, size=ON_PAPER)
    assert overprinted(found) == []
    assert outside(svg, found) == []


@given(st.lists(NAMES, min_size=1, max_size=8), st.integers(1, 5), st.booleans(), st.data())
def test_names_and_figures_of_bars_stand_free(groups, scenarios, signed, data):
    drawn = st.lists(POUNDS, min_size=len(groups), max_size=len(groups))
    series = [Series(f"s{number}", "#005eb8", data.draw(drawn)) for number in range(scenarios)]
    svg = bars(groups, series, label="x", signed=signed)
    found = boxes(svg, size=ON_PAPER)
    assert overprinted(found) == []
    assert outside(svg, found) == []


def test_a_long_name_of_one_bar_takes_two_lines_of_its_own_row():
    """One scenario's bar is 11 pixels; two lines of a name are 28, so rows are as far apart as that."""
    name = "Musculoskeletal triage and physiotherapy in the community, first and following contacts"
    svg = bars([name, name], [Series("a", "#005eb8", [1.0, 2.0])], label="x")
    lines = [each for each in lxml.html.fragment_fromstring(str(svg)).iter("text") if each.get("class") == "name"]
    assert len(lines) == 4
    assert float(lines[2].get("y")) - float(lines[0].get("y")) == pytest.approx(30.0)


def test_a_long_name_under_a_column_is_whole_on_four_lines():
    name = "Organisation and unit cost together, with routing"
    svg = waterfall([Step(name, 100.0), Step("Quantity", -50.0)], label="x")
    lines = [each for each in lxml.html.fragment_fromstring(str(svg)).iter("text") if each.get("class") == "name"]
    assert " ".join(each.text for each in lines) == f"{name} Quantity"

"""The chart of changes: no figure is cut off, no name runs into the bars; bars too many to draw are drawn together."""

import re

import pandas as pd
import pytest

from pathway_cost.reports.charts.change_chart import NARROW, WIDE, Change, change_chart
from pathway_cost.reports.page.change_drawing import MOST_DRAWN, _fewer
from pathway_cost.reports.words import text_width

BOLD = 1.14  # bold letters of DejaVu Sans are so much wider than plain ones
TEXT = re.compile(r'<text x="([\d.]+)"[^>]*>([^<]+)</text>')


@pytest.mark.parametrize("shape", [WIDE, NARROW], ids=lambda shape: shape.name)
@pytest.mark.parametrize("gbp", [-720_500.0, 720_500.0, -99_960_000.0, -12.0, 0.0])
def test_every_figure_ends_within_the_drawing(shape, gbp):
    drawn = change_chart([Change("A", gbp), Change("B", gbp / 2)], shape, label="changes")
    figures = [(float(x), words) for x, words in TEXT.findall(drawn) if "£" in words and 'class="axis"' not in words]
    ends = [x + text_width(words, 13.5) * BOLD for x, words in figures[-1:]]
    assert max(ends) <= shape.width


def test_a_long_name_ends_before_the_bars():
    drawn = change_chart([Change("Home ten tenths of a day earlier than now, after an operation", -5.0)], label="x")
    names = [words for x, words in TEXT.findall(drawn) if float(x) == 0]
    assert len(names) == 2
    assert all(text_width(words, 13.5) <= WIDE.labels for words in names)


def test_of_many_parts_those_that_change_most_are_drawn_in_their_order_and_the_others_together():
    changes = pd.DataFrame({"a": [float(size) for size in range(1, 121)]}, index=[f"R{at}" for at in range(120)])
    fewer = _fewer(changes)
    assert list(fewer.index) == [*(f"R{at}" for at in range(100, 120)), "100 others, together"]
    assert fewer["a"].sum() == changes["a"].sum()


def test_one_part_more_than_are_drawn_is_drawn_too():
    changes = pd.DataFrame({"a": [1.0] * (MOST_DRAWN + 1)})
    assert _fewer(changes) is changes

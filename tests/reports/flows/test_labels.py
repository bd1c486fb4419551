"""Labels of Sankeys: no two over one another, none outside the picture, in every scenario and whatever the pathway."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathway_cost.reports.flows.pathway_picture import MEASURES, Pictures
from pathway_cost.reports.flows.sankey import Layout, Spot, lay_out
from pathway_cost.reports.flows.sankey_labels import LETTERS, placed_labels, room_in
from pathway_cost.reports.flows.sankey_order import Band, plan
from pathway_cost.reports.flows.sankey_svg import NodeText, draw
from pathway_cost.reports.words import Names
from tests.reports.text_boxes import boxes, outside, overprinted

WORDS = [
    "Knee",
    "replacement",
    "as an inpatient",
    "Musculoskeletal",
    "WWWWWWWWWWWWWWWWWWWWW",
    "ward",
    "膝の手術の後",
    "Émergency",
]
TITLES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=7).map(" ".join)
SIZES = st.one_of(st.floats(0, 1e7), st.floats(0, 10))


@st.composite
def pathways(draw_one):
    """Settings with titles and sizes, and bands between them, loops and long ways among them."""
    number = draw_one(st.integers(2, 18))
    names = [f"s{at}" for at in range(number)]
    titles = {name: draw_one(TITLES) for name in names}
    sizes = {name: draw_one(SIZES) for name in names}
    pairs = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda pair: pair[0] != pair[1])
    ways = draw_one(st.lists(pairs, min_size=1, max_size=3 * number, unique=True))
    return titles, sizes, [Band(*way, draw_one(SIZES)) for way in ways]


@settings(max_examples=60, deadline=None)
@given(pathways(), st.sampled_from([80.0, 92.0, 140.0, 400.0]))
def test_labels_of_any_pathway_stand_free(pathway, step):
    titles, sizes, bands = pathway
    layout = lay_out(sizes, bands, plan(list(sizes), bands), step=step, height=430.0, padding=54.0)
    nodes = {key: NodeText(titles[key], "£113.0k here", "#005eb8") for key in sizes}
    words = {(band.source, band.target): "" for band in bands}
    svg = draw(layout, nodes, words, label="x", room=room_in(step))
    found = boxes(svg, size=LETTERS)
    assert len(found) >= 2 * len(sizes)
    assert overprinted(found) == []
    assert outside(svg, found) == []


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_labels_of_a_run_stand_free_in_every_scenario(result, measure):
    names, pictures = Names.of(result), Pictures.of(result)
    for scenario in result.compared:
        svg = pictures.draw(scenario, measure, names, title="x")
        found = boxes(svg, size=LETTERS)
        assert overprinted(found) == [], scenario
        assert outside(svg, found) == [], scenario


def test_a_label_moves_off_another_node_and_a_smaller_nodes_label_off_a_larger_ones():
    """Two nodes 40 pixels apart. Ward's label, 26 high, moves up from 132 to 115: 3 pixels above the other's bar at 144.

    The other's, which would stand at 132, moves 3 pixels below that: to 144.
    """
    spots = {"ward": Spot("ward", 0, 9.0, x=0, y=100, height=90), "ed": Spot("ed", 1, 1.0, x=40, y=144, height=2)}
    texts = {"ward": ("Ward", "£1.85m here"), "ed": ("Emergency", "£113.0k here")}
    ward, ed = placed_labels(Layout(spots, (), 54.0, 200.0), texts, room=80.0)
    assert (ward.box.top, ed.box.top) == (115.0, 144.0)
    assert (ward.box.left, ed.box.left) == (20.0, 60.0)
    assert not ward.is_away
    assert not ed.is_away


def test_a_line_leads_to_a_label_that_stands_away_from_its_node():
    spots = {name: Spot(name, at, 9.0 - at, x=20.0 * at, y=100, height=2) for at, name in enumerate("abc")}
    layout, texts = Layout(spots, (), 54.0, 200.0), {name: (f"Ward {name}", "£1.85m here") for name in spots}
    away = [label for label in placed_labels(layout, texts, room=80.0) if label.is_away]
    svg = draw(layout, {name: NodeText(*text, "#005eb8") for name, text in texts.items()}, {}, label="x", room=80.0)
    assert len(away) == svg.count("<line ") == 3, "three nodes stand 20 pixels apart, and no label over any of them"

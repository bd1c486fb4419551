"""What the graph alone says."""

from pathway_cost.engine.model.footprint import prices_wanted
from pathway_cost.engine.model.graph import graph_of
from pathway_cost.engine.model.hints import selection_warning
from tests.engine.toy import TOWN, pathway_of, prices_of

TRIAGE = {
    "attributes": {"frail": {"levels": ["no", "yes"]}},
    "start": {"gp": 1},
    "settings": {name: {"role": "acute", "uses": [{"unit_cost": name}]} for name in ("gp", "ward", "clinic", "review")},
    "routes": {
        "gp": {"ward": {"by": "frail", "values": {"no": 0.1, "yes": 0.5}}, "clinic": "rest"},
        "ward": {"ward": 0.1, "review": "rest"},
        "clinic": {"review": 1},
        "review": {"gp": 0.2, "home": "rest"},
    },
}


def test_loops_and_order():
    graph = graph_of(pathway_of(TRIAGE))
    assert [tuple(graph.nodes[node] for node in part) for part in graph.components] == [
        ("gp", "ward", "clinic", "review"),
        ("home",),
    ]
    assert {graph.nodes[node] for node in graph.parted(graph.number["gp"])} == {"ward", "clinic"}
    assert graph.downstream(graph.number["home"]) == frozenset()


def test_selection_names_prices_of_a_part_of_the_mix_only():
    (warning,) = selection_warning(pathway_of(TRIAGE), prices_of(dict.fromkeys(TRIAGE["settings"], 1)))
    assert "ward, clinic" in warning.what
    assert "review" not in warning.what
    by_level = prices_of(
        {"gp": 1, "review": 1, "ward": {"frail=no": 1, "frail=yes": 2}, "clinic": {"frail=no": 1, "frail=yes": 2}}
    )
    assert selection_warning(pathway_of(TRIAGE), by_level) == []


def test_prices_wanted_with_what_stands_in():
    pathway = pathway_of(
        {
            "start": {"ward": 1},
            "unit_costs": {
                "ward": {"unit": "bed_day", "covers": "part", "bundle": "stay"},
                "whole": {"unit": "episode", "covers": "whole"},
            },
            "bundles": {"stay": {"replaced_by": "whole"}},
            "settings": {"ward": {"role": "acute", "uses": [{"unit_cost": "ward"}, {"count": "seen"}]}},
            "routes": {"ward": {"home": {"share": 1, "uses": [{"unit_cost": "taxi", "role": "ambulance"}]}}},
        }
    )
    assert prices_wanted(pathway, TOWN) == {("RXX", "ward"), ("RXX", "whole"), ("RYA", "taxi")}

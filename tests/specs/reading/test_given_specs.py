"""Specs handed over in memory, and given back as text and graphs: what is read again is its equal."""

from __future__ import annotations

import math
from pathlib import Path

import hypothesis.strategies as some
import networkx as nx
import pytest
from hypothesis import given, settings

import pathway_cost as pc
from pathway_cost.errors import SpecFaults
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.rules import UnitCostRules
from pathway_cost.specs.format.scenario import Scenario
from pathway_cost.specs.format.study import Study
from pathway_cost.specs.format.yaml_text import yaml_text
from pathway_cost.specs.reading.given_specs import given_spec
from pathway_cost.specs.reading.read_specs import load_document, parse_document, read_spec
from tests.specs.specs_toy import PATHWAY, RULES, SCENARIO, STUDY
from tests.test_laws import pathways, scenarios

ROOT = Path(__file__).parents[3]
KINDS = {"study": Study, "scenario": Scenario, "rules": UnitCostRules, "pathway": Pathway}  # the first key found tells
FILES = [*(ROOT / "pathways").rglob("*.yaml"), *(ROOT / "examples").rglob("*.yaml")]
TEXTS = {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in FILES} | {
    "toy pathway": PATHWAY, "toy scenario": SCENARIO, "toy study": STUDY, "toy rules": RULES,
}  # fmt: skip


def spec_of(text):
    document = parse_document(text, file="x")
    return read_spec(document, KINDS[next(key for key in KINDS if key in document.tree)]).spec


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_a_file_and_its_spec_as_text_are_equal(text):
    spec = spec_of(text)
    again = given_spec(spec.to_yaml(), type(spec)).spec
    assert again == spec
    assert again.to_yaml() == spec.to_yaml()
    assert given_spec(spec.short(), type(spec)).spec == spec


PATHWAYS = [text for text in TEXTS.values() if isinstance(spec_of(text), Pathway)]


@pytest.mark.parametrize("text", PATHWAYS)
def test_a_pathway_and_its_graph_are_equal(text):
    pathway = spec_of(text)
    graph = pathway.to_graph()
    assert given_spec(graph, Pathway).spec == pathway
    assert set(graph.nodes) >= {*pathway.settings, *pathway.ends}
    assert graph.number_of_edges() == sum(map(len, pathway.routes.values()))


@settings(max_examples=40, deadline=None)
@given(pathways(), scenarios())
def test_any_pathway_and_scenario_come_back_from_text_and_graph(tree, changes):
    pathway, scenario = pc.load_pathway(tree), pc.load_scenario(changes)
    assert pc.load_pathway(pathway.to_yaml()) == pc.load_pathway(pathway.to_graph()) == pathway
    assert pc.load_scenario(scenario.to_yaml()) == scenario


words = some.text(max_size=12)
leaves = some.none() | some.booleans() | some.integers(-(10**15), 10**15) | some.floats(allow_nan=False, allow_infinity=False) | words  # fmt: skip
trees = some.recursive(leaves, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(words, inner, max_size=3), max_leaves=12)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(some.dictionaries(words, trees, min_size=1, max_size=3))
def test_any_tree_reads_back_as_it_was_written(tree):
    assert parse_document(yaml_text(tree), file="x").tree == tree


@pytest.mark.parametrize("text", ["", " ", "no", "true", "1", "5E1", "0x10", "2026-04-01", "a: b", "a #b", "- a", "é\u2028", "[", "~", "*", "NA", "1:30", "\U0001f600"])  # fmt: skip
def test_a_text_that_might_be_read_otherwise_is_quoted(text):
    assert parse_document(yaml_text({"x": text, "y": [text]}), file="x").tree == {"x": text, "y": [text]}


def test_what_was_not_stated_is_not_written():
    pathway = spec_of(PATHWAY)
    assert "per: visit" not in pathway.to_yaml()
    assert "null" not in pathway.to_yaml()
    assert "p_rehab: {" in pathway.to_yaml() or "p_rehab:\n" in pathway.to_yaml()


# --- graphs --------------------------------------------------------------------------------------------------------------
def ward_graph():
    """A ward of two days at £450, from which one in ten comes back."""
    graph = nx.DiGraph(
        pathway="ward", roles={"acute": {"kind": "acute"}}, start="ward",
        unit_costs={"bed": {"unit": "bed_day", "covers": "whole"}},
    )  # fmt: skip
    graph.add_node("ward", role="acute", stay=2, uses=[{"unit_cost": "bed", "per": "day"}])
    graph.add_edge("ward", "ward", share=0.1)
    graph.add_edge("ward", "home", share="rest")
    return graph


def test_pounds_of_a_graph():
    prices = {"unit_cost": ["bed"], "value_gbp": [450], "unit": ["bed_day"], "covers": ["whole"], "price_year": ["2024-25"], "source": ["made up"]}  # fmt: skip
    graph = ward_graph()
    costed = pc.cost_pathway(
        graph, pc.Cohort.alike(1), pc.UnitCosts.from_frame(prices), {"all": {"acute": "RXX"}}, price_year="2024-25",
        scenarios=[{"scenario": "shorter", "amends": "ward", "changes": [{"scale_stay": "ward", "by": 0.5}]}],
    )  # fmt: skip
    assert costed.total_gbp == pytest.approx(450 / 0.9)
    assert list(costed.pathway.ends) == ["home"]
    assert dict(graph.nodes["home"]) == {}


def test_ends_and_routes_of_a_graph_may_say_more():
    graph = ward_graph()
    graph.graph["ends"] = ["home", "gone"]
    graph.nodes["home"]["title"] = "Back home"
    graph.edges["ward", "home"].update(share=0.8, wait=3)
    graph.add_edge("ward", "gone", route="dies", share="rest")
    pathway = pc.load_pathway(graph)
    assert pathway.ends["home"].title == "Back home"
    assert pathway.routes["ward"]["dies"].to == "gone"
    assert pathway.to_graph().edges["ward", "gone"] == {"route": "dies", "share": "rest"}
    assert pc.load_pathway(pathway.to_graph()) == pathway


def test_two_routes_between_the_same_settings():
    tree = pc.load_pathway(ward_graph()).short()
    tree["routes"]["ward"] = {"home": 0.5, "by_taxi": {"to": "home", "share": "rest", "wait": 1}}
    pathway = pc.load_pathway(tree)
    graph = pathway.to_graph()
    assert isinstance(graph, nx.DiGraph)
    assert graph.is_multigraph()
    assert pc.load_pathway(graph) == pathway


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda graph: graph.to_undirected(), "its edges have no direction; make it a networkx.DiGraph"),
        (
            lambda graph: graph.add_edge("ward", "gone") or graph,
            "settings.*ward.*|routes.ward.gone: `share` is missing",
        ),
        (
            lambda graph: graph.nodes["ward"].update(staay=1) or graph,
            "settings.ward.staay: unknown field 'staay'; nearest: 'stay'",
        ),
        (lambda graph: graph.graph.pop("roles") and graph, "`roles` is missing"),
        (lambda graph: graph.edges["ward", "home"].update(share=0.7) or graph, "0.8"),
        (
            lambda graph: graph.graph.update(ends="home") or graph,
            "its `ends` are no names of nodes; give a list of them",
        ),
        (lambda graph: graph.graph.update(ends=None) or graph, "its `ends` are no names of nodes"),
        (lambda graph: graph.graph.update(ends=[["home"]]) or graph, "its `ends` are no names of nodes"),
        (lambda graph: graph.graph.update(ends={"home": 1}) or graph, "its `ends` are no names of nodes"),
        (
            lambda graph: graph.graph.update(settings={"ward": {}}) or graph,
            "the graph itself has 'settings'; its nodes and edges say that",
        ),
    ],
)
def test_a_graph_that_is_no_pathway_is_told(change, said):
    with pytest.raises(SpecFaults, match=said):
        pc.load_pathway(change(ward_graph()))


def test_two_routes_of_one_name_are_told():
    graph = nx.MultiDiGraph(ward_graph())
    graph.add_edge("ward", "home", share=0.1)
    with pytest.raises(SpecFaults, match="two routes from 'ward' are called 'home'; give each edge its `route`"):
        pc.load_pathway(graph)


# --- what else may stand for a spec ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("wrong", [3, [1], None, math.pi, b"pathway: x"])
def test_what_is_no_spec_is_said(wrong):
    with pytest.raises(SpecFaults, match=r"is no pathway; give a Pathway, a dict, YAML text or a networkx\.DiGraph"):
        pc.load_pathway(wrong)
    with pytest.raises(SpecFaults, match="is no scenario; give a Scenario, a dict or YAML text"):
        pc.load_scenario(wrong)


def test_faults_of_text_have_their_line():
    with pytest.raises(SpecFaults, match=r"the text:2:1 \(titel\): unknown field"):
        pc.load_pathway(PATHWAY.replace("title:", "titel:"))


def test_a_pathway_loaded_before_is_itself():
    pathway = pc.load_pathway("elective_knee")
    assert pc.load_pathway(pathway) is pathway
    assert pc.load_pathway(load_document(ROOT / "pathways" / "elective_knee" / "pathway.yaml").tree) == pathway


def test_what_holds_itself_is_told():
    tree = pc.load_pathway("elective_knee").short()
    tree["settings"]["again"] = tree
    with pytest.raises(SpecFaults, match="more than 50 levels; write it flatter: nothing can hold itself"):
        pc.load_pathway(tree)


@pytest.mark.parametrize("text", [PATHWAY.replace("\n", "\r"), PATHWAY.replace("\n", "\r\n")])
def test_text_of_any_system_is_text(text):
    assert pc.load_pathway(text) == pc.load_pathway(PATHWAY)


def test_a_name_longer_than_any_file_is_text():
    with pytest.raises(SpecFaults):
        pc.load_pathway("pathway: x, " * 1000)


def test_a_scenario_is_checked_against_a_pathway_in_whatever_form():
    scenario = {"scenario": "x", "amends": "knee"}
    for pathway in ("elective_knee", pc.load_pathway("elective_knee").short()):
        with pytest.raises(SpecFaults, match="this pathway is 'elective_knee'"):
            pc.load_scenario(scenario, pathway)

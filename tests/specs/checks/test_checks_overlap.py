"""An episode priced whole and its own ward days at one visit are the same pounds twice, whoever prices them."""

from __future__ import annotations

import pytest

import pathway_cost as pc
from pathway_cost.errors import PathwayCostError, SpecFaults
from pathway_cost.specs.checks.of_overlap import part_beside_whole
from pathway_cost.specs.format.pathway import Pathway

WHOLE, PART = {"unit_cost": "knee.episode"}, {"unit_cost": "ward.bed_day", "per": "day"}


def knee(uses=(WHOLE, PART), part=None, **more):
    unit_costs = {
        "knee.episode": {"unit": "episode", "covers": "whole"},
        "ward.bed_day": {"unit": "bed_day", "covers": "part"} | (part or {}),
        "clinic": {"unit": "attendance", "covers": "whole"},
    }
    plain = {
        "pathway": "knee",
        "roles": {"acute": {"kind": "acute"}, "community": {"kind": "community"}},
        "attributes": {"frail": {"levels": ["no", "yes"]}},
        "unit_costs": unit_costs,
        "start": "surgery",
        "settings": {"surgery": {"role": "acute", "stay": 12, "uses": list(uses)}},
        "routes": {"surgery": {"home": "rest"}},
        "ends": ["home"],
    }
    return plain | more


def found(given):
    return [problem.where.item for problem in part_beside_whole(Pathway.model_validate(given))]


def cost(given, scenarios=(), prices=None):
    rows = prices or [("knee.episode", 8700, "episode", "whole"), ("ward.bed_day", 450, "bed_day", "part"),
                      ("clinic", 100, "attendance", "whole")]  # fmt: skip
    names = ("unit_cost", "value_gbp", "unit", "covers")
    columns = {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    costs = pc.UnitCosts.from_frame(columns | {"price_year": "2024-25", "source": "x"})
    pathway = pc.load_pathway(given)
    changes = [pc.load_scenario(each, pathway) for each in scenarios]
    cohort = pc.Cohort.alike(1, {"frail": "no"})
    footprint = {"all": {"acute": "RXX", "community": "RYY"}}
    return pc.cost_pathway(pathway, cohort, costs, footprint, price_year="2024-25", scenarios=changes)


def test_the_ward_is_not_paid_a_second_time():
    # 8,700 + 12 × 450 = £14,100 would pay the ward twice (+£5,400)
    with pytest.raises(
        SpecFaults, match=r"'knee.episode' pays for the whole record and 'ward.bed_day' for a part of it"
    ):
        cost(knee())


def test_an_overlap_allowed_with_its_reason_is_paid():
    part = {"overlap": "allowed", "reason": "Excess days are not in the national price"}
    assert cost(knee(part=part)).total_gbp == pytest.approx(8700 + 12 * 450)


def test_an_overlap_needs_its_reason():
    with pytest.raises(SpecFaults, match="needs its `reason`"):
        cost(knee(part={"overlap": "allowed"}))


NOT_TWICE = {
    "two wholes": knee([WHOLE, {"unit_cost": "clinic"}]),
    "parts alone": knee([PART, PART | {"name": "more"}]),
    "of two roles": knee([WHOLE, PART | {"role": "community"}]),
    "of patients who are never the same": knee(
        [WHOLE | {"only": {"frail": ["no"]}}, PART | {"only": {"frail": ["yes"]}}]
    ),
    "at two places": knee(
        [WHOLE], routes={"surgery": {"home": {"share": "rest", "wait": 2, "uses": [PART | {"role": "acute"}]}}}
    ),
    "in a bundle, beside another record": knee(
        [{"unit_cost": "clinic"}, PART], part={"bundle": "stay"}, bundles={"stay": {"replaced_by": "knee.episode"}}
    ),
}


@pytest.mark.parametrize("given", NOT_TWICE.values(), ids=list(NOT_TWICE))
def test_what_is_not_the_same_pounds_is_silent(given):
    assert found(given) == []


@pytest.mark.parametrize(
    "uses",
    [
        [PART, WHOLE],
        [WHOLE | {"only": {"frail": ["no"]}}, PART],
        [WHOLE | {"role": "community"}, PART | {"role": "community"}],
        [WHOLE, PART | {"per": "visit", "quantity": 12}],
    ],
)
def test_the_same_pounds_however_they_are_written(uses):
    assert found(knee(uses)) == [f"settings.surgery.uses.{[use['unit_cost'] for use in uses].index('ward.bed_day')}"]


def test_on_a_route_and_at_an_end():
    end = {"home": {"role": "acute", "uses": [WHOLE, PART | {"per": "visit", "quantity": 1}]}}
    assert found(knee([], ends=end)) == ["ends.home.uses.1"]
    way = {"share": "rest", "wait": 1, "uses": [WHOLE | {"role": "acute"}, PART | {"role": "acute"}]}
    assert found(knee([], routes={"surgery": {"home": way}})) == ["routes.surgery.home.uses.1"]


def test_a_scenario_that_adds_the_part():
    change = {"scenario": "more", "amends": "knee", "changes": [{"add_use": "surgery", "use": PART}]}
    with pytest.raises(SpecFaults, match=r"after the changes.*whole record"):
        cost(knee([WHOLE]), [change])


# --- a bundle that falls back as a whole --------------------------------------------------------------------------------
def bundled(**part):
    unit_costs = {
        "theatre": {"unit": "episode", "covers": "part", "bundle": "stay"},
        "knee.episode": {"unit": "episode", "covers": "whole"},
        "implant": {"unit": "item", "covers": "part"} | part,
    }
    uses = [{"unit_cost": "theatre"}, {"unit_cost": "implant"}]
    return knee(uses, unit_costs=unit_costs, bundles={"stay": {"replaced_by": "knee.episode"}})


PRICES = [("knee.episode", 8700, "episode", "whole"), ("implant", 1500, "item", "part")]


def test_a_loose_part_beside_the_bundles_stand_in_is_refused():
    with pytest.raises(
        PathwayCostError, match=r"'knee.episode' pays for the whole record at RXX.*'implant' \(£1,500.00 a unit\)"
    ):
        cost(bundled(), prices=PRICES)


def test_a_loose_part_beside_the_bundles_own_parts_is_right():
    assert cost(bundled(), prices=[*PRICES, ("theatre", 5000, "episode", "part")]).total_gbp == pytest.approx(6500)


def test_a_loose_part_that_the_whole_leaves_out_is_allowed():
    given = bundled(overlap="allowed", reason="Devices are outside the national price")
    assert cost(given, prices=PRICES).total_gbp == pytest.approx(10200)

"""Laws of costing that hold for every pathway, cohort and scenario, tried through the public door on random graphs."""

from __future__ import annotations

import json

import hypothesis.strategies as some
import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, reject, settings

import pathway_cost as pc
from pathway_cost.errors import EngineFaults

FEW = settings(max_examples=7, phases=[Phase.generate])  # what is drawn is small already
BANDS = ["young", "old", "oldest"]
YEAR = "2024-25"
FOOTPRINT = {"all": {"acute": "RXX", "community": "RYY"}}
CUTS = ["segment", "arm", "place", "setting", "use", "unit_cost", "component", "role", "organisation"]
portions = some.floats(0, 1, allow_subnormal=False).map(lambda drawn: round(drawn, 3))


# --- what is drawn --------------------------------------------------------------------------------------------------------
@some.composite
def pathways(draw):
    """One to four settings in a line, routes between any two of them, a leak to an end from each."""
    names = [f"s{number}" for number in range(draw(some.integers(1, 4)))]
    return {
        "pathway": "drawn",
        "roles": {"acute": {"kind": "acute"}, "community": {"kind": "community"}},
        "attributes": {"band": {"levels": BANDS}},
        "unit_costs": {f"cost.{name}": {"unit": "contact", "covers": "whole"} for name in [*names, "journey"]},
        "parameters": {"leak": {"value": draw(some.floats(0.05, 0.5)), "unit": "share"}},
        "start": {"s0": 1},
        "settings": {name: setting(draw, name) for name in names},
        "routes": {name: ways(draw, names, number) for number, name in enumerate(names)},
        "ends": {"home": {}, "away": {"role": "community", "uses": [{"unit_cost": "cost.journey", "name": "lift"}]}},
    }


def setting(draw, name):
    use = {
        "unit_cost": f"cost.{name}",
        "quantity": draw(some.floats(0.5, 3)),
        "per": draw(some.sampled_from(["visit", "day"])),
    }
    stay = {"by": "band", "values": {band: draw(some.floats(0, 9)) for band in BANDS}}
    role = "acute" if name == "s0" else draw(some.sampled_from(["acute", "community"]))
    return {"role": role, "stay": stay, "uses": [use, {"count": "seen"}]}


def ways(draw, names, number):
    """Back or on to up to three settings, always on to the next, `leak` to one end and the rest to the other."""
    others = draw(some.lists(some.sampled_from(names), max_size=2, unique=True))
    share = 0.45 / (len(others) + 1)
    routes = {
        f"to_{name}": {"to": name, "share": {"by": "band", "values": {band: share * draw(portions) for band in BANDS}}}
        for name in others
    }
    if number + 1 < len(names):
        lift = {"unit_cost": "cost.journey", "role": "community", "quantity": draw(some.floats(0, 2))}
        routes[f"on_to_{names[number + 1]}"] = {"to": names[number + 1], "share": share, "uses": [lift]}
    return {**routes, "away": "leak", "home": "rest"}


cohorts = some.lists(some.tuples(some.sampled_from(BANDS), some.integers(1, 4)), max_size=8).map(
    lambda rows: [("old", 3), *rows]
)

CHANGES = {
    "stay": [{"scale_stay": "s0", "by": 0.8}],
    "quantity": [{"set_quantity": {"setting": "s0", "use": "cost.s0"}, "to": 1.75}],
    "price": [{"scale_unit_cost": {"organisation": "RXX"}, "by": 0.9}, {"set_price": "cost.s0", "to": {"gbp": 77}}],
    "parameter": [{"scale_parameter": "leak", "by": 0.5}],
    "patients": [{"scale_patients": {"where": {"band": ["old"]}}, "by": 1.5}],
    "organisation": [{"set_role": "s0", "to": "community"}, {"set_footprint": "acute", "to": "RZZ"}],
    "use": [{"add_use": "s0", "use": {"unit_cost": "cost.journey", "name": "visitor", "quantity": 0.25}}],
}
"""What may change, by the thing it touches: a scenario touches each thing once."""


@some.composite
def scenarios(draw, name="changed"):
    """Up to three changes, for some of the patients."""
    chosen = draw(some.lists(some.sampled_from(list(CHANGES)), min_size=1, max_size=3, unique=True))
    return {
        "scenario": name,
        "amends": "drawn",
        "eligible": {"band": ["old", *draw(some.lists(some.sampled_from(["young", "oldest"]), unique=True))]},
        "uptake": draw(portions),
        "changes": [draw(some.sampled_from(CHANGES[thing])) for thing in chosen],
    }


# --- the public door ----------------------------------------------------------------------------------------------------------
def price_rows(pathway):
    """Two components of every key at every organisation, no two alike."""
    return [
        {"unit_cost": key, "organisation": who, "component": component, "value_gbp": gbp + 10.0 * number, "unit": "contact",
         "covers": "whole", "price_year": YEAR, "source": "drawn"}
        for number, key in enumerate(pathway["unit_costs"])
        for who, base in (("RXX", 100.0), ("RYY", 60.0), ("RZZ", 140.0))
        for component, gbp in (("nursing", base), ("medical", base / 2))
    ]  # fmt: skip


def cost(pathway, rows, *given, prices=None, footprint=FOOTPRINT):
    spec = pc.load_pathway(pathway)
    people = pd.DataFrame(rows, columns=[*spec.attributes, "weight"])
    costs = pc.UnitCosts.from_frame(pd.DataFrame(prices or price_rows(pathway)), name="drawn")
    loaded = [pc.load_scenario(each) for each in given]
    try:
        return pc.cost_pathway(spec, pc.Cohort.from_frame(people), costs, footprint, scenarios=loaded, price_year=YEAR)
    except EngineFaults as faults:  # what is drawn may be a change that moves nothing, which no door takes
        if any(problem.rule != "change_without_effect" for problem in faults.problems):
            raise
        reject()


def pounds(costed, *cuts):
    frame = costed.by(*cuts)
    return {tuple(row): gbp for *row, gbp in frame[[*cuts, "gbp"]].itertuples(index=False)}


def close(one, other):
    return one == pytest.approx(other, rel=1e-9, abs=1e-6)


def by_band(costed):
    """Pounds by level, setting, use and component, without numbers of segments."""
    frame = costed.by("segment", "setting", "use", "component")
    return frame.groupby(["band", "setting", "use", "component"], observed=True)["gbp"].sum().to_dict()


# --- the laws -----------------------------------------------------------------------------------------------------------------
@FEW
@given(pathways(), cohorts, scenarios())
def test_every_cut_sums_to_the_total(pathway, rows, scenario):
    for costed in (cost(pathway, rows), cost(pathway, rows, scenario)):
        assert all(close(costed.by(cut)["gbp"].sum(), costed.total_gbp) for cut in CUTS)
        assert close(costed.by("segment", "role", "component")["gbp"].sum(), costed.total_gbp)
        assert close(costed.cost_per_patient_gbp * costed.patients, costed.total_gbp)


@FEW
@given(pathways(), cohorts)
def test_the_pounds_are_visits_times_quantity_times_price(pathway, rows):
    """The whole baseline again, solved band by band with nothing but a matrix."""
    names, keys = list(pathway["settings"]), list(pathway["unit_costs"])
    price = {(row["unit_cost"], row["organisation"]): 0.0 for row in price_rows(pathway)}
    for row in price_rows(pathway):
        price[row["unit_cost"], row["organisation"]] += row["value_gbp"]
    total = 0.0
    for band, weight in rows:
        moves, lifts = np.zeros((len(names), len(names))), np.zeros(len(names))
        for origin, routes in pathway["routes"].items():
            for way, route in routes.items():
                if way.startswith(("to_", "on_to_")):
                    share = route["share"] if isinstance(route["share"], float) else route["share"]["values"][band]
                    moves[names.index(route["to"]), names.index(origin)] += share
                    lifts[names.index(origin)] += share * sum(use["quantity"] for use in route.get("uses", ()))
        visits = np.linalg.solve(np.eye(len(names)) - moves, np.eye(len(names))[0])
        journeys = visits @ (lifts + pathway["parameters"]["leak"]["value"])
        total += weight * journeys * price[keys[-1], "RYY"]
        for name, expected in zip(names, visits, strict=True):
            place = pathway["settings"][name]
            use, who = place["uses"][0], FOOTPRINT["all"][place["role"]]
            days = place["stay"]["values"][band] if use["per"] == "day" else 1.0
            total += weight * expected * use["quantity"] * days * price[f"cost.{name}", who]
    assert close(cost(pathway, rows).total_gbp, total)


@FEW
@given(pathways(), cohorts, scenarios(), some.randoms(use_true_random=False))
def test_the_order_of_patients_is_nothing(pathway, rows, scenario, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert close(by_band(cost(pathway, shuffled, scenario)), by_band(cost(pathway, rows, scenario)))


@FEW
@given(pathways(), cohorts, scenarios())
def test_a_weight_is_so_many_patients(pathway, rows, scenario):
    repeated = [(band, 1) for band, weight in rows for _ in range(weight)]
    one, other = cost(pathway, rows, scenario), cost(pathway, repeated, scenario)
    assert close(by_band(one), by_band(other))
    assert close(one.patients, other.patients)


@FEW
@given(pathways(), cohorts, cohorts)
def test_two_cohorts_cost_what_each_costs(pathway, rows, others):
    together = cost(pathway, rows + others).total_gbp
    assert close(together, cost(pathway, rows).total_gbp + cost(pathway, others).total_gbp)


@FEW
@given(pathways(), cohorts, portions)
def test_a_scenario_of_no_changes_changes_nothing(pathway, rows, uptake):
    nothing = {"scenario": "nothing", "amends": "drawn", "uptake": uptake, "eligible": {"band": ["young", "old"]}}
    one, other = cost(pathway, rows), cost(pathway, rows, nothing)
    assert close(by_band(one), by_band(other))
    change = pc.compare(one, other)
    assert close(change.bridge()["gbp"].abs().sum(), 0.0)
    assert close(change.patients_change, 0.0)
    assert close(change.volume().volume_gbp, 0.0)


@FEW
@given(pathways(), cohorts, scenarios("one"), scenarios("other"))
def test_the_bridge_closes(pathway, rows, one, other):
    baseline = cost(pathway, rows)
    costed = [baseline, cost(pathway, rows, one), cost(pathway, rows, one | {"changes": CHANGES["stay"]}, other)]
    for before, after in (
        (costed[0], costed[1]),
        (costed[0], costed[2]),
        (costed[1], costed[2]),
        (costed[2], costed[0]),
    ):
        change, scale = pc.compare(before, after), before.total_gbp + after.total_gbp
        assert change.change_total_gbp == pytest.approx(after.total_gbp - before.total_gbp, abs=1e-9 * scale)
        assert change.bridge()["gbp"].sum() == pytest.approx(change.change_total_gbp, abs=1e-9 * scale)
        assert change.volume().volume_gbp + change.volume().rate_gbp == pytest.approx(
            change.change_total_gbp, abs=1e-9 * scale
        )
        for cut in ("setting", "organisation", "component"):
            assert change.by(cut)["change_gbp"].sum() == pytest.approx(change.change_total_gbp, abs=1e-9 * scale)


@FEW
@given(pathways(), cohorts, scenarios())
def test_uptake_is_a_mixture_of_patients(pathway, rows, scenario):
    """u of the eligible as changed, the others as they were: never a parameter in between, nor everybody's volume."""
    all_of_them, share = cost(pathway, rows, scenario | {"uptake": 1}), scenario["uptake"]
    mixed = (1 - share) * cost(pathway, rows).total_gbp + share * all_of_them.total_gbp
    assert close(cost(pathway, rows, scenario).total_gbp, mixed)


@FEW
@given(some.floats(0, 0.99), some.floats(0.5, 9), some.integers(1, 1000))
def test_loops_equal_the_geometric_series(back, days, patients):
    pathway = {
        "pathway": "drawn", "roles": {"acute": {"kind": "acute"}},
        "unit_costs": {"cost.day": {"unit": "contact", "covers": "whole"}}, "start": {"ward": 1},
        "settings": {"ward": {"role": "acute", "stay": days, "uses": [{"unit_cost": "cost.day", "per": "day"}]}},
        "routes": {"ward": {"ward": back, "home": "rest"}}, "ends": ["home"],
    }  # fmt: skip
    series = sum(back**turn for turn in range(4000))
    assert close(cost(pathway, [(patients,)]).total_gbp, patients * series * days * 150.0)


@FEW
@given(pathways(), cohorts, scenarios())
def test_labels_do_not_matter(pathway, rows, scenario):
    """Other names for settings, parameters, keys, levels, roles and organisations, in another order: the same pounds."""
    names = {f"s{number}": f"z{9 - number}" for number in range(4)} | {
        "leak": "dribble",
        "band": "age",
        "journey": "taxi",
    }
    names |= {"young": "level_c", "old": "level_a", "oldest": "level_b", "acute": "trust", "community": "others"}
    names |= {"RXX": "R0X", "RYY": "0100", "RZZ": "5E1", "home": "done", "away": "gone"}

    def renamed(node):
        if isinstance(node, dict):
            return {renamed(key): value if key == "kind" else renamed(value) for key, value in reversed(node.items())}
        if isinstance(node, list):
            return [renamed(each) for each in node]
        if not isinstance(node, str):
            return node
        head, dot, tail = node.rpartition(".")
        way = next((start for start in ("on_to_", "to_") if node.startswith(start)), "")
        return f"{way}{head}{dot}{names.get(tail.removeprefix(way), tail.removeprefix(way))}"

    prices = [dict(reversed(renamed(row).items())) for row in price_rows(pathway)]
    others = [(names[band], weight) for band, weight in rows]
    one = cost(pathway, rows, scenario)
    other = cost(renamed(pathway), others, renamed(scenario), prices=prices, footprint=renamed(FOOTPRINT))
    assert close(one.total_gbp, other.total_gbp)
    assert close(
        {
            (names.get(setting, setting), names[who]): gbp
            for (setting, who), gbp in pounds(one, "setting", "organisation").items()
        },
        pounds(other, "setting", "organisation"),
    )


@settings(FEW, max_examples=3)
@given(pathways(), cohorts, portions)
def test_two_doors_give_the_same_answer(tmp_path_factory, pathway, rows, uptake):
    """A study in files, and the same frames by hand."""
    folder = tmp_path_factory.mktemp("doors")
    scenario = {
        "scenario": "changed",
        "amends": "drawn",
        "uptake": uptake or 1,
        "changes": CHANGES["quantity"] + CHANGES["price"][:1],
    }
    study = {
        "study": "doors", "pathway": "pathway.yaml", "footprint": FOOTPRINT, "cohort": "cohort.csv", "price_year": YEAR,
        "unit_costs": [{"table": "prices.csv"}], "scenarios": ["changed.yaml"], "synthetic": True,
    }  # fmt: skip
    for name, tree in (("pathway", pathway), ("changed", scenario), ("study", study)):
        (folder / f"{name}.yaml").write_text(json.dumps(tree), encoding="utf-8")  # JSON is YAML
    pd.DataFrame(rows, columns=["band", "weight"]).to_csv(folder / "cohort.csv", index=False)
    pd.DataFrame(price_rows(pathway)).to_csv(folder / "prices.csv", index=False)
    result = pc.run(folder / "study.yaml")
    for name, scenarios_of in (("baseline", []), ("changed", [scenario])):
        assert close(by_band(result[name]), by_band(cost(pathway, rows, *scenarios_of)))

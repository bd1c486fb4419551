"""Each change's own effect, and changes that have none."""

import pytest

from pathway_cost.engine.model.timing import WHOLE, Timing
from pathway_cost.engine.pounds.cost import cost_scenario
from pathway_cost.engine.pounds.effects import effects_of_changes
from pathway_cost.errors import EngineFaults
from tests.engine.toy import cost, lives_of, scenario_of

PATHWAY = {
    "attributes": {"frail": {"levels": ["no", "yes"]}},
    "parameters": {"p": 0.25, "unused": 1},
    "start": {"clinic": 1},
    "settings": {
        "clinic": {"role": "acute", "uses": [{"unit_cost": "visit"}]},
        "ward": {"role": "acute", "stay": 4, "uses": [{"unit_cost": "day", "per": "day"}]},
        "spare": {"role": "acute", "stay": 2, "uses": [{"unit_cost": "day", "per": "day"}]},
    },
    "routes": {
        "clinic": {"ward": "p", "spare": 0, "home": "rest"},
        "ward": {"rehab": 0.5, "home": 0.5},
        "spare": {"home": "rest"},
    },
    "ends": ["home", "rehab"],
}
PRICES = {"visit": 100, "day": 50, "call": 10}
PEOPLE = [{"frail": "no", "weight": 60}, {"frail": "yes", "weight": 40}]


def effects(*scenarios, people=PEOPLE, pathway=PATHWAY, **options):
    made = tuple(scenario_of(each) for each in scenarios)
    lives = lives_of(pathway, people, PRICES, {"all": made}, **options)
    return effects_of_changes(lives, made, cost_scenario(lives, made))


def steps(found):
    return [(effect.position, effect.what, round(effect.total_gbp, 6)) for effect in found]


@pytest.mark.parametrize("timing", [WHOLE, Timing(stepped=True)])
def test_a_change_of_who_comes_at_all_is_an_effect(timing):
    """Of those in either ward 0.4 come once more: to the same one before, to the other one after. Nothing else moves."""
    ways = {"same": {"formula": "0.4 * (1 - crossing)"}, "other": {"formula": "0.4 * crossing"}}
    wards = {
        "start": {"east": 0.5, "west": 0.5},
        "parameters": {"crossing": 0, **ways},
        "settings": {name: {"role": "acute", "stay": 2, "uses": [{"unit_cost": "visit"}]} for name in ("east", "west")},
        "routes": {
            "east": {"east": "same", "west": "other", "home": 0.6},
            "west": {"west": "same", "east": "other", "home": 0.6},
        },
    }
    change = {"changes": [{"set_parameter": "crossing", "to": 1}]}
    assert steps(effects(change, pathway=wards, timing=timing)) == [
        (1, "set_parameter crossing", round(100 * 100 / 0.6, 6))
    ]
    before, after = (cost(wards, PEOPLE, PRICES, each, timing=timing) for each in ([], [change]))
    assert before.model.reached("east").sum() == pytest.approx(50)
    assert after.model.reached("east").sum() == pytest.approx(70)


def test_totals_after_each_change():
    """100 × £100 + 25 × 4 × £50 = £15,000; then 3 days; then a price of £40; then 10% more patients."""
    changes = [
        {"set_stay": "ward", "to": 3},
        {"scale_unit_cost": "day", "by": 0.8},
        {"scale_patients": {}, "by": 1.1},
    ]
    assert steps(effects({"changes": changes})) == [
        (1, "set_stay ward", 13_750),
        (2, "scale_unit_cost day", 13_000),
        (3, "scale_patients everyone", 14_300),
    ]


def test_the_last_total_is_the_scenario_s():
    scenarios = [
        {"scenario": "a", "uptake": 0.5, "changes": [{"set_stay": "ward", "to": 3}]},
        {"scenario": "b", "eligible": {"frail": ["yes"]}, "changes": [{"set_parameter": "p", "to": 0.5}]},
    ]
    found = effects(*scenarios)
    assert [(effect.scenario, effect.position) for effect in found] == [("a", 1), ("b", 1)]
    assert found[-1].total_gbp == pytest.approx(cost(PATHWAY, PEOPLE, PRICES, scenarios).cube.total_gbp)


@pytest.mark.parametrize(
    "change",
    [
        {"set_parameter": "unused", "to": 2},
        {"set_stay": "spare", "to": 9},
        {"set_parameter": "p", "to": 0.25},
        {"scale_quantity": {"setting": "clinic", "use": "visit"}, "by": 1},
    ],
)
def test_a_change_that_moves_nothing(change):
    with pytest.raises(EngineFaults) as raised:
        effects({"changes": [{"set_stay": "ward", "to": 3}, change]})
    (fault,) = raised.value.problems
    assert (fault.rule, fault.where.item) == ("change_without_effect", "change.changes.1")
    assert "change 2" in fault.what
    assert next(iter(change)) in fault.what


def test_a_change_that_only_others_bring_to_life():
    """A setting nobody goes to yet moves nothing until the next change sends patients there."""
    setting = {"role": "community", "uses": [{"unit_cost": "visit"}]}
    changes = [
        {"add_setting": "virtual", "setting": setting, "routes": {"home": "rest"}},
        {"add_route": {"setting": "clinic", "route": "virtual"}, "route": {"share": 0.5}},
    ]
    assert [effect.position for effect in effects({"changes": changes})] == [1, 2]


def test_changes_that_only_together_can_be():
    changes = [
        {"set_share": {"setting": "ward", "route": "rehab"}, "to": 0.75},
        {"set_share": {"setting": "ward", "route": "spare"}, "to": 0},
        {"set_stay": "ward", "to": 3},
    ]
    routes = PATHWAY["routes"] | {"ward": {"rehab": 0.25, "spare": 0.5, "home": "rest"}}
    assert steps(effects({"changes": changes}, pathway=PATHWAY | {"routes": routes})) == [
        (2, "set_share ward.rehab + set_share ward.spare", 15_000),
        (3, "set_stay ward", 13_750),
    ]


def test_a_scenario_that_reaches_nobody():
    with pytest.raises(EngineFaults) as raised:
        effects({"eligible": {"frail": ["yes"]}, "changes": [{"set_stay": "ward", "to": 3}]}, people=PEOPLE[:1])
    assert [fault.rule for fault in raised.value.problems] == ["scenario_reaches_nobody"]


def test_no_uptake_yet_is_no_fault():
    found = effects(
        {"uptake": {"2025-26": 0, "2026-27": 1}, "changes": [{"set_stay": "ward", "to": 3}]}, uptake_year="2025-26"
    )
    assert steps(found) == [(1, "set_stay ward", 15_000)]


def test_counts_and_organisations_are_effects():
    changes = [
        {"add_use": {"setting": "clinic"}, "use": {"count": "seen"}},
        {"set_role": "ward", "to": "community"},
    ]
    assert [effect.total_gbp for effect in effects({"changes": changes})] == [15_000, 15_000]


def test_work_done_before_changes_nothing():
    lives = lives_of(PATHWAY, PEOPLE, PRICES)
    first = cost_scenario(lives, ())
    again = cost_scenario(lives, (), keep_patients=True)
    assert again.cube.frame.equals(first.cube.frame)
    assert again.patient_cost.tolist() == [150.0, 150.0]

"""Lives are made once; those that are needed once are not kept, and a result does not hold them."""

import pickle
import weakref

import pytest

from pathway_cost.engine.pounds.cost import cost_scenario
from pathway_cost.engine.pounds.effects import effects_of_changes
from tests.engine.chance_toy import CHEAPER, FEWER, PATHWAY, PEOPLE, PRICES, SHORTER, Toy
from tests.engine.toy import scenario_of


@pytest.fixture
def toy():
    return Toy(PATHWAY, PEOPLE, PRICES, SHORTER, FEWER, CHEAPER)


def test_the_same_scenarios_by_value_have_the_same_lives(toy):
    again = tuple(scenario_of(each) for each in (SHORTER, FEWER))
    first, second = toy.lives.of(toy.compositions["shorter"] + toy.compositions["fewer"]), toy.lives.of(again)
    assert all(one is other for one, other in zip(first, second, strict=True))


def test_arms_alike_in_two_compositions_share_a_life_where_their_segments_are_the_same(toy):
    """Shorter stays are taken by 0.6 of everybody, so the 0.4 others live what all live in the baseline."""
    (everyone,) = toy.lives.of(())
    others, _ = toy.lives.of(toy.compositions["shorter"])
    assert others is everyone


def test_prices_alone_make_another_life_of_the_same_course(toy):
    cheaper = scenario_of({"scenario": "only", "changes": [{"scale_unit_cost": {"component": "nursing"}, "by": 0.9}]})
    (before,), (after,) = toy.lives.of(()), toy.lives.of((cheaper,))
    assert after.course is before.course
    assert after.prices is not before.prices


def test_what_is_needed_once_is_not_kept(toy):
    kept = toy.lives.of(())
    brief = toy.lives.briefly()
    assert brief.of(()) == kept
    *_, once = brief.of(toy.compositions["fewer"])
    *_, kept = toy.lives.of(toy.compositions["fewer"])
    assert once is not kept
    assert once.course.model.lines == kept.course.model.lines


def test_what_each_change_does_leaves_the_lives_of_the_composition_alone(toy):
    name = "shorter+fewer+cheaper"
    evaluation = cost_scenario(toy.lives, toy.compositions[name], name=name)
    kept = weakref.WeakSet(toy.lives._made.lives.values())
    assert set(kept) == set(toy.lives.of(toy.compositions[name]))
    effects_of_changes(toy.lives, toy.compositions[name], evaluation)
    assert set(toy.lives._made.lives.values()) == set(kept)


def test_an_evaluation_can_be_pickled(toy):
    evaluation = cost_scenario(toy.lives, toy.compositions["shorter"], keep_patients=True)
    again = pickle.loads(pickle.dumps(evaluation))
    assert again.cube.total_gbp == evaluation.cube.total_gbp
    assert again.model.variance() == evaluation.model.variance()

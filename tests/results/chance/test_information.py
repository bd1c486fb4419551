import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway_cost.errors import EngineFaults
from pathway_cost.results.chance.drawn import DrawnTotals
from pathway_cost.results.chance.information import conditional_means, perfect_information, value_of_information

DRAWS = 4_000


def normal_gain(mean, sd):
    """Two options, difference N(mean, sd²): sd·φ(mean/sd) − |mean|·Φ(−|mean|/sd)."""
    density = math.exp(-((mean / sd) ** 2) / 2) / math.sqrt(2 * math.pi)
    return sd * density - abs(mean) * 0.5 * math.erfc(abs(mean) / sd / math.sqrt(2))


def normals(count, seed=5):
    """The same normal scores in another order each, shape (count, D): one alone is as good as exact."""
    law, mixed = NormalDist(), np.random.default_rng(seed)
    scores = np.array([law.inv_cdf((at + 0.5) / DRAWS) for at in range(DRAWS)])
    return np.array([mixed.permutation(scores) for _ in range(count)])


def two(change, patients=1.0):
    level = np.full(change.shape, 5_000.0)
    return DrawnTotals(("baseline", "hub"), np.full(2, patients), np.stack([level, level + change]))


@pytest.mark.parametrize(("mean", "sd"), [(-20.0, 100.0), (0.0, 40.0), (75.0, 50.0)])
def test_perfect_information_of_two_options(mean, sd):
    (x,) = normals(1)
    assert perfect_information(two(mean + sd * x).gbp) == pytest.approx(normal_gain(mean, sd), rel=1e-3)


def test_each_of_two_parameters_in_a_straight_line():
    """Change −20 + 100x + 50y: what x alone tells is N(−20, 100²), y N(−20, 50²), both N(−20, 111.8²), z nothing."""
    x, y, z = normals(3)
    names = {"x": x, "y": y, "z": z}
    frame = value_of_information(
        two(-20 + 100 * x + 50 * y, patients=8.0), names, {**{name: [name] for name in names}, "both": ["x", "y"]}
    ).set_index("group")
    total = frame["evppi_total_gbp"]
    assert total["everything"] == pytest.approx(normal_gain(-20, math.hypot(100, 50)), rel=0.04)
    assert total["x"] == pytest.approx(normal_gain(-20, 100), rel=0.02)
    assert total["y"] == pytest.approx(normal_gain(-20, 50), rel=0.06)
    assert total["both"] == pytest.approx(total["everything"], rel=1e-9)
    assert total["z"] == 0.0
    assert frame["evppi_per_patient_gbp"].tolist() == pytest.approx((total / 8).tolist())
    assert frame["share_of_evpi"].tolist() == pytest.approx((total / total["everything"]).tolist())
    assert frame.loc["both", "parameters"] == "x, y"


def test_a_curve_and_a_product_are_found():
    """40(x² − 1) + 10y told by x is a curve; 50xy is told by neither alone, and by both."""
    x, y = normals(2)
    curve = value_of_information(two(40 * (x**2 - 1) + 10 * y), {"x": x, "y": y}).set_index("group")["evppi_total_gbp"]
    known = 40 * (x**2 - 1)
    assert curve["x"] == pytest.approx(min(0.0, known.mean()) - np.minimum(known, 0).mean(), rel=0.05)
    change = 50 * x * y - 5
    groups = {"x": ["x"], "both": ["x", "y"]}
    product = value_of_information(two(change), {"x": x, "y": y}, groups).set_index("group")["evppi_total_gbp"]
    assert product["x"] <= 0.05 * product["everything"]
    assert product["both"] == pytest.approx(product["everything"], rel=0.01)


def test_three_options():
    """0, x and y: perfect information about x and y together is everything, and x tells less than everything."""
    x, y = normals(2)
    costs = np.stack([np.zeros(DRAWS), 10 * x, 10 * y])
    drawn = DrawnTotals(("baseline", "hub", "triage"), np.ones(3), costs)
    total = value_of_information(drawn, {"x": x, "y": y}, {"x": ["x"], "both": ["x", "y"]})["evppi_total_gbp"]
    assert total[0] == pytest.approx(-np.minimum(costs.min(axis=0), 0).mean() + costs.mean(axis=1).min(), rel=1e-9)
    assert total[1] == pytest.approx(normal_gain(0, 10), rel=0.04)
    assert total[2] == pytest.approx(total[0], rel=1e-9)


def test_a_choice_that_nothing_can_change_gains_nothing():
    (x,) = normals(1)
    frame = value_of_information(two(-500 + x), {"x": x})
    assert frame["evppi_total_gbp"].tolist() == [0.0, 0.0]
    assert frame["share_of_evpi"].isna().all()


def test_parameters_that_do_not_vary_are_left_out():
    (x,) = normals(1)
    fixed = np.full(DRAWS, 0.05)
    assert value_of_information(two(x), {"x": x, "p_home": fixed})["group"].tolist() == ["everything", "x"]
    named = value_of_information(two(x), {"x": x, "p_home": fixed}, {"shares": ["p_home"]})
    assert named["evppi_total_gbp"].tolist()[1] == 0.0


def test_more_parameters_than_draws_can_tell_apart():
    """Of 120 parameters the one that matters is told from the others in 200 draws."""
    draws = np.random.default_rng(3).standard_normal((120, 200))
    names = {f"p{number}": values for number, values in enumerate(draws)}
    frame = value_of_information(
        two(100 * draws[7]), names, {"all": list(names), "others": [f"p{n}" for n in range(8, 20)]}
    )
    assert frame["share_of_evpi"].tolist()[:2] == pytest.approx([1.0, 1.0])
    assert frame["share_of_evpi"].tolist()[2] == pytest.approx(0.0, abs=0.02)


def test_few_draws_say_nothing_about_one_parameter():
    x = np.linspace(-1, 1, 49)
    frame = value_of_information(two(x), {"x": x})
    assert frame["evppi_total_gbp"].iloc[0] > 0
    assert np.isnan(frame["evppi_total_gbp"].iloc[1])


def test_a_group_of_an_unknown_parameter_is_a_fault():
    x = np.linspace(-1, 1, 100)
    with pytest.raises(EngineFaults, match="'p_hone', which is not drawn; nearest: 'p_home'") as fault:
        value_of_information(two(x), {"p_home": x}, {"shares": ["p_hone", "los"]})
    assert [problem.rule for problem in fault.value.problems] == ["group_of_undrawn_parameter"] * 2


def test_what_is_expected_averages_to_what_was_drawn():
    x, y, noise = normals(3)
    targets = np.stack([np.exp(x / 2) + 0.3 * noise, x * y + noise])
    means = conditional_means(targets, np.stack([x, y]))
    assert means.mean(axis=1) == pytest.approx(targets.mean(axis=1))
    assert np.corrcoef(means[0], np.exp(x / 2))[0, 1] > 0.995
    assert np.corrcoef(means[1], x * y)[0, 1] > 0.99


@given(st.lists(st.tuples(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5)), min_size=1, max_size=20))
def test_perfect_information_is_never_negative_nor_more_than_the_dearest_mistake(pairs):
    costs = np.array(pairs).T
    worst = np.abs(costs[1] - costs[0]).max()
    assert 0.0 <= perfect_information(costs) <= worst * (1 + 1e-9)

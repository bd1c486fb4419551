import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway_cost.results.chance.distribution import distribution, in_order, spread_of, weighted_quantile

COSTS = st.lists(st.tuples(st.floats(-1e5, 1e6), st.floats(0.1, 50.0)), min_size=1, max_size=60)


def both(pairs):
    costs, weights = np.array(pairs, dtype=float).T
    return costs, weights


# --- histogram ---------------------------------------------------------------------------------------------------
def test_round_edges_and_an_open_end():
    """£0…£998 and one patient in a thousand at £50,000: bins of £20 to £1,000, then the rest."""
    costs = np.array([float(at) for at in range(999)] + [50_000.0])
    frame = distribution(costs, np.ones(1_000), bins=60)
    assert (frame["to_gbp"] - frame["from_gbp"]).iloc[:-1].unique().tolist() == [20.0]
    assert frame["from_gbp"].iloc[0] == 0.0
    last = frame.iloc[-1]
    assert last["from_gbp"] == 1_000.0
    assert np.isnan(last["to_gbp"])
    assert (last["patients"], last["share"]) == (1.0, 0.001)
    assert frame["patients"].sum() == 1_000.0
    assert frame["patients"].iloc[0] == 20.0


def test_a_cost_on_an_edge_is_in_the_bin_above():
    frame = distribution(np.array([100.0, 150.0, 200.0]), np.array([1.0, 2.0, 4.0]), bins=4)
    assert frame.set_index("from_gbp")["patients"].to_dict() == {100.0: 1.0, 150.0: 2.0, 200.0: 4.0}


def test_a_cost_just_below_an_edge_is_in_the_bin_below():
    frame = distribution(np.array([np.nextafter(150.0, 0.0), 400.0]), np.ones(2), bins=5)
    assert frame["from_gbp"].iloc[0] < 150.0
    assert frame["patients"].tolist()[0] == 1.0


def test_everyone_costs_the_same():
    frame = distribution(np.full(5, 1_234.0), np.full(5, 2.0))
    assert frame["patients"].sum() == 10.0
    assert frame["patients"].max() == 10.0
    assert distribution(np.zeros(3), np.ones(3))["share"].max() == 1.0


def test_nobody():
    frame = distribution(np.empty(0), np.empty(0))
    assert frame.columns.tolist() == ["from_gbp", "to_gbp", "patients", "share"]
    assert frame.empty


@given(COSTS, st.integers(2, 80))
def test_every_patient_is_in_one_bin(pairs, bins):
    costs, weights = both(pairs)
    frame = distribution(costs, weights, bins)
    assert len(frame) <= bins + 1
    assert frame["patients"].sum() == pytest.approx(weights.sum())
    assert frame["share"].sum() == pytest.approx(1.0)
    upper = frame["to_gbp"].fillna(np.inf)
    assert frame["from_gbp"].iloc[1:].tolist() == upper.iloc[:-1].tolist()
    counted = [
        weights[(costs >= low) & (costs < high)].sum() for low, high in zip(frame["from_gbp"], upper, strict=True)
    ]
    assert frame["patients"].tolist() == pytest.approx(counted)


# --- figures -----------------------------------------------------------------------------------------------------
def test_figures_by_hand():
    """100, 200, 300, 400: mean 250, sd √(50,000 ÷ 3), median 250, quartiles 150 and 350."""
    spread = spread_of(np.array([400.0, 100.0, 300.0, 200.0]), np.ones(4))
    assert spread.mean == 250.0
    assert spread.sd == pytest.approx(np.sqrt(50_000 / 3))
    assert spread.se_mean == pytest.approx(np.sqrt(50_000 / 3) / 2)
    assert (spread.p25, spread.p50, spread.p75, spread.p99) == (150.0, 250.0, 350.0, 400.0)


def test_the_dearest_five_in_a_hundred():
    """95 patients at £100 and 5 at £1,900: the dearest 5% cost half of £19,000."""
    costs = np.array([100.0] * 95 + [1_900.0] * 5)
    assert spread_of(costs, np.ones(100)).share_of_cost_of_dearest_5pct == pytest.approx(0.5)


def test_the_dearest_patient_in_part():
    """Ten patients of equal weight: the dearest 5% are half of the dearest one, £500 of £1,900."""
    costs = np.array([100.0] * 9 + [1_000.0])
    assert spread_of(costs, np.ones(10)).share_of_cost_of_dearest_5pct == pytest.approx(500 / 1_900)


def test_weights_are_patients():
    """Weighted mean Σwc ÷ Σw (R22): £1,000 for 3 and £2,000 for 1."""
    spread = spread_of(np.array([1_000.0, 2_000.0]), np.array([3.0, 1.0]))
    assert spread.mean == 1_250.0
    assert (spread.p50, spread.p75, spread.p90) == (1_000.0, 1_500.0, 2_000.0)


def test_one_patient_and_nobody():
    one = spread_of(np.array([700.0]), np.array([2.0]))
    assert (one.mean, one.p5, one.p99, one.share_of_cost_of_dearest_5pct) == (700.0, 700.0, 700.0, pytest.approx(0.05))
    assert np.isnan([one.sd, one.se_mean]).all()
    assert np.isnan(spread_of(np.empty(0), np.empty(0))).all()
    assert np.isnan(spread_of(np.array([700.0]), np.array([0.0]))).all()
    assert np.isnan(spread_of(np.zeros(3), np.ones(3)).share_of_cost_of_dearest_5pct)


@pytest.mark.parametrize(
    ("costs", "weights"), [([1.0], [-1.0]), ([np.nan], [1.0]), ([1.0], [np.inf]), ([1.0, 2.0], [1.0])]
)
def test_what_is_no_cost_or_weight_is_refused(costs, weights):
    with pytest.raises(ValueError, match="costs"):
        spread_of(np.array(costs), np.array(weights))


def test_two_bins_at_least():
    with pytest.raises(ValueError, match="at least two bins"):
        distribution(np.ones(3), np.ones(3), bins=1)


@given(st.lists(st.tuples(st.integers(-1_000, 1_000), st.integers(1, 5)), min_size=1, max_size=30))
def test_a_weight_of_two_is_two_patients(pairs):
    costs, weights = both(pairs)
    shares = np.array([0.05, 0.25, 0.5, 0.9, 0.99])
    repeated = np.repeat(costs, weights.astype(int))
    order = np.argsort(costs)
    found = weighted_quantile(costs[order], weights[order], shares)
    assert found.tolist() == weighted_quantile(np.sort(repeated), np.ones(len(repeated)), shares).tolist()
    assert found.tolist() == pytest.approx(np.quantile(repeated, shares, method="averaged_inverted_cdf").tolist())


@given(COSTS, st.floats(0.5, 3.0), st.floats(-1e4, 1e4))
def test_pounds_in_other_pounds(pairs, scale, shift):
    """Costs × scale + shift: mean and percentiles move alike, sd and its error by the scale alone."""
    costs, weights = both(pairs)
    before, after = spread_of(costs, weights), spread_of(costs * scale + shift, weights)
    assert after.mean == pytest.approx(before.mean * scale + shift, abs=1e-3)
    assert after.p75 == pytest.approx(before.p75 * scale + shift, abs=1e-3)
    assert after.sd == pytest.approx(before.sd * scale, abs=1e-2, nan_ok=True)
    assert after.se_mean == pytest.approx(before.se_mean * scale, abs=1e-2, nan_ok=True)


@pytest.mark.parametrize("weights", [[2.0, 2.0, 2.0, 2.0], [1.0, 3.0, 0.0, 2.0]], ids=["alike", "unlike"])
def test_costs_in_order_tell_the_same(weights):
    """Whoever came first: put in order before or not, sums and percentiles are the same to the last bit."""
    costs, weight = np.array([300.0, 100.0, 500.0, 100.0]), np.array(weights)
    ordered = in_order(costs, weight)
    assert ordered[0].tolist() == sorted(costs[weight > 0].tolist())
    assert spread_of(*ordered) == spread_of(costs, weight) == spread_of(costs[::-1], weight[::-1])
    assert distribution(*ordered).equals(distribution(costs, weight))

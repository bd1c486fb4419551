"""Stays: closed forms against quadrature, and the laws every lattice keeps."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gammaincc, ndtr

from pathway_cost.engine.values import stay_laws
from pathway_cost.engine.values.spread import weibull_shape
from pathway_cost.engine.values.stay_laws import (
    EMPIRICAL,
    EXPONENTIAL,
    FIXED,
    GAMMA,
    GEOMETRIC,
    LOGNORMAL,
    MOST_LAGS,
    WEIBULL,
    Stays,
)

ALL = (FIXED, LOGNORMAL, GAMMA, WEIBULL, EXPONENTIAL, GEOMETRIC, EMPIRICAL)
TABLES = ((np.array([1.0, 2.0, 2.0, 9.0]), np.array([0.25, 0.25, 0.25, 0.25])),)  # mean 3.5


def stays_of(*lanes):
    """Lanes of (law, mean, sd); empirical lanes use the table."""
    law, mean, sd = (np.array(column) for column in zip(*lanes, strict=True))
    return Stays(law, mean.astype(float), sd.astype(float), np.where(law == EMPIRICAL, 0, -1), TABLES)


def survival(law, mean, sd):
    """P(T > t) of the laws with a density."""
    if law == LOGNORMAL:
        width = math.sqrt(math.log1p((sd / mean) ** 2))
        return lambda t: float(ndtr((math.log(mean) - width**2 / 2 - math.log(t)) / width)) if t > 0 else 1.0
    if law == GAMMA:
        return lambda t: float(gammaincc((mean / sd) ** 2, t * mean / sd**2))
    if law == EXPONENTIAL:
        return lambda t: math.exp(-t / mean)
    shape = float(weibull_shape(np.array([mean]), sd)[0])
    scale = mean / math.gamma(1 + 1 / shape)
    return lambda t: math.exp(-((t / scale) ** shape))


def by_quadrature(function, mean):
    """∫ over days, in pieces that a quadrature can follow."""
    edges = [0.0, *(mean * np.geomspace(1e-12, 1e6, 73)).tolist()]
    return sum(quad(function, low, high, epsabs=0, epsrel=1e-13, limit=200)[0] for low, high in pairwise(edges))


CONTINUOUS = [
    (law, mean, sd)
    for law in (LOGNORMAL, GAMMA, WEIBULL, EXPONENTIAL)
    for mean, sd in ((4.65, 2.83), (30.0, 90.0), (0.02, 0.01), (200.0, 20.0), (5.0, 5.0))
    if law != EXPONENTIAL or mean == sd
]


@pytest.mark.parametrize("rate", [1e-4, 0.05, 2.0])
def test_transform_agrees_with_quadrature(rate):
    for law, mean, sd in CONTINUOUS:
        alive = survival(law, mean, sd)
        wanted = 1 - rate * by_quadrature(lambda t: math.exp(-rate * t) * alive(t), mean)  # noqa: B023
        found = stay_laws.transform(stays_of((law, mean, sd)), rate)[0]
        assert found == pytest.approx(wanted, rel=2e-12, abs=2e-12)


def test_mean_excess_agrees_with_quadrature():
    for law, mean, sd in CONTINUOUS:
        alive = survival(law, mean, sd)
        over = 1.3 * mean
        wanted = by_quadrature(lambda t: alive(t + over), mean)  # noqa: B023
        assert stay_laws.mean_excess(stays_of((law, mean, sd)), over)[0] == pytest.approx(wanted, rel=1e-11)


def test_second_moments_agree_with_quadrature():
    for law, mean, sd in CONTINUOUS:
        alive = survival(law, mean, sd)
        wanted = by_quadrature(lambda t: 2 * t * alive(t), mean)  # noqa: B023
        assert stay_laws.second_moment(stays_of((law, mean, sd)))[0] == pytest.approx(wanted, rel=1e-10)


def test_lognormal_and_weibull_with_the_widest_spreads():
    """A Weibull of shape 1/2 is a squared exponential: mean 2, sd √20, and at rate r its transform is known."""
    rate = 0.25
    scaled = 1 / (2 * math.sqrt(rate))
    wanted = math.sqrt(math.pi) * scaled * math.exp(scaled**2) * math.erfc(scaled)
    found = stay_laws.transform(stays_of((WEIBULL, 2.0, math.sqrt(20.0)), (LOGNORMAL, 2.0, 40.0)), rate)
    assert found[0] == pytest.approx(wanted, rel=1e-12)
    alive = survival(LOGNORMAL, 2.0, 40.0)
    assert found[1] == pytest.approx(1 - rate * by_quadrature(lambda t: math.exp(-rate * t) * alive(t), 2.0), rel=1e-11)


def test_closed_forms_by_hand():
    stays = stays_of((FIXED, 10, 0), (GAMMA, 4, 2), (EXPONENTIAL, 4, 0), (GEOMETRIC, 4, 0), (EMPIRICAL, 7, 0))
    days = [2.0, 4.0, 4.0, 18.0]  # the table moved to a mean of 7
    found = stay_laws.transform(stays, math.log(2))
    wanted = [2.0**-10, (1 + math.log(2)) ** -4.0, 1 / (1 + 4 * math.log(2)), 0.25 * 0.5 / (1 - 0.75 * 0.5)]
    assert found == pytest.approx([*wanted, sum(2.0**-day for day in days) / 4], rel=1e-13)
    assert stay_laws.second_moment(stays) == pytest.approx([100, 20, 32, 28, (4 + 16 + 16 + 324) / 4])


def test_geometric_excess_falls_in_straight_lines_between_whole_days():
    """Daily chance of leaving 1/4: E[max(0, T − 2)] = 4 × 0.75², and a half day further half of those left."""
    stays = stays_of((GEOMETRIC, 4, 0), (GEOMETRIC, 1, 0))
    over = np.array([[0.0], [2.0], [2.5], [3.0]])
    found = stay_laws.mean_excess(stays, over)
    assert found[:, 0] == pytest.approx([4, 2.25, 2.25 - 0.5 * 0.5625, 1.6875], rel=1e-14)
    assert found[:, 1].tolist() == [1.0, 0.0, 0.0, 0.0]


def test_no_stay_at_all_is_legal_for_every_law():
    stays = stays_of(*((law, 0.0, 0.0) for law in ALL), (GAMMA, 0.0, 3.0))
    assert stay_laws.transform(stays, 0.1).tolist() == [1.0] * 8
    assert stay_laws.mean_excess(stays, 2.0).tolist() == [0.0] * 8
    assert stay_laws.second_moment(stays).tolist() == [0.0] * 8
    assert stay_laws.lattice(stays, 1.0, 2).tolist() == [[1.0] * 8, [0.0] * 8]
    assert stay_laws.lags_needed(stays, 1.0) == 1


def test_without_spread_every_law_is_fixed():
    stays = stays_of((LOGNORMAL, 3.0, 0.0), (GAMMA, 3.0, 0.0), (WEIBULL, 3.0, 0.0))
    assert stay_laws.mean_excess(stays, 1.0).tolist() == [2.0] * 3
    assert stay_laws.lattice(stays, 1.0, 4)[3].tolist() == [1.0] * 3


@pytest.mark.parametrize("step", [1.0, 0.1, 7.0, 1 / 3, 365.25 / 12])
def test_fixed_stays_on_the_grid_are_exact(step):
    lags = np.arange(0, 40)
    stays = stays_of(*((FIXED, lag * step, 0.0) for lag in lags))
    assert (stay_laws.lattice(stays, step, 40) == np.eye(40)).all()


def test_geometric_days_on_a_daily_lattice_are_the_daily_chances():
    shares = stay_laws.lattice(stays_of((GEOMETRIC, 4, 0)), 1.0, 30)[:, 0]
    assert shares == pytest.approx([0.0, *(0.25 * 0.75**day for day in range(29))], abs=1e-14)


def test_patients_beyond_the_last_lag_are_not_in_the_lattice():
    stays = stays_of((FIXED, 3.25, 0), (FIXED, 9, 0), (EMPIRICAL, 3.5, 0), (EXPONENTIAL, 2, 0))
    shares = stay_laws.lattice(stays, 1.0, 4)
    assert shares[:, 0].tolist() == [0.0, 0.0, 0.0, 0.75]
    assert shares.sum(axis=0)[1:3].tolist() == [0.0, 0.75]
    assert shares[:, 3].sum() == pytest.approx(1 - 2 * (math.exp(-1.5) - math.exp(-2.0)), rel=1e-13)


def test_lags_needed_are_the_fewest():
    assert stay_laws.lags_needed(stays_of((FIXED, 6.0, 0)), 0.5) == 13
    assert stay_laws.lags_needed(stays_of((FIXED, 6.2, 0)), 0.5) == 14
    stays = stays_of((EXPONENTIAL, 2.0, 0), (FIXED, 5.0, 0))
    needed = stay_laws.lags_needed(stays, 1.0)
    missing = [1 - float(stay_laws.lattice(stays, 1.0, lags).sum(axis=0).min()) for lags in (needed - 1, needed)]
    assert missing[0] > 0.9e-13 > missing[1] - 0.2e-13
    assert stay_laws.lags_needed(stays_of((EXPONENTIAL, 1e6, 0)), 1.0) == MOST_LAGS


def test_no_lanes_are_no_trouble():
    none = stays_of((FIXED, 1.0, 0.0))._replace(
        law=np.empty(0, dtype=np.int64), mean=np.empty(0), sd=np.empty(0), table=np.empty(0, dtype=np.int64)
    )
    assert stay_laws.transform(none, 0.1).shape == (0,)
    assert stay_laws.lattice(none, 1.0, 3).shape == (3, 0)
    assert stay_laws.lags_needed(none, 1.0) == 1


some_stays = st.tuples(st.sampled_from(ALL), st.floats(1.0, 60.0), st.floats(0.05, 3.0)).map(
    lambda drawn: (drawn[0], drawn[1], drawn[1] * min(drawn[2], 3.0 if drawn[0] == GAMMA else 1.2))
)


@given(st.lists(some_stays, min_size=1, max_size=4), st.sampled_from([0.5, 1.0, 7.0]))
def test_a_long_lattice_holds_everyone_and_keeps_the_mean(lanes, step):
    stays = stays_of(*lanes)
    length = stay_laws.lags_needed(stays, step, 1e-15)
    shares = stay_laws.lattice(stays, step, length)
    assert (shares >= 0).all()
    assert shares.sum(axis=0) == pytest.approx(1.0, abs=1e-11)
    assert step * np.arange(length) @ shares == pytest.approx(stays.mean, rel=1e-9)


@given(some_stays, st.floats(0, 5))
def test_transforms_start_at_one_fall_and_are_at_least_the_fixed_stays(lane, rate):
    stays = stays_of(lane, lane)
    found = stay_laws.transform(stays, np.array([0.0, rate]))
    assert found[0] == pytest.approx(1.0, abs=1e-13)
    assert math.exp(-rate * lane[1]) * (1 - 1e-12) <= found[1] <= 1 + 1e-13


@given(some_stays, st.floats(0, 200), st.floats(0, 50))
def test_excess_falls_but_never_faster_than_time(lane, over, more):
    early, late = stay_laws.mean_excess(stays_of(lane), np.array([[over], [over + more]]))[:, 0]
    slack = 1e-12 * lane[1]
    assert late - slack <= early <= late + more + slack + 1e-12 * over
    assert early >= max(0.0, lane[1] - over) - slack

"""Tabulated stays: the mean exactly, sd and quantiles closely, and steps exactly."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammainccinv, gammaincinv, ndtri

from pathway_cost.engine.values.spread import weibull_shape
from pathway_cost.engine.values.stay_laws import (
    EMPIRICAL,
    EXPONENTIAL,
    FIXED,
    GAMMA,
    GEOMETRIC,
    LOGNORMAL,
    WEIBULL,
    Stays,
)
from pathway_cost.engine.walk.walk_quantiles import FINE, LEVELS, MIDDLE, ZOOM, knots_of
from pathway_cost.engine.walk.walk_tables import CERTAIN, LINES, STEPS, tabulate, z_values

SPREADS = (0.05, 0.3, 0.61, 1.0, 1.5, 2.0, 3.0)
CASES = [(law, spread) for law in (LOGNORMAL, GAMMA, WEIBULL) for spread in SPREADS] + [(EXPONENTIAL, 1.0)]


def stays_of(*lanes, tables=()):
    law, mean, sd = (np.array(column) for column in zip(*lanes, strict=True))
    return Stays(law, mean.astype(float), sd.astype(float), np.where(law == EMPIRICAL, 0, -1), tables)


def table_of(law, mean, sd, tables=()):
    [(scale, table)], quantiles = tabulate(stays_of((law, mean, sd), tables=tables))
    return lambda uniform: scale[0] * z_values(quantiles, np.full(len(uniform), table[0]), np.asarray(uniform))


def pieces(knots):
    """Every piece of the line that is in use: its width, and its two ends."""
    levels = knots[MIDDLE + 1 :].reshape(2 * LEVELS, FINE + 1)
    cut, skipped = MIDDLE // ZOOM, FINE // ZOOM
    parts = [(1 / MIDDLE, knots[cut : MIDDLE - cut + 1])]
    for number, level in enumerate(levels):
        depth = number % LEVELS + 1
        parts.append((float(ZOOM) ** -depth / FINE, level[0 if depth == LEVELS else skipped :]))
    widths = np.concatenate([np.full(len(line) - 1, width) for width, line in parts])
    return widths, *(np.concatenate([line[ends] for _, line in parts]) for ends in (slice(None, -1), slice(1, None)))


def quantile(law, spread, share, beyond):
    """With mean 1, from the share below or (where that is nearer to nought) the share beyond."""
    if law == LOGNORMAL:
        width = math.sqrt(math.log1p(spread**2))
        return np.exp(width * np.where(share < 0.5, ndtri(share), -ndtri(beyond)) - width**2 / 2)
    if law == GAMMA:
        shape = spread**-2
        return np.where(share < 0.5, gammaincinv(shape, share), gammainccinv(shape, beyond)) / shape
    shape = 1.0 if law == EXPONENTIAL else float(weibull_shape(np.array([1.0]), spread)[0])
    logs = np.where(share < 0.5, np.log1p(-share), np.log(beyond))
    return (-logs) ** (1 / shape) / math.gamma(1 + 1 / shape)


@pytest.mark.parametrize(("law", "spread"), CASES)
def test_the_line_has_mean_1_and_nearly_the_sd(law, spread):
    widths, low, high = pieces(knots_of(law, spread))
    assert math.fsum(widths) == pytest.approx(1.0, abs=1e-14)
    assert math.fsum(widths * (low + high) / 2) == pytest.approx(1.0, abs=1e-14)
    second = math.fsum(widths * (low**2 + low * high + high**2) / 3)
    assert math.sqrt(second - 1) == pytest.approx(spread, rel=1e-4)


@pytest.mark.parametrize(("law", "spread"), CASES)
def test_quantiles_are_right_to_a_thousandth_and_far_out_to_a_hundredth(law, spread):
    days = table_of(law, 1.0, spread)
    share = np.concatenate([np.geomspace(1e-5, 0.5, 999), 1 - np.geomspace(0.001, 0.5, 999)])
    wanted = quantile(law, rounded(spread), share, 1 - share)
    seen = wanted > 1e-3
    assert days(share)[seen] == pytest.approx(wanted[seen], rel=1e-3)
    assert np.abs(days(share) - wanted)[~seen].max(initial=0) < 1e-5
    beyond = np.geomspace(1e-7, 1e-3, 99)
    assert days(1 - beyond) == pytest.approx(quantile(law, rounded(spread), 1 - beyond, beyond), rel=0.01)


def rounded(spread):
    """Spreads are kept to 1/2,000 of themselves."""
    return math.exp(round(math.log(spread) * 2000) / 2000)


def test_a_spread_is_rounded_by_a_fortieth_of_a_percent_at_most():
    for spread in np.linspace(0.1, 3.0, 50):
        assert rounded(spread) == pytest.approx(spread, rel=2.6e-4)


@given(st.sampled_from(CASES), st.floats(0, 1, exclude_max=True), st.floats(0, 1, exclude_max=True))
def test_more_luck_is_never_a_longer_stay(case, one, other):
    low, high = table_of(case[0], 4.0, 4.0 * case[1])(sorted([one, other]))
    assert low <= high


@given(st.sampled_from(CASES), st.integers(2**25, 2**53 - 2**25))
def test_neighbouring_draws_are_neighbouring_stays(case, number):
    """Also where a level hands over to the next: no draw is lost and none counts twice."""
    low, high = table_of(case[0], 1.0, case[1])(np.array([number, number + 1]) * 2.0**-53)
    assert low <= high
    assert high - low <= 1e-2 * high + 1e-12


def test_levels_meet():
    for level in range(1, LEVELS + 1):
        edge = float(ZOOM) ** -level
        around = np.array([np.nextafter(edge, 0), edge, np.nextafter(edge, 1)])
        for law, spread in CASES:
            days = table_of(law, 1.0, spread)
            assert days(around) == pytest.approx(days(around[[1, 1, 1]]), rel=1e-9)
            assert days(1 - around) == pytest.approx(days(1 - around[[1, 1, 1]]), rel=1e-9)


def test_geometric_stays_are_whole_days_with_their_exact_chances():
    """Daily chance of leaving 1/4: one day below 0.25, two below 0.4375, three below 0.578125."""
    days = table_of(GEOMETRIC, 4.0, 0.0)
    edges = np.array([0.25, 0.4375, 0.578125])
    assert days(edges - 1e-12).tolist() == [1, 2, 3]
    assert days(edges + 1e-12).tolist() == [2, 3, 4]
    draws = (np.arange(2**20) + 0.5) / 2**20
    assert days(draws).mean() == pytest.approx(4.0, rel=1e-4)
    assert table_of(GEOMETRIC, 1.0, 0.0)(np.array([0.0, 1 - 2.0**-53])).tolist() == [1, 1]


def test_empirical_stays_are_the_values_moved_to_the_mean():
    """Values 6 and 2 in equal shares (mean 4), moved to a mean of 8: 4 and 12, the shorter first."""
    days = table_of(EMPIRICAL, 8.0, 0.0, ((np.array([6.0, 2.0]), np.array([0.5, 0.5])),))
    assert days(np.array([0.0, 0.49, 0.5, 1 - 2.0**-53])).tolist() == [4, 4, 12, 12]


def test_lanes_share_tables_and_fixed_lanes_need_none():
    lanes = (GAMMA, 4, 2), (GAMMA, 10, 5), (FIXED, 3, 0), (GAMMA, 4, 0), (WEIBULL, 0, 0), (EXPONENTIAL, 2, 0)
    [(scale, table), (_, waits)], quantiles = tabulate(stays_of(*lanes), stays_of((GAMMA, 2, 1), (GEOMETRIC, 5, 0)))
    assert scale.tolist() == [4, 10, 3, 4, 0, 2]
    assert table[0] == table[1] == waits[0]
    assert table[2:5].tolist() == [0, 0, 0]
    assert sorted(quantiles.kind.tolist()) == [CERTAIN, LINES, LINES, STEPS]


def test_a_stay_does_not_depend_on_what_else_is_tabulated():
    others = [(LOGNORMAL, 4, sd) for sd in np.linspace(1, 5, 30)]
    [(scale, table)], quantiles = tabulate(stays_of(*others, (GAMMA, 4.65, 2.83)))
    draws = np.linspace(0, 0.999, 57)
    found = scale[-1] * z_values(quantiles, np.full(57, table[-1]), draws)
    assert found.tolist() == table_of(GAMMA, 4.65, 2.83)(draws).tolist()

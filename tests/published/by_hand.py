"""The Sick-Sicker models with boundary weights of one's own, in a few lines that share nothing with the engine.

They show that a printed figure which we do not meet comes out of our inputs once they are counted as the original counts.
"""

from __future__ import annotations

import numpy as np


def original_weights(cycles):
    """(cycles + 1,) the tutorials' weights: 1/3, 2/3, 4/3, 2/3 … 1/3."""
    return _alternating(cycles, odd=2 / 3, even=4 / 3)


def simpson_weights(cycles):
    """(cycles + 1,) Simpson's weights: 1/3, 4/3, 2/3, 4/3 … 1/3."""
    return _alternating(cycles, odd=4 / 3, even=2 / 3)


def _alternating(cycles, *, odd, even):
    weights = np.where(np.arange(cycles + 1) % 2 == 1, odd, even)
    weights[[0, -1]] = 1 / 3
    return weights


def sick_sicker(case, scenario, weights):
    """Discounted pounds and QALYs a patient of a case file's model."""
    with_a, with_b, discount = "a" in scenario.split("+"), "b" in scenario.split("+"), 1.03
    treated = 12_000 * with_a + 13_000 * with_b
    gbp = np.array([2_000, 4_000 + treated, 15_000 + treated, 0])
    utility = np.array([1, 0.95 if with_a else 0.75, 0.5, 0])
    at = np.array([1.0, 0, 0, 0])
    pounds, qalys = [at @ gbp], [at @ utility]
    for year in range(len(weights) - 1):
        move = at[:, None] * probabilities(death_rate(case, 25 + year), 0.6 if with_b else 1)
        at = move.sum(axis=0)
        once = "onset" in case["prices"]
        pounds.append(at @ gbp + once * (1_000 * move[0, 1] + 2_000 * move[:3, 3].sum()))
        qalys.append(at @ utility - once * 0.01 * move[0, 1])
    factor = weights / discount ** np.arange(len(weights))
    return factor @ pounds, factor @ qalys


def death_rate(case, age):
    """The yearly rate of a healthy person: one number, or a table by age."""
    rate = case["pathway"]["parameters"]["rate_of_dying"]
    return rate["steps"][age] if isinstance(rate, dict) else rate


def probabilities(rate, progression):
    """(4, 4) yearly moves between healthy, sick, sicker and dead."""
    healthy, sick, sicker = np.exp(-rate * np.array([1, 3, 10]))  # chances of living through the year
    onset, recovery, worse = 1 - np.exp(-np.array([0.15, 0.5, 0.105 * progression]))
    return np.array(
        [
            [healthy * (1 - onset), healthy * onset, 0, 1 - healthy],
            [sick * recovery, sick * (1 - recovery - worse), sick * worse, 1 - sick],
            [0, 0, sicker, 1 - sicker],
            [0, 0, 0, 1],
        ]
    )

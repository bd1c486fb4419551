"""Changes of pounds in words: how much less or more, in whose books, in how many draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import pandas as pd

from pathway_cost.reports.words.titles import Names
from pathway_cost.reports.words.words import percent, told_pounds

NEARLY_ALL: Final = 0.9
MOST_CALLED: Final = 4  # organisations called by name in a sentence


def more_or_less(gbp: float) -> str:
    """A change in words.

    >>> more_or_less(-49.24), more_or_less(2_662_531.0), more_or_less(0.0)
    ('£49 less', '£2.66m more', 'no more and no less')
    """
    if abs(gbp) < 0.005:
        return "no more and no less"
    return f"{told_pounds(gbp)} {'less' if gbp < 0 else 'more'}"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence.

    >>> listed(["Southtown", "Coast", "the GPs"]), listed(["Southtown"]), listed([])
    ('Southtown, Coast and the GPs', 'Southtown', '')
    """
    *before, last = names or [""]
    return f"{', '.join(before)} and {last}" if before else last


def whose_books(
    names: Names, before: pd.Series[float], change: pd.Series[float], kind: str = "", *, one_by_one: bool = False
) -> str:
    """Pounds and change by organisation → in whose books the change falls: nearly all at one or a few, else each, largest first.

    >>> names = Names({}, {}, {}, {}, {"RXX": "Acute trust"}, organisations={"RYY": "Southshire"})
    >>> whose_books(names, pd.Series({"RXX": 9000.0, "RYY": 600.0}), pd.Series({"RXX": -900.0, "RYY": 120.0}))
    '; RXX (Acute trust) £900 less (−10%), Southshire £120 more (+20%)'
    """
    change = change[change != 0].sort_values(key=abs, ascending=False, kind="stable")
    shares = dict(zip(map(str, change.index), (change / before.reindex(change.index).abs()).tolist(), strict=True))
    net = float(change.sum())
    along, against = change[change * net > 0], change[change * net <= 0]
    if not one_by_one and abs(float(against.sum())) < (1 - NEARLY_ALL) * abs(net):
        few = along[along.abs().cumsum().shift(fill_value=0.0) < NEARLY_ALL * abs(net)]
        called = [f"{names.organisation(code)}{_of_theirs(shares[code])}" for code in map(str, few.index)]
        where = listed(called) if len(few) <= MOST_CALLED else f"{len(few)} organisations"
        return f", {'all' if len(few) == len(change) else 'nearly all'} at {where}"
    told = [
        f"{names.organisation(code)} {more_or_less(gbp)}{_of_theirs(shares[code])}"
        for code, gbp in zip(shares, change.iloc[:MOST_CALLED].tolist(), strict=False)
    ]
    rest = change.iloc[MOST_CALLED:]
    told += (
        [f"{f'{len(rest)} others together' if len(rest) > 1 else '1 other'} {more_or_less(float(rest.sum()))}"]
        if len(rest)
        else []
    )
    return f"; {kind.removeprefix(', ')}{', ' if kind else ''}{', '.join(told)}" if told else ""


def _of_theirs(share: float) -> str:
    """A change as a share of what it cost there before; nothing where nothing was spent, or where it is next to none."""
    return f" ({percent(share, 0, signed=True)})" if math.isfinite(share) and abs(share) >= 0.005 else ""


def share_of_draws(share: float) -> str:
    """A share of draws in words.

    >>> share_of_draws(1.0), share_of_draws(0.73), share_of_draws(0.998), share_of_draws(0.0)
    ('all of them', '73% of them', '99.8% of them', 'none of them')
    >>> share_of_draws(0.9999), share_of_draws(0.0001)
    ('nearly all of them', 'hardly any of them')
    """
    if share in (0.0, 1.0):
        return f"{'all' if share else 'none'} of them"
    if not 0.0005 < share < 0.9995:
        return f"{'nearly all' if share > 0.5 else 'hardly any'} of them"
    return f"{percent(share, 0 if 0.01 <= share <= 0.99 else 1)} of them"


def between(low: float, high: float) -> str:
    """An interval of a change in words.

    >>> between(-5_299_796.0, -844_947.0)
    'Likely between £845,000 and £5.30m less'
    >>> between(-15_094_070.0, 4_808_695.0)
    'Anywhere from £15.1m less to £4.81m more'
    >>> between(20.02, 20.03), between(0.0, 0.0)
    ('Likely £20 more', 'Likely no more and no less')
    """
    if more_or_less(low) == more_or_less(high):
        return f"Likely {more_or_less(low)}"
    if low * high > 0:
        near, far = sorted((abs(low), abs(high)))
        return f"Likely between {told_pounds(near)} and {told_pounds(far)} {'less' if high < 0 else 'more'}"
    return f"Anywhere from {more_or_less(low)} to {more_or_less(high)}"

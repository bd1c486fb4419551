"""How far a lever must move before a scenario costs the same as the first: break-even, or the best within reach."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias, TypeVar

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.results.chance.drawn import Floats

GRID: Final = 41  # points of the first look, and of each closer one
TENTHS: Final = 10.0 ** -np.arange(1, 11)
FINER: Final = 1e-3  # of the pounds that are none: what a closer look still tells from 0
ROUNDS: Final = 40  # each narrows a crossing at least twentyfold; 8 are enough to tell any two numbers apart


@dataclass(frozen=True, repr=False, eq=False)
class Lever:
    """One figure that can be moved within bounds, and what the scenario's change in pounds then is.

    Raises:
        ValueError: bounds that are not finite, in the wrong order, or do not hold the stated value.

    >>> Lever("uptake", 0.3, 0.0, 1.0, lambda share: 100.0 - 400.0 * share).change_at(np.array([0.25])).tolist()
    [0.0]
    """

    name: str
    stated: float
    low: float
    """Lowest value that makes sense."""
    high: float
    """Highest value that makes sense."""
    change_at: Callable[[Floats], Floats]
    """Values (n,) → change in pounds against the first scenario (n,); missing where it cannot be costed."""
    title: str = ""
    unit: str = ""
    plausible_low: float | None = None
    """Low end of what the evidence supports; None where nobody says."""
    plausible_high: float | None = None

    def __post_init__(self) -> None:
        if not -np.inf < self.low <= self.stated <= self.high < np.inf:
            raise ValueError(f"lever {self.name}: {self.stated} is not within finite bounds {self.low} … {self.high}")


class BreakEven(NamedTuple):
    """One row of the frame: see `break_even`."""

    scenario: str
    lever: str
    title: str
    unit: str
    stated: float
    break_even: float
    move_pct: float
    plausible_low: float
    plausible_high: float
    within_plausible: bool | None
    best_value: float
    best_change_gbp: float
    crossings: int


T = TypeVar("T")
Look = tuple[Lever, Floats]
"""A lever, and the values (n,) at which its change in pounds is wanted."""
Looking: TypeAlias = Generator[Look, Floats, T]
"""Asks for one look after another and is sent the changes."""


def one_by_one(looks: Sequence[Look]) -> Sequence[Floats]:
    """The changes in pounds of several looks, each asked of its lever."""
    return [lever.change_at(values) for lever, values in looks]


def break_even(
    levers: Mapping[str, Sequence[Lever]], changes: Callable[[Sequence[Look]], Sequence[Floats]] = one_by_one
) -> pd.DataFrame:
    """Where each lever alone brings a scenario's change to £0.00, nearest to its stated value.

    The change is looked at on 41 points between the bounds, then again and again between the two points on either side
    of the nearest crossing, to 1e-9. Without a crossing it is looked at more closely where it comes nearest to 0. The
    levers take their looks together: all the first ones, then all the next.

    Args:
        levers: scenario → its levers.
        changes: what each look of a round sees, asked once a round.

    Returns:
        scenario, lever, title, unit, stated, break_even (missing where there is none within the bounds), move_pct (from
        the stated value, in percent of its size), plausible_low, plausible_high, within_plausible (missing without a
        break-even or plausible ends), best_value and best_change_gbp (the lowest change seen within the bounds),
        crossings (how often the change passes 0 on the points looked at).

    >>> uptake = Lever("uptake", 0.3, 0.0, 1.0, lambda share: 100.0 - 400.0 * share, plausible_low=0.2, plausible_high=0.5)
    >>> frame = break_even({"hub": [uptake]})
    >>> frame[["break_even", "move_pct", "best_change_gbp"]].round(4).to_numpy().tolist()
    [[0.25, -16.6667, -300.0]]
    """
    rows = _together([_row(scenario, lever) for scenario, each in levers.items() for lever in each], changes)
    return pd.DataFrame(rows, columns=list(BreakEven._fields)).astype({"within_plausible": "boolean", "crossings": int})


# --- looking -----------------------------------------------------------------------------------------------------
class _Seen(NamedTuple):
    """Values in order and the change in pounds at each, shape (n,), where it could be costed."""

    points: Floats
    changes: Floats


def _together(lookings: Sequence[Looking[T]], changes: Callable[[Sequence[Look]], Sequence[Floats]]) -> list[T]:
    """What each finds in the end; all that wait for a look are answered together."""
    found: dict[int, T] = {}
    seen: dict[int, Floats | None] = dict.fromkeys(range(len(lookings)))
    while seen:
        looks: dict[int, Look] = {}
        for number, answer in seen.items():
            try:
                looks[number] = next(lookings[number]) if answer is None else lookings[number].send(answer)
            except StopIteration as done:
                found[number] = done.value
        seen = dict(zip(looks, changes(list(looks.values())), strict=True)) if looks else {}
    return [found[number] for number in range(len(lookings))]


def _row(scenario: str, lever: Lever) -> Looking[BreakEven]:
    seen = yield from _look(lever, np.append(np.linspace(lever.low, lever.high, GRID), lever.stated))
    if len(seen.points) and not _crossings(seen):
        seen = yield from _look_closer(lever, seen)
    found = yield from _nearest(lever, seen)
    move = (found - lever.stated) / abs(lever.stated) * 100 if lever.stated else np.nan
    ends = [np.nan if end is None else end for end in (lever.plausible_low, lever.plausible_high)]
    names = (scenario, lever.name, lever.title, lever.unit)
    reach = (lever.stated, found, move, *ends, _within(found, *ends), *_best(lever, seen), _crossings(seen))
    return BreakEven._make((*names, *reach))


def _look(lever: Lever, values: Floats) -> Looking[_Seen]:
    """The changes in pounds at some values of the lever, each value asked once, in rising order."""
    values = np.unique(values)
    changes = np.asarray((yield lever, values), dtype=np.float64)
    known = np.isfinite(changes)
    return _Seen(values[known], changes[known])


def _look_closer(lever: Lever, seen: _Seen) -> Looking[_Seen]:
    """What was seen, and 41 points more around the change nearest to 0."""
    at = int(np.abs(seen.changes).argmin())
    below, above = seen.points[[max(at - 1, 0), min(at + 1, len(seen.points) - 1)]].tolist()
    more = yield from _look(lever, np.linspace(below, above, GRID))
    values, first = np.unique(np.concatenate([seen.points, more.points]), return_index=True)
    return _Seen(values, np.concatenate([seen.changes, more.changes])[first])


def _dust(seen: _Seen) -> float:
    """Pounds below which a change counts as £0: 1e-9 of the largest change seen."""
    return float(terms.RELATIVE_TOLERANCE * np.abs(seen.changes).max(initial=0.0))


def _crossings(seen: _Seen) -> int:
    """How often the change passes or touches 0; a run of zeros is one."""
    signs = np.where(np.abs(seen.changes) <= _dust(seen), 0, np.sign(seen.changes))
    runs = np.count_nonzero(np.diff(np.concatenate([[False], signs == 0]).astype(int)) == 1)
    return int(runs + np.count_nonzero(signs[:-1] * signs[1:] < 0))


def _nearest(lever: Lever, seen: _Seen) -> Looking[float]:
    """The break-even nearest to the stated value; missing where no crossing was seen."""
    if not len(seen.points):
        return np.nan
    start = int(np.abs(seen.points - lever.stated).argmin())
    upward = _Seen(seen.points[start:], seen.changes[start:])
    downward = _Seen(seen.points[start::-1], seen.changes[start::-1])
    dust = _dust(seen)
    found = []
    for way in (downward, upward):
        pair = _pair(way, dust)
        if pair is not None:
            found.append((yield from _refined(lever, pair, dust)))
    return min(found, key=lambda value: abs(value - lever.stated), default=np.nan)


def _pair(way: _Seen, dust: float) -> _Seen | None:
    """Going one way: the last point before the change reaches 0, and the first there, or past it if that comes next."""
    left = way.changes * np.sign(way.changes[0])
    reached = np.flatnonzero(left <= dust)
    if not len(reached):
        return None
    first = int(reached[0])
    passes = first + 1 < len(left) and abs(left[first]) <= dust and left[first + 1] < -dust
    ends = [max(first - 1, 0), first + 1 if passes and first else first]
    return _Seen(way.points[ends], way.changes[ends])


def _refined(lever: Lever, pair: _Seen, dust: float) -> Looking[float]:
    """The zero between two points, from ever closer looks; where the change only reaches 0, the first zero."""
    passes = abs(pair.changes[1]) > dust
    enough = 1e-14 * (lever.high - lever.low)
    for _ in range(ROUNDS):
        near, far = pair.points.tolist()
        if abs(far - near) <= max(1e-10 * max(abs(near), abs(far)), enough):
            break
        seen = yield from _look(lever, _closer(pair))
        way = seen if far > near else _Seen(seen.points[::-1], seen.changes[::-1])
        closer = _pair(way, 0.0 if passes else FINER * dust)
        if closer is None:
            break
        pair = closer
    return float(np.clip(_straight(pair), lever.low, lever.high))


def _closer(pair: _Seen) -> Floats:
    """Points between two: evenly, and ever denser around where a straight line between them is 0."""
    near, far = pair.points.tolist()
    steps = np.concatenate([-TENTHS, [0.0], TENTHS]) * (far - near)
    around = np.clip(_straight(pair) + steps, min(near, far), max(near, far))
    return np.concatenate([np.linspace(near, far, GRID // 2 + 1), around])


def _straight(pair: _Seen) -> float:
    """Where a straight line through two points is 0: not before the first, nor further past the second than they are apart."""
    near, far = pair.points.tolist()
    at_near, at_far = pair.changes.tolist()
    if at_near == at_far:
        return float(far)
    return float(near + (far - near) * np.clip(at_near / (at_near - at_far), 0.0, 2.0))


def _within(found: float, low: float, high: float) -> bool | None:
    if not np.isfinite([found, low, high]).all():
        return None
    slack = terms.RELATIVE_TOLERANCE * max(abs(low), abs(high))
    return bool(low - slack <= found <= high + slack)


def _best(lever: Lever, seen: _Seen) -> tuple[float, float]:
    """The lowest change seen and its value; of equals the nearest to the stated value."""
    if not len(seen.points):
        return np.nan, np.nan
    equals = np.flatnonzero(seen.changes <= seen.changes.min() + _dust(seen))
    at = equals[np.abs(seen.points[equals] - lever.stated).argmin()]
    return float(seen.points[at]), float(seen.changes[at])

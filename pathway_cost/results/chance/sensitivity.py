"""Which uncertain parameter moves the answer, and how far: one at a time, two together, all at their worst.

A parameter is read at the same probability in every scenario at once, a scenario's own version of it too. All figures
of one kind come from one evaluation: one row a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, get_args

import numpy as np
import pandas as pd

from pathway_cost.results.chance.drawn import DrawnTotals, EvaluateRows, Floats, Measure
from pathway_cost.results.chance.uncertain import UncertainParameter

STATED: Final = "stated"
Case = Literal["best", "worst"]
CASES: Final[tuple[Case, ...]] = get_args(Case)


OwnVersions = Mapping[str, Sequence[UncertainParameter]]
"""Scenario → the parameters that it states itself."""


def numbers_moved(
    evaluate: EvaluateRows,
    parameters: Sequence[UncertainParameter],
    own: OwnVersions,
    pairs: Sequence[Sequence[UncertainParameter]] = (),
) -> dict[str, pd.DataFrame]:
    """The tables of numbers moved, by name: one at a time (tornado), all at once (extremes), two together (grid).

    Args:
        evaluate: totals at rows of probabilities; asked once a table, and once a pair.
        parameters: the baseline's, which hold in every scenario without its own.
        own: scenario → parameters it states itself.
        pairs: two parameters each.
    """
    frames: dict[str, pd.DataFrame] = {}
    if parameters or any(own.values()):
        frames["tornado"] = one_way(evaluate, parameters, own)
        frames["extremes"] = extremes(evaluate, parameters, frames["tornado"], own)
    if pairs:
        frames["grid"] = pd.concat([two_way(evaluate, first, second) for first, second in pairs], ignore_index=True)
    return frames


def one_way(
    evaluate: EvaluateRows,
    parameters: Sequence[UncertainParameter],
    own: OwnVersions | None = None,
    *,
    measure: Measure | None = None,
) -> pd.DataFrame:
    """One parameter at a time at its low and high end, all others as stated: a tornado.

    Args:
        evaluate: totals at rows of probabilities; asked once.
        parameters: the baseline's, which hold in every scenario without its own.
        own: scenario → parameters it states itself, shown in its rows.
        measure: which pounds; the present value where there is one.

    Returns:
        scenario (all but the first), parameter, title, unit, low, value, high, change_at_low_gbp, change_at_high_gbp,
        change_gbp (at stated values), swing_gbp (between the lowest and the highest of the three); the widest swing first in each scenario.

    >>> def evaluate(rows):
    ...     los = np.array([5.0 if "los" not in row else 4.0 + 2.0 * row["los"] for row in rows])
    ...     return DrawnTotals(("baseline", "hub"), np.ones(2), np.stack([100.0 * los, 90.0 * los]))
    >>> los = UncertainParameter("los", 5.0, lambda level: 4.0 + 2.0 * level, low_level=0.0, high_level=1.0)
    >>> frame = one_way(evaluate, [los])
    >>> frame[["low", "high", "change_at_low_gbp", "change_at_high_gbp", "swing_gbp"]].iloc[0].tolist()
    [4.0, 6.0, -40.0, -60.0, 20.0]
    """
    versions = _versions(parameters, own or {})
    ends = [{name: level} for name, each in versions.items() for level in each.levels]
    drawn = _evaluated(evaluate, [{}, *ends])
    bars = [
        bar
        for scenario, change in zip(drawn.scenarios[1:], drawn.changes(measure), strict=True)
        for bar in sorted(_bars(scenario, versions, change), key=_widest_first)
    ]
    return pd.DataFrame(bars, columns=list(_Bar._fields))


def two_way(
    evaluate: EvaluateRows, first: UncertainParameter, second: UncertainParameter, *, measure: Measure | None = None
) -> pd.DataFrame:
    """Two parameters together, each at its low end, lower quartile, stated value, upper quartile and high end.

    Args:
        evaluate: totals at rows of probabilities; asked once.
        first: one parameter.
        second: another.
        measure: which pounds; the present value where there is one.

    Returns:
        scenario (all but the first), parameter_1, value_1, parameter_2, value_2, change_gbp; up to 25 rows a scenario.

    >>> def evaluate(rows):
    ...     share, days = (np.array([row.get(name, 0.5) for row in rows]) for name in ("share", "days"))
    ...     return DrawnTotals(("baseline", "hub"), np.ones(2), np.stack([100 + 0 * share, 100 - 40 * share * days]))
    >>> share, days = (UncertainParameter(name, 0.5, lambda level: level) for name in ("share", "days"))
    >>> float(two_way(evaluate, share, days).change_gbp.min())
    -38.025
    """
    cells = [(one, two) for one in _grid_levels(first) for two in _grid_levels(second)]
    drawn = _evaluated(evaluate, [_row((first.name, one), (second.name, two)) for one, two in cells])
    values = [(first.name, first.value_at(one), second.name, second.value_at(two)) for one, two in cells]
    rows = [
        (scenario, *value, gbp)
        for scenario, change in zip(drawn.scenarios[1:], drawn.changes(measure), strict=True)
        for value, gbp in zip(values, change.tolist(), strict=True)
    ]
    return pd.DataFrame(rows, columns=["scenario", "parameter_1", "value_1", "parameter_2", "value_2", "change_gbp"])


def extremes(
    evaluate: EvaluateRows,
    parameters: Sequence[UncertainParameter],
    tornado: pd.DataFrame,
    own: OwnVersions | None = None,
    *,
    measure: Measure | None = None,
) -> pd.DataFrame:
    """All parameters at once at the end that is best, and at the end that is worst, for a scenario.

    Best is the lower change. The end is what `one_way` found, one at a time; where neither end is better (or worse)
    than the stated value, that stands.

    Args:
        evaluate: totals at rows of probabilities; asked once.
        parameters: as given to `one_way`.
        tornado: what `one_way` gave, of the same measure.
        own: as given to `one_way`.
        measure: which pounds; the present value where there is one.

    Returns:
        scenario (all but the first), case (best, worst), change_gbp.

    >>> def evaluate(rows):
    ...     los = np.array([row.get("los", 0.5) for row in rows])
    ...     return DrawnTotals(("baseline", "hub"), np.ones(2), np.stack([100.0 * los, 90.0 * los]))
    >>> los = UncertainParameter("los", 0.5, lambda level: level)
    >>> extremes(evaluate, [los], one_way(evaluate, [los])).change_gbp.tolist()
    [-9.75, -0.25]
    """
    levels = {name: each.levels for name, each in _versions(parameters, own or {}).items()}
    cases = [(scenario, case) for scenario in tornado["scenario"].unique() for case in CASES]
    drawn = _evaluated(evaluate, [_at_ends(tornado[tornado["scenario"] == name], levels, case) for name, case in cases])
    changes = dict(zip(drawn.scenarios[1:], drawn.changes(measure), strict=True))
    rows = [(scenario, case, float(changes[scenario][at])) for at, (scenario, case) in enumerate(cases)]
    return pd.DataFrame(rows, columns=["scenario", "case", "change_gbp"])


def evidence_sets(
    evaluate: EvaluateRows, sets: Mapping[str, Mapping[str, float]], *, measure: Measure | None = None
) -> pd.DataFrame:
    """Named sets of values side by side, never averaged: what the answer would be if that evidence were right.

    Args:
        evaluate: totals at rows of values (not probabilities); asked once.
        sets: name → parameter → value; all other parameters as stated. The set `stated`, which moves none, comes first.
        measure: which pounds; the present value where there is one.

    Returns:
        scenario, set, cost_per_patient_gbp, total_gbp, change_total_gbp (missing for the first scenario).

    >>> def evaluate(rows):
    ...     los = np.array([row.get("los", 5.0) for row in rows])
    ...     return DrawnTotals(("baseline", "hub"), np.ones(2), np.stack([100.0 * los, 90.0 * los]))
    >>> evidence_sets(evaluate, {"trial of 2019": {"los": 4.0}}).change_total_gbp.tolist()
    [nan, nan, -50.0, -40.0]
    """
    named = {STATED: {}, **sets}
    drawn = _evaluated(evaluate, list(named.values()))
    changes = np.concatenate([np.full((1, drawn.draws), np.nan), drawn.changes(measure)])
    figures = np.stack([drawn.per_patient(measure), drawn.total(measure), changes], axis=2)
    rows = [
        (scenario, name, *figures[number, at].tolist())
        for number, scenario in enumerate(drawn.scenarios)
        for at, name in enumerate(named)
    ]
    return pd.DataFrame(rows, columns=["scenario", "set", "cost_per_patient_gbp", "total_gbp", "change_total_gbp"])


# --- versions of a parameter -------------------------------------------------------------------------------------
class _Bar(NamedTuple):
    """One row of the tornado."""

    scenario: str
    parameter: str
    title: str
    unit: str
    low: float
    value: float
    high: float
    change_at_low_gbp: float
    change_at_high_gbp: float
    change_gbp: float
    swing_gbp: float


@dataclass(frozen=True, repr=False)
class _Versions:
    """One name's parameter: the baseline's, if it is uncertain there, and those scenarios state themselves."""

    common: UncertainParameter | None
    own: Mapping[str, UncertainParameter]

    def of(self, scenario: str) -> UncertainParameter | None:
        return self.own.get(scenario, self.common)

    @property
    def levels(self) -> tuple[float, float]:
        """The probabilities of both ends: the baseline's where it has any, so that all are read at the same."""
        leading = self.common or next(iter(self.own.values()))
        return leading.low_level, leading.high_level


def _versions(parameters: Sequence[UncertainParameter], own: OwnVersions) -> dict[str, _Versions]:
    common = {parameter.name: parameter for parameter in parameters}
    stated = [(scenario, parameter) for scenario, each in own.items() for parameter in each]
    names = dict.fromkeys([*common, *(parameter.name for _, parameter in stated)])
    return {
        name: _Versions(common.get(name), {scenario: each for scenario, each in stated if each.name == name})
        for name in names
    }


# --- rows --------------------------------------------------------------------------------------------------------
def _evaluated(evaluate: EvaluateRows, rows: Sequence[Mapping[str, float]]) -> DrawnTotals:
    drawn = evaluate(rows)
    if drawn.draws != len(rows):
        raise ValueError(f"{len(rows)} rows were asked for, {drawn.draws} draws came back")
    return drawn


def _bars(scenario: str, versions: Mapping[str, _Versions], change: Floats) -> Iterator[_Bar]:
    """The bars of one scenario; its change is (1 + 2 × names,): stated, then the low and high end of each name."""
    stated, ends = float(change[0]), change[1:].reshape(-1, 2).tolist()
    for versions_here, (at_low, at_high) in zip(versions.values(), ends, strict=True):
        parameter = versions_here.of(scenario)
        if parameter is not None:
            low, high = (parameter.value_at(level) for level in versions_here.levels)
            reach = (low, parameter.value, high, at_low, at_high, stated, _spread(at_low, stated, at_high))
            yield _Bar(scenario, parameter.name, parameter.title, parameter.unit, *reach)


def _widest_first(bar: _Bar) -> float:
    """Bars with an end that cannot be come last."""
    return -bar.swing_gbp if np.isfinite(bar.swing_gbp) else np.inf


def _spread(*changes: float) -> float:
    """The distance from the lowest to the highest figure; missing where one is missing."""
    return float(np.max(changes) - np.min(changes))


def _grid_levels(parameter: UncertainParameter) -> tuple[float | None, ...]:
    """Five probabilities in the order of their values (None reads the stated one); of equal values only one."""
    levels = (None, parameter.low_level, 0.25, 0.75, parameter.high_level)
    by_value = {parameter.value_at(level): level for level in reversed(levels)}
    return tuple(by_value[value] for value in sorted(by_value))


def _row(*levels: tuple[str, float | None]) -> dict[str, float]:
    return {name: level for name, level in levels if level is not None}


def _at_ends(bars: pd.DataFrame, levels: Mapping[str, tuple[float, float]], case: Case) -> dict[str, float]:
    """The probability of each parameter's best (lowest change) or worst end for one scenario."""
    sign = 1.0 if case == "best" else -1.0
    figures = sign * bars[["change_gbp", "change_at_low_gbp", "change_at_high_gbp"]].to_numpy(np.float64)
    figures[np.isnan(figures)] = np.inf  # an end that cannot be is no end
    ends = zip(bars["parameter"], figures.argmin(axis=1), strict=True)
    return {name: levels[name][end - 1] for name, end in ends if end > 0}

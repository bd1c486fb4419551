"""What draws of the uncertain parameters mean: an interval on every difference, and how often it is below 0.

Row d of every scenario is read at the same draw, so each difference is taken draw by draw, never between two intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.cube import hands_out

Floats = NDArray[np.float64]
Measure = Literal["gbp", "present_value_gbp"]

PERCENTILES: Final[Mapping[str, float]] = {"p2_5": 2.5, "p25": 25, "p50": 50, "p75": 75, "p97_5": 97.5}
SUMMARY_COLUMNS: Final = (
    "scenario", "measure", "of", "mean", "sd", *PERCENTILES, "probability_less", "se_mean", "draws", "basis",
)  # fmt: skip
STEPS: Final = 100  # intervals of a curve drawn without thresholds of its own


@hands_out("patients", "gbp", "present_value_gbp", "by")
@dataclass(frozen=True, repr=False, eq=False)
class DrawnTotals:
    """Totals of S scenarios at the same D draws.

    Raises:
        ValueError: a shape that does not fit the others.

    >>> drawn = DrawnTotals(("baseline", "hub"), np.array([10.0, 10.0]), np.array([[90.0, 110.0], [80.0, 120.0]]))
    >>> drawn.changes().tolist()
    [[-10.0, 10.0]]
    """

    scenarios: tuple[str, ...]
    """The first is what others are compared with."""
    patients: Floats
    """Patients starting, shape (S,)."""
    gbp: Floats
    """Undiscounted total pounds, shape (S, D)."""
    present_value_gbp: Floats | None = None
    """Discounted total pounds, shape (S, D), where the study discounts."""
    by: Mapping[str, tuple[tuple[str, ...], Floats]] | None = None
    """Cut (organisation, setting, component, count) → names and undiscounted pounds (count: what is counted), shape
    (names, S, D)."""

    def __post_init__(self) -> None:
        shape = (len(self.scenarios), self.draws)
        present = self.gbp if self.present_value_gbp is None else self.present_value_gbp
        fits = self.gbp.shape == present.shape == shape and self.patients.shape == shape[:1]
        cuts = (self.by or {}).values()
        if not fits or any(values.shape != (len(names), *shape) for names, values in cuts):
            raise ValueError(f"totals of {shape[0]} scenarios at {shape[1]} draws have the shape {shape}, cuts alike")

    @property
    def draws(self) -> int:
        """Number of draws D."""
        return int(self.gbp.shape[-1])

    @property
    def headline(self) -> Measure:
        """Present value where there is one."""
        return "gbp" if self.present_value_gbp is None else "present_value_gbp"

    def total(self, measure: Measure | None = None) -> Floats:
        """Total pounds, shape (S, D); the headline's where no measure is asked for.

        Raises:
            ValueError: present values of a study that does not discount.
        """
        if (measure or self.headline) == "gbp":
            return self.gbp
        if self.present_value_gbp is None:
            raise ValueError("there are no present values: the study does not discount")
        return self.present_value_gbp

    def per_patient(self, measure: Measure | None = None) -> Floats:
        """Pounds a patient starting, shape (S, D); missing where nobody starts."""
        patients: Floats = np.where(self.patients > 0, self.patients, np.nan)
        return np.asarray(self.total(measure) / patients[:, None])

    def changes(self, measure: Measure | None = None) -> Floats:
        """Total of each later scenario less the first's, draw by draw, shape (S − 1, D)."""
        return paired(self.total(measure))

    def changes_per_patient(self, measure: Measure | None = None) -> Floats:
        """Cost a patient of each later scenario less the first's, draw by draw, shape (S − 1, D)."""
        return paired(self.per_patient(measure))


@hands_out("values")
@dataclass(frozen=True, repr=False, eq=False)
class EveryDraw:
    """The totals at D draws, and what was drawn: name of a parameter, share or price → (D,) values."""

    totals: DrawnTotals
    values: Mapping[str, Floats] = field(default_factory=dict)

    def frame(self) -> pd.DataFrame:
        """One row a draw and scenario.

        Returns:
            draw (from 1), scenario, patients, gbp, present_value_gbp (where the study discounts), gbp_per_patient (of the
            headline's pounds), and a column for each thing drawn: the baseline's version of a parameter, the multiplier of
            a price. One that has the name of a column here is called `drawn:<name>`.

        >>> totals = DrawnTotals(("baseline", "hub"), np.array([10.0, 10.0]), np.array([[90.0, 110.0], [80.0, 120.0]]))
        >>> EveryDraw(totals, {"los": np.array([4.0, 5.0])}).frame().values.tolist()[1]
        [1, 'hub', 10.0, 80.0, 8.0, 4.0]
        """
        totals, count = self.totals, len(self.totals.scenarios)
        present = {} if totals.present_value_gbp is None else {"present_value_gbp": totals.present_value_gbp}
        pounds = {"gbp": totals.gbp, **present, "gbp_per_patient": totals.per_patient()}
        columns = {
            "draw": np.repeat(np.arange(1, totals.draws + 1), count),
            "scenario": np.tile(np.array(totals.scenarios, dtype=object), totals.draws),
            terms.PATIENTS: np.tile(totals.patients, totals.draws),
            **{name: values.T.ravel() for name, values in pounds.items()},
        }
        drawn = {
            f"drawn:{name}" if name in columns else name: np.repeat(each, count) for name, each in self.values.items()
        }
        return pd.DataFrame({**columns, **drawn}).astype({"scenario": "str"})


EvaluateRows: TypeAlias = Callable[[Sequence[Mapping[str, float]]], DrawnTotals]
"""Totals at rows that each name a few parameters (their probabilities, or their values) and leave all others as stated:
draw d is row d."""


def paired(values: Floats) -> Floats:
    """Every row less the first, shape (S, …) to (S − 1, …); a difference within 1e-9 of the two is none.

    >>> paired(np.array([[0.3], [0.1 + 0.2], [0.5]])).tolist()
    [[0.0], [0.2]]
    """
    first, others = values[0], values[1:]
    change: Floats = others - first
    change[np.abs(change) <= terms.RELATIVE_TOLERANCE * (np.abs(first) + np.abs(others))] = 0.0
    return change


def tables_of_draws(drawn: DrawnTotals) -> dict[str, pd.DataFrame]:
    """The tables that the totals at the draws give by themselves, by name."""
    return {
        "uncertainty": summary_of_draws(drawn, cuts=("organisation", "count")),
        "acceptability": acceptability(drawn),
    }


def summary_of_draws(
    drawn: DrawnTotals, *, measure: Measure | None = None, cuts: Sequence[str] = ("organisation",)
) -> pd.DataFrame:
    """Mean, spread and interval of every level and every paired difference.

    Args:
        drawn: S scenarios at D draws.
        measure: which pounds; the present value where there is one.
        cuts: whose changes are rows of their own, where they were kept; these are undiscounted.

    Returns:
        scenario, measure (cost_per_patient_gbp, total_gbp, change_per_patient_gbp, change_total_gbp; change_gbp, or
        change_count of what is counted, of one name of a cut), of (that name), mean, sd (of the draws), percentiles,
        probability_less (share of the draws whose change is below 0; missing for levels), se_mean (of drawing: sd ÷ √D),
        draws, basis (which pounds; `count` for what is counted).

    >>> drawn = DrawnTotals(("baseline", "hub"), np.array([10.0, 10.0]), np.array([[90.0, 110.0], [80.0, 104.0]]))
    >>> frame = summary_of_draws(drawn).set_index(["scenario", "measure"])
    >>> frame.loc[("hub", "change_per_patient_gbp"), ["p50", "probability_less"]].round(2).tolist()
    [-0.8, 1.0]
    """
    rows = [*_level_rows(drawn, measure), *_change_rows(drawn, measure)]
    rows += [row for cut in cuts for row in _cut_rows(drawn, cut)]
    return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))


def acceptability(
    drawn: DrawnTotals, thresholds: Floats | None = None, *, measure: Measure | None = None
) -> pd.DataFrame:
    """How likely each scenario costs at most so much more a patient than the first.

    Args:
        drawn: S scenarios at D draws.
        thresholds: pounds a patient, shape (T,); evenly from below the lowest change to above the highest, through 0,
            where left out.
        measure: which pounds; the present value where there is one.

    Returns:
        scenario (all but the first), threshold_gbp, probability.

    >>> drawn = DrawnTotals(("baseline", "hub"), np.array([1.0, 1.0]), np.array([[90.0, 110.0], [80.0, 104.0]]))
    >>> acceptability(drawn, np.array([-8.0, -6.0]))["probability"].tolist()
    [0.5, 1.0]
    """
    changes = drawn.changes_per_patient(measure)
    at = _round_steps(changes) if thresholds is None else thresholds
    rows = [
        {"scenario": scenario, "threshold_gbp": threshold, "probability": float(np.mean(change <= threshold))}
        for scenario, change in zip(drawn.scenarios[1:], changes, strict=True)
        for threshold in at.tolist()
    ]
    return pd.DataFrame(rows, columns=["scenario", "threshold_gbp", "probability"])


def _level_rows(drawn: DrawnTotals, measure: Measure | None) -> Iterator[dict[str, object]]:
    basis, levels = measure or drawn.headline, (drawn.per_patient(measure), drawn.total(measure))
    for scenario, per_patient, total in zip(drawn.scenarios, *levels, strict=True):
        yield {
            "scenario": scenario,
            "measure": "cost_per_patient_gbp",
            "of": "",
            "basis": basis,
            **_spread(per_patient),
        }
        yield {"scenario": scenario, "measure": "total_gbp", "of": "", "basis": basis, **_spread(total)}


def _change_rows(drawn: DrawnTotals, measure: Measure | None) -> Iterator[dict[str, object]]:
    basis, changes = measure or drawn.headline, (drawn.changes_per_patient(measure), drawn.changes(measure))
    for scenario, per_patient, total in zip(drawn.scenarios[1:], *changes, strict=True):
        yield {
            "scenario": scenario, "measure": "change_per_patient_gbp", "of": "", "basis": basis, **_difference(per_patient)
        }  # fmt: skip
        yield {"scenario": scenario, "measure": "change_total_gbp", "of": "", "basis": basis, **_difference(total)}


def _cut_rows(drawn: DrawnTotals, cut: str) -> Iterator[dict[str, object]]:
    """One row a scenario and name of a cut that was kept."""
    names, values = (drawn.by or {}).get(cut, ((), np.empty((0, len(drawn.scenarios), drawn.draws))))
    measure, basis = ("change_count", "count") if cut == "count" else ("change_gbp", "gbp")
    changes = paired(np.moveaxis(values, 0, 1))
    for scenario, of_scenario in zip(drawn.scenarios[1:], changes, strict=True):
        for name, change in zip(names, of_scenario, strict=True):
            yield {"scenario": scenario, "measure": measure, "of": name, "basis": basis, **_difference(change)}


def _spread(values: Floats) -> dict[str, float]:
    """Mean, spread and interval of one figure's draws (D,)."""
    draws = len(values)
    sd = float(values.std(ddof=1)) if draws > 1 else np.nan
    points = np.percentile(values, list(PERCENTILES.values())).tolist()
    return {
        "mean": float(values.mean()),
        "sd": sd,
        **dict(zip(PERCENTILES, points, strict=True)),
        "se_mean": float(sd / np.sqrt(draws)),
        "draws": draws,
    }


def _difference(change: Floats) -> dict[str, float]:
    return {**_spread(change), "probability_less": float(np.mean(change < 0)) if np.isfinite(change).all() else np.nan}


def _round_steps(changes: Floats) -> Floats:
    """About a hundred multiples of a round step, from below the lowest change to above the highest, 0 among them."""
    known = changes[np.isfinite(changes)]
    low, high = min(known.min(initial=0.0), 0.0), max(known.max(initial=0.0), 0.0)
    margin = 0.1 * (high - low) or 1.0
    span = high - low + 2 * margin
    unit = 10.0 ** (np.floor(np.log10(span / STEPS)) - 1)
    step = np.ceil(span / STEPS / unit) * unit
    return np.asarray(np.arange(np.floor((low - margin) / step), np.ceil((high + margin) / step) + 1) * step)

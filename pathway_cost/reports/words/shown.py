"""Figures as they are shown: rounded so that the parts on paper sum to the totals on paper (largest remainder)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from pathway_cost.reports.words.frame_rows import rows_of
from pathway_cost.results.frames import RunResult, round_to_sum

Floats = npt.NDArray[np.float64]
MODELLED_CHANGE: Final = "Modelled change"


@dataclass(frozen=True)
class Headline:
    """One scenario on page one. Changes are against the first scenario, whose own are missing (NaN)."""

    scenario: str
    per: str
    denominator: str
    patients: float
    per_patient_gbp: float
    total_gbp: float
    change_per_patient_gbp: float
    change_gbp: float
    change_pct: float
    volume_gbp: float
    rate_gbp: float
    one_off_gbp: float
    present_value_gbp: float
    """Discounted pounds; this and the next are missing (NaN) where the study does not discount."""
    present_value_per_patient_gbp: float

    @property
    def is_discounted(self) -> bool:
        """Whether the headline is the present value."""
        return not np.isnan(self.present_value_gbp)


def shown_parts(parts: Sequence[float] | Floats | pd.Series, total: float, digits: int = 0) -> Floats:
    """Parts rounded so that they sum to a total that was rounded elsewhere; the largest part bears a last unit.

    >>> shown_parts([10.4, 20.4, 0.4], 32.0).tolist()
    [11.0, 21.0, 0.0]
    """
    given = np.nan_to_num(np.asarray(parts, dtype=np.float64))
    if not given.size:
        return given
    rounded = round_to_sum(given, digits)
    rounded[int(np.argmax(np.abs(given)))] += total - rounded.sum()
    return np.round(rounded, digits) + 0.0


def shown_totals(result: RunResult) -> dict[str, float]:
    """Whole pounds of each scenario: the totals that every shown table reaches."""
    return {name: float(round(result[name].total_gbp)) for name in result.compared}


def headlines(result: RunResult, per: str = "patient") -> list[Headline]:
    """Page one, a line a scenario, for one denominator (`patient`, `eligible patient` or a setting)."""
    rows = result.summary
    found: list[Headline] = []
    for row in rows_of(rows[rows["per"] == per].drop_duplicates("scenario")):
        found.append(_headline(row, found[0] if found else None))
    return found


def _headline(row: Mapping[str, Any], first: Headline | None) -> Headline:
    total, each = float(round(row["total_gbp"])), round(float(row["cost_per_patient_gbp"]), 2)
    change = float("nan") if first is None else total - first.total_gbp
    volume, rate = (
        (np.nan, np.nan) if first is None else shown_parts([row["change_volume_gbp"], row["change_rate_gbp"]], change)
    )
    return Headline(
        scenario=str(row["scenario"]),
        per=str(row["per"]),
        denominator=str(row["denominator"]),
        patients=float(row["patients"]),
        per_patient_gbp=each,
        total_gbp=total,
        change_per_patient_gbp=float("nan") if first is None else round(each - first.per_patient_gbp, 2),
        change_gbp=change,
        change_pct=float("nan") if first is None else float(row["change_pct"]),
        volume_gbp=float(volume),
        rate_gbp=float(rate),
        one_off_gbp=float(round(np.nan_to_num(row["one_off_gbp"]))),
        present_value_gbp=float(np.round(row["present_value_gbp"])),
        present_value_per_patient_gbp=float(np.round(row["present_value_per_patient_gbp"], 2)),
    )


def is_discounted(result: RunResult) -> bool:
    """Whether the study discounts pounds, so that the headline is the present value."""
    return bool(result.summary["present_value_gbp"].notna().iloc[0])


def shown_changes(result: RunResult) -> dict[str, float]:
    """Each scenario's change from the first, in the headline's whole pounds as page one shows it."""
    first, *others = headlines(result)
    if first.is_discounted:
        return {each.scenario: each.present_value_gbp - first.present_value_gbp for each in others}
    return {each.scenario: each.change_gbp for each in others}


def change_words(result: RunResult) -> str:
    """What the difference between two scenarios is called: modelled, unless the costs of one were measured."""
    return MODELLED_CHANGE if all(costed.model is not None for costed in result.values()) else "Change"


def undiscounted(result: RunResult) -> str:
    """What to say of pounds that are not the headline's, where they differ."""
    return ", undiscounted" if is_discounted(result) else ""


def other_denominators(result: RunResult) -> list[str]:
    """What else cost is reported per, in order."""
    return [per for per in dict.fromkeys(result.summary["per"]) if per != "patient"]


def shown_cut(result: RunResult, frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """A cut in whole pounds, one row a key in the frame's order, one column a scenario; columns sum to the totals."""
    wide, totals = made_wide(frame, keys, ("scenario", result.compared), "gbp"), shown_totals(result)
    first = result.compared[0]
    rounded = {first: shown_parts(wide[first], totals[first])}
    for name in result.compared[1:]:  # the change is rounded, so that what did not change shows no change
        rounded[name] = rounded[first] + shown_parts(wide[name] - wide[first], totals[name] - totals[first])
    return pd.DataFrame(rounded, index=wide.index)


def made_wide(frame: pd.DataFrame, keys: list[str], across: tuple[str, Sequence[str]], measure: str) -> pd.DataFrame:
    """A measure summed: one row a key in the frame's order, one column a name of `across`, 0 where it has nothing."""
    column, names = across
    by = pd.Index(frame[keys[0]]) if len(keys) == 1 else pd.MultiIndex.from_frame(frame[keys])
    place, index = by.factorize(use_na_sentinel=False)
    sums = frame[measure].groupby(pd.Index(names).get_indexer(pd.Index(frame[column])) * len(index) + place).sum()
    wide = np.zeros((len(names) + 1, len(index)))  # the last is of names that were not asked for
    wide.flat[sums.index.to_numpy(np.int64)] = sums.to_numpy()
    return pd.DataFrame(dict(zip(names, wide, strict=False)), index=index)


def shown_bridge(result: RunResult, scenario: str) -> tuple[pd.DataFrame, float]:
    """A scenario's bridge in whole pounds that sum to its shown change, and its one-off pounds apart.

    Returns:
        factor, gbp of the recurrent change in order; the one-off pounds.
    """
    rows = result.bridge
    rows = rows[rows["scenario"] == scenario].sort_values("position")
    apart = rows["factor"].map(is_one_off)
    origin = str(rows["from_scenario"].iloc[0])
    totals = shown_totals(result)
    parts = rows[~apart][["factor", "gbp"]].reset_index(drop=True)
    parts["gbp"] = shown_parts(parts["gbp"], totals[scenario] - totals[origin])
    return parts, float(round(rows.loc[apart, "gbp"].sum()))


def is_one_off(factor: object) -> bool:
    """Whether a bar of the bridge is the one-off costs."""
    return str(factor).lower().replace("_", "-").startswith("one-off")

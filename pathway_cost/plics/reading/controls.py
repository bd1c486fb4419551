"""Control totals: what each file's header says it holds against what it holds; differences accepted by name (R14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Final

import pandas as pd

from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.plics.reading.store import CONTROL_COLUMNS
from pathway_cost.plics.reading.wording import pounds
from pathway_cost.specs.format import Accept

PENNY_ROUNDED: Final = Decimal("0.005")
"""A difference below this is the header's rounding."""
NO_CONTROL: Final = "no control total"
"""Said of the relational form, which has no header."""


@dataclass(frozen=True)
class Control:
    """One file's totals. Header values are None where the form carries none; pounds are exact."""

    file: str
    feed: str
    organisation: str
    fin_year: str
    period_start: dt.date | None
    period_end: dt.date | None
    records_header: int | None
    records: int
    header_gbp: Decimal | None
    gbp: Decimal
    accepted_reason: str = ""

    @property
    def difference_records(self) -> int | None:
        """Records counted less the header's."""
        return None if self.records_header is None else self.records - self.records_header

    @property
    def difference_gbp(self) -> Decimal | None:
        """Pounds summed less the header's."""
        return None if self.header_gbp is None else self.gbp - self.header_gbp or Decimal(0)

    @property
    def records_differ(self) -> bool:
        """Whether another number of records was read than the header says."""
        return bool(self.difference_records)

    @property
    def pounds_differ(self) -> bool:
        """Whether pounds differ by half a penny or more."""
        return self.difference_gbp is not None and abs(self.difference_gbp) >= PENNY_ROUNDED


def checked_controls(
    controls: Sequence[Control], accept: Iterable[Accept | Mapping[str, object]]
) -> tuple[tuple[Control, ...], tuple[Problem, ...]]:
    """The controls with the reasons of accepted differences, and a fault for every other difference."""
    accepted = [item if isinstance(item, Accept) else Accept.model_validate(item) for item in accept]
    problems: list[Problem] = []
    judged: list[Control] = []
    for control in controls:
        mine = [item for item in accepted if _names(item, control)]
        fault = _fault(control, mine)
        problems += [] if fault is None else [fault]
        judged.append(replace(control, accepted_reason=mine[0].reason) if mine and _differs(control) else control)
    problems += [_names_no_file(item) for item in accepted if not any(_names(item, control) for control in controls)]
    problems += [
        _not_there(item, control)
        for control in controls
        for item in accepted
        if _names(item, control) and _names_nothing(item, control)
    ]
    return tuple(judged), (*problems, *same_period_twice(controls))


def _names(item: Accept, control: Control) -> bool:
    return item.file == control.file or Path(item.file).name == Path(control.file).name


def _differs(control: Control) -> bool:
    return control.pounds_differ or control.records_differ


def _fault(control: Control, accepted: Sequence[Accept]) -> Problem | None:
    if not _differs(control) or any(_covers(item, control) for item in accepted):
        return None
    parts = [
        f"the lines sum to {pounds(control.gbp, exact=True)}, the header says {pounds(control.header_gbp, exact=True)}"
        f" ({pounds(control.difference_gbp, signed=True, exact=True)})"
        if control.pounds_differ
        else "",
        f"records read: {control.records:,}, in the header: {control.records_header:,} ({control.difference_records:+,})"
        if control.records_differ
        else "",
    ]
    what = "; ".join(part for part in parts if part)
    if accepted:
        what += "; `accept:` names this file with another difference"
    remedy = f"put the extract right, or accept it by name: {_accept_line(control)}"
    return Problem("control_difference", what, Where(file=control.file), remedy=remedy)


def _covers(item: Accept, control: Control) -> bool:
    """Whether the accepted differences are the ones found."""
    accepted = Decimal(str(item.difference_gbp or 0))
    pounds_agree = not control.pounds_differ or abs(accepted - (control.difference_gbp or 0)) < PENNY_ROUNDED
    records_agree = not control.records_differ or item.difference_records == control.difference_records
    return pounds_agree and records_agree


def _accept_line(control: Control) -> str:
    """The line that accepts the difference, as it is written in a study."""
    differences = {
        "difference_gbp": f"{control.difference_gbp:f}".rstrip("0").rstrip(".") if control.pounds_differ else None,
        "difference_records": control.difference_records if control.records_differ else None,
    }
    said = "".join(f"{name}: {value}, " for name, value in differences.items() if value is not None)
    return f'accept: [{{file: "{control.file}", {said}reason: "…"}}]'


def _names_no_file(item: Accept) -> Problem:
    what = "`accept:` names a file that is not among those read"
    return Problem("accept_names_no_file", what, Where(file=item.file), severity=Severity.WARNING)


def _names_nothing(item: Accept, control: Control) -> bool:
    """Whether pounds or records are accepted as different that agree with the header."""
    no_pounds = bool(item.difference_gbp) and not control.pounds_differ
    return no_pounds or (bool(item.difference_records) and not control.records_differ)


def _not_there(item: Accept, control: Control) -> Problem:
    said = [pounds(Decimal(str(item.difference_gbp)), signed=True)] if item.difference_gbp else []
    said += [f"{item.difference_records:,} records"] if item.difference_records else []
    what = f"`accept:` names a difference of {' and '.join(said)} that the file does not have"
    remedy = "take the line out"
    where = Where(file=control.file)
    return Problem("accept_names_no_difference", what, where, remedy=remedy, severity=Severity.NOTE)


def same_period_twice(controls: Sequence[Control]) -> list[Problem]:
    """Two extracts of one feed and organisation whose periods overlap: their pounds would count twice."""
    dated = [control for control in controls if control.period_start is not None]
    return [_twice(one, other) for one, other in combinations(dated, 2) if _overlap(one, other)]


def _overlap(one: Control, other: Control) -> bool:
    if (one.feed, one.organisation) != (other.feed, other.organisation):
        return False
    starts, ends = (one.period_start, other.period_start), (one.period_end, other.period_end)
    return max(date for date in starts if date) <= min(date for date in ends if date)


def _twice(one: Control, other: Control) -> Problem:
    what = (
        f"{one.file} and {other.file} are both {one.feed} of {one.organisation} for {one.period_start} to {one.period_end}"
        f" and {other.period_start} to {other.period_end}: their pounds would count twice"
    )
    return Problem("same_period_twice", what, Where(file=other.file), remedy="leave one of them out")


def control_frame(controls: Sequence[Control]) -> pd.DataFrame:
    """One row a file, columns CONTROL_COLUMNS; pounds are Decimals, what a form does not carry is None."""
    rows = [
        asdict(control) | {"difference_records": control.difference_records, "difference_gbp": control.difference_gbp}
        for control in controls
    ]
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=object) for name in CONTROL_COLUMNS})

"""The National Schedule of NHS Costs: national means by department and currency code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import Problem, TableFaults, Where, nearest_name
from pathway_cost.tables.prices.national_lines import (
    ACTIVITY,
    CODE,
    DEPARTMENT,
    DERIVED,
    HIDDEN,
    NATIONAL_COLUMNS,
    NOT_STATED,
    UNIT_COST_GBP,
    schedule_lines,
)
from pathway_cost.tables.reading import as_pandas, columns_unused, is_pattern, matches, read_noted, read_shipped

LICENCE: Final = "Open Government Licence v3.0"
PRINTED_BESIDE: Final = (terms.LICENCE,)
"""What our own tables of the schedule say beside its lines."""
SHIPPED: Final = ("ncc_2024_25", "ncc_2023_24")


class NationalPrice(NamedTuple):
    """What the schedule says for some codes of a department."""

    gbp: float
    activity: float | None
    unit: str
    price_year: str
    source: str


@dataclass(frozen=True, repr=False, eq=False)
class NationalSchedule:
    """Lines of the schedule: national averages of unadjusted costs (`mff` national), each of a whole record.

    >>> schedule = national_schedule("ncc_2024_25")
    >>> schedule.price("Elective Inpatients", ["HN22*"]).gbp
    8692.13
    >>> schedule.price("Elective Inpatients", ["HN99Z"]) is None
    True
    """

    frame: pd.DataFrame
    name: str
    whole: bool = True
    """Whether it holds all of the schedule, so that a mean over a pattern is the schedule's own."""
    notes: tuple[Problem, ...] = ()
    """What there is to say of the table."""
    file: str = ""
    """What messages call the table."""

    @classmethod
    def from_frame(
        cls, frame: Any, *, name: str, where: str = "", whole: bool = True, notes: Iterable[Problem] = ()
    ) -> NationalSchedule:
        """A schedule out of any dataframe in the columns of `national_lines.NATIONAL_COLUMNS`.

        Activity that is blank or `*` is hidden: the line has no price. `not stated`: it has, but enters no mean.

        Raises:
            TableFaults: a column is missing, a code is blank or no text, a number or year cannot be read, or a line is
                there twice.
        """
        given, file = as_pandas(frame), where or name
        lines = schedule_lines(given, file)
        said = (*notes, *columns_unused(given, NATIONAL_COLUMNS, file, quiet=PRINTED_BESIDE))
        return cls(lines, name, whole, said, file)

    def as_table(self) -> pd.DataFrame:
        """The lines as a table to write and read again: hidden activity blank, unread activity `not stated`."""
        activity = [
            "" if hidden else NOT_STATED if np.isnan(count) else f"{count:.15g}"
            for hidden, count in zip(self.frame[HIDDEN], self.frame[ACTIVITY], strict=True)
        ]
        return self.frame[list(NATIONAL_COLUMNS)].assign(**{ACTIVITY: pd.Series(activity, dtype="str")})

    @cached_property
    def departments(self) -> tuple[str, ...]:
        """Every department that has a line."""
        return tuple(dict.fromkeys(self.frame[DEPARTMENT]))

    @cached_property
    def _of_department(self) -> dict[str, pd.DataFrame]:
        return {str(name): lines for name, lines in self.frame.groupby(DEPARTMENT, sort=False)}

    def price(self, department: str, codes: Sequence[str]) -> NationalPrice | None:
        """Pounds a unit for one code, or the mean of several weighted by activity: Σ cost ÷ Σ activity.

        A pattern such as `HN22*` is answered by a line of that very name if there is one, else by the mean of the
        lines it matches; `*` (or `ALL`) by the whole department. None where nothing has a price: no such line, or
        hidden activity.
        """
        asked = (department, tuple(codes))
        if asked not in self._answers:
            self._answers[asked] = self._price(*asked)
        return self._answers[asked]

    @cached_property
    def _answers(self) -> dict[tuple[str, tuple[str, ...]], NationalPrice | None]:
        return {}

    def _price(self, department: str, codes: Sequence[str]) -> NationalPrice | None:
        lines = self._of_department.get(department)
        if lines is None:
            return None
        chosen = _chosen(lines, ["*" if code == "ALL" else code for code in codes])
        if len(chosen) == 1:
            return _of_line(chosen.iloc[0])
        priced = chosen[chosen[ACTIVITY].notna() & chosen[UNIT_COST_GBP].notna()]
        return None if priced.empty else _mean(priced, codes, whole=self.whole)

    def why_not(self, department: str, codes: Sequence[str]) -> str:
        """Why there is no price for these codes, in a few words."""
        lines = self._of_department.get(department)
        if lines is None:
            return f"no department {department!r} (nearest: {nearest_name(department, self.departments)!r})"
        wanted = ", ".join(codes)
        if _chosen(lines, list(codes)).empty:
            nearest = nearest_name(wanted, lines[CODE])
            return f"no line {wanted} of {department}" + (f" (nearest: {nearest!r})" if nearest else "")
        return f"no activity is stated for {wanted} of {department}, so it has no price"


def national_schedule(name: str | Path) -> NationalSchedule:
    """A shipped schedule by its name (`ncc_2024_25`, `ncc_2023_24`), or one that `national import` wrote.

    The shipped ones are a selection of the schedule's lines: see `data/NOTICE.md`.

    Raises:
        TableFaults: no such name or file, or a faulty table.
    """
    if str(name) in SHIPPED:
        lines = read_shipped(f"{name}.csv")[list(NATIONAL_COLUMNS)]
        return NationalSchedule.from_frame(lines, name=str(name), whole=False)
    if not Path(name).suffix:
        what = f"{str(name)!r} is no national schedule"
        nearest = nearest_name(str(name), SHIPPED)
        raise TableFaults(
            [Problem("national_unknown", what, Where(item=str(name)), nearest, f"shipped are {', '.join(SHIPPED)}")]
        )
    found = read_noted(name, codes=(DEPARTMENT, CODE, terms.UNIT), reads=NATIONAL_COLUMNS)
    file = Path(name)
    return NationalSchedule.from_frame(found.table, name=file.stem, where=file.name, notes=found.notes)


def _chosen(lines: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    """The lines a list of codes stands for: each once, a line of the pattern's own name before those it matches."""
    chosen = np.zeros(len(lines), dtype=bool)
    held, printed = lines[CODE].tolist(), (lines[DERIVED] != "yes").to_numpy()
    for code in codes:
        own = np.array([name == code for name in held])
        matched = np.array([is_pattern(code) and matches(name, code) for name in held]) & printed
        chosen |= own if not matched.any() or (own.any() and len(codes) == 1) else matched
    return lines[chosen]


def _of_line(line: Any) -> NationalPrice | None:
    if np.isnan(line[UNIT_COST_GBP]) or (np.isnan(line[ACTIVITY]) and line[HIDDEN]):
        return None
    activity = None if np.isnan(line[ACTIVITY]) else float(line[ACTIVITY])
    source = f"{line[terms.SOURCE]}; {line[DEPARTMENT]} {line[CODE]}"
    return NationalPrice(float(line[UNIT_COST_GBP]), activity, line[terms.UNIT], line[terms.PRICE_YEAR], source)


def _mean(priced: pd.DataFrame, codes: Sequence[str], *, whole: bool) -> NationalPrice | None:
    if len(priced[[terms.UNIT, terms.PRICE_YEAR]].drop_duplicates()) > 1 or priced[ACTIVITY].sum() <= 0:
        return None
    priced = priced.sort_values(CODE)  # the order of the table's rows is nothing
    activity = float(priced[ACTIVITY].sum())
    gbp = float((priced[ACTIVITY] * priced[UNIT_COST_GBP]).sum()) / activity
    line = priced.iloc[0]
    kind = "lines" if whole else "shipped lines, a selection"
    source = f"{line[terms.SOURCE]}; {line[DEPARTMENT]} {', '.join(codes)}: mean of {len(priced)} {kind} by activity"
    return NationalPrice(gbp, activity, line[terms.UNIT], line[terms.PRICE_YEAR], source)

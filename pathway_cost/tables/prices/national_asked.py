"""Lines of a user's own national schedule beside what the pathway's `national:` asks: lines that fold, files not used.

A shipped schedule is looked through for a few lines, as a tariff is, and says nothing of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.nearness import folded, is_near
from pathway_cost.tables.prices.answers import Declared, Taken, why_not_national
from pathway_cost.tables.prices.national import NationalSchedule
from pathway_cost.tables.prices.national_lines import CODE, DEPARTMENT, UNIT_COST_GBP
from pathway_cost.tables.prices.unused_prices import Asking, Fold, Sets
from pathway_cost.tables.prices.used_prices import BELOW_ZERO, NOTHING
from pathway_cost.tables.reading import cells_wrong, is_pattern, matches


def lines_that_fold(sets: Sets, asking: Asking) -> list[Fold]:
    """A line whose department, code or unit is the one asked for but for case, spaces or invisible signs."""
    found: dict[Problem, Fold] = {}
    for _, schedule in _own(sets):
        for key, declared in _asked_of_schedules(asking):
            for problem in _folding(schedule, declared):
                found.setdefault(problem, Fold(problem, key))
    return list(found.values())


def lines_not_used(sets: Sets, asking: Asking, taken: Taken, *, all_told: bool) -> list[Problem]:
    """A file none of whose lines answers or could: a fault; one that earlier sets leave nothing to answer: a note."""
    used = {number for number, _ in taken.values()}
    spare = [schedule for number, schedule in _own(sets) if number not in used and not _folds(schedule, asking)]
    near = [problem for _, schedule in _own(sets) for problem in _departments_near(schedule, asking)]
    return [*near, *(_not_used(schedule, asking, all_told=all_told) for schedule in spare)]


def lines_of_no_pounds(sets: Sets, asking: Asking, taken: Taken) -> list[Problem]:
    """Warnings on lines below £0 among those that make a price, and on prices of £0."""
    found: dict[Problem, None] = {}
    for (_, key), (number, _) in sorted(taken.items()):
        schedule = dict(_own(sets)).get(number)
        if schedule is not None:
            found |= dict.fromkeys(_of_no_pounds(schedule, asking.declared[key]))
    return list(found)


def _own(sets: Sets) -> Iterator[tuple[int, NationalSchedule]]:
    """The schedules that the user gave, by the number of their set."""
    for number, of in enumerate(sets):
        if isinstance(of.costs, NationalSchedule) and of.costs.whole:
            yield number, of.costs


def _asked_of_schedules(asking: Asking) -> list[tuple[str, Declared]]:
    return [(key, declared) for key, declared in asking.declared.items() if declared.department is not None]


def _folds(schedule: NationalSchedule, asking: Asking) -> bool:
    return any(any(True for _ in _folding(schedule, declared)) for _, declared in _asked_of_schedules(asking))


# --- the same but for what the eye does not see ------------------------------------------------------------------------
def _folding(schedule: NationalSchedule, declared: Declared) -> Iterator[Problem]:
    frame, file = schedule.frame, schedule.file
    department, code = _Marks(frame[DEPARTMENT], [str(declared.department)]), _Marks(frame[CODE], declared.codes)
    meant = department.meant & code.meant
    yield from _another_way(meant & ~department.exact, DEPARTMENT, str(declared.department), file)
    yield from _another_way(meant & ~code.exact, CODE, ", ".join(declared.codes), file)
    units = [declared.unit, *([declared.per_use[0]] if declared.per_use else [])]
    unit = _Marks(frame[terms.UNIT], units)
    yield from _another_way(meant & unit.meant & ~unit.exact, terms.UNIT, " or ".join(units), file)


def _another_way(rows: NDArray[np.bool_], column: str, right: str, file: str) -> list[Problem]:
    what = f"the {column} is of {right!r}, which the pathway asks for, but for its case, spaces or invisible signs"
    return cells_wrong(rows, "line_written_another_way", what, column, file, remedy="write it as the pathway does")


class _Marks:
    """Which rows are one of the names asked for, and which are once both are folded."""

    def __init__(self, cells: pd.Series, names: Iterable[str]) -> None:
        texts = cells.tolist()
        plain = ["*" if name == "ALL" else name for name in names]
        alike = [f"{folded(name[:-1])}*" if is_pattern(name) else folded(name) for name in plain]
        self.exact = np.array([any(matches(text, name) for name in plain) for text in texts], dtype=bool)
        self.meant = self.exact | np.array(
            [any(matches(folded(text), name) for name in alike) for text in texts], dtype=bool
        )


# --- not used ----------------------------------------------------------------------------------------------------------
def _not_used(schedule: NationalSchedule, asking: Asking, *, all_told: bool) -> Problem:
    asked = _asked_of_schedules(asking)
    where = Where(file=schedule.file)
    if any(not why_not_national(schedule, declared) or _lends(schedule, declared) for _, declared in asked):
        what = "no price is taken from here: earlier sets answer all that it could"
        return Problem("prices_stand_behind", what, where, severity=Severity.NOTE)
    why = "; ".join(dict.fromkeys(f"{key}: {why_not_national(schedule, declared)}" for key, declared in asked[:3]))
    return Problem(
        "no_line_used",
        f"no line answers anything that the study asks for: {why or 'no unit cost of the pathway has `national:`'}",
        where,
        remedy="correct the lines or the pathway's `national:`, or take the set out",
        severity=Severity.ERROR if all_told else Severity.NOTE,
    )


def _lends(schedule: NationalSchedule, declared: Declared) -> bool:
    """Whether it has the price that lends ratios to levels of few records, of parts too."""
    fits = schedule.price(str(declared.department), declared.codes)
    return fits is not None and declared.covers == terms.Covers.PART


def _departments_near(schedule: NationalSchedule, asking: Asking) -> list[Problem]:
    """Lines of an asked code under a department that is one letter off the one asked for."""
    found: dict[Problem, None] = {}
    for _, declared in _asked_of_schedules(asking):
        department = str(declared.department)
        near = [name for name in schedule.departments if is_near(name, department)]
        rows = schedule.frame[DEPARTMENT].isin(near).to_numpy() & _Marks(schedule.frame[CODE], declared.codes).exact
        what = f"the department is nearly {department!r}, which the pathway asks for, so the line answers nothing"
        for fault in cells_wrong(rows, "line_nearly_asked_for", what, DEPARTMENT, schedule.file, remedy="correct it"):
            found[_as_warning(fault)] = None
    return list(found)


def _as_warning(fault: Problem) -> Problem:
    return Problem(fault.rule, fault.what, fault.where, fault.nearest, fault.remedy, Severity.WARNING)


# --- pounds that can hardly be meant -----------------------------------------------------------------------------------
def _of_no_pounds(schedule: NationalSchedule, declared: Declared) -> list[Problem]:
    frame = schedule.frame
    asked = (frame[DEPARTMENT] == declared.department).to_numpy() & _Marks(frame[CODE], declared.codes).exact
    gbp = frame[UNIT_COST_GBP].to_numpy(dtype=float)
    price = schedule.price(str(declared.department), declared.codes)
    nothing = asked & (gbp == 0) & (price is not None and price.gbp == 0)
    below = _of_lines(schedule, asked & (gbp < 0), "price_below_zero", BELOW_ZERO)
    return [*below, *_of_lines(schedule, nothing, "price_is_zero", NOTHING)]


def _of_lines(schedule: NationalSchedule, rows: NDArray[np.bool_], rule: str, words: str) -> list[Problem]:
    line = schedule.frame.iloc[int(np.argmax(rows))]
    gbp = float(line[UNIT_COST_GBP])
    named = f"{line[DEPARTMENT]} {line[CODE]} {'−' if gbp < 0 else ''}£{abs(gbp):,.2f}"
    what = f"a line that the study uses is {words} ({named})"
    wrong = cells_wrong(rows, rule, what, UNIT_COST_GBP, schedule.file, remedy="correct the line")
    return [_as_warning(fault) for fault in wrong]

"""What is declared of a table of a run: its columns, each with heading, unit and kind, and where the table is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

import pandas as pd

from pathway_cost.errors import nearest_name
from pathway_cost.results.costed.costed import CostedPathway

Maker = Callable[[Mapping[str, CostedPathway]], pd.DataFrame]
Figures = Literal["pounds", "change", "count", "whole", "ratio", "share", "percent", "number"]
Words = Literal[
    "text", "long", "title", "scenario", "setting", "organisation", "role", "attribute", "level", "parameter", "period",
    "factor", "claim", "basis", "grade", "verdict",
]  # fmt: skip
ColumnKind = Figures | Words
"""What the cells of a column hold, and so how they are called and written: `change` is pounds whose sign is always
written, `number` a figure in a unit of its own, `long` text of several lines, `title` a name said as a heading."""

UNDISCOUNTED: Final = "£, undiscounted"
PRESENT_VALUE: Final = "£, present value"
HEADLINE: Final = "£, as the headline"
"""Present value where the study discounts, else undiscounted."""
SHARE: Final = "share of 1"

EVERY_ATTRIBUTE: Final = "<attribute>"
"""Stands for the columns of the cohort's level attributes, however many there are."""


@dataclass(frozen=True)
class Column:
    """One column: its name in files, and its heading and kind on paper."""

    name: str
    heading: str
    kind: ColumnKind = "text"
    unit: str = ""
    """Of figures."""
    width: float | None = None
    """Letters that fit in it on a sheet; by its kind where left out."""
    about: str = ""
    """What its heading leaves unsaid."""
    as_written: bool = False
    """Whether a sheet shows it as files have it, not by what it is called."""
    optional: bool = False
    """Whether some studies have no such column; no sheet shows it."""


@dataclass(frozen=True)
class Sheet:
    """A sheet of the workbook: what it holds, and the note under its title."""

    name: str
    holds: str
    note: str
    side_by_side: bool = False
    """Whether the pounds of its one table stand a column a scenario, with live totals."""
    led: bool = False
    """Whether its note begins with what its first table holds."""
    dated: bool = False
    """Whether its note ends with the price year."""
    discounted: str = ""
    """Which pounds it holds, said where the study discounts."""
    without: str = ""
    """Its note where there are no rows."""
    links: tuple[str, ...] = ()
    """Sheets that it leads to, beside the first."""
    large: bool = False
    """Whether it is printed on A3."""
    on_screen: tuple[str, ...] = ()
    """Long lists that are not printed: names of its tables, or of the measures that stand side by side."""


@dataclass(frozen=True)
class Section:
    """A section of the page."""

    anchor: str
    part: str
    """The part of the page that it stands in."""
    heading: str
    own_year: bool = False
    """Whether it says the year of its pounds itself, or has none of the study's year alone."""
    opens: bool = False
    """Whether it stands open; else it is folded until it is asked for."""


@dataclass(frozen=True)
class Table:
    """A table of a run, declared once: what files, workbook, page and record know of it."""

    name: str
    holds: str
    """What it holds, in one line."""
    columns: tuple[Column, ...]
    """In the order of the file."""
    maker: Maker | None = None
    """Its rows from the costed scenarios; None where only the study knows what they are made of, and hands them in."""
    section: str = ""
    """Anchor of the page's section that shows it."""
    sheet: str = ""
    """The workbook's sheet that shows it."""
    on_sheet: tuple[str, ...] = ()
    """Names of the columns that a sheet shows, in its order, where those are not the file's."""
    always: bool = False
    """Whether it is written even where it has no rows."""
    in_file: bool = True
    """Whether it has a CSV of its own."""

    @property
    def file(self) -> str:
        """The name of its CSV."""
        return f"{self.name}.csv"

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def sheet_columns(self) -> tuple[Column, ...]:
        """The columns that a sheet shows, in its order."""
        return tuple(self[name] for name in self.on_sheet) or tuple(each for each in self.columns if not each.optional)

    def checked(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows, columns in the order declared; all of them empty where nothing was made.

        Raises:
            ValueError: a column is missing, or is not declared.

        >>> ward = Table("ward", "pounds of a ward", (Column("day", "Day", "whole"), Column("gbp", "Pounds", "pounds")))
        >>> ward.checked(pd.DataFrame({"gbp": [450.0], "day": [1]})).columns.tolist()
        ['day', 'gbp']
        >>> ward.checked(pd.DataFrame({"day": [1], "gpb": [450.0]}))
        Traceback (most recent call last):
        ...
        ValueError: table 'ward': column 'gbp' is missing; column 'gpb' is not declared, nearest: 'gbp'
        """
        nothing = frame.empty and not len(frame.columns)
        found = [column.name for column in self.columns if _is_due(column)] if nothing else list(frame.columns)
        wrong = [*self._missing(found), *self._undeclared(found)]
        if wrong:
            raise ValueError(f"table {self.name!r}: {'; '.join(wrong)}")
        return frame.reindex(columns=[column.name for column in self.columns_in(found)])

    def columns_in(self, found: Iterable[str]) -> Iterator[Column]:
        """The declared columns that are among these names, those of attributes one by one."""
        known, names = {column.name for column in self.columns}, list(found)
        for column in self.columns:
            if column.name == EVERY_ATTRIBUTE:
                yield from (replace(column, name=name, heading=name) for name in names if name not in known)
            elif column.name in names:
                yield column

    def _missing(self, found: Iterable[str]) -> Iterator[str]:
        names = set(found)
        yield from (f"column {c.name!r} is missing" for c in self.columns if _is_due(c) and c.name not in names)

    def _undeclared(self, found: Iterable[str]) -> Iterator[str]:
        known = {column.name for column in self.columns}
        for name in () if EVERY_ATTRIBUTE in known else found:
            if name not in known:
                near = nearest_name(name, known)
                yield f"column {name!r} is not declared" + (f", nearest: {near!r}" if near else "")


def _is_due(column: Column) -> bool:
    return not column.optional and column.name != EVERY_ATTRIBUTE

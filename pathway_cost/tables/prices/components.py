"""Which component a PLICS pound is: a user's table over (collection activity, collection resource)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import Problem, TableFaults, raise_if_any
from pathway_cost.tables.reading import (
    as_pandas,
    cells_wrong,
    columns_missing,
    columns_unused,
    matches,
    not_text,
    read_shipped,
    text_of,
)

ACTIVITY: Final = "ActCstID"
RESOURCE: Final = "ResCstID"
COLUMNS: Final = (ACTIVITY, RESOURCE, terms.COMPONENT)
DESCRIPTION: Final = "description"
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, repr=False, eq=False)
class ComponentMap:
    """Lines of (ActCstID, ResCstID) → component, a `*` at the end matching any rest; the first line that matches counts.

    >>> ComponentMap.shipped().component("THR001", "CPF001")
    'theatre'
    >>> ComponentMap.shipped().component("ZZZ001", "CPF001")
    'unmapped'
    """

    frame: pd.DataFrame
    notes: tuple[Problem, ...] = ()
    """What there is to say of the table."""

    @classmethod
    def shipped(cls) -> ComponentMap:
        """The default that ships with the package: readings of the codes' prefixes, not official names."""
        return cls.from_frame(read_shipped("components.csv"), name="components.csv")

    @classmethod
    def from_frame(cls, frame: Any, *, name: str = "components", notes: Iterable[Problem] = ()) -> ComponentMap:
        """A component map out of any dataframe with the columns ActCstID, ResCstID and component.

        `notes` are what the reader of the table has to say of it.

        Raises:
            TableFaults: a column is missing, a cell is blank or no text, a component is no name, or a pair of codes is there
                twice.
        """
        given = as_pandas(frame)
        raise_if_any(columns_missing(given, COLUMNS, name), TableFaults)
        columns = {column: text_of(given[column]) for column in COLUMNS}
        problems = [fault for column, text in columns.items() for fault in _cells_wrong(column, text, name)]
        problems += columns_unused(given, (*COLUMNS, DESCRIPTION), name)
        problems += _given_twice(pd.DataFrame(columns), name)
        said = raise_if_any(problems, TableFaults)
        described = text_of(given[DESCRIPTION]) if DESCRIPTION in given.columns else None
        description = pd.Series("", index=given.index, dtype="str") if described is None else described.fillna("")
        return cls(pd.DataFrame({**columns, DESCRIPTION: description}), (*notes, *said))

    @cached_property
    def _lines(self) -> tuple[tuple[str, str, str], ...]:
        return tuple(zip(*(self.frame[name] for name in COLUMNS), strict=True))

    def component(self, activity: str, resource: str) -> str:
        """The component of one pair of codes; `unmapped` where no line matches."""
        found = (
            name for acts, resources, name in self._lines if matches(activity, acts) and matches(resource, resources)
        )
        return next(found, terms.UNMAPPED)


def _given_twice(lines: pd.DataFrame, file: str) -> list[Problem]:
    """Lines whose pair of codes an earlier line has: only the first would count."""
    twice = lines.duplicated([ACTIVITY, RESOURCE]).to_numpy() & lines[ACTIVITY].notna().to_numpy()
    what = "the pair of codes has an earlier component"
    return cells_wrong(twice, "pair_given_twice", what, ACTIVITY, file, remedy="keep one of them")


def _cells_wrong(name: str, text: pd.Series | None, file: str) -> list[Problem]:
    if text is None:
        return [not_text(name, file)]
    bad = text.isna().to_numpy()
    rule, what = "value_missing", f"{name!r} is blank (write * for any)"
    if not bad.any() and name == terms.COMPONENT:
        bad = ~text.map(lambda word: _NAME.fullmatch(word) is not None).to_numpy(dtype=bool)
        rule, what = "component_is_no_name", "a component is a name such as `clinical_supplies`"
    return cells_wrong(bad, rule, what, name, file)

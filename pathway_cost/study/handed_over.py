"""A study handed over as a dict: its frames and specs are taken out, each by its key in the study, and its plain tree stays."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pathway_cost.errors import Problem, SpecFaults, TableFaults, Together, Where, nearest_name, raise_if_any
from pathway_cost.specs.format import Pathway, Spec, Study
from pathway_cost.specs.reading.given_specs import TOO_DEEP, is_given, plain_tree
from pathway_cost.specs.reading.read_specs import DEEPEST
from pathway_cost.study.named_tables import FrameTable
from pathway_cost.tables.cohort.cohort import OWN_COLUMNS, Cohort
from pathway_cost.tables.prices.unit_costs import UnitCosts
from pathway_cost.tables.reading import own_frame

_SPEC = re.compile(r"pathway|scenarios(\.\d+)?|unit_costs\.\d+\.plics\.rules")
_TABLE = re.compile(
    r"(cohort|mff|unit_costs\.\d+\.plics\.(components|postcodes))(\.file)?"
    r"|price_index\.file|uncertainty\.table|unit_costs\.\d+\.table"
)
_PLACES = ("cohort", "cohort.file", "mff", "mff.file", "price_index.file", "uncertainty.table", "unit_costs.<n>.table")
_SET = re.compile(r"unit_costs\.\d+(\.table)?")
_COLUMNS = ("columns", "column_names", "__dataframe__", "__arrow_c_stream__")


@dataclass(frozen=True, repr=False)
class HandedOver:
    """A study's plain tree, and what stood in it in memory, by the keys that stand there in its place."""

    tree: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, FrameTable] = field(default_factory=dict)
    specs: Mapping[str, Any] = field(default_factory=dict)

    def tables_read(self, study: Study, pathway: Pathway) -> Mapping[str, FrameTable]:
        """The tables; of the patients' own there is nothing left but what the pathway reads."""
        table = self.tables.get(study.cohort.file or "")
        if table is None:
            return self.tables
        ours = (*OWN_COLUMNS, *pathway.attributes)
        theirs = {study.cohort.columns.get(name, name) for name in ours}
        return {**self.tables, table.name: table.reading({*ours, *theirs})}


def handed_over(given: Mapping[str, Any]) -> HandedOver:
    """Part a study given as a dict. A frame is copied, and known by its key without `.file`: `cohort`, `unit_costs.0.table`.

    Raises:
        SpecFaults: an object that a study cannot hold, or a table where it holds none.
        TableFaults: tables that cannot be read.

    >>> handed = handed_over({"study": "mine", "cohort": {"file": {"age": [60, 71]}}, "pathway": "pathway: knee\\nroles: {}"})
    >>> handed.tree, list(handed.tables), list(handed.specs)
    ({'study': 'mine', 'cohort': {'file': 'cohort'}, 'pathway': 'pathway'}, ['cohort'], ['pathway'])
    """
    parting = _Parting()
    tree = {str(key): parting.part(inner, str(key)) for key, inner in given.items()}
    raise_if_any(parting.misplaced, SpecFaults, stage="shape")
    faults, tables = Together(TableFaults), dict[str, FrameTable]()
    for name, frame in parting.frames.items():
        with faults:
            tables[name] = _table(name, frame)
    faults.raise_if_any()
    return HandedOver(tree, tables, parting.specs)


class _Parting:
    """One pass over a study: specs and frames are put aside, and their keys stand in their place."""

    def __init__(self) -> None:
        self.specs: dict[str, Any] = {}
        self.frames: dict[str, Any] = {}
        self.misplaced: list[Problem] = []

    def part(self, given: Any, key: str) -> Any:
        """The plain tree below a key."""
        if key.count(".") > DEEPEST:
            self.misplaced.append(Problem("too_deep", TOO_DEEP, Where(item=key.partition(".")[0])))
            return None
        if _SPEC.fullmatch(key) and is_given(given) and not isinstance(given, list | tuple):
            self.specs[key] = given
            return key
        if _is_table(given, key):
            return self._aside(given, key)
        if isinstance(given, Mapping) and not isinstance(given, Spec):
            return {str(name): self.part(inner, f"{key}.{name}") for name, inner in given.items()}
        if isinstance(given, list | tuple):
            return [self.part(inner, f"{key}.{place}") for place, inner in enumerate(given)]
        return plain_tree(given)

    def _aside(self, table: Any, key: str) -> Any:
        name, places = key.removesuffix(".file"), _SET if isinstance(table, UnitCosts) else _TABLE
        self.frames[name] = table
        if places.fullmatch(key) is None:
            self.misplaced.append(_misplaced(table, key))
        bare = isinstance(table, UnitCosts) and not key.endswith(".table")
        return {"table": name, "borrow": dict(table.borrow)} if bare else name


def _is_table(given: Any, key: str) -> bool:
    """Whether something is a table, or stands for one: anything with columns; where a file is named, whatever names none."""
    if isinstance(given, Mapping):
        return key.endswith((".file", ".table"))
    if given is None or isinstance(given, str | os.PathLike | Spec):
        return False
    has_columns = any(hasattr(type(given), name) for name in _COLUMNS)
    return isinstance(given, Cohort | UnitCosts) or has_columns or _TABLE.fullmatch(key) is not None


def _misplaced(table: Any, key: str) -> Problem:
    what = f"a {type(table).__name__} cannot stand here"
    remedy = "a table stands at cohort, unit_costs.<n>.table, mff, price_index.file, uncertainty.table, or in plics"
    nearest = nearest_name(re.sub(r"\.\d+", ".<n>", key), _PLACES)
    return Problem("table_misplaced", what, Where(item=key), nearest, remedy)


def _table(name: str, given: Any) -> FrameTable:
    """A frame's own copy; its faults call it by its name."""
    if isinstance(given, UnitCosts):
        return FrameTable(name, given.frame, given)
    if isinstance(given, Cohort):
        return FrameTable(name, given.frame)
    try:
        return FrameTable(name, own_frame(given))
    except TableFaults as error:
        placed = [replace(problem, where=replace(problem.where, file=name)) for problem in error.problems]
        raise TableFaults(placed) from None

"""Control totals that a user types for extracts: of one file or of the whole set, and of tables, which carry none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Final

from pathway_cost.errors import Problem, Where, nearest_name
from pathway_cost.plics.reading.controls import Control
from pathway_cost.plics.reading.wording import pounds
from pathway_cost.specs.format import Expect
from pathway_cost.tables.reading import Held, totals_differ

TYPED: Final = "control total typed by the user"


def with_totals(
    controls: Sequence[Control], expect: Iterable[Expect | Mapping[str, object]] | Expect | Mapping[str, object]
) -> tuple[tuple[Control, ...], tuple[Problem, ...]]:
    """The controls, those of tables with the totals typed for them, and a fault for every total that is not met."""
    from pathway_cost.specs.reading.read_specs import from_mapping

    listed = [expect] if isinstance(expect, Expect | Mapping) else list(expect)
    typed = [item if isinstance(item, Expect) else from_mapping(item, Expect) for item in listed]
    problems = [_no_patients(item) for item in typed if item.patients is not None]
    shown = list(controls)
    for item in typed:
        mine = [at for at, control in enumerate(controls) if item.file is None or _names(item.file, control.file)]
        problems += _differences(item, [controls[at] for at in mine], [control.file for control in controls])
        for at in mine:
            shown[at] = _shown(shown[at], item)
    return tuple(shown), tuple(problems)


def _differences(item: Expect, mine: Sequence[Control], files: Sequence[str]) -> list[Problem]:
    if not mine:
        what = "`expect:` names a file that is not among those read"
        return [Problem("expect_names_no_file", what, Where(file=item.file), nearest_name(item.file or "", files))]
    held = Held(
        gbp=sum((control.gbp for control in mine), Decimal(0)), records=sum(control.records for control in mine)
    )
    return totals_differ(item, held, Where(file=item.file or f"{len(mine)} extracts together"))


def _no_patients(item: Expect) -> Problem:
    what = "`expect:` of extracts takes gbp and records, not patients"
    return Problem("expect_of_patients", what, Where(file=item.file))


def _names(given: str, file: str) -> bool:
    """Whether a user means this file: by its name or path, or by the cost table that goes with it."""
    return _plain(given) == _plain(file)


def _plain(file: str) -> str:
    name = PurePosixPath(file).name.casefold()
    return name.replace("cost_", "activity_", 1) if name.startswith("cost_") else name


def _shown(control: Control, item: Expect) -> Control:
    """A table's control with what was typed; a header's stays what it is."""
    if control.header_gbp is not None or control.records_header is not None or control.accepted_reason == TYPED:
        return control
    if item.file is None:
        return replace(control, accepted_reason=f"{TYPED} for all files: {_said(item)}")
    gbp = None if item.gbp is None else Decimal(str(item.gbp))
    return replace(control, header_gbp=gbp, records_header=item.records, accepted_reason=TYPED)


def _said(item: Expect) -> str:
    parts = [
        "" if item.gbp is None else pounds(Decimal(str(item.gbp))),
        "" if item.records is None else f"{item.records:,} records",
    ]
    return ", ".join(part for part in parts if part)

"""Organisations of an extract that play no role in the study, so that their prices answer nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Final

from pathway_cost.errors import Problem, Severity, Where, first_few
from pathway_cost.nearness import folded
from pathway_cost.plics.reading import Told, counted, pounds, those, verb

SHOWN: Final = 4
ITEM: Final = "footprint"


def organisations_that_fold(priced: Iterable[str], asked: Collection[str]) -> list[Problem]:
    """A fault for an organisation with prices that the study asks for but for case, spaces or invisible signs.

    >>> [problem.what for problem in organisations_that_fold(["rxx", "RYY"], ["RXX"])]
    ["the extract's organisation 'rxx' is 'RXX' but for its case, spaces or invisible signs, so its prices answer nothing"]
    """
    meant = {folded(name): name for name in asked}
    return [
        Problem(
            "organisation_written_another_way",
            f"the extract's organisation {name!r} is {meant[folded(name)]!r} but for its case, spaces or invisible signs, "
            "so its prices answer nothing",
            Where(item=ITEM),
            remedy="write the code as the extract does, or have the extract made again",
        )
        for name in sorted(set(priced) - set(asked))
        if folded(name) in meant
    ]


def organisations_of_no_role(
    records: Mapping[str, int],
    pounds_in: Mapping[tuple[str, str], Decimal],
    asked: Collection[str],
    totals_hidden: Collection[tuple[str, str]] = (),
) -> list[Problem]:
    """One note on the extract's records and pounds of organisations that the study asks nothing of, dearest first.

    >>> print(organisations_of_no_role({"RXX": 9, "RXY": 3}, {("RXY", "2024-25"): Decimal("20700")}, ["RXX"])[0].what)
    3 records and £20,700.00 of the extract are of organisations that play no role in the study: RXY (3 records, £20,700.00)
    """
    gbp: dict[str, Decimal] = {name: Decimal(0) for name in records if name not in asked}
    if not asked or not gbp:
        return []
    for (name, _), amount in pounds_in.items():
        if name in gbp:
            gbp[name] += amount
    order = sorted(gbp, key=lambda name: (-abs(gbp[name]), name))
    hidden = {name for name, _ in totals_hidden}
    what, shared = _no_role({name: (records[name], gbp[name]) for name in order}, hidden).both
    return [Problem("organisations_of_no_role", what, Where(item=ITEM), severity=Severity.NOTE, shared=shared)]


def _no_role(held: Mapping[str, tuple[int, Decimal]], hidden: Collection[str]) -> Told:
    """The note, `held` being organisation → its records and pounds: without their sum where one of them is not told."""
    told = {name: those(count, "record", gbp, withheld=name in hidden) for name, (count, gbp) in held.items()}
    count, gbp = sum(count for count, _ in held.values()), sum((gbp for _, gbp in held.values()), Decimal(0))
    figures = f"{counted(count, 'record')} and {pounds(gbp)}"
    lead = Told(figures, "records" if any(each.both[1] for each in told.values()) else figures)
    are = " of the extract " + verb(count, "is", "are") + " of organisations that play no role in the study: "
    exactly = first_few(list(told), SHOWN, said=lambda name: f"{name} ({told[name].what})")
    return lead + are + Told(exactly, first_few(list(told), SHOWN, said=lambda name: f"{name} ({told[name].shared})"))

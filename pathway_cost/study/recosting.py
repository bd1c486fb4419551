"""A study's scenarios costed again at other numbers: totals at rows of a table, and which parameters there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.draws import AtDraws, Recoster, Rows, Sums, impossible
from pathway_cost.engine.model import Case, Scenarios
from pathway_cost.errors import EngineFaults
from pathway_cost.results.chance.drawn import DrawnTotals
from pathway_cost.specs.format import Parameter, Pathway, SetParameter, names_read, rests_on, values_of

Floats = NDArray[np.float64]


def totals_of(found: AtDraws, *, discounts: bool) -> DrawnTotals:
    """What costing again gives → the totals of all scenarios as one table of draws."""
    sums = list(found.sums.values())
    cuts = {cut: list(dict.fromkeys(name for each in sums for name in each.by[cut])) for cut in sums[0].by}
    return DrawnTotals(
        scenarios=tuple(found.sums),
        patients=np.array([each.patients for each in sums]),
        gbp=np.stack([each.gbp for each in sums]),
        present_value_gbp=np.stack([each.present for each in sums]) if discounts else None,
        by={
            cut: (tuple(names), np.array([[_of(each, cut, name) for each in sums] for name in names]))
            for cut, names in cuts.items()
            if names
        },
    )


def _of(sums: Sums, cut: str, name: str) -> Floats:
    return sums.by[cut].get(name, np.zeros(len(sums.gbp)))


def possible_totals(recoster: Recoster, table: Rows) -> DrawnTotals:
    """Totals at rows chosen to look at, missing where the pathway cannot be costed: shares above 1, a loop nobody leaves."""
    try:
        found = recoster.at(table)
    except EngineFaults:
        if table.count == 1:
            return _nowhere(recoster)
        half = table.count // 2
        parts = (table.rows(slice(0, half)), table.rows(slice(half, table.count)))
        return side_by_side([possible_totals(recoster, part) for part in parts])
    totals, bad = totals_of(found, discounts=recoster.discounts), impossible(found, table.count)
    if not bad.any():
        return totals
    present = None if totals.present_value_gbp is None else np.where(bad, np.nan, totals.present_value_gbp)
    return DrawnTotals(totals.scenarios, totals.patients, np.where(bad, np.nan, totals.gbp), present)


def _nowhere(recoster: Recoster) -> DrawnTotals:
    missing = np.full((len(recoster.patients), 1), np.nan)
    patients = np.array(list(recoster.patients.values()))
    return DrawnTotals(tuple(recoster.patients), patients, missing, missing if recoster.discounts else None)


def side_by_side(parts: Sequence[DrawnTotals]) -> DrawnTotals:
    """Tables of totals → one with the rows of each after those of the one before, without cuts."""
    present = [each.present_value_gbp for each in parts if each.present_value_gbp is not None]
    return DrawnTotals(
        parts[0].scenarios,
        parts[0].patients,
        np.concatenate([each.gbp for each in parts], axis=1),
        np.concatenate(present, axis=1) if present else None,
    )


def every_parameter(case: Case) -> dict[str, Parameter]:
    """The parameters of the pathway, and those that only scenarios declare."""
    found = dict(case.pathway.parameters)
    for scenarios in case.compositions.values():
        found = stated_by(case, scenarios) | found
    return found


def stated_by(case: Case, scenarios: Scenarios) -> dict[str, Parameter]:
    """The parameters that scenarios give values of their own, as they are once every change is made."""
    names = [name for scenario in scenarios for name in scenario.parameters]
    names += [
        change.set_parameter
        for scenario in scenarios
        for change in scenario.changes
        if isinstance(change, SetParameter)
    ]
    revised = case.revised(scenarios).pathway.parameters if names else {}
    return {name: revised[name] for name in dict.fromkeys(names)}


def in_use(pathways: Sequence[Pathway], parameters: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """The parameters that some value of some pathway rests on."""
    used: set[str] = set()
    for pathway in pathways:
        read = frozenset[str]().union(
            *(names_read(each.value) for each in values_of(pathway) if each.kind != "parameter")
        )
        used |= {name.partition(".")[0] for name in rests_on(pathway, read)}
    return {name: parameter for name, parameter in parameters.items() if name in used}

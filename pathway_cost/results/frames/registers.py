"""What scenarios changed, and the pounds that belong to no patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Final

import pandas as pd

from pathway_cost import terms
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.specs.changes.revise import ChangedValue

ONE_OFF: Final = "one-off"


def changes(costed: Mapping[str, CostedPathway]) -> pd.DataFrame:
    """Every changed value, old and new: each change of a scenario once, however often the scenario is composed.

    Where a change gives other values in a composition, because another scenario comes before it, they have a row of
    their own under the composition's name. Costs that were measured have no rows: nobody changed a value.
    """
    columns = [field.name for field in fields(ChangedValue)]
    found: dict[tuple[object, ...], list[str]] = {}
    for name, each in costed.items():
        for value in () if each.model is None else each.model.values:  # noqa: PD011  (a field)
            found.setdefault(tuple(getattr(value, column) for column in columns), []).append(name)
    own: dict[tuple[object, ...], tuple[object, ...]] = {}
    for row, names in found.items():
        own[row[:4]] = row if row[0] in names else own.get(row[:4], row)
    rows = [[name, *row[1:]] for row, names in found.items() for name in (row[:1] if own[row[:4]] == row else names)]
    return pd.DataFrame(rows, columns=columns)


def beside(costed: Mapping[str, CostedPathway]) -> pd.DataFrame:
    """One-off costs of every scenario; `organisation` is who plays the role, joined by ` + ` where places differ."""
    rows = [
        {
            "scenario": name,
            "kind": ONE_OFF,
            "id": one_off.id,
            "role": one_off.role,
            "organisation": _who_plays(one_off.role, each),
            "year": one_off.year,
            "gbp": one_off.gbp,
            "what": one_off.what,
            "grade": one_off.evidence.grade if one_off.evidence else "assumption",
        }
        for name, each in costed.items()
        for one_off in each.one_offs
    ]
    return pd.DataFrame(rows)


def _who_plays(role: str, costed: CostedPathway) -> str:
    """The organisations in a role, joined by ` + `: of the arm under most changes that knows it; of measured costs, who bears any."""
    if costed.model is None:
        bearers = costed.cube.by("role", "organisation").astype("str")
        return " + ".join(bearers.loc[bearers[terms.ROLE] == role, terms.ORGANISATION])
    for arm in sorted(costed.arms, key=lambda arm: -len(arm.scenarios)):
        played = [roles[role] for roles in costed.model.footprints[arm.name].values() if role in roles]
        if played:
            return " + ".join(dict.fromkeys(played))
    return ""

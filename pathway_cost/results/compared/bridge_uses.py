"""What one result says of each use, segment by segment: visits a patient, quantity a visit, price, whose and which key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.cube import counted
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.specs.format import Pathway, Use

USE_KEYS: Final = [terms.SEGMENT, terms.ARM, terms.SETTING, terms.USE]
WAY: Final = "way"  # the route a use stands on; "" at a setting or end
WAY_KEYS: Final = [terms.SEGMENT, terms.ARM, terms.SETTING, WAY]
Array = NDArray[np.float64]


def uses_of(costed: CostedPathway) -> pd.DataFrame:
    """A result's priced uses, one row a segment × arm × setting × use: v, q, p, key, who.

    A use once a patient, or without any visit, has one visit a patient, whatever the routes. A use at several
    organisations has what they were paid a unit together. A ratio without anything to divide by is missing.
    """
    apart = uses_apart(costed)
    uses = apart if apart.index.is_unique else _together(apart)
    patients, quantity = (uses[name].to_numpy(np.float64) for name in (terms.PATIENTS, terms.QUANTITY))
    visits = uses[terms.VISITS].to_numpy(np.float64)
    once = sites_in(uses.reset_index(), once_a_patient(costed)) | ((visits == 0) & (quantity != 0))
    visits = np.where(once, patients, visits)
    columns = {
        "v": _ratio(visits, patients),
        "q": _ratio(quantity, visits),
        "p": _ratio(uses[terms.GBP].to_numpy(np.float64), quantity),
        "key": uses[terms.UNIT_COST].to_numpy(),
        "who": uses[terms.ORGANISATION].to_numpy(),
    }
    return pd.DataFrame(columns, index=uses.index).reset_index()


def uses_apart(costed: CostedPathway) -> pd.DataFrame:
    """A result's priced uses, components summed, one row for each organisation; index segment, arm, setting, use."""
    frame = costed.cube.frame
    keys = [key for key in terms.CUBE_KEYS if key != terms.COMPONENT]
    measures = {terms.PATIENTS: "first", terms.VISITS: "first", terms.QUANTITY: "first", terms.GBP: "sum"}
    priced = frame[~counted(frame)].groupby(keys, sort=False, observed=True).agg(measures).reset_index()
    return _as_text(priced).set_index(USE_KEYS)


def _together(apart: pd.DataFrame) -> pd.DataFrame:
    """Uses with a row for each organisation, as uses with one row: units and pounds summed over the organisations."""
    measures = {terms.PATIENTS: "first", terms.VISITS: "first", terms.QUANTITY: "sum", terms.GBP: "sum"}
    names = {terms.ORGANISATION: lambda found: " + ".join(dict.fromkeys(found))}
    keys = [*USE_KEYS, terms.UNIT_COST]
    uses = apart.groupby(keys, sort=False).agg({**names, **measures}).reset_index(terms.UNIT_COST)
    if not uses.index.is_unique:
        raise ArithmeticError("a use has two unit costs for the same patients: the bridge cannot add their units")
    return uses


def passed(costed: CostedPathway) -> pd.DataFrame:
    """Visits a patient to each setting and end (way ""), and along each route: segment, arm, setting, way, v."""
    settings = _as_text(costed.visit_rows)
    routes = _as_text(costed.flow_rows).rename(columns={"from_setting": terms.SETTING, "route": WAY})
    patients = settings.drop_duplicates([terms.SEGMENT, terms.ARM])[[terms.SEGMENT, terms.ARM, terms.PATIENTS]]
    along = routes.groupby(WAY_KEYS, sort=False)["patients_moved"].sum().reset_index()
    along = along.merge(patients, on=[terms.SEGMENT, terms.ARM])
    along["v"] = _ratio(along["patients_moved"].to_numpy(np.float64), along[terms.PATIENTS].to_numpy(np.float64))
    at = settings[[terms.SEGMENT, terms.ARM, terms.SETTING]].assign(
        way="", v=_ratio(settings[terms.VISITS].to_numpy(np.float64), settings[terms.PATIENTS].to_numpy(np.float64))
    )
    return pd.concat([at, along[[*WAY_KEYS, "v"]]], ignore_index=True)


def once_a_patient(costed: CostedPathway) -> list[tuple[str, str]]:
    """(setting, use) of the uses that fall once a patient, in any arm's pathway; none where the costs were measured."""
    return [
        (setting, label)
        for pathway in (() if costed.model is None else costed.model.pathways.values())
        for setting, label, use in labelled_uses(pathway)
        if use.per == "patient"
    ]


def sites_in(frame: pd.DataFrame, sites: Sequence[tuple[str, str]]) -> NDArray[np.bool_]:
    """For each row of a frame, whether its setting and use are among these."""
    if not sites:
        return np.zeros(len(frame), dtype=bool)
    joined = frame[terms.SETTING].astype("str") + "\n" + frame[terms.USE].astype("str")
    return joined.isin([f"{setting}\n{use}" for setting, use in sites]).to_numpy(dtype=bool)


def labelled_uses(pathway: Pathway) -> Iterator[tuple[str, str, Use]]:
    """Every use of a pathway as (setting or end, its label in the cube, the use)."""
    at = {name: setting.uses for name, setting in pathway.settings.items()}
    at |= {name: end.uses for name, end in pathway.ends.items()}
    yield from ((name, use.label, use) for name, uses in at.items() for use in uses)
    for origin, routes in pathway.routes.items():
        for way, route in routes.items():
            yield from ((origin, f"to {way}: {use.label}", use) for use in route.uses)


def way_of(uses: pd.Series) -> pd.Series:
    """The route that each use's label names (`to <route>: …`); "" for a use that stands at a setting.

    >>> way_of(pd.Series(["to readmission: ambulance.convey", "ward.bed_day"])).tolist()
    ['readmission', '']
    """
    return uses.str.extract(r"^to (\w+): ", expand=False).fillna("")


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    labels = [column for column in frame.columns if isinstance(frame[column].dtype, pd.CategoricalDtype)]
    return frame.astype(dict.fromkeys(labels, "str"))


def _ratio(above: Array, below: Array) -> Array:
    quotient: Array = np.divide(above, below, out=np.full(len(above), np.nan), where=below != 0)
    return quotient

"""The cuts of every scenario: by setting, organisation, component, segment and attribute, each with its change.

Every key of the first scenario stands in every scenario, at £0.00 where it is not there, so that the change column
sums to the change of the total.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.cube import counted
from pathway_cost.results.compared.comparison import side_by_side
from pathway_cost.results.costed.attribute_cuts import level_text
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.costed.denominators import patients_by

Costed = Mapping[str, CostedPathway]
SUMMED: Final = [terms.PATIENTS, terms.GBP, "change_gbp"]


def by_setting(costed: Costed) -> pd.DataFrame:
    """Visits, pounds and change of every scenario by setting and end, in the order of the pathway."""
    return _stacked(costed, _by_setting)


def by_organisation(costed: Costed) -> pd.DataFrame:
    """Pounds and change of every scenario by organisation and role."""
    return _stacked(costed, lambda first, each: _cut(first, each, [terms.ORGANISATION, terms.ROLE]))


def by_component(costed: Costed) -> pd.DataFrame:
    """Pounds and change of every scenario by component."""
    return _stacked(costed, lambda first, each: _cut(first, each, [terms.COMPONENT]))


def by_segment(costed: Costed) -> pd.DataFrame:
    """Patients, pounds and change of every scenario by segment, with place and attributes; a segment's pounds by its own patients."""
    return _stacked(costed, _by_segment)


def by_attribute(costed: Costed) -> pd.DataFrame:
    """Patients, pounds and change of every scenario by each level attribute: a cut an attribute, its levels as declared.

    The levels of one attribute hold all patients and all pounds, so those of two never add. Without any, no rows.
    """
    attributes = _attributes(next(iter(costed.values())))
    return _stacked(costed, _by_attribute) if attributes else pd.DataFrame()


def _stacked(costed: Costed, cut: Callable[[CostedPathway, CostedPathway], pd.DataFrame]) -> pd.DataFrame:
    """The same cut of every scenario, one under the other; the first scenario has no change."""
    first = next(iter(costed.values()))
    frames = []
    for name, each in costed.items():
        frame = cut(first, each)
        if each is first:
            frame["change_gbp"] = np.nan
        frame.insert(0, "scenario", name)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _cut(first: CostedPathway, each: CostedPathway, keys: list[terms.Cut]) -> pd.DataFrame:
    """One scenario's pounds by `keys` beside the first's: the keys, gbp, gbp_per_patient, change_gbp; without what is only counted."""
    both = side_by_side(_priced(first, keys), _priced(each, keys), list(keys))
    frame = both[list(keys)].assign(gbp=both["to_gbp"], gbp_per_patient=both["to_gbp"] / (each.patients or np.nan))
    return frame.assign(change_gbp=both["change_gbp"])


def _priced(costed: CostedPathway, keys: list[terms.Cut]) -> pd.DataFrame:
    frame = costed.cube.frame
    return frame[~counted(frame)].groupby(list(keys), sort=False, observed=True)[terms.GBP].sum().reset_index()


def _by_setting(first: CostedPathway, each: CostedPathway) -> pd.DataFrame:
    visits = each.visited.astype({terms.SETTING: "str"}).set_index(terms.SETTING)
    pounds = side_by_side(first.cube.by("setting"), each.cube.by("setting"), [terms.SETTING]).set_index(terms.SETTING)
    settings = pd.Index(
        [*visits.index, *(name for name in pounds.index if name not in visits.index)], name=terms.SETTING
    )
    titles = _titles(first) | _titles(each)
    frame = pd.DataFrame(index=settings)
    frame["title"] = [titles.get(name, "") for name in settings]
    frame[["visits", "visits_per_patient"]] = visits[["visits", "visits_per_patient"]].reindex(settings, fill_value=0.0)
    frame["gbp"] = pounds["to_gbp"].reindex(settings, fill_value=0.0)
    frame["gbp_per_patient"] = frame["gbp"] / (each.patients or np.nan)
    frame["change_gbp"] = pounds["change_gbp"].reindex(settings, fill_value=0.0)
    return frame.reset_index()


def _titles(costed: CostedPathway) -> dict[str, str]:
    titles: dict[str, str] = {}
    for pathway in () if costed.model is None else costed.model.pathways.values():
        titles |= {name: setting.title or "" for name, setting in pathway.settings.items()}
        titles |= {name: end.title or "" for name, end in pathway.ends.items()}
    return titles


def _by_segment(first: CostedPathway, each: CostedPathway) -> pd.DataFrame:
    labels = each.segments.drop(columns=[terms.PATIENTS, "rows"], errors="ignore")
    sides = [costed.cube.by("segment").set_index(terms.SEGMENT)[terms.GBP] for costed in (first, each)]
    before, after = (side.reindex(labels[terms.SEGMENT], fill_value=0.0).to_numpy() for side in sides)
    patients = patients_by(each.weights, each.segments, [terms.SEGMENT]).set_index(terms.SEGMENT)[terms.PATIENTS]
    starting = patients.reindex(labels[terms.SEGMENT], fill_value=0.0).to_numpy()
    per_patient = np.divide(after, starting, out=np.full(len(after), np.nan), where=starting > 0)
    return labels.assign(patients=starting, gbp=after, gbp_per_patient=per_patient, change_gbp=after - before)


def _by_attribute(first: CostedPathway, each: CostedPathway) -> pd.DataFrame:
    segments = _by_segment(first, each)
    return pd.concat([_by_level(segments, name, _levels(each, name)) for name in _attributes(each)], ignore_index=True)


def _by_level(segments: pd.DataFrame, attribute: str, levels: list[str]) -> pd.DataFrame:
    """Segments summed by the levels of one attribute."""
    summed = segments.groupby(level_text(segments[attribute]))[SUMMED].sum().reindex(levels)
    per_patient = summed["gbp"] / summed["patients"].where(summed["patients"] > 0)
    labels = pd.DataFrame({"attribute": attribute, "level": levels})
    return labels.assign(**{name: summed[name].to_numpy() for name in SUMMED}, gbp_per_patient=per_patient.to_numpy())


def _attributes(costed: CostedPathway) -> list[str]:
    """The level attributes that patients are told apart by."""
    return list(costed.attributes)


def _levels(costed: CostedPathway, attribute: str) -> list[str]:
    """The levels that any patient has, in order."""
    return list(costed.attributes[attribute])

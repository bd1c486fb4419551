"""The cuts of every scenario: by setting, organisation, component, segment and attribute, each with its change.

Every key of the first scenario stands in every scenario, at £0.00 where it is not there, so that the change column
sums to the change of the total.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.results.costed.attribute_cuts import level_text
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.frames.cut_pounds import pounds_by

Costed = Mapping[str, CostedPathway]
Floats = NDArray[np.float64]
SCENARIO: Final = "scenario"
CHANGE: Final = "change_gbp"
SUMMED: Final = [terms.PATIENTS, terms.GBP, CHANGE]


def by_setting(costed: Costed) -> pd.DataFrame:
    """Visits, pounds and change of every scenario by setting and end, in the order of the pathway."""
    first = _first(costed)
    before, rows = pounds_by(first.cube, terms.SETTING), list[tuple[object, ...]]()
    for name, each in costed.items():
        after, visits, titles = pounds_by(each.cube, terms.SETTING), _visits(each), _titles(first) | _titles(each)
        for setting in dict.fromkeys([*visits, *(key for (key,) in (*before, *after))]):
            pounds = before.get((setting,), 0.0), after.get((setting,), 0.0)
            rows.append((name, setting, titles.get(setting, ""), *visits.get(setting, (0.0, 0.0)), *pounds))
    return _changed(costed, rows, [terms.SETTING, "title", "visits", "visits_per_patient"])


def by_organisation(costed: Costed) -> pd.DataFrame:
    """Pounds and change of every scenario by organisation and role."""
    return _cut(costed, [terms.ORGANISATION, terms.ROLE])


def by_component(costed: Costed) -> pd.DataFrame:
    """Pounds and change of every scenario by component."""
    return _cut(costed, [terms.COMPONENT])


def by_segment(costed: Costed) -> pd.DataFrame:
    """Patients, pounds and change of every scenario by segment, with place and attributes; a segment's pounds by its own patients."""
    frame = pd.concat([_segments(each).assign(scenario=name) for name, each in costed.items()], ignore_index=True)
    before = _in_segments(_first(costed).cube.frame, terms.GBP, frame[terms.SEGMENT])
    return _per_patient_there(costed, frame.assign(change_gbp=frame[terms.GBP] - before))


def by_attribute(costed: Costed) -> pd.DataFrame:
    """Patients, pounds and change of every scenario by each level attribute: a cut an attribute, its levels as declared.

    The levels of one attribute hold all patients and all pounds, so those of two never add. Without any, no rows.
    """
    if not _attributes(_first(costed)):
        return pd.DataFrame()
    segments = by_segment(costed)
    cuts = [(name, each, key) for name, each in costed.items() for key in _attributes(each)]
    sums = {key: _by_level(segments, key) for key in dict.fromkeys(key for *_, key in cuts)}
    rows = [(name, key, level, *sums[key][name, level]) for name, each, key in cuts for level in _levels(each, key)]
    return _per_patient_there(costed, pd.DataFrame(rows, columns=[SCENARIO, "attribute", "level", *SUMMED]))


def _first(costed: Costed) -> CostedPathway:
    return next(iter(costed.values()))


def _cut(costed: Costed, keys: list[str]) -> pd.DataFrame:
    """Every scenario's pounds by `keys` beside the first's, without what is only counted."""
    sides = {name: pounds_by(each.cube, *keys, priced=True) for name, each in costed.items()}
    before = next(iter(sides.values()))
    rows = [
        (name, *key, before.get(key, 0.0), after.get(key, 0.0))
        for name, after in sides.items()
        for key in {**before, **after}
    ]
    return _changed(costed, rows, keys)


def _changed(costed: Costed, rows: list[tuple[object, ...]], keys: list[str]) -> pd.DataFrame:
    """Rows of scenario, keys, the first scenario's pounds and its own → the frame, with pounds a patient and the change."""
    frame = pd.DataFrame(rows, columns=[SCENARIO, *keys, "before_gbp", terms.GBP])
    patients = frame[SCENARIO].map({name: each.patients or np.nan for name, each in costed.items()})
    change = _but_of_the_first(costed, frame, frame[terms.GBP] - frame["before_gbp"])
    return frame.assign(gbp_per_patient=frame[terms.GBP] / patients, change_gbp=change).drop(columns="before_gbp")


def _but_of_the_first(costed: Costed, frame: pd.DataFrame, change: pd.Series) -> pd.Series:
    """The changes; the first scenario has none."""
    return change.mask(frame[SCENARIO] == next(iter(costed)))


def _visits(costed: CostedPathway) -> dict[str, tuple[float, float]]:
    """Setting or end → visits, and visits a patient starting."""
    visited = costed.visited
    figures = zip(visited[terms.VISITS].tolist(), visited["visits_per_patient"].tolist(), strict=True)
    return dict(zip(map(str, visited[terms.SETTING]), figures, strict=True))


def _titles(costed: CostedPathway) -> dict[str, str]:
    titles: dict[str, str] = {}
    for pathway in () if costed.model is None else costed.model.pathways.values():
        titles |= {name: setting.title or "" for name, setting in pathway.settings.items()}
        titles |= {name: end.title or "" for name, end in pathway.ends.items()}
    return titles


def _segments(costed: CostedPathway) -> pd.DataFrame:
    """One scenario's segments: place, attributes, patients starting, pounds."""
    labels = costed.segments.drop(columns=[terms.PATIENTS, "rows"], errors="ignore")
    numbers = labels[terms.SEGMENT]
    return labels.assign(
        patients=_in_segments(costed.weights, terms.PATIENTS, numbers),
        gbp=_in_segments(costed.cube.frame, terms.GBP, numbers),
    )


def _in_segments(frame: pd.DataFrame, measure: str, segments: pd.Series) -> Floats:
    """What a long frame holds of each of these segments."""
    sums = frame[measure].groupby(frame[terms.SEGMENT].to_numpy()).sum()
    return sums.reindex(segments, fill_value=0.0).to_numpy(np.float64)


def _per_patient_there(costed: Costed, frame: pd.DataFrame) -> pd.DataFrame:
    """With the pounds of each row by its own patients; the first scenario has no change."""
    patients = frame[terms.PATIENTS].where(frame[terms.PATIENTS] > 0)
    return frame.assign(
        gbp_per_patient=frame[terms.GBP] / patients, change_gbp=_but_of_the_first(costed, frame, frame[CHANGE])
    )


def _by_level(segments: pd.DataFrame, attribute: str) -> dict[tuple[str, str], list[float]]:
    """Scenario and level of one attribute → the sums of its segments."""
    scenario, scenarios = pd.factorize(segments[SCENARIO])
    level, levels = pd.factorize(level_text(segments[attribute]))
    sums = segments[SUMMED].groupby(scenario * len(levels) + level).sum()
    names = [(scenarios[at // len(levels)], levels[at % len(levels)]) for at in sums.index]
    return dict(zip(names, sums.to_numpy().tolist(), strict=True))


def _attributes(costed: CostedPathway) -> list[str]:
    """The level attributes that patients are told apart by."""
    return list(costed.attributes)


def _levels(costed: CostedPathway, attribute: str) -> list[str]:
    """The levels that any patient has, in order."""
    return list(costed.attributes[attribute])

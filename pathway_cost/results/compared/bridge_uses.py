"""What one result says of each use, segment by segment: visits a patient, quantity a visit, price, whose and which key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.results.compared.bridge_keys import (
    Column,
    Floats,
    Groups,
    Integers,
    Words,
    found_at,
    grouped,
    numbers,
    places,
    ratio,
    that,
    words_of,
)
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.specs.format import Pathway, Use

ROUTE: Final = re.compile(r"^to (\w+): ")  # how the label of a use begins that stands on a route
STANDS: Final = (terms.SEGMENT, terms.ARM, terms.SETTING, terms.USE)  # whose use it is, and where


class Uses(NamedTuple):
    """n priced uses of one result, components summed."""

    segment: Integers
    labels: Mapping[str, Words]
    """The other keys of the cube but component; of an organisation, or of several (`RXX + RYY`)."""
    totals: Mapping[str, Floats]
    """The measures of the cube."""

    def columns(self, *names: str) -> tuple[Column, ...]:
        """The segments and labels of some names."""
        return tuple(self.segment if name == terms.SEGMENT else self.labels[name] for name in names)

    def taken(self, rows: Integers) -> Uses:
        """Some of the uses."""
        labels = {name: words.taken(rows) for name, words in self.labels.items()}
        return Uses(self.segment[rows], labels, {name: each[rows] for name, each in self.totals.items()})

    def but(self, labels: Mapping[str, Words], totals: Mapping[str, Floats] | None = None) -> Uses:
        """The same uses with some labels and totals replaced."""
        return Uses(self.segment, {**self.labels, **labels}, {**self.totals, **(totals or {})})


def uses_of(costed: CostedPathway) -> Uses:
    """A result's priced uses, one a segment × arm × setting × use; what several organisations bear stands as one."""
    apart = uses_apart(costed)
    groups = grouped(*apart.columns(*STANDS))
    return apart if len(groups.first) == len(groups.of) else _together(apart, len(groups.first))


def averages_of(uses: Uses, costed: CostedPathway) -> tuple[Floats, Floats, Floats]:
    """Visits a patient, quantity a visit and pounds a unit of a result's uses; missing where there is nothing to divide by.

    A use once a patient, or without any visit, has one visit a patient, whatever the routes.
    """
    patients, visits, quantity, gbp = (uses.totals[name] for name in terms.CUBE_MEASURES)
    sites = at_sites(uses.labels[terms.SETTING], uses.labels[terms.USE], once_a_patient(costed))
    visits = np.where(sites | ((visits == 0) & (quantity != 0)), patients, visits)
    return ratio(visits, patients), ratio(quantity, visits), ratio(gbp, quantity)


def uses_apart(costed: CostedPathway) -> Uses:
    """A result's priced uses, one for each organisation."""
    frame = costed.cube.frame
    words = {key: words_of(frame[key]) for key in terms.CUBE_KEYS if key not in (terms.SEGMENT, terms.COMPONENT)}
    priced = np.flatnonzero(~that(words[terms.UNIT_COST], lambda key: key.startswith(terms.COUNT_PREFIX)))
    totals = {name: frame[name].to_numpy(np.float64) for name in terms.CUBE_MEASURES}
    rows = Uses(frame[terms.SEGMENT].to_numpy(), words, totals).taken(priced)
    groups = grouped(rows.segment, *rows.labels.values())
    return rows.taken(groups.first).but({}, {terms.GBP: groups.summed(rows.totals[terms.GBP])})


def _together(apart: Uses, count: int) -> Uses:
    """Uses with a row for each organisation, as uses with one row: units and pounds summed over the organisations."""
    groups = grouped(*apart.columns(*STANDS, terms.UNIT_COST))
    if len(groups.first) != count:
        raise ArithmeticError("a use has two unit costs for the same patients: the bridge cannot add their units")
    summed = {name: groups.summed(apart.totals[name]) for name in (terms.QUANTITY, terms.GBP)}
    who = {terms.ORGANISATION: _joined(apart.labels[terms.ORGANISATION], groups)}
    return apart.taken(groups.first).but(who, summed)


def _joined(who: Words, groups: Groups) -> Words:
    """The different organisations of each group, in one word."""
    met: list[dict[int, None]] = [{} for _ in groups.first]
    for group, code in zip(groups.of.tolist(), who.codes.tolist(), strict=True):
        met[group][code] = None
    number: dict[tuple[int, ...], int] = {}
    codes = [number.setdefault(tuple(each), len(number)) for each in met]
    return Words(tuple(" + ".join(who.words[code] for code in each) for each in number), np.array(codes))


class Passed(NamedTuple):
    """n questions of how often patients pass."""

    segment: Integers
    arm: Words
    setting: Words
    way: Words
    """The route out of the setting; "" for the setting itself."""


def passing(costed: CostedPathway, asked: Passed) -> Floats:
    """Visits a patient to each asked setting, or along each asked route; missing where the result knows of none."""
    frame = costed.visit_rows
    segment, arm, setting = frame[terms.SEGMENT].to_numpy(), words_of(frame[terms.ARM]), words_of(frame[terms.SETTING])
    patients, visits = (frame[name].to_numpy(np.float64) for name in (terms.PATIENTS, terms.VISITS))
    held, wanted = numbers((segment, arm, setting), asked[:3])
    to_setting = found_at(ratio(visits, patients), places(held, wanted))
    everybody = grouped(segment, arm).first
    held, wanted = numbers((segment[everybody], arm.taken(everybody)), asked[:2])
    along = ratio(_moved(costed, asked), found_at(patients[everybody], places(held, wanted)))
    return np.where(that(asked.way, lambda route: route == ""), to_setting, along)


def _moved(costed: CostedPathway, asked: Passed) -> Floats:
    """The patients moved along each asked route."""
    frame = costed.flow_rows
    words = (words_of(frame[name]) for name in (terms.ARM, "from_setting", "route"))
    keys: tuple[Column, ...] = (frame[terms.SEGMENT].to_numpy(), *words)
    groups = grouped(*keys)
    held, wanted = numbers(keys, asked)
    return found_at(groups.summed(frame["patients_moved"].to_numpy(np.float64)), places(held[groups.first], wanted))


def once_a_patient(costed: CostedPathway) -> list[tuple[str, str]]:
    """(setting, use) of the uses that fall once a patient, in any arm's pathway; none where the costs were measured."""
    return [
        (setting, label)
        for pathway in (() if costed.model is None else costed.model.pathways.values())
        for setting, label, use in labelled_uses(pathway)
        if use.per == "patient"
    ]


def at_sites(setting: Words, use: Words, sites: Sequence[tuple[str, str]]) -> NDArray[np.bool_]:
    """For each row, whether its setting and use are among these."""
    settings, uses = ({word: code for code, word in enumerate(each.words)} for each in (setting, use))
    meant = [settings[one] * len(uses) + uses[other] for one, other in sites if one in settings and other in uses]
    return np.isin(setting.codes.astype(np.int64) * len(uses) + use.codes, meant)


def labelled_uses(pathway: Pathway) -> Iterator[tuple[str, str, Use]]:
    """Every use of a pathway as (setting or end, its label in the cube, the use)."""
    at = {name: setting.uses for name, setting in pathway.settings.items()}
    at |= {name: end.uses for name, end in pathway.ends.items()}
    yield from ((name, use.label, use) for name, uses in at.items() for use in uses)
    for origin, routes in pathway.routes.items():
        for way, route in routes.items():
            yield from ((origin, f"to {way}: {use.label}", use) for use in route.uses)


def way_of(uses: Words) -> Words:
    """The route that each use's label names (`to <route>: …`); "" for a use that stands at a setting.

    >>> tuple(way_of(Words(("to readmission: ambulance.convey", "ward.bed_day"), np.array([1, 0]))))
    (('', 'readmission'), array([0, 1]))
    """
    named = [found.group(1) if (found := ROUTE.match(use)) else "" for use in uses.words]
    number = {way: code for code, way in enumerate(sorted(set(named)))}
    return Words(tuple(number), np.array([number[way] for way in named], dtype=np.int64)[uses.codes])

"""What the patients under some of the scenarios live with, and what comes of it: averages by base and prices by use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity.averages import Averages, averages_of, tally_of_bases
from pathway_cost.engine.activity.block import Ordered
from pathway_cost.engine.activity.cell_worth import coefficients_of
from pathway_cost.engine.activity.own_numbers import ordered_patients, tally_of_patients
from pathway_cost.engine.activity.timed import averages_in_time
from pathway_cost.engine.model.arms import Split
from pathway_cost.engine.model.compile import Model, compiled
from pathway_cost.engine.model.footprint import Footprint, changed_footprint, roles_without_organisation
from pathway_cost.engine.model.hints import days_without_stay
from pathway_cost.engine.model.stand_ins import with_stand_ins
from pathway_cost.engine.model.timing import Timing, is_plain
from pathway_cost.engine.pounds.lines import PricedLine, priced_lines
from pathway_cost.engine.values.bases import Bases, evaluated_bases
from pathway_cost.engine.values.lanes import lanes_of
from pathway_cost.engine.values.rows import rows_of_bases
from pathway_cost.errors import EngineFaults, Problem, raise_if_any
from pathway_cost.specs.changes.revise import revise_all
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.scenario import Scenario
from pathway_cost.tables.cohort.cohort import CodedCohort
from pathway_cost.tables.cohort.segments import Segments
from pathway_cost.tables.prices.prices import Prices

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Life:
    """Pathway, prices and footprint under some of the scenarios, and the segments with patients there."""

    scenarios: tuple[str, ...]
    pathway: Pathway
    prices: Prices
    footprint: Footprint
    segments: Integers
    """(n,) rising."""


@dataclass(frozen=True)
class Worked:
    """What the patients of a life do, whatever it costs."""

    model: Model
    bases: Bases
    averages: Averages


Known = dict[tuple[Pathway, Timing, frozenset[tuple[str, str]], bytes], Worked]
"""What was worked out before, by pathway, time, replaced bundles and segments: handed from call to call to save work."""


@dataclass(frozen=True)
class Lived:
    """A life worked out and priced."""

    worked: Worked
    priced: tuple[PricedLine, ...]
    base_cost: Floats | None = None
    """(A,) expected £ a patient, where patients of a base are alike and costs are kept."""
    patients: Ordered | None = None
    """The patients, where they differ and costs are kept."""
    patient_cost: Floats | None = None
    """(N,) expected £ of each of `patients`."""


def lives_of(
    pathway: Pathway, scenarios: Sequence[Scenario], split: Split, prices: Prices, footprint: Footprint
) -> list[Life]:
    """One life for each different set of scenarios that some arm is under."""
    lives = []
    for names in dict.fromkeys(arm.scenarios for arm in split.arms):
        here = sum(share for arm, share in zip(split.arms, split.share, strict=True) if arm.scenarios == names)
        revised = revise_all(pathway, [scenario for scenario in scenarios if scenario.scenario in names])
        lives.append(
            Life(
                scenarios=names,
                pathway=revised.pathway,
                prices=prices.changed(revised.prices) if revised.prices else prices,
                footprint=changed_footprint(footprint, revised.footprint),
                segments=np.flatnonzero(np.asarray(here) > 0),
            )
        )
    return lives


def all_lived(
    lives: Sequence[Life], cohort: CodedCohort, known: Known, timing: Timing, *, keep_patients: bool
) -> list[Lived]:
    """Work out and price every life; `known` gains what was worked out.

    Raises:
        EngineFaults: every fault of every life, together.
    """
    faults: list[Problem] = []
    lived = [
        (_lived if is_plain(life.pathway, timing) else _lived_in_time)(
            life, cohort, known, faults, timing, keep_patients=keep_patients
        )
        for life in lives
    ]
    raise_if_any(dict.fromkeys(faults), EngineFaults)
    return [each for each in lived if each is not None]


def base_of_segments(segments: Segments) -> Integers:
    """(K,) base of each segment."""
    base = np.zeros(len(segments.weight), dtype=np.int64)
    base[segments.of_base] = np.arange(len(segments.of_base))[:, None]
    return base


def _lived(
    life: Life, cohort: CodedCohort, known: Known, faults: list[Problem], timing: Timing, *, keep_patients: bool
) -> Lived | None:
    """One life without time; None after a fault."""
    segments, before = cohort.segments, len(faults)
    key = _key(life, timing)
    model = _checked_model(life, known.get(key), faults)
    if model is None:
        return None
    priced = _priced(model, life, segments, faults)
    bases = known[key].bases if key in known else _bases(model, life, segments, faults)
    if model.per_patient and (keep_patients or key not in known):
        patients = ordered_patients(cohort, bases)
        coefficients = (
            coefficients_of(model, bases, _price_by_base(model, bases, priced, segments)) if keep_patients else None
        )
        tally, cost = tally_of_patients(model, bases, patients, segments, faults, coefficients=coefficients)
        if tally is None or len(faults) > before:
            return None
        known[key] = Worked(model, bases, averages_of(model, bases, tally))
        return Lived(known[key], priced, None, patients if keep_patients else None, cost)
    if key not in known:
        tally = tally_of_bases(model, bases, segments, faults) if len(faults) == before else None
        if tally is None:
            return None
        known[key] = Worked(model, bases, averages_of(model, bases, tally))
    return Lived(known[key], priced, _base_cost(known[key], priced, segments) if keep_patients else None)


def _lived_in_time(
    life: Life, cohort: CodedCohort, known: Known, faults: list[Problem], timing: Timing, *, keep_patients: bool
) -> Lived | None:
    """One life in time; None after a fault."""
    segments, before = cohort.segments, len(faults)
    key = _key(life, timing)
    model = _checked_model(life, known.get(key), faults)
    if model is None:
        return None
    priced = _priced(model, life, segments, faults)
    if key in known and not keep_patients:
        return Lived(known[key], priced)
    lanes = lanes_of(life.pathway, cohort, np.unique(base_of_segments(segments)[life.segments]))
    bases = Bases(rows_of_bases(life.pathway, segments).only(lanes.bases), np.zeros((0, len(lanes.bases))), {})
    price = _price_by_base(model, bases, priced, segments) if keep_patients else None
    averages, cost = averages_in_time(model, lanes, timing, segments, faults, price=price)
    if averages is None or len(faults) > before:
        return None
    known[key] = Worked(model, bases, averages)
    held = np.flatnonzero(lanes.lane_of >= 0)
    lane = lanes.lane_of[held]
    patients = None if cost is None else Ordered(held, lanes.position[lane], cohort.weight[held], {})
    return Lived(known[key], priced, None, patients, None if cost is None else cost[lane])


def _key(life: Life, timing: Timing) -> tuple[Pathway, Timing, frozenset[tuple[str, str]], bytes]:
    """What the working of a life hangs on; prices and footprint come after."""
    return life.pathway, timing, life.prices.replaced, life.segments.tobytes()


def ready_life(life: Life, segments: Segments, faults: list[Problem]) -> Model | None:
    """The compiled pathway of a life whose prices are all there; None after a fault."""
    model = _checked_model(life, None, faults)
    if model is not None:
        _priced(model, life, segments, faults)
    return model


def _checked_model(life: Life, before: Worked | None, faults: list[Problem]) -> Model | None:
    """The compiled pathway of a life, taken from what was worked out before; None after a fault."""
    found = [] if before is not None else list(days_without_stay(life.pathway))
    found += roles_without_organisation(life.pathway, life.footprint)
    faults += found
    if found:
        return None
    return before.model if before is not None else with_stand_ins(compiled(life.pathway), life.prices.replaced)


def _bases(model: Model, life: Life, segments: Segments, faults: list[Problem]) -> Bases:
    rows = rows_of_bases(life.pathway, segments).only(np.unique(base_of_segments(segments)[life.segments]))
    return evaluated_bases(model, rows, segments, faults)


def _base_cost(worked: Worked, priced: Sequence[PricedLine], segments: Segments) -> Floats:
    price = _price_by_base(worked.model, worked.bases, priced, segments)
    return np.asarray((worked.averages.quantity * price).sum(axis=0))


def _priced(model: Model, life: Life, segments: Segments, faults: list[Problem]) -> tuple[PricedLine, ...]:
    try:
        return tuple(priced_lines(model, life.prices, life.footprint, segments, life.segments))
    except EngineFaults as error:
        faults += error.problems
        return ()


def _price_by_base(model: Model, bases: Bases, priced: Sequence[PricedLine], segments: Segments) -> Floats:
    """(U, A) pounds a unit over all components, averaged over the places a base is split over."""
    share = np.ones(len(segments.weight))
    share[segments.of_base] = segments.place_share
    position = np.searchsorted(bases.rows.base, base_of_segments(segments))
    price = np.zeros((len(model.lines), bases.rows.count))
    for line in priced:
        np.add.at(price[line.number], position[line.segments], line.gbp.sum(axis=1) * share[line.segments])
    return price

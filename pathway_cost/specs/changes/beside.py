"""What lies outside the graph: prices, patients and footprint. Handed on as plain values to those who hold the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pathway_cost.specs.changes.edit import ChangeFaultError, found, refuse_all
from pathway_cost.specs.format import (
    AddPatients,
    AnyChange,
    Evidence,
    Pathway,
    Patients,
    PriceScope,
    ScalePatients,
    ScaleUnitCost,
    SetFootprint,
    SetPrice,
    conditions_on_no_level,
    financial_year,
    shown_number,
)

SPLIT_TOLERANCE = 1e-9


@dataclass(frozen=True)
class PriceChange:
    """Prices times `by`, or set to `set_gbp`, wherever key, component and organisation match (None matches all)."""

    scenario: str
    position: int
    unit_cost: str | None
    component: str | None
    organisation: str | None
    by: float | None
    split: tuple[tuple[str, float], ...] | None
    set_gbp: float | None
    set_component: str | None
    price_year: str | None
    source: str | None
    grade: str


@dataclass(frozen=True)
class PatientChange:
    """Starting patients times `scale`, or more by `add`, where attributes and place match (empty and None match all)."""

    scenario: str
    position: int
    where: Mapping[str, tuple[str, ...]]
    place: str | None
    scale: float | None
    add: float | None


@dataclass(frozen=True)
class FootprintChange:
    """Another organisation for a role, in one place or (None) in all."""

    scenario: str
    position: int
    role: str
    place: str | None
    organisation: str


def beside(
    pathway: Pathway, change: AnyChange, *, scenario: str, position: int, evidence: Evidence
) -> tuple[PriceChange | PatientChange | FootprintChange, str, str] | None:
    """What a change does outside the graph, with its item and its new value as text; None where it is about the graph."""
    match change:
        case ScaleUnitCost():
            price = price_change(pathway, change, scenario=scenario, position=position, evidence=evidence)
            return price, f"prices: {scope_text(change.scale_unit_cost)}", f"× {shown_number(change.by)}"
        case SetPrice():
            price = price_change(pathway, change, scenario=scenario, position=position, evidence=evidence)
            return price, f"prices: {scope_text(change.set_price)}", f"£{shown_number(change.to.gbp)}"
        case ScalePatients():
            volume = patient_change(pathway, change, scenario=scenario, position=position)
            return volume, f"patients: {patients_text(change.scale_patients)}", f"× {shown_number(change.by)}"
        case AddPatients():
            volume = patient_change(pathway, change, scenario=scenario, position=position)
            return volume, f"patients: {patients_text(change.add_patients)}", f"+ {shown_number(change.patients)}"
        case SetFootprint():
            moved = footprint_change(pathway, change, scenario=scenario, position=position)
            return moved, f"footprint.{moved.place or 'every place'}.{moved.role}", moved.organisation
        case _:
            return None


def price_change(
    pathway: Pathway, change: ScaleUnitCost | SetPrice, *, scenario: str, position: int, evidence: Evidence
) -> PriceChange:
    """The price change a verb means, once its key is known and its split is whole."""
    scope = change.scale_unit_cost if isinstance(change, ScaleUnitCost) else change.set_price
    if scope.unit_cost is not None:
        found("unit cost", scope.unit_cost, pathway.unit_costs)
    if isinstance(change, SetPrice) and scope.unit_cost is None:
        raise ChangeFaultError("price_without_key", "set_price names no unit_cost", remedy="name the unit_cost")
    setting = change.to if isinstance(change, SetPrice) else None
    _readable_year(None if setting is None else setting.price_year)
    return PriceChange(
        scenario=scenario,
        position=position,
        unit_cost=scope.unit_cost,
        component=scope.component,
        organisation=scope.organisation,
        by=change.by if isinstance(change, ScaleUnitCost) else None,
        split=_split(change) if isinstance(change, ScaleUnitCost) else None,
        set_gbp=None if setting is None else setting.gbp,
        set_component=None if setting is None else setting.component,
        price_year=None if setting is None else setting.price_year,
        source=(setting.source if setting is not None else None) or evidence.source,
        grade=evidence.grade,
    )


def patient_change(
    pathway: Pathway, change: ScalePatients | AddPatients, *, scenario: str, position: int
) -> PatientChange:
    """The change of volume a verb means, once its attributes and levels are known."""
    patients = change.scale_patients if isinstance(change, ScalePatients) else change.add_patients
    refuse_all(conditions_on_no_level(pathway, patients.where, "where", "condition_on_no_level"))
    return PatientChange(
        scenario=scenario,
        position=position,
        where=dict(patients.where),
        place=patients.place,
        scale=change.by if isinstance(change, ScalePatients) else None,
        add=change.patients if isinstance(change, AddPatients) else None,
    )


def footprint_change(pathway: Pathway, change: SetFootprint, *, scenario: str, position: int) -> FootprintChange:
    """The change of organisation a verb means, once its role is known."""
    site = change.set_footprint
    found("role", site.role, pathway.roles)
    return FootprintChange(scenario, position, site.role, site.place, change.to)


def scope_text(scope: PriceScope) -> str:
    """Which prices, in words: `component implants at RXX`."""
    parts = [scope.unit_cost, scope.component and f"component {scope.component}"]
    text = ", ".join(part for part in parts if part) or "every unit cost"
    return text if scope.organisation is None else f"{text} at {scope.organisation}"


def patients_text(patients: Patients) -> str:
    """Which patients, in words: `frail no in town`."""
    parts = [f"{name} {' or '.join(levels)}" for name, levels in patients.where.items()]
    text = ", ".join(parts) or "everyone"
    return text if patients.place is None else f"{text} in {patients.place}"


def _readable_year(year: str | None) -> None:
    try:
        if year is not None:
            financial_year(year)
    except ValueError as error:
        raise ChangeFaultError("price_year_unreadable", str(error), field="to.price_year") from None


def _split(change: ScaleUnitCost) -> tuple[tuple[str, float], ...] | None:
    if change.split is None:
        return None
    shares = change.split.shares
    if min(shares.values(), default=-1) < 0 or abs(sum(shares.values()) - 1) > SPLIT_TOLERANCE:
        what = f"the shares of the split sum to {shown_number(sum(shares.values()))}"
        raise ChangeFaultError("split_is_not_whole", what, remedy="give shares in [0, 1] that sum to 1", field="split")
    component = change.scale_unit_cost.component
    if component is not None:
        found("component", component, shares)
    return tuple(shares.items())

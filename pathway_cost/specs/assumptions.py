"""Every number of a pathway with its evidence: parameters, and the bare numbers in shares, stays and quantities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pathway_cost.specs.base import Evidence
from pathway_cost.specs.changes.parameters import parameter_text
from pathway_cost.specs.names import UseAt, uses_of, values_of
from pathway_cost.specs.pathway import Pathway
from pathway_cost.specs.uncertainty import NOT_STATED, stated_uncertainty
from pathway_cost.specs.value_tools import leaves, value_text
from pathway_cost.specs.values import Fixed, Parameter, Value

_UNITS = {"start": "share", "share": "share", "stay": "day", "wait": "day"}
_STRUCTURE = (0.0, 1.0)  # all, none, once: no estimate


@dataclass(frozen=True)
class AssumptionRow:
    """One number, or one table of numbers: what it is, how sure it is, why it is believed."""

    item: str
    value: str
    unit: str
    low: float | None
    high: float | None
    uncertainty: str
    grade: str
    source: str
    note: str


def assumptions(pathway: Pathway) -> list[AssumptionRow]:
    """Parameters first, then bare numbers other than 0 and 1; evidence of their own, else the file's default.

    >>> knee = Pathway.model_validate({
    ...     "pathway": "knee", "roles": {"acute": {"kind": "acute"}}, "start": "ward", "ends": ["home"],
    ...     "parameters": {"los": {"value": 4.65, "unit": "day", "evidence": {"grade": "published"}}},
    ...     "settings": {"ward": {"role": "acute", "stay": "los"}},
    ...     "routes": {"ward": {"ward": 0.05, "home": "rest"}}})
    >>> [(row.item, row.value, row.grade) for row in assumptions(knee)]
    [('parameters.los', '4.65', 'published'), ('routes.ward.ward.share', '0.05', 'assumption')]
    """
    return [*_of_parameters(pathway), *_of_bare_numbers(pathway), *_of_unit_costs(pathway)]


def _of_parameters(pathway: Pathway) -> Iterator[AssumptionRow]:
    for name, parameter in pathway.parameters.items():
        yield _row(f"parameters.{name}", parameter, parameter.unit or "", parameter.evidence or pathway.evidence)


def _of_bare_numbers(pathway: Pathway) -> Iterator[AssumptionRow]:
    uses = {f"{at.item}.quantity": at for at in uses_of(pathway)}
    for stated in values_of(pathway):
        if stated.kind != "parameter" and _has_estimate(stated.value):
            at = uses.get(stated.item)
            unit = _UNITS[stated.kind] if at is None else _unit_of_use(pathway, at)
            evidence = None if at is None else at.use.evidence
            yield _row(stated.item, Parameter(value=stated.value), unit, evidence or pathway.evidence)


def _of_unit_costs(pathway: Pathway) -> Iterator[AssumptionRow]:
    """Shares of national lines, and conversions between units."""
    for key, declared in pathway.unit_costs.items():
        national, per_use = declared.national, declared.per_use
        if national is not None and national.times is not None:
            times = Parameter(value=Fixed(number=national.times))
            yield _row(f"unit_costs.{key}.national.times", times, "share", national.evidence or pathway.evidence)
        for factor in sorted(per_use.model_fields_set - {"evidence"}) if per_use is not None else ():
            value = Parameter(value=Fixed(number=getattr(per_use, factor)))
            assert per_use is not None
            yield _row(f"unit_costs.{key}.per_use.{factor}", value, factor, per_use.evidence)


def _has_estimate(value: Value) -> bool:
    return any(isinstance(leaf, Fixed) and leaf.number not in _STRUCTURE for _, leaf in leaves(value, ""))


def _unit_of_use(pathway: Pathway, at: UseAt) -> str:
    declared = pathway.unit_costs.get(at.use.unit_cost or "")
    return f"{declared.unit if declared is not None else 'count'} a {at.use.per}"


def _row(item: str, parameter: Parameter, unit: str, evidence: Evidence) -> AssumptionRow:
    return AssumptionRow(
        item=item,
        value=parameter_text(parameter) if parameter.value is None else value_text(parameter.value),
        unit=unit,
        low=parameter.low,
        high=parameter.high,
        uncertainty=stated_uncertainty(parameter) if item.startswith("parameters.") else NOT_STATED,
        grade=evidence.grade,
        source=evidence.source or "",
        note=_note(evidence),
    )


def _note(evidence: Evidence) -> str:
    parts = [
        evidence.note,
        evidence.period and f"period: {evidence.period}",
        evidence.converted and f"converted: {evidence.converted}",
    ]
    return "; ".join(part for part in parts if part)

"""Every number of the pathways, how sure it is, and why it is believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.frames.stated import Stated, stated_numbers
from pathway_cost.specs.format import NOT_STATED, Evidence, Fixed, Parameter, names_read, stated_uncertainty, walk


def assumptions(costed: Mapping[str, CostedPathway]) -> pd.DataFrame:
    """One row a number of the first scenario's pathway, then `<item> (<scenario>)` for what others add or change.

    Costs that were measured state no numbers.
    `value` is a number where the pathway states one, else the text of the table or formula.
    """
    return pd.DataFrame([_row(stated, scenario) for scenario, stated in _once(costed)])


def _once(costed: Mapping[str, CostedPathway]) -> Iterator[tuple[str, Stated]]:
    """Each number of each value once, with the scenario that has it; "" for the first."""
    seen: set[tuple[str, str]] = set()
    for position, (name, each) in enumerate(costed.items()):
        for stated in () if each.model is None else stated_numbers(each.pathway):
            if (stated.item, stated.text) not in seen:
                seen.add((stated.item, stated.text))
                yield name if position else "", stated


def _row(stated: Stated, scenario: str) -> dict[str, object]:
    parameter, evidence = stated.parameter, stated.evidence
    return {
        "item": f"{stated.item} ({scenario})" if scenario else stated.item,
        "value": parameter.value.number if isinstance(parameter.value, Fixed) else stated.text,
        "unit": stated.unit,
        "low": parameter.low,
        "high": parameter.high,
        "uncertainty": uncertainty(parameter),
        "grade": evidence.grade,
        "source": evidence.source or "",
        "note": _note(evidence),
    }


def uncertainty(parameter: Parameter) -> str:
    """How sure the value is, in words; how patients differ is no answer (R6).

    >>> uncertainty(Parameter.model_validate({"value": 4.65, "spread": {"lognormal": {"sd": 2.83}}, "n": 2150}))
    'se 0.061 (n 2150)'
    >>> uncertainty(Parameter.model_validate({"formula": "1 - p_readmit"}))
    'as sure as p_readmit'
    """
    stated = stated_uncertainty(parameter)
    return _from_others(parameter) if stated == NOT_STATED else stated


def _from_others(parameter: Parameter) -> str:
    read = names_read(parameter.value) if parameter.value is not None else frozenset()
    return f"as sure as {', '.join(sorted(read))}" if read and not _has_numbers(parameter) else NOT_STATED


def _has_numbers(parameter: Parameter) -> bool:
    """Whether the value is a table with numbers of its own."""
    return parameter.value is not None and any(isinstance(inner, Fixed) for _, inner in walk(parameter.value, ""))


def _note(evidence: Evidence) -> str:
    parts = (
        evidence.note,
        evidence.period and f"period: {evidence.period}",
        evidence.converted and f"converted: {evidence.converted}",
    )
    return "; ".join(part for part in parts if part)

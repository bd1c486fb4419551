"""Every number that a pathway states: its parameters, and the plain numbers in its shares, stays, waits and quantities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pathway_cost.specs.format import Evidence, Fixed, Parameter, Pathway, Use, Value, value_text, walk


class Stated(NamedTuple):
    """One number (or table of numbers), what it is measured in, and why it is believed."""

    item: str
    parameter: Parameter
    unit: str
    evidence: Evidence

    @property
    def text(self) -> str:
        """The value in one line."""
        if self.parameter.value is None:
            return ", ".join(f"{name} {count:g}" for name, count in (self.parameter.counts or {}).items())
        return value_text(self.parameter.value)


def stated_numbers(pathway: Pathway) -> Iterator[Stated]:
    """A pathway's stated numbers: parameters, then those written where they are used; a share or quantity of 0 or 1 is structure."""
    for name, parameter in pathway.parameters.items():
        yield Stated(name, parameter, parameter.unit or "", parameter.evidence or pathway.evidence)
    for item, value, unit, evidence in _values(pathway):
        if any(isinstance(inner, Fixed) and inner.number not in (0.0, 1.0) for _, inner in walk(value, item)):
            yield Stated(item, Parameter(value=value), unit, evidence or pathway.evidence)
    yield from _conversions(pathway)


def _values(pathway: Pathway) -> Iterator[tuple[str, Value, str, Evidence | None]]:
    for setting, share in pathway.start.shares.items():
        yield f"start.{setting}", share, "share", None
    for name, place in pathway.settings.items():
        if place.stay is not None:
            yield f"settings.{name}.stay", place.stay, "day", None
        yield from _quantities(f"settings.{name}", place.uses, pathway)
    for origin, routes in pathway.routes.items():
        for name, route in routes.items():
            item = f"routes.{origin}.{name}"
            for field, unit in (("share", "share"), ("wait", "day"), ("stay", "day")):
                value = getattr(route, field)
                if value is not None:
                    yield f"{item}.{field}", value, unit, None
            yield from _quantities(item, route.uses, pathway)
    for name, end in pathway.ends.items():
        yield from _quantities(f"ends.{name}", end.uses, pathway)


def _quantities(
    item: str, uses: tuple[Use, ...], pathway: Pathway
) -> Iterator[tuple[str, Value, str, Evidence | None]]:
    for use in uses:
        declared = pathway.unit_costs.get(use.unit_cost or "")
        unit = declared.unit if declared is not None else "count"
        yield f"{item}.{use.label}.quantity", use.quantity, f"{unit} a {use.per}", use.evidence


def _conversions(pathway: Pathway) -> Iterator[Stated]:
    """Shares of a national line and conversions between units, which stand in the declared unit costs."""
    for key, declared in pathway.unit_costs.items():
        if declared.national is not None and declared.national.times is not None:
            times = Parameter(value=Fixed(number=declared.national.times))
            evidence = declared.national.evidence or pathway.evidence
            yield Stated(f"unit_costs.{key}.national.times", times, "share", evidence)
        if declared.per_use is not None:
            for name in ("episodes_per_spell", "bed_days_per_spell", "bed_days_per_episode"):
                factor = getattr(declared.per_use, name)
                if factor is not None:
                    value = Parameter(value=Fixed(number=factor))
                    yield Stated(f"unit_costs.{key}.per_use.{name}", value, name, declared.per_use.evidence)

"""The values that a scenario writes, listed with where each stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pathway_cost.specs.format.base import Spec
from pathway_cost.specs.format.names import Kind, Stated
from pathway_cost.specs.format.scenario import SetStay
from pathway_cost.specs.format.values import ByLevel, BySteps, Excess, Fixed, Formula, Named

_VALUES = (Fixed, Named, ByLevel, BySteps, Formula, Excess)


def values_in(given: Any, item: str = "", kind: Kind = "parameter") -> Iterator[Stated]:
    """Every value anywhere in a spec, with its item."""
    if isinstance(given, _VALUES):
        yield Stated(item, kind, given)
    elif isinstance(given, Spec):
        for name in type(given).model_fields:
            inner: Kind = "stay" if isinstance(given, SetStay) else name if name in get_args(Kind) else "parameter"  # type: ignore[assignment]
            yield from values_in(getattr(given, name), f"{item}.{name}".lstrip("."), inner)
    elif isinstance(given, dict):
        for name, entry in given.items():
            yield from values_in(entry, f"{item}.{name}", kind)
    elif isinstance(given, tuple):
        for index, entry in enumerate(given):
            yield from values_in(entry, f"{item}.{index}", kind)

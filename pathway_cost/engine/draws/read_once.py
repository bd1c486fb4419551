"""Rows of a table of parameter values that several scenarios read: what they read alike is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.draws.parameter_table import ASIDE
from pathway_cost.engine.draws.rows_together import Rows
from pathway_cost.specs.format import Parameter

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False, eq=False)
class ReadOnce:
    """Reads a table of parameter values for several scenarios, what is alike in them once."""

    table: Rows
    read: dict[tuple[tuple[str, Parameter], ...], dict[str, Floats]] = field(default_factory=dict)
    multipliers: dict[tuple[str, str, float], Floats | None] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """D rows."""
        return self.table.count

    def values(self, parameters: Mapping[str, Parameter]) -> dict[str, Floats]:
        """As `ParameterTable.values`."""
        read = self.reading(parameters)
        return {key: values for name in parameters for key, values in read(name).items()}

    def reading(self, parameters: Mapping[str, Parameter]) -> Callable[[str], dict[str, Floats]]:
        """A function from the name of one of these parameters to its values."""
        return lambda name: self._values_of(name, parameters)

    def reads(self, name: str) -> bool:
        """As `ParameterTable.reads`."""
        return self.table.reads(name)

    def multiplier(self, organisation: str, unit_cost: str, relative_se: float) -> Floats | None:
        """As `ParameterTable.multiplier`."""
        key = (organisation, unit_cost, relative_se)
        if key not in self.multipliers:
            self.multipliers[key] = self.table.multiplier(*key)
        return self.multipliers[key]

    def _values_of(self, name: str, parameters: Mapping[str, Parameter]) -> dict[str, Floats]:
        """One parameter's, read beside the one of which it is a working copy."""
        beside = dict.fromkeys((name.partition(ASIDE)[0], name))
        together = tuple((each, parameters[each]) for each in beside if each in parameters)
        key = ((name, parameters[name]), *together)
        if key not in self.read:
            drawn = self.table.values(dict(together))
            self.read[key] = {each: values for each, values in drawn.items() if each.partition(".")[0] == name}
        return self.read[key]

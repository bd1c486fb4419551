"""A table of draws: what every uncertain parameter is worth in each row, the same for every scenario.

A row gives each parameter a probability, at which every scenario's own version of it is read: two scenarios in the same
row differ by what they change, and not by chance. A parameter that is not uncertain, or has no probability, is as stated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.draws.far_draws import UNIT_COST
from pathway_cost.engine.draws.own_draws import checked_columns, given_values
from pathway_cost.engine.draws.parameter_laws import dirichlet, is_uncertain, quantile
from pathway_cost.engine.draws.parameter_quantiles import law_quantile
from pathway_cost.engine.draws.parameter_streams import Streams
from pathway_cost.errors import EngineFaults, Problem
from pathway_cost.specs.format import Correlation, Law, Parameter, names_read, prior_of

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ASIDE = "_before_"  # under `los_before_day_case` a scenario keeps the `los` that it works its own out from


@dataclass(frozen=True, repr=False)
class ParameterTable:
    """D rows, each of which reads parameters at probabilities or gives them values outright."""

    count: int
    """D."""
    level_of: Callable[[str], Floats | None]
    """Name → (D,) probabilities to read it at (nan: as stated); None where it is as stated throughout."""
    given: Mapping[str, Floats] = field(default_factory=dict)
    """Name → (D,) values given outright, which win over probabilities."""
    given_of: Mapping[str, Parameter] = field(default_factory=dict)
    """The parameters the given values are of: a scenario's own version of one moves in proportion."""
    exactly: frozenset[str] = frozenset()
    """Names whose given values are for the version they are of and no other: nothing moves in proportion."""
    later: Callable[[Flags], ParameterTable] | None = None
    """The same table with other rows in place of some; None where there are no others."""

    def values(self, parameters: Mapping[str, Parameter]) -> dict[str, Floats]:
        """What varies among the parameters of a pathway, baseline or revised.

        Args:
            parameters: name → parameter.

        Returns:
            Name, or `<parameter>.<destination>` of a row of counts → (D,) values, in the parameter's unit. Only those
            that vary in some row.

        >>> los = Parameter.model_validate({"value": 4.65, "se": 0.06, "unit": "day"})
        >>> {name: days.round(3).tolist() for name, days in at_levels([{}, {"los": 0.975}]).values({"los": los}).items()}
        {'los': [4.65, 4.768]}
        """
        found: dict[str, Floats] = {}
        for name, parameter in parameters.items():
            if parameter.counts is not None:
                found |= self._shares(name, parameter, parameter.counts)
            else:
                found |= self._numbers(name, _read_as(name, parameters), parameter)
        return found

    def reads(self, name: str) -> bool:
        """Whether anything is read under a name."""
        return name in self.given or self.level_of(name) is not None

    def multiplier(self, organisation: str, unit_cost: str, relative_se: float) -> Floats | None:
        """What a price of an organisation is multiplied by, all components together: a gamma of mean 1.

        Args:
            organisation: its code.
            unit_cost: the key.
            relative_se: standard error of the price ÷ the price.

        Returns:
            (D,) multipliers; None where the price does not vary.

        >>> at_levels([{}, {"unit_cost:RXX:ward.bed_day": 0.975}]).multiplier("RXX", "ward.bed_day", 0.1).round(3).tolist()
        [1.0, 1.205]
        """
        name = unit_cost_name(organisation, unit_cost)
        if name in self.given:
            return self.given[name]
        level = self.level_of(name)
        if level is None or not relative_se > 0 or np.isnan(level).all():
            return None
        law, stated = Law("gamma", relative_se**-2, relative_se**2), np.isnan(level)
        return np.where(stated, 1.0, law_quantile(law, np.where(stated, 0.5, level)))

    def rows(self, chosen: slice | NDArray[np.int64]) -> ParameterTable:
        """Some of the rows, in the order chosen.

        >>> stated(10).rows(slice(0, 3)).count
        3
        """
        level_of = self.level_of

        def level_of_chosen(name: str) -> Floats | None:
            level = level_of(name)
            return None if level is None else level[chosen]

        given = {name: values[chosen] for name, values in self.given.items()}
        return ParameterTable(len(np.arange(self.count)[chosen]), level_of_chosen, given, self.given_of, self.exactly)

    def redrawn(self, bad: Flags) -> ParameterTable:
        """The same table with bad rows (D,) replaced by the next draws that have not been used.

        Raises:
            EngineFaults: the rows are not draws of ours, or are some rows of a table only.

        >>> once = drawn(3, seed=7)
        >>> again = once.redrawn(np.array([False, True, False]))
        >>> again.level_of("los").tolist() == drawn(4, seed=7).level_of("los")[[0, 3, 2]].tolist()
        True
        """
        if self.later is None:
            what = "these rows were not drawn here, so there are no others to put in place of the bad ones"
            raise EngineFaults([Problem("nothing_to_redraw", what, remedy="take the bad rows out of the table")])
        return self.later(bad)

    def _numbers(self, name: str, read_as: str, parameter: Parameter) -> dict[str, Floats]:
        if read_as in self.given and read_as in self.exactly and self.given_of[read_as].value != parameter.value:
            return {}
        if read_as in self.given:
            values = given_values(self.given[read_as], self.given_of.get(read_as), parameter)
            return {} if values is None else {name: values}
        level = self.level_of(read_as) if is_uncertain(parameter) else None
        return {} if level is None or np.isnan(level).all() else {name: quantile(parameter, level)}

    def _shares(self, name: str, parameter: Parameter, counts: Mapping[str, float]) -> dict[str, Floats]:
        names = {goal: f"{name}.{goal}" for goal in counts}
        own = self.given_of.get(name, parameter).counts == counts
        if own and all(each in self.given for each in names.values()):
            return {each: self.given[each] for each in names.values()}
        if not is_uncertain(parameter):
            return {}
        asked = {goal: self.level_of(each) for goal, each in names.items()}
        levels = {goal: level for goal, level in asked.items() if level is not None and not np.isnan(level).all()}
        drawn_shares = dirichlet(counts, levels, prior=prior_of(parameter)) if levels else {}
        return {names[goal]: shares for goal, shares in drawn_shares.items()}


def drawn(
    draws: int, *, seed: int = 0, correlations: Iterable[Correlation] = (), unit_costs: bool = True
) -> ParameterTable:
    """Rows drawn at random: each name has a stream of its own, so that none moves when another comes or goes.

    Args:
        draws: number of rows; more rows begin with the same ones.
        seed: another seed gives other draws.
        correlations: pairs of parameters that tend to be high together or apart.
        unit_costs: whether prices are drawn too.

    Returns:
        The table.

    Raises:
        EngineFaults: correlations that cannot all hold.

    >>> table = drawn(1000, seed=7)
    >>> table.level_of("los")[:5].tolist() == drawn(5, seed=7).level_of("los").tolist()
    True
    """
    streams = Streams.of(seed, correlations)
    return _from_streams(streams, np.arange(draws), draws, unit_costs=unit_costs)


def _from_streams(streams: Streams, entries: NDArray[np.int64], used: int, *, unit_costs: bool) -> ParameterTable:
    """Rows that read these entries (D,) of every stream, of which the first `used` have been taken."""

    @cache
    def level_of(name: str) -> Floats | None:
        return streams.levels(name, entries) if unit_costs or not name.startswith(f"{UNIT_COST}:") else None

    def later(bad: Flags) -> ParameterTable:
        fresh = int(bad.sum())
        replaced = entries.copy()
        replaced[bad] = np.arange(used, used + fresh)
        return _from_streams(streams, replaced, used + fresh, unit_costs=unit_costs)

    return ParameterTable(len(entries), level_of, later=later)


def stated(count: int = 1) -> ParameterTable:
    """Rows in which everything is as stated.

    >>> stated().values({"los": Parameter.model_validate({"value": 4, "se": 1})})
    {}
    """
    return ParameterTable(count, lambda _: None)


def at_levels(rows: Sequence[Mapping[str, float]]) -> ParameterTable:
    """Rows that each read a few names at a probability and leave everything else as stated.

    Args:
        rows: name → probability above 0 and below 1, one mapping a row.

    Returns:
        The table, its rows in this order.

    >>> at_levels([{}, {"los": 0.025}, {"los": 0.975, "p_readmit": 0.5}]).level_of("los").tolist()
    [nan, 0.025, 0.975]
    """
    names = dict.fromkeys(name for row in rows for name in row)
    levels = {name: np.array([row.get(name, np.nan) for row in rows]) for name in names}
    return ParameterTable(len(rows), levels.get)


def of_values(
    columns: Mapping[str, Any] | pd.DataFrame,
    parameters: Mapping[str, Parameter],
    *,
    unit_costs: Iterable[str] = (),
    file: str = "draws",
) -> ParameterTable:
    """Your own draws, one column a parameter and one row a draw → a table, once checked.

    Args:
        columns: a frame, or name → D values. A name is a parameter, `<parameter>.<destination>` for every destination of a row
            of counts, or `unit_cost:<organisation>:<key>` with what to multiply the price by.
        parameters: those of the pathway, and those that scenarios declare.
        unit_costs: further names that may be columns (see `unit_cost_name`).
        file: what the table is called in a fault.

    Returns:
        The table; parameters without a column are as stated. A scenario that gives one of these parameters another
        number has its draws in proportion.

    Raises:
        TableFaults: no rows, columns of unlike length, an unknown column, a parameter that is not one number, a cell
            that is not a finite number, shares of a row of counts that are incomplete or do not sum to 1.

    >>> los = Parameter.model_validate(4)
    >>> of_values({"los": [3.5, 4.2]}, {"los": los}).values({"los": los})["los"].tolist()
    [3.5, 4.2]
    """
    given = checked_columns(columns, parameters, frozenset(unit_costs), file)
    return ParameterTable(len(next(iter(given.values()))), lambda _: None, given, dict(parameters))


def unit_cost_name(organisation: str, unit_cost: str) -> str:
    """The name under which a price of an organisation is drawn.

    >>> unit_cost_name("RXX", "ward.bed_day")
    'unit_cost:RXX:ward.bed_day'
    """
    return f"{UNIT_COST}:{organisation}:{unit_cost}"


def _read_as(name: str, parameters: Mapping[str, Parameter]) -> str:
    """The name whose draws a parameter has: a scenario's working copy has those of the parameter it was copied from."""
    owner, _, scenario = name.partition(ASIDE)
    value = parameters[owner].value if scenario and owner in parameters else None
    return owner if value is not None and name in names_read(value) else name

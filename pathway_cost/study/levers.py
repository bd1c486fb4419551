"""Levers of break-even: what may move, between which bounds, and what the scenario's change then is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost.engine.draws import ParameterTable, Recoster, RowsTogether, unit_cost_name
from pathway_cost.engine.model import Case
from pathway_cost.errors import EngineFaults, Problem, Where, nearest_name, raise_if_any
from pathway_cost.results.chance.break_even import Lever, Look, break_even
from pathway_cost.results.chance.uncertain import uncertain_parameters
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.specs.changes.edit import with_entry
from pathway_cost.specs.changes.stays import scale_stay
from pathway_cost.specs.checks.of_break_even import has_stay
from pathway_cost.specs.format import Lever as AskedLever
from pathway_cost.specs.format import Parameter, Pathway, ScaleStay, Study, plain_number_of
from pathway_cost.study.recosting import possible_totals, stated_by

Floats = NDArray[np.float64]

MULTIPLIER: Final = "break_even_multiplier"  # parameter that a lever of stays is read from
MOST: Final = 3.0  # a multiplier or number without bounds of its own is looked at from 0 to three times what it is
VOLUME: Final = "volume"
MOST_VOLUME: Final = 20.0


def break_even_frame(study: Study, recoster: Recoster, costed: Mapping[str, CostedPathway]) -> pd.DataFrame:
    """Break-even of every scenario by every lever that the study asks for and it has; see `results.chance.break_even`.

    Raises:
        EngineFaults: a unit cost that nobody pays.
    """
    asked = () if study.sensitivity is None else study.sensitivity.break_even
    return Levers(recoster, costed).frame(asked) if asked else pd.DataFrame()


Totals = Mapping[str, Floats]
"""Scenario → (n,) headline pounds."""


@dataclass(frozen=True, repr=False, eq=False)
class _Costing:
    """The change that costing again gives at values of a lever, alone or with what other levers ask."""

    recoster: Recoster
    given_at: Callable[[Floats], Mapping[str, Floats]]
    """Values (n,) → name → (rows,) what is given in their place."""
    change_of: Callable[[Totals, Floats], Floats]
    """Totals at those rows, and the values, to the change."""
    given_of: Mapping[str, Parameter] = field(default_factory=dict)
    exactly: frozenset[str] = frozenset()

    def __call__(self, values: Floats) -> Floats:
        """The change in pounds at some values (n,)."""
        return self.change_of(_totals_at(self.recoster, [self.table(values)])[0], values)

    def table(self, values: Floats) -> ParameterTable:
        """The rows at which costing again tells."""
        given = dict(self.given_at(values))
        count = len(next(iter(given.values())))
        return ParameterTable(count, lambda _: None, given, self.given_of, self.exactly)


@dataclass(frozen=True, repr=False)
class Levers:
    """Makes the levers of every scenario: what may move, and the change that costing again then gives."""

    recoster: Recoster
    costed: Mapping[str, CostedPathway]

    @property
    def case(self) -> Case:
        """What is costed."""
        return self.recoster.lives.case

    @property
    def pathway(self) -> Pathway:
        """The baseline's."""
        return self.case.pathway

    @property
    def first(self) -> str:
        """The name of the composition that the others are compared with."""
        return next(iter(self.case.compositions))

    def frame(self, asked: Sequence[AskedLever]) -> pd.DataFrame:
        """The break-even of every scenario by every lever asked for."""
        raise_if_any(self._unpaid(asked), EngineFaults)
        others = list(self.case.compositions)[1:]
        levers = {name: [lever for each in asked for lever in self._levers(name, each)] for name in others}
        frame = break_even(levers, _changes)
        volume = frame["lever"] == VOLUME  # more patients are no better reach of the scenario
        return frame.assign(**{column: frame[column].mask(volume) for column in ("best_value", "best_change_gbp")})

    def _unpaid(self, asked: Sequence[AskedLever]) -> Iterator[Problem]:
        """A unit cost without a price of its own: another stands in for its bundle, or its bundle has all its parts."""
        paid = {key for _, key in self.recoster.priced}
        for place, lever in enumerate(asked):
            if lever.unit_cost is not None and lever.unit_cost not in paid:
                what = f"nobody pays a price of {lever.unit_cost!r}: of a bundle, either all parts are priced or what replaces it"
                where = Where(item=f"sensitivity.break_even.{place}.unit_cost")
                remedy = f"name one of {', '.join(sorted(paid))}"
                yield Problem("lever_of_unpaid_unit_cost", what, where, nearest_name(lever.unit_cost, paid), remedy)

    def _levers(self, scenario: str, asked: AskedLever) -> Iterator[Lever]:
        if asked.volume:
            yield from self._volume(scenario, asked)
        elif asked.unit_cost is not None:
            yield self._price(scenario, asked, asked.unit_cost)
        elif asked.stay is not None:
            yield self._stay(scenario, asked, asked.stay)
        else:
            assert asked.parameter is not None
            yield from self._parameter(scenario, asked, asked.parameter)

    def _parameter(self, scenario: str, asked: AskedLever, name: str) -> Iterator[Lever]:
        """The scenario's own version where it has one, else the pathway's in both; nothing where neither has it."""
        own = stated_by(self.case, self.case.compositions[scenario]).get(name)
        parameter = own or self.pathway.parameters.get(name)
        if parameter is None or parameter.value is None:
            return
        stated = plain_number_of(self.pathway, parameter.value)
        if stated is None:
            return
        low, high = _bounds(parameter, stated)
        first = None if own is None else self.costed[self.first]
        given_of = self.pathway.parameters if own is None else {name: own}
        exactly = frozenset() if own is None else frozenset({name})

        def change_of(totals: Totals, _: Floats) -> Floats:
            before = totals[self.first] if first is None else self._headline(first)
            return np.asarray(totals[scenario] - before)

        change_at = _Costing(self.recoster, lambda values: {name: values}, change_of, given_of, exactly)
        low_end, high_end = _plausible(asked, name, parameter)
        ends = [end for end in (low_end, high_end) if end is not None]
        yield Lever(
            name, stated, min(low, stated, *ends), max(high, stated, *ends), change_at, parameter.title or "",
            parameter.unit or "", low_end, high_end,
        )  # fmt: skip

    def _price(self, scenario: str, asked: AskedLever, key: str) -> Lever:
        declared = self.pathway.unit_costs.get(key)
        organisations = [organisation for organisation, priced in self.recoster.priced if priced == key]
        title = f"price of {declared.title if declared is not None and declared.title else key}"

        ends = dict.fromkeys((unit_cost_name(o, key) for o in organisations), np.array([0.0, 1.0]))

        def change_of(totals: Totals, values: Floats) -> Floats:
            free, stated = self._change(totals, scenario)
            return np.asarray(free + values * (stated - free))  # pounds are prices times quantities: a straight line

        change_at = _Costing(self.recoster, lambda _: ends, change_of)
        return _multiplier(f"unit_cost {key}", title, change_at, asked)

    def _stay(self, scenario: str, asked: AskedLever, setting: str) -> Lever:
        change = ScaleStay.model_validate({"scale_stay": setting, "by": MULTIPLIER})
        multiplier = Parameter.model_validate({"value": 1.0, "unit": "times"})
        recoster = Recoster(
            self.recoster.lives,
            {name: self.case.compositions[name] for name in (self.first, scenario)},
            adjust=lambda pathway: (
                Pathway.model_validate(
                    scale_stay(with_entry(pathway, "parameters", MULTIPLIER, multiplier), change).pathway
                )
                if has_stay(pathway, setting)
                else pathway
            ),
        )
        named = self.pathway.settings.get(setting)
        title = f"stay at {named.title if named is not None and named.title else setting}, in the scenario"

        change_at = _Costing(
            recoster, lambda values: {MULTIPLIER: values}, lambda totals, _: self._change(totals, scenario)
        )
        return _multiplier(f"stay {setting}", title, change_at, asked)

    def _volume(self, scenario: str, asked: AskedLever) -> Iterator[Lever]:
        """Patients over which the scenario's one-off costs are spread; nothing where it has none."""
        first, after = self.costed[self.first], self.costed[scenario]
        patients, one_off = after.patients, after.one_off_gbp - first.one_off_gbp
        if not one_off or not patients:
            return
        each = (self._headline(after) - self._headline(first)) / patients

        def change_at(values: Floats) -> Floats:
            return np.asarray(values * each + one_off)

        title = "patients, with one-off costs counted"
        most = max(patients * MOST_VOLUME, asked.high or 0.0)
        yield Lever(VOLUME, patients, 0.0, most, change_at, title, "patients", asked.low, asked.high)

    def _change(self, totals: Totals, scenario: str) -> Floats:
        return np.asarray(totals[scenario] - totals[self.first])

    def _headline(self, costed: CostedPathway) -> float:
        return costed.present_value_gbp if self.recoster.discounts else costed.total_gbp


def _changes(looks: Sequence[Look]) -> list[Floats]:
    """What several looks see; those that one recoster answers are costed together, and the same rows once."""
    costings = {
        n: (each.change_at, values) for n, (each, values) in enumerate(looks) if isinstance(each.change_at, _Costing)
    }
    tables = {n: costing.table(values) for n, (costing, values) in costings.items()}
    totals: dict[int, Totals] = {}
    for recoster in dict.fromkeys(costing.recoster for costing, _ in costings.values()):
        mine = {n: _alike(tables[n]) for n, (costing, _) in costings.items() if costing.recoster is recoster}
        once = {key: n for n, key in mine.items()}
        found = dict(zip(once, _totals_at(recoster, [tables[n] for n in once.values()]), strict=True))
        totals |= {n: found[key] for n, key in mine.items()}
    return [
        costings[n][0].change_of(totals[n], values) if n in costings else lever.change_at(values)
        for n, (lever, values) in enumerate(looks)
    ]


def _alike(table: ParameterTable) -> tuple[Hashable, ...]:
    """What two tables of given values have in common that say the same."""
    given = ((name, table.given_of.get(name), values.tobytes()) for name, values in table.given.items())
    return (*given, table.exactly)


def _totals_at(recoster: Recoster, tables: Sequence[ParameterTable]) -> list[Totals]:
    """Scenario → (n,) headline pounds at the rows of each table; missing where the pathway cannot be costed."""
    totals = possible_totals(recoster, RowsTogether(tables))
    ends = np.cumsum([table.count for table in tables])[:-1]
    parts = (np.split(pounds, ends) for pounds in totals.total())
    return [dict(zip(totals.scenarios, each, strict=True)) for each in zip(*parts, strict=True)]


def _multiplier(name: str, title: str, change_at: Callable[[Floats], Floats], asked: AskedLever) -> Lever:
    """A lever that multiplies what is stated."""
    low, high = min(0.0, asked.low or 0.0), max(MOST, asked.high or 0.0)
    return Lever(name, 1.0, low, high, change_at, title, "times", asked.low, asked.high)


def _bounds(parameter: Parameter, stated: float) -> tuple[float, float]:
    """Where a parameter is looked at: a share from 0 to 1, any other number from 0 to three times what it is."""
    if parameter.unit == "share":
        return 0.0, 1.0
    return (0.0, stated * MOST) if stated > 0 else (stated * MOST, 0.0) if stated < 0 else (-1.0, 1.0)


def _plausible(asked: AskedLever, name: str, parameter: Parameter) -> tuple[float | None, float | None]:
    """The band the study gives, else the limits stated with the number, else the ends of its 95% interval."""
    if asked.low is not None:
        return asked.low, asked.high
    if parameter.low is not None:
        return parameter.low, parameter.high
    found = [each for each in uncertain_parameters({name: parameter}) if each.name == name]
    return (found[0].low, found[0].high) if found else (None, None)

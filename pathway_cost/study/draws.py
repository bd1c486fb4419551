"""The draws of a study: uncertain parameters drawn or read, every scenario costed at each draw, and what that says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost.engine.draws import (
    AtDraws,
    ParameterTable,
    Recoster,
    cannot_all_hold,
    drawn,
    draws_exceed_one,
    errors_beyond_numbers,
    impossible,
    of_values,
    redrawn,
    relative_errors,
    stated_outside_draws,
    unit_cost_name,
)
from pathway_cost.engine.pounds.lives import Lives
from pathway_cost.errors import EngineFaults, Problem, Severity, Where, raise_if_any
from pathway_cost.results.chance import information
from pathway_cost.results.chance.drawn import DrawnTotals, EveryDraw, tables_of_draws
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.costed.over_time import change_so_far
from pathway_cost.specs.format import Parameter, Study, Uncertainty, uncertain_names
from pathway_cost.study.checked_study import LoadedStudy
from pathway_cost.study.questions import moves_numbers
from pathway_cost.study.recosting import every_parameter, in_use, totals_of
from pathway_cost.tables.reading import Held, Noted, must_hold

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Draws:
    """The draws of a study: their table, the totals at them, and (P, D) pounds by period where time is stepped through."""

    table: ParameterTable
    totals: DrawnTotals
    periods: Mapping[str, Floats]
    varying: Mapping[str, Floats]
    """What varies over the draws → (D,): parameters, the baseline's version before a scenario's own, and prices."""
    notes: tuple[Problem, ...] = ()
    """What there is to say of them."""

    @property
    def every(self) -> EveryDraw:
        """Every draw with its pounds."""
        return EveryDraw(self.totals, self.varying)


def draws_of(loaded: LoadedStudy, recoster: Recoster) -> Draws | None:
    """Draw the parameters and cost every scenario at every draw; nothing where the study asks for no draws.

    Raises:
        EngineFaults: draws whose shares exceed 1, unless the study says what becomes of them.
        TableFaults: a table of draws that cannot be used.
    """
    asked, own = loaded.study.uncertainty, own_draws(loaded)
    if asked is None:
        return None
    table = (
        drawn(asked.draws, seed=asked.seed, correlations=asked.correlations, unit_costs=asked.unit_costs)
        if own is None
        else own_table(own.table, asked, recoster)
    )
    found = _at_draws(recoster, table)
    bad = impossible(found, table.count)
    if bad.any() and asked.excess_shares == "fault":
        raise EngineFaults(draws_exceed_one(found, table, recoster.pathways))
    if bad.any() and asked.excess_shares == "redraw":
        table, found = redrawn(recoster, table, found)
    periods = {name: sums.periods for name, sums in found.sums.items()}
    stepped = any(len(each) > 1 for each in periods.values())
    notes = (*(() if own is None else own.notes), *far_draws(table, asked), *_exceeded(bad, asked))
    varying = _levels(table, every_parameter(recoster.lives.case), recoster)
    return Draws(table, totals_of(found, discounts=recoster.discounts), periods if stepped else {}, varying, notes)


def look_at_draws(loaded: LoadedStudy, lives: Lives) -> tuple[Problem, ...]:
    """See that correlations can all hold, and prices and the user's own draws be read, without drawing or costing.

    Returns:
        What the reader of the draws has to say of them.

    Raises:
        EngineFaults: correlations that contradict one another, standard errors of prices that cannot be.
        TableFaults: a table of own draws that cannot be used.
    """
    asked, own = loaded.study.uncertainty, own_draws(loaded)
    if asked is not None:
        raise_if_any(cannot_all_hold(asked.correlations), EngineFaults)
    if moves_numbers(loaded.study):
        raise_if_any(errors_beyond_numbers(relative_errors(lives.prices)), EngineFaults)
    if asked is None or own is None:
        return ()
    table = own_table(own.table, asked, Recoster(lives, lives.case.compositions))
    return (*own.notes, *far_draws(table, asked))


def own_draws(loaded: LoadedStudy) -> Noted | None:
    """The user's table of draws, read; None where the study names none."""
    asked = loaded.study.uncertainty
    if asked is None or asked.table is None:
        return None
    found = loaded.table(asked.table).read()
    must_hold(asked.expect, Held(records=len(found.table)), asked.table)
    return found


def far_draws(table: ParameterTable, asked: Uncertainty) -> list[Problem]:
    """Warnings of own draws that never reach what is stated."""
    return stated_outside_draws(table.given, table.given_of, asked.table) if asked.table is not None else []


def _exceeded(bad: NDArray[np.bool_], asked: Uncertainty) -> list[Problem]:
    """The warning of draws whose shares exceeded 1, and what became of them."""
    if not bad.any():
        return []
    done = "replaced by other draws" if asked.excess_shares == "redraw" else "brought back to 1"
    what = f"shares exceeded 1 in {int(bad.sum()):,} of {len(bad):,} draws, which were {done}"
    remedy = "state shares that belong together as `counts:`, or narrow them"
    about = (("excess_shares", asked.excess_shares), ("bad", float(bad.sum())), ("draws", float(len(bad))))
    where = Where(item="uncertainty")
    return [Problem("draws_exceeded_one", what, where, remedy=remedy, severity=Severity.WARNING, about=about)]


def own_table(own: pd.DataFrame, asked: Uncertainty, recoster: Recoster) -> ParameterTable:
    """The user's draws → a table of parameter values, checked against the parameters and prices in use."""
    prices = [unit_cost_name(*key) for key in recoster.priced]
    return of_values(own, every_parameter(recoster.lives.case), unit_costs=prices, file=asked.table or "draws")


def _at_draws(recoster: Recoster, table: ParameterTable) -> AtDraws:
    """As stated there was no fault, so what is said of one is said of draws."""
    try:
        return recoster.at(table)
    except EngineFaults as error:
        told = [replace(problem, what=f"in some draws {problem.what}") for problem in error.problems]
        raise EngineFaults(told) from None


def uncertainty_frames(
    study: Study, draws: Draws | None, recoster: Recoster, costed: Mapping[str, CostedPathway]
) -> dict[str, pd.DataFrame]:
    """Summary, acceptability, value of information and fan of the draws; nothing where there are none."""
    if draws is None or study.uncertainty is None:
        return {}
    asked, parameters = study.uncertainty, every_parameter(recoster.lives.case)
    groups = {
        name: [each for parameter in given for each in _drawn_names(parameter, parameters)]
        for name, given in asked.groups.items()
    }
    grouped = {name.partition(".")[0] for names in groups.values() for name in names} & parameters.keys()
    idle = draws.table.values({name: parameters[name] for name in grouped})
    fan = {"fan": change_so_far(costed, draws.periods)} if draws.periods else {}
    return {
        **fan,
        **tables_of_draws(draws.totals),
        "information": information.value_of_information(
            draws.totals, {**idle, **draws.varying} if groups else draws.varying, groups or None
        ),
    }


def _drawn_names(name: str, parameters: Mapping[str, Parameter]) -> list[str]:
    parameter = parameters.get(name)
    return list(uncertain_names({name: parameter})) or [name] if parameter is not None else [name]


def _levels(table: ParameterTable, parameters: Mapping[str, Parameter], recoster: Recoster) -> dict[str, Floats]:
    """What varies over the draws."""
    varying: dict[str, Floats] = {}
    for pathway in recoster.pathways:
        used = in_use([pathway], {name: pathway.parameters[name] for name in parameters if name in pathway.parameters})
        varying = table.values(used) | varying
    for organisation, key in recoster.priced:
        multiplier = table.multiplier(organisation, key, recoster.priced[organisation, key])
        if multiplier is not None:
            varying[unit_cost_name(organisation, key)] = multiplier
    return varying

"""What chance and alternatives do to a study's answer: draws, single parameters, evidence sets, over the same patients.

Every question is a table of parameter values put to one evaluator; what the answers mean is worked out in results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost.engine.draws.at_draws import AtDraws, Recoster
from pathway_cost.engine.draws.draw_sums import Sums
from pathway_cost.engine.draws.impossible_draws import draws_exceed_one, impossible, redrawn
from pathway_cost.engine.draws.parameter_table import ParameterTable, at_levels, drawn, of_values, unit_cost_name
from pathway_cost.engine.model.case import Case, Scenarios
from pathway_cost.errors import EngineFaults, Problem, Where
from pathway_cost.results.chance import information, sensitivity
from pathway_cost.results.chance.drawn import DrawnTotals, acceptability, summary_of_draws
from pathway_cost.results.chance.uncertain import UncertainParameter, uncertain_parameters
from pathway_cost.specs.format.laws import uncertain_names
from pathway_cost.specs.format.names import rests_on, values_of
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.scenario import SetParameter
from pathway_cost.specs.format.study import Study, Uncertainty
from pathway_cost.specs.format.value_tools import names_read
from pathway_cost.specs.format.values import Parameter

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Draws:
    """The draws of a study: their table, the totals at them, and (P, D) pounds by period where time is stepped through."""

    table: ParameterTable
    totals: DrawnTotals
    periods: Mapping[str, Floats]
    impossible: int = 0
    """Draws whose shares exceeded 1 and were replaced, or brought back to 1, as the study asks."""


def draws_of(
    recoster: Recoster,
    asked: Uncertainty,
    parameters: Mapping[str, Parameter],
    *,
    own: pd.DataFrame | None,
    discounts: bool,
) -> Draws:
    """Draw the parameters and cost every scenario at every draw.

    Args:
        recoster: of the study's compositions.
        asked: what the study wants drawn.
        parameters: those of the pathway, and those that scenarios declare.
        own: the user's table of draws, where there is one.
        discounts: whether the headline is the present value.

    Raises:
        EngineFaults: draws whose shares exceed 1, unless the study says what becomes of them.
        TableFaults: a table of draws that cannot be used.
    """
    table = (
        drawn(asked.draws, seed=asked.seed, correlations=asked.correlations, unit_costs=asked.unit_costs)
        if own is None
        else own_table(own, asked, parameters, recoster)
    )
    found = _at_draws(recoster, table)
    bad = impossible(found, table.count)
    if bad.any() and asked.excess_shares == "fault":
        raise EngineFaults(draws_exceed_one(found, table, recoster.pathways))
    if bad.any() and asked.excess_shares == "redraw":
        table, found = redrawn(recoster, table, found)
    periods = {name: sums.periods for name, sums in found.sums.items()}
    stepped = any(len(each) > 1 for each in periods.values())
    return Draws(table, totals_of(found, discounts=discounts), periods if stepped else {}, int(bad.sum()))


def own_table(
    own: pd.DataFrame, asked: Uncertainty, parameters: Mapping[str, Parameter], recoster: Recoster
) -> ParameterTable:
    """The user's table of draws, held against the parameters and prices in use."""
    prices = [unit_cost_name(*key) for key in recoster.priced]
    return of_values(own, parameters, unit_costs=prices, file=asked.table or "draws")


def _at_draws(recoster: Recoster, table: ParameterTable) -> AtDraws:
    """As stated there was no fault, so what is said of one is said of draws."""
    try:
        return recoster.at(table)
    except EngineFaults as error:
        told = [replace(problem, what=f"in some draws {problem.what}") for problem in error.problems]
        raise EngineFaults(told) from None


def totals_of(found: AtDraws, *, discounts: bool) -> DrawnTotals:
    """The totals of all scenarios as one table of draws."""
    sums = list(found.sums.values())
    cuts = {cut: list(dict.fromkeys(name for each in sums for name in each.by[cut])) for cut in sums[0].by}
    return DrawnTotals(
        scenarios=tuple(found.sums),
        patients=np.array([each.patients for each in sums]),
        gbp=np.stack([each.gbp for each in sums]),
        present_value_gbp=np.stack([each.present for each in sums]) if discounts else None,
        by={
            cut: (tuple(names), np.array([[_of(each, cut, name) for each in sums] for name in names]))
            for cut, names in cuts.items()
            if names
        },
    )


def _of(sums: Sums, cut: str, name: str) -> Floats:
    return sums.by[cut].get(name, np.zeros(len(sums.gbp)))


def uncertainty_frames(
    draws: Draws, asked: Uncertainty, parameters: Mapping[str, Parameter], recoster: Recoster
) -> dict[str, pd.DataFrame]:
    """Summary, acceptability and value of information of the draws."""
    groups = {
        name: [each for parameter in given for each in _drawn_names(parameter, parameters)]
        for name, given in asked.groups.items()
    }
    levels = _levels(draws.table, parameters, recoster)
    grouped = {name.partition(".")[0] for names in groups.values() for name in names} & parameters.keys()
    idle = draws.table.values({name: parameters[name] for name in grouped})
    return {
        "uncertainty": summary_of_draws(draws.totals, cuts=("organisation", "count")),
        "acceptability": acceptability(draws.totals),
        "information": information.value_of_information(
            draws.totals, idle | levels if groups else levels, groups or None
        ),
    }


def single_frames(recoster: Recoster, study: Study) -> dict[str, pd.DataFrame]:
    """One parameter at a time, two together, all at once: tornado, grid, extremes; and evidence sets."""
    frames: dict[str, pd.DataFrame] = {}
    case, discounts = recoster.lives.case, recoster.timing.gbp is not None

    def evaluate(rows: Sequence[Mapping[str, float]]) -> DrawnTotals:
        return possible_totals(recoster, at_levels(rows), discounts=discounts)

    asked = study.sensitivity
    if asked is not None and len(case.compositions) > 1:  # all of it is about a change
        parameters, own = _moved(recoster, asked.one_way)
        if parameters or any(own.values()):
            frames["tornado"] = sensitivity.one_way(evaluate, parameters, own)
            frames["extremes"] = sensitivity.extremes(evaluate, parameters, frames["tornado"], own)
        grids = [sensitivity.two_way(evaluate, *(_uncertain(case, name) for name in pair)) for pair in asked.two_way]
        frames["grid"] = pd.concat(grids, ignore_index=True) if grids else pd.DataFrame()
    if study.evidence_sets:
        items = ["", *(f"evidence_sets.{name}" for name in study.evidence_sets)]  # as stated, then set by set
        own_names = {name for scenarios in case.compositions.values() for name in stated_by(case, scenarios)}
        evidence = _Evidence(recoster, case.pathway.parameters, frozenset(own_names & case.pathway.parameters.keys()))
        frames["evidence_sets"] = sensitivity.evidence_sets(
            lambda rows: evidence.at(dict(zip(items, rows, strict=True))), study.evidence_sets
        )
    return frames


def possible_totals(recoster: Recoster, table: ParameterTable, *, discounts: bool) -> DrawnTotals:
    """Totals at rows chosen to look at, missing where the pathway cannot be costed: shares above 1, a loop nobody leaves."""
    try:
        found = recoster.at(table)
    except EngineFaults:
        if table.count == 1:
            return _nowhere(recoster, discounts=discounts)
        half = table.count // 2
        parts = (table.rows(slice(0, half)), table.rows(slice(half, table.count)))
        return _side_by_side([possible_totals(recoster, part, discounts=discounts) for part in parts])
    totals, bad = totals_of(found, discounts=discounts), impossible(found, table.count)
    if not bad.any():
        return totals
    present = None if totals.present_value_gbp is None else np.where(bad, np.nan, totals.present_value_gbp)
    return DrawnTotals(totals.scenarios, totals.patients, np.where(bad, np.nan, totals.gbp), present)


def _nowhere(recoster: Recoster, *, discounts: bool) -> DrawnTotals:
    missing = np.full((len(recoster.patients), 1), np.nan)
    patients = np.array(list(recoster.patients.values()))
    return DrawnTotals(tuple(recoster.patients), patients, missing, missing if discounts else None)


def _side_by_side(parts: Sequence[DrawnTotals]) -> DrawnTotals:
    """The rows of one after those of the other, without cuts."""
    present = [each.present_value_gbp for each in parts if each.present_value_gbp is not None]
    return DrawnTotals(
        parts[0].scenarios,
        parts[0].patients,
        np.concatenate([each.gbp for each in parts], axis=1),
        np.concatenate(present, axis=1) if present else None,
    )


@dataclass(frozen=True)
class _Evidence:
    """Named values of the pathway's parameters; a number that a scenario sets itself (`own`) stays as the scenario says."""

    recoster: Recoster
    parameters: Mapping[str, Parameter]
    own: frozenset[str]

    def at(self, sets: Mapping[str, Mapping[str, float]]) -> DrawnTotals:
        """Totals set by set, by their place in the study."""
        return _side_by_side([self._one(item, values) for item, values in sets.items()])

    def _one(self, item: str, values: Mapping[str, float]) -> DrawnTotals:
        given = {name: np.array([value]) for name, value in values.items()}
        found = self.recoster.at(ParameterTable(1, lambda _: None, given, self.parameters, self.own))
        if impossible(found, 1).any():
            what = f"with these values the shares exceed 1 (or fall below 0) at {', '.join(found.wrong)}"
            remedy = "give values that can be true together"
            raise EngineFaults([Problem("evidence_set_exceeds_one", what, Where(item=item), remedy=remedy)])
        return totals_of(found, discounts=self.recoster.timing.gbp is not None)


# --- which parameters ----------------------------------------------------------------------------------------------
def every_parameter(case: Case) -> dict[str, Parameter]:
    """The parameters of the pathway, and those that only scenarios declare."""
    found = dict(case.pathway.parameters)
    for scenarios in case.compositions.values():
        found = stated_by(case, scenarios) | found
    return found


def stated_by(case: Case, scenarios: Scenarios) -> dict[str, Parameter]:
    """The parameters that scenarios give values of their own, as they are once every change is made."""
    names = [name for scenario in scenarios for name in scenario.parameters]
    names += [
        change.set_parameter
        for scenario in scenarios
        for change in scenario.changes
        if isinstance(change, SetParameter)
    ]
    revised = case.revised(scenarios).pathway.parameters if names else {}
    return {name: revised[name] for name in dict.fromkeys(names)}


def _moved(
    recoster: Recoster, asked: str | tuple[str, ...]
) -> tuple[list[UncertainParameter], dict[str, list[UncertainParameter]]]:
    """The parameters to move: the baseline's, and by composition those that its scenarios state themselves."""
    if asked == "none":
        return [], {}
    wanted = None if asked == "all" else set(asked)

    def chosen(parameters: Mapping[str, Parameter]) -> list[UncertainParameter]:
        names = (each for each in uncertain_parameters(parameters))
        return [
            each for each in names if wanted is None or each.name in wanted or each.name.partition(".")[0] in wanted
        ]

    case = recoster.lives.case
    used = _in_use(recoster.pathways, case.pathway.parameters)
    return chosen(used), {name: chosen(stated_by(case, each)) for name, each in case.compositions.items()}


def _in_use(pathways: Sequence[Pathway], parameters: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """The parameters that some value of some pathway rests on."""
    used: set[str] = set()
    for pathway in pathways:
        read = frozenset[str]().union(
            *(names_read(each.value) for each in values_of(pathway) if each.kind != "parameter")
        )
        used |= {name.partition(".")[0] for name in rests_on(pathway, read)}
    return {name: parameter for name, parameter in parameters.items() if name in used}


def _uncertain(case: Case, name: str) -> UncertainParameter:
    """The baseline's version where that is uncertain, else that of the first scenario with one."""
    versions = [case.pathway.parameters, *(stated_by(case, each) for each in case.compositions.values())]
    return next(each for version in versions for each in uncertain_parameters(version) if each.name == name)


def _drawn_names(name: str, parameters: Mapping[str, Parameter]) -> list[str]:
    parameter = parameters.get(name)
    return list(uncertain_names({name: parameter})) or [name] if parameter is not None else [name]


def _levels(table: ParameterTable, parameters: Mapping[str, Parameter], recoster: Recoster) -> dict[str, Floats]:
    """What varies over the draws: parameters, the baseline's version before a scenario's own, and prices."""
    varying: dict[str, Floats] = {}
    for pathway in recoster.pathways:
        used = _in_use([pathway], {name: pathway.parameters[name] for name in parameters if name in pathway.parameters})
        varying = table.values(used) | varying
    for organisation, key in recoster.priced:
        multiplier = table.multiplier(organisation, key, recoster.priced[organisation, key])
        if multiplier is not None:
            varying[unit_cost_name(organisation, key)] = multiplier
    return varying

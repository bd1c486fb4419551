"""What chance and alternatives do to a study's answer: draws, single parameters, evidence sets, over the same patients.

Every question is a table of parameter values put to one evaluator; what the answers mean is worked out in results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost.engine.at_draws import AtDraws, Pricer, Sums
from pathway_cost.engine.parameter_table import ParameterTable, at_levels, drawn, of_values, unit_cost_name
from pathway_cost.errors import EngineFaults, Problem, Where
from pathway_cost.results import information, sensitivity
from pathway_cost.results.drawn import DrawnTotals, acceptability, summary_of_draws
from pathway_cost.results.uncertain import UncertainParameter, uncertain_parameters
from pathway_cost.specs.laws import uncertain_names
from pathway_cost.specs.names import rests_on, values_of
from pathway_cost.specs.pathway import Pathway
from pathway_cost.specs.scenario import Scenario, SetParameter
from pathway_cost.specs.study import Study, Uncertainty
from pathway_cost.specs.value_tools import names_read
from pathway_cost.specs.values import Parameter

Floats = NDArray[np.float64]
Compositions = Mapping[str, Sequence[Scenario]]

MOST_REDRAWS: Final = 100  # times bad draws are replaced before the parameters are at fault
SHOWN: Final = 4  # parameters named in one message


@dataclass(frozen=True)
class Draws:
    """The draws of a study: their table, the totals at them, and (P, D) pounds by period where time is stepped through."""

    table: ParameterTable
    totals: DrawnTotals
    periods: Mapping[str, Floats]
    renormalised: int = 0
    """Draws whose shares were brought back to 1, where the study asks for that."""


def draws_of(
    pricer: Pricer, asked: Uncertainty, pathway: Pathway, *, own: pd.DataFrame | None, discounts: bool
) -> Draws:
    """Draw the parameters and cost every scenario at every draw.

    Args:
        pricer: of the study's compositions.
        asked: what the study wants drawn.
        pathway: the baseline's.
        own: the user's table of draws, where there is one.
        discounts: whether the headline is the present value.

    Raises:
        EngineFaults: draws whose shares exceed 1, unless the study says what becomes of them.
    """
    table = (
        drawn(asked.draws, seed=asked.seed, correlations=asked.correlations, unit_costs=asked.unit_costs)
        if own is None
        else of_values(own, pathway.parameters, unit_costs=[unit_cost_name(*key) for key in pricer.priced])
    )
    found = pricer.at(table)
    bad = _bad(found, table.count)
    if bad.any() and asked.excess_shares == "fault":
        raise EngineFaults(_exceeding(found, table, pathway))
    if bad.any() and asked.excess_shares == "redraw":
        table, found = _redrawn(pricer, table, found, pathway)
        bad = np.zeros_like(bad)
    periods = {name: sums.periods for name, sums in found.sums.items()}
    stepped = any(len(each) > 1 for each in periods.values())
    return Draws(table, totals_of(found, discounts=discounts), periods if stepped else {}, int(bad.sum()))


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


def uncertainty_frames(draws: Draws, asked: Uncertainty, pathway: Pathway, pricer: Pricer) -> dict[str, pd.DataFrame]:
    """Summary, acceptability and value of information of the draws."""
    groups = {
        name: [each for parameter in given for each in _drawn_names(parameter, pathway)]
        for name, given in asked.groups.items()
    }
    levels = _levels(draws.table, pathway, pricer)
    return {
        "uncertainty": summary_of_draws(draws.totals, cuts=("organisation", "count")),
        "acceptability": acceptability(draws.totals),
        "information": information.value_of_information(draws.totals, levels, groups or None),
    }


def single_frames(
    pricer: Pricer, study: Study, pathway: Pathway, compositions: Compositions
) -> dict[str, pd.DataFrame]:
    """One parameter at a time, two together, all at once: tornado, grid, extremes; and evidence sets."""
    frames: dict[str, pd.DataFrame] = {}
    discounts = pricer.timing.gbp is not None

    def evaluate(rows: Sequence[Mapping[str, float]]) -> DrawnTotals:
        return totals_of(pricer.at(at_levels(rows)), discounts=discounts)

    asked = study.sensitivity
    if asked is not None:
        parameters, own = _moved(pathway, compositions, asked.one_way)
        if parameters or any(own.values()):
            frames["tornado"] = sensitivity.one_way(evaluate, parameters, own)
            frames["extremes"] = sensitivity.extremes(evaluate, parameters, frames["tornado"], own)
        grids = [
            sensitivity.two_way(evaluate, *(_uncertain(pathway, compositions, name) for name in pair))
            for pair in asked.two_way
        ]
        frames["grid"] = pd.concat(grids, ignore_index=True) if grids else pd.DataFrame()
    if study.evidence_sets:
        frames["evidence_sets"] = sensitivity.evidence_sets(
            lambda rows: _at_values(pricer, pathway, rows, discounts=discounts), study.evidence_sets
        )
    return frames


def _at_values(
    pricer: Pricer, pathway: Pathway, rows: Sequence[Mapping[str, float]], *, discounts: bool
) -> DrawnTotals:
    """Totals at named values, a scenario's own version of a parameter moving in proportion."""
    each = [
        totals_of(
            pricer.at(
                ParameterTable(
                    1,
                    lambda _: None,
                    {name: np.array([value]) for name, value in row.items()},
                    dict(pathway.parameters),
                )
            ),
            discounts=discounts,
        )
        for row in rows
    ]
    present = [one.present_value_gbp for one in each if one.present_value_gbp is not None]
    return DrawnTotals(
        each[0].scenarios,
        each[0].patients,
        np.concatenate([one.gbp for one in each], axis=1),
        np.concatenate(present, axis=1) if present else None,
    )


# --- which parameters ----------------------------------------------------------------------------------------------
def _moved(
    pathway: Pathway, compositions: Compositions, asked: str | tuple[str, ...]
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

    return chosen(_in_use(pathway)), {name: chosen(stated_by(scenarios)) for name, scenarios in compositions.items()}


def stated_by(scenarios: Sequence[Scenario]) -> dict[str, Parameter]:
    """The parameters that scenarios give values of their own, the last of each."""
    found: dict[str, Parameter] = {}
    for scenario in scenarios:
        found |= scenario.parameters
        for change in scenario.changes:
            if isinstance(change, SetParameter):
                found[change.set_parameter] = change.to
    return found


def _in_use(pathway: Pathway) -> dict[str, Parameter]:
    """The parameters that some value of the pathway rests on."""
    read = frozenset[str]().union(*(names_read(each.value) for each in values_of(pathway) if each.kind != "parameter"))
    used = {name.partition(".")[0] for name in rests_on(pathway, read)}
    return {name: parameter for name, parameter in pathway.parameters.items() if name in used}


def _uncertain(pathway: Pathway, compositions: Compositions, name: str) -> UncertainParameter:
    everywhere = dict(pathway.parameters)
    for scenarios in compositions.values():
        everywhere = stated_by(scenarios) | everywhere
    return next(each for each in uncertain_parameters(everywhere) if each.name == name)


def _drawn_names(name: str, pathway: Pathway) -> list[str]:
    parameter = pathway.parameters.get(name)
    return list(uncertain_names({name: parameter})) if parameter is not None else [name]


def _levels(table: ParameterTable, pathway: Pathway, pricer: Pricer) -> dict[str, Floats]:
    """What varies over the draws: parameters and prices."""
    varying = dict(table.values(_in_use(pathway)))
    for organisation, key in pricer.priced:
        multiplier = table.multiplier(organisation, key, pricer.priced[organisation, key])
        if multiplier is not None:
            varying[unit_cost_name(organisation, key)] = multiplier
    return varying


# --- shares that cannot be -------------------------------------------------------------------------------------------
def _bad(found: AtDraws, count: int) -> NDArray[np.bool_]:
    return np.asarray(np.any([np.zeros(count, dtype=np.bool_), *found.wrong.values()], axis=0))


def _redrawn(pricer: Pricer, table: ParameterTable, found: AtDraws, pathway: Pathway) -> tuple[ParameterTable, AtDraws]:
    """The draws with bad ones replaced until none is left."""
    for _ in range(MOST_REDRAWS):
        bad = _bad(found, table.count)
        if not bad.any():
            return table, found
        table = table.redrawn(bad)
        found = _spliced(found, bad, pricer.at(table.rows(np.flatnonzero(bad))))
    raise EngineFaults(_exceeding(found, table, pathway))


def _spliced(before: AtDraws, bad: NDArray[np.bool_], new: AtDraws) -> AtDraws:
    """Every figure with the bad draws' replaced."""

    def put(old: Floats, replaced: Floats) -> Floats:
        periods = max(len(old), len(replaced)) if old.ndim > 1 else 0
        if old.ndim > 1:
            old, replaced = (np.pad(each, ((0, periods - len(each)), (0, 0))) for each in (old, replaced))
        spliced = old.copy()
        spliced[..., bad] = replaced
        return spliced

    def sums(old: Sums, other: Sums) -> Sums:
        by = {
            cut: {
                name: put(old.by[cut].get(name, np.zeros(len(bad))), other.by[cut].get(name, np.zeros(int(bad.sum()))))
                for name in dict.fromkeys([*old.by[cut], *other.by[cut]])
            }
            for cut in old.by
        }
        return Sums(
            old.patients, put(old.gbp, other.gbp), put(old.present, other.present), by, put(old.periods, other.periods)
        )

    wrong = {item: np.zeros(len(bad), dtype=np.bool_) for item in new.wrong}
    for item, rows in new.wrong.items():
        wrong[item][bad] = rows
    return AtDraws({name: sums(each, new.sums[name]) for name, each in before.sums.items()}, wrong)


def _exceeding(found: AtDraws, table: ParameterTable, pathway: Pathway) -> list[Problem]:
    """One fault a place: which parameters, and in how many draws."""
    drawn_here = table.values(pathway.parameters)
    return [
        Problem(
            "draws_exceed_one",
            f"the shares exceed 1 (or fall below 0) in {int(rows.sum()):,} of {table.count:,} draws"
            + _because(item, pathway, drawn_here),
            Where(item=item),
            remedy="state shares that belong together as `counts:`, narrow them, or say `excess_shares: redraw` or "
            "`renormalise` under `uncertainty:`",
        )
        for item, rows in found.wrong.items()
        if rows.any()
    ]


def _because(item: str, pathway: Pathway, drawn_here: Mapping[str, Floats]) -> str:
    read = frozenset[str]().union(
        *(
            names_read(each.value)
            for each in values_of(pathway)
            if each.kind in ("share", "start") and each.item.startswith(item)
        )
    )
    names = sorted(rests_on(pathway, read) & drawn_here.keys())
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"; drawn there: {', '.join(names[:SHOWN])}{more}" if names else ""

"""Whose or which pounds change: bars either side of nothing, in whole pounds that sum to the change shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import pandas as pd

from pathway_cost import terms
from pathway_cost.reports.charts.bars import Series, bars
from pathway_cost.reports.charts.drawing import Drawing
from pathway_cost.reports.words import (
    Names,
    change_words,
    scenario_colour,
    shown_cut,
    signed_pounds,
    title,
    undiscounted,
)
from pathway_cost.results.frames import RunResult


def _as_it_is(_names: Names, name: str) -> str:
    return name


def _as_a_title(_names: Names, name: str) -> str:
    return title(name)


PARTS: Final[Mapping[str, Callable[[Names, str], str]]] = {
    terms.SETTING: Names.setting,
    terms.ORGANISATION: Names.organisation,
    terms.COMPONENT: _as_a_title,
    terms.ROLE: Names.role,
    terms.PLACE: _as_it_is,
    terms.UNIT_COST: _as_a_title,
}
"""Cut → what one of its parts is called."""
MOST_DRAWN: Final = 20  # parts that have bars of their own
IN_TABLES: Final = {terms.SETTING: "by_setting", terms.ORGANISATION: "by_organisation", terms.COMPONENT: "by_component"}


def cuts_of(result: RunResult) -> list[str]:
    """What a change can be told by: cuts, and the attributes of the patients."""
    return [*PARTS, *dict.fromkeys(map(str, result.by_attribute["attribute"]))]


def change_drawing(result: RunResult, names: Names, cut: str, scenarios: Sequence[str]) -> Drawing:
    """Bars of the change in total cost by one cut, a bar a scenario; parts that no scenario changes are left out."""
    first, change = result.compared[0], change_words(result)
    shown = _shown(result, cut)
    changes = shown[list(scenarios)].sub(shown[first], axis=0)
    changes = changes[(changes != 0).any(axis=1)]
    called = PARTS.get(cut, _as_it_is)
    changes = _fewer(changes.rename(index=lambda at: called(names, str(at))))
    series = [
        Series(names.scenario(name), scenario_colour(result.compared.index(name)), changes[name].tolist())
        for name in scenarios
    ]
    by = title(cut) if cut in PARTS else names.attribute(cut)
    alone = f": {series[0].name}" if len(series) == 1 else ""
    heading = f"{change} by {by.lower()}{alone}, against {names.scenario(first)}"
    sums = "; ".join(f"{each.name} {signed_pounds(sum(each.values), 0)}" for each in series)
    caption = f"Whole pounds{undiscounted(result)}, that sum to the change in total cost: {sums}. What no scenario changes is left out."
    svg = bars(list(map(str, changes.index)), series, label=f"{heading}: {sums}", signed=True)
    return Drawing(heading, svg, caption, tuple((each.name, each.colour) for each in series))


def _fewer(changes: pd.DataFrame) -> pd.DataFrame:
    """The parts that change most, in their order; where there are too many to draw, the others together in a row of their own."""
    if len(changes) <= MOST_DRAWN + 1:
        return changes
    order = changes.abs().max(axis=1).to_numpy().argsort(kind="stable")[::-1]
    most, others = sorted(order[:MOST_DRAWN]), order[MOST_DRAWN:]
    together = changes.iloc[others].sum().to_frame(f"{len(others)} others, together").T
    return pd.concat([changes.iloc[most], together])


def _shown(result: RunResult, cut: str) -> pd.DataFrame:
    """Whole pounds of every scenario by a cut or an attribute: the tables' own rows where there is a table."""
    if cut in IN_TABLES:
        return shown_cut(result, result.tables[IN_TABLES[cut]], [cut])
    if cut in PARTS:
        frames = {name: costed.cube.frame.groupby(cut, sort=False, observed=True) for name, costed in result.items()}
        rows = [frame[terms.GBP].sum().reset_index().assign(scenario=name) for name, frame in frames.items()]
        return shown_cut(result, pd.concat(rows).astype({cut: "str"}), [cut])
    levels = result.by_attribute
    return shown_cut(result, levels[levels["attribute"] == cut], ["level"])

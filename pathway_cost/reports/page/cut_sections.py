"""The page's cuts of the same total: by setting, by organisation, by what the money buys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd

from pathway_cost import terms
from pathway_cost.reports.charts.bars import Series, bars
from pathway_cost.reports.page.page_table import Column, legend, named_cell, table
from pathway_cost.reports.words import (
    Html,
    Names,
    change_words,
    joined,
    pounds,
    scenario_colour,
    shown_cut,
    shown_totals,
    signed_pounds,
    tag,
    title,
    undiscounted,
)
from pathway_cost.results.frames.run_result import RunResult


def setting_section(result: RunResult, names: Names) -> Html:
    """Pounds by setting."""
    return cut_section(result, names, terms.SETTING)


def organisation_section(result: RunResult, names: Names) -> Html:
    """Pounds by organisation."""
    return cut_section(result, names, terms.ORGANISATION)


def cut_section(result: RunResult, names: Names, key: str) -> Html:
    """Pounds by setting or organisation: bars, then the table they stand on."""
    frame = result.by_setting if key == terms.SETTING else result.by_organisation
    shown = shown_cut(result, frame, [key])
    shown = shown[(shown != 0).any(axis=1)]
    called = names.setting if key == terms.SETTING else names.organisation
    series = [
        Series(names.scenario(name), scenario_colour(place), shown[name].tolist())
        for place, name in enumerate(result.compared)
    ]
    drawn = bars([called(str(at)) for at in shown.index], series, label=f"Total cost by {key}, a bar a scenario")
    keys = legend((each.name, each.colour) for each in series)
    cells = [[_cut_cell(str(at), key, names), *_money_cells(row, result)] for at, row in shown.iterrows()]
    total = ["Total", *_money_cells(pd.Series(shown_totals(result)), result)]
    made = table(
        f"Total cost by {key}{undiscounted(result)}, whole pounds",
        _money_columns(title(key), result, names),
        cells,
        total=total,
    )
    return joined([tag("figure", keys, drawn), made])


def _cut_cell(name: str, key: str, names: Names) -> Html:
    return named_cell(names.setting(name), name) if key == terms.SETTING else joined([names.organisation(name)])


def component_section(result: RunResult, names: Names) -> Html:
    """Pounds by what the money buys."""
    shown = shown_cut(result, result.by_component, [terms.COMPONENT])
    shown = shown[(shown != 0).any(axis=1)]
    cells = [[title(str(at)), *_money_cells(row, result)] for at, row in shown.iterrows()]
    total = ["Total", *_money_cells(pd.Series(shown_totals(result)), result)]
    columns = _money_columns("What the money buys", result, names)
    return table(
        f"Total cost by component{undiscounted(result)}, whole pounds; unsplit: nobody has split the price",
        columns,
        cells,
        total=total,
    )


def _money_columns(heading: str, result: RunResult, names: Names) -> list[Column]:
    first, *others = result.compared
    columns, change = [Column(heading, figures=False), Column(names.scenario(first))], Column(change_words(result))
    return [*columns, *(made for name in others for made in (Column(names.scenario(name)), change))]


def _money_cells(row: pd.Series, result: RunResult) -> list[str]:
    first, *others = result.compared
    pairs = [(pounds(row[name], 0), signed_pounds(row[name] - row[first], 0)) for name in others]
    return [pounds(row[first], 0), *(cell for pair in pairs for cell in pair)]


CUT_SECTIONS: Final[Mapping[str, Callable[[RunResult, Names], Html]]] = {
    "settings": setting_section,
    "organisations": organisation_section,
    "components": component_section,
}
"""Anchor of a section → what stands there."""

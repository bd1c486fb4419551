"""The page's cuts of the same total: by setting, by organisation, by what the money buys, by attribute of the patients."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import pandas as pd

from pathway_cost import terms
from pathway_cost.reports.charts.bars import Series, bars
from pathway_cost.reports.charts.drawing import Drawing
from pathway_cost.reports.page.change_drawing import change_drawing
from pathway_cost.reports.page.page_table import Column, legend, table
from pathway_cost.reports.page.uses_section import use_anchor, uses_section
from pathway_cost.reports.words import (
    NOTHING,
    Html,
    Names,
    change_words,
    count,
    joined,
    made_wide,
    percent,
    pounds,
    rows_of,
    scenario_colour,
    shown_cut,
    shown_parts,
    shown_totals,
    signed_pounds,
    tag,
    title,
    undiscounted,
)
from pathway_cost.results.frames import RunResult

FEW_PATIENTS = 100  # fewer are told with a decimal
BOOKS: Final = "What the care costs each organisation. Who pays whom for it (income, contracts) is not modelled."
CUTS_DRAWN: Final = (terms.SETTING, terms.ORGANISATION)


def setting_section(result: RunResult, names: Names) -> Html:
    """Pounds by setting, and what changes there."""
    return _cut_table(result, names, terms.SETTING)


def organisation_section(result: RunResult, names: Names) -> Html:
    """What changes in each organisation's books: bars, then pounds and changes."""
    made = _cut_table(result, names, terms.ORGANISATION)
    if len(result.compared) == 1:
        return made
    drawn = change_drawing(result, names, terms.ORGANISATION, result.compared[1:])
    return joined([tag("p", BOOKS), tag("figure", legend(drawn.keys), drawn.svg), made])


def _cut_table(result: RunResult, names: Names, key: str) -> Html:
    cells: list[list[object]] = []
    for at, row in _rows(_shown(result, key)):
        was, *changes = _money_cells(row, result)
        href = f"#{use_anchor(str(at)) if key == terms.SETTING else 'uses'}"
        cells.append(
            [
                (names.setting if key == terms.SETTING else names.organisation)(str(at)),
                tag("a", was, href=href),
                *changes,
            ]
        )
    caption = f"Total cost by {key}{undiscounted(result)}, whole pounds"
    total = ["Total", *_money_cells(shown_totals(result), result)]
    return table(caption, _money_columns(title(key), result, names), cells, total=total)


def cut_drawing(result: RunResult, names: Names, key: str) -> Drawing:
    """Bars of pounds by setting or organisation, a bar a scenario."""
    shown = _shown(result, key)
    series = [
        Series(names.scenario(name), scenario_colour(place), shown[name].tolist())
        for place, name in enumerate(result.compared)
    ]
    called = names.setting if key == terms.SETTING else names.organisation
    svg = bars([called(str(at)) for at in shown.index], series, label=f"Total cost by {key}, a bar a scenario")
    caption = f"Whole pounds{undiscounted(result)}."
    return Drawing(f"Total cost by {key}", svg, caption, tuple((each.name, each.colour) for each in series))


def _shown(result: RunResult, key: str) -> pd.DataFrame:
    """Whole pounds by setting or organisation, without those where nothing is spent."""
    shown = shown_cut(result, result.by_setting if key == terms.SETTING else result.by_organisation, [key])
    return shown[(shown != 0).any(axis=1)]


def component_section(result: RunResult, names: Names) -> Html:
    """Pounds by what the money buys."""
    shown = shown_cut(result, result.by_component, [terms.COMPONENT])
    shown = shown[(shown != 0).any(axis=1)]
    cells = [[title(str(at)), *_money_cells(row, result)] for at, row in _rows(shown)]
    total = ["Total", *_money_cells(shown_totals(result), result)]
    columns = _money_columns("What the money buys", result, names)
    return table(
        f"Total cost by component{undiscounted(result)}, whole pounds; unsplit: nobody has split the price",
        columns,
        cells,
        total=total,
    )


def attribute_section(result: RunResult, names: Names) -> Html:
    """Patients and pounds by the levels of each attribute, a table an attribute; nothing where none is declared."""
    parts = result.by_attribute.groupby("attribute", sort=False)
    made = [_attribute_table(result, names, str(attribute), rows) for attribute, rows in parts]
    words = "Each table parts the same patients and pounds in its own way, so the levels of two attributes never add."
    return joined([tag("p", words, class_="small"), *made]) if made else Html("")


def _attribute_table(result: RunResult, names: Names, attribute: str, rows: pd.DataFrame) -> Html:
    gbp, patients = shown_cut(result, rows, ["level"]), _shown_patients(result, rows)
    first, *others = result.compared
    told = [first, *(name for name in others if not patients[name].equals(patients[first]))]  # more or fewer patients
    level, *money = _money_columns("Level", result, names)
    patients_word = names.said("Patients")
    columns = [
        level,
        Column(patients_word),
        *(Column(f"{patients_word}: {names.scenario(name)}") for name in told[1:]),
        *money,
    ]
    people = [[count(each) for each in row] for row in patients[told].to_numpy()]
    cells = [
        [str(at) or NOTHING, *told_patients, *_money_cells(row, result)]
        for told_patients, (at, row) in zip(people, _rows(gbp), strict=True)
    ]
    total = ["Total", *map(count, patients[told].sum()), *_money_cells(shown_totals(result), result)]
    caption = f"{patients_word} and total cost by {attribute}{undiscounted(result)}, whole pounds"
    return joined([tag("h4", names.attribute(attribute)), table(caption, columns, cells, total=total)])


def _shown_patients(result: RunResult, rows: pd.DataFrame) -> pd.DataFrame:
    """Patients rounded so that levels sum to all of them: one row a level in order, one column a scenario."""
    wide = made_wide(rows, ["level"], ("scenario", result.compared), "patients")
    digits = 0 if wide.sum().max() >= FEW_PATIENTS else 1
    shown = {name: shown_parts(wide[name], round(float(wide[name].sum()), digits), digits) for name in result.compared}
    return pd.DataFrame(shown, index=wide.index)


def _money_columns(heading: str, result: RunResult, names: Names) -> list[Column]:
    """What the first costs, then what each of the others changes: pounds, and the share of what was there."""
    first, *others = result.compared
    columns, change = [Column(heading, figures=False), Column(names.scenario(first))], change_words(result).lower()
    return [*columns, *(made for name in others for made in (Column(f"{names.scenario(name)}: {change}"), Column("%")))]


def _rows(shown: pd.DataFrame) -> Iterator[tuple[object, Mapping[str, float]]]:
    return zip(shown.index, rows_of(shown), strict=True)


def _money_cells(row: Mapping[str, float], result: RunResult) -> list[str]:
    first, *others = result.compared
    was = row[first]
    pairs = [(signed_pounds(row[name] - was, 0), _share(row[name] - was, was)) for name in others]
    return [pounds(was, 0), *(cell for pair in pairs for cell in pair)]


def _share(change: float, was: float) -> str:
    return percent(change / was, signed=True) if was and change else NOTHING


CUT_SECTIONS: Final[Mapping[str, Callable[[RunResult, Names], Html]]] = {
    "settings": setting_section,
    "organisations": organisation_section,
    "components": component_section,
    "attributes": attribute_section,
    "uses": uses_section,
}
"""Anchor of a section → what stands there."""

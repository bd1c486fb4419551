"""The page's section of time: pounds by period, and in each organisation's books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pathway_cost.reports.charts.bars import Series, bars
from pathway_cost.reports.page.fan_section import fans_part
from pathway_cost.reports.page.page_table import Column, legend, table
from pathway_cost.reports.words import Chance, Html, joined, made_wide, pounds, rows_of, shown_parts, signed_pounds, tag

MOST_DRAWN = 12  # periods drawn as bars; more are in the table only
MOST_PERIODS = 40  # periods in a table of the page; the workbook has them all
THESE_ONLY = (
    "These starters only: nobody who started before is there on the first day, and nobody starts once the intake is over. "
    "So the first and last periods hold less care than an organisation gives in one, and no period here is its year."
)
PERIOD = ["period", "from_day", "to_day"]


def years_section(chance: Chance) -> Html:
    """Pounds by period, by organisation and period, and the fan; nothing where time was not followed."""
    parts = [_profile(chance), _organisations(chance), fans_part(chance)]
    return joined(part for part in [_whose(chance), *parts] if part)


def _whose(chance: Chance) -> Html:
    """The words that say that the ledger of an intake is no organisation's."""
    return tag("p", THESE_ONLY) if chance.of_starters else Html("")


def _profile(chance: Chance) -> Html:
    if chance.tables.profile.empty:
        return Html("")
    wide = by_period(chance, chance.tables.profile, "gbp")
    names = [chance.period(*period) for period in wide.index]
    picture = _bars(chance, wide, names) if len(names) <= MOST_DRAWN else Html("")
    return joined([picture, _profile_table(chance, wide, names)])


def _bars(chance: Chance, wide: pd.DataFrame, names: list[str]) -> Html:
    series = [Series(chance.names.scenario(name), chance.colour(name), wide[name].tolist()) for name in wide.columns]
    keys = legend((each.name, each.colour) for each in series)
    return tag("figure", keys, bars(names, series, label="Cost by period, a bar a scenario"))


def _profile_table(chance: Chance, wide: pd.DataFrame, names: list[str]) -> Html:
    first, *others = wide.columns
    columns = [Column("Period", figures=False), Column(chance.names.scenario(first))]
    columns += [made for name in others for made in (Column(chance.names.scenario(name)), Column("Modelled change"))]
    cells = [[_whole(name), *_money(row, first, others)] for name, row in zip(names, rows_of(wide), strict=True)]
    words = "Undiscounted cost of the patients who start, by the period in which it falls, whole pounds"
    words += "; what happens at the end of a cycle is of the period that ends there" if chance.has_cycles else ""
    total = ["Total", *_money({str(name): gbp for name, gbp in wide.sum().items()}, first, others)]
    return table(words + _more(len(cells)), columns, cells[:MOST_PERIODS], total=total)


def _whole(name: str) -> Html:
    """A period's name on one line."""
    return tag("span", name, class_="whole")


def _more(periods: int) -> str:
    """The words that say where a table stops before the last period; its total is of all."""
    if periods <= MOST_PERIODS:
        return ""
    return f"; the first {MOST_PERIODS} of {periods} periods, the rest in the workbook; the total is of all"


def _money(row: Mapping[str, float], first: str, others: list[str]) -> list[str]:
    pairs = [(pounds(row[name], 0), signed_pounds(row[name] - row[first], 0)) for name in others]
    return [pounds(row[first], 0), *(cell for pair in pairs for cell in pair)]


def by_period(chance: Chance, frame: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Whole pounds, one row a (period, from_day, to_day), one column a scenario; columns sum to the rounded totals.

    The change is what is rounded after the first scenario, so that what did not change shows no change.
    """
    there = set(map(str, frame["scenario"]))
    order = [name for name in chance.compared if name in there]
    wide, first = made_wide(frame, PERIOD, ("scenario", order), measure).sort_index(), order[0]
    totals = {name: float(round(wide[name].sum())) for name in order}
    shown = {first: shown_parts(wide[first], totals[first])}
    for name in order[1:]:
        shown[name] = shown[first] + shown_parts(wide[name] - wide[first], totals[name] - totals[first])
    return pd.DataFrame(shown, index=wide.index)


def _organisations(chance: Chance) -> Html:
    rows = chance.tables.profile_by_organisation
    if rows.empty:
        return Html("")
    made = [_books(chance, name) for name in chance.others if (rows["scenario"].astype(str) == name).any()]
    return (
        joined(
            [
                tag(
                    "h3",
                    "At each organisation, these starters only"
                    if chance.of_starters
                    else "In each organisation's books",
                ),
                *made,
            ]
        )
        if made
        else Html("")
    )


def _books(chance: Chance, scenario: str) -> Html:
    """The change in each organisation's cost, a row a period; what is shown sums down and across."""
    wide = _change_by_organisation(chance, scenario)
    totals = shown_parts(wide.sum(axis=1), float(round(wide.to_numpy().sum())))
    shown = [shown_parts(row, total) for row, total in zip(wide.to_numpy(), totals, strict=True)]
    called = [Column(chance.names.organisation(str(name))) for name in wide.columns]
    columns = [Column("Period", figures=False), *called, Column("All", strong=True)]
    cells = [
        [_whole(chance.period(*period)), *_signed([*row, total])]
        for period, row, total in zip(wide.index, shown, totals, strict=True)
    ]
    against = f"{chance.names.scenario(scenario)}: modelled change against {chance.names.scenario(chance.first)}"
    words = f"{against} by organisation and period, undiscounted, whole pounds{_more(len(cells))}"
    sums = _signed([*np.sum(shown, axis=0), totals.sum()])
    return table(words, columns, cells[:MOST_PERIODS], total=["Total", *sums])


def _change_by_organisation(chance: Chance, scenario: str) -> pd.DataFrame:
    """Pounds against the first scenario, periods × organisations in the order first met."""
    rows = chance.tables.profile_by_organisation
    rows = rows[rows["scenario"].isin([chance.first, scenario])]
    change = rows["gbp"].where(rows["scenario"] == scenario, -rows["gbp"])
    organisations = list(dict.fromkeys(rows["organisation"]))
    return made_wide(rows.assign(gbp=change), PERIOD, ("organisation", organisations), "gbp").sort_index()


def _signed(values: Sequence[float]) -> list[str]:
    return [signed_pounds(float(value), 0) for value in values]

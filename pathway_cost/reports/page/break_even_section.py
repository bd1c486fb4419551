"""The page's section of break-evens: how far one number must move for a scenario to cost what the first one does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pathway_cost.reports.charts.inline_bars import plausible_bar
from pathway_cost.reports.page.page_table import Column, table
from pathway_cost.reports.words import (
    NOTHING,
    Chance,
    Html,
    brief,
    figure,
    is_missing,
    joined,
    percent,
    rows_of,
    signed_pounds,
    tag,
    title,
    worded,
)

Row = Mapping[str, Any]
EXPLAINED = (
    "For each number alone, all else as stated: the value at which the modelled change is nothing. The plausible range is "
    "what the study says, else the limits stated with the number or its 95% interval; where it is an assumption, so is the verdict. Where it is not plausible, nothing plausible turns the answer round."
)
KEY = "In the pictures: pale band, the plausible range; dark line, the stated value; lozenge, the break-even (an arrow where it lies further out)."


def break_even_section(chance: Chance) -> Html:
    """A table a scenario; a break-even that does not exist shows the best that can be reached."""
    made = [_scenario(chance, scenario, rows_of(rows)) for scenario, rows in chance.each(chance.tables.break_even)]
    return joined([tag("p", EXPLAINED), *made, tag("p", KEY, class_="small")]) if made else Html("")


def _scenario(chance: Chance, scenario: str, rows: Sequence[Row]) -> Html:
    columns = [
        Column("Number", figures=False), Column("As stated"), Column("Break-even", strong=True), Column("Move needed"),
        Column("Plausible range"), Column("Where it lies", figures=False), Column("Is it plausible?", figures=False),
        Column("Best value within bounds"), Column("Modelled change there"),
    ]  # fmt: skip
    heading = f"{chance.names.scenario(scenario)}, against {chance.names.scenario(chance.first)}"
    return table(f"Break-even of {heading}{chance.kind}", columns, [_cells(row) for row in rows])


def _cells(row: Row) -> list[object]:
    return [
        _named(row), brief(row["stated"]), _found(row), percent(figure(row["move_pct"]) / 100, signed=True),
        _range(row), _picture(row), _verdict(row), brief(row["best_value"]), signed_pounds(figure(row["best_change_gbp"]), 0),
    ]  # fmt: skip


def _named(row: Row) -> str:
    """The lever, and its unit where the name does not say it."""
    name = worded(row["title"], row["lever"])
    unit = "" if is_missing(row["unit"]) else title(str(row["unit"])).lower()
    return f"{name[:1].upper()}{name[1:]}" + (f", {unit}" if unit and unit not in name.lower() else "")


def _found(row: Row) -> str:
    if is_missing(row["break_even"]):
        return "none within bounds"
    crossings = figure(row["crossings"])
    return brief(row["break_even"]) + (f" (nearest of {crossings:.0f})" if crossings > 1 else "")


def _range(row: Row) -> str:
    ends = [row["plausible_low"], row["plausible_high"]]
    return NOTHING if any(map(is_missing, ends)) else " to ".join(map(brief, ends))


def _verdict(row: Row) -> str:
    """Whether the break-even lies in the plausible range; without a range nobody can say."""
    if _range(row) == NOTHING:
        return "no range stated"
    if is_missing(row["break_even"]):
        return "no break-even"
    return "yes" if bool(row["within_plausible"]) else "no"


def _picture(row: Row) -> object:
    if _range(row) == NOTHING:
        return NOTHING
    name = worded(row["title"], row["lever"])
    label = f"{name}: plausible {_range(row)}, stated {brief(row['stated'])}, break-even {_found(row)}"
    low, high, stated, found = (figure(row[key]) for key in ("plausible_low", "plausible_high", "stated", "break_even"))
    return plausible_bar(low, high, stated, found, label=label)

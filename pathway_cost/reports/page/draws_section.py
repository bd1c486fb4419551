"""The page's section of draws: intervals, how often a scenario costs no more, what knowing more would be worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pathway_cost.reports.charts.acceptability_chart import Curve, acceptability
from pathway_cost.reports.page.intervals_section import intervals_part
from pathway_cost.reports.page.page_table import Column, fold, legend, table
from pathway_cost.reports.words import (
    Chance,
    Html,
    joined,
    parameter_names,
    percent,
    pounds,
    rows_of,
    signed_pounds,
    tag,
    title,
)

ALL = "all that were drawn"
MOST_NAMED = 8  # numbers of a group called by name
WORTH_A_LINE = 0.005  # pounds a patient
POINTS = 9  # thresholds of the acceptability table, £0 beside
KNOWING = (
    "Before choosing between these models of care by cost alone, knowing every number for certain would make the choice "
    "better by the first line, on average. It is the most that finding out could be worth, not what it is worth."
)


def draws_section(chance: Chance) -> Html:
    """Everything that comes of drawing the uncertain numbers; nothing where none were drawn."""
    parts = [intervals_part(chance), _acceptability(chance), _information(chance)]
    return joined(part for part in parts if part)


def _acceptability(chance: Chance) -> Html:
    curves = list(_curves(chance))
    if not curves:
        return Html("")
    first = chance.names.scenario(chance.first)
    at_nothing = "; ".join(f"{curve.name} {percent(curve.at_nothing())}" for curve in curves)
    words = f"Share of draws in which a scenario costs at most so much more a patient than {first}{chance.kind}. At £0 more: {at_nothing}."
    drawn = acceptability(curves, first=first, label=words)
    caption = tag("figcaption", f"{words} A share of draws is no more than the stated uncertainty makes it.")
    keys = legend((curve.name, curve.colour) for curve in curves)
    columns = [Column("At most so much more a patient"), *(Column(curve.name) for curve in curves)]
    details = fold("The figures behind the picture", table(f"Share of draws{chance.kind}", columns, _points(curves)))
    return fold("How often it costs no more", tag("figure", keys, drawn, caption), details)


def _curves(chance: Chance) -> Iterator[Curve]:
    for scenario, rows in chance.each(chance.tables.acceptability):
        if scenario in chance.others:
            ordered = rows.sort_values("threshold_gbp")
            points = ordered["threshold_gbp"].tolist(), ordered["probability"].tolist()
            yield Curve(chance.names.scenario(scenario), chance.colour(scenario), *points)


def _points(curves: Sequence[Curve]) -> list[list[str]]:
    """Some thresholds of the curves, £0 among them; a threshold that a curve lacks is a dash."""
    held = [dict(zip(curve.thresholds, curve.probabilities, strict=True)) for curve in curves]
    known = sorted({threshold for each in held for threshold in each})
    step = max(len(known) // (POINTS - 1), 1)
    chosen = sorted({*known[::step], known[-1], min(known, key=abs)})
    return [[signed_pounds(threshold, 2), *(percent(each.get(threshold)) for each in held)] for threshold in chosen]


def _information(chance: Chance) -> Html:
    rows = chance.tables.information
    if rows.empty:
        return Html("")
    shown = rows[(rows.index == rows.index[0]) | (rows["evppi_per_patient_gbp"].abs() >= WORTH_A_LINE)]
    columns = [
        Column("Knowing for certain", figures=False), Column("Numbers", figures=False, long=True),
        Column("Worth at most, per patient"), Column("Worth at most, all patients"), Column("Share of knowing everything"),
    ]  # fmt: skip
    cells = [
        [_group(chance, row), _parameters(chance, row), pounds(row["evppi_per_patient_gbp"]),
         pounds(row["evppi_total_gbp"], 0), percent(row["share_of_evpi"])]
        for row in rows_of(shown)
    ]  # fmt: skip
    left = len(rows) - len(shown)
    more = f"; {left} more are worth less than a penny a patient" if left else ""
    made = table(
        f"Expected value of perfect information, of all numbers and of groups of them; groups do not add{more}{chance.note}",
        columns,
        cells,
    )
    return fold("What knowing more would be worth", tag("p", KNOWING), made)


def _group(chance: Chance, row: Mapping[str, object]) -> str:
    """A group by its name; a number on its own by what it is called."""
    name = str(row["group"])
    return chance.called(name) if _is_alone(row) else title(name)


def _parameters(chance: Chance, row: Mapping[str, object]) -> str:
    """The numbers of a group, the first few by name; everything is of no group, and a number alone is its own."""
    names = parameter_names(row["parameters"])
    more = f", and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return "itself" if _is_alone(row) else (", ".join(map(chance.called, names[:MOST_NAMED])) + more) or ALL


def _is_alone(row: Mapping[str, object]) -> bool:
    return parameter_names(row["parameters"]) == [str(row["group"])]

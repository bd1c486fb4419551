"""The page's figures: headline, other denominators, bridge, pounds beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from pathway_cost.reports.page.page_table import Column, grade_tag, table
from pathway_cost.reports.words import (
    GRADES,
    HEADLINE,
    NOTHING,
    Headline,
    Html,
    Names,
    change_words,
    count,
    full_cost,
    headlines,
    joined,
    named,
    other_denominators,
    percent,
    pounds,
    rows_of,
    signed_pounds,
    tag,
    title,
    undiscounted,
)
from pathway_cost.results.frames import RunResult

WORTH_A_COLUMN = 0.5  # pounds


def headline_section(result: RunResult, names: Names) -> Html:
    """Page one: every scenario per patient and in total, against the first."""
    rows, change = headlines(result), change_words(result)
    first = rows[0]
    has_volume = any(abs(row.volume_gbp) >= WORTH_A_COLUMN for row in rows[1:])
    volume = [Column("of which volume"), Column(names.said("of which cost per patient"))] if has_volume else []
    columns = [
        Column("Scenario", figures=False), Column(names.said("Patients")), Column(names.said("Cost per patient"), strong=True),
        Column(names.said(f"{change} per patient")), Column("%"), Column("Total cost", strong=True),
        Column(f"{change}, total"), *volume, Column("One-off cost, beside"),
    ]  # fmt: skip
    cells = [_headline_cells(row, names, has_volume=has_volume) for row in rows]
    kind = "Undiscounted pounds" if first.is_discounted else "Pounds"
    made = table(
        f"{kind} of {result[first.scenario].price_year}, per {names.said(first.per)} over all {names.denominator(first.denominator)}. "
        f"Changes are against {names.scenario(first.scenario)}; one-off costs are in none of the other columns.",
        columns, cells, class_="headline",
    )  # fmt: skip
    return joined(
        [
            _present_values(result, names),
            made,
            tag("p", full_cost(result), class_="small"),
        ]
    )


def _present_values(result: RunResult, names: Names) -> Html:
    """The headline of a study that discounts, with what it is and is not; nothing for one that does not."""
    rows, change = headlines(result), change_words(result)
    first = rows[0]
    if not first.is_discounted:
        return Html("")
    columns = [
        Column("Scenario", figures=False), Column(names.said("Patients")), Column(names.said("Present value per patient"), strong=True),
        Column(names.said(f"{change} per patient")), Column("Present value, total", strong=True), Column(f"{change}, total"),
        Column("Undiscounted total, beside"),
    ]  # fmt: skip
    cells = [
        [names.scenario(row.scenario), count(row.patients), pounds(row.present_value_per_patient_gbp),
         *_changes_of_present_value(row, first), pounds(row.total_gbp, 0)]
        for row in rows
    ]  # fmt: skip
    words = f"The headline: present value, pounds of {result[first.scenario].price_year} discounted to the start"
    return joined([tag("p", HEADLINE), table(words, columns, cells, class_="headline")])


def _changes_of_present_value(row: Headline, first: Headline) -> tuple[str, str, str]:
    """Change per patient, total, change of the total, as shown: the scenario's figure is the first's and its change."""
    if row is first:
        return NOTHING, pounds(row.present_value_gbp, 0), NOTHING
    each = row.present_value_per_patient_gbp - first.present_value_per_patient_gbp
    change = row.present_value_gbp - first.present_value_gbp
    return signed_pounds(each), pounds(row.present_value_gbp, 0), signed_pounds(change, 0)


def _headline_cells(row: Headline, names: Names, *, has_volume: bool) -> list[object]:
    volume = [signed_pounds(row.volume_gbp, 0), signed_pounds(row.rate_gbp, 0)] if has_volume else []
    return [
        names.scenario(row.scenario), count(row.patients), pounds(row.per_patient_gbp),
        signed_pounds(row.change_per_patient_gbp), percent(row.change_pct / 100, signed=True),
        tag("a", pounds(row.total_gbp, 0), href="#settings"),
        signed_pounds(row.change_gbp, 0), *volume,
        pounds(row.one_off_gbp, 0),
    ]  # fmt: skip


def per_what_section(result: RunResult, names: Names) -> Html:
    """The same pounds over other denominators; nothing where none is asked for."""
    others = other_denominators(result)
    if not others:
        return Html("")
    columns = [
        Column("Per", figures=False), Column("Scenario", figures=False), Column("Denominator", figures=False),
        Column("Their number"), Column("Pounds divided"), Column("Cost per one of them"), Column(change_words(result)),
    ]  # fmt: skip
    cells = [
        [names.said(names.setting(per)), names.scenario(row.scenario), names.denominator(row.denominator), count(row.patients),
         pounds(row.total_gbp, 0), pounds(row.per_patient_gbp), signed_pounds(row.change_per_patient_gbp)]
        for per in others
        for row in headlines(result, per)
    ]  # fmt: skip
    words = (
        f"The same pathways over other denominators{undiscounted(result)}: a setting's figure is the whole pathway's pounds by the patients who "
        "reach it, so that treating fewer can lower the cost per start and raise the cost per one treated"
    )
    return table(names.said(words), columns, cells)


def beside_section(result: RunResult, names: Names) -> Html:
    """Pounds that belong to no patient."""
    rows = result.beside
    if rows.empty:
        return tag("p", "No pounds stand beside the pathway: no one-off cost, no idle capacity.")
    columns = [
        Column("What", figures=False), Column("Scenario", figures=False), Column("Kind", figures=False),
        Column("Organisation", figures=False), Column("Year", figures=False), Column("Evidence", figures=False),
        Column("Pounds"),
    ]  # fmt: skip
    cells = [
        [str(row["what"]), names.scenario(str(row["scenario"])), title(str(row["kind"])), names.organisation(str(row["organisation"])),
         str(row["year"]), grade_tag(named(row["grade"], GRADES), str(row["grade"])), pounds(row["gbp"], 0)]
        for row in rows_of(rows)
    ]  # fmt: skip
    return table("Pounds of no patient: never in cost per patient, never multiplied by uptake", columns, cells)


MONEY_SECTIONS: Final[Mapping[str, Callable[[RunResult, Names], Html]]] = {
    "figures": headline_section,
    "per_what": per_what_section,
    "beside": beside_section,
}
"""Anchor of a section → what stands there."""

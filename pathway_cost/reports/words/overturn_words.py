"""What a scenario's change rests on and what would overturn it, in words: break-evens, and numbers at the ends of their ranges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from pathway_cost.reports.words.chance_words import Chance, figure, worded
from pathway_cost.reports.words.change_sentences import more_or_less
from pathway_cost.reports.words.words import brief, count, is_missing, is_one, percent, plain
from pathway_cost.results.frames import RunResult
from pathway_cost.specs.format import Parameter, uncertain_names

COUNTED_UNITS: Final = ("day", "night", "week", "month", "year", "hour", "minute", "visit", "contact", "attendance")


def rests_on(result: RunResult, chance: Chance, scenario: str) -> str:
    """The number that moves the change most, and whether it is an assumption; nothing where none was moved."""
    rows = _single_numbers(chance, scenario)
    if rows.empty:
        return ""
    called, name = worded(rows["title"].iloc[0], rows["parameter"].iloc[0]), str(rows["parameter"].iloc[0])
    return f"“{called}”{', an assumption' if _grade(result, scenario, name) == 'assumption' else ''}"


def _grade(result: RunResult, scenario: str, parameter: str) -> str:
    """The grade of a number's evidence in a scenario; empty where it is none of the pathway's."""
    costed = result[scenario]
    given = None if costed.model is None else costed.pathway.parameters.get(parameter.partition(".")[0])
    evidence = None if given is None else given.evidence or costed.pathway.evidence
    return "" if evidence is None else str(evidence.grade)


def _has_own_range(result: RunResult, scenario: str, parameter: str) -> bool:
    """Whether the first scenario states another range of a number that a scenario states: both are moved at once."""
    name = parameter.partition(".")[0]
    first, other = (_stated(result, each) for each in (result.compared[0], scenario))
    return first.get(name) != other.get(name) and parameter in uncertain_names(first)


def _stated(result: RunResult, scenario: str) -> Mapping[str, Parameter]:
    costed = result[scenario]
    return {} if costed.model is None else costed.pathway.parameters


def _single_numbers(chance: Chance, scenario: str) -> pd.DataFrame:
    """The tornado of one scenario, the widest bar first."""
    rows = chance.tables.tornado
    rows = rows[rows["scenario"] == scenario] if len(rows) else rows
    return rows[rows["swing_gbp"].abs() > 0].sort_values("swing_gbp", key=abs, ascending=False, kind="stable")


def overturns(result: RunResult, chance: Chance, scenario: str, change: float) -> str:
    """A sentence of what would turn the change: where it breaks even within what is plausible, else a number at an end of its range."""
    even, alone = chance.tables.break_even, _single_numbers(chance, scenario)
    even = even[even["scenario"] == scenario] if len(even) else even
    if abs(change) < 0.5 or (even.empty and alone.empty):
        return ""
    within = even[even["within_plausible"].fillna(value=False).astype(bool)]
    if len(within):
        nearest = within.sort_values("move_pct", key=abs, kind="stable")
        return _at_break_even(chance, nearest.iloc[0])
    for row in alone.to_dict("records"):
        moves_too = _has_own_range(result, scenario, str(row["parameter"]))
        if told := _turned(row, change, chance.names.scenario(chance.first) if moves_too else ""):
            return f"Overturned {told}"
    return "No single number within its stated range turns this."


def _at_break_even(chance: Chance, row: pd.Series[Any]) -> str:
    first = chance.names.scenario(chance.first)
    if row["lever"] == "volume":
        there, stated = figure(row["break_even"]), figure(row["stated"])
        people = chance.names.said(f"{count(there)} patient{'' if is_one(there) else 's'}")
        start = f"{people} start{'s' if is_one(there) else ''} instead of {count(stated)}"
        if there > stated:
            return f"One-off costs outweigh this: they are made good only if {start}."
        return f"Overturned if only {start}: one-off costs would outweigh it."
    what, unit, there = worded(row["title"], row["lever"]), row["unit"], figure(row["break_even"])
    moves = there - figure(row["stated"])
    if str(unit) == "times":
        told = f"is {percent(abs(moves))} {'higher' if moves > 0 else 'lower'} than stated"
    else:
        told = (
            f"{'rises' if moves > 0 else 'falls'} to {with_unit(there, unit)} (stated {with_unit(row['stated'], unit)})"
        )
    return f"Overturned if “{what}” {told}: then it costs as much as {first}."


def _turned(row: Mapping[Any, Any], change: float, beside: str) -> str:
    """What the change would be at the ends of a number's range that turn its sign; nothing where neither does.

    >>> row = {"low": 0.24, "value": 0.35, "high": 0.45, "unit": "share", "title": "Listed", "parameter": "p"}
    >>> _turned({**row, "change_at_low_gbp": -500.0, "change_at_high_gbp": 900.0}, 200.0, "")
    'if “Listed” is 24%, the low end of its range (stated 35%): then £500 less in total.'
    >>> _turned({**row, "change_at_low_gbp": -500.0, "change_at_high_gbp": -900.0}, 200.0, "Baseline")
    'if “Listed” is at either end of its range, 24% or 45% (stated 35%), and at the same end in Baseline: then £500 less or £900 less in total.'
    """
    there = {end: figure(row[f"change_at_{end}_gbp"]) for end in ("low", "high")}
    ends = [end for end, gbp in there.items() if gbp * change < 0]
    if not ends:
        return ""
    what, unit = worded(row["title"], row["parameter"]), row["unit"]
    values = " or ".join(with_unit(row[end], unit) for end in ends)
    where = f"{values}, the {ends[0]} end of its range" if len(ends) == 1 else f"at either end of its range, {values}"
    stated = f"(stated {with_unit(row['value'], unit)}){f', and at the same end in {beside}' if beside else ''}"
    gives = " or ".join(more_or_less(there[end]) for end in ends)
    return f"if “{what}” is {where} {stated}: then {gives} in total."


def with_unit(value: object, unit: object) -> str:
    """A number of the pathway with its unit, a share in percent.

    >>> with_unit(0.28, "share"), with_unit(4.65, "day"), with_unit(0.6, "ratio"), with_unit(1, "bed_day"), with_unit(0.0004, "share")
    ('28%', '4.65 days', '0.6', '1 bed day', '0.04%')
    """
    if str(unit) == "share":
        share = figure(value)
        return f"{brief(share * 100)}%" if 0 < abs(share) < 0.001 else percent(share).replace(".0%", "%")
    told, words = brief(value), "" if is_missing(unit) or str(unit) == "ratio" else plain(unit).replace("_", " ")
    many = "s" if words.endswith(COUNTED_UNITS) and told != "1" else ""
    return f"{told} {words}{many}".strip()

"""The page's sections of why: where a change arises, by setting and by organisation, and by which factors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import pandas as pd

from pathway_cost.reports.charts.bars import Step, waterfall
from pathway_cost.reports.charts.drawing import Drawing
from pathway_cost.reports.page.page_table import Column, table
from pathway_cost.reports.words import (
    FACTORS,
    Html,
    Names,
    change_words,
    counted_lines,
    joined,
    listed,
    made_wide,
    named,
    number,
    pounds,
    shown_bridge,
    shown_cut,
    shown_totals,
    signed_pounds,
    tag,
    told_pounds,
    undiscounted,
)
from pathway_cost.results.frames import RunResult

WORTH_A_BAR: Final = 0.5  # pounds
MOST_BARS: Final = 7  # parts drawn one by one; the rest is one bar
MOST_SAID: Final = 3  # settings named in a sentence
WORTH_SAYING: Final = 0.01  # of the largest
NOTHING_TO_COMPARE: Final = "One scenario only: nothing to compare."


def arises_section(result: RunResult, names: Names) -> Html:
    """Where each scenario's change arises: in words, then by setting and by organisation, adding up to it."""
    _, *others = result.compared
    if not others:
        return tag("p", NOTHING_TO_COMPARE)
    return joined(_arises(result, names, scenario, first=not at) for at, scenario in enumerate(others))


def _arises(result: RunResult, names: Names, scenario: str, *, first: bool) -> Html:
    cuts = (("setting", result.by_setting, names.setting), ("organisation", result.by_organisation, names.organisation))
    drawings = [
        _cut_drawing(result, names, scenario, cut, _change_by(result, frame, cut, called, scenario))
        for cut, frame, called in cuts
    ]
    words = tag("ul", *(tag("li", each) for each in _in_words(result, names, scenario)))
    pictures = [made for each in drawings for made in (tag("h5", each.heading), each.figure())]
    drawn = tag(
        "details", tag("summary", "Drawn by setting and by organisation"), *pictures, open="open" if first else None
    )
    return joined([tag("h4", names.scenario(scenario)), words, drawn])


def _change_by(
    result: RunResult, frame: pd.DataFrame, cut: str, called: Callable[[str], str], scenario: str
) -> pd.Series[float]:
    """What changes at each part of a cut, in whole pounds, the largest first."""
    shown = shown_cut(result, frame, [cut])
    change = shown[scenario] - shown[result.compared[0]]
    change.index = pd.Index([called(str(name)) for name in change.index])
    return change[change.abs() >= WORTH_A_BAR].sort_values(key=abs, ascending=False, kind="stable")


def _cut_drawing(result: RunResult, names: Names, scenario: str, cut: str, change: pd.Series[float]) -> Drawing:
    """The waterfall of a change by one cut; small parts are one bar."""
    drawn = len(change) if len(change) <= MOST_BARS + 1 else MOST_BARS
    steps = [Step(str(name), float(gbp)) for name, gbp in change.iloc[:drawn].items()]
    rest = change.iloc[drawn:]
    steps += [Step(f"{len(rest)} others, together", float(rest.sum()))] if len(rest) else []
    total = float(change.sum())
    label = f"{names.scenario(scenario)} by {cut}: {signed_pounds(total, 0)}"
    steps.append(Step(f"{change_words(result)}, recurrent", total, "whole"))
    return Drawing(f"By {cut}", waterfall(steps, label=label), f"{_against(result, names)}{undiscounted(result)}.")


def _against(result: RunResult, names: Names) -> str:
    return f"Against {names.scenario(result.compared[0])}"


def _in_words(result: RunResult, names: Names, scenario: str) -> Iterator[str]:
    """What costs less and more, and where more and fewer go, the largest first."""
    pounds_by = _change_by(result, result.by_setting, "setting", names.setting, scenario)
    for side, word in ((pounds_by[pounds_by < 0], "Less"), (pounds_by[pounds_by > 0], "More")):
        if said := [f"{told_pounds(gbp)} at {name}" for name, gbp in _said(side, pounds_by).items()]:
            yield f"{word}: {listed(said)}."
    visits = _visits_by(result, names, scenario)
    for side, word in ((visits[visits > 0], "More"), (visits[visits < 0], "Fewer")):
        if said := [f"{name} ({number(abs(n))})" for name, n in _said(side, visits).items()]:
            yield f"{word} visits to {listed(said)}."
    yield from counted_lines(result, scenario)


def _said(side: pd.Series[float], every: pd.Series[float]) -> pd.Series[float]:
    """The largest few of one side, without what is small beside the largest of both."""
    return side[side.abs() >= WORTH_SAYING * every.abs().max()].iloc[:MOST_SAID]


def _visits_by(result: RunResult, names: Names, scenario: str) -> pd.Series[float]:
    """How many more or fewer visits a setting has, the largest first; of settings only, where pounds are spent."""
    wide = made_wide(result.by_setting, ["setting"], ("scenario", result.compared), "visits")
    change = wide[scenario] - wide[result.compared[0]]
    change = change[[str(name) in names.role_of for name in change.index]]
    change.index = pd.Index([names.setting(str(name)) for name in change.index])
    return change[change.abs() >= 0.5].sort_values(key=abs, ascending=False, kind="stable")


def factors_section(result: RunResult, names: Names) -> Html:
    """Why each scenario differs from the first, factor by factor; interactions by name."""
    bridged = list(dict.fromkeys(result.bridge["scenario"]))
    if not bridged:
        return tag("p", NOTHING_TO_COMPARE)
    return joined(_bridge(result, names, str(scenario)) for scenario in bridged)


def _bridge(result: RunResult, names: Names, scenario: str) -> Html:
    """Why one scenario differs: the waterfall and its figures, one-off costs apart."""
    parts, _ = shown_bridge(result, scenario)
    drawn = bridge_drawing(result, names, scenario)
    cells = [[named(factor, FACTORS), signed_pounds(gbp, 0)] for factor, gbp in parts.itertuples(index=False)]
    made = table(
        "Every factor, whole pounds; interactions are printed by name", [Column("Factor", figures=False), Column("Pounds")],
        cells, total=[_recurrent(result), signed_pounds(float(parts["gbp"].sum()), 0)],
    )  # fmt: skip
    return joined([tag("h4", drawn.heading), tag("div", drawn.figure(), made, class_="pair")])


def bridge_drawing(result: RunResult, names: Names, scenario: str) -> Drawing:
    """The waterfall of why one scenario differs from the first, one-off costs apart."""
    parts, one_off = shown_bridge(result, scenario)
    rows = result.bridge
    rows = rows[rows["scenario"] == scenario]
    origin, level = str(rows["from_scenario"].iloc[0]), str(rows["level"].iloc[0])
    change = float(parts["gbp"].sum())
    steps = [*_steps(parts), Step(_recurrent(result), change, "whole"), Step("One-off costs", one_off, "apart")]
    heading = f"{names.scenario(scenario)}, against {names.scenario(origin)}"
    label = f"{heading}: {signed_pounds(change, 0)} by factor; one-off {pounds(one_off, 0)} apart"
    caption = (
        f"Worked at {level}{undiscounted(result)}, then summed. {names.scenario(origin)} is the zero line "
        f"({pounds(shown_totals(result)[origin], 0)}). One-off costs are the last bar and in no other."
    )
    return Drawing(heading, waterfall(steps, label=label), caption)


def _recurrent(result: RunResult) -> str:
    return f"{change_words(result)}, recurrent"


def _steps(parts: pd.DataFrame) -> list[Step]:
    """The bars of a bridge: one a factor that moved something, one for all interactions."""
    joint = parts["factor"].str.startswith("interaction")
    steps = [
        Step(named(factor, FACTORS), float(gbp))
        for factor, gbp in parts[~joint].itertuples(index=False)
        if abs(float(gbp)) >= WORTH_A_BAR
    ]
    together = float(parts.loc[joint, "gbp"].sum())
    return [*steps, Step("Interactions, together", together)] if abs(together) >= WORTH_A_BAR else steps


WHY_SECTIONS: Final[Mapping[str, Callable[[RunResult, Names], Html]]] = {
    "bridge": arises_section,
    "factors": factors_section,
}
"""Anchor of a section → what stands there."""

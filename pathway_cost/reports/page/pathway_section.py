"""The page's drawing of the pathway: pounds or patients from setting to setting, a scenario at a time, picked without a script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

import pandas as pd

from pathway_cost.reports.charts.drawing import Drawing
from pathway_cost.reports.flows.pathway_picture import MEASURES, Measure, Pictures
from pathway_cost.reports.page.page_table import Column, fold, legend, table
from pathway_cost.reports.words import Html, Names, count, made_wide, pounds, tag
from pathway_cost.results.frames import RunResult

WAY: Final = ["from_setting", "to_setting"]


def pathway_section(result: RunResult, names: Names) -> Html:
    """The pictures, a scenario and a measure at a time, picked without a script."""
    pictures = Pictures.of(result)
    scenarios = list(result.compared)
    picks = [
        tag("input", type="radio", name="scenario", id=f"s{at}", class_="pick", checked=_first(at))
        for at in range(len(scenarios))
    ]
    picks += [
        tag("input", type="radio", name="measure", id=f"m{at}", class_="pick", checked=_first(at))
        for at in range(len(MEASURES))
    ]
    controls = [
        _controls("Scenario", [(f"s{at}", names.scenario(name)) for at, name in enumerate(scenarios)]),
        _controls("Drawn by", [(f"m{at}", names.said(measure.title).lower()) for at, measure in enumerate(MEASURES)]),
    ]
    panels = [
        _panel(pictures, names, (at, scenario), number)
        for at, scenario in enumerate(scenarios)
        for number in range(len(MEASURES))
    ]
    keys = legend(role_keys(names))
    tables = fold("The figures behind the pictures", *_moves(pictures, names, scenarios))
    return tag("div", *picks, *controls, keys, tag("div", *panels, class_="panels"), tables)


def _first(at: int) -> str | None:
    return None if at else "checked"


def _controls(name: str, choices: Sequence[tuple[str, str]]) -> Html:
    labels = [tag("label", words, for_=key) for key, words in choices]
    return tag("div", tag("b", name), *labels, class_="controls")


def _panel(pictures: Pictures, names: Names, scenario: tuple[int, str], number: int) -> Html:
    at, name = scenario
    made = sankey_drawing(pictures, names, name, MEASURES[number])
    caption = tag("figcaption", tag("b", f"{made.heading}. "), made.caption)
    picture = tag("div", made.svg, class_="wide", role="group", tabindex=0, aria_label=made.heading)
    return tag("figure", picture, caption, class_=f"s{at} m{number}")


def sankey_drawing(pictures: Pictures, names: Names, scenario: str, measure: Measure) -> Drawing:
    """How patients or pounds flow in one scenario."""
    heading = f"{names.scenario(scenario)}: {names.said(measure.title).lower()}"
    svg = pictures.draw(scenario, measure, names, title=f"{heading}, from setting to setting")
    return Drawing(heading, svg, names.said(measure.caption), role_keys(names))


def role_keys(names: Names) -> tuple[tuple[str, str], ...]:
    """The roles that any setting has, each with its colour."""
    roles = set(names.role_of.values())
    return tuple((names.role(role), names.role_colour(role)) for role in names.roles if role in roles)


def _moves(pictures: Pictures, names: Names, scenarios: Sequence[str]) -> Iterator[Html]:
    """What the pictures draw in figures: a table a measure, a column a scenario."""
    moves = pd.concat([pictures.table(name).assign(scenario=name) for name in scenarios], ignore_index=True)
    columns = [
        Column("From", figures=False),
        Column("To", figures=False),
        *(Column(names.scenario(name)) for name in scenarios),
    ]
    for called, measure in ((names.said("Patients"), "patients_moved"), ("Pounds from there on", "gbp_ahead")):
        wide = made_wide(moves, WAY, ("scenario", scenarios), measure)
        written = count if measure == "patients_moved" else partial(pounds, digits=0)
        cells = [
            [*map(names.setting, map(str, way)), *map(written, row)]
            for way, row in zip(wide.index, wide.to_numpy(), strict=True)
        ]
        yield table(called, columns, cells)


def picture_rules(scenarios: int) -> str:
    """The rules that show the picture picked and mark its buttons, so that no script is needed."""
    shown = ",".join(
        f"#s{s}:checked~#m{m}:checked~.panels .s{s}.m{m}" for s in range(scenarios) for m in range(len(MEASURES))
    )
    ids = [*(f"s{s}" for s in range(scenarios)), *(f"m{m}" for m in range(len(MEASURES)))]
    picked = ",".join(f"#{name}:checked~.controls label[for={name}]" for name in ids)
    focused = ",".join(f"#{name}:focus-visible~.controls label[for={name}]" for name in ids)
    return (
        f"{shown}{{display:block}}{picked}{{background:#005eb8;border-color:#005eb8;color:#fff}}"
        f"{focused}{{outline:3px solid #ffb81c;outline-offset:1px}}"
    )

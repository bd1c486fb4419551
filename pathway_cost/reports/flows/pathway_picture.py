"""The pathway drawn as Sankeys: by expected pounds and by patients, a picture a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pathway_cost.reports.flows.flow import START, Flow, pathway_flow
from pathway_cost.reports.flows.sankey import NODE_WIDTH, lay_out
from pathway_cost.reports.flows.sankey_labels import LINE, name_lines, room_in
from pathway_cost.reports.flows.sankey_order import Band, Plan, plan
from pathway_cost.reports.flows.sankey_svg import LABEL_WIDTH, NodeText, draw
from pathway_cost.reports.words import Html, Names, count, pounds, rows_of, short_pounds
from pathway_cost.results.frames import RunResult

WIDTH, HEIGHT, STEP = 1124.0, 430.0, 92.0  # pixels: the whole picture, its fullest layer, the least step
FAINT = 1e-6  # a band below this share of the whole is not drawn


@dataclass(frozen=True)
class Measure:
    """What the thickness of the bands and bars stands for: pounds or patients."""

    name: str
    title: str
    band: str
    node: str
    caption: str


POUNDS = Measure(
    "pounds", "Expected pounds", "gbp_ahead", "gbp_ahead",
    "A band is what the patients on it will go on to cost, from the setting it leads to until their pathways end. "
    "The full-coloured part of a bar is spent at that setting; the pale part is spent after it.",
)  # fmt: skip
PATIENTS = Measure(
    "patients", "Patients", "patients_moved", "visits",
    "A band is the expected number of patients who move from one setting to the next; a bar is the expected visits. "
    "The full-coloured part of a bar ends there, or is still there when the study's time is up.",
)  # fmt: skip
MEASURES = (POUNDS, PATIENTS)


@dataclass(frozen=True, repr=False)
class Pictures:
    """The flows of every scenario, and the plan that all pictures share."""

    flows: Mapping[str, Flow]
    plan: Plan

    @classmethod
    def of(cls, result: RunResult) -> Pictures:
        """Work the flows out once; the plan comes from every scenario's bands together."""
        flows = {name: _flow(result, name) for name in result.compared}
        moves = pd.concat([_weighed(flow.moves) for flow in flows.values()], ignore_index=True)
        ways = moves.groupby(["from_setting", "to_setting"], sort=False)["weight"].sum()
        bands = [
            Band(row["from_setting"], row["to_setting"], row["weight"])
            for row in rows_of(ways.reset_index())
            if row["weight"] > 0
        ]
        met = {end for band in bands for end in (band.source, band.target)}
        settings = dict.fromkeys(str(name) for flow in flows.values() for name in flow.settings.index)
        return cls(flows, plan([name for name in settings if name in met], bands))

    def draw(self, scenario: str, measure: Measure, names: Names, *, title: str) -> Html:
        """One scenario's picture by one measure, as SVG."""
        flow = self.flows[scenario]
        known = flow.settings[measure.node].to_dict()
        sizes = {key: float(known[key]) for key in self.plan.columns if key in known}
        least = FAINT * max([*sizes.values(), 0.0])
        moves = {(row["from_setting"], row["to_setting"]): row for row in rows_of(flow.moves)}
        bands = [Band(*way, float(row[measure.band])) for way, row in moves.items() if row[measure.band] > least]
        bands = [band for band in bands if band.source != band.target]  # staying is not drawn
        drawn = {end for band in bands for end in (band.source, band.target)}
        sizes = {key: size for key, size in sizes.items() if key in drawn or size > least}
        deepest = max([self.plan.columns[key] for key in sizes], default=0)
        step = max((WIDTH - LABEL_WIDTH - NODE_WIDTH) / max(deepest, 1), STEP)
        room = room_in(step)
        lines = max((len(name_lines(names.setting(key), room)) for key in sizes), default=1)
        layout = lay_out(sizes, bands, self.plan, step=step, height=HEIGHT, padding=LINE * (lines + 1) + 2)
        nodes = _nodes(flow, measure, names, sizes)
        words = {way: _band_words(row, names) for way, row in moves.items()}
        return draw(layout, nodes, words, label=title, room=room)

    def table(self, scenario: str) -> pd.DataFrame:
        """The figures behind a scenario's pictures: from_setting, to_setting, patients_moved, gbp_ahead."""
        moves = self.flows[scenario].moves
        return moves[moves["patients_moved"] > 0].reset_index(drop=True)


def _flow(result: RunResult, scenario: str) -> Flow:
    costed = result[scenario]
    pathways = () if costed.model is None else costed.model.pathways.values()
    staying = {name for pathway in pathways for name, setting in pathway.settings.items() if setting.is_cycle}
    flow = pathway_flow(costed.cube.frame, costed.visit_rows, costed.flow_rows, staying=staying)
    first = flow.moves["from_setting"] == START
    if flow.moves.loc[first & (flow.moves["patients_moved"] > 0), "to_setting"].unique().size > 1:
        return flow
    return Flow(flow.settings.drop(index=START), flow.moves[~first])


def _weighed(moves: pd.DataFrame) -> pd.DataFrame:
    """Patients and pounds of each band, each as a share of its largest; credits weigh nothing."""
    people, ahead = moves["patients_moved"], moves["gbp_ahead"].clip(lower=0.0)
    return moves.assign(weight=people / max(people.max(), 1e-9) + ahead / max(ahead.max(), 1e-9))


def _nodes(flow: Flow, measure: Measure, names: Names, sizes: Mapping[str, float]) -> dict[str, NodeText]:
    """What each node says, and how much of it stays there."""
    spent = flow.settings["gbp"].to_dict()
    leaving = flow.moves.groupby("from_setting")[measure.band].sum().to_dict()
    nodes = {}
    for key, size in sizes.items():
        kept = spent[key] if measure is POUNDS else size - leaving.get(key, 0.0)
        here = f"{short_pounds(spent[key])} here" if round(spent[key]) else ""
        figure = here if measure is POUNDS else count(size)
        nodes[key] = NodeText(names.setting(key), figure, names.colour(key), kept / size if size > 0 else 1.0)
    return nodes


def _band_words(row: Mapping[str, Any], names: Names) -> str:
    return (
        f"{names.setting(row['from_setting'])} to {names.setting(row['to_setting'])}: "
        f"{count(row['patients_moved'])} {names.people}, {pounds(row['gbp_ahead'], 0)} from there on"
    )

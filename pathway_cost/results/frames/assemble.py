"""From costed scenarios to the frames of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pathway_cost.results.compared.comparison import Comparison
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.frames import cuts
from pathway_cost.results.frames.assumptions import assumptions
from pathway_cost.results.frames.coverage import coverage
from pathway_cost.results.frames.frames import COLUMNS, Tables
from pathway_cost.results.frames.prices_in_use import unit_costs_used
from pathway_cost.results.frames.registers import beside, changes
from pathway_cost.results.frames.summary import summary


def assemble(
    costed: Mapping[str, CostedPathway],
    *,
    report_per: Sequence[str] = (),
    claims: pd.DataFrame | None = None,
    backcast: pd.DataFrame | None = None,
) -> Tables:
    """Costed scenarios to every frame of a run; the first scenario is what the others are compared with.

    Args:
        costed: scenario → result, in the order compared.
        report_per: settings whose patients are denominators of the summary.
        claims: the claim table of the PLICS extracts, exact decimals.
        backcast: its proof by organisation and year.

    Raises:
        ComparisonFaults: scenarios that must not be compared.
        EngineFaults: `report_per` names a setting that no scenario has.
    """
    return Tables(
        summary=summary(costed, report_per),
        by_setting=cuts.by_setting(costed),
        by_organisation=cuts.by_organisation(costed),
        by_component=cuts.by_component(costed),
        by_segment=cuts.by_segment(costed),
        bridge=bridge(costed),
        beside=beside(costed),
        unit_costs_used=unit_costs_used(costed),
        coverage=coverage(claims, backcast),
        assumptions=assumptions(costed),
        changes=changes(costed),
    )


def bridge(costed: Mapping[str, CostedPathway]) -> pd.DataFrame:
    """The bridge by factor from the first scenario to each of the others."""
    first, *others = costed.values()
    frames = [
        Comparison(first, each).bridge().assign(scenario=each.scenario, from_scenario=first.scenario) for each in others
    ]
    columns = list(COLUMNS["bridge"])
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)

"""From costed scenarios to the tables of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import pandas as pd

from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.frames.catalogue import TABLES
from pathway_cost.results.frames.coverage import coverage
from pathway_cost.results.frames.frames import Tables
from pathway_cost.results.frames.summary import summary

NOTHING_ASKED: Final[Mapping[str, pd.DataFrame]] = MappingProxyType({})


def assemble(
    costed: Mapping[str, CostedPathway],
    *,
    report_per: Sequence[str] = (),
    claims: pd.DataFrame | None = None,
    backcast: pd.DataFrame | None = None,
    asked: Mapping[str, pd.DataFrame] = NOTHING_ASKED,
) -> Tables:
    """Costed scenarios to every table of a run; the first scenario is what the others are compared with.

    Args:
        costed: scenario → result, in the order compared.
        report_per: settings whose patients are denominators of the summary.
        claims: the claim table of the PLICS extracts, exact decimals, with what of it is hidden unless all is made up.
        backcast: its proof by organisation and year.
        asked: tables by name that are made of more than costed scenarios: draws, alternatives, sampled patients.

    Raises:
        ComparisonFaults: scenarios that must not be compared.
        EngineFaults: `report_per` names a setting that no scenario has.
        ValueError: a table that the catalogue does not have, or with other columns than it declares.
    """
    to_share = not any(each.synthetic for each in costed.values())
    covered = coverage(claims, backcast, to_share=to_share)
    given = {"summary": summary(costed, report_per), "coverage": covered, **asked}
    makers = {name: table.maker for name, table in TABLES.items() if name not in given}
    return Tables(given | {name: maker(costed) for name, maker in makers.items() if maker is not None})

"""Whole-pathway patient-level costing: pathways of care × unit costs × a cohort, and what changes them.

`specs` says what happens, `tables` to whom and at what price, `plics` what trusts record, `engine` does the arithmetic,
`results` says what it means, `study` brings what a study file names, `costing.py` joins them in one line, `reports` says how
it reads, `cli` is the command. Read `costing.py` first; docs/architecture.md shows the whole house.

>>> import pathway_cost as pc
>>> pathway = pc.load_pathway({
...     "pathway": "cataract", "roles": {"acute": {"kind": "acute"}},
...     "unit_costs": {"cataract.day_case": {"unit": "episode", "covers": "whole"}},
...     "start": {"surgery": 1}, "ends": ["home"],
...     "settings": {"surgery": {"role": "acute", "uses": [{"unit_cost": "cataract.day_case"}]}},
...     "routes": {"surgery": {"surgery": 0.1, "home": "rest"}},
... })
>>> prices = pc.UnitCosts.from_frame({
...     "unit_cost": ["cataract.day_case"], "organisation": ["RXX"], "value_gbp": [1428.0], "unit": ["episode"],
...     "covers": ["whole"], "price_year": ["2024-25"], "source": ["National Schedule 2024/25, BZ34 day case"]})
>>> cohort = pc.Cohort.alike(100)
>>> costed = pc.cost_pathway(pathway, cohort, prices, {"all": {"acute": "RXX"}}, price_year="2024-25")
>>> round(costed.cost_per_patient_gbp, 2)    # 1,428 ÷ (1 − 0.1): one patient in ten comes back
1586.67
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from pathway_cost.display import shown_by
from pathway_cost.version import __version__

if TYPE_CHECKING:
    from pathway_cost.costing import check, cost_pathway, prepare, run
    from pathway_cost.errors import (
        ComparisonFaults,
        EngineFaults,
        OutputFaults,
        PathwayCostError,
        PlicsFaults,
        PriceFaults,
        Problem,
        SpecFaults,
        StudyChangedWarning,
        TableFaults,
    )
    from pathway_cost.prepared import PreparedStudy
    from pathway_cost.reports.files.folder import write
    from pathway_cost.rerun import verify
    from pathway_cost.results.compared.comparison import Comparison, compare
    from pathway_cost.results.costed.costed import CostedPathway
    from pathway_cost.results.frames import RunResult, to_arrow, to_polars
    from pathway_cost.specs.format import Pathway, Scenario
    from pathway_cost.study.load import LoadedStudy, load_study
    from pathway_cost.study.lone_specs import load_pathway, load_scenario
    from pathway_cost.study.prices_alone import read_plics, unit_costs_from
    from pathway_cost.tables.cohort.cohort import Cohort
    from pathway_cost.tables.prices.unit_costs import UnitCosts

__all__ = [
    "Cohort",
    "Comparison",
    "ComparisonFaults",
    "CostedPathway",
    "EngineFaults",
    "LoadedStudy",
    "OutputFaults",
    "Pathway",
    "PathwayCostError",
    "PlicsFaults",
    "PreparedStudy",
    "PriceFaults",
    "Problem",
    "RunResult",
    "Scenario",
    "SpecFaults",
    "StudyChangedWarning",
    "TableFaults",
    "UnitCosts",
    "__version__",
    "check",
    "compare",
    "cost_pathway",
    "load_pathway",
    "load_scenario",
    "load_study",
    "prepare",
    "read_plics",
    "run",
    "to_arrow",
    "to_polars",
    "unit_costs_from",
    "verify",
    "write",
]

_ERRORS = (
    "ComparisonFaults", "EngineFaults", "OutputFaults", "PathwayCostError", "PlicsFaults", "PriceFaults", "Problem",
    "SpecFaults", "StudyChangedWarning", "TableFaults",
)  # fmt: skip
_HOMES = {
    **dict.fromkeys(_ERRORS, "pathway_cost.errors"),
    "Cohort": "pathway_cost.tables.cohort.cohort",
    "Comparison": "pathway_cost.results.compared.comparison",
    "CostedPathway": "pathway_cost.results.costed.costed",
    "LoadedStudy": "pathway_cost.study.load",
    "Pathway": "pathway_cost.specs.format",
    "PreparedStudy": "pathway_cost.prepared",
    "RunResult": "pathway_cost.results.frames.run_result",
    "Scenario": "pathway_cost.specs.format",
    "UnitCosts": "pathway_cost.tables.prices.unit_costs",
    "check": "pathway_cost.costing",
    "compare": "pathway_cost.results.compared.comparison",
    "cost_pathway": "pathway_cost.costing",
    "load_pathway": "pathway_cost.study.lone_specs",
    "load_scenario": "pathway_cost.study.lone_specs",
    "load_study": "pathway_cost.study.load",
    "prepare": "pathway_cost.costing",
    "read_plics": "pathway_cost.study.prices_alone",
    "run": "pathway_cost.costing",
    "to_arrow": "pathway_cost.results.frames.other_libraries",
    "to_polars": "pathway_cost.results.frames.other_libraries",
    "unit_costs_from": "pathway_cost.study.prices_alone",
    "verify": "pathway_cost.rerun",
    "write": "pathway_cost.reports.files.folder",
}

shown_by("pathway_cost.reports.notebook")

if not TYPE_CHECKING:  # a type checker knows the names by the imports above, and no others

    def __getattr__(name: str) -> Any:
        """Import a public name when it is first used, so that `import pathway_cost` is instant."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)

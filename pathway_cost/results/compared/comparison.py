"""Two scenarios side by side: the change, its volume and rate, every cut, and the bridge."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.display import DrawsItself
from pathway_cost.engine.pounds.effects import ChangeEffect
from pathway_cost.errors import ComparisonFaults, Problem, raise_if_any
from pathway_cost.results.compared.bridge import LEVEL, ONE_OFF, factor_parts
from pathway_cost.results.compared.bridge_changes import change_parts, steps_after
from pathway_cost.results.compared.bridge_lines import bridge_lines
from pathway_cost.results.compared.comparable import unlike, unlike_periods
from pathway_cost.results.costed.attribute_cuts import check_cuts, cut_by
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.costed.denominators import change_pct

ORDERED: Final = "each change after those before it, in order"


@dataclass(frozen=True)
class Volume:
    """The change in two parts that sum to it: more or fewer patients, and another cost a patient.

    >>> split = volume_and_rate(900_000.0, 100.0, 960_000.0, 120.0)
    >>> split.volume_gbp, split.rate_gbp
    (180000.0, -120000.0)
    """

    patients_change: float
    volume_gbp: float
    """Patients more × the cost a patient before."""
    rate_gbp: float
    """Patients after × the change in cost a patient."""


@dataclass(frozen=True, eq=False)
class Comparison(DrawsItself):
    """Two results on the same patients, and what changes from `before` to `after`: a cost reduction is negative.

    Raises:
        ComparisonFaults: unlike pathways, price years, cohorts, bases, or market forces factors.
    """

    before: CostedPathway
    after: CostedPathway
    steps: Callable[[], Sequence[ChangeEffect]] = tuple
    """Gives the totals of `after` from the baseline on, change by change, when the bridge by change is asked for."""

    def __post_init__(self) -> None:
        raise_if_any(unlike(self.before, self.after), ComparisonFaults)

    def __repr__(self) -> str:
        """What is compared; the figures stand in its tables."""
        return f"Comparison of {self.before.scenario} and {self.after.scenario}"

    @property
    def change_total_gbp(self) -> float:
        """Change of the recurrent total."""
        return self.after.total_gbp - self.before.total_gbp

    @property
    def change_per_patient_gbp(self) -> float:
        """Change of the cost a patient starting."""
        return self.after.cost_per_patient_gbp - self.before.cost_per_patient_gbp

    @property
    def change_pct(self) -> float:
        """Change of the recurrent total, in percent of what it was."""
        return change_pct(self.before.total_gbp, self.after.total_gbp)

    @property
    def patients_change(self) -> float:
        """Patients more (or, below 0, fewer)."""
        return self.volume().patients_change

    @property
    def change_one_off_gbp(self) -> float:
        """Change of the costs that fall once; never part of the recurrent change."""
        return self.after.one_off_gbp - self.before.one_off_gbp

    def volume(self) -> Volume:
        """The recurrent change in volume and rate (R21)."""
        return volume_and_rate(self.before.total_gbp, self.before.patients, self.after.total_gbp, self.after.patients)

    @property
    def notes(self) -> tuple[Problem, ...]:
        """Warnings and notes of both sides, each once."""
        return tuple(dict.fromkeys([*self.before.notes, *self.after.notes]))

    def by(self, *cuts: terms.Cut | str) -> pd.DataFrame:
        """Pounds of both sides by any cuts and attributes: the cuts, from_gbp, to_gbp, change_gbp; a key one side lacks is £0.00 there.

        Raises:
            ValueError: no cut, one given twice, or a word that is none.
            EngineFaults: periods are asked for, and nobody was followed through time.
            ComparisonFaults: periods are asked for, and they are not of the same days.
        """
        check_cuts(cuts, self.before.attributes)
        if terms.PERIOD in cuts:
            raise_if_any(unlike_periods(self.before, self.after), ComparisonFaults)
        before, after = (
            cut_by(cuts, each.segments, each.attributes, each.cube.by) for each in (self.before, self.after)
        )
        return side_by_side(before, after, list(cuts))

    def bridge(self, by: Literal["factor", "change"] = "factor") -> pd.DataFrame:
        """Why the figure changed, adding up exactly: position, factor, gbp, level; one-off costs are the last row.

        Args:
            by: `factor`, at segment × arm × setting × use: patients, routing, quantity, organisation, unit cost and
                their interactions by name (R19); or `change`, what each change of the scenario added after those
                before it.

        Raises:
            ComparisonFaults: by change, where the totals after each change were not kept.
            ValueError: by anything else.
        """
        if by not in ("factor", "change"):
            raise ValueError(f"a bridge is by 'factor' or by 'change', not by {by!r}")
        parts, level = (self._by_factor(), LEVEL) if by == "factor" else (self._by_change(), ORDERED)
        self._check_closes([gbp for _, gbp in parts])
        rows = [*parts, (ONE_OFF, self.change_one_off_gbp)]
        frame = pd.DataFrame(rows, columns=["factor", terms.GBP]).assign(level=level)
        frame.insert(0, "position", np.arange(1, len(rows) + 1))
        return frame

    def _by_factor(self) -> list[tuple[str, float]]:
        return list(factor_parts(bridge_lines(self.before, self.after)).items())

    def _by_change(self) -> list[tuple[str, float]]:
        first, second = (_scenarios(costed) for costed in (self.before, self.after))
        steps = steps_after(self.steps(), from_scenarios=first, to_scenarios=second)
        if steps is None or (not steps and self.change_total_gbp):
            what = f"the totals after each change from {self.before.scenario} to {self.after.scenario} were not kept"
            raise ComparisonFaults([Problem("changes_not_kept", what, remedy="ask for the bridge by factor")])
        return change_parts(steps, from_total_gbp=self.before.total_gbp, to_total_gbp=self.after.total_gbp)

    def _check_closes(self, parts: Sequence[float]) -> None:
        scale = abs(self.before.total_gbp) + abs(self.after.total_gbp) + sum(map(abs, parts))
        if not abs(sum(parts) - self.change_total_gbp) <= terms.RELATIVE_TOLERANCE * scale:
            raise ArithmeticError(f"the bridge sums to {sum(parts)!r}, the change is {self.change_total_gbp!r}")


def compare(before: CostedPathway, after: CostedPathway) -> Comparison:
    """Two results side by side.

    Raises:
        ComparisonFaults: what is no result; unlike pathways, price years, cohorts, bases, or market forces factors.
    """
    raise_if_any(
        (_no_result(each) for each in (before, after) if not isinstance(each, CostedPathway)), ComparisonFaults
    )
    return Comparison(before, after)


def _no_result(given: object) -> Problem:
    what, remedy = f"a {type(given).__name__} is no result", "give what was costed, such as `result['baseline']`"
    return Problem("no_result", what, remedy=remedy)


def bridges(costed: Mapping[str, CostedPathway]) -> pd.DataFrame:
    """The bridge by factor from the first scenario to each of the others, with the names of both."""
    first, *others = costed.values()
    frames = [
        Comparison(first, each).bridge().assign(scenario=each.scenario, from_scenario=first.scenario) for each in others
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def volume_and_rate(before_gbp: float, before_patients: float, after_gbp: float, after_patients: float) -> Volume:
    """The change of a total in volume and rate; without patients before, both parts are unknown."""
    dust = abs(after_patients - before_patients) <= terms.RELATIVE_TOLERANCE * before_patients
    patients = 0.0 if dust else after_patients - before_patients
    volume = patients * before_gbp / before_patients if before_patients else float("nan")
    return Volume(patients, volume, after_gbp - before_gbp - volume)


def side_by_side(before: pd.DataFrame, after: pd.DataFrame, cuts: list[str]) -> pd.DataFrame:
    """Two cuts joined: the keys of `before` first, then what only `after` has."""
    sides = [
        dict(zip(zip(*(frame[cut].tolist() for cut in cuts), strict=True), frame[terms.GBP].tolist(), strict=True))
        for frame in (before, after)
    ]
    keys = list(dict.fromkeys([*sides[0], *sides[1]]))
    types: dict[str, Any] = {cut: before[cut].dtype if cut in (terms.SEGMENT, terms.PERIOD) else "str" for cut in cuts}
    labels = {cut: pd.array([key[place] for key in keys], dtype=types[cut]) for place, cut in enumerate(cuts)}
    gbp = [np.array([side.get(key, 0.0) for key in keys], dtype=np.float64) for side in sides]
    return pd.DataFrame({**labels, "from_gbp": gbp[0], "to_gbp": gbp[1], "change_gbp": gbp[1] - gbp[0]})


def _scenarios(costed: CostedPathway) -> tuple[str, ...]:
    return () if costed.scenario == terms.BASELINE else tuple(costed.scenario.split("+"))

"""A prepared study in which inputs are put back, one after the other, to what another run had: what each costs is its pounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from pathway_cost import terms
from pathway_cost.earlier.differences import STUDY, Difference, How
from pathway_cost.earlier.earlier_run import EarlierRun
from pathway_cost.earlier.prices_put_back import Bundles, beside_theirs, theirs_first
from pathway_cost.earlier.specs_put_back import with_edits
from pathway_cost.engine.pounds.lives import Lives
from pathway_cost.errors import PathwayCostError
from pathway_cost.prepared import PreparedStudy, answers_of
from pathway_cost.study.inputs import CodedCohort, case_of, patients_of, to_share
from pathway_cost.study.load import LoadedStudy

MEASURES: Final = {"total_gbp": terms.GBP, "present_value_gbp": terms.PRESENT_VALUE_GBP}
"""What a record calls a total → the pounds of a cube that it is the sum of."""
OF_PATIENTS: Final = frozenset({"cohort", "attributes", "footprint"})
"""Entries of a study or pathway by which patients are read."""
OfPrice = tuple[str, str]
"""Organisation and unit cost."""


class Costs(NamedTuple):
    """What scenarios cost at certain inputs."""

    totals: Mapping[str, float]
    by_price: Mapping[str, Mapping[OfPrice, float]]
    """Scenario → the pounds of each organisation and unit cost."""

    def of(self, scenario: str, price: OfPrice) -> float:
        """The pounds of one price in a scenario."""
        return self.by_price[scenario].get(price, 0.0)


@dataclass(frozen=True, eq=False)
class Inputs:
    """Everything that a costing stands on, some of it put back."""

    loaded: LoadedStudy
    cohort: CodedCohort
    patients_from: Path | None
    """The study from whose folder the cohort was read."""
    with_other_prices: bool = False


class Step(NamedTuple):
    """Differences that were put back together, and what all cost before and after."""

    differences: tuple[Difference, ...]
    before: Costs
    after: Costs


@dataclass(frozen=True, eq=False)
class PutBack:
    """One run's study, prepared, and the other run, whose inputs are put in."""

    ready: PreparedStudy
    other: EarlierRun
    other_is_old: bool
    """Whether old values are put back, or new ones put in."""
    scenarios: tuple[str, ...]
    measure: str
    """Which total of the record is followed."""
    cohort_from: Path | None = None
    """The study beside which the other run's file of patients lies as it was; None where there is no such file."""

    def start(self) -> Inputs:
        """The study as it is."""
        return Inputs(self.ready.loaded, self.ready.answers.case.cohort, self.ready.loaded.path)

    def steps(self, differences: Sequence[Difference]) -> Iterator[Step]:
        """Each difference put in, in order; what cannot be by itself is put in together with a later one, or not at all.

        Args:
            differences: in the order in which they are put in.
        """
        here, waiting = self.start(), list[tuple[Difference, ...]]()
        costs = self.cost(here)
        for block in _blocks(differences):
            pairs = ((each, block) for each in waiting)
            for together in dict.fromkeys([(*waiting, block), (block,), *pairs]):
                put = tuple(each for part in together for each in part)
                try:
                    there = self._put(here, put)
                    after = self.cost(there)
                except PathwayCostError:
                    continue
                yield Step(put, costs, after)
                here, costs = there, after
                waiting = [each for each in waiting if each not in together]
                break
            else:
                waiting.append(block)

    def can(self, difference: Difference) -> bool:
        """Whether the other run's value of an input can be put in: of patients, where their file is there."""
        is_cohort = difference.edit is not None and difference.edit.path == ("cohort",)
        return difference.how in (How.EDIT, How.PRICE) and not (is_cohort and self.cohort_from is None)

    # --- costing -----------------------------------------------------------------------------------------------------
    def cost(self, inputs: Inputs) -> Costs:
        """What the scenarios cost at some inputs. Raises PathwayCostError where they cannot be costed."""
        prices = beside_theirs if not inputs.with_other_prices else theirs_first
        own, bundles = self.ready.priced.prices, bundles_of(self.ready)
        lives = Lives(case_of(inputs.loaded, inputs.cohort), prices(own, self.other.prices, bundles))
        answers = answers_of(inputs.loaded, lives, keep_patients=False)
        found = {name: answers.costed(name)[1] for name in self.scenarios}
        return Costs(
            {name: float(getattr(each, self.measure)) for name, each in found.items()},
            {name: _by_price(each.cube, MEASURES[self.measure]) for name, each in found.items()},
        )

    # --- putting in --------------------------------------------------------------------------------------------------
    def _put(self, inputs: Inputs, differences: tuple[Difference, ...]) -> Inputs:
        """Some inputs with others put in, all at once. Raises PathwayCostError where they do not fit."""
        edits = [each.edit for each in differences if each.edit is not None]
        has_prices = inputs.with_other_prices or any(each.how is How.PRICE for each in differences)
        made = replace(inputs, with_other_prices=has_prices)
        if not edits:
            return made
        made = replace(made, loaded=with_edits(inputs.loaded, edits, old=self.other_is_old))
        if any(edit.spec == STUDY and edit.path[0] == "cohort" for edit in edits):
            made = replace(made, patients_from=self.cohort_from)
        if all(edit.path[0] not in OF_PATIENTS for edit in edits):
            return made
        patients, _ = patients_of(replace(made.loaded, path=made.patients_from))
        return replace(made, cohort=to_share(made.loaded, patients)[0])


def _by_price(cube: Any, measure: str) -> dict[OfPrice, float]:
    """The pounds of each organisation and unit cost."""
    cut = cube.by(terms.ORGANISATION, terms.UNIT_COST)
    pounds = cut[measure] if measure in cut else cut[terms.GBP]
    keys = zip(cut[terms.ORGANISATION].astype("str"), cut[terms.UNIT_COST].astype("str"), strict=True)
    return dict(zip(keys, pounds.tolist(), strict=True))


def _blocks(differences: Sequence[Difference]) -> list[tuple[Difference, ...]]:
    """One by one, but all prices together: their pounds are told apart by whose they are."""
    prices = tuple(each for each in differences if each.how is How.PRICE)
    return list(dict.fromkeys(prices if each in prices else (each,) for each in differences))


def bundles_of(ready: PreparedStudy) -> Bundles:
    """Bundle → the key that stands in for its parts, and those."""
    needed = ready.needed
    return {
        bundle: (stand_in, frozenset(key for key, each in needed.declared.items() if each.bundle == bundle))
        for bundle, stand_in in needed.bundles.items()
    }

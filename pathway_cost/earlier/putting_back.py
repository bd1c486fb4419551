"""A prepared study in which inputs are put back, one after the other, to what another run had: what each costs is its pounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd

from pathway_cost import terms
from pathway_cost.earlier.differences import ABSENT, PATHWAY, STUDY, Difference, Edit, How
from pathway_cost.earlier.earlier_run import EarlierRun, PriceKey
from pathway_cost.engine.pounds.lives import Lives
from pathway_cost.errors import PathwayCostError
from pathway_cost.prepared import PreparedStudy, answers_of
from pathway_cost.specs.format import Pathway, Scenario, Spec, Study
from pathway_cost.specs.reading.given_specs import given_spec
from pathway_cost.study.checked_study import LoadedStudy, checked
from pathway_cost.study.inputs import case_of, patients_of, to_share
from pathway_cost.study.needs import Needed, needed_by
from pathway_cost.tables.cohort.cohort import CodedCohort
from pathway_cost.tables.prices.prices import PRICE_COLUMNS, Prices

MEASURES: Final = {"total_gbp": terms.GBP, "present_value_gbp": terms.PRESENT_VALUE_GBP}
"""What a record calls a total → the pounds of a cube that it is the sum of."""
OF_PATIENTS: Final = frozenset({"cohort", "attributes", "footprint"})
"""Entries of a study or pathway by which patients are read."""


class Costs(NamedTuple):
    """What scenarios cost at certain inputs."""

    totals: Mapping[str, float]
    by_price: Mapping[str, Mapping[PriceKey, float]]
    """Scenario → the pounds of each organisation and unit cost."""

    def of(self, scenario: str, price: PriceKey) -> float:
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
            for together in dict.fromkeys([(*waiting, block), (block,)]):
                try:
                    there = self._put(here, tuple(each for part in together for each in part))
                    after = self.cost(there)
                except PathwayCostError:
                    continue
                yield Step(tuple(each for part in together for each in part), costs, after)
                here, costs = there, after
                waiting = [each for each in waiting if each not in together]
                break
            else:
                waiting.append(block)

    # --- costing -----------------------------------------------------------------------------------------------------
    def cost(self, inputs: Inputs) -> Costs:
        """What the scenarios cost at some inputs. Raises PathwayCostError where they cannot be costed."""
        case = case_of(inputs.loaded, inputs.cohort)
        lives = Lives(case, self._prices(needed_by(case), other=inputs.with_other_prices))
        answers = answers_of(inputs.loaded, lives, keep_patients=False)
        found = {name: answers.costed(name)[1] for name in self.scenarios}
        return Costs(
            {name: float(getattr(each, self.measure)) for name, each in found.items()},
            {name: _by_price(each.cube, MEASURES[self.measure]) for name, each in found.items()},
        )

    def _prices(self, needed: Needed, *, other: bool) -> Prices:
        """The study's own prices, and the other run's where those have none; or the other's before its own."""
        prices, theirs = self.ready.priced.prices, self.other.prices
        if not theirs:
            return prices
        own = list(zip(prices.frame[terms.ORGANISATION], prices.frame[terms.UNIT_COST], strict=True))
        if other:
            kept, added = prices.frame[[key not in theirs for key in own]], list(theirs.values())
        else:
            kept, added = prices.frame, [rows for key, rows in theirs.items() if key not in set(own)]
        frame = pd.concat([kept, *(rows[list(PRICE_COLUMNS)] for rows in added)], ignore_index=True)
        known = set() if other else {organisation for organisation, _ in own}
        return replace(prices, frame=frame, replaced=self._replaced(needed, prices.replaced, known))

    def _replaced(self, needed: Needed, own: frozenset[tuple[str, str]], known: set[str]) -> frozenset[tuple[str, str]]:
        """(organisation, bundle) priced by the key that stands in: of organisations that are not known, as the other run had it."""
        found = set(own)
        for organisation in {each for each, _ in self.other.prices} - known:
            for bundle, stand_in in needed.bundles.items():
                parts = {key for key, each in needed.declared.items() if each.bundle == bundle}
                priced = {key for each, key in self.other.prices if each == organisation}
                if stand_in in priced and not parts <= priced:
                    found.add((organisation, bundle))
                elif parts & priced:
                    found.discard((organisation, bundle))
        return frozenset(found)

    # --- putting in --------------------------------------------------------------------------------------------------
    def _put(self, inputs: Inputs, differences: tuple[Difference, ...]) -> Inputs:
        """Some inputs with others put in, all at once. Raises PathwayCostError where they do not fit."""
        edits = [each.edit for each in differences if each.edit is not None]
        has_prices = inputs.with_other_prices or any(each.how is How.PRICE for each in differences)
        made = replace(inputs, with_other_prices=has_prices)
        if not edits:
            return made
        made = replace(made, loaded=self._edited(inputs.loaded, edits))
        if any(edit.spec == STUDY and edit.path[0] == "cohort" for edit in edits):
            made = replace(made, patients_from=self.cohort_from)
        if all(edit.path[0] not in OF_PATIENTS for edit in edits):
            return made
        patients, _ = patients_of(replace(made.loaded, path=made.patients_from))
        return replace(made, cohort=to_share(made.loaded, patients)[0])

    def _edited(self, loaded: LoadedStudy, edits: Sequence[Edit]) -> LoadedStudy:
        """The study with entries of it, of its pathway and of scenarios as the other run had them."""
        sources = []
        for source in loaded.sources:
            here = [edit for edit in edits if edit.spec == _called(source.spec)]
            tree = reduce(self._entered, here, source.spec.short()) if here else None
            sources.append(given_spec(tree, type(source.spec), source.source.document.file) if here else source)
        return checked(loaded, sources)

    def _entered(self, tree: Any, edit: Edit) -> Any:
        return with_entry(tree, edit.path, edit.old if self.other_is_old else edit.new)


def _called(spec: Spec) -> str:
    """What an edit calls a spec."""
    if isinstance(spec, Scenario):
        return spec.scenario
    return {Study: STUDY, Pathway: PATHWAY}.get(type(spec), "")


def _by_price(cube: Any, measure: str) -> dict[PriceKey, float]:
    """The pounds of each organisation and unit cost."""
    cut = cube.by(terms.ORGANISATION, terms.UNIT_COST)
    pounds = cut[measure] if measure in cut else cut[terms.GBP]
    keys = zip(cut[terms.ORGANISATION].astype("str"), cut[terms.UNIT_COST].astype("str"), strict=True)
    return dict(zip(keys, pounds.tolist(), strict=True))


def _blocks(differences: Sequence[Difference]) -> list[tuple[Difference, ...]]:
    """One by one, but all prices together: their pounds are told apart by whose they are."""
    prices = tuple(each for each in differences if each.how is How.PRICE)
    return list(dict.fromkeys(prices if each in prices else (each,) for each in differences))


def with_entry(tree: Any, path: Sequence[str | int], value: Any) -> Any:
    """A tree with another value at one of its entries; without the entry where the value is `ABSENT`.

    >>> with_entry({"a": {"b": 1, "c": 2}}, ("a", "b"), 3), with_entry({"a": 1, "b": 2}, ("b",), ABSENT)
    ({'a': {'b': 3, 'c': 2}}, {'a': 1})
    """
    name, rest = path[0], path[1:]
    if isinstance(tree, list):
        assert isinstance(name, int)
        return [
            with_entry(each, rest, value) if at == name and rest else value if at == name else each
            for at, each in enumerate(tree)
        ]
    inner = with_entry(tree.get(name, {}), rest, value) if rest else value
    return {each: kept for each, kept in {**tree, name: inner}.items() if kept is not ABSENT}

"""What of a run follows from its figures alone when a price, an uptake or the number of patients changes: exactly, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from pathway_cost.engine.model import same_patients
from pathway_cost.results.costed.live_lines import LiveLines, PriceKey, live_lines, prices_listed
from pathway_cost.results.frames.run_result import RunResult
from pathway_cost.specs.format import AddPatients, Scenario

WhyNot = Literal["", "measured", "nobody", "by_year", "same_patients", "apart", "adds_patients", "own_price", "unclear"]
"""Why something is not offered; "" where it is."""

Names = tuple[str, ...]


@dataclass(frozen=True)
class Offer:
    """A number that may be changed: what it is in the run, or why it may not."""

    name: str
    value: float | None
    why_not: WhyNot = ""


@dataclass(frozen=True)
class Corner:
    """A scenario of the run from which another's total is told: with which of the uptakes in full, and with which at none."""

    scenario: str
    taken: Names
    not_taken: Names


@dataclass(frozen=True, repr=False)
class WhatMoves:
    """Rows of every scenario with the prices they follow, what may be changed, and how totals follow the uptakes.

    A scenario's total at other uptakes is the sum over its corners of the corner's total × for each uptake taken its ratio to
    the run's × for each one not taken 1 − that ratio: an uptake parts the eligible into who takes the scenario and who lives
    as without it, whichever else they take.
    """

    lines: Mapping[str, LiveLines]
    prices: Mapping[PriceKey, WhyNot]
    """Each price in use → why it may not be changed."""
    patients: Offer
    uptakes: tuple[Offer, ...] = ()
    corners: Mapping[str, tuple[Corner, ...]] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        """Whether anything may be changed."""
        return not self.patients.why_not or any(
            not each for each in (*self.prices.values(), *(o.why_not for o in self.uptakes))
        )


def what_moves(result: RunResult) -> WhatMoves:
    """A run → what of it may be changed without the engine, and how its totals follow."""
    modelled = all(each.model is not None for each in result.values())
    rows = prices_listed(result.unit_costs_used)
    own = {key: value for key, (value, changed) in rows.items() if not changed} if modelled else {}
    lines = {name: live_lines(result[name], own) for name in result.compared}
    unclear = frozenset[PriceKey]().union(*(each.unclear for each in lines.values()))
    prices = {key: _price(key, changed=rows[key][1], unclear=unclear) for key in rows}
    first = result[result.compared[0]]
    patients = float(first.segments["patients"].sum())
    if not modelled:
        return WhatMoves(lines, dict.fromkeys(rows, "measured"), Offer("patients", patients, "measured"))
    composed = {name: result[name].modelled.scenarios for name in result.compared}
    adds = any(isinstance(change, AddPatients) for each in composed.values() for one in each for change in one.changes)
    uptakes = _uptakes(composed, result.record.get("uptakes", {}))
    offered = [each.name for each in uptakes if not each.why_not]
    return WhatMoves(
        lines,
        prices,
        Offer("patients", patients, "adds_patients" if adds else ""),
        uptakes,
        {name: tuple(_corners(name, names, offered, composed)) for name, names in _names(composed).items()},
    )


def _price(key: PriceKey, *, changed: bool, unclear: frozenset[PriceKey]) -> WhyNot:
    if changed:
        return "own_price"
    return "unclear" if key in unclear else ""


# --- uptakes -------------------------------------------------------------------------------------------------------
def _names(composed: Mapping[str, tuple[Scenario, ...]]) -> dict[str, Names]:
    return {name: tuple(each.scenario for each in scenarios) for name, scenarios in composed.items()}


def _by_names(composed: Mapping[str, tuple[Scenario, ...]]) -> dict[Names, str]:
    return {names: name for name, names in _names(composed).items()}


def _uptakes(composed: Mapping[str, tuple[Scenario, ...]], used: Mapping[str, object]) -> tuple[Offer, ...]:
    """Each scenario with an uptake, in the order first met, with that which counted or why another cannot be told."""
    nested = {
        scenario.scenario
        for each in composed.values()
        for group in same_patients(each)
        for scenario in group
        if len(group) > 1
    }
    names = dict.fromkeys(name for each in _names(composed).values() for name in each if name in used)
    why = {name: _alone(used.get(name), nested=name in nested) for name in names}
    why |= dict.fromkeys(_without_corners(composed, [name for name, said in why.items() if not said]), "apart")
    values = {name: used.get(name) for name in names}
    return tuple(Offer(name, _figure(values[name]), why[name]) for name in names)


def _figure(used: object) -> float | None:
    return float(used) if isinstance(used, int | float) else None


def _alone(used: object, *, nested: bool) -> WhyNot:
    """Why the uptake of a scenario cannot be changed, whatever it is compared with."""
    if not isinstance(used, int | float):
        return "by_year"
    if not used:
        return "nobody"
    return "same_patients" if nested else ""


def _without_corners(composed: Mapping[str, tuple[Scenario, ...]], candidates: Iterable[str]) -> list[str]:
    """Scenarios whose other uptakes the run does not tell: it costs no patients who are alike but for them."""
    known, left = _by_names(composed), list(candidates)
    gone = [
        name for name in left for names in known if name in names and tuple(n for n in names if n != name) not in known
    ]
    left = [name for name in left if name not in gone]
    for names in known:
        while any(each not in known for each, _, _ in _subsets(names, left)):
            last = [name for name in names if name in left][-1]
            left.remove(last)
            gone.append(last)
    return gone


def _corners(
    name: str, names: Names, offered: Iterable[str], composed: Mapping[str, tuple[Scenario, ...]]
) -> Iterator[Corner]:
    known = _by_names(composed) | {names: name}
    for each, taken, not_taken in _subsets(names, offered):
        yield Corner(known[each], taken, not_taken)


def _subsets(names: Names, offered: Iterable[str]) -> Iterator[tuple[Names, Names, Names]]:
    """Every set of scenarios without some of those offered: itself first; with those it keeps, and those it goes without.

    >>> list(_subsets(("a", "b"), ["b"]))
    [(('a', 'b'), ('b',), ()), (('a',), (), ('b',))]
    """
    among = [name for name in names if name in set(offered)]
    for count in range(len(among) + 1):
        for without in combinations(among, count):
            left = tuple(name for name in names if name not in without)
            yield left, tuple(name for name in among if name not in without), without

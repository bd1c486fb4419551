"""Values read for some lanes and checked: finite numbers, and shares in [0, 1] that sum to 1 exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.model import Model, Share
from pathway_cost.engine.values.evaluator import ValueEvaluator, ValueFaultError
from pathway_cost.engine.values.lanes import Lanes, segments_text
from pathway_cost.errors import Problem, Where
from pathway_cost.specs.format import Value
from pathway_cost.tables.cohort.segments import Segments

Floats = NDArray[np.float64]

TOLERANCE: Final = 1e-9


@dataclass(repr=False)
class Exceeding:
    """Lanes whose drawn shares cannot be: they are renormalised, and remembered with where it happened."""

    lanes: NDArray[np.bool_]
    """(R,) lanes that were."""
    items: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    """Item of the shares → (R,) lanes in which they could not be."""

    def note(self, wrong: NDArray[np.bool_], item: str) -> None:
        """Remember the lanes that are wrong here, at any time."""
        lanes = np.broadcast_to(_at_any_time(wrong), self.lanes.shape)
        self.items[item] = self.items.get(item, np.zeros_like(self.lanes)) | lanes
        self.lanes |= lanes


def _at_any_time(wrong: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(…, R or 1) of lanes at several times → (R or 1,)."""
    return np.asarray(wrong.any(axis=tuple(range(wrong.ndim - 1))))


@dataclass(frozen=True, repr=False)
class Reader:
    """Reads values for some lanes; keeps every fault it finds, and the lanes of drawn shares that cannot be in `exceeding`."""

    evaluator: ValueEvaluator
    segments: Segments
    exceeding: Exceeding | None = None
    faults: list[Problem] = field(default_factory=list)

    def number(self, value: Value, item: str, *, negative: bool = True) -> Floats:
        """(…, R or 1) finite numbers of a value, at every time at which lanes are given values; not a number where there was a fault.

        Args:
            value: what stands in the file.
            item: its dotted path.
            negative: whether numbers below 0 may stand here.
        """
        try:
            numbers = self.evaluator.value(value)
            least, most = numbers.min(initial=np.inf), numbers.max(initial=-np.inf)  # nan where any is
            if (least >= 0.0 or (negative and least > -np.inf)) and most < np.inf:
                return numbers
            wrong = ~np.isfinite(numbers) | ((numbers < 0) & (not negative))
            self.faults.append(_not_a_number(self.evaluator, value, numbers, wrong, (item, self.segments)))
        except ValueFaultError as fault:
            self.faults.append(Problem("value_is_no_number", fault.what, Where(item=item), remedy=fault.remedy))
        return np.array([np.nan])

    def over(self, lanes: Lanes) -> Reader:
        """A reader of the same lanes at several times; what it finds is found here too."""
        return replace(self, evaluator=ValueEvaluator(self.evaluator.parameters, lanes))

    def out_of(self, model: Model, setting: int) -> dict[int, Floats]:
        """Edge → (…, R or 1) shares of those who leave one setting."""
        name = model.graph.settings[setting]
        edges = {edge: model.shares[edge] for edge in model.graph.out[setting]}
        if not edges:
            self.faults.append(
                Problem("setting_without_routes", f"no route leaves {name}", Where(item=f"routes.{name}"),
                        remedy=f"give {name} a route to a setting or an end")
            )  # fmt: skip
        return self.closed(edges, f"leaving {name}", f"routes.{name}")

    def closed(self, shares: Mapping[int, Share], what: str, item: str) -> dict[int, Floats]:
        """Shares as stated → numbers that sum to 1 exactly, `rest` among them; not numbers where there was a fault."""
        before = len(self.faults)
        given = {number: self._share(share) for number, share in shares.items() if share.value is not None}
        rest = [number for number, share in shares.items() if share.value is None]
        total = sum(given.values(), start=np.zeros(1))
        if len(self.faults) == before and self.exceeding is not None:
            given, total = self._renormalised(given, total, item, has_rest=bool(rest))
        elif len(self.faults) == before:
            self._check_total(total, what, item, has_rest=bool(rest))
        if len(self.faults) > before:
            return dict.fromkeys(shares, np.array([np.nan]))
        if rest:
            return given | dict.fromkeys(rest, np.maximum(0.0, 1.0 - total))
        return _closed_by_largest(given, total)

    def _share(self, share: Share) -> Floats:
        assert share.value is not None
        numbers = self.number(share.value, share.item)
        if numbers.min(initial=0.0) >= 0.0 and numbers.max(initial=0.0) <= 1.0:
            return numbers
        wrong = (numbers < -TOLERANCE) | (numbers > 1 + TOLERANCE)
        if wrong.any() and self.exceeding is not None:
            self.exceeding.note(wrong, share.item)
        elif wrong.any():
            what = f"the share is {_number(numbers[wrong][0])} ({self._whom(wrong)})"
            remedy = "a share lies between 0 and 1"
            self.faults.append(Problem("share_out_of_range", what, Where(item=share.item), remedy=remedy))
        return np.clip(numbers, 0.0, 1.0)

    def _renormalised(
        self, given: dict[int, Floats], total: Floats, item: str, *, has_rest: bool
    ) -> tuple[dict[int, Floats], Floats]:
        """Shares divided by their sum where that cannot be."""
        assert self.exceeding is not None
        wrong = total > 1 + TOLERANCE if has_rest else np.abs(total - 1) > TOLERANCE
        if not wrong.any():
            return given, total
        self.exceeding.note(wrong, item)
        divisor = np.where(wrong & (total > 0), total, 1.0)
        return {number: share / divisor for number, share in given.items()}, total / divisor

    def _check_total(self, total: Floats, what: str, item: str, *, has_rest: bool) -> None:
        wrong = total > 1 + TOLERANCE if has_rest else np.abs(total - 1) > TOLERANCE
        if not wrong.any():
            return
        found = f"the shares {what} sum to {_number(total[wrong][0])}"
        found += " before `rest`" if has_rest else ", not 1"
        remedy = "lower one of them" if has_rest else "let one route take `rest`, or make them sum to 1"
        problem = Problem("shares_do_not_sum_to_one", f"{found} ({self._whom(wrong)})", Where(item=item), remedy=remedy)
        self.faults.append(problem)

    def _whom(self, wrong: NDArray[np.bool_]) -> str:
        lanes = self.evaluator.lanes
        return segments_text(self.segments, lanes.base[np.broadcast_to(_at_any_time(wrong), lanes.count)])


def _closed_by_largest(given: Mapping[int, Floats], total: Floats) -> dict[int, Floats]:
    missing = 1.0 - total
    if not missing.any():
        return dict(given)
    stacked = np.stack(np.broadcast_arrays(*given.values()))
    largest = np.argmax(stacked, axis=0)[None]
    np.put_along_axis(stacked, largest, np.take_along_axis(stacked, largest, axis=0) + missing, axis=0)
    return dict(zip(given, stacked, strict=True))


def _number(value: float) -> str:
    """As many digits as it takes to see that it is not 1.

    >>> _number(0.99), _number(1.0000001), _number(1.00000000123)
    ('0.99', '1.0000001', '1.000000001')
    """
    return f"{value:.10g}"


def _not_a_number(
    evaluator: ValueEvaluator, value: Value, numbers: Floats, wrong: NDArray[np.bool_], whom: tuple[str, Segments]
) -> Problem:
    """The first wrong number: why it is none, and for which segments of item `whom[0]`."""
    lanes = np.flatnonzero(np.broadcast_to(_at_any_time(wrong), evaluator.lanes.count))
    item, segments = whom
    found = float(numbers[wrong][0])
    what, remedy = f"the value is {found:g}", "a value here is never below 0"
    if not np.isfinite(found):
        what, remedy = "the value is not a number", "look for a division by 0, log of 0, or too large a power"
        try:
            *moment, lane = np.argwhere(wrong)[0].tolist()
            first = evaluator.lanes.at((*moment,)).only(np.array([lane if wrong.shape[-1] > 1 else lanes[0]]))
            ValueEvaluator(evaluator.parameters, first, strict=True).value(value)
        except ValueFaultError as fault:
            what, remedy = fault.what, fault.remedy or remedy
    named = segments_text(segments, evaluator.lanes.base[lanes])
    return Problem("value_is_no_number", f"{what} ({named})", Where(item=item), remedy=remedy)

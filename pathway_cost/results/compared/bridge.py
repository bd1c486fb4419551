"""The bridge by factor: why a figure changed, factor by factor, adding up exactly (R19).

Worked at segment × arm × setting × use, then summed. With w patients, v visits a patient, q quantity a visit
and p price (p_old: the price of the new organisation in the old table), the change of a line is

    w₁v₁q₁p₁ − w₀v₀q₀p₀ = (w₀+Δw)(v₀+Δv)(q₀+Δq)(p₀ + (p_old−p₀) + (p₁−p_old)) − w₀v₀q₀p₀

and every product of that expansion is one part: with one Δ a factor, with two a named pair, with more the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import product
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms

LEVEL: Final = "segment × arm × setting × use"
PATIENTS: Final = "patients"
ROUTING: Final = "routing"
QUANTITY: Final = "quantity"
ORGANISATION: Final = "organisation"
UNIT_COST: Final = "unit cost"
TOGETHER: Final = "organisation and unit cost together"
ONE_OFF: Final = "one-off costs"
FACTORS: Final = (PATIENTS, ROUTING, QUANTITY, ORGANISATION, UNIT_COST)
MORE: Final = "interaction: three or more"

SIDES: Final = ("w0", "w1", "v0", "v1", "q0", "q1", "p0", "p_old", "p1")
Array = NDArray[np.float64]


def factor_parts(lines: pd.DataFrame) -> dict[str, float]:
    """Lines with both sides' figures to the pounds of each factor and interaction, summed over the lines.

    Args:
        lines: one row a segment × arm × setting × use with `w0 w1 v0 v1 q0 q1 p0 p_old p1`; `p_old` is missing
            where the old table has no price for the new organisation.

    Returns:
        Factor → pounds, factors first, then pairs, then the rest; parts of £0.00 but the five factors left out.

    Raises:
        ArithmeticError: the parts do not sum to the change within 1e-9 of what is compared (our fault).

    >>> line = dict(w0=1, w1=1, v0=1, v1=0.8, q0=4, q1=3, p0=500, p_old=500, p1=550)
    >>> parts = factor_parts(pd.DataFrame([line]))
    >>> {name: round(gbp, 2) for name, gbp in parts.items() if gbp}
    {'routing': -400.0, 'quantity': -500.0, 'unit cost': 200.0,
     'interaction: routing × quantity': 100.0, 'interaction: routing × unit cost': -40.0,
     'interaction: quantity × unit cost': -50.0, 'interaction: three or more': 10.0}
    """
    amounts = [
        (tuple(name for name, _ in choice if name), np.prod([side for _, side in choice], axis=0))
        for choice in product(*_dimensions(lines))
    ]
    parts: dict[str, float] = defaultdict(float, dict.fromkeys(FACTORS, 0.0))
    for changed, gbp in sorted(amounts[1:], key=lambda amount: _order(amount[0])):
        parts[_part_name(changed)] += float(gbp.sum())
    _check_closes(lines, parts, scale=sum(float(np.abs(gbp).sum()) for _, gbp in amounts))
    return {name: gbp for name, gbp in parts.items() if gbp or name in FACTORS}


def _dimensions(lines: pd.DataFrame) -> list[list[tuple[str, Array]]]:
    """For each of patients, visits, quantity and price: (name, figure) of what was, then of each way it changed anywhere."""
    w0, w1, v0, v1, q0, q1, p0, p_old, p1 = (lines[name].to_numpy(dtype=np.float64) for name in SIDES)
    priced = np.isfinite(p_old)
    between = np.where(priced, p_old, p0)
    dimensions = [
        [("", w0), (PATIENTS, _step(w0, w1))],
        [("", v0), (ROUTING, _step(v0, v1))],
        [("", q0), (QUANTITY, _step(q0, q1))],
        [
            ("", p0),
            (ORGANISATION, _step(p0, between)),
            (UNIT_COST, np.where(priced, _step(between, p1), 0.0)),
            (TOGETHER, np.where(priced, 0.0, _step(p0, p1))),
        ],
    ]
    return [[(name, figure) for name, figure in ways if not name or figure.any()] for ways in dimensions]


def _step(before: Array, after: Array) -> Array:
    """After less before; differences in the last digits of the arithmetic are none."""
    same = np.isclose(before, after, rtol=1e-12, atol=0.0)
    return np.where(same, 0.0, after - before)


def _part_name(changed: tuple[str, ...]) -> str:
    if len(changed) > 2:
        return MORE
    return changed[0] if len(changed) == 1 else "interaction: " + " × ".join(changed)


def _order(changed: tuple[str, ...]) -> tuple[int, ...]:
    return len(changed), *((*FACTORS, TOGETHER).index(name) for name in changed)


def _check_closes(lines: pd.DataFrame, parts: Mapping[str, float], *, scale: float) -> None:
    was, now = (np.prod([lines[f"{name}{side}"].to_numpy() for name in "wvqp"], axis=0) for side in (0, 1))
    change = float((now - was).sum())
    if not abs(sum(parts.values()) - change) <= terms.RELATIVE_TOLERANCE * scale:
        raise ArithmeticError(f"the bridge parts sum to {sum(parts.values())!r}, the change is {change!r}")

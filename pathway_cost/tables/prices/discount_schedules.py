"""Schedules of discount rates that decline with time, each dated with its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True)
class Schedule:
    """Yearly rates by the year they begin at, and where they are printed."""

    rates: tuple[tuple[float, float], ...]
    edition: str
    source: str


_PRINTED: Final = (
    "HM Treasury, The Green Book, updated February 2026; rates as printed in Department for Transport, Forthcoming change: "
    "Green Book updates, TAG unit A1.1, 16 April 2026. Reviewed by HM Treasury in 2026: check for a newer schedule."
)

GREEN_BOOK: Final[dict[Literal["gbp", "counts"], Schedule]] = {
    "gbp": Schedule(
        ((0.0, 0.035), (30.0, 0.03), (75.0, 0.025), (125.0, 0.02), (200.0, 0.015), (300.0, 0.01)), "2026-02", _PRINTED
    ),
    "counts": Schedule(
        ((0.0, 0.015), (30.0, 0.0129), (75.0, 0.0107), (125.0, 0.0086), (200.0, 0.0064), (300.0, 0.0043)),
        "2026-02",
        _PRINTED,
    ),
}
"""Real social time preference rates, standard for pounds and for health for what is counted; a dated default."""

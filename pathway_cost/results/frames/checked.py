"""What a check of a study has looked at, what it has not, and what there is to say."""

from __future__ import annotations

from dataclasses import dataclass

from pathway_cost.errors import Problem


@dataclass(frozen=True, repr=False)
class Checked:
    """A study without a fault, as far as it goes without costing anything."""

    notes: tuple[Problem, ...]
    """Warnings and notes."""
    files: int
    """Files read."""
    patients: float
    """Patients starting: the sum of the weights."""
    segments: int
    prices: int
    """Organisation × unit cost × level."""
    scenarios: tuple[str, ...]
    """What is compared."""
    in_time: bool
    """Whether patients are followed through time: then values are read as they are at the start, and loops are not looked at."""
    not_looked_at: tuple[str, ...]
    """What only costing can tell."""

    def __repr__(self) -> str:
        """What was looked at; `print` tells it in words."""
        return f"Checked: {self.files:,} files, {self.prices:,} prices, {len(self.scenarios):,} scenarios"

    def __str__(self) -> str:
        """What was looked at and what was not, in two sentences.

        >>> print(Checked((), 9, 1000.0, 4, 12, ("baseline",), False, ("the draws",)))
        no fault in 9 files, 1,000 patients in 4 segments, 12 prices, and every share, stay, quantity and loop of baseline.
        Nothing was costed, so these were not looked at: the draws.
        """
        values = "share, stay and quantity at the start" if self.in_time else "share, stay, quantity and loop"
        count = "1 segment" if self.segments == 1 else f"{self.segments:,} segments"
        return (
            f"no fault in {self.files:,} files, {self.patients:,.10g} patients in {count}, {self.prices:,} prices, and "
            f"every {values} of {', '.join(self.scenarios)}.\n"
            f"Nothing was costed, so these were not looked at: {'; '.join(self.not_looked_at)}."
        )

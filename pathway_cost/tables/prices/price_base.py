"""The price base of a study: its year, and the index of each organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pathway_cost.tables.prices.price_index import PriceIndex, Uplift


@dataclass(frozen=True, eq=False)
class Base:
    """The year that pounds are brought to, by which index, and factors for organisations' price level."""

    price_year: str
    index: PriceIndex | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    """Organisation → kind."""
    mff: Mapping[str, float] = field(default_factory=dict)
    """Organisation → market forces factor, for the organisations named."""

    def index_of(self, organisation: str) -> str | None:
        """The index that serves the organisation's kind; None where nobody has named one."""
        return None if self.index is None else self.index.of_kind(self.kinds.get(organisation, ""))

    def uplift(self, name: str, from_year: str) -> Uplift:
        """What brings pounds of a year to the study's.

        Raises:
            PriceFaults: the index lacks a year on the way.
        """
        if self.index is None or from_year == self.price_year:
            return Uplift(1.0, ())
        return self.index.factor(name, from_year, self.price_year)

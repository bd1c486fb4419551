"""Prices of one study: what a unit of each key costs at each organisation, in the study's price year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.errors import PriceFaults, Problem, Where, nearest_name, raise_if_any
from pathway_cost.tables.prices.levels import level_text, read_level
from pathway_cost.tables.prices.price_change_faults import PriceChange
from pathway_cost.tables.prices.price_changes import changed_rows
from pathway_cost.tables.prices.price_index import Base, PriceIndex
from pathway_cost.tables.prices.unit_costs import UnitCosts
from pathway_cost.tables.reading import hands_out

SOURCE_PRICE_YEAR: Final = "source_price_year"  # the year the price was published in
UPLIFT_FACTOR: Final = "uplift_factor"  # what brought it to the study's price year
UPLIFT_INDEX: Final = "uplift_index"  # by which index; "" where none was needed
MFF_FACTOR: Final = "mff_factor"  # market forces factor applied by name; 1 where none
FALLBACK: Final = "fallback"  # why the first set did not answer; "" where it did
SET: Final = "set"  # name of the set that answered
SCALED: Final = "scaled"  # what scenarios multiply the study's price by; nothing where they set another

PRICE_DEFAULTS: Final[Mapping[str, Any]] = {
    UPLIFT_FACTOR: 1.0,
    UPLIFT_INDEX: "",
    MFF_FACTOR: 1.0,
    FALLBACK: "",
    SET: "",
    SCALED: 1.0,
}
PRICE_COLUMNS: Final = (*terms.UNIT_COST_COLUMNS, SOURCE_PRICE_YEAR, *PRICE_DEFAULTS)


@dataclass(frozen=True, repr=False, eq=False)
class PriceBlock:
    """The price of one key at one organisation: pounds a unit by level and component.

    `gbp` has one array of components a level: `()` is the parent price, used for every level that has none of its
    own; the other keys are levels in the order of `by`.
    """

    by: tuple[str, ...]
    components: tuple[str, ...]
    gbp: Mapping[tuple[str, ...], NDArray[np.float64]]

    def read_at(self, levels: tuple[str, ...]) -> tuple[str, ...] | None:
        """The key of `gbp` that prices these levels: their own, else the parent `()`, else None."""
        if levels in self.gbp:
            return levels
        return () if () in self.gbp else None

    def level_text(self, levels: tuple[str, ...]) -> str:
        """The `level` of the rows that price these levels, as written in `Prices.frame`."""
        return level_text(self.by, self.read_at(levels) or ())


@hands_out("frame")
@dataclass(frozen=True, repr=False, eq=False)
class Prices:
    """One row organisation × unit cost × level × component, in the study's price year and the declared unit.

    `replaced` holds (organisation, bundle) where the bundle's parts are priced by the key that stands in for them;
    `taken` says for (organisation, key) the number of the set that answered and whose price of it was taken; `notes` say which prices were borrowed, small, or reached in part by a change.

    >>> prices = Prices.from_frame({
    ...     "unit_cost": ["ward.bed_day"] * 2, "organisation": ["RXX"] * 2, "component": ["nursing", "medical"],
    ...     "value_gbp": [350.0, 100.0], "unit": ["bed_day"] * 2, "covers": ["part"] * 2,
    ...     "price_year": ["2024-25"] * 2, "source": ["PLICS"] * 2}, price_year="2024-25")
    >>> block = prices.block("RXX", "ward.bed_day")
    >>> block.components, block.gbp[()].tolist()
    (('nursing', 'medical'), [350.0, 100.0])
    """

    frame: pd.DataFrame
    price_year: str
    replaced: frozenset[tuple[str, str]] = frozenset()
    notes: tuple[Problem, ...] = ()
    index: PriceIndex | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    taken: Mapping[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    @classmethod
    def from_frame(cls, frame: Any, *, price_year: str, replaced: frozenset[tuple[str, str]] = frozenset()) -> Prices:
        """Prices that need no resolving: every row names its organisation and is in the study's price year."""
        rows = UnitCosts.from_frame(frame, name="prices").frame
        filled = rows.assign(**{SOURCE_PRICE_YEAR: rows[terms.PRICE_YEAR]}, **PRICE_DEFAULTS)
        return cls(filled[list(PRICE_COLUMNS)], price_year, replaced)

    @cached_property
    def _blocks(self) -> dict[tuple[str, str], PriceBlock]:
        grouped = self.frame.groupby([terms.ORGANISATION, terms.UNIT_COST], sort=False)
        return {(str(organisation), str(key)): _block(rows) for (organisation, key), rows in grouped}

    def block(self, organisation: str, unit_cost: str) -> PriceBlock:
        """Pounds a unit of one key at one organisation.

        Raises:
            PriceFaults: these prices do not hold it.
        """
        found = self._blocks.get((organisation, unit_cost))
        if found is None:
            held = [key for held_by, key in self._blocks if held_by == organisation]
            problem = Problem(
                "unit_cost_has_no_price",
                f"no set prices {unit_cost} for {organisation}",
                Where(item=f"unit_costs.{unit_cost}"),
                nearest_name(unit_cost, held),
                "add its price to one of the study's sets",
            )
            raise PriceFaults([problem])
        return found

    @cached_property
    def levels_read(self) -> Mapping[str, frozenset[str]]:
        """Unit cost → the attributes its price is read by, everywhere."""
        found: dict[str, frozenset[str]] = {}
        for (_, key), block in self._blocks.items():
            found[key] = found.get(key, frozenset(block.by)) & frozenset(block.by)
        return found

    def has(self, organisation: str, unit_cost: str) -> bool:
        """Whether there is a price of this key at this organisation."""
        return (organisation, unit_cost) in self._blocks

    def totals(self) -> pd.DataFrame:
        """One row organisation × unit cost × level: the price of all its components together, a copy."""
        keys = [terms.ORGANISATION, terms.UNIT_COST, terms.LEVEL]
        total = self.frame.groupby(keys, sort=False)[terms.VALUE_GBP].transform("sum")
        once = self.frame.assign(**{terms.VALUE_GBP: total}).drop_duplicates(keys, ignore_index=True)
        return once.drop(columns=terms.COMPONENT)

    def changed(self, changes: Sequence[PriceChange]) -> Prices:
        """These prices after a scenario's price changes, in their order; the frame given is not touched.

        Raises:
            PriceFaults: a change names a key, organisation or component that no price in its scope has, or reaches
                £0.00.
        """
        frame, base = self.frame, Base(self.price_year, self.index, self.kinds)
        problems: list[Problem] = []
        for change in changes:
            frame, found = changed_rows(frame, change, base)
            problems += found
        notes = raise_if_any(problems, PriceFaults)
        return replace(self, frame=frame, notes=(*self.notes, *notes)) if changes else self


def _block(rows: pd.DataFrame) -> PriceBlock:
    components = tuple(dict.fromkeys(rows[terms.COMPONENT]))
    position = {component: number for number, component in enumerate(components)}
    by: tuple[str, ...] = ()
    gbp: dict[tuple[str, ...], NDArray[np.float64]] = {}
    for text, component, value in zip(rows[terms.LEVEL], rows[terms.COMPONENT], rows[terms.VALUE_GBP], strict=True):
        names, levels = read_level(text)
        by = names or by
        gbp.setdefault(levels, np.zeros(len(components)))[position[component]] = value
    return PriceBlock(by, components, gbp)

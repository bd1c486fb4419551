"""What a study says of prices beside its sets' files: prices written in it, indices, market forces, components, postcodes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import Form, Problem, Severity, TableFaults, Where, first_few, raise_if_any
from pathway_cost.nearness import near_name
from pathway_cost.specs.format import PricesSet, TableFile, UnitCostDeclared
from pathway_cost.study.checked_study import LoadedStudy
from pathway_cost.study.named_files import Inputs, shipped
from pathway_cost.study.needs import Needed
from pathway_cost.tables.prices import market_forces as mff_tables
from pathway_cost.tables.prices.components import COLUMNS, DESCRIPTION, ComponentMap
from pathway_cost.tables.prices.market_forces import market_forces
from pathway_cost.tables.prices.national import NationalSchedule
from pathway_cost.tables.prices.price_index import INDEX, INDEX_COLUMNS, PriceIndex
from pathway_cost.tables.prices.prices import Prices
from pathway_cost.tables.prices.unit_costs import NEGATIVE, PRICE_INDEX, UnitCosts
from pathway_cost.tables.prices.unused_rows import SHOWN, Table, unused_names
from pathway_cost.tables.reading import Held, Noted, columns_unused, must_hold, price_year

if TYPE_CHECKING:
    from pathway_cost.plics.pricing.price_extract import PlicsPrices


@dataclass(frozen=True, repr=False)
class Beside:
    """What reading a table or a set brings beside its prices; two of them add up, the first one's first."""

    notes: tuple[Problem, ...] = ()
    files: Inputs = field(default_factory=dict)
    plics: tuple[PlicsPrices, ...] = ()
    fingerprint: str | None = None
    indices: tuple[str, ...] = ()
    """The index of each row of a user's index table."""

    def __add__(self, other: Beside) -> Beside:
        return Beside(
            notes=(*self.notes, *other.notes),
            files={**self.files, **other.files},
            plics=(*self.plics, *other.plics),
            fingerprint=other.fingerprint or self.fingerprint,
            indices=(*self.indices, *other.indices),
        )


def price_index(rates: Mapping[str, Mapping[str, float]]) -> PriceIndex:
    """The shipped indices with rates that a user adds."""
    return PriceIndex.shipped().with_rates(rates) if rates else PriceIndex.shipped()


def index_of(loaded: LoadedStudy) -> tuple[PriceIndex, Beside]:
    """The growth of prices that a study uses: shipped, in its table, and written in it."""
    given = loaded.study.price_index
    index, files = price_index(given.rates), shipped("price_index.csv") | shipped("index_by_kind.csv")
    if given.file is None:
        return index.with_kinds(given.kinds), Beside(files=files)
    table = loaded.table(given.file)
    found = table.read(reads=INDEX_COLUMNS)
    stated, index = index, index.with_rates(found.table, where=given.file, notes=found.notes)
    raise_if_any(rates_in_two_places(given.rates, stated, index, given.file), TableFaults)
    must_hold(given.expect, Held(records=len(found.table)), given.file)
    indices = tuple(found.table[INDEX].astype("str").tolist())
    return index.with_kinds(given.kinds), Beside(files={**files, **table.inputs}, indices=indices)


def rates_in_two_places(
    rates: Mapping[str, Mapping[str, float]], stated: PriceIndex, tabled: PriceIndex, file: str
) -> list[Problem]:
    """A fault for each year of an index whose growth the study states and its table states otherwise."""
    found = []
    for name, year in [(name, year) for name, years in rates.items() for year in years]:
        one, other = (each.growth(name, price_year(year)) for each in (stated, tabled))
        if one != other:
            what = f"growth is {one:g} here and {other:g} in {file}: only one of them can count"
            where = Where(item=f"price_index.rates.{name}.{year}")
            found.append(Problem("rate_in_two_places", what, where, remedy="take one of them out"))
    return found


def factors_of(loaded: LoadedStudy) -> tuple[dict[str, float] | None, Beside]:
    """Organisation → market forces factor; None where the study names no table of them."""
    if loaded.study.mff is None:
        return None, Beside()
    file = loaded.study.mff.file
    found = _counted(loaded, loaded.study.mff, mff_tables.COLUMNS, codes=[terms.ORGANISATION])
    factors = market_forces(found.table, where=file)
    notes = (*found.notes, *columns_unused(found.table, mff_tables.COLUMNS, file))
    return factors, Beside(notes=notes, files=loaded.table(file).inputs)


def components_of(loaded: LoadedStudy, given: TableFile | None) -> ComponentMap:
    """The components of cost lines: the shipped ones where the study names no table."""
    if given is None:
        return ComponentMap.shipped()
    found = _counted(loaded, given, (*COLUMNS, DESCRIPTION))
    return ComponentMap.from_frame(found.table, name=given.file, notes=found.notes)


def postcodes_of(loaded: LoadedStudy, given: TableFile | None) -> tuple[pd.DataFrame | None, tuple[Problem, ...]]:
    """The table of postcodes, and what there is to say of it; None where the study names none."""
    from pathway_cost.plics.reading import POSTCODE_COLUMNS, fifths_wrong

    if given is None:
        return None, ()
    found = _counted(loaded, given, POSTCODE_COLUMNS)
    problems = [*columns_unused(found.table, POSTCODE_COLUMNS, given.file), *fifths_wrong(found.table, given.file)]
    said = raise_if_any(problems, TableFaults)
    return found.table, (*found.notes, *said)


def _counted(loaded: LoadedStudy, given: TableFile, reads: Sequence[str], codes: Sequence[str] = ()) -> Noted:
    """A table whose rows are as many as the study says, where it says so."""
    found = loaded.table(given.file).read(codes=codes, reads=reads)
    must_hold(given.expect, Held(records=len(found.table)), given.file)
    return found


@dataclass(frozen=True, repr=False)
class Seen:
    """A component map that keeps the pairs of codes it was asked for."""

    of: ComponentMap
    pairs: set[tuple[str, str]] = field(default_factory=set)

    def component(self, activity: str, resource: str) -> str:
        """The component of one pair of codes."""
        self.pairs.add((activity, resource))
        return self.of.component(activity, resource)


def prices_in_study(
    given: PricesSet, declared: Mapping[str, UnitCostDeclared], year: str, *, item: str = "unit_costs"
) -> UnitCosts:
    """Prices written in the study, as a set; `item` is the entry that holds them."""
    rows = [
        {
            terms.UNIT_COST: name,
            terms.ORGANISATION: price.organisation,
            terms.COMPONENT: price.component,
            terms.VALUE_GBP: price.gbp,
            terms.UNIT: price.unit or (declared[name].unit if name in declared else "unit"),
            terms.COVERS: declared[name].covers if name in declared else "whole",
            terms.PRICE_YEAR: price.price_year or year,
            terms.BASIS: str(terms.Basis.PRICES),
            terms.SOURCE: price.source or (price.evidence.source if price.evidence else None) or "written in the study",
            terms.GRADE: price.evidence.grade if price.evidence else str(terms.Grade.ASSUMPTION),
            NEGATIVE: price.negative or "",
        }
        for name, price in given.prices.items()
    ]
    return UnitCosts.from_frame(pd.DataFrame(rows), name="prices in the study", item=item)


def rows_unused(
    indices: Sequence[str],
    *,
    loaded: LoadedStudy,
    needed: Needed,
    sets: Iterable[UnitCosts | NationalSchedule],
    index: PriceIndex,
    mff: Mapping[str, float] | None,
    prices: Prices,
) -> list[Problem]:
    """Rows of the market forces and index tables, and rates in the study, that nothing asks for; factors that lack."""
    found: list[Problem] = []
    if loaded.study.mff is not None and mff is not None:
        organisations = {organisation for organisation, _ in needed.wanted}
        found += unused_names(
            Table(loaded.study.mff.file, terms.ORGANISATION, terms.ORGANISATION, list(mff)), organisations
        )
        found += factors_lacking(prices, mff, loaded.study.mff.file)
    given = loaded.study.price_index
    own = {name for each in sets if isinstance(each, UnitCosts) for name in each.frame[PRICE_INDEX].unique() if name}
    served = own | set(index.kinds.values())
    if given.file is not None:
        found += unused_names(Table(given.file, "index", INDEX, list(indices), Form.NAME), served)
    return [*found, *rates_of_no_index(given.rates, served)]


def factors_lacking(prices: Prices, mff: Collection[str], file: str) -> list[Problem]:
    """One note on organisations with prices at the national level, of which the table has no factor."""
    national = prices.frame.loc[prices.frame[terms.MFF] == terms.MFF_NATIONAL, terms.ORGANISATION]
    lacking = sorted(set(national) - set(mff))
    if not lacking:
        return []
    what = f"no factor of {first_few(lacking, SHOWN)}, so national prices count there as they are"
    return [
        Problem(
            "factor_lacking", what, Where(file=file), remedy="add a row for each, 1 where it is so",
            severity=Severity.NOTE, about=tuple(("organisation", each) for each in lacking),
        )
    ]  # fmt: skip


def rates_of_no_index(rates: Mapping[str, Mapping[str, float]], served: Collection[str]) -> list[Problem]:
    """Rates written in the study for an index that serves no kind of organisation and no price."""
    found = []
    for name in rates:
        near = near_name(name, sorted(served))
        if name not in served:
            what = f"the index {name!r} serves no kind of organisation and no price, so its rates are not used"
            remedy = "correct its name, or name it in `price_index.kinds`"
            severity = Severity.NOTE if near is None else Severity.WARNING
            found.append(
                Problem("rates_of_no_index", what, Where(item=f"price_index.rates.{name}"), near, remedy, severity)
            )
    return found

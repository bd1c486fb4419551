"""From a study's unit cost sets to one price for every organisation and key that any scenario needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import PriceFaults, Problem, TableFaults, Where, raise_if_any
from pathway_cost.level_ratios import national_ratios
from pathway_cost.loading import LoadedStudy
from pathway_cost.needs import Needed, roles_of, sites_used, upstream
from pathway_cost.resolving import prices_for, rates_of_no_index
from pathway_cost.rule_reasons import with_reasons
from pathway_cost.specs.expect import TableFile
from pathway_cost.specs.pathway import UnitCostDeclared
from pathway_cost.specs.study import NationalSet, PackSet, PlicsSet, PricesSet, TableSet, UnitCostSet
from pathway_cost.study_files import Inputs, shipped, table_file
from pathway_cost.tables import market_forces as mff_tables
from pathway_cost.tables.components import COLUMNS, DESCRIPTION, ComponentMap
from pathway_cost.tables.control_totals import Held, must_hold, sum_of
from pathway_cost.tables.files import read_noted
from pathway_cost.tables.market_forces import market_forces
from pathway_cost.tables.national import SHIPPED, NationalSchedule, national_schedule
from pathway_cost.tables.near_columns import columns_unused
from pathway_cost.tables.noted import Noted
from pathway_cost.tables.price_index import INDEX, INDEX_COLUMNS, PriceIndex
from pathway_cost.tables.prices import Prices
from pathway_cost.tables.unit_costs import CODES, NEGATIVE, PRICE_INDEX, READ_COLUMNS, UnitCosts
from pathway_cost.tables.unused_rows import Table, unused_components, unused_names
from pathway_cost.tables.years import price_year

if TYPE_CHECKING:
    from pathway_cost.plics.read import Extract
    from pathway_cost.plics.unit_costs import PlicsPrices

Progress = Callable[[str, float, float], None]
Footprint = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Priced:
    """The prices, and what PLICS pounds they stand on."""

    prices: Prices
    claims: pd.DataFrame
    backcast: pd.DataFrame
    controls: pd.DataFrame
    notes: tuple[Problem, ...]
    files: Inputs = field(default_factory=dict)
    fingerprint: str | None = None


@dataclass
class _Gathered:
    plics: list[PlicsPrices] = field(default_factory=list)
    controls: list[pd.DataFrame] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    fingerprint: str | None = None
    indices: list[str] = field(default_factory=list)
    """The index of each row of a user's index table."""


def price_study(loaded: LoadedStudy, needed: Needed, *, key: bytes | None, progress: Progress) -> Priced:
    """Read the sets and resolve every price wanted. Extracts come last, so that a table's fault need not wait for them."""
    gathered = _Gathered()
    index, mff = _study_index(gathered, loaded), _mff(gathered, loaded)
    plics, others = _parted(loaded.study.unit_costs)
    sets = {number: _set(gathered, loaded, number, given, needed) for number, given in others.items()}
    schedules = [each for each in sets.values() if isinstance(each, NationalSchedule)]
    for number, given in plics.items():
        sets[number] = _plics(gathered, loaded, given, needed, schedules, key=key, progress=progress)
    with with_reasons(gathered.notes):
        prices = prices_for(
            needed,
            [sets[number] for number in sorted(sets)],
            price_year=price_year(loaded.study.price_year),
            index=index,
            mff=mff,
            rules={key: given for given, each in loaded.rules.items() for key in each.rules},
            all_told=True,
        )
    gathered.notes += raise_if_any(
        _small_tables(gathered, loaded, needed, sets.values(), index=index, mff=mff), TableFaults
    )
    return Priced(
        prices=prices,
        claims=_stack(plics.claims for plics in gathered.plics),
        backcast=_stack(plics.backcast for plics in gathered.plics),
        controls=_stack(gathered.controls),
        notes=(*gathered.notes, *prices.notes),
        files=gathered.files,
        fingerprint=gathered.fingerprint,
    )


def _small_tables(
    gathered: _Gathered,
    loaded: LoadedStudy,
    needed: Needed,
    sets: Iterable[UnitCosts | NationalSchedule],
    *,
    index: PriceIndex,
    mff: Mapping[str, float] | None,
) -> list[Problem]:
    """Rows of the market forces and index tables, and rates in the study, that nothing asks for."""
    found: list[Problem] = []
    if loaded.study.mff is not None and mff is not None:
        organisations = {organisation for organisation, _ in needed.wanted}
        found += unused_names(
            Table(loaded.study.mff.file, terms.ORGANISATION, terms.ORGANISATION, list(mff)), organisations
        )
    given = loaded.study.price_index
    own = {name for each in sets if isinstance(each, UnitCosts) for name in each.frame[PRICE_INDEX].unique() if name}
    served = own | set(index.kinds.values())
    if given.file is not None:
        found += unused_names(Table(given.file, "index", INDEX, gathered.indices), served)
    return [*found, *rates_of_no_index(given.rates, served)]


def _parted(sets: Sequence[UnitCostSet]) -> tuple[dict[int, PlicsSet], dict[int, UnitCostSet]]:
    """The sets of extracts and the others, by their place in the study."""
    plics = {number: given for number, given in enumerate(sets) if isinstance(given, PlicsSet)}
    return plics, {number: given for number, given in enumerate(sets) if number not in plics}


def price_plics(
    loaded: LoadedStudy,
    given: PlicsSet,
    needed: Needed,
    schedules: Iterable[NationalSchedule],
    *,
    key: bytes | None,
    progress: Progress,
) -> tuple[PlicsPrices, Extract]:
    """Read a set's extracts and price them by its rules; `schedules` lend ratios to levels of few records."""
    from pathway_cost.plics.read import read_plics
    from pathway_cost.plics.unit_costs import price_extract

    source = given.plics
    components = Seen(_components(loaded.folder, source.components))
    postcodes, said = _postcodes(loaded.folder, source.postcodes)
    extract = read_plics(
        _extract_files(loaded, given),
        columns=source.columns,
        feed=source.feed,
        folder=loaded.folder,
        layouts=source.layouts,
        accept=source.accept,
        expect=source.expect or (),
        key=key,
        postcodes=postcodes,
        progress=lambda done, total: progress("reading PLICS", done, total),
    )
    rules = loaded.rules[source.rules]
    sites = sites_used(needed)
    priced = price_extract(
        extract,
        rules,
        keys=[name for name in rules.rules if name in needed.declared],
        sites=sites,
        roles_of=roles_of(needed),
        upstream=upstream(needed.pathways),
        components=components,
        covers={name: declared.covers for name, declared in needed.declared.items()},
        bound=loaded.study.bound_unpriced,
        national_ratio=national_ratios(rules, needed.declared, needed.bundles, schedules),
    )
    strays = (
        [] if source.components is None else unused_components(components.of, source.components.file, components.pairs)
    )
    said = (*components.of.notes, *said, *raise_if_any(strays, TableFaults))
    return replace(priced, notes=(*said, *priced.notes)), extract


@dataclass(frozen=True)
class Seen:
    """A component map that keeps the pairs of codes it was asked for."""

    of: ComponentMap
    pairs: set[tuple[str, str]] = field(default_factory=set)

    def component(self, activity: str, resource: str) -> str:
        """The component of one pair of codes."""
        self.pairs.add((activity, resource))
        return self.of.component(activity, resource)


def _extract_files(loaded: LoadedStudy, given: PlicsSet) -> list[str]:
    """The paths and patterns of a set's extracts, from the study's folder."""
    return [str(loaded.folder / pattern) for pattern in given.plics.files]


def _extracts(loaded: LoadedStudy, given: PlicsSet) -> dict[str, Path]:
    """A set's extracts as inputs."""
    from pathway_cost.plics.sources import inside, sources_of

    return {
        source.path.as_posix() if Path(pattern).is_absolute() else inside(source.path, loaded.folder): source.path
        for pattern in sorted(given.plics.files)
        for source in sources_of(str(loaded.folder / pattern))[0]
    }


def plics_unit_costs(
    loaded: LoadedStudy, needed: Needed, *, progress: Progress
) -> tuple[UnitCosts, tuple[Problem, ...]]:
    """The prices of a study's PLICS sets before any fallback, and what there is to say of them."""
    sets, others = _parted(loaded.study.unit_costs)
    if not sets:
        remedy = "add `- plics: {files: …, rules: …}`"
        raise PriceFaults(
            [Problem("no_plics_set", "the study has no `plics:` set", Where(item="unit_costs"), remedy=remedy)]
        )
    schedules = [
        _national(_Gathered(), loaded.folder, each.national)
        for each in others.values()
        if isinstance(each, NationalSet)
    ]
    priced = [price_plics(loaded, given, needed, schedules, key=None, progress=progress) for given in sets.values()]
    frames = pd.concat([prices.unit_costs.frame for prices, _ in priced], ignore_index=True)
    notes = [note for prices, extract in priced for note in (*extract.findings, *prices.notes)]
    return replace(UnitCosts.from_frame(frames, name="PLICS"), written=None), tuple(notes)


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


def _set(
    gathered: _Gathered, loaded: LoadedStudy, number: int, given: UnitCostSet, needed: Needed
) -> UnitCosts | NationalSchedule:
    """One set that is no extract, read; what else it holds goes into `gathered`."""
    match given:
        case NationalSet():
            schedule = _national(gathered, loaded.folder, given.national)
            must_hold(given.expect, Held(records=len(schedule.frame)), given.national)
            return schedule
        case TableSet():
            return _table(gathered, loaded.folder, given)
        case PricesSet():
            year, item = loaded.study.price_year, f"unit_costs.{number}.prices"
            return prices_in_study(given, needed.declared, year, item=item)
        case PackSet():
            raise PriceFaults([_no_packs()])
        case PlicsSet():
            raise AssertionError("extracts are priced last, by _plics")


def _plics(
    gathered: _Gathered,
    loaded: LoadedStudy,
    given: PlicsSet,
    needed: Needed,
    schedules: Iterable[NationalSchedule],
    *,
    key: bytes | None,
    progress: Progress,
) -> UnitCosts:
    priced, extract = price_plics(loaded, given, needed, schedules, key=key, progress=progress)
    gathered.plics.append(priced)
    gathered.controls.append(extract.controls)
    gathered.notes += [*extract.findings, *priced.notes]
    gathered.fingerprint = extract.fingerprint or gathered.fingerprint
    gathered.files |= _extracts(loaded, given)
    gathered.files |= shipped("components.csv") if given.plics.components is None else {}
    for named in filter(None, (given.plics.components, given.plics.postcodes)):
        gathered.files |= table_file(named.file, loaded.folder)
    return replace(priced.unit_costs, borrow=dict(given.borrow))


def _national(gathered: _Gathered, folder: Path, given: str) -> NationalSchedule:
    file = folder / given
    if file.is_file():
        gathered.files |= table_file(given, folder)
        return national_schedule(file)
    schedule = national_schedule(given)
    gathered.files |= shipped(f"{given}.csv") if given in SHIPPED else {}
    return schedule


def _table(gathered: _Gathered, folder: Path, given: TableSet) -> UnitCosts:
    file = folder / given.table
    gathered.files |= table_file(given.table, folder)
    found = read_noted(file, codes=CODES, reads=READ_COLUMNS)
    costs = UnitCosts.from_frame(
        found.table, name=given.table, where=given.table, borrow=given.borrow, notes=found.notes
    )
    if given.expect is not None:
        must_hold(given.expect, Held(gbp=sum_of(found.table[terms.VALUE_GBP]), records=len(found.table)), given.table)
    return costs.in_order()


def price_index(rates: Mapping[str, Mapping[str, float]]) -> PriceIndex:
    """The shipped indices with rates that a user adds."""
    return PriceIndex.shipped().with_rates(rates) if rates else PriceIndex.shipped()


def _study_index(gathered: _Gathered, loaded: LoadedStudy) -> PriceIndex:
    given = loaded.study.price_index
    index = price_index(given.rates)
    gathered.files |= shipped("price_index.csv") | shipped("index_by_kind.csv")
    if given.file is not None:
        gathered.files |= table_file(given.file, loaded.folder)
        found = read_noted(loaded.folder / given.file, reads=INDEX_COLUMNS)
        index = index.with_rates(found.table, where=given.file, notes=found.notes)
        gathered.indices += found.table[INDEX].astype("str").tolist()
        must_hold(given.expect, Held(records=len(found.table)), given.file)
    return index.with_kinds(given.kinds)


def _mff(gathered: _Gathered, loaded: LoadedStudy) -> dict[str, float] | None:
    if loaded.study.mff is None:
        return None
    file = loaded.study.mff.file
    gathered.files |= table_file(file, loaded.folder)
    found = _counted(loaded.folder, loaded.study.mff, mff_tables.COLUMNS, codes=[terms.ORGANISATION])
    factors = market_forces(found.table, where=file)
    gathered.notes += [*found.notes, *columns_unused(found.table, mff_tables.COLUMNS, file)]
    return factors


def _components(folder: Path, given: TableFile | None) -> ComponentMap:
    if given is None:
        return ComponentMap.shipped()
    found = _counted(folder, given, (*COLUMNS, DESCRIPTION))
    return ComponentMap.from_frame(found.table, name=given.file, notes=found.notes)


def _postcodes(folder: Path, given: TableFile | None) -> tuple[pd.DataFrame | None, tuple[Problem, ...]]:
    """The table of postcodes, and what there is to say of it; None where the study names none."""
    from pathway_cost.plics.privacy import POSTCODE_COLUMNS

    if given is None:
        return None, ()
    found = _counted(folder, given, POSTCODE_COLUMNS)
    said = raise_if_any(columns_unused(found.table, POSTCODE_COLUMNS, given.file), TableFaults)
    return found.table, (*found.notes, *said)


def _counted(folder: Path, given: TableFile, reads: Sequence[str], codes: Sequence[str] = ()) -> Noted:
    """A table whose rows are as many as the study says, where it says so."""
    found = read_noted(folder / given.file, codes=codes, reads=reads)
    must_hold(given.expect, Held(records=len(found.table)), given.file)
    return found


def _stack(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    given = list(frames)
    return pd.concat(given, ignore_index=True) if given else pd.DataFrame()


def _no_packs() -> Problem:
    return Problem(
        rule="packs_not_yet_read",
        where=Where(item="unit_costs.pack"),
        what="this version does not read cost packs",
        remedy="give the partner's prices as `table:`",
    )

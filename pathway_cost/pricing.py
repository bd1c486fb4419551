"""From a study's unit cost sets to one price for every organisation and key that any scenario needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import PriceFaults, Problem, Where, raise_if_any
from pathway_cost.level_ratios import national_ratios
from pathway_cost.loading import LoadedStudy
from pathway_cost.needs import Needed, roles_of, sites_used, upstream
from pathway_cost.specs.checks_overlap import loose_parts
from pathway_cost.specs.names import UseAt
from pathway_cost.specs.pathway import UnitCostDeclared
from pathway_cost.specs.study import NationalSet, PackSet, PlicsSet, PricesSet, TableSet, UnitCostSet
from pathway_cost.study_files import Inputs, shipped, table_file
from pathway_cost.tables.answers import Declared
from pathway_cost.tables.components import ComponentMap
from pathway_cost.tables.files import read_table
from pathway_cost.tables.levels_asked import levels_not_asked_for
from pathway_cost.tables.market_forces import market_forces
from pathway_cost.tables.national import SHIPPED, NationalSchedule, national_schedule
from pathway_cost.tables.price_index import PriceIndex
from pathway_cost.tables.prices import Prices
from pathway_cost.tables.resolve import resolve
from pathway_cost.tables.unit_costs import CODES, NEGATIVE, UnitCosts
from pathway_cost.tables.unused_prices import Asking, Fold, prices_that_fold, unused_prices
from pathway_cost.tables.used_prices import negative_prices, prices_of_nothing, used_prices
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


def price_study(loaded: LoadedStudy, needed: Needed, *, key: bytes | None, progress: Progress) -> Priced:
    """Read the sets and resolve every price wanted. Extracts come last, so that a table's fault need not wait for them."""
    gathered = _Gathered()
    index, mff = _study_index(gathered, loaded), _mff(gathered, loaded)
    plics, others = _parted(loaded.study.unit_costs)
    sets = {number: _set(gathered, loaded, number, given, needed) for number, given in others.items()}
    schedules = [each for each in sets.values() if isinstance(each, NationalSchedule)]
    for number, given in plics.items():
        sets[number] = _plics(gathered, loaded, given, needed, schedules, key=key, progress=progress)
    prices = prices_for(
        needed,
        [sets[number] for number in sorted(sets)],
        price_year=price_year(loaded.study.price_year),
        index=index,
        mff=mff,
        all_told=True,
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


def prices_for(
    needed: Needed,
    sets: Sequence[UnitCosts | NationalSchedule],
    *,
    price_year: str,
    index: PriceIndex,
    mff: Mapping[str, float] | None = None,
    all_told: bool = False,
) -> Prices:
    """The prices of a study out of its sets, with what there is to say of what was taken and of what was not.

    Args:
        needed: what all scenarios together ask for.
        sets: in order.
        price_year: the study's, written 2024-25.
        index: growth of prices.
        mff: organisation → market forces factor.
        all_told: whether nothing else is asked of the sets later, so that one that answers nothing is at fault.

    Raises:
        PriceFaults: what no set answers, and prices written almost as they are asked for.
    """
    declared = declared_of(needed.declared)
    asking = Asking(needed.wanted, declared)
    folds = prices_that_fold(sets, asking)
    try:
        prices = resolve(
            sorted(needed.wanted),
            sets,
            declared=declared,
            bundles=needed.bundles,
            price_year=price_year,
            index=index,
            kinds=needed.kinds,
            mff=mff,
        )
    except PriceFaults as error:
        raise PriceFaults([*(fold.problem for fold in folds), *_not_of(error.problems, folds)]) from None
    used = used_prices(sets, prices.taken)
    told = [
        *(fold.problem for fold in folds),
        *levels_not_asked_for(sets, used, needed.levels),
        *parts_beside_stand_ins(needed, prices),
        *unused_prices(sets, asking, prices, all_told=all_told),
        *negative_prices(sets, used),
        *prices_of_nothing(sets, used),
    ]
    return replace(prices, notes=(*prices.notes, *raise_if_any(told, PriceFaults)))


def parts_beside_stand_ins(needed: Needed, prices: Prices) -> list[Problem]:
    """A bundle priced as a whole record where a part outside the bundle is paid too."""
    found = {
        (at.item, organisation): Problem(
            "part_beside_stand_in",
            f"{pathway.bundles[bundle].replaced_by!r} pays for the whole record at {organisation}, in place of the bundle "
            f"{bundle!r}, and {at.setting!r} pays {at.use.unit_cost!r} ({_pounds(prices, organisation, at)}), a part, beside it",
            Where(item=at.item),
            remedy=f"take {at.use.unit_cost} into the bundle, price the bundle's parts, or write `overlap: allowed` with its "
            f"`reason:` under unit_costs.{at.use.unit_cost}",
        )
        for pathway, footprint in zip(needed.pathways, needed.footprints, strict=True)
        for organisation, bundle in sorted(prices.replaced)
        if bundle in pathway.bundles
        for at, role in loose_parts(pathway, bundle)
        if any(roles.get(role) == organisation for roles in footprint.values())
    }
    return list(found.values())


def _pounds(prices: Prices, organisation: str, at: UseAt) -> str:
    block = prices.block(organisation, str(at.use.unit_cost))
    total = float(block.gbp.get((), next(iter(block.gbp.values()))).sum())
    return f"£{total:,.2f} a unit"


def _not_of(problems: Iterable[Problem], folds: Sequence[Fold]) -> list[Problem]:
    """The faults without those of keys whose price only wants writing as it is asked for."""
    items = {f"unit_costs.{fold.key}" for fold in folds}
    return [problem for problem in problems if problem.where.item not in items]


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
    components = _components(loaded.folder, source.components)
    postcodes = None if source.postcodes is None else read_table(loaded.folder / source.postcodes)
    extract = read_plics(
        _extract_files(loaded, given),
        columns=source.columns,
        feed=source.feed,
        folder=loaded.folder,
        layouts=source.layouts,
        accept=source.accept,
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
    return priced, extract


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


def declared_of(declared: Mapping[str, UnitCostDeclared]) -> dict[str, Declared]:
    """The pathway's declarations as the plain rows that tables understand."""
    return {name: _declared(spec) for name, spec in declared.items()}


def _declared(spec: UnitCostDeclared) -> Declared:
    per_use = None
    if spec.per_use is not None:
        stated = spec.per_use.model_dump(exclude_none=True, exclude={"evidence"})
        name, factor = next(iter(stated.items()))
        per_use = (name.split("s_per_")[0], float(factor))
    return Declared(
        unit=spec.unit,
        covers=spec.covers,
        bundle=spec.bundle,
        department=spec.national.department if spec.national else None,
        codes=spec.national.code if spec.national else (),
        times=spec.national.times if spec.national else None,
        per_use=per_use,
        title=spec.title or "",
    )


def _set(
    gathered: _Gathered, loaded: LoadedStudy, number: int, given: UnitCostSet, needed: Needed
) -> UnitCosts | NationalSchedule:
    """One set that is no extract, read; what else it holds goes into `gathered`."""
    match given:
        case NationalSet():
            return _national(gathered, loaded.folder, given.national)
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
    for name in filter(None, (given.plics.components, given.plics.postcodes)):
        gathered.files |= table_file(name, loaded.folder)
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
    table = read_table(file, codes=CODES)
    return UnitCosts.from_frame(table, name=given.table, where=given.table, borrow=given.borrow).in_order()


def price_index(rates: Mapping[str, Mapping[str, float]]) -> PriceIndex:
    """The shipped indices with rates that a user adds."""
    return PriceIndex.shipped().with_rates(rates) if rates else PriceIndex.shipped()


def _study_index(gathered: _Gathered, loaded: LoadedStudy) -> PriceIndex:
    given = loaded.study.price_index
    index = price_index(given.rates)
    gathered.files |= shipped("price_index.csv") | shipped("index_by_kind.csv")
    if given.file is not None:
        gathered.files |= table_file(given.file, loaded.folder)
        index = index.with_rates(read_table(loaded.folder / given.file), where=given.file)
    return index.with_kinds(given.kinds)


def _mff(gathered: _Gathered, loaded: LoadedStudy) -> dict[str, float] | None:
    if loaded.study.mff is None:
        return None
    gathered.files |= table_file(loaded.study.mff, loaded.folder)
    table = read_table(loaded.folder / loaded.study.mff, codes=[terms.ORGANISATION])
    return market_forces(table, where=loaded.study.mff)


def _components(folder: Path, given: str | None) -> ComponentMap:
    return ComponentMap.shipped() if given is None else ComponentMap.from_frame(read_table(folder / given), name=given)


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

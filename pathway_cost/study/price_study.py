"""From a study's unit cost sets to one price for every organisation and key that any scenario needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import PlicsFaults, PriceFaults, Problem, TableFaults, Where, raise_if_any
from pathway_cost.specs.format import (
    NationalSet,
    PackSet,
    PlicsSet,
    PricesSet,
    TableSet,
    UnitCostDeclared,
    UnitCostRules,
    UnitCostSet,
)
from pathway_cost.study.checked_study import LoadedStudy
from pathway_cost.study.found_prices import prices_for
from pathway_cost.study.level_ratios import national_ratios
from pathway_cost.study.named_files import Inputs, shipped, table_file
from pathway_cost.study.named_tables import NamedTable
from pathway_cost.study.needs import Needed, roles_of, sites_used, upstream
from pathway_cost.study.price_tables import (
    Beside,
    Seen,
    components_of,
    factors_of,
    index_of,
    postcodes_of,
    prices_in_study,
    rows_unused,
)
from pathway_cost.study.progress import Progress
from pathway_cost.study.rule_reasons import with_reasons
from pathway_cost.tables.prices.national import SHIPPED, NationalSchedule, national_schedule
from pathway_cost.tables.prices.prices import Prices
from pathway_cost.tables.prices.unit_costs import CODES, READ_COLUMNS, UnitCosts
from pathway_cost.tables.prices.unused_rows import unused_components
from pathway_cost.tables.reading import Held, hands_out, must_hold, price_year, sum_of

if TYPE_CHECKING:
    from pathway_cost.plics.pricing.price_extract import Followed, PlicsPrices, PricesAsked
    from pathway_cost.plics.reading import Extract


@hands_out("claims", "backcast")
@dataclass(frozen=True, repr=False)
class Priced:
    """A study's prices, the PLICS pounds they stand on, and the files they were read from."""

    prices: Prices
    find: Callable[[Needed, LoadedStudy], Prices]
    """Asks the same sets, as they were read, for what a study needs."""
    claims: pd.DataFrame
    backcast: pd.DataFrame
    notes: tuple[Problem, ...]
    files: Inputs = field(default_factory=dict)
    fingerprint: str | None = None
    followed: Mapping[int, Followed] = field(default_factory=dict)
    """Number of a set of extracts → the records behind its price that was asked to be followed."""


class _Sets(NamedTuple):
    """A study's price sets as they were read."""

    asking: Callable[[Needed], Prices]
    unused: Callable[..., list[Problem]]
    declared: Mapping[str, UnitCostDeclared]
    """What the extracts were read for."""
    notes: Sequence[Problem]

    def __repr__(self) -> str:
        return object.__repr__(self)

    def find(self, asked: Needed, loaded: LoadedStudy) -> Prices:
        """What they answer, and what of them nothing asks for; a price missed is told with what its rule said."""
        raise_if_any(_not_read(asked, self.declared, loaded.rules), PriceFaults)
        with with_reasons(self.notes):
            prices = self.asking(asked)
        told = raise_if_any(self.unused(loaded=loaded, needed=asked, prices=prices), TableFaults)
        return replace(prices, notes=(*told, *prices.notes))


def price_study(
    loaded: LoadedStudy, needed: Needed, *, key: bytes | None, progress: Progress, follow: str | None = None
) -> Priced:
    """Read the sets and resolve every price wanted. Extracts come last, so that a table's fault need not wait for them.

    `follow` is the unit cost whose records are wanted, too.
    """
    (index, of_index), (mff, of_mff) = index_of(loaded), factors_of(loaded)
    plics, others = _parted(loaded.study.unit_costs)
    _no_extract_twice(loaded, plics)
    read = {number: _set(loaded, number, given, needed) for number, given in others.items()}
    schedules = [each for each, _ in read.values() if isinstance(each, NationalSchedule)]
    for number, given in plics.items():
        read[number] = _plics(loaded, given, needed, schedules, key=key, progress=progress, follow=follow)
    sets = {number: each for number, (each, _) in read.items()}
    beside = sum((each for _, each in read.values()), start=of_index + of_mff)

    ordered = tuple(sets[number] for number in sorted(sets))
    year = price_year(loaded.study.price_year)
    rules = {key: given for given, each in loaded.rules.items() for key in each.rules}
    asking = partial(prices_for, sets=ordered, price_year=year, index=index, mff=mff, rules=rules, all_told=True)
    unused = partial(rows_unused, beside.indices, sets=ordered, index=index, mff=mff)
    find = _Sets(asking, unused, needed.declared, beside.notes).find
    prices = find(needed, loaded)
    return Priced(
        prices=prices,
        find=find,
        claims=_stack(plics.claims for plics in beside.plics),
        backcast=_stack(plics.backcast for plics in beside.plics),
        notes=(*beside.notes, *prices.notes),
        files=beside.files,
        fingerprint=beside.fingerprint,
        followed={number: each.followed for number, each in zip(plics, beside.plics, strict=True) if each.followed},
    )


def _not_read(
    asked: Needed, read_for: Mapping[str, UnitCostDeclared], rules: Mapping[str, UnitCostRules]
) -> Iterator[Problem]:
    """Unit costs that a rule would price out of extracts that were read without it: another set must not answer in its place."""
    for file, each in rules.items():
        known = set(map(each.rule_of, read_for))
        for key in sorted(asked.declared.keys() - read_for.keys()):
            rule = each.rule_of(key)
            if rule is not None and rule not in known:
                what = f"{key!r} has a rule in {file}, and the extracts were read without it: no scenario asked for it"
                remedy = "declare it in the pathway, or list the scenario in the study, and prepare the study again"
                yield Problem("unit_cost_not_read", what, Where(item=f"unit_costs.{key}"), remedy=remedy)


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
    follow: str | None = None,
) -> tuple[PlicsPrices, Extract]:
    """Read a set's extracts and price them by its rules; `schedules` lend ratios to levels of few records."""
    from pathway_cost.plics.pricing.price_extract import price_extract
    from pathway_cost.plics.reading import Dialect, Privacy, read_plics

    source = given.plics
    components = Seen(components_of(loaded, source.components))
    postcodes, said = postcodes_of(loaded, source.postcodes)
    extract = read_plics(
        _extract_files(loaded, given),
        dialect=Dialect(source.columns, source.feed, source.layouts),
        folder=loaded.folder,
        accept=source.accept,
        expect=source.expect or (),
        privacy=Privacy.of(key, postcodes),
        progress=lambda done, total: progress("reading PLICS", done, total),
    )
    rules = loaded.rules[source.rules]
    priced = price_extract(
        extract,
        rules,
        components=components,
        asked=_prices_asked(needed, rules, given, follow),
        bound=loaded.study.bound_unpriced,
        national_ratio=national_ratios(rules, needed.declared, needed.bundles, schedules),
        to_share=not loaded.study.synthetic,
    )
    strays = (
        [] if source.components is None else unused_components(components.of, source.components.file, components.pairs)
    )
    said = (*components.of.notes, *said, *raise_if_any(strays, TableFaults))
    return replace(priced, notes=(*said, *priced.notes)), extract


def _prices_asked(needed: Needed, rules: UnitCostRules, given: PlicsSet, follow: str | None) -> PricesAsked:
    """What the study asks of a set's extracts."""
    from pathway_cost.plics.pricing.price_extract import PricesAsked

    return PricesAsked(
        keys=[key for key in needed.declared if rules.rule_of(key) is not None],
        sites=sites_used(needed),
        roles_of=roles_of(needed),
        lenders=given.borrow.values(),
        upstream=upstream(needed.pathways),
        covers={name: declared.covers for name, declared in needed.declared.items()},
        follow=follow,
    )


def _no_extract_twice(loaded: LoadedStudy, sets: Mapping[int, PlicsSet]) -> None:
    """Refuse a study that prices the same extract by two sets."""
    if len(sets) < 2:
        return
    from pathway_cost.plics.reading import files_in_two_sets, sources_of

    read = {number: sources_of(_extract_files(loaded, given), loaded.folder)[0] for number, given in sets.items()}
    named = {f"unit_costs.{number}.plics": sources for number, sources in read.items()}
    raise_if_any(files_in_two_sets(named), PlicsFaults)


def _extract_files(loaded: LoadedStudy, given: PlicsSet) -> list[str]:
    """The paths and patterns of a set's extracts, from the study's folder."""
    return [str(loaded.folder / pattern) for pattern in given.plics.files]


def _extracts(loaded: LoadedStudy, given: PlicsSet) -> dict[str, Path]:
    """A set's extracts as inputs."""
    from pathway_cost.plics.reading import inside, sources_of

    return {
        source.path.as_posix() if Path(pattern).is_absolute() else inside(source.path, loaded.folder): source.path
        for pattern in sorted(given.plics.files)
        for source in sources_of(str(loaded.folder / pattern))[0]
    }


def plics_unit_costs(
    loaded: LoadedStudy, needed: Needed, *, progress: Progress
) -> tuple[UnitCosts, tuple[Problem, ...]]:
    """The prices of a study's PLICS sets before any fallback, and what there is to say of them.

    They may be handed on: where it is not told how many records stand behind a price, its standard error is not either.
    """
    sets, others = _parted(loaded.study.unit_costs)
    _no_extract_twice(loaded, sets)
    if not sets:
        remedy = "add `- plics: {files: …, rules: …}`"
        raise PriceFaults(
            [Problem("no_plics_set", "the study has no `plics:` set", Where(item="unit_costs"), remedy=remedy)]
        )
    schedules = [
        _national(loaded.folder, each.national)[0] for each in others.values() if isinstance(each, NationalSet)
    ]
    priced = [price_plics(loaded, given, needed, schedules, key=None, progress=progress) for given in sets.values()]
    frames = pd.concat([prices.unit_costs.frame for prices, _ in priced], ignore_index=True)
    frames[terms.SE_TOTAL] = frames[terms.SE_TOTAL].where(frames[terms.N].notna())
    notes = [note for prices, extract in priced for note in (*extract.findings, *prices.notes)]
    return replace(UnitCosts.from_frame(frames, name="PLICS"), written=None), tuple(notes)


def _set(
    loaded: LoadedStudy, number: int, given: UnitCostSet, needed: Needed
) -> tuple[UnitCosts | NationalSchedule, Beside]:
    """One set that is no extract, read."""
    match given:
        case NationalSet():
            schedule, beside = _national(loaded.folder, given.national)
            must_hold(given.expect, Held(records=len(schedule.frame)), given.national)
            return schedule, beside
        case TableSet():
            return _table(loaded.table(given.table), given)
        case PricesSet():
            year, item = loaded.study.price_year, f"unit_costs.{number}.prices"
            return prices_in_study(given, needed.declared, year, item=item), Beside()
        case PackSet():
            raise PriceFaults([_no_packs()])
        case PlicsSet():
            raise AssertionError("extracts are priced last, by _plics")


def _plics(
    loaded: LoadedStudy,
    given: PlicsSet,
    needed: Needed,
    schedules: Iterable[NationalSchedule],
    *,
    key: bytes | None,
    progress: Progress,
    follow: str | None,
) -> tuple[UnitCosts, Beside]:
    priced, extract = price_plics(loaded, given, needed, schedules, key=key, progress=progress, follow=follow)
    files: Inputs = _extracts(loaded, given) | (shipped("components.csv") if given.plics.components is None else {})
    for named in filter(None, (given.plics.components, given.plics.postcodes)):
        files = {**files, **loaded.table(named.file).inputs}
    notes = (*extract.findings, *priced.notes)
    beside = Beside(notes=notes, files=files, plics=(priced,), fingerprint=extract.fingerprint)
    return replace(priced.unit_costs, borrow=dict(given.borrow)), beside


def _national(folder: Path, given: str) -> tuple[NationalSchedule, Beside]:
    file = folder / given
    if file.is_file():
        return national_schedule(file), Beside(files=table_file(given, folder))
    return national_schedule(given), Beside(files=shipped(f"{given}.csv") if given in SHIPPED else {})


def _table(table: NamedTable, given: TableSet) -> tuple[UnitCosts, Beside]:
    costs, name = table.costs, table.name
    if costs is None:
        found = table.read(codes=CODES, reads=READ_COLUMNS)
        costs, rows = UnitCosts.from_frame(found.table, name=name, where=name, notes=found.notes), found.table
    else:
        rows = costs.frame
    if given.expect is not None:
        must_hold(given.expect, Held(gbp=sum_of(rows[terms.VALUE_GBP]), records=len(rows)), name)
    return replace(costs, borrow={**costs.borrow, **given.borrow}).in_order(), Beside(files=table.inputs)


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

"""An extract priced by rules: unit costs, and the proof of which pounds they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pandas as pd

from pathway_cost.errors import PlicsFaults, Problem, raise_if_any
from pathway_cost.plics.pricing import near_where, pooled_prices, small_counts
from pathway_cost.plics.pricing import price_checks as checks
from pathway_cost.plics.pricing import price_notes as notes
from pathway_cost.plics.pricing.attach import attached_pounds, attachments
from pathway_cost.plics.pricing.backcast import Place, back_cast
from pathway_cost.plics.pricing.claims import Cell, cells_of, claimed_of, claims_of, seen_of, sightings_of, without_void
from pathway_cost.plics.pricing.classes import claim_table, clashes, class_sums, gaps, overlaps
from pathway_cost.plics.pricing.followed import Followed
from pathway_cost.plics.pricing.hidden_records import Withheld, with_hidden, withheld_of
from pathway_cost.plics.pricing.members import members
from pathway_cost.plics.pricing.no_role import organisations_of_no_role, organisations_that_fold
from pathway_cost.plics.pricing.pooled_prices import NationalRatio, Price
from pathway_cost.plics.pricing.records_behind import records_of
from pathway_cost.plics.pricing.statistics import Pool, pools_of
from pathway_cost.plics.pricing.usage import PricesAsked, Usage, usage_of
from pathway_cost.plics.reading import (
    EVENTS_SCHEMA,
    NOT_CODES,
    Components,
    Extract,
    Given,
    Relations,
    open_relations,
    with_plain_codes,
)
from pathway_cost.specs.format import Rule, UnitCostRules
from pathway_cost.tables.prices.unit_costs import UnitCosts

__all__ = ["Followed", "PlicsPrices", "PricesAsked", "price_extract"]

CODE_COLUMNS = tuple(name for name in EVENTS_SCHEMA.names if name not in NOT_CODES)


@dataclass(frozen=True, repr=False)
class PlicsPrices:
    """Unit costs out of PLICS, and where every pound of the extract went.

    `claims` (classes.CLAIM_COLUMNS, and HIDING) puts each cost line in exactly one class; `backcast` (backcast.BACKCAST_COLUMNS)
    proves it by organisation and year; `gaps` (classes.GAP_COLUMNS) is what no price carries at each setting;
    `attached` (organisation, fin_year, feed, is_attached, records, gbp) is where SI and SWC records went. Pounds are
    exact decimals in all but `unit_costs`.
    """

    unit_costs: UnitCosts
    claims: pd.DataFrame
    backcast: pd.DataFrame
    gaps: pd.DataFrame
    attached: pd.DataFrame
    notes: tuple[Problem, ...]
    followed: Followed | None = None
    """The records behind the price that was asked to be followed; None where no rule in use has it."""


@dataclass(frozen=True, repr=False)
class _Found:
    """What the relations gave, before it is worded."""

    prices: tuple[Price, ...]
    clashes: pd.DataFrame
    claims: pd.DataFrame
    overlap: Mapping[Place, Decimal]
    pounds_in: Mapping[Place, Decimal]
    records: Mapping[str, int]
    withheld: Withheld
    gaps: pd.DataFrame
    attached: pd.DataFrame
    followed: Followed | None
    notes: tuple[Problem, ...]


def price_extract(
    extract: Extract,
    rules: UnitCostRules,
    *,
    components: Components,
    asked: PricesAsked | None = None,
    bound: float = 0.02,
    national_ratio: NationalRatio | None = None,
    to_share: bool = False,
) -> PlicsPrices:
    """Prices by organisation, unit cost key, level and component, out of an extract by rules.

    Args:
        extract: records and cost lines as read.
        rules: the rules file.
        components: (ActCstID, ResCstID) → component.
        asked: what a study asks of the extract. A rule is used when it prices one of the keys asked for or stands at a
            site; all rules when neither keys nor sites are given.
        bound: share of a setting's pounds without a price above which the note is a warning.
        national_ratio: (unit cost key, level) → national price at the level ÷ over all, for levels that borrow.
        to_share: whether what is made of the prices is handed on: those of few records are then rounded, and do not say how
            many records stand behind them. The proof of the pounds is of the exact ones.

    Raises:
        PlicsFaults: rules that do not fit the records, or two rules of one setting that price the same lines.

    A slope rule gives two keys: `<rule>.bed_day` (unit bed_day) and `<rule>.admission` (unit episode: one a record).

    >>> import tempfile
    >>> from decimal import Decimal
    >>> from pathlib import Path
    >>> from pathway_cost.tables.prices.components import ComponentMap
    >>> stays = pd.DataFrame({"event_id": [1, 2], "feed": "APC", "fin_year": "2024-25", "organisation": "RXX",
    ...                       "EpType": "3", "Alos": [2, 4]})
    >>> lines = pd.DataFrame({"event_id": [1, 2], "ActCstID": "WRD001", "ActCnt": 1, "ResCstID": "CPF001",
    ...                       "TotCst": [Decimal(1000), Decimal(1700)]})
    >>> rules = UnitCostRules.model_validate({"rules": {"ward.bed_day": {"feed": "APC", "per": "bed_day"}}})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     extract = Extract.from_frames(stays, lines, Path(folder))
    ...     priced = price_extract(extract, rules, components=ComponentMap.shipped())
    >>> priced.unit_costs.frame[["unit_cost", "value_gbp", "n", "accepted"]].values.tolist()
    [['ward.bed_day', 450.0, 2.0, False]]
    """
    asked, rules = asked or PricesAsked(), with_plain_codes(rules)
    usage = usage_of(rules, asked)
    raise_if_any(_faults(usage, rules, asked.upstream), PlicsFaults)
    with open_relations(extract, components, _columns(usage, rules)) as relations:
        raise_if_any(small_counts.unsound(relations), PlicsFaults)
        found = _find(relations, usage, rules, asked.follow)
    told = [
        *notes.unpriced_pounds(found.gaps, bound, found.withheld),
        *found.notes,
        *organisations_of_no_role(found.records, found.pounds_in, asked.organisations, found.withheld.totals),
        *organisations_that_fold({price.organisation for price in found.prices}, asked.organisations),
        *checks.lines_claimed_twice(found.clashes, usage),
    ]
    raise_if_any(told, PlicsFaults)
    prices = pooled_prices.to_share(found.prices, found.withheld.pools) if to_share else found.prices
    kept = pooled_prices.with_levels(pooled_prices.newest(prices), rules, national_ratio)
    told += [*notes.older_years(found.prices, kept), *notes.levels_borrowed(kept)]
    told += pooled_prices.prices_in_two_figures(kept) if to_share else []
    return PlicsPrices(
        unit_costs=pooled_prices.unit_costs_of(kept, rules, asked.covers),
        claims=found.claims,
        backcast=back_cast(found.pounds_in, found.claims, found.overlap, found.prices, usage),
        gaps=found.gaps,
        attached=found.attached,
        notes=tuple(told),
        followed=_with_prices(found.followed, kept),
    )


def _with_prices(followed: Followed | None, prices: Iterable[Price]) -> Followed | None:
    """What is followed, with those of the prices that are of its rule."""
    if followed is None:
        return None
    return replace(followed, prices=tuple(price for price in prices if price.rule == followed.name))


def _find(relations: Relations, usage: Usage, rules: UnitCostRules, follow: str | None) -> _Found:
    pounds_in = small_counts.pounds_in(relations)
    codes, feeds = relations.activity_codes, {str(feed) for feed in relations.kinds["feed"]}
    picked = members(relations, usage, rules.derive)
    attached = attachments(relations, feeds)
    seen = seen_of(relations, usage, picked, attached)
    records = sightings_of(relations, seen, attached)
    cells = cells_of(relations, usage, records)
    pools = pools_of(relations, usage, picked, (seen, records, claimed_of(relations, cells)))
    prices = tuple(price for pool in pools for price in pooled_prices.prices_of(pool, rules))
    carried = without_void(cells, small_counts.void_of(usage, pools, prices))
    sums = with_hidden(class_sums(carried, usage))
    hidden = withheld_of(sums, pools, usage)
    table = claim_table(sums, usage)
    counts = small_counts.record_counts(relations, picked)
    attached_table = attached_pounds(relations, records)
    tables = {"members": picked, "seen": seen, "sightings": records}
    values, left_out = small_counts.where_values(relations, usage), small_counts.left_out(counts, cells)
    return _Found(
        prices=prices,
        clashes=clashes(relations, usage, records, carried),
        claims=table,
        overlap=overlaps(sums),
        pounds_in=pounds_in,
        records=relations.records_in,
        withheld=hidden,
        gaps=gaps(usage, carried),
        attached=attached_table,
        followed=_followed(relations, usage, rules, follow, tables=tables, cells=cells, pools=pools, withheld=hidden),
        notes=(
            *notes.rule_finds_nothing(usage, counts, feeds),
            *notes.codes_match_nothing(usage, values),
            *near_where.records_nearly_picked(relations, usage, values),
            *near_where.levels_nearly_met(relations, usage, rules.derive),
            *near_where.activities_nearly_claimed(relations, usage, codes),
            *notes.activities_match_nothing(usage, codes),
            *notes.left_out(left_out, usage, hidden),
            *notes.nothing_is_left(left_out, counts, usage, hidden),
            *notes.records_without_level(counts, usage, hidden),
            *notes.pools_without_price(pools, prices, usage, hidden),
            *pooled_prices.slopes_refused(pools, rules),
            *notes.rest_of_unlike_settings(usage),
            *notes.pounds_in_two_prices(table, usage, hidden),
            *notes.orphans(attached_table, hidden),
            *notes.unmapped_pounds(pools, hidden),
        ),
    )


def _followed(
    relations: Relations,
    usage: Usage,
    rules: UnitCostRules,
    key: str | None,
    *,
    tables: Mapping[str, Given],
    cells: Sequence[Cell],
    pools: Sequence[Pool],
    withheld: Withheld,
) -> Followed | None:
    """The records behind the price of a key, if one is followed, proved to add up to its pools."""
    name = None if key is None else rules.rule_of(key)
    if name is None or name not in usage.rules:
        return None
    rule, number = usage.rules[name], usage.numbers[name]
    columns = _read_by(rule, rules)
    claims = claims_of(relations, cells, number)
    records = records_of(relations, number, columns, {**tables, "claims": claims})
    return Followed.of(name, columns, records, pools, withheld.pools)


def _read_by(rule: Rule, rules: UnitCostRules) -> tuple[str, ...]:
    """The codes of a record that decide what its rule makes of it, beside its place and feed."""
    levels = [rules.derive[name].source for name in rule.by]
    counted = {"episode": "EpType", "spell": "EpType", "bed_day": "Alos"}.get(rule.per) if rule.feed == "APC" else None
    read = dict.fromkeys([*rule.where, *levels, *filter(None, [counted])])
    return tuple(name for name in read if name not in ("organisation", "fin_year", "feed"))


def _faults(usage: Usage, rules: UnitCostRules, upstream: Mapping[str, frozenset[str]]) -> list[Problem]:
    return [
        *checks.no_rule_used(usage, rules),
        *checks.denominator_not_of_feed(usage.rules),
        *checks.column_unknown(usage.rules, rules.derive, CODE_COLUMNS),
        *checks.attribute_not_derived(usage.rules, rules.derive),
        *checks.age_band_is_not_a_number(usage.rules, rules.derive),
        *checks.attached_and_priced(usage, upstream),
    ]


def _columns(usage: Usage, rules: UnitCostRules) -> list[str]:
    picked = [column for rule in usage.rules.values() for column in rule.where]
    return [*picked, *(rules.derive[name].source for rule in usage.rules.values() for name in rule.by)]

"""What a reader must know about the prices: warnings and notes, one rule a function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final

import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import Fact, Problem, Severity, Where, first_few, nearest_name
from pathway_cost.plics.pricing.classes import PRICED_MORE
from pathway_cost.plics.pricing.hidden_records import Withheld
from pathway_cost.plics.pricing.members import OPEN, TAKEN, ZERO_DAYS
from pathway_cost.plics.pricing.pooled_prices import Price
from pathway_cost.plics.pricing.statistics import Pool
from pathway_cost.plics.pricing.usage import Usage
from pathway_cost.plics.reading import Told, either, is_code, near_codes, pounds, rows_of, those
from pathway_cost.tables.reading import matches

VALUES_SHOWN: Final = 5
ACTIVITIES_SHOWN: Final = 5
UNMAPPED_BOUND: Final = 0.01
LEFT_OUT: Final = {
    OPEN: ("work_in_progress", "work in progress"),
    ZERO_DAYS: ("zero_day_stays", "zero-day"),
}

NOTHING_LEFT: Final = {
    OPEN: ("no record is complete (EpType 3): there is no episode or spell to divide by", "look at EpType"),
    ZERO_DAYS: (
        "every record that the rule finds is of no days (Alos 0): there is no day to divide by",
        "look at Alos, or write `days: nights` or `zero_day: 0.5`",
    ),
}


def rule_finds_nothing(usage: Usage, counts: pd.DataFrame, feeds: Iterable[str]) -> list[Problem]:
    """A rule picks no record (n = 0): its feed is not in the extract, or no record fits `where`."""
    present, found = set(feeds), set(counts["rule"])
    return [
        _warning(
            "rule_finds_nothing",
            f"no record: n = 0; {'no record fits `where`' if rule.feed in present else f'the extract has no {rule.feed}'}",
            f"rules.{name}",
            about=[("price", name)],
        )
        for name, rule in usage.rules.items()
        if usage.numbers[name] not in found
    ]


def codes_match_nothing(usage: Usage, values: Mapping[tuple[str, str], Sequence[str]]) -> list[Problem]:
    """A code of `where` that no record of the feed has; `values` is (feed, column) → the codes there are."""
    return [
        _warning(
            "code_matches_nothing",
            f"no {rule.feed} record has {column} {code!r}{_present(code, column, values[rule.feed, column])}",
            f"rules.{name}.where.{column}",
            nearest_name(code.rstrip("*"), _codes_among(values[rule.feed, column], column)),
            about=[("price", name)],
        )
        for name, rule in usage.rules.items()
        for column, codes in rule.where.items()
        for code in codes
        if not any(matches(value, code) for value in values[rule.feed, column])
        and not near_codes(values[rule.feed, column], [code])
    ]


def _codes_among(values: Sequence[str], column: str) -> list[str]:
    """The values of a column that a message may show: ages, areas and sexes are read as they were written."""
    return [value for value in values if is_code(value, column)]


def _present(code: str, column: str, values: Sequence[str]) -> str:
    """The codes there are, where none is near: those that look alike first."""
    known = _codes_among(values, column)
    if nearest_name(code.rstrip("*"), known) is not None:
        return ""
    alike = get_close_matches(code.rstrip("*"), known, n=VALUES_SHOWN, cutoff=0)
    more = f" and {len(values) - len(alike):,} more" if len(values) > len(alike) else ""
    if alike:
        return f" (there are {', '.join(map(repr, alike))}{more})"
    return f" (there are {len(values):,} others)" if values else " (there are none)"


def activities_match_nothing(usage: Usage, codes: Sequence[str]) -> list[Problem]:
    """An activity of a rule that no cost line of the extract has."""
    return [
        _warning(
            "activity_matches_nothing",
            f"no cost line has the activity {pattern!r}",
            f"rules.{name}.activities",
            nearest_name(pattern.rstrip("*"), codes),
            about=[("price", name)],
        )
        for name, rule in usage.rules.items()
        if not rule.takes_rest
        for pattern in (*rule.activities, *([rule.count_of] if rule.count_of else []))
        if not any(matches(code, pattern) for code in codes)
    ]


def nothing_is_left(table: pd.DataFrame, counts: pd.DataFrame, usage: Usage, hidden: Withheld) -> list[Problem]:
    """A rule all of whose records are open, or stays of no days: there is nothing to divide by.

    `table` as in `left_out`; `counts`: rule (number), organisation, fin_year, status.
    """
    names, place = list(usage.rules), ["rule", "organisation", "fin_year"]
    priced = set(counts.loc[counts["status"] == TAKEN, place].itertuples(index=False, name=None))
    return [
        _warning(
            "nothing_is_left",
            f"{row.organisation} {row.fin_year}: {NOTHING_LEFT[row.status][0]} (" + _records_of(row, hidden) + ")",
            f"rules.{names[row.rule]}",
            remedy=NOTHING_LEFT[row.status][1],
            about=[("price", names[row.rule]), ("organisation", row.organisation)],
        )
        for row in rows_of(table)
        if (row.rule, row.organisation, row.fin_year) not in priced
    ]


def left_out(table: pd.DataFrame, usage: Usage, hidden: Withheld) -> list[Problem]:
    """Open episodes and stays of no days that a rule leaves out of both sums, with the pounds it would have priced.

    `table`: rule (number), organisation, fin_year, status, records, gbp.
    """
    names = list(usage.rules)
    return [
        _note(
            LEFT_OUT[row.status][0],
            f"{row.organisation} {row.fin_year}: {LEFT_OUT[row.status][1]}: " + _records_of(row, hidden),
            f"rules.{names[row.rule]}",
            about=[("price", names[row.rule]), ("gbp", float(row.gbp))],
        )
        for row in rows_of(table)
    ]


def records_without_level(counts: pd.DataFrame, usage: Usage, hidden: Withheld) -> list[Problem]:
    """Records whose code no line of `derive:` names: in the price over all, at no level.

    `counts`: rule (number), organisation, fin_year, status, has_level, units.
    """
    names = list(usage.rules)
    return [
        _warning(
            "records_without_level",
            f"{row.organisation} {row.fin_year}: "
            + those(row.units, "record", withheld=hidden.of_rule(names[row.rule], row.organisation, row.fin_year))
            + f" at no level of {', '.join(usage.rules[names[row.rule]].by)}",
            f"rules.{names[row.rule]}.by",
            remedy='add the code, or "*" for any other, to `derive:`',
            about=[("price", names[row.rule]), *(("attribute", name) for name in usage.rules[names[row.rule]].by)],
        )
        for row in rows_of(counts)
        if row.status == TAKEN and not row.has_level and usage.rules[names[row.rule]].by
    ]


def pools_without_price(
    pools: Iterable[Pool], priced: Iterable[Price], usage: Usage, hidden: Withheld
) -> list[Problem]:
    """Records found, but no pounds among the activities, or nothing to divide by."""
    have = {(price.rule, price.organisation, price.fin_year) for price in priced}
    return [
        _warning(
            "pool_without_price",
            f"{pool.organisation} {pool.fin_year}: "
            + _without_price(pool, withheld=hidden.of_place(pool.organisation, pool.fin_year)),
            f"rules.{pool.rule}",
            about=[("price", pool.rule), ("organisation", pool.organisation)],
        )
        for pool in pools
        if pool.level == ""
        and usage.rules[pool.rule].method == "ratio"
        and (pool.rule, pool.organisation, pool.fin_year) not in have
    ]


def _without_price(pool: Pool, *, withheld: bool) -> Told:
    found = those(pool.n, "record", withheld=withheld) + ", no price: "
    if not pool.gbp:
        return found + "no cost line of these activities"
    return found + either(pool.n, pounds(pool.total), "pounds", withheld=withheld) + " and a denominator of 0"


def unpriced_pounds(gaps: pd.DataFrame, bound: float, hidden: Withheld) -> list[Problem]:
    """Pounds of the patients at a setting that no price there carries; a warning above the bound."""
    problems = []
    place = ["setting", "organisation", "fin_year"]
    for (setting, organisation, fin_year), rows in gaps.groupby(place, sort=False):
        gap, whole = sum(rows["gbp"], Decimal(0)), rows["setting_gbp"].iloc[0]
        if not gap:
            continue
        share = abs(float(gap)) / abs(float(whole)) if whole else 1.0
        activities = ", ".join(f"{row.activity} {pounds(row.gbp)}" for row in _largest(rows))
        lead = f"{organisation} {fin_year}: pounds of these patients that no price carries at {setting!r}: "
        tell = _warning if share > bound else _note
        figures, words = f"{pounds(gap)} of {pounds(whole)} ({share:.1%}): {activities}", _activities_of(rows)
        withheld = hidden.of_place(organisation, fin_year)
        said = lead + either(rows["records"].min(), figures, words, withheld=withheld)
        about: list[Fact] = [("setting", str(setting)), ("gbp", float(gap))]
        remedy = "`activities: rest` claims them"
        problems.append(tell("unpriced_pounds", said, f"settings.{setting}", remedy=remedy, about=about))
    return problems


def _activities_of(rows: pd.DataFrame) -> str:
    return f"of {first_few(sorted(rows['activity']), ACTIVITIES_SHOWN)}"


def pounds_in_two_prices(claim_table: pd.DataFrame, usage: Usage, hidden: Withheld) -> list[Problem]:
    """Lines that several prices hold, at different settings or with `overlap: allowed`."""
    twice = claim_table[claim_table["class"] == PRICED_MORE]
    return [
        _note(
            "pounds_in_two_prices",
            f"{organisation} {fin_year}: "
            + either(
                rows["records"].max(),
                pounds(sum(rows["gbp"], Decimal(0))),
                "pounds",
                withheld=hidden.of_place(organisation, fin_year),
            )
            + f" stand in the prices of {rules}{_reasons(str(rules), usage)}",
            f"rules.{str(rules).partition(' + ')[0]}",
            about=[*(("price", name) for name in _named(str(rules))), ("gbp", float(sum(rows["gbp"], Decimal(0))))],
        )
        for (organisation, fin_year, rules), rows in twice.groupby(["organisation", "fin_year", "rules"], sort=False)
    ]


def orphans(attached: pd.DataFrame, hidden: Withheld) -> list[Problem]:
    """SI and SWC records that no APC, OP or EC record of the organisation holds."""
    return [
        _note(
            "orphan_records",
            f"{row.organisation} {row.fin_year}: "
            + _records_of(row, hidden, f"{row.feed} record")
            + ", attached to no APC, OP or EC record",
            about=[("feed", row.feed), ("gbp", float(row.gbp))],
        )
        for row in rows_of(attached[~attached["is_attached"].astype(bool)])
    ]


def unmapped_pounds(pools: Iterable[Pool], hidden: Withheld) -> list[Problem]:
    """Priced pounds whose activity and resource the component table does not name, where above 1%."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for pool in (pool for pool in pools if pool.level == ""):
        unmapped, total = found.get(pool.organisation, (Decimal(0), Decimal(0)))
        found[pool.organisation] = (unmapped + pool.gbp.get(terms.UNMAPPED, Decimal(0)), total + pool.total)
    return [
        _warning(
            "unmapped_pounds",
            f"{organisation}: "
            + _unmapped(unmapped, total, withheld=hidden.of_organisation(organisation))
            + " of priced pounds have no component",
            "components",
            remedy="add their ActCstID and ResCstID to the component table",
            about=[("organisation", organisation), ("gbp", float(unmapped))],
        )
        for organisation, (unmapped, total) in found.items()
        if total and abs(unmapped) > Decimal(str(UNMAPPED_BOUND)) * abs(total)
    ]


def _unmapped(unmapped: Decimal, total: Decimal, *, withheld: bool) -> Told:
    figures = f"{pounds(unmapped)} ({float(unmapped) / float(total):.1%})"
    return Told(figures, f"more than {UNMAPPED_BOUND:.0%}" if withheld else figures)


def _records_of(row: Any, hidden: Withheld, noun: str = "record") -> Told:
    """The records and pounds of a row of one organisation and year."""
    return those(row.records, noun, row.gbp, withheld=hidden.of_place(row.organisation, row.fin_year))


def older_years(prices: Iterable[Price], kept: Iterable[Price]) -> list[Problem]:
    """Several years in the extract: the newest is the price."""
    newest = {(price.organisation, price.key): price.fin_year for price in kept}
    older: dict[tuple[str, str], set[str]] = {}
    for price in prices:
        place = (price.organisation, price.key)
        if price.fin_year != newest.get(place, price.fin_year):
            older.setdefault(place, set()).add(price.fin_year)
    return [
        _note(
            "older_years_not_used",
            f"{organisation}: the price is of {newest[organisation, key]}, the newest year; not used: "
            f"{', '.join(sorted(years))}",
            f"rules.{key}",
            about=[("price", key)],
        )
        for (organisation, key), years in older.items()
    ]


def levels_borrowed(prices: Iterable[Price]) -> list[Problem]:
    """Levels with too few records, priced at their parent's mean."""
    return [
        _note(
            "level_borrowed",
            f"{price.organisation}, {price.level}: {'few records' if price.hidden else f'n = {price.n:,}'}; {price.borrowed}",
            f"rules.{price.key}",
            about=[("price", price.key)],
        )
        for price in prices
        if price.borrowed
    ]


def rest_of_unlike_settings(usage: Usage) -> list[Problem]:
    """A `rest` rule stands at settings with different rules: it leaves out what any of them claims."""
    found: dict[str, set[frozenset[str]]] = {}
    for site in usage.sites:
        if usage.rules[site.rule].takes_rest:
            others = frozenset(s.rule for s in usage.sites if s.setting == site.setting and s.rule != site.rule)
            found.setdefault(site.rule, set()).add(others)
    return [
        _warning(
            "rest_of_unlike_settings",
            "`rest` is used at settings with different rules; its one price leaves out what any of them claims",
            f"rules.{name}.activities",
            remedy="write a `rest` rule for each setting",
            about=[("price", name)],
        )
        for name, companions in found.items()
        if len(companions) > 1
    ]


def _largest(rows: pd.DataFrame) -> list[Any]:
    return sorted(rows_of(rows), key=lambda row: abs(row.gbp), reverse=True)[:ACTIVITIES_SHOWN]


def _reasons(rules: str, usage: Usage) -> str:
    reasons = [usage.rules[name].reason for name in _named(rules) if name in usage.rules and usage.rules[name].overlap]
    return f" (allowed: {'; '.join(str(reason) for reason in reasons)})" if reasons else ""


def _named(rules: str) -> list[str]:
    """The rules that the claim table names in one cell."""
    return rules.replace(" and ", " + ").split(" + ")


def _warning(
    rule: str,
    said: Told | str,
    item: str | None = None,
    nearest: str | None = None,
    remedy: str | None = None,
    *,
    about: Iterable[Fact] = (),
) -> Problem:
    what, shared = said.both if isinstance(said, Told) else (said, None)
    return Problem(rule, what, Where(item=item), nearest, remedy, Severity.WARNING, shared, tuple(about))


def _note(
    rule: str, said: Told | str, item: str | None = None, remedy: str | None = None, about: Iterable[Fact] = ()
) -> Problem:
    return replace(_warning(rule, said, item, remedy=remedy, about=about), severity=Severity.NOTE)

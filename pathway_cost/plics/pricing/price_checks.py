"""Faults of rules that meet an extract, one rule a function: all raised before or right after the claim table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import Problem, Where, nearest_name
from pathway_cost.plics.pricing.derive import ANY
from pathway_cost.plics.pricing.usage import Site, Usage
from pathway_cost.plics.reading import counted, pounds, rows_of
from pathway_cost.specs.format import AGE, FEED_DENOMINATORS, Derive, Rule, UnitCostRules


def no_rule_used(usage: Usage, rules: UnitCostRules) -> list[Problem]:
    """The rules price nothing that is wanted."""
    if usage.rules:
        return []
    return [Problem("no_rule_used", f"no rule prices a unit cost that is wanted; rules: {', '.join(rules.rules)}")]


def denominator_not_of_feed(rules: Mapping[str, Rule]) -> list[Problem]:
    """A rule divides by something its feed does not hold (episodes of an outpatient record)."""
    return [
        Problem(
            "denominator_not_of_feed",
            f"`per: {rule.per}` does not go with `feed: {rule.feed}`",
            Where(item=f"rules.{name}.per"),
            remedy=f"with {rule.feed} use {' or '.join(FEED_DENOMINATORS[rule.feed])}",
        )
        for name, rule in rules.items()
        if rule.per not in FEED_DENOMINATORS[rule.feed]
    ]


def column_unknown(rules: Mapping[str, Rule], derives: Mapping[str, Derive], columns: Sequence[str]) -> list[Problem]:
    """`where` or `derive` names no code column of the records."""
    asked = [(f"rules.{name}.where.{column}", column) for name, rule in rules.items() for column in rule.where]
    attributes = dict.fromkeys(attribute for rule in rules.values() for attribute in rule.by)
    asked += [(f"derive.{name}.from", derives[name].source) for name in attributes if name in derives]
    return [
        Problem(
            "column_unknown", f"the records have no column {column!r}", Where(item=item), nearest_name(column, columns)
        )
        for item, column in asked
        if column not in columns
    ]


def attribute_not_derived(rules: Mapping[str, Rule], derives: Mapping[str, Derive]) -> list[Problem]:
    """`by` names an attribute that `derive:` does not read from the record."""
    return [
        Problem(
            "attribute_not_derived",
            f"`by` names {attribute!r}, which `derive:` does not read from the record",
            Where(item=f"rules.{name}.by"),
            nearest_name(attribute, derives),
        )
        for name, rule in rules.items()
        for attribute in rule.by
        if attribute not in derives
    ]


def age_band_is_not_a_number(rules: Mapping[str, Rule], derives: Mapping[str, Derive]) -> list[Problem]:
    """A band of `from: age` does not start at a year of age."""
    attributes = dict.fromkeys(attribute for rule in rules.values() for attribute in rule.by)
    return [
        Problem(
            "age_band_is_not_a_number",
            f"{low!r} is not the lowest year of an age band",
            Where(item=f"derive.{name}"),
            remedy='write the lowest year of each band, as in "65": 65_plus',
        )
        for name in attributes
        if name in derives and derives[name].source == AGE
        for low in derives[name].levels
        if low != ANY and not low.isdecimal()
    ]


def attached_and_priced(usage: Usage, upstream: Mapping[str, frozenset[str]]) -> list[Problem]:
    """A rule prices SI or SWC records, another of the same role attaches that feed at or before the setting."""
    return [
        Problem(
            "attached_and_priced",
            f"{child.rule!r} prices {usage.rules[child.rule].feed} records at setting {child.setting!r}, and "
            f"{parent.rule!r} attaches {usage.rules[child.rule].feed} to its own records at {parent.setting!r}: "
            "their pounds would be counted twice",
            Where(item=f"rules.{parent.rule}.attached"),
            remedy="leave `attached:` out, drop the other use, or write `overlap: allowed` with a `reason`",
        )
        for child, parent in _attaching_pairs(usage, upstream)
    ]


def lines_claimed_twice(clashes: pd.DataFrame, usage: Usage) -> list[Problem]:
    """Two rules used at one setting price the same lines."""
    names = list(usage.rules)
    return [
        Problem(
            "lines_claimed_twice",
            f"{names[row.first]!r} and {names[row.second]!r} both price the same lines at setting {row.setting!r}: "
            f"{row.organisation}, {counted(row.records, 'record')}, {counted(row.lines, 'line')}, {pounds(row.gbp)}",
            Where(item=f"rules.{names[row.second]}"),
            remedy="narrow `where` or `activities` of one, or write `overlap: allowed` with a `reason`",
        )
        for row in rows_of(clashes)
    ]


def _attaching_pairs(usage: Usage, upstream: Mapping[str, frozenset[str]]) -> list[tuple[Site, Site]]:
    if not usage.stated:
        return []
    priced = [site for site in usage.sites if usage.rules[site.rule].feed in terms.CHILD_FEEDS]
    return [
        (child, parent)
        for child in priced
        for parent in usage.sites
        if parent.role == child.role
        and usage.rules[child.rule].feed in usage.rules[parent.rule].attached
        and parent.setting in {child.setting, *upstream.get(child.setting, ())}
        and not (usage.rules[child.rule].overlap or usage.rules[parent.rule].overlap)
    ]

"""What unit cost rules mean for a pathway and for the feeds they read: every rule, all faults together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pathway_cost import terms
from pathway_cost.errors import Problem, Severity, Where, nearest_name
from pathway_cost.specs.checks.of_uses import bearer
from pathway_cost.specs.format import (
    AGE,
    FEED_COLUMNS,
    FEED_DENOMINATORS,
    FEED_IDENTIFIERS,
    Pathway,
    Rule,
    UnitCostDeclared,
    UnitCostRules,
    level_attributes,
    uses_of,
)

SLOPE_UNITS: Final[Mapping[str, str]] = {"bed_day": "bed_day", "admission": "episode"}
"""What `method: slope` adds to the rule's key → the unit of that price."""


def check_rules(rules: UnitCostRules, pathway: Pathway) -> list[Problem]:
    """Every fault, warning and note of a rules file, its items ready for `Source.place`."""
    return [
        *rule_of_no_unit_cost(rules, pathway),
        *rule_of_another_unit(rules, pathway),
        *by_without_derive(rules),
        *by_no_attribute_of_the_pathway(rules, pathway),
        *derived_level_unknown(rules, pathway),
        *level_never_derived(rules, pathway),
        *age_band_without_age(rules),
        *column_of_no_feed(rules),
        *denominator_of_no_feed(rules),
        *attached_to_no_parent(rules),
        *days_without_days(rules),
        *star_inside_a_code(rules),
        *several_rests_at_one_setting(rules, pathway),
    ]


def keys_of(key: str, rule: Rule) -> dict[str, str]:
    """The unit costs a rule prices → their units.

    >>> keys_of("ward.knee", Rule(feed="APC", per="bed_day", method="slope"))
    {'ward.knee.bed_day': 'bed_day', 'ward.knee.admission': 'episode'}
    """
    if rule.method == "slope":
        return {f"{key}.{part}": unit for part, unit in SLOPE_UNITS.items()}
    return {key: rule.unit or rule.per if rule.per == "activity_count" else rule.per}


def rule_of_no_unit_cost(rules: UnitCostRules, pathway: Pathway) -> list[Problem]:
    """A rule for a unit cost that the pathway does not declare: nothing asks for its price."""
    return [
        Problem(
            "rule_of_no_unit_cost",
            f"the pathway declares no unit cost {name!r}",
            Where(item=f"rules.{key}"),
            nearest_name(name, pathway.unit_costs),
            severity=Severity.WARNING,
            about=(("price", key),),
        )
        for key, rule in rules.rules.items()
        for name in [next(iter(keys_of(key, rule)))]
        if not any(name in pathway.unit_costs for name in keys_of(key, rule))
    ]


def rule_of_another_unit(rules: UnitCostRules, pathway: Pathway) -> list[Problem]:
    """A price per something else than the pathway declares; units convert only by the declared `per_use`."""
    return [
        Problem(
            "rule_of_another_unit",
            f"the rule prices a {unit}, the pathway declares {name!r} per {pathway.unit_costs[name].unit}",
            Where(item=f"rules.{key}.per"),
            remedy=_unit_remedy(rule),
        )
        for key, rule in rules.rules.items()
        for name, unit in keys_of(key, rule).items()
        if name in pathway.unit_costs and unit not in units_taken(pathway.unit_costs[name])
    ]


def units_taken(declared: UnitCostDeclared) -> tuple[str, ...]:
    """The units of price that a declared unit cost takes: its own, and the one its `per_use` converts."""
    factors = declared.per_use.model_fields_set - {"evidence"} if declared.per_use is not None else set[str]()
    return (declared.unit, *(factor.split("s_per_")[0] for factor in sorted(factors)))


def _unit_remedy(rule: Rule) -> str:
    if rule.per == "activity_count" and rule.unit is None:
        return "say what the count counts, as `unit: minute`"
    return "price the declared unit, or declare `per_use:` with evidence"


def by_without_derive(rules: UnitCostRules) -> list[Problem]:
    """`by` names an attribute that `derive:` does not read from the record."""
    return [
        Problem(
            "by_without_derive",
            f"`derive:` does not read {name!r} from the record",
            Where(item=f"rules.{key}.by"),
            nearest_name(name, rules.derive),
            f"add derive: {{{name}: {{from: …}}}}",
        )
        for key, rule in rules.rules.items()
        for name in rule.by
        if name not in rules.derive
    ]


def by_no_attribute_of_the_pathway(rules: UnitCostRules, pathway: Pathway) -> list[Problem]:
    """`by` names what the pathway has no levels of: no patient could be given the price of a level."""
    levels = level_attributes(pathway)
    return [
        Problem(
            "by_no_attribute_of_the_pathway",
            f"the pathway has no attribute {name!r} with levels",
            Where(item=f"rules.{key}.by"),
            nearest_name(name, levels),
        )
        for key, rule in rules.rules.items()
        for name in rule.by
        if name not in levels
    ]


def derived_level_unknown(rules: UnitCostRules, pathway: Pathway) -> list[Problem]:
    """`derive:` gives a level that the pathway's attribute lacks."""
    levels = level_attributes(pathway)
    return [
        Problem(
            "derived_level_unknown",
            f"attribute {name!r} has no level {level!r}",
            Where(item=f"derive.{name}.{code}"),
            nearest_name(level, levels[name]),
        )
        for name, derive in rules.derive.items()
        if name in levels
        for code, level in derive.levels.items()
        if level not in levels[name]
    ]


def level_never_derived(rules: UnitCostRules, pathway: Pathway) -> list[Problem]:
    """A level of the pathway that no record can have: its patients have no price."""
    levels = level_attributes(pathway)
    return [
        Problem(
            "level_never_derived",
            f"no code gives the level {level!r} of {name!r}",
            Where(item=f"derive.{name}"),
            remedy="add the codes that do",
        )
        for name, derive in rules.derive.items()
        if name in levels and any(name in rule.by for rule in rules.rules.values())
        for level in levels[name]
        if level not in derive.levels.values()
    ]


def age_band_without_age(rules: UnitCostRules) -> list[Problem]:
    """A band of `from: age` that does not begin with a year of age."""
    return [
        Problem(
            "age_band_without_age",
            f"{low!r} is not the lowest year of an age band",
            Where(item=f"derive.{name}.{low}"),
            remedy='write the lowest year of each band, as in "65": 65_plus',
        )
        for name, derive in rules.derive.items()
        if derive.source == AGE
        for low in derive.levels
        if low != "*" and not low.isdecimal()
    ]


def column_of_no_feed(rules: UnitCostRules) -> list[Problem]:
    """`where` or `derive` reads a column that the feed's records lack, or that is dropped at reading."""
    asked = [
        (f"rules.{key}.where.{column}", rule.feed, column) for key, rule in rules.rules.items() for column in rule.where
    ]
    asked += [
        (f"derive.{name}.from", rule.feed, rules.derive[name].source)
        for rule in rules.rules.values()
        for name in rule.by
        if name in rules.derive and rules.derive[name].source != AGE
    ]
    return [
        Problem(
            "column_of_no_feed",
            f"{column} is an identifier, dropped at reading"
            if column in FEED_IDENTIFIERS
            else f"{feed} has no column {column!r}",
            Where(item=item),
            None if column in FEED_IDENTIFIERS else nearest_name(column, FEED_COLUMNS[feed]),
            f"columns of {feed}: {', '.join(FEED_COLUMNS[feed])}",
        )
        for item, feed, column in dict.fromkeys(asked)
        if column not in FEED_COLUMNS[feed]
    ]


def denominator_of_no_feed(rules: UnitCostRules) -> list[Problem]:
    """Pounds divided by something that the feed's records are not."""
    return [
        Problem(
            "denominator_of_no_feed",
            f"`per: {rule.per}` does not go with `feed: {rule.feed}`",
            Where(item=f"rules.{key}.per"),
            remedy=f"with {rule.feed} use {' or '.join(FEED_DENOMINATORS[rule.feed])}",
        )
        for key, rule in rules.rules.items()
        if rule.per not in FEED_DENOMINATORS[rule.feed]
    ]


def attached_to_no_parent(rules: UnitCostRules) -> list[Problem]:
    """SI or SWC lines attached to records that are no parents of them."""
    return [
        Problem(
            "attached_to_no_parent",
            f"SI and SWC lines attach to records of {', '.join(terms.PARENT_FEEDS)}, not of {rule.feed}",
            Where(item=f"rules.{key}.attached"),
            remedy="remove `attached:`",
        )
        for key, rule in rules.rules.items()
        if rule.attached and rule.feed not in terms.PARENT_FEEDS
    ]


def days_without_days(rules: UnitCostRules) -> list[Problem]:
    """`days`, `zero_day` on a rule that counts no days of APC episodes."""
    return [
        Problem(
            "days_without_days",
            f"`{field}` is about the days of APC episodes",
            Where(item=f"rules.{key}.{field}"),
            remedy=f"remove `{field}`, or use it with `feed: APC, per: bed_day`",
        )
        for key, rule in rules.rules.items()
        for field in ("days", "zero_day")
        if field in rule.model_fields_set and (rule.per != "bed_day" or rule.feed != "APC")
    ]


def star_inside_a_code(rules: UnitCostRules) -> list[Problem]:
    """A `*` that does not end its code: it would be read as a star."""
    codes = [
        (f"rules.{key}.where.{column}", code)
        for key, rule in rules.rules.items()
        for column, given in rule.where.items()
        for code in given
    ]
    codes += [(f"rules.{key}.activities", code) for key, rule in rules.rules.items() for code in rule.activities]
    codes += [(f"derive.{name}.{code}", code) for name, derive in rules.derive.items() for code in derive.levels]
    counted = [
        (f"rules.{key}.count_of", rule.count_of) for key, rule in rules.rules.items() if rule.count_of is not None
    ]
    found = [(item, code, "`*` stands at the end of a code only") for item, code in codes if "*" in code[:-1]]
    found += [(item, code, "`count_of` names one activity") for item, code in counted if "*" in code]
    return [Problem("star_inside_a_code", f"{code!r}: {words}", Where(item=item)) for item, code, words in found]


def several_rests_at_one_setting(rules: UnitCostRules, pathway: Pathway) -> list[Problem]:
    """Two rules that both claim, of the same records at one setting of one role, what no other rule claims."""
    rests = {key: rule for key, rule in rules.rules.items() if rule.takes_rest}
    at_setting: dict[tuple[str, str, str], dict[str, None]] = {}
    for at in uses_of(pathway):
        rule = rests.get(at.use.unit_cost or "")
        if rule is not None and at.route is None:
            records = f"{rule.feed} {sorted(rule.where.items())}"
            at_setting.setdefault((at.setting, str(bearer(pathway, at)), records), {})[str(at.use.unit_cost)] = None
    return [
        Problem(
            "several_rests_at_one_setting",
            f"{' and '.join(keys)} both claim `activities: rest` of the same records at {setting!r}",
            Where(item=f"rules.{next(reversed(keys))}.activities"),
            remedy="name the activities of one of them",
        )
        for (setting, _, _), keys in at_setting.items()
        if len(keys) > 1
    ]

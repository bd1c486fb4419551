"""Each PLICS price of a study with the rule that makes it: where the rule stands, and what it says in one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pathway_cost.errors import Problem, Where
from pathway_cost.results.frames import RuleText
from pathway_cost.specs.format import PlicsSet, Rule, UnitCostRules
from pathway_cost.study.checked_study import LoadedStudy

Key = tuple[str, str]
"""Organisation and unit cost."""


def rule_texts(loaded: LoadedStudy, taken: Mapping[Key, tuple[int, str]]) -> dict[Key, RuleText]:
    """(organisation, unit cost) → its rule, for every price that PLICS records make.

    Args:
        loaded: the study.
        taken: (organisation, unit cost) → number of the set that answered, and whose price it is, as `Prices.taken` has it.
    """
    sets = loaded.study.unit_costs
    files = {number: given.plics.rules for number, given in enumerate(sets) if isinstance(given, PlicsSet)}
    return {
        key: told
        for key, (number, _) in taken.items()
        if number in files and (told := _told(loaded, files[number], key[1])) is not None
    }


def _told(loaded: LoadedStudy, given: str, unit_cost: str) -> RuleText | None:
    """The rule of a unit cost, out of a rules file as the study names it."""
    rules = loaded.rules[given]
    name = rules.rule_of(unit_cost)
    if name is None:
        return None
    first = len(loaded.sources) - len(loaded.rules)  # the study, its pathway and scenarios come before the rules
    at = first + list(loaded.rules).index(given)
    placed = loaded.sources[at].source.place(Problem("rule", "", Where(item=f"rules.{name}")))
    return RuleText(name, list(loaded.files)[at], placed.where.line, rule_text(rules.rules[name], rules))


def rule_text(rule: Rule, rules: UnitCostRules) -> str:
    """What a rule says, in one line.

    >>> rules = UnitCostRules.model_validate({
    ...     "derive": {"complexity": {"from": "HrgFce", "HN22A": "high", "*": "usual"}},
    ...     "rules": {"theatre": {"feed": "APC", "where": {"HrgFce": ["HN22*", "HN23*"], "Pod": "EL"}, "activities": "THR*",
    ...                           "per": "episode", "by": ["complexity"]},
    ...               "ward": {"feed": "APC", "per": "bed_day", "method": "slope", "activities": "rest"}}})
    >>> print(rule_text(rules.rules["theatre"], rules))
    APC records with HrgFce HN22* or HN23*, Pod EL; activities THR*; per episode; by complexity (from HrgFce); 30 or more records
    >>> print(rule_text(rules.rules["ward"], rules))
    APC records; activities that no other rule claims; per bed day and admission by slope; 30 or more records
    """
    return "; ".join(_parts(rule, rules))


def _parts(rule: Rule, rules: UnitCostRules) -> Iterator[str]:
    where = ", ".join(f"{column} {' or '.join(codes)}" for column, codes in rule.where.items())
    yield f"{rule.feed} records{' with ' if where else ''}{where}"
    yield _activities(rule)
    yield f"per {_unit(rule)}"
    if rule.by:
        yield f"by {', '.join(f'{name} (from {rules.derive[name].source})' for name in rule.by)}"
    least = rules.min_n if rule.min_n is None else rule.min_n
    yield "however few records" if rule.accept_small else f"{least:g} or more records"
    if rule.overlap is not None:
        yield f"may share lines with another rule: {rule.reason}"


def _activities(rule: Rule) -> str:
    attached = f", with attached {' and '.join(rule.attached)} records" if rule.attached else ""
    if rule.takes_rest:
        return f"activities that no other rule claims{attached}"
    named = "all activities" if "*" in rule.activities else f"activities {', '.join(rule.activities)}"
    return f"{named}{attached}"


def _unit(rule: Rule) -> str:
    """What the pounds are divided by."""
    if rule.per == "activity_count":
        return f"{rule.unit or 'count'} of {rule.count_of}"
    if rule.per != "bed_day":
        return rule.per
    days = "night" if rule.days == "nights" else "bed day"
    empty = "" if rule.zero_day is None else f", a stay of none as {rule.zero_day:g}"
    return f"{days}{empty}{' and admission by slope' if rule.method == 'slope' else ''}"

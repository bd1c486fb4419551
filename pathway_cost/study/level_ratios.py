"""How much dearer a case-mix level is than the mean of all, by the National Schedule: lent to levels of few records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pathway_cost.specs.format import Derive, Rule, UnitCostDeclared, UnitCostRules
from pathway_cost.tables.prices.levels import level_text
from pathway_cost.tables.prices.national import NationalSchedule

HRG_COLUMNS = ("HrgFce", "HrgSpl", "HRG")


def national_ratios(
    rules: UnitCostRules,
    declared: Mapping[str, UnitCostDeclared],
    bundles: Mapping[str, str],
    schedules: Iterable[NationalSchedule],
) -> dict[tuple[str, str], float]:
    """(unit cost key, level) → national price of the level's HRGs ÷ that of all its HRGs.

    Only rules by one attribute that is read from an HRG have one, and only where the key, or the key that stands in
    for its bundle, names a line of the schedule that prices the level and the whole.
    """
    known = list(schedules)
    ratios: dict[tuple[str, str], float] = {}
    for key, rule in rules.rules.items():
        derive = _read_from_hrg(rule, rules)
        line = _national_line(key, declared, bundles)
        if derive is None or line is None:
            continue
        for schedule in known:
            ratios = _ratios(key, rule.by[0], derive, line, schedule) | ratios
    return ratios


def _read_from_hrg(rule: Rule, rules: UnitCostRules) -> Derive | None:
    derive = rules.derive.get(rule.by[0]) if len(rule.by) == 1 else None
    return derive if derive is not None and derive.source in HRG_COLUMNS else None


def _national_line(
    key: str, declared: Mapping[str, UnitCostDeclared], bundles: Mapping[str, str]
) -> tuple[str, tuple[str, ...]] | None:
    """Department and codes of a key, or of the key that stands in for its bundle."""
    own = declared.get(key)
    if own is not None and own.national is None and own.bundle is not None:
        own = declared.get(bundles[own.bundle])
    return None if own is None or own.national is None else (own.national.department, own.national.code)


def _ratios(
    key: str, attribute: str, derive: Derive, line: tuple[str, tuple[str, ...]], schedule: NationalSchedule
) -> dict[tuple[str, str], float]:
    department, codes = line
    whole = schedule.price(department, codes)
    if whole is None or whole.gbp <= 0:
        return {}
    found: dict[tuple[str, str], float] = {}
    for level in dict.fromkeys(derive.levels.values()):
        of_level = [code for code, name in derive.levels.items() if name == level and code != "*"]
        price = schedule.price(department, of_level) if of_level else None
        if price is not None and price.gbp > 0:
            found[key, level_text([attribute], [level])] = price.gbp / whole.gbp
    return found

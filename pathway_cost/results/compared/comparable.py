"""Whether two results may be compared: one rule a function, named after the fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pathway_cost import terms
from pathway_cost.engine.model import most_changed
from pathway_cost.errors import Problem
from pathway_cost.tables.prices.prices import MFF_FACTOR

if TYPE_CHECKING:
    import pandas as pd

    from pathway_cost.results.costed.costed import CostedPathway


def unlike(before: CostedPathway, after: CostedPathway) -> list[Problem]:
    """Every reason why these two must not be compared."""
    checks = (unlike_pathways, unlike_price_years, unlike_cohorts, unlike_bases, unlike_mff)
    return [problem for check in checks for problem in check(before, after)]


def unlike_pathways(before: CostedPathway, after: CostedPathway) -> list[Problem]:
    """A fault where the two are scenarios of different pathways; costs that were measured name none."""
    if before.model is None or after.model is None:
        return []
    names = before.pathway.pathway, after.pathway.pathway
    if names[0] == names[1]:
        return []
    what = f"{before.scenario} is of the pathway {names[0]}, {after.scenario} of {names[1]}"
    return [Problem("unlike_pathways", what, remedy="compare scenarios of one pathway")]


def unlike_price_years(before: CostedPathway, after: CostedPathway) -> list[Problem]:
    """A fault where the pounds are of different years."""
    if before.price_year == after.price_year:
        return []
    what = f"{before.scenario} is in pounds of {before.price_year}, {after.scenario} of {after.price_year}"
    return [Problem("unlike_price_years", what, remedy="cost both in one price year")]


def unlike_cohorts(before: CostedPathway, after: CostedPathway) -> list[Problem]:
    """A fault where the patients differ before any change of volume: other segments, or other numbers in them."""
    modelled = before.model is not None and after.model is not None
    if modelled and before.cohort is not None and before.cohort is after.cohort:
        return []
    first, second = before.segments, after.segments
    labels = [column for column in first.columns if column not in (terms.PATIENTS, "rows")]
    weights = [frame[terms.PATIENTS].to_numpy(np.float64) for frame in (first, second)]
    alike = (
        list(first.columns) == list(second.columns)
        and len(first) == len(second)
        and all(_alike(first[column], second[column]) for column in labels)
        and np.allclose(weights[0], weights[1], rtol=terms.RELATIVE_TOLERANCE, atol=0.0)
    )
    if alike:
        return []
    what = (
        f"{before.scenario} has {weights[0].sum():,.10g} patients in {len(first)} segments, "
        f"{after.scenario} {weights[1].sum():,.10g} in {len(second)}, not alike in place, attributes and numbers"
    )
    return [
        Problem(
            "unlike_cohorts", what, remedy="cost both on the same cohort; say more or fewer patients by scale_patients"
        )
    ]


def unlike_bases(before: CostedPathway, after: CostedPathway) -> list[Problem]:
    """A fault where one is of the whole pathway and the other of a horizon, or discounted."""
    if before.basis == after.basis:
        return []
    what = f"{before.scenario} is {before.basis!r}, {after.scenario} {after.basis!r}"
    return [Problem("unlike_bases", what, remedy="cost both on one basis")]


def unlike_periods(before: CostedPathway, after: CostedPathway) -> list[Problem]:
    """Periods that are not of the same days: a month must not stand beside a year."""
    first, second = before.cube.known_periods, after.cube.known_periods
    both = min(len(first.from_day), len(second.from_day))
    ends = [(each.from_day[:both], each.to_day[:both]) for each in (first, second)]
    if all(np.allclose(one, other) for one, other in zip(*ends, strict=True)):
        return []
    what = "period 1 and those after it are not of the same days in both results"
    return [Problem("periods_differ", what, remedy="cost both with the same `period:`")]


def unlike_mff(before: CostedPathway, after: CostedPathway) -> list[Problem]:
    """A fault where a price is at the local price level on one side and before market forces factor on the other.

    Costs that were measured have no prices to look at.
    """
    if before.model is None or after.model is None:
        return []
    prices = [each.modelled.prices[most_changed(each.arms)].frame for each in (before, after)]
    if prices[0] is prices[1]:
        return []
    first, second = map(_mff, prices)
    differ = [key for key, was in first.items() if key in second and second[key] != was]
    if not differ:
        return []
    organisation, unit_cost = differ[0]
    was, now = (f"{flag} × {factor:g}" for flag, factor in (first[differ[0]], second[differ[0]]))
    what = (
        f"{len(differ)} price{'s' if len(differ) > 1 else ''} unlike in market forces factor, first {unit_cost} "
        f"at {organisation}: {was} in {before.scenario}, {now} in {after.scenario}"
    )
    return [Problem("unlike_mff", what, remedy="apply the same table of factors to both")]


def _mff(prices: pd.DataFrame) -> dict[tuple[str, str], tuple[str, float]]:
    """(organisation, unit cost) → price level and market forces factor, of the first price that no scenario set."""
    found: dict[tuple[str, str], tuple[str, float]] = {}
    columns = (terms.ORGANISATION, terms.UNIT_COST, terms.MFF, MFF_FACTOR, terms.BASIS)
    for organisation, unit_cost, flag, factor, basis in zip(*(prices[name].tolist() for name in columns), strict=True):
        if basis != terms.Basis.CHANGED:
            found.setdefault((organisation, unit_cost), (flag, factor))
    return found


def _alike(first: pd.Series, second: pd.Series) -> bool:
    """Whether two columns hold the same text, row by row."""
    if first.dtype != second.dtype:
        first, second = first.astype("str"), second.astype("str")
    return bool(np.all(first.array == second.array))

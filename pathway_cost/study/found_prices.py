"""Prices resolved for what a study needs, and all there is to say of what its sets answered and what they did not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pathway_cost.errors import PriceFaults, Problem, Where, raise_if_any
from pathway_cost.nearness import near_name
from pathway_cost.specs.checks.of_overlap import loose_parts
from pathway_cost.specs.format import UnitCostDeclared, UseAt
from pathway_cost.study.needs import Needed
from pathway_cost.tables.prices.answers import Declared, asked
from pathway_cost.tables.prices.levels_asked import levels_not_asked_for
from pathway_cost.tables.prices.national import NationalSchedule
from pathway_cost.tables.prices.national_asked import lines_not_used, lines_of_no_pounds, lines_that_fold
from pathway_cost.tables.prices.organisations_asked import without_own_prices, written_in_two_ways
from pathway_cost.tables.prices.price_index import Base, PriceIndex
from pathway_cost.tables.prices.prices import Prices
from pathway_cost.tables.prices.resolve import resolve
from pathway_cost.tables.prices.split_prices import prices_split_apart
from pathway_cost.tables.prices.unit_costs import UnitCosts
from pathway_cost.tables.prices.unused_prices import Asking, Fold, prices_that_fold, unused_prices
from pathway_cost.tables.prices.unused_rows import lenders_without_prices
from pathway_cost.tables.prices.used_prices import negative_prices, prices_of_nothing, used_prices

__all__ = ["Declared", "declared_of", "parts_beside_stand_ins", "prices_for"]


def prices_for(
    needed: Needed,
    sets: Sequence[UnitCosts | NationalSchedule],
    *,
    price_year: str,
    index: PriceIndex,
    mff: Mapping[str, float] | None = None,
    rules: Mapping[str, str] | None = None,
    all_told: bool = False,
) -> Prices:
    """The prices of a study out of its sets, with what there is to say of what was taken and of what was not.

    Args:
        needed: what all scenarios together ask for.
        sets: in order.
        price_year: the study's, written 2024-25.
        index: growth of prices.
        mff: organisation → market forces factor.
        rules: key of every rule → its file, for the name that a rule without a use was meant to have.
        all_told: whether nothing else is asked of the sets later, so that one that answers nothing is at fault.

    Raises:
        PriceFaults: what no set answers, and prices written almost as they are asked for.
    """
    declared = declared_of(needed.declared)
    asking = Asking(needed.wanted, declared)
    raise_if_any(written_in_two_ways(organisation for organisation, _ in needed.wanted), PriceFaults)
    held = [asked(costs) for costs in sets]
    folds = [*prices_that_fold(held, asking), *lines_that_fold(held, asking)]
    try:
        prices = resolve(
            sorted(needed.wanted),
            sets,
            declared=declared,
            bundles=needed.bundles,
            base=Base(price_year, index, needed.kinds, mff or {}),
        )
    except PriceFaults as error:
        unanswered = [_with_rule(problem, rules or {}) for problem in _not_of(error.problems, folds)]
        raise PriceFaults([*(fold.problem for fold in folds), *unanswered]) from None
    used = used_prices(held, prices.taken)
    told = [
        *(fold.problem for fold in folds),
        *levels_not_asked_for(held, used, needed.levels),
        *parts_beside_stand_ins(needed, prices),
        *lenders_without_prices(held),
        *without_own_prices(held, prices.taken),
        *unused_prices(held, asking, prices, all_told=all_told),
        *lines_not_used(held, asking, prices.taken, all_told=all_told),
        *prices_split_apart(held, prices.taken, declared),
        *negative_prices(held, used),
        *prices_of_nothing(held, used),
        *lines_of_no_pounds(held, asking, prices.taken),
    ]
    return replace(prices, notes=(*prices.notes, *raise_if_any(told, PriceFaults)))


def declared_of(declared: Mapping[str, UnitCostDeclared]) -> dict[str, Declared]:
    """The pathway's declarations as the plain rows that tables understand."""
    return {name: _declared(spec) for name, spec in declared.items()}


def _declared(spec: UnitCostDeclared) -> Declared:
    per_use = None
    if spec.per_use is not None:
        stated = spec.per_use.model_dump(exclude_none=True, exclude={"evidence"})
        name, factor = next(iter(stated.items()))
        per_use = (name.split("s_per_")[0], float(factor))
    line = spec.national
    return Declared(
        unit=spec.unit,
        covers=spec.covers,
        bundle=spec.bundle,
        department=line.department if line else None,
        codes=line.code if line else (),
        times=line.times if line else None,
        grade=line.evidence.grade if line and line.evidence else None,
        per_use=per_use,
        title=spec.title or "",
    )


def _not_of(problems: Iterable[Problem], folds: Sequence[Fold]) -> list[Problem]:
    """The faults without those of keys whose price only wants writing as it is asked for."""
    items = {f"unit_costs.{fold.key}" for fold in folds}
    return [problem for problem in problems if problem.where.item not in items]


def _with_rule(problem: Problem, rules: Mapping[str, str]) -> Problem:
    """A key without a price, with the rule that nearly has its name."""
    key = (problem.where.item or "").removeprefix("unit_costs.")
    near = near_name(key, rules) if problem.rule == "unit_cost_has_no_price" else None
    if near is None:
        return problem
    return replace(problem, nearest=near, remedy=f"call the rule {near!r} of {rules[near]} {key!r}")


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

"""What resolving prices must say: keys without a price, and prices that are small, borrowed or stand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Final

from pathway_cost import terms
from pathway_cost.errors import Fact, Form, Problem, Severity, Where, first_few, may_show, nearest_cell, nearest_name
from pathway_cost.tables.prices.answers import Asked, Declared, Key, what_it_holds, why_unfit
from pathway_cost.tables.prices.bundles import Found, Replaced

ANYBODY: Final = "an organisation"
LISTED: Final = 4  # organisations that a fault names


def keys_not_declared(every: Iterable[Key], declared: Mapping[str, Declared]) -> list[Problem]:
    """A key that the pathway uses without saying its unit and what it covers."""
    what = "the unit cost {} is not declared"
    return [
        Problem(
            "unit_cost_not_declared", what.format(key), Where(item=f"unit_costs.{key}"), nearest_name(key, declared)
        )
        for key in dict.fromkeys(key for _, key in every)
        if key not in declared
    ]


def no_prices(
    in_order: Sequence[Asked], unanswered: Mapping[Key, Declared], reasons: Mapping[Key, Sequence[str]]
) -> list[Problem]:
    """Keys that no set answers, with what each holds: one fault for all the organisations of which the same is so."""
    alike: dict[Problem, list[Key]] = {}
    for wanted, declared in unanswered.items():
        of_any = _no_price(in_order, wanted, declared, reasons.get(wanted, ()), shown=ANYBODY)
        alike.setdefault(of_any, []).append(wanted)
    return [
        _no_price(in_order, keys[0], unanswered[keys[0]], reasons.get(keys[0], ()), shown=_listed(keys))
        for keys in alike.values()
    ]


def _listed(keys: Sequence[Key]) -> str:
    return first_few([organisation for organisation, _ in keys], LISTED)


def _no_price(
    in_order: Sequence[Asked], wanted: Key, declared: Declared, reasons: Sequence[str], *, shown: str
) -> Problem:
    """A key that no set answers, with what each holds; `shown` is who wants it, in words."""
    organisation, key = wanted
    why = "; ".join(reasons)
    holds = "; ".join(f"{of.name}: {what_it_holds(of, key, organisation, declared)}" for of in in_order)
    asked_for = f"no set prices {key} (per {declared.unit}, {declared.covers}) for {shown}"
    what = f"{asked_for}{f', which {why}' if why else ''}. What they hold: {holds or 'there are no sets'}"
    others = {held for of in in_order for _, held in of.held} - {key}
    near = nearest_cell(key, others, Form.KEY)
    remedy = _remedy(in_order, ANYBODY if shown == ANYBODY else organisation, key, declared)
    return Problem("unit_cost_has_no_price", what, Where(item=f"unit_costs.{key}"), near, remedy)


def notes(found: Mapping[Key, Found], in_order: Sequence[Asked], declared: Mapping[str, Declared]) -> list[Problem]:
    """Prices of too few records with what replaced them, and prices borrowed from another organisation."""
    return [
        note
        for (organisation, key), answered in found.items()
        for note in (
            *_borrowed(organisation, key, answered),
            *_small(organisation, key, answered, in_order, declared[key]),
        )
    ]


def replaced_notes(replaced: Replaced, bundles: Mapping[str, str]) -> list[Problem]:
    """Bundles priced as a whole, and why."""
    return [
        _note(
            "bundle_replaced",
            f"{bundles[bundle]} of {organisation} {why}",
            f"bundles.{bundle}",
            (("price", bundles[bundle]), ("organisation", organisation)),
        )
        for (organisation, bundle), why in replaced.items()
    ]


def _borrowed(organisation: str, key: str, answered: Found) -> list[Problem]:
    lender = answered.answer.taken_from
    if lender in (organisation, terms.ANY_ORGANISATION):
        return []
    what = f"{key} of {organisation} is the price of {lender}, borrowed by name, from {answered.of.name}"
    about = (("price", key), ("organisation", organisation), ("lender", lender))
    return [_note("price_borrowed", what, f"unit_costs.{key}", about)]


def _small(
    organisation: str, key: str, answered: Found, in_order: Sequence[Asked], declared: Declared
) -> list[Problem]:
    """The sets before the one that answered whose price rests on too few records."""
    earlier = takewhile(lambda of: of is not answered.of, in_order)
    reasons = [
        (of.name, why_unfit(of.held[organisation, key], declared)) for of in earlier if (organisation, key) in of.held
    ]
    return [
        _note(
            "price_of_few_records",
            f"{key} of {organisation} in {name}: {reason}; replaced by {_total(answered)} from {answered.of.name}",
            f"unit_costs.{key}",
            (("price", key), ("organisation", organisation)),
        )
        for name, reason in reasons
        if reason.startswith("too few")
    ]


def _total(found: Found) -> str:
    rows = found.answer.rows
    parent = rows[rows[terms.LEVEL] == ""]
    return "a price by level" if parent.empty else f"£{parent[terms.VALUE_GBP].sum():,.2f}"


def _remedy(in_order: Sequence[Asked], organisation: str, key: str, declared: Declared) -> str:
    """Borrow by name where another organisation has a fitting price; else add a row."""
    for of in in_order:
        for lender, held in of.held:
            if held == key and may_show(lender, Form.ORGANISATION) and not why_unfit(of.held[lender, key], declared):
                return (
                    f"borrow it by name (`borrow: {{{organisation}: {lender}}}` on the set {of.name}), or add its own"
                )
    return f"add a row {key}, per {declared.unit}, covers {declared.covers}, to one of the sets"


def _note(rule: str, what: str, item: str, about: tuple[Fact, ...]) -> Problem:
    return Problem(rule, what, Where(item=item), severity=Severity.NOTE, about=about)

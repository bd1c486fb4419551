"""Bundles: keys that come from the same records are priced from one set and one lender, or as a whole by another key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pathway_cost import terms
from pathway_cost.tables.prices.answers import Answer, Asked, Declared, Key, answer, answer_from, lenders, what_it_holds
from pathway_cost.tables.prices.national import NationalSchedule

Replaced = dict[tuple[str, str], str]  # (organisation, bundle) → why its parts do not price it


class Found(NamedTuple):
    """The answer to one key at one organisation, the set it came from, and why no earlier one answered."""

    answer: Answer
    of: Asked
    fallback: str


def parts_of_bundles(
    every: Sequence[Key], in_order: Sequence[Asked], declared: Mapping[str, Declared]
) -> tuple[dict[Key, Found], Replaced]:
    """The parts of bundles that one set and lender has whole, and the bundles that none has."""
    parts: dict[tuple[str, str], list[str]] = {}
    for organisation, key in every:
        bundle = declared[key].bundle
        if bundle is not None:
            parts.setdefault((organisation, bundle), []).append(key)
    found: dict[Key, Found] = {}
    replaced: Replaced = {}
    for (organisation, bundle), keys in parts.items():
        whole = _whole(keys, organisation, in_order, declared)
        found |= whole
        if not whole:
            why = _why_not_whole(keys, organisation, in_order, declared)
            replaced[organisation, bundle] = f"stands in for the bundle {bundle}: {why}"
    return found, replaced


def stand_ins(every: Sequence[Key], declared: Mapping[str, Declared], bundles: Mapping[str, str]) -> list[Key]:
    """The keys that may stand in for the bundles wanted; they need no price while the parts have theirs."""
    of_parts = [(who, declared[key].bundle) for who, key in every if key in declared]
    return [(who, bundles[bundle]) for who, bundle in dict.fromkeys(of_parts) if bundle is not None]


def borrowed(lender: str, organisation: str) -> list[str]:
    """`borrowed from …` where the price is another organisation's; nothing where it is the organisation's own, or any's."""
    return [] if lender in (organisation, terms.ANY_ORGANISATION) else [f"borrowed from {lender}"]


def _whole(
    keys: Sequence[str], organisation: str, in_order: Sequence[Asked], declared: Mapping[str, Declared]
) -> dict[Key, Found]:
    """All the keys from the first set and lender that has them all; nothing where none has."""
    missed: list[str] = []
    for of in in_order:
        for lender in lenders(of, organisation):
            answers = {key: answer_from(of, key, lender, declared[key]) for key in keys}
            if all(answers.values()):
                why = "; ".join([*missed, *borrowed(lender, organisation)])
                return {(organisation, key): Found(found, of, why) for key, found in answers.items() if found}
        missed.append(f"{of.name}: not the whole bundle")
    return {}


def _why_not_whole(
    keys: Sequence[str], organisation: str, in_order: Sequence[Asked], declared: Mapping[str, Declared]
) -> str:
    """The parts that each set lacks, of the sets that hold any of them."""
    reasons = []
    for of in in_order:
        holds_any = any((lender, key) in of.held for lender in lenders(of, organisation) for key in keys)
        if isinstance(of.costs, NationalSchedule) or not holds_any:
            continue
        lacks = [key for key in keys if answer(of, key, organisation, declared[key]) is None]
        reasons += [f"{of.name}: {key}: {what_it_holds(of, key, organisation, declared[key])}" for key in lacks]
    return "; ".join(reasons) or "no set and organisation has all its parts"

"""Which set prices what: the first that answers with the same unit and scope; bundles whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import PriceFaults, Problem, raise_if_any
from pathway_cost.tables.prices import resolve_faults as faults
from pathway_cost.tables.prices.answers import Asked, Declared, Key, answer, asked, what_it_holds
from pathway_cost.tables.prices.bundles import Found, Replaced, borrowed, parts_of_bundles, stand_ins
from pathway_cost.tables.prices.national import NationalSchedule
from pathway_cost.tables.prices.price_index import Base
from pathway_cost.tables.prices.price_rows import brought, price_rows, told
from pathway_cost.tables.prices.prices import PRICE_COLUMNS, SCALED, Prices
from pathway_cost.tables.prices.unit_costs import ACCEPTED, UnitCosts


def resolve(
    wanted: Iterable[Key],
    sets: Sequence[UnitCosts | NationalSchedule],
    *,
    declared: Mapping[str, Declared],
    bundles: Mapping[str, str],
    base: Base,
) -> Prices:
    """The prices of a study, one for every organisation and key wanted, in its price year.

    Args:
        wanted: (organisation, unit cost). Keys that stand in for a bundle may be among them and are asked for anyway;
            they need a price only where the bundle's parts have none.
        sets: in order; the first that holds a key in the declared unit and scope answers it, with all its components.
        declared: what the pathway declares of each key.
        bundles: bundle → the key that stands in for its parts. The parts of an organisation all come from one set and
            one lender, or the bundle is in `Prices.replaced`.
        base: the year and price level that prices are brought to.

    Raises:
        PriceFaults: every key that no set answers, with what each set holds for it, and every price that cannot be
            brought to the price year.

    >>> knee = Declared("episode", "whole", department="Elective Inpatients", codes=("HN22*",))
    >>> from pathway_cost.tables.prices.national import national_schedule
    >>> from pathway_cost.tables.prices.price_index import PriceIndex
    >>> prices = resolve([("RXX", "knee.episode")], [national_schedule("ncc_2024_25")], declared={"knee.episode": knee},
    ...                  bundles={}, base=Base("2024-25", PriceIndex.shipped(), kinds={"RXX": "acute"}))
    >>> prices.block("RXX", "knee.episode").gbp[()].tolist()
    [8692.13]
    """
    in_order = [asked(costs) for costs in sets]
    every = list(dict.fromkeys(wanted))
    standing = stand_ins(every, declared, bundles)
    raise_if_any(faults.keys_not_declared([*every, *standing], declared), PriceFaults)
    found, replaced = parts_of_bundles(every, in_order, declared)
    reasons = _reasons(replaced, bundles)
    spare = set(standing) - set(reasons)
    singles = [key for key in every if declared[key[1]].bundle is None]
    asked_for = {key: declared[key[1]] for key in [*singles, *standing]}
    answers = {key: _first_answer(in_order, key, how, reasons.get(key, ())) for key, how in asked_for.items()}
    unanswered = {key: asked_for[key] for key, given in answers.items() if given is None and key not in spare}
    problems = faults.no_prices(in_order, unanswered, reasons)
    found |= {key: answered for key, answered in answers.items() if answered is not None}
    frame, told = _priced(found, in_order, spare, base)
    problems += [note for each in (*sets, base.index) if each is not None for note in each.notes]
    problems += [*told, *faults.notes(found, in_order, declared), *faults.replaced_notes(replaced, bundles)]
    notes = raise_if_any(dict.fromkeys(problems), PriceFaults)
    number = {id(of): place for place, of in enumerate(in_order)}
    taken = {key: (number[id(each.of)], each.answer.taken_from) for key, each in found.items() if key not in spare}
    return Prices(frame, base.price_year, frozenset(replaced), notes, base.index, dict(base.kinds), taken)


def _reasons(replaced: Replaced, bundles: Mapping[str, str]) -> dict[Key, list[str]]:
    """The stand-ins that are needed, and why."""
    reasons: dict[Key, list[str]] = {}
    for (organisation, bundle), why in replaced.items():
        reasons.setdefault((organisation, bundles[bundle]), []).append(why)
    return reasons


def _first_answer(in_order: Sequence[Asked], wanted: Key, declared: Declared, reasons: Sequence[str]) -> Found | None:
    """The first set's answer, with why those before it did not."""
    organisation, key = wanted
    missed = list(reasons)
    for of in in_order:
        found = answer(of, key, organisation, declared)
        if found is not None:
            return Found(found, of, "; ".join([*missed, *borrowed(found.taken_from, organisation)]))
        missed.append(f"{of.name}: {what_it_holds(of, key, organisation, declared)}")
    return None


def _priced(
    found: Mapping[Key, Found], in_order: Sequence[Asked], spare: Collection[Key], base: Base
) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows of all answers as prices, and what there is to say of them.

    A spare stand-in whose year cannot be reached is left out: its bundle is priced by its parts.
    """
    if not found:
        return pd.DataFrame(columns=list(PRICE_COLUMNS)), []
    rows = _stacked(found)
    years = brought(rows, base)
    keys = zip(rows[terms.ORGANISATION], rows[terms.UNIT_COST], strict=True)
    kept = [key not in spare or not year.is_faulty for key, year in zip(keys, years, strict=True)]
    years = [year for year, keep in zip(years, kept, strict=True) if keep]
    wanted = rows[kept].reset_index(drop=True)
    priced = price_rows(wanted, years, base)
    first = in_order[0].name if in_order else ""
    said = zip(priced["why"], priced["set"], priced[terms.MFF], strict=True)
    priced["fallback"] = [_fallback(why, mff if name != first else "") for why, name, mff in said]
    priced[SCALED] = 1.0
    return priced[list(PRICE_COLUMNS)], told(years, wanted)


def _stacked(found: Mapping[Key, Found]) -> pd.DataFrame:
    """The rows of all answers, of the organisation that asked, with the set and why no earlier one answered.

    Levels of too few records are left out: they so take the parent's price.
    """
    parts = [each.answer.rows for each in found.values()]
    lengths = [len(rows) for rows in parts]
    stacked = pd.concat(parts, ignore_index=True)
    stacked["why"] = np.repeat([each.fallback for each in found.values()], lengths)
    stacked["set"] = np.repeat([each.of.name for each in found.values()], lengths)
    stacked[terms.ORGANISATION] = np.repeat([organisation for organisation, _ in found], lengths)
    enough = stacked[ACCEPTED].astype(bool) | (stacked[terms.LEVEL] == "")
    return stacked if enough.all() else stacked[enough].reset_index(drop=True)


def _fallback(why: str, mff: str) -> str:
    """Why the first set did not answer, and that a fallback is at the national price level."""
    level = "national price level, before market forces factor" if mff == terms.MFF_NATIONAL else ""
    return "; ".join(part for part in (why, level) if part)

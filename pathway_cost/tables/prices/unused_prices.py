"""Prices that a user wrote and that answer nothing: near to what is asked for (a slip), or simply not asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, NamedTuple

from pathway_cost import terms
from pathway_cost.errors import Form, Problem, Severity, Where, first_few, nearest_name, told
from pathway_cost.nearness import folded, near_name
from pathway_cost.tables.prices.answers import Asked, Declared, Held, Key, lenders, why_unfit
from pathway_cost.tables.prices.near_names import NearNames
from pathway_cost.tables.prices.prices import Prices
from pathway_cost.tables.prices.unit_costs import UnitCosts, Written

SHOWN: Final = 3  # prices named in a note before it says how many more
Sets = Sequence[Asked]


@dataclass(frozen=True)
class Asking:
    """What a study asks of its sets: (organisation, key), and what is declared of each key."""

    wanted: frozenset[Key]
    declared: Mapping[str, Declared]

    @cached_property
    def organisations(self) -> Mapping[str, tuple[str, ...]]:
        """Key → the organisations that it is asked for at."""
        found: dict[str, list[str]] = {}
        for organisation, key in sorted(self.wanted):
            found.setdefault(key, []).append(organisation)
        return {key: tuple(each) for key, each in found.items()}

    @cached_property
    def keys(self) -> NearNames:
        """The keys asked for."""
        return NearNames(self.organisations)

    @cached_property
    def holders(self) -> NearNames:
        """The organisations asked for."""
        return NearNames({organisation for organisation, _ in self.wanted})


class Row(NamedTuple):
    """The rows of one price of one set, all of one organisation and key."""

    holder: str
    key: str
    held: Held

    @property
    def named(self) -> str:
        """The price in words, of codes only."""
        return self.named_near((), ())

    def named_near(self, keys: Iterable[str], holders: Iterable[str]) -> str:
        """The price in words, where it may be near to some keys and organisations."""
        key = told(self.key, Form.KEY, keys)
        return (
            key
            if self.holder == terms.ANY_ORGANISATION
            else f"{key} of {told(self.holder, Form.ORGANISATION, holders)}"
        )


class _Table(NamedTuple):
    """A set that a user wrote: its number among the sets, what it holds, and where that is written."""

    number: int
    of: Asked
    written: Written


class _Slip(NamedTuple):
    """What a price nearly is, and why it is not that where key and organisation are right."""

    need: Key
    why: str


class Fold(NamedTuple):
    """A price written almost as it is asked for, and the key that it means."""

    problem: Problem
    key: str


def prices_that_fold(sets: Sets, asking: Asking) -> list[Fold]:
    """A price whose key, organisation or unit is one asked for but for case, spaces or invisible signs: never meant."""
    return [fold for table in _written(sets) for fold in _folding(table, asking)]


def unused_prices(sets: Sets, asking: Asking, prices: Prices, *, all_told: bool) -> list[Problem]:
    """Prices nobody takes: near ones as a warning with what answers now, others as one note a set.

    Args:
        sets: in order.
        asking: what is asked of them.
        prices: what they answered.
        all_told: whether nothing else will be asked of the sets, so that one none of whose prices is taken is at fault.
    """
    found: list[Problem] = []
    for table in _written(sets):
        taken = {(holder, key) for (_, key), (at, holder) in prices.taken.items() if at == table.number}
        rows = [Row(*pair, held) for pair, held in table.of.held.items() if pair not in taken]
        near = _slips(table, rows, asking, prices)
        found += [_near(table.written, row, slip, prices) for row, slip in near.items()]
        others = [row for row in rows if row not in near and not _answers_behind(table.of, row, asking)]
        if taken or near:
            found += _rest(table, others, asking)
        elif rows:
            found += _none_taken(table.written, others, asking, behind=len(others) < len(rows), all_told=all_told)
    return [*found, *_rules_not_taken(sets, asking, prices, all_told=all_told)]


def _rules_not_taken(sets: Sets, asking: Asking, prices: Prices, *, all_told: bool) -> list[Problem]:
    """Prices that rules made of extracts and of which none is taken, though not for standing behind other sets."""
    taken = {at for at, _ in prices.taken.values()}
    return [
        Problem(
            "no_price_of_extracts_taken",
            f"none of the prices that its rules make is taken: the study asks for none of {_some(of)}",
            Where(item=f"unit_costs.{number}.plics"),
            remedy="correct organisations and keys, or take the set out",
            severity=Severity.ERROR if all_told else Severity.NOTE,
        )
        for number, of in enumerate(sets)
        if isinstance(of.costs, UnitCosts) and of.costs.written is None and of.held and number not in taken
        if not any(_answers_behind(of, Row(*pair, held), asking) for pair, held in of.held.items())
    ]


def _some(of: Asked) -> str:
    return first_few([Row(*pair, held).named for pair, held in of.held.items()], SHOWN)


def _written(sets: Sets) -> Iterator[_Table]:
    for number, of in enumerate(sets):
        if isinstance(of.costs, UnitCosts) and of.costs.written is not None:
            yield _Table(number, of, of.costs.written)


# --- the same but for what the eye does not see ------------------------------------------------------------------------
def _folding(table: _Table, asking: Asking) -> Iterator[Fold]:
    holders = NearNames(_holders(table.of, asking))
    of_holder = {holder: holders.meant(holder) for holder in {holder for holder, _ in table.of.held}}
    of_key = {key: asking.keys.meant(key) for key in {key for _, key in table.of.held}}
    for (holder, key), held in table.of.held.items():
        meant_holder, meant_key = of_holder[holder], of_key[key]
        if meant_holder is None or meant_key is None:
            continue
        declared = asking.declared[meant_key].unit if meant_key in asking.declared else held.unit
        unit = declared if folded(declared) == folded(held.unit) else held.unit
        said, right = (key, holder, held.unit), (meant_key, meant_holder, unit)
        for name, as_asked, column in zip(said, right, (terms.UNIT_COST, terms.ORGANISATION, terms.UNIT), strict=True):
            if name != as_asked:
                yield Fold(_folds(table.written, Row(holder, key, held), column, name, as_asked), meant_key)


def _folds(written: Written, row: Row, column: str, name: str, right: str) -> Problem:
    where = written.place(row.held.at[0], told(row.key, Form.KEY, [right]))
    rows = f" ({written.rows_at(row.held.at)})" if len(row.held.at) > 1 else ""
    what = (
        f"the {column} {name!r} is {right!r} but for its case, spaces or invisible signs, and so answers nothing{rows}"
    )
    place = where if written.item else replace(where, item=column)
    return Problem("price_written_another_way", what, place, remedy=f"write {right}")


def _holders(of: Asked, asking: Asking) -> set[str]:
    """Whose prices may be asked of a set: those of the organisations, of whom they borrow from, and any's."""
    return {*(who for who, _ in asking.wanted), *of.borrow.values(), terms.ANY_ORGANISATION}


# --- one letter off, or of another unit --------------------------------------------------------------------------------
def _slips(table: _Table, rows: Iterable[Row], asking: Asking, prices: Prices) -> dict[Row, _Slip]:
    """The rows that are nearly what is asked for."""
    keys: dict[str, tuple[str, ...]] = {}
    holders: dict[str, tuple[str, ...]] = {}
    found: dict[Row, _Slip] = {}
    for row in rows:
        if row.key not in keys:
            own = (row.key,) if row.key in asking.keys else ()
            keys[row.key] = (*own, *asking.keys.near(row.key))
        if not keys[row.key]:
            continue
        if row.holder not in holders:
            holders[row.holder] = asking.holders.near(row.holder)
        slip = _slip(table, row, _needs(table.of, row, keys[row.key], holders[row.holder], asking), asking, prices)
        if slip is not None:
            found[row] = slip
    return found


def _needs(of: Asked, row: Row, keys: Sequence[str], holders: Sequence[str], asking: Asking) -> list[Key]:
    """What is asked for that a row is, or nearly is, by its key and its organisation."""
    return [
        (who, key)
        for key in keys
        for who in asking.organisations[key]
        if who in holders or row.holder in lenders(of, who)
    ]


def _slip(table: _Table, row: Row, needs: Iterable[Key], asking: Asking, prices: Prices) -> _Slip | None:
    """What is asked for that a price nearly is, where it would count before what answers now; and why it is not that."""
    for who, key in needs:
        if not _would_count(table, row, (who, key), asking, prices):
            continue
        same = row.key == key and row.holder in lenders(table.of, who)
        why = why_unfit(row.held, asking.declared[key]) if same else ""
        if not same or why != row.held.small:
            return _Slip((who, key), why)
    return None


def _would_count(table: _Table, row: Row, need: Key, asking: Asking, prices: Prices) -> bool:
    """Whether a price, put right, would answer before what answers now: a later set, any's price, or a stand-in."""
    who, key = need
    if need in prices.taken:
        at, holder = prices.taken[need]
        any_answers = holder == terms.ANY_ORGANISATION and row.holder != terms.ANY_ORGANISATION
        return at > table.number or (at == table.number and any_answers)
    bundle = asking.declared[key].bundle
    own = table.of.held.get((who, key))
    fits = own is not None and not why_unfit(own, asking.declared[key])
    return bundle is not None and (who, bundle) in prices.replaced and not fits


def _near(written: Written, row: Row, slip: _Slip, prices: Prices) -> Problem:
    (who, key), why = slip
    rows = written.rows_at(row.held.at)
    nearly = f"is nearly {key} of {who}, which the study asks for" if not why else f"answers nothing: it is {why}"
    right = None if why else key if row.key != key else who
    named = row.named_near([key], [who])
    what = f"the price {named}{f' ({rows})' if rows else ''} {nearly}; {_answers_now(slip.need, prices)}"
    remedy = "correct it, or take it out"
    if why.startswith("priced per"):
        remedy = "correct it, or declare `per_use:` with evidence"
    return Problem(
        "price_nearly_asked_for",
        what,
        written.place(row.held.at[0], told(row.key, Form.KEY, [key])),
        right,
        remedy,
        Severity.WARNING,
    )


def _answers_now(need: Key, prices: Prices) -> str:
    """What the need costs now, in pounds."""
    who, key = need
    if not prices.has(who, key):
        return "a price for the whole of its bundle answers now"
    rows = prices.frame[(prices.frame[terms.ORGANISATION] == who) & (prices.frame[terms.UNIT_COST] == key)]
    parent = rows[rows[terms.LEVEL] == ""]
    total = (rows if parent.empty else parent)[terms.VALUE_GBP].sum()
    return f"now £{total:,.2f} per {rows[terms.UNIT].iloc[0]} of {rows['set'].iloc[0]} answers"


# --- not asked for -------------------------------------------------------------------------------------------------------
def _answers_behind(of: Asked, row: Row, asking: Asking) -> bool:
    """Whether a price would answer, were it not for an earlier set or a nearer price: a fallback, as it should be."""
    fits = row.key in asking.keys and why_unfit(row.held, asking.declared[row.key]) in ("", row.held.small)
    return fits and any(row.holder in lenders(of, who) for who in asking.organisations[row.key])


def _rest(table: _Table, others: Sequence[Row], asking: Asking) -> list[Problem]:
    """One note on what is not asked for: ordinary where a study uses a part of a tariff."""
    if not others:
        return []
    count = f"{len(others):,} of {len(table.of.held):,} prices"
    what = f"{count} answer nothing that the study asks for: {_listed(table.written, others, asking)}"
    return [_note("prices_not_asked_for", what, table.written)]


def _none_taken(
    written: Written, others: Sequence[Row], asking: Asking, *, behind: bool, all_told: bool
) -> list[Problem]:
    """A set that answers nothing: a fallback that was not needed, or one that is about something else."""
    if behind:
        what = "no price is taken from here: earlier sets answer all that it could"
        return [_note("prices_stand_behind", what, written)]
    what = f"no price answers anything that the study asks for: {_listed(written, others, asking)}"
    note = _note("no_price_asked_for", what, written)
    if not all_told or written.item:
        return [note]
    remedy = "correct keys and organisations, or take the set out"
    return [Problem(note.rule, note.what, note.where, remedy=remedy)]


def _listed(written: Written, rows: Sequence[Row], asking: Asking) -> str:
    """The first few with the nearest that is asked for, and how many more."""
    keys = sorted({key for _, key in asking.wanted})
    in_order = sorted(rows, key=lambda row: int(written.rows[row.held.at[0]]))
    return first_few(in_order, SHOWN, said=lambda row: _with_nearest(written, row, keys))


def _with_nearest(written: Written, row: Row, keys: Iterable[str]) -> str:
    rows = written.rows_at(row.held.at)
    known = list(keys)
    near = None if row.key in known else near_name(row.key, known) or nearest_name(row.key, known)
    beside = "; ".join(part for part in (rows, f"nearest: {near}" if near else "") if part)
    return f"{row.named}{f' ({beside})' if beside else ''}"


def _note(rule: str, what: str, written: Written) -> Problem:
    where = Where(item=written.item) if written.item else Where(file=written.file)
    return Problem(rule, what, where, severity=Severity.NOTE)

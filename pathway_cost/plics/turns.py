"""Which of two records comes first where dates and numbers do not say: by what they hold, never by their place in a file."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Final

from pathway_cost.plics.store import EVENTS_SCHEMA

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, StringValue, Table

PARENT_FEEDS: Final = ("APC", "OP", "EC")
"""Feeds whose records others attach to: a record of a later feed only where no earlier feed has one."""

_PLACE: Final = ("event_id", "file", "record")
HELD: Final = tuple(name for name in EVENTS_SCHEMA.names if name not in _PLACE and not name.endswith("_key"))
"""What a record says of itself: no place in a file, no key that is drawn anew with every read."""
SPELL: Final = ("organisation", "fin_year", "feed", "spell_key")
PLEMI: Final = ("organisation", "fin_year", "feed", "plemi_key")


def turns(events: Table, lines: Table) -> Table:
    """event_id and turn of every record that shares a spell or PLEMI, and its start, with another.

    Turns follow what the record says of itself, then its cost lines, then the same of the other records of its spell.
    Records alike in all of that have one turn, and it does not matter which of them is taken.

    Args:
        events: all columns of the store.
        lines: cost lines of the store.
    """
    import ibis

    parents = events.filter(events.feed.isin(PARENT_FEEDS))
    several = _several(parents, SPELL, "start_date", "EpiNo") | _several(parents, PLEMI, "start_date")
    records = parents.mutate(is_tied=several)
    tied = records.filter(records.is_tied)
    around = records.filter(records.is_tied | records.spell_key.isin(tied.spell_key))
    told = around.left_join(_lines_text(lines.semi_join(around, "event_id")), "event_id").drop("event_id_right")
    told = told.select(*SPELL, "event_id", "is_tied", text=_text_of(told))
    spells = told.group_by(*SPELL).agg(spell=told.text.group_concat("\n", order_by=told.text))
    told = told.left_join(spells, list(SPELL)).filter(told.is_tied)
    return told.select("event_id", turn=ibis.dense_rank().over(order_by=[told.text, told.spell]))


def _several(records: Table, key: tuple[str, ...], *alike: str) -> BooleanValue:
    """Whether another record has the same key, which is not missing, and is alike besides."""
    together = records.count().over(group_by=[*key, *alike])
    return (records[key[-1]].fill_null("") != "") & (together > 1)


def _lines_text(lines: Table) -> Table:
    text = lines.ActCstID + "|" + lines.ResCstID + "|" + lines.ActCnt.cast("string") + "|" + lines.TotCst.cast("string")
    told = lines.select("event_id", text=text)
    return told.group_by("event_id").agg(lines=told.text.group_concat("\n", order_by=told.text))


def _text_of(records: Table) -> StringValue:
    return reduce(add, [records[name].cast("string").fill_null("") + "|" for name in HELD]) + records.lines.fill_null(
        ""
    )

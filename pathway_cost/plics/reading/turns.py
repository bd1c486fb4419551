"""Which of two records comes first where dates and numbers do not say: by what they hold, never by their place in a file."""

from __future__ import annotations

from functools import reduce
from operator import add, and_
from typing import TYPE_CHECKING, Final

from pathway_cost import terms
from pathway_cost.plics.reading.asked_of_extracts import Given, asking, columns_of
from pathway_cost.plics.reading.database import Database
from pathway_cost.plics.reading.store import EVENTS_SCHEMA, Extract

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, StringValue, Table

_PLACE: Final = ("event_id", "file", "record")
HELD: Final = tuple(name for name in EVENTS_SCHEMA.names if name not in _PLACE and not name.endswith("_key"))
"""What a record says of itself: no place in a file, no key that is drawn anew with every read."""
SPELL: Final = ("organisation", "fin_year", "feed", "spell_key")
PLEMI: Final = ("organisation", "fin_year", "plemi_key")


def turns_where_tied(database: Database, extract: Extract, records: Given, lines: Given) -> Given:
    """event_id and turn of every record that ties with another; an empty table where none does."""
    if database.answer(asking(most_together, records))["together"].iloc[0] <= 1:
        return database.given("turns", {"event_id": "int64", "turn": "int64"}, [])
    everything = database.view("every_event", extract.events, columns_of(EVENTS_SCHEMA))
    return database.make("turns", asking(turns, everything, lines))


def most_together(records: Table) -> Table:
    """How many records of one spell, or of one feed and PLEMI, start together where most do."""
    parents = records.filter(records.feed.isin(terms.PARENT_FEEDS))
    alike = _together(parents, SPELL, "start_date", "EpiNo").union(_together(parents, PLEMI, "feed", "start_date"))
    return alike.agg(together=alike.together.max().fill_null(0))


def _together(records: Table, key: tuple[str, ...], *besides: str) -> Table:
    whole = records.filter(_is_whole(records, key))
    return whole.group_by(*key, *besides).agg(together=whole.count()).select("together")


def turns(events: Table, lines: Table) -> Table:
    """event_id and turn of every record that shares a spell or PLEMI, and its start, with another.

    Turns follow what the record says of itself, its cost lines, the records that share its PLEMI, and then the same of all
    records of its spell. Records alike in all of that have one turn.

    Args:
        events: all columns of the store.
        lines: cost lines of the store.
    """
    import ibis

    parents = events.filter(events.feed.isin(terms.PARENT_FEEDS))
    several = _several(parents, SPELL, "start_date", "EpiNo") | _several(parents, (*PLEMI, "feed"), "start_date")
    records = parents.mutate(is_tied=several)
    tied = records.filter(records.is_tied)
    around = _and_those_with(records, tied, SPELL)
    told = _with_text(_and_those_with(events, around, PLEMI), lines)
    mates = told.group_by(*PLEMI).agg(mates=told.text.group_concat("\n", order_by=told.text))
    told = told.inner_join(around.select("event_id", "is_tied"), "event_id").left_join(mates, list(PLEMI))
    told = told.select(*SPELL, "event_id", "is_tied", text=told.text + "\n" + told.mates.fill_null(""))
    spells = told.group_by(*SPELL).agg(spell=told.text.group_concat("\n", order_by=told.text))
    told = told.filter(told.is_tied).left_join(spells, list(SPELL))
    return told.select("event_id", turn=ibis.dense_rank().over(order_by=[told.text, told.spell]))


def _and_those_with(records: Table, some: Table, key: tuple[str, ...]) -> Table:
    """Some of the records, and all that have the same key as one of them."""
    ids = some.select("event_id").union(records.semi_join(some, list(key)).select("event_id"), distinct=True)
    return records.semi_join(ids, "event_id")


def _several(records: Table, key: tuple[str, ...], *alike: str) -> BooleanValue:
    """Whether another record has the same key, no part of which is missing, and is alike besides."""
    together = records.count().over(group_by=[*key, *alike])
    return _is_whole(records, key) & (together > 1)


def _is_whole(records: Table, key: tuple[str, ...]) -> BooleanValue:
    return reduce(and_, [records[name].fill_null("") != "" for name in key])


def _with_text(records: Table, lines: Table) -> Table:
    """The records with `text`: all that each says of itself, and its cost lines activity by activity."""
    held = lines.semi_join(records, "event_id")
    line = held.ActCstID + "|" + held.ActCnt.cast("string") + "|" + held.ResCstID + "|" + held.TotCst.cast("string")
    held = held.select("event_id", "activity_no", text=line)
    activities = held.group_by("event_id", "activity_no").agg(text=held.text.group_concat("+", order_by=held.text))
    costs = activities.group_by("event_id").agg(costs=activities.text.group_concat("\n", order_by=activities.text))
    told = records.left_join(costs, "event_id").drop("event_id_right")
    said: StringValue = reduce(add, [told[name].cast("string").fill_null("") + "|" for name in HELD])
    return told.mutate(text=said + told.costs.fill_null(""))

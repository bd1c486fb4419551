"""SI and SWC records attached to an APC, OP or EC record of the same patient, each to one at most: no pound twice (R4)."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

import pandas as pd

from pathway_cost import terms
from pathway_cost.plics.reading import Given, Relations, asking

if TYPE_CHECKING:
    from ibis.expr.types import Table

ATTACHED_COLUMNS: Final = ("organisation", "fin_year", "feed", "is_attached", "records", "gbp")


def attachments(relations: Relations, feeds: Collection[str]) -> Given:
    """The parent of each SI and SWC record that has one: event_id, feed, parent_id. `feeds` are those of the extract."""
    if not set(terms.CHILD_FEEDS) & set(feeds):
        return relations.given("attachments", {"event_id": "int64", "feed": "string", "parent_id": "int64"}, [])
    return relations.make("attachments", asking(attached_to, relations.events))


def attached_to(events: Table) -> Table:
    """The parent of each SI and SWC record that has one: event_id, feed, parent_id.

    Same organisation, year and PLEMI (never a missing one); candidates APC, then OP, then EC; of several the one with
    start <= the day of the item <= end, else the earliest start; ties by turn.
    """
    import ibis

    children = _keyed(events, terms.CHILD_FEEDS).select("key", "event_id", "feed", "day")
    parents = _keyed(events, terms.PARENT_FEEDS)
    candidates = children.inner_join(
        parents.select("key", "turn", parent_id="event_id", parent_feed="feed", start="day", end="end_date"), "key"
    )
    holds = (candidates.start <= candidates.day) & (candidates.day <= candidates.end.fill_null(candidates.start))
    ranked = candidates.mutate(
        feed_rank=candidates.parent_feed.cases(*((feed, rank) for rank, feed in enumerate(terms.PARENT_FEEDS))),
        outside=ibis.ifelse(holds.fill_null(False), 0, 1),
    )
    order = [ranked.feed_rank, ranked.outside, ranked.start.asc(nulls_first=False), ranked.turn, ranked.parent_id]
    placed = ranked.mutate(place=ibis.row_number().over(ibis.window(group_by="event_id", order_by=order)))
    return placed.filter(placed.place == 0).select("event_id", "feed", "parent_id")


def attached_pounds(relations: Relations, sightings: Given) -> pd.DataFrame:
    """Records and exact pounds of SI and SWC, attached and not (ATTACHED_COLUMNS): together they are all pounds in."""
    return relations.frame(asking(pounds_of_children, sightings, relations.lines))


def pounds_of_children(sightings: Table, lines: Table) -> Table:
    """ATTACHED_COLUMNS."""
    children = sightings.filter(sightings.feed.isin(terms.CHILD_FEEDS)).select("event_id", *ATTACHED_COLUMNS[:4])
    costs = children.inner_join(lines.select("event_id", "TotCst"), "event_id")
    table = costs.group_by(*ATTACHED_COLUMNS[:4]).agg(records=costs.event_id.nunique(), gbp=costs.TotCst.sum())
    return table.order_by(*ATTACHED_COLUMNS[:4])


def _keyed(events: Table, feeds: tuple[str, ...]) -> Table:
    """Records of the feeds that have a PLEMI, with one key for organisation, year and PLEMI."""
    chosen = events.filter(events.feed.isin(feeds) & (events.plemi_key.fill_null("") != ""))
    return chosen.mutate(
        key=chosen.organisation + "|" + chosen.fin_year + "|" + chosen.plemi_key, day=chosen.start_date
    )

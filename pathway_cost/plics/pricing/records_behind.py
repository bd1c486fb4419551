"""The records behind a rule's prices, one by one: where each stands in its file, and what it brings to both sums.

They are the records and lines that the prices were made of, asked for by record instead of by pool.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pandas as pd

from pathway_cost.plics.pricing.claims import lines_claimed
from pathway_cost.plics.pricing.statistics import DENOMINATOR
from pathway_cost.plics.reading import MANY_ASKED, Given, Relations, asking

if TYPE_CHECKING:
    from ibis.expr.types import Table

PLACED: Final = {
    "event_id": "int64", "file": "string", "record": "int64", "record_key": "string", "feed": "string",
    "start_date": "date", "end_date": "date",
}  # fmt: skip
"""What is told of a record beside the codes that its rule reads."""


def records_of(relations: Relations, rule: int, columns: Sequence[str], asked: Mapping[str, Given]) -> pd.DataFrame:
    """Every record that a rule sees, a row each, in the order of the extract.

    Args:
        relations: the extract.
        rule: number of the rule.
        columns: the codes of a record that are wanted, as text.
        asked: `members`, `seen`, `sightings`, and `claims`, all that the rule claims.

    Returns:
        organisation, fin_year, level, status, unit_id, PLACED, columns; `activities` whose lines the rule claims,
        `denominator` (0 where a record counts with another) and `gbp`, exact decimals.
    """
    said = [*columns, *[None] * (MANY_ASKED - len(columns))]
    told = relations.database.view("told", relations.extract.events, PLACED, said)
    followed = relations.given("followed", {"rule": "int64"}, [(rule,)])
    own = relations.make("seen_followed", asking(seen_by_one, asked["seen"], asked["members"], followed))
    parts = (own, asked["sightings"], asked["claims"], relations.lines)
    brought = relations.make("brought", asking(brought_by_records, *parts))
    found = relations.frame(asking(records_told, own, brought, told))
    named = found.rename(columns={f"said_{at}": name for at, name in enumerate(columns)})
    kept = [name for name in named.columns if not name.startswith("said_")]
    return named[kept].sort_values(["organisation", "fin_year", "unit_id", "event_id"], ignore_index=True)


def seen_by_one(seen: Table, members: Table, followed: Table) -> Table:
    """The records that one rule sees: rule, event_id, unit_id, status, organisation, fin_year, level, denominator."""
    of_rule = seen.inner_join(followed, "rule").select("rule", "event_id", "unit_id", "status")
    own = members.inner_join(followed, "rule")
    units = own.filter(own.event_id == own.unit_id).select("unit_id", "organisation", "fin_year", "level")
    counted = own.select("event_id", denominator=own.denominator.cast(DENOMINATOR))
    return of_rule.inner_join(units, "unit_id").left_join(counted, "event_id").drop("event_id_right")


def brought_by_records(seen: Table, sightings: Table, claims: Table, lines: Table) -> Table:
    """What the rule claims of each record: pounds, and the activities that they are of."""
    claimed = lines_claimed(seen, sightings, claims, lines)
    by_activity = claimed.group_by("event_id", "ActCstID").agg(gbp=claimed.gbp.sum())
    return by_activity.group_by("event_id").agg(
        gbp=by_activity.gbp.sum(), activities=by_activity.ActCstID.group_concat(" ", order_by=by_activity.ActCstID)
    )


def records_told(seen: Table, brought: Table, told: Table) -> Table:
    """The records seen, with their places and codes, and what they bring."""
    found = seen.drop("rule").inner_join(told, "event_id").left_join(brought, "event_id").drop("event_id_right")
    return found.mutate(gbp=found.gbp.fill_null(Decimal(0)).cast("decimal(38, 8)"))

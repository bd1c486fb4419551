"""The claim table: each line of the extract in exactly one class, and what no price carries at each setting."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pandas as pd

from pathway_cost import terms
from pathway_cost.plics.pricing.claims import Claims
from pathway_cost.plics.pricing.members import OPEN, TAKEN, ZERO_DAYS
from pathway_cost.plics.pricing.usage import Pair, Usage
from pathway_cost.plics.reading.relations import Relations, rows_of

if TYPE_CHECKING:
    from ibis.expr.types import BooleanColumn, Table

PRICED_ONCE: Final = "priced once"
PRICED_MORE: Final = "priced more than once"
UNPRICED: Final = "no price carries"
OUTSIDE: Final = "outside the rules"
IN_PROGRESS: Final = "work in progress"
ZERO_DAY_STAYS: Final = "zero-day stays"
ORPHANS: Final = "orphan SI/SWC"
CLASSES: Final = (PRICED_ONCE, PRICED_MORE, UNPRICED, OUTSIDE, IN_PROGRESS, ZERO_DAY_STAYS, ORPHANS)

NO_RULE: Final = -1
RULE_COLUMNS: Final = ("first_rule", "last_rule", "rules")
CLAIM_COLUMNS: Final = ("organisation", "fin_year", "feed", "class", "rules", "activity", "records", "lines", "gbp")
GAP_PLACE: Final = ["setting", "organisation", "fin_year"]
GAP_COLUMNS: Final = ("setting", "organisation", "fin_year", "activity", "records", "lines", "gbp", "setting_gbp")


def classified(relations: Relations, claims: Claims, attached: Table, used: Table) -> Table:
    """Each line with its class, and the rules that price it or would if its record were in the sums.

    Columns: event_id, ActCstID, organisation, fin_year, feed, class, gbp, lines, first_rule and last_rule (numbers),
    rules (how many).

    A line is priced when a rule in use claims it and its record is in the sums. A record that every rule leaves out
    (open, or of no days) stays whole in that class; of a record that some rule takes, each line stands by itself.
    """
    import ibis

    here = ["organisation", "rule"]
    claimed = _counted(claims.lines.semi_join(used, here), "event_id", "ActCstID", prefix="line")
    sighted = _counted(claims.seen.semi_join(used, here), "event_id", prefix="record")
    events = relations.events.select("event_id", "organisation", "fin_year", "feed")
    lines = relations.activities.inner_join(events, "event_id")
    lines = lines.left_join(claimed, ["event_id", "ActCstID"]).drop("event_id_right", "ActCstID_right")
    lines = lines.left_join(sighted, "event_id").drop("event_id_right")
    lines = lines.left_join(attached.select("event_id", "parent_id"), "event_id").drop("event_id_right")
    classed = lines.mutate(
        first_rule=lines.line_first_taken.coalesce(lines.line_first).fill_null(NO_RULE),
        last_rule=lines.line_last_taken.coalesce(lines.line_last).fill_null(NO_RULE),
        rules=lines.line_taken.nullif(0).coalesce(lines.line_open + lines.line_zero_days).fill_null(0),
        **{"class": ibis.cases(*_cases(lines), else_=OUTSIDE)},
    )
    columns = ("event_id", "ActCstID", "organisation", "fin_year", "feed", "class", "gbp", "lines", *RULE_COLUMNS)
    return relations.keep("classified", classed.select(*columns))


def class_sums(relations: Relations, lines: Table) -> pd.DataFrame:
    """Records, lines and exact pounds by organisation, fin_year, feed, class, activity and rules (RULE_COLUMNS)."""
    grouped = lines.group_by("organisation", "fin_year", "feed", "class", *RULE_COLUMNS, activity="ActCstID")
    return relations.frame(grouped.agg(records=lines.count(), lines=lines.lines.sum(), gbp=lines.gbp.sum()))


def claim_table(sums: pd.DataFrame, usage: Usage) -> pd.DataFrame:
    """The claim table (CLAIM_COLUMNS): exact pounds by class, rules and activity."""
    names = list(usage.rules)
    rules = [rules_text(names, *numbers) for numbers in zip(*(sums[name] for name in RULE_COLUMNS), strict=True)]
    table = sums.assign(rules=rules, place=sums["class"].map(CLASSES.index))
    table = table.sort_values(["organisation", "fin_year", "place", "feed", "rules", "activity"], ignore_index=True)
    return table[list(CLAIM_COLUMNS)]


def overlaps(sums: pd.DataFrame) -> dict[tuple[str, str], Decimal]:
    """(organisation, fin_year) → pounds that more than one price holds, each time but the first."""
    found: dict[tuple[str, str], Decimal] = {}
    for row in rows_of(sums[sums["class"] == PRICED_MORE]):
        place = (row.organisation, row.fin_year)
        found[place] = found.get(place, Decimal(0)) + row.gbp * (row.rules - 1)
    return found


def clashes(relations: Relations, usage: Usage, claims: Claims, pairs: Sequence[Pair]) -> pd.DataFrame:
    """Lines that two rules of one setting both price.

    Columns: organisation, setting, first, second (rule numbers), records, lines, gbp.
    """
    columns = {"organisation": "string", "setting": "string", "first": "int64", "second": "int64"}
    if not pairs:
        return pd.DataFrame(columns=[*columns, "records", "lines", "gbp"])
    numbers = usage.numbers
    rows = [(pair.organisation, pair.setting, numbers[pair.first], numbers[pair.second]) for pair in pairs]
    taken = claims.lines.filter(claims.lines.status == TAKEN).select("organisation", "event_id", "ActCstID", "rule")
    firsts = taken.rename(first="rule").inner_join(relations.small("pairs", columns, rows), ["organisation", "first"])
    both = firsts.inner_join(taken.select("event_id", "ActCstID", second="rule"), ["event_id", "ActCstID", "second"])
    cells = both.inner_join(relations.activities, ["event_id", "ActCstID"])
    sums = cells.group_by(*columns).agg(records=cells.event_id.nunique(), lines=cells.lines.sum(), gbp=cells.gbp.sum())
    return relations.frame(sums).sort_values(list(columns), ignore_index=True)


def gaps(relations: Relations, usage: Usage, claims: Claims, organisations: Sequence[str]) -> pd.DataFrame:
    """Pounds without a price at each setting (GAP_COLUMNS): of records that its rules take, what none of them claims.

    `setting_gbp` is all pounds of those records.
    """
    columns = {"organisation": "string", "setting": "string", "rule": "int64"}
    rows = {(org, site.setting, usage.numbers[site.rule]) for org in organisations for site in usage.sites_at(org)}
    at = relations.small("sites", columns, sorted(rows))
    seen = claims.seen.filter(claims.seen.status == TAKEN).inner_join(at, ["organisation", "rule"])
    records = seen.select("setting", "organisation", "fin_year", "event_id").distinct()
    claimed = claims.lines.inner_join(at, ["organisation", "rule"]).select("setting", "event_id", "ActCstID").distinct()
    claimed = claimed.mutate(is_claimed=True)
    lines = records.inner_join(relations.activities, "event_id").left_join(claimed, ["setting", "event_id", "ActCstID"])
    sums = lines.group_by(*GAP_PLACE, activity="ActCstID", is_left=lines.is_claimed.isnull())  # noqa: PD003  (Ibis has no isna)
    table = relations.frame(sums.agg(records=lines.count(), lines=lines.lines.sum(), gbp=lines.gbp.sum()))
    table["setting_gbp"] = table.groupby(GAP_PLACE)["gbp"].transform(lambda gbp: sum(gbp, Decimal(0)))
    left = table[table["is_left"].astype(bool)]
    return left.sort_values([*GAP_PLACE, "activity"], ignore_index=True)[list(GAP_COLUMNS)]


def rules_text(names: Sequence[str], first: int, last: int, count: int) -> str:
    """The rules of a line as the claim table writes them.

    >>> rules_text(["theatre", "ward", "rest"], 0, 2, 2), rules_text(["theatre", "ward", "rest"], 0, 2, 3)
    ('theatre + rest', 'theatre + rest and 1 more')
    """
    if count < 1:
        return ""
    text = names[first] if count == 1 else f"{names[first]} + {names[last]}"
    return f"{text} and {count - 2} more" if count > 2 else text


def _counted(sightings: Table, *keys: str, prefix: str) -> Table:
    """How many rules take, leave out as open, leave out as of no days; and the first and last of them."""
    taken = sightings.status == TAKEN
    return sightings.group_by(*keys).agg(
        **{
            f"{prefix}_taken": taken.sum(),
            f"{prefix}_open": (sightings.status == OPEN).sum(),
            f"{prefix}_zero_days": (sightings.status == ZERO_DAYS).sum(),
            f"{prefix}_first": sightings.rule.min(),
            f"{prefix}_last": sightings.rule.max(),
            f"{prefix}_first_taken": sightings.rule.min(where=taken),
            f"{prefix}_last_taken": sightings.rule.max(where=taken),
        }
    )


def _cases(lines: Table) -> list[tuple[BooleanColumn, str]]:
    return [
        (lines.line_taken > 1, PRICED_MORE),
        (lines.line_taken == 1, PRICED_ONCE),
        (lines.line_open > 0, IN_PROGRESS),
        (lines.line_zero_days > 0, ZERO_DAY_STAYS),
        (lines.record_taken > 0, UNPRICED),
        (lines.record_open > 0, IN_PROGRESS),
        (lines.record_zero_days > 0, ZERO_DAY_STAYS),
        (lines.feed.isin(terms.CHILD_FEEDS) & lines.parent_id.isnull(), ORPHANS),  # noqa: PD003  (as above)
    ]

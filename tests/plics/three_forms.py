"""The same made-up episodes in the three forms that extracts come in: XML, two tables, one wide table."""

from __future__ import annotations

import csv
import io

from pathway_cost.plics.pricing.price_extract import price_extract
from pathway_cost.plics.reading.read_extracts import read_plics
from pathway_cost.tables.prices.components import ComponentMap
from tests.plics.extract_files import extract_xml, write
from tests.plics.price_extracts import rules_of, value

FORMS = ("xml", "two tables", "wide table")
YEAR = {
    "FinYr": "FY2024-25",
    "PeriodStartDate": "2024-04-01",
    "PeriodEndDate": "2025-03-31",
}
COST_COLUMNS = ("ActivityRowID", "CostRowID", "ActCstID", "ActCnt", "ResCstID", "TotCst")


def episode(number, theatre="5000", ward="1800", days=4, **changes):
    """An episode of theatre and ward; each with its own identifiers and start."""
    return {
        "OrgId": "RXX", "PLEMI": f"PL{number}", "CDSID": f"CD{number}", "Pod": "EL", "HSpellNo": f"SP{number}",
        "EpiNo": "01", "EpStDte": f"2024-06-{number + 1:02d}", "EpEnDte": f"2024-07-{number + 1:02d}", "EpType": "3",
        "Tfc": "110", "HrgFce": "HN22A", "HrgSpl": "HN22A", "Alos": str(days), **changes,
        "lines": (("THR001", 90, (("CPF002", theatre),)), ("WRD001", days, (("CPF005", ward),))),
    }  # fmt: skip


KNEES = (episode(0), episode(1, "5200", "900", 2), episode(2, "4800", "2700", 6))
"""Theatre £15,000 of 3 episodes (£5,000 each), ward £5,400 of 12 days (£450 a day): £20,400."""


def written(folder, form, records, name="1", *, cost_rows=False, activity_ids=None, **header):
    """The records as files of that form; the paths. `cost_rows` numbers the rows of costs from 1."""
    if form == "xml":
        names = ("NHSNo", "NhsSt", "Postcd", "DoB", "Gendr", "PathId", "PatOrgId", "CFBand")
        whole = [dict.fromkeys(names) | record for record in records]
        return [write(folder, f"APC_{name}.xml", extract_xml(whole, **(YEAR | header)))]
    ids = activity_ids or [f"{name}-{number}" for number in range(len(records))]
    said = [
        {"ActivityRowID": row, "FinYr": "2024/25"} | {key: text for key, text in record.items() if key != "lines"}
        for row, record in zip(ids, records, strict=True)
    ]
    costs = [cost for row, record in zip(ids, records, strict=True) for cost in _costs(row, record)]
    costs = [cost | ({"CostRowID": str(at)} if cost_rows else {}) for at, cost in enumerate(costs, start=1)]
    if form == "two tables":
        return [
            write(folder, f"Activity_APC_{name}.csv", table(said)),
            write(folder, f"Cost_APC_{name}.csv", table(costs)),
        ]
    of_row = {each["ActivityRowID"]: each for each in said}
    return [write(folder, f"knees_apc_{name}.csv", table([of_row[cost["ActivityRowID"]] | cost for cost in costs]))]


def _costs(row, record):
    for activity, count, resources in record["lines"]:
        for resource, gbp in resources:
            yield {
                "ActivityRowID": row,
                "ActCstID": activity,
                "ActCnt": str(count),
                "ResCstID": resource,
                "TotCst": gbp,
            }


def table(rows):
    """Rows as CSV text."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def read(*paths, **how):
    """An extract out of lists of paths."""
    return read_plics([path for some in paths for path in some], **how)


def knee_gbp(extract, where=None):
    """Pounds of a knee by two rules: an episode of theatre and four days of ward; and the prices' notes."""
    picked = {"where": where} if where else {}
    rules = {
        "theatre": {"feed": "APC", "activities": ["THR*"], "per": "episode", **picked},
        "ward": {"feed": "APC", "activities": ["WRD001"], "per": "bed_day", **picked},
    }
    prices = price_extract(extract, rules_of(rules), components=ComponentMap.shipped())
    return value(prices, "theatre") + 4 * value(prices, "ward"), prices

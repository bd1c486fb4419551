"""Writes records of a made-up PLICS extract as XML, in the integrated 2021/22 layout. Money is whole units of £10⁻⁸."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

NAMESPACE = "http://Improvement.nhs.uk/HealthcareCostingDataSet/v1.12-2122"
UNITS_A_POUND = 10**8


class Line(NamedTuple):
    """One resource of one collection activity, in units of £10⁻⁸."""

    activity: str
    count: int
    resource: str
    amount: int


class Record(NamedTuple):
    """One activity record: its fields in the order of the layout (None = nil), and its cost lines by activity."""

    fields: Mapping[str, str | None]
    lines: Sequence[Line]


def write_extract(folder: Path, feed: str, organisation: str, records: Sequence[Record]) -> Path:
    """One feed of one organisation for the whole of 2024/25; the header holds the exact count and total."""
    path = folder / f"{feed}_FY2024-25_M12_{organisation}_20250715T0900_01.xml"
    total = sum(line.amount for record in records for line in record.lines)
    head = {
        "OrgSubmittingID": organisation,
        "FinYr": "FY2024-25",
        "PeriodStartDate": "2024-04-01",
        "PeriodEndDate": "2025-03-31",
        "CreateDateTime": "2025-07-15T09:00:00",
        "FeedType": feed,
        "NoOfActivityRecords": str(len(records)),
        "TotalCosts": pounds(total),
    }
    body = "".join(map(_record, records))
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<!-- Synthetic: no organisation, patient or cost in this file is real. -->\n"
        f'<HCDSExtract xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"<MessageHeader>{_elements(head)}</MessageHeader>\n<MessageBody>\n{body}</MessageBody>\n</HCDSExtract>\n"
    )
    path.write_bytes(text.encode())
    return path


def pounds(amount: int) -> str:
    """Pounds with eight decimals.

    >>> pounds(-1_250_000_000)
    '-12.50000000'
    """
    whole, rest = divmod(abs(amount), UNITS_A_POUND)
    return f"{'-' if amount < 0 else ''}{whole}.{rest:08d}"


def _record(record: Record) -> str:
    costs = "".join(f"{_activity(lines)}\n" for lines in _by_activity(record.lines))
    return f"<Activity>{_elements(record.fields)}\n{costs}</Activity>\n"


def _by_activity(lines: Iterable[Line]) -> list[list[Line]]:
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.activity, []).append(line)
    return list(groups.values())


def _activity(lines: Sequence[Line]) -> str:
    resources = "".join(
        f"<Resource><ResCstID>{line.resource}</ResCstID><TotCst>{pounds(line.amount)}</TotCst></Resource>"
        for line in lines
    )
    head = _elements({"ActCstID": lines[0].activity, "ActCnt": str(lines[0].count)})
    return f"<CstActivity>{head}{resources}</CstActivity>"


def _elements(fields: Mapping[str, str | None]) -> str:
    return "".join(
        f'<{name} xsi:nil="true"/>' if value is None else f"<{name}>{value}</{name}>" for name, value in fields.items()
    )

"""MB/s of PLICS XML: this reader against a plain one-core lxml loop over the same file, as ratios of one run.

    python benchmarks/plics_xml.py [MB] [rounds]

The loop is `iterparse(tag=Activity)` over children, clearing behind itself, into the same columns as Arrow text: no
control totals, no exact pounds, no dates, no hashing, no Parquet. Rounds are interleaved; medians are shown.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

import measure
import pyarrow as pa
from lxml import etree

from pathway_cost.plics.reading.identifiers import Privacy
from pathway_cost.plics.reading.layouts import ELEMENTS, NAMESPACE_FAMILY
from pathway_cost.plics.reading.read_extracts import read_plics
from pathway_cost.plics.reading.typed import Batch
from pathway_cost.plics.reading.xml_records import steps

NAMESPACE = NAMESPACE_FAMILY + "v2.0-2021"
KEY = bytes(range(32))
LOOP = "plain lxml loop, one core"


def main(megabytes: int = 60, rounds: int = 5) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = [make(Path(folder) / f"APC_{indent}.xml", megabytes / 2, indent=indent) for indent in (True, False)]
        size = sum(file.stat().st_size for file in files) / 1e6
        jobs = {
            LOOP: lambda: [loop(file) for file in files],
            "our records as Arrow, one core": lambda: [arrow(file) for file in files],
            "read_plics: all checks, hashed, into Parquet": lambda: read_plics(files, privacy=Privacy.of(KEY)),
        }
        seconds = measure.interleaved(jobs, rounds=rounds)
    rows = [("way", "MB/s (median)", "× the loop (median by round)")]
    for name, taken in measure.medians(seconds).items():
        rows.append((name, f"{size / taken:.1f}", f"{measure.ratio(seconds, LOOP, name):.1f}"))
    print(measure.table(rows))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"\n{size:.0f} MB in two files, {rounds} interleaved rounds, peak memory of the process {peak:.0f} MB.")
    print(f"{measure.machine()}. {measure.versions(('lxml', 'numpy', 'pyarrow', 'duckdb'))}")


def loop(file: Path) -> tuple[pa.Table, pa.Table]:
    def name(tag: str) -> str:
        return f"{{{NAMESPACE}}}{tag}"

    columns = {name(tag): [] for tag in ELEMENTS["APC"]}
    activity, resource_, count, identifier = map(name, ("CstActivity", "Resource", "ActCnt", "ActCstID"))
    resource_id, cost = map(name, ("ResCstID", "TotCst"))
    lines = [[] for _ in range(6)]
    records = 0
    for _, element in etree.iterparse(file, tag=name("Activity"), resolve_entities=False, no_network=True):
        row = {}
        activities = 0
        for child in element:
            if child.tag != activity:
                row[child.tag] = child.text
                continue
            activities += 1
            done, by = None, None
            for leaf in child:
                if leaf.tag == resource_:
                    cells = {cell.tag: cell.text for cell in leaf}
                    cells = (records, activities, by, done, cells.get(resource_id), cells.get(cost))
                    for line, cell in zip(lines, cells, strict=True):
                        line.append(cell)
                elif leaf.tag == count:
                    done = leaf.text
                elif leaf.tag == identifier:
                    by = leaf.text
        for tag, column in columns.items():
            column.append(row.get(tag))
        records += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return pa.table({tag: pa.array(cells) for tag, cells in columns.items()}), pa.table(lines, names=list("abcdef"))


def arrow(file: Path) -> tuple[pa.Table, pa.Table]:
    parts = (step() for step in steps(file, file.name, {}, Privacy.of(KEY)))
    batches = [part for part in parts if isinstance(part, Batch)]
    return pa.concat_tables(batch.events for batch in batches), pa.concat_tables(batch.cost_lines for batch in batches)


def make(path: Path, megabytes: float, *, indent: bool) -> Path:
    """An extract of made-up episodes, about so large."""
    draw = random.Random(7)
    records, written, total = [], 0, Decimal(0)
    while written < megabytes * 1e6:
        text, cost = record(draw, len(records), indent=indent)
        records.append(text)
        written += len(text)
        total += cost
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<HCDSExtract xmlns="{NAMESPACE}"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><MessageHeader><OrgSubmittingID>'
        f"{organisation(indent=indent)}</OrgSubmittingID><FinYr>FY2020-21</FinYr><PeriodStartDate>2020-04-01"
        "</PeriodStartDate><PeriodEndDate>2021-03-31</PeriodEndDate><CreateDateTime>2021-08-09T09:13:00"
        f"</CreateDateTime><FeedType>APC</FeedType><NoOfActivityRecords>{len(records)}</NoOfActivityRecords>"
        f"<TotalCosts>{total}</TotalCosts></MessageHeader><MessageBody>\n"
    )
    path.write_text(head + "".join(records) + "</MessageBody></HCDSExtract>\n")
    return path


def record(draw: random.Random, number: int, *, indent: bool) -> tuple[str, Decimal]:
    gap = ("\n" + " " * 6) if indent else ""
    day = f"2020-{draw.randint(4, 12):02d}-{draw.randint(1, 28):02d}"
    cells = {
        "OrgId": organisation(indent=indent), "PLEMI": f"P{number:09d}", "CDSID": f"C{number:012d}", "NHSNo": nhs_number(draw), "NhsSt": "01",
        "Postcd": f"LS{draw.randint(1, 28)} {draw.randint(1, 9)}AB", "Gendr": draw.choice("12"),
        "DoB": f"19{draw.randint(30, 99)}-0{draw.randint(1, 9)}-{draw.randint(10, 28)}", "PathId": None,
        "PatOrgId": "RXX", "Pod": draw.choice(["EL", "DC", "NEL"]), "HSpellNo": f"H{number:08d}", "EpiNo": "01",
        "EpStDte": day, "EpEnDte": day, "EpType": "3", "Tfc": "110", "CFBand": None, "HrgFce": "HN22A",
        "HrgSpl": "HN22A", "Alos": str(draw.randint(0, 9)),
    }  # fmt: skip
    leaves = [
        f'<{name} xsi:nil="true"/>' if cell is None else f"<{name}>{cell}</{name}>" for name, cell in cells.items()
    ]
    total = Decimal(0)
    for activity in draw.sample(["WRD001", "THR001", "PAT001", "DIM001", "PHA003", "ODT001", "SPS001"], 3):
        leaves.append(f"<CstActivity>{gap}<ActCstID>{activity}</ActCstID>{gap}<ActCnt>{draw.randint(1, 200)}</ActCnt>")
        for code in draw.sample(["CPF001", "CPF002", "CPF005", "CPF011", "CSC004", "CSC005"], 2):
            cost = Decimal(draw.randint(1, 10**11)).scaleb(-8)
            total += cost
            leaves.append(f"<Resource>{gap}<ResCstID>{code}</ResCstID>{gap}<TotCst>{cost:.8f}</TotCst>{gap}</Resource>")
        leaves.append("</CstActivity>")
    return "<Activity>" + gap + gap.join(leaves) + gap + "</Activity>\n", total


def organisation(*, indent: bool) -> str:
    """Each file is of its own organisation: one record twice is a fault."""
    return "RXX" if indent else "RXY"


def nhs_number(draw: random.Random) -> str:
    while True:
        digits = [draw.randint(0, 9) for _ in range(9)]
        check = 11 - sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=True)) % 11
        if check != 10:
            return "".join(map(str, [*digits, check % 11]))


if __name__ == "__main__":
    main(*(int(given) for given in sys.argv[1:]))

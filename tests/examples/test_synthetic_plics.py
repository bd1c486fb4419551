"""The example's extracts, read here without the package: controls, averages, test identifiers, and the odd records."""

import csv
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "elective_knee"
FILES = sorted((EXAMPLE / "plics").glob("*.xml"))
NAMESPACE = "{http://Improvement.nhs.uk/HealthcareCostingDataSet/v1.12-2122}"
TWO_PER_CENT = Decimal("0.02")


def leaves(element):
    return {child.tag.removeprefix(NAMESPACE): child.text for child in element if len(child) == 0}


def read(path):
    header, body = ET.parse(path).getroot()
    records = []
    for activity in body:
        costs = [Decimal(cost.text) for cost in activity.iter(f"{NAMESPACE}TotCst")]
        records.append(leaves(activity) | {"pounds": sum(costs), "lowest": min(costs)})
    return leaves(header), records


@pytest.fixture(scope="module")
def extracts():
    return {path: read(path) for path in FILES}


@pytest.fixture(scope="module")
def records(extracts):
    return [{**record, "feed": head["FeedType"]} for head, found in extracts.values() for record in found]


@pytest.fixture(scope="module")
def targets():
    with (EXAMPLE / "targets.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def department_and_currency(record):
    """As the National Schedule sorts records: complete episodes only, attached records left where they are."""
    match record["feed"]:
        case "APC":
            departments = {
                "EL": "Elective Inpatients",
                "DC": "Daycase",
                "NEL": "Non-Elective Inpatient - Long Stay",
                "NES": "Non-Elective Inpatient - Short Stay",
            }
            return (departments[record["Pod"]] if record["EpType"] == "3" else "open"), record["HrgFce"]
        case "OP":
            return "Outpatient Attendances", record["HRG"]
        case "EC":
            return "Emergency Care" if record["DepTyp"] == "01" else "minor injuries", record["HRG"]
        case "SWC":
            return "Critical care", record["UnHRG"]
        case "SI":
            return "Diagnostic Imaging", record["UnCur"]
    return "Community Health Service", record["ChsCcy"]


@pytest.fixture(scope="module")
def means(records):
    sums = defaultdict(lambda: [0, Decimal(0)])
    for record in records:
        cell = sums[department_and_currency(record)]
        cell[0] += 1
        cell[1] += record["pounds"]
    return sums


def test_files_are_few_and_small():
    assert len(FILES) == 6
    assert sum(path.stat().st_size for path in FILES) < 12e6


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.split("_")[0])
def test_header_counts_and_totals_to_eight_decimals(path, extracts):
    header, found = extracts[path]
    assert header["FinYr"] == "FY2024-25"
    assert int(header["NoOfActivityRecords"]) == len(found)
    assert header["TotalCosts"] == f"{sum(record['pounds'] for record in found):.8f}"


def test_every_currency_costs_what_the_schedule_says(means, targets):
    wanted = {(row["department_code"], row["currency_code"]): Decimal(row["unit_cost"]) for row in targets}
    compared = {cell: total / count for cell, (count, total) in means.items() if cell in wanted}
    assert len(compared) > 40
    assert {cell: mean for cell, mean in compared.items() if abs(mean / wanted[cell] - 1) > TWO_PER_CENT} == {}


@pytest.mark.parametrize(
    ("department", "prefix", "mean_gbp"),
    [
        ("Elective Inpatients", "HN22", "8692.13"),
        ("Daycase", "HN22", "5126.27"),
        ("Non-Elective Inpatient - Long Stay", "WH07", "5218.18"),
        ("Emergency Care", "VB", "280.17"),
        ("Outpatient Attendances", "WF01A", "174.33"),
        ("Outpatient Attendances", "WF01B", "214.84"),
        ("Community Health Service", "A08A1", "79.06"),
        ("Community Health Service", "IC03", "114.89"),
        ("Critical care", "XC06Z", "1862.81"),
        ("Diagnostic Imaging", "RD01A", "190.83"),
    ],
)
def test_groups_cost_what_the_schedule_says(means, department, prefix, mean_gbp):
    cells = [cell for (at, code), cell in means.items() if at == department and code.startswith(prefix)]
    mean = sum(total for _, total in cells) / sum(count for count, _ in cells)
    assert abs(mean / Decimal(mean_gbp) - 1) <= TWO_PER_CENT


def test_targets_are_the_schedules_own_sums(targets):
    """8,692.13 is £534,270,511.55 ÷ 61,466 episodes."""
    knees = [
        row for row in targets if row["department_code"] == "Elective Inpatients" and row["currency_code"][:4] == "HN22"
    ]
    cost, activity = sum(float(row["cost"]) for row in knees), sum(int(row["activity"]) for row in knees)
    assert activity == 61466
    assert cost / activity == pytest.approx(8692.13, abs=0.005)
    assert {row["licence"] for row in targets} == {"Open Government Licence v3.0"}


def check_digit(number):
    digit = (11 - sum(weight * int(figure) for weight, figure in zip(range(10, 1, -1), number, strict=False)) % 11) % 11
    return str(digit)


def test_identifiers_are_nobodys(records):
    numbers = {record["NHSNo"] for record in records if record.get("NHSNo")}
    assert all(
        number.startswith("999") and len(number) == 10 and number[9] == check_digit(number) for number in numbers
    )
    assert {record["Postcd"][:4] for record in records if record.get("Postcd")} == {"ZZ99"}
    assert {record["OrgId"] for record in records} == {"SYA", "SYC"}


def test_what_real_extracts_hold_occurs(records):
    admitted = [record for record in records if record["feed"] == "APC"]
    keys = {record.get("PLEMI") for record in records if record["feed"] in ("APC", "OP")}
    spells = [record["HSpellNo"] for record in admitted]
    assert sum(record["EpType"] == "2" for record in admitted) == 9, "open episodes"
    assert sum(record["Pod"] == "EL" and record["Alos"] == "0" for record in admitted) == 6, "inpatients of 0 days"
    assert sum(record["PLEMI"] is None for record in admitted) == 1, "a nil local key"
    assert sum(record["lowest"] < 0 for record in records) == 31, "credits"
    assert len(spells) > len(set(spells)), "spells of several episodes"
    assert sum(record["feed"] == "SI" and record["PLEMI"] not in keys for record in records) == 5, "orphans"


def test_ward_pounds_have_a_slope():
    """About £320 an admission and £360 a day, where the average day is £427."""
    import numpy as np

    path = next(path for path in FILES if path.name.startswith("APC"))
    days, ward = [], []
    for activity in ET.parse(path).getroot()[1]:
        record = leaves(activity)
        if record["Pod"] == "EL" and record["HrgFce"].startswith("HN22") and record["Alos"] != "0":
            parts = [part for part in activity.iter(f"{NAMESPACE}CstActivity") if part[0].text == "WRD001"]
            ward.append(sum(float(cost.text) for part in parts for cost in part.iter(f"{NAMESPACE}TotCst")))
            days.append(int(record["Alos"]))
    slope, start = np.polyfit(days, ward, 1)
    assert slope == pytest.approx(360, rel=0.02)
    assert start == pytest.approx(320, rel=0.05)
    assert sum(ward) / sum(days) == pytest.approx(428, rel=0.02)


def test_the_generator_gives_the_committed_bytes(tmp_path):
    code = f"import sys; sys.path.insert(0, {str(EXAMPLE)!r}); import make_plics, pathlib; make_plics.main(pathlib.Path({str(tmp_path)!r}))"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in FILES
    }

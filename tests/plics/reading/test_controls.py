"""R14: header against records, to the penny; differences accepted by name; one period once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pathway_cost.errors import PlicsFaults
from pathway_cost.plics.reading.read_extracts import read_plics
from pathway_cost.plics.reading.store import CONTROL_COLUMNS
from pathway_cost.specs.format.study import Accept
from tests.plics.extract_files import apc, extract_xml, swc, write

TOTAL = "6250.50000001"  # of one made-up episode: 1,000.00 + 250.50 + 5,000.00000001


def read_one(folder, accept=(), **header):
    return read_plics(write(folder, "APC.xml", extract_xml([apc(0)], **header)), accept=accept)


def faults(folder, accept=(), **header):
    with pytest.raises(PlicsFaults) as raised:
        read_one(folder, accept, **header)
    return raised.value.problems


def test_the_control_row(tmp_path):
    controls = read_one(tmp_path).controls
    assert tuple(controls.columns) == CONTROL_COLUMNS
    row = controls.iloc[0]
    assert (row["file"], row["feed"], row["organisation"], row["fin_year"]) == ("APC.xml", "APC", "RXX", "2020-21")
    assert (str(row["period_start"]), str(row["period_end"])) == ("2020-04-01", "2021-03-31")
    assert (row["records_header"], row["records"], row["difference_records"]) == (1, 1, 0)
    assert (row["header_gbp"], row["gbp"], row["difference_gbp"]) == (Decimal(TOTAL), Decimal(TOTAL), 0)
    assert row["accepted_reason"] == ""


@pytest.mark.parametrize("said", ["6250.50", "6250.5", "6250.50499999", "6250.49500002"])
def test_rounding_below_half_a_penny_is_no_difference(tmp_path, said):
    row = read_one(tmp_path, TotalCosts=said).controls.iloc[0]
    assert row["difference_gbp"] == Decimal(TOTAL) - Decimal(said)


@pytest.mark.parametrize(
    ("said", "difference", "written"),
    [
        ("6250.51000001", "−£0.01", "-0.01"),
        ("6250.49500001", "+£0.005", "0.005"),
        ("0", "+£6,250.50000001", "6250.50000001"),
    ],
)
def test_half_a_penny_or_more_stops_and_says_by_how_much(tmp_path, said, difference, written):
    (problem,) = faults(tmp_path, TotalCosts=said)
    assert problem.rule == "control_difference"
    assert f"({difference})" in problem.what
    assert f'accept: [{{file: "APC.xml", difference_gbp: {written}, reason: "…"}}]' in problem.remedy


def test_a_record_count_that_is_off(tmp_path):
    (problem,) = faults(tmp_path, NoOfActivityRecords=3)
    assert "records read: 1, in the header: 3 (-2)" in problem.what
    assert 'accept: [{file: "APC.xml", difference_records: -2, reason: "…"}]' in problem.remedy


def test_a_difference_accepted_by_name_is_kept(tmp_path):
    accept = [Accept(file="extracts/APC.xml", difference_gbp=-0.01, difference_records=-1, reason="agreed with audit")]
    row = read_one(tmp_path, accept, TotalCosts="6250.51000001", NoOfActivityRecords=2).controls.iloc[0]
    assert (row["difference_gbp"], row["difference_records"]) == (Decimal("-0.01"), -1)
    assert row["accepted_reason"] == "agreed with audit"


def test_a_plain_mapping_accepts_too(tmp_path):
    accept = [{"file": "APC.xml", "difference_gbp": -0.01, "reason": "agreed"}]
    assert read_one(tmp_path, accept, TotalCosts="6250.51000001").controls["accepted_reason"].tolist() == ["agreed"]


def test_another_difference_than_the_accepted_stops(tmp_path):
    accept = [{"file": "APC.xml", "difference_gbp": -0.02, "reason": "agreed"}]
    (problem,) = faults(tmp_path, accept, TotalCosts="6250.51000001")
    assert "with another difference" in problem.what


def test_acceptance_without_a_difference_changes_nothing(tmp_path):
    accept = [{"file": "APC.xml", "difference_gbp": -0.02, "reason": "agreed"}]
    assert read_one(tmp_path, accept).controls["accepted_reason"].tolist() == [""]


def test_acceptance_of_a_file_not_read_is_said(tmp_path):
    extract = read_one(tmp_path, [{"file": "OP.xml", "difference_gbp": 1.0, "reason": "agreed"}])
    assert [finding.rule for finding in extract.findings] == ["accept_names_no_file"]


def test_a_total_too_large_for_a_binary_number_is_exact(tmp_path):
    lines = (("WRD001", 1, (("CPF001", "9999999999.99999999"), ("CPF002", "0.00000001"))),)
    records = [apc(number, lines=lines) for number in range(3)]
    extract = read_plics(write(tmp_path, "APC.xml", extract_xml(records)))
    assert extract.controls["gbp"].tolist() == [Decimal("30000000000.00000000")]
    assert extract.controls["difference_gbp"].tolist() == [0]


def two(folder, one, other):
    paths = [
        write(folder, "one.xml", extract_xml([apc(0)], **one)),
        write(folder, "other.xml", extract_xml([apc(1)], **other)),
    ]
    return read_plics(paths)


def test_one_period_twice_names_both_files(tmp_path):
    with pytest.raises(PlicsFaults) as raised:
        two(tmp_path, {"PeriodEndDate": "2020-04-30"}, {"PeriodStartDate": "2020-04-30"})
    (problem,) = raised.value.problems
    assert problem.rule == "same_period_twice"
    assert "one.xml and other.xml are both APC of RXX" in problem.what


@pytest.mark.parametrize(
    "other",
    [{"PeriodStartDate": "2020-05-01"}, {"OrgSubmittingID": "RYY"}, {"FinYr": "FY2021-22", "PeriodStartDate": "2021-04-01", "PeriodEndDate": "2022-03-31"}],
)  # fmt: skip
def test_other_periods_and_organisations_may_stand_together(tmp_path, other):
    extract = two(tmp_path, {"PeriodEndDate": "2020-04-30"}, other)
    assert len(extract.controls) == 2


def test_other_feeds_may_stand_together(tmp_path):
    paths = [
        write(tmp_path, "a.xml", extract_xml([apc(0)])),
        write(tmp_path, "b.xml", extract_xml([swc(0)], feed="SWC")),
    ]
    assert read_plics(paths).controls["feed"].tolist() == ["APC", "SWC"]

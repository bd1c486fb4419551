"""Findings: what is legal but looks wrong, with records and pounds."""

from __future__ import annotations

import pytest

from pathway_cost.errors import Severity
from pathway_cost.plics.reading.quality import CHECKS
from pathway_cost.plics.reading.read_extracts import read_plics
from tests.plics.extract_files import apc, extract_xml, swc, write

TEN_POUNDS = (("WRD001", 1, (("CPF001", "10"),)),)


def found(folder, *records, **header):
    feed = "SWC" if "UnAct" in records[0] else "APC"
    extract = read_plics(write(folder, "file.xml", extract_xml(records, feed=feed, **header)))
    return {finding.rule: finding for finding in extract.findings}


def test_a_clean_extract_has_no_findings(tmp_path):
    assert found(tmp_path, apc(0), apc(1)) == {}


ODD = {
    "negative_cost": apc(1, lines=(("WRD001", 1, (("CPF001", "15"), ("CPF002", "-5"))),)),
    "zero_cost": apc(1, lines=(("WRD001", 1, (("CPF001", "0"),)),)),
    "ends_before_start": apc(1, TEN_POUNDS, EpStDte="2020-06-19"),
    "stays_beyond_dates": apc(1, TEN_POUNDS, EpStDte="2020-06-14", EpEnDte="2020-06-18", Alos="6"),
    "no_start_date": apc(1, TEN_POUNDS, EpStDte=None),
    "outside_year": apc(1, TEN_POUNDS, EpEnDte="2021-04-01"),
    "no_count_with_cost": apc(1, lines=(("WRD001", 0, (("CPF001", "10"),)),)),
    "short_stay_is_long": apc(1, TEN_POUNDS, Pod="NES", Alos="2"),
    "long_stay_is_short": apc(1, TEN_POUNDS, Pod="NEL", Alos="1"),
    "ungroupable": apc(1, TEN_POUNDS, HrgFce="UZ01Z"),
    "no_completion": apc(1, TEN_POUNDS, EpType=None),
    "unverified_patient": apc(1, TEN_POUNDS, NhsSt="02"),
}


@pytest.mark.parametrize("rule", ODD)
def test_each_finding_counts_records_and_pounds(tmp_path, rule):
    findings = found(tmp_path, apc(0, TEN_POUNDS), ODD[rule])
    assert set(findings) == {rule}
    gbp = "£0.00" if rule == "zero_cost" else "£10.00"
    assert findings[rule].what.startswith(f"1 of 2 records (50.0%, together {gbp})")
    assert findings[rule].where.item == "APC of RXX"
    assert findings[rule].severity is not Severity.ERROR


def test_every_check_is_tested():
    assert {check.rule for check in CHECKS} == set(ODD)


def test_an_open_episode_may_start_in_an_earlier_year(tmp_path):
    assert found(tmp_path, apc(0, EpStDte="2019-12-01", EpType="1")) == {}


@pytest.mark.parametrize("record", [{"Alos": "5"}, {"Alos": "0"}, {"EpType": "1", "Alos": "60"}, {"Alos": None}])
def test_days_as_they_may_be(tmp_path, record):
    assert found(tmp_path, apc(0, EpStDte="2020-06-14", EpEnDte="2020-06-18", **record)) == {}


def test_a_record_that_is_in_twice(tmp_path):
    other_day = apc(0, TEN_POUNDS, HSpellNo="SPELL7709", EpStDte="2020-06-15")
    findings = found(tmp_path, apc(0, TEN_POUNDS), other_day, apc(1))
    assert set(findings) == {"repeated_record"}
    assert findings["repeated_record"].what.startswith("2 records (£20.00) share 1 identifiers")


def test_critical_care_without_a_group(tmp_path):
    findings = found(tmp_path, swc(0, UnHRG="UZ01Z"), swc(1))
    assert findings["ungroupable"].what.startswith("1 of 2 records (50.0%, together £2,400.00) have no valid HRG")


def test_an_element_that_the_version_does_not_know(tmp_path):
    assert (
        "1 elements not known (Frailty), 0 missing (none)"
        in found(tmp_path, apc(0) | {"Frailty": "3"})["layout_differs"].what
    )

"""One code written two ways: read where its list is closed, else told with the pounds that fall outside the rules."""

from __future__ import annotations

import pytest

from pathway_cost.errors import PlicsFaults, Severity
from pathway_cost.plics.pricing.price_extract import price_extract
from pathway_cost.specs.format.rules import UnitCostRules
from pathway_cost.tables.prices.components import ComponentMap
from tests.plics.extract_files import extract_xml, swc, write
from tests.plics.price_extracts import Ledger, price, rules_of, told, value
from tests.plics.three_forms import FORMS, KNEES, episode, knee_gbp, read, written

forms = pytest.mark.parametrize("form", FORMS)


@forms
def test_zeros_around_a_code_of_a_closed_list_are_read_and_noted(tmp_path, form):
    coded = [knee | {"EpType": code} for knee, code in zip(KNEES, ["03", "003", "3.0"], strict=True)]
    extract = read(written(tmp_path, form, coded))
    (note,) = extract.findings
    assert (note.rule, note.severity, note.where.item) == ("code_with_zeros", Severity.NOTE, "EpType")
    assert ("record 1, record 2, record 3" if form == "xml" else "row 2, row 3, row 4") in note.what
    assert knee_gbp(extract)[0] == 6_800.00  # of three episodes, none of them in progress
    assert knee_gbp(extract, {"EpType": "03"})[0] == 6_800.00


@forms
@pytest.mark.parametrize("code", ["5", "0", "X", "30"])
def test_a_code_that_is_not_on_its_closed_list_is_a_fault(tmp_path, form, code):
    with pytest.raises(PlicsFaults, match="EpType is none of 1, 2, 3, 4"):
        read(written(tmp_path, form, [KNEES[0] | {"EpType": code}, *KNEES[1:]]))


def test_another_closed_list_that_decides_no_pounds_is_a_warning(tmp_path):
    path = write(tmp_path, "SWC.xml", extract_xml([swc(0, CCPerType="9"), swc(1, CCPerType="01")], feed="SWC"))
    found = {finding.rule: finding for finding in read([path]).findings}
    assert (found["code_unknown"].severity, found["code_unknown"].where.row) == (Severity.WARNING, 1)
    assert (found["code_with_zeros"].severity, found["code_with_zeros"].where.row) == (Severity.NOTE, 2)


@forms
def test_an_episode_without_a_completion_is_told_in_pounds(tmp_path, form):
    extract = read(written(tmp_path, form, [KNEES[0] | {"EpType": None}, *KNEES[1:]]))
    (finding,) = extract.findings
    assert (finding.rule, finding.severity) == ("no_completion", Severity.WARNING)
    assert finding.what.startswith("1 of 3 records (33.3%, together £6,800.00) have no EpType")


WAYS = {
    # what the second knee says, what the rules ask for, how the message begins
    "a zero in front": ({"Tfc": "0110"}, {"Tfc": "110"}, "1 APC record (£10,100.00) has Tfc '0110' where '110'"),
    "a zero asked for": ({"Tfc": "110"}, {"Tfc": "0110"}, "3 APC records (£24,400.00) have Tfc '110' where '0110'"),
    "another case": ({"HrgFce": "hn22a"}, {"HrgFce": "HN22*"}, "1 APC record (£10,100.00) has HrgFce 'hn22a' where 'HN22*'"),
    "a point behind": ({"Tfc": "110.0"}, {"Tfc": "110", "Pod": "EL"}, "1 APC record (£10,100.00) has Tfc '110.0'"),
}  # fmt: skip


@forms
@pytest.mark.parametrize("way", WAYS)
def test_records_passed_over_for_the_way_a_code_is_written_are_told_in_pounds(tmp_path, form, way):
    says, where, begins = WAYS[way]
    knees = [KNEES[0], episode(1, "9200", "900", 2, **says), KNEES[2]]
    extract = read(written(tmp_path, form, knees))
    if way == "a zero asked for":
        prices = price_extract(extract, rules_of(_rules(where)), components=ComponentMap.shipped())
    else:
        gbp, prices = knee_gbp(extract, where)
        assert gbp == 4_900 + 4 * 450  # of the two that are picked
    (what,) = told(prices, "code_nearly_matches")
    assert what.startswith(begins)
    assert what.endswith("outside the rules theatre, ward")
    assert told(prices, "code_matches_nothing") == []


def _rules(where):
    ward = {"feed": "APC", "activities": ["WRD001"], "per": "bed_day", "where": where}
    return {"theatre": {"feed": "APC", "activities": ["THR*"], "per": "episode", "where": where}, "ward": ward}


@forms
def test_both_ways_named_price_all_and_say_nothing(tmp_path, form):
    knees = [KNEES[0], episode(1, "9200", "900", 2, Tfc="0110"), KNEES[2]]
    extract = read(written(tmp_path, form, knees))
    gbp, prices = knee_gbp(extract, {"Tfc": ["110", "0110"]})
    assert round(gbp, 2) == 8_133.33  # (5,000 + 9,200 + 4,800) ÷ 3 + 4 × 450
    assert told(prices, "code_nearly_matches") == []
    (note,) = extract.findings
    assert (note.rule, note.severity) == ("code_written_two_ways", Severity.NOTE)
    assert "'0110' (1 record, £10,100.00) and '110' (2 records, £14,300.00)" in note.what


@forms
def test_an_organisation_written_two_ways_is_a_warning(tmp_path, form):
    extract = read(written(tmp_path, form, [KNEES[0], KNEES[1] | {"OrgId": "rxx"}, KNEES[2]]))
    (finding,) = [finding for finding in extract.findings if finding.rule == "code_written_two_ways"]
    assert finding.severity is Severity.WARNING
    assert "'RXX' (2 records, £14,300.00) and 'rxx' (1 record, £6,100.00)" in finding.what


@forms
def test_an_activity_written_another_way_is_told_in_pounds(tmp_path, form):
    lines = (("thr001", 90, (("CPF002", "5200"),)), KNEES[1]["lines"][1])
    extract = read(written(tmp_path, form, [KNEES[0], KNEES[1] | {"lines": lines}, KNEES[2]]))
    assert [finding.rule for finding in extract.findings] == ["code_written_two_ways"]
    _, prices = knee_gbp(extract)
    (what,) = told(prices, "code_nearly_matches")
    assert what.startswith("1 cost line (£5,200.00) has the activity 'thr001' where 'THR*' is what")


def test_an_activity_written_another_way_in_another_feed_is_none_of_the_rules():
    ledger = Ledger()
    ledger.record("APC", {"THR001": 900})
    ledger.record("OP", {"thr001": 70})
    prices = price(ledger, {"theatre": {"feed": "APC", "per": "episode", "activities": ["THR*"]}})
    assert told(prices, "code_nearly_matches") == []
    assert value(prices, "theatre") == 900.00


def test_unlike_codes_are_two_codes():
    ledger = Ledger()
    for code in ("110", "1100", "11", "HN22A", "HN22B"):
        ledger.record("APC", {"WRD001": 100}, Tfc=code, HrgFce=code)
    prices = price(
        ledger, {"ward": {"feed": "APC", "per": "episode", "where": {"Tfc": "110", "HrgFce": ["110", "HN22A"]}}}
    )
    assert value(prices, "ward") == 100.00
    assert told(prices, "code_nearly_matches") == []


def test_a_level_whose_code_is_written_another_way_is_told_in_pounds():
    ledger = Ledger()
    ledger.record("APC", {"WRD001": 900}, HrgFce="HN22A")
    ledger.record("APC", {"WRD001": 700}, HrgFce="hn22a")
    rules = UnitCostRules.model_validate({
        "min_n": 1.0,
        "derive": {"complexity": {"from": "HrgFce", "HN22A": "high", "*": "usual"}},
        "rules": {"knee": {"feed": "APC", "per": "episode", "by": ["complexity"]}},
    })  # fmt: skip
    (what,) = told(price(ledger, rules), "code_nearly_matches")
    assert what.startswith("1 record (£700.00) has HrgFce 'hn22a' where 'HN22A' is what `derive:` names")


def test_a_code_that_no_record_has_is_answered_by_those_there_are():
    ledger = Ledger()
    for code in ("HN22A", "HN23B"):
        ledger.record("APC", {"WRD001": 900}, HrgFce=code)
    prices = price(ledger, {"knee": {"feed": "APC", "per": "episode", "where": {"HrgFce": "ZZ99Z"}}, "all": ALL})
    assert told(prices, "code_matches_nothing") == ["no APC record has HrgFce 'ZZ99Z' (there are 'HN23B', 'HN22A')"]


ALL = {"feed": "APC", "per": "episode"}


def test_a_rule_left_with_no_days_or_no_episodes_says_so():
    ledger = Ledger()
    for gbp in (100, 200):
        ledger.record("APC", {"WRD001": gbp}, Alos=0, EpType="2")
    rules = {
        "ward": {"feed": "APC", "per": "bed_day"},
        "knee": ALL | {"activities": ["WRD*"], "overlap": "allowed", "reason": "."},
    }
    days, episodes = sorted(told(price(ledger, rules), "nothing_is_left"), key=lambda what: "Alos" not in what)
    assert "of no days (Alos 0)" in days
    assert "no record is complete (EpType 3)" in episodes
    assert days.endswith("(2 records, £300.00)")
    assert episodes.endswith("(2 records, £300.00)")

"""The relational form: two tables joined, or one wide one; cells as text; a header that is ours, central or mapped."""

from __future__ import annotations

from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from pathway_cost.errors import PlicsFaults
from pathway_cost.plics.reading import csv_join
from pathway_cost.plics.reading.controls import NO_CONTROL
from pathway_cost.plics.reading.read_extracts import Dialect, Privacy, read_plics
from tests.plics.extract_files import write

ACTIVITY = """\
ActivityRowID,OrgSubmissionID,PLICSRecordIdentifier,OrganisationID,OrgPLEMI,PLICSNHSNo,Age,PersonStatedGender,\
PointOfDelivery,PLICSHospProvSpell,EpisodeNumber,StartDateEpisode,EndDateEpisode,EpType,TreatmentFunctionCode,\
FCEHRG,SpellHrg,AdjLoS,FinancialYearStartDate
A1,S,C1,RXX,P1,9434765919,70,1,EL,H1,01,2020-06-14,2020-06-18,3,0110,5E1,NA,4,2020-04-01
A2,S,C2,RXX,P2,9434765870,903,2,EL,H2,01,2021-06-14 00:00:00,2021-06-18,3,110,HN22A,HN22A,NULL,2021-04-01
A3,S,C3,RXX,,,999,2,EL,H2,02,2020-06-14,2020-06-18,3,110,HN22A,HN22A,0,2020-04-01
"""
COST = """\
OrgSubmissionID,CostRowID,ActivityRowID,OrganisationID,CollectionActivityID,CollectionActivityCnt,CollectionResourceID,\
TotalCost,FinancialYearStartDate
S,1,A2,RXX,WRD001,4,CPF001,100.00,2021-04-01
S,2,A1,RXX,THR001,90,CPF002,5000.00000001,2020-04-01
S,3,A2,RXX,WRD001,4,CPF002,1.5,2021-04-01
S,4,A1,RXX,WRD001,4,CPF002,7,2020-04-01
S,5,A1,RXX,THR001,90,CSC004,-3,2020-04-01
"""
WIDE = """\
id,org,fy,EpStDte,HrgFce,NHSNo,act,n,res,cost,unused
A1,RXX,2020/21,2020-06-14,HN22A,9434765919,THR001,90,CPF001,10,x
A2,RXX,2020/21,2020-06-14,HN22A,9434765870,WRD001,4,CPF001,30,x
A1,RXX,2020/21,2020-06-14,HN22A,9434765919,WRD001,4,CPF001,20,x
"""
MAPPING = {
    "ActivityRowID": "id",
    "OrgId": "org",
    "FinYr": "fy",
    "ActCstID": "act",
    "ActCnt": "n",
    "ResCstID": "res",
    "TotCst": "cost",
}


def read_tables(folder, tables, *, columns=None, feed=None, **how):
    paths = [write(folder, name, text) for name, text in tables.items()]
    return read_plics(paths, dialect=Dialect(columns or {}, feed), **how)


def frames(extract):
    return pq.read_table(extract.events).to_pandas(), pq.read_table(extract.cost_lines).to_pandas()


def faults(folder, tables, **how):
    with pytest.raises(PlicsFaults) as raised:
        read_tables(folder, tables, store=folder / "store", **how)
    assert not (folder / "store").exists()
    return {problem.rule: str(problem) for problem in raised.value.problems}


def both(activity=ACTIVITY, cost=COST):
    return {"Activity_APC.csv": activity, "Cost_APC.csv": cost}


@pytest.mark.parametrize("at_a_time", [1, 2, 100_000])
def test_two_tables_are_joined_in_the_order_of_the_activities(tmp_path, monkeypatch, at_a_time):
    monkeypatch.setattr(csv_join, "_EVENTS_AT_A_TIME", at_a_time)
    events, lines = frames(read_tables(tmp_path, both(), privacy=Privacy.of(bytes(32))))
    assert events["event_id"].tolist() == [0, 1, 2]
    assert events["record"].tolist() == [1, 2, 3]
    assert events["age"].tolist()[:2] == [70, 0]  # 901 to 906 are infants
    assert events["age"].isna().tolist() == [False, False, True]  # 999 is not known
    assert events["fin_year"].tolist() == ["2020-21", "2021-22", "2020-21"]
    assert events["Tfc"].tolist() == ["0110", "110", "110"]
    assert events["HrgFce"].tolist() == ["5E1", "HN22A", "HN22A"]
    assert events["HrgSpl"].tolist()[0] == "NA"
    assert events["Alos"].isna().tolist() == [False, True, False]  # NULL is what databases write for nothing
    assert [str(date) for date in events["start_date"]] == ["2020-06-14", "2021-06-14", "2020-06-14"]
    assert events["patient_class"].tolist() == ["verified", "verified", "none"]
    assert events["spell_key"].nunique() == 2
    assert lines.to_numpy().tolist() == [
        [0, 1, "THR001", 90, "CPF002", Decimal("5000.00000001")],
        [0, 2, "WRD001", 4, "CPF002", Decimal(7)],
        [0, 1, "THR001", 90, "CSC004", Decimal(-3)],
        [1, 1, "WRD001", 4, "CPF001", Decimal(100)],
        [1, 1, "WRD001", 4, "CPF002", Decimal("1.5")],
    ]


def test_there_is_no_control_total(tmp_path):
    row = read_tables(tmp_path, both()).controls.iloc[0]
    assert (row["file"], row["feed"], row["organisation"], row["fin_year"]) == (
        "Activity_APC.csv",
        "APC",
        "RXX",
        "several",
    )
    assert (row["records"], row["gbp"]) == (3, Decimal("5105.50000001"))
    assert (row["records_header"], row["header_gbp"], row["difference_gbp"]) == (None, None, None)
    assert row["accepted_reason"] == NO_CONTROL


@pytest.mark.parametrize("how", [{"columns": MAPPING, "feed": "APC"}, {"columns": MAPPING}])
def test_a_wide_table(tmp_path, how):
    events, lines = frames(read_tables(tmp_path, {"trust_apc_2021.csv": WIDE}, **how))
    assert events[["feed", "fin_year", "HrgFce"]].to_numpy().tolist() == [["APC", "2020-21", "HN22A"]] * 2
    assert lines[["event_id", "activity_no", "ActCstID", "ActCnt"]].to_numpy().tolist() == [
        [0, 1, "THR001", 90], [0, 2, "WRD001", 4], [1, 1, "WRD001", 4],
    ]  # fmt: skip
    assert lines["TotCst"].tolist() == [Decimal(10), Decimal(20), Decimal(30)]


def test_xml_and_tables_in_one_read(tmp_path):
    from tests.plics.extract_files import apc, extract_xml

    events, lines = frames(read_tables(tmp_path, {"one.xml": extract_xml([apc(0)]), **both()}))
    assert events["event_id"].tolist() == [0, 1, 2, 3]
    assert events["file"].tolist() == ["one.xml", *["Activity_APC.csv"] * 3]
    assert set(lines["event_id"]) == {0, 1, 2}


def test_utf_16_and_a_mark_are_read(tmp_path):
    paths = [
        write(tmp_path, "Activity_APC.csv", ACTIVITY, "utf-16"),
        write(tmp_path, "Cost_APC.csv", b"\xef\xbb\xbf" + COST.encode()),
    ]
    assert read_plics(paths).controls["records"].tolist() == [3]


BAD = {
    # tables, the rule that must find it, what the message must say
    "no partner": ({"Activity_APC.csv": ACTIVITY}, "table_alone", "Cost_"),
    "partners of other names": ({"Activity_APC_1.csv": ACTIVITY, "Cost_APC_2.csv": COST}, "table_alone", "alike"),
    "a feed not read": ({"Activity_MHCC.csv": ACTIVITY, "Cost_MHCC.csv": COST}, "unknown_feed", "APC, EC, OP, SI, SWC, CSCC"),
    "cost rows of nobody": (both(cost=COST.replace(",A2,", ",A9,")), "cost_without_activity", "2 cost rows (£101.50)"),
    "a row identifier twice": (both(ACTIVITY.replace("A2,", "A1,")), "row_identifier_repeated", "1 rows repeat"),
    "no row identifier": (both(ACTIVITY.replace("A2,", ",")), "row_identifier_missing", "row 3"),
    "a cost that is none": (both(cost=COST.replace("100.00", "dear")), "cost_unreadable", "Cost_APC.csv row 2"),
    "no cost": (both(cost=COST.replace(",7,", ",,")), "cost_unreadable", "row 5"),
    "a count that is none": (both(cost=COST.replace(",90,", ",many,")), "count_unreadable", "row 3, row 6"),
    "a date that is none": (both(ACTIVITY.replace("2020-06-18", "18/06/2020")), "date_unreadable", "row 2, row 4"),
    "a year that is none": (both(ACTIVITY.replace("2021-04-01", "2021")), "year_unreadable", "row 3"),
    "no organisation": (both(ACTIVITY.replace("C1,RXX", "C1,")), "organisation_missing", "row 2"),
    "no column": (both(cost=COST.replace("TotalCost", "TotalCosts")), "column_missing", "nearest: 'TotalCosts'"),
    "no header": (both(ACTIVITY.partition("\n")[2]), "column_missing", "there is no column"),
    "column twice": (both(cost=COST.replace("CostRowID", "TotalCost")), "column_twice", "TotalCost"),
    "uneven rows": (both(ACTIVITY.replace("P2,", "P2,P2,")), "unreadable_table", "row 3: a row has more or fewer cells"),
    "XML inside": (both("<?xml version='1.0'?><a/>"), "mistaken_form", "name it .xml"),
    "empty": (both(""), "empty_file", "the file is empty"),
    "not UTF-8": (both(ACTIVITY.replace("0110", "\u00e9").encode("latin-1")), "unreadable_table", "save as CSV UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_must_not_be_read(tmp_path, name):
    tables, rule, said = BAD[name]
    found = faults(tmp_path, tables)
    assert rule in found, found
    assert said in found[rule]


def test_a_wide_table_needs_a_feed(tmp_path):
    assert "give `feed:`" in faults(tmp_path, {"trust.csv": WIDE}, columns=MAPPING)["unknown_feed"]


def test_rows_of_one_record_must_agree(tmp_path):
    text = WIDE.replace("A1,RXX,2020/21,2020-06-14,HN22A", "A1,RXX,2020/21,2020-06-14,HN22B", 1)
    assert "1 rows disagree" in faults(tmp_path, {"apc.csv": text}, columns=MAPPING)["row_identifier_repeated"]


def test_a_mapped_column_must_be_there(tmp_path):
    found = faults(tmp_path, {"apc.csv": WIDE}, columns=MAPPING | {"Tfc": "specialty"})
    assert "there is no column 'specialty' (for Tfc)" in found["column_missing"]

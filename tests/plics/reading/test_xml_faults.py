"""XML that must not be read: what is wrong, where, and what to do, never a traceback, never a half-written store."""

from __future__ import annotations

import pytest

from pathway_cost.errors import PlicsFaults
from pathway_cost.plics.reading.read_extracts import read_plics
from tests.plics.extract_files import apc, extract_xml, write

GOOD = extract_xml([apc(0), apc(1), apc(2)])
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n<HCDSExtract'
OUTSIDE = "<Resource><ResCstID>CPF001</ResCstID><TotCst>1.00</TotCst></Resource><CstActivity>"


def changed(old, new, count=1):
    assert old in GOOD
    return GOOD.replace(old, new, count)


BAD = {
    # what is in the file, the rule that must find it, what the message must say
    "empty": (b"", "empty_file", "the file is empty"),
    "only a mark": (b"\xef\xbb\xbf  \n", "empty_file", "the file is empty"),
    "a table": ("OrgId,PLEMI\nRXX,1\n", "mistaken_form", "not XML"),
    "a zip": (b"PK\x03\x04rest", "mistaken_form", "zip"),
    "a page": ("<html><body>moved</body></html>", "unknown_root", "not HCDSExtract"),
    "cut in the header": (GOOD[:400], "not_well_formed", ":9: the file ends before the document does: it is cut short"),
    "cut in a record": (GOOD[: len(GOOD) * 2 // 3], "not_well_formed", ":78: the file ends before"),
    "cut after the body": (GOOD[:-20], "not_well_formed", ":119: the file ends before"),
    "two documents": (GOOD + GOOD, "not_well_formed", ":121: an XML declaration that is not at the start"),
    "entity bomb": (changed("<HCDSExtract", BOMB).replace("RXX", "&b;", 1), "not_well_formed", "DOCTYPE"),
    "document type after a long comment": (
        changed("<HCDSExtract", "<!--" + " " * 1_500_000 + "-->" + BOMB), "not_well_formed", "DOCTYPE",
    ),
    "external entity": (
        changed("<HCDSExtract", '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><HCDSExtract').replace("0110", "&f;"),
        "not_well_formed", "DOCTYPE",
    ),
    "entity not declared": (changed("0110", "&x;"), "not_well_formed", ":31: an entity that XML does not define"),
    "bare &": (changed("0110", "a & b"), "not_well_formed", ":31:"),
    "another's end tag": (changed("</Tfc>", "</Tfx>"), "not_well_formed", ":31: an element is closed by another's name"),
    "crossed end tags": (changed("</CstActivity>", "</Resource>"), "not_well_formed", ":42:"),
    "control character": (changed("0110", "\x01"), "not_well_formed", ":31: a character that XML does not allow"),
    "NUL": (changed("0110", "\x00"), "not_well_formed", ":31: a character that XML does not allow"),
    "not its encoding": (changed("0110", "\u00e9").encode("latin-1"), "not_well_formed", "not of the file's encoding"),
    "an encoding not read": (changed("UTF-8", "zlib"), "encoding", "save it as UTF-8"),
    "broken UTF-16": (GOOD.encode("utf-16-le") + b"\x00", "encoding", "save it as UTF-8"),
    "prefix not declared": (changed("<Tfc>0110</Tfc>", "<z:Tfc>0110</z:Tfc>"), "not_well_formed", ":31: a namespace prefix"),
    "attribute twice": (changed("<Tfc>", "<Tfc a='1' a='2'>"), "not_well_formed", ":31: an attribute given twice"),
    "too deep": (changed("0110", "<a>" * 400 + "</a>" * 400), "not_well_formed", ":31: elements nested too deeply"),
    "text in a record": (changed("<CstActivity>", "x<CstActivity>"), "misplaced_text", "record 1"),
    "text between records": (changed("</Activity>", "</Activity>x"), "not_well_formed", "text stands between elements"),
    "text after the records": (changed("</MessageBody>", "</MessageBody>x"), "not_well_formed", "text stands between"),
    "resource outside an activity": (changed("<CstActivity>", OUTSIDE), "misplaced_element", "Resource stands where"),
    "record in a record": (changed("<Tfc>0110</Tfc>", "<Activity/>"), "misplaced_element", "Activity stands where"),
    "cost outside a resource": (changed("<Tfc>", "<TotCst>1</TotCst><Tfc>"), "misplaced_element", "TotCst stands where"),
    "element twice": (changed("<Tfc>0110</Tfc>", "<Tfc>0110</Tfc><Tfc>100</Tfc>"), "repeated_element", "Tfc stands twice"),
    "cost twice": (changed("<TotCst>250.50</TotCst>", "<TotCst>250.50</TotCst><TotCst>1</TotCst>"), "repeated_element", "TotCst"),
    "another root": (GOOD.replace("HCDSExtract", "Extract"), "unknown_root", "not HCDSExtract"),
    "no body": (GOOD.replace("MessageBody", "Body"), "records_outside_body", "MessageBody"),
    "no header": (GOOD.replace("MessageHeader", "Head"), "header_missing", "MessageHeader"),
    "two documents without declarations": (GOOD.partition("\n")[2] * 2, "not_well_formed", "goes on after the document's end"),
    "no year": (GOOD.replace("FinYr", "FinYear"), "header_unreadable", "FinYr"),
    "foreign namespace": (extract_xml([apc(0)], namespace="urn:x"), "foreign_namespace", 'layouts: {"urn:x": "v1.12-2122"}'),
    "no namespace": (extract_xml([apc(0)], namespace=""), "foreign_namespace", "(none)"),
    "a feed not read": (extract_xml([apc(0)], feed="MHCC"), "unknown_feed", "'MHCC'; feeds read are APC, EC, OP, SI, SWC, CSCC"),
    "community inpatients": (extract_xml([apc(0)], feed="CSAPC"), "unknown_feed", "'CSAPC'; feeds read are"),
    "reconciliation": (extract_xml([], feed="INTREC"), "unknown_feed", "leave this file out"),
    "no feed": (extract_xml([apc(0)], FeedType=None), "unknown_feed", "missing or unreadable"),
    "a year of our own": (extract_xml([apc(0)], FinYr="2020-21"), "header_unreadable", "FY2024-25"),
    "a year that does not follow": (extract_xml([apc(0)], FinYr="FY2020-22"), "header_unreadable", "FinYr"),
    "a period that is none": (extract_xml([apc(0)], PeriodEndDate="31/03/2021"), "header_unreadable", "PeriodEndDate"),
    "no record count": (extract_xml([apc(0)], NoOfActivityRecords="many"), "header_unreadable", "NoOfActivityRecords"),
    "no total": (extract_xml([apc(0)], TotalCosts=None), "header_unreadable", "TotalCosts"),
    "no organisation": (changed("<OrgId>RXX</OrgId>", ""), "organisation_missing", "OrgId is missing: record 1"),
    "no cost": (changed("<TotCst>250.50</TotCst>", ""), "cost_unreadable", "record 1 activity 1"),
    "nil cost": (changed("<TotCst>250.50</TotCst>", '<TotCst xsi:nil="true"/>'), "cost_unreadable", "record 1 activity 1"),
    "blank cost": (changed("<TotCst>5000.00000001<", "<TotCst> <"), "cost_unreadable", "record 1 activity 2"),
    "words for cost": (changed("250.50", "n/a"), "cost_unreadable", "record 1 activity 1"),
    "nine places": (changed("250.50", "250.500000001"), "cost_unreadable", "8 after it"),
    "a comma": (changed("250.50", "1,250.50"), "cost_unreadable", "record 1"),
    "an exponent": (changed("250.50", "1E3"), "cost_unreadable", "record 1"),
    "infinity": (changed("250.50", "INF"), "cost_unreadable", "record 1"),
    "Arabic digits": (changed("250.50", "٢٥٠"), "cost_unreadable", "record 1"),
    "a negative count": (changed("<ActCnt>90<", "<ActCnt>-1<"), "count_unreadable", "record 1 activity 2"),
    "half a count": (changed("<ActCnt>90<", "<ActCnt>1.5<"), "count_unreadable", "record 1 activity 2"),
    "no count": (changed("<ActCnt>90</ActCnt>", ""), "count_unreadable", "record 1 activity 2"),
    "no activity code": (changed("<ActCstID>THR001</ActCstID>", ""), "activity_missing", "record 1 activity 2"),
    "no resource code": (changed("<ResCstID>CPF002</ResCstID>", ""), "resource_missing", "record 1 activity 2"),
    "30 February": (changed("<EpStDte>2020-06-14", "<EpStDte>2020-02-30"), "date_unreadable", "EpStDte"),
    "an English date": (changed("<EpEnDte>2020-06-18", "<EpEnDte>18/06/2020"), "date_unreadable", "YYYY-MM-DD"),
    "half a day": (changed("<Alos>4<", "<Alos>4.5<"), "number_unreadable", "Alos"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_must_not_be_read(tmp_path, name):
    content, rule, said = BAD[name]
    path = write(tmp_path, "APC.xml", content)
    with pytest.raises(PlicsFaults) as raised:
        read_plics(path, store=tmp_path / "store")
    found = [problem for problem in raised.value.problems if problem.rule == rule]
    assert found, raised.value.report()
    assert said in str(found[0])
    assert "APC.xml" in str(found[0])
    assert not (tmp_path / "store").exists()


def test_all_files_faults_come_together(tmp_path):
    write(tmp_path, "1.xml", BAD["no cost"][0])
    write(tmp_path, "2.xml", BAD["cut in a record"][0])
    write(tmp_path, "3.csv", "a,b\n")
    with pytest.raises(PlicsFaults) as raised:
        read_plics([tmp_path / "*.xml", tmp_path / "3.csv", tmp_path / "4*.xml", tmp_path / "5.xml"])
    rules = [problem.rule for problem in raised.value.problems]
    assert rules == ["no_files", "unreadable_file", "unknown_feed", "cost_unreadable", "not_well_formed"]


def test_many_faults_of_one_kind_are_one_line(tmp_path):
    records = [apc(number % 3, lines=(("WRD001", 1, (("CPF001", "?"), ("CPF002", ""))),)) for number in range(30)]
    text = extract_xml(records, TotalCosts="0")
    with pytest.raises(PlicsFaults) as raised:
        read_plics(write(tmp_path, "APC.xml", text))
    (problem,) = raised.value.problems
    assert "record 1 activity 1, record 1 activity 1, record 2 activity 1" in problem.what
    assert problem.what.endswith("and 55 more")
    assert problem.where.row == 1


def test_an_existing_store_survives_a_failed_read(tmp_path):
    store = tmp_path / "store"
    read_plics(write(tmp_path, "APC.xml", GOOD), store=store)
    before = {path.name: path.read_bytes() for path in store.iterdir()}
    with pytest.raises(PlicsFaults):
        read_plics(write(tmp_path, "APC.xml", BAD["no cost"][0]), store=store)
    assert {path.name: path.read_bytes() for path in store.iterdir()} == before

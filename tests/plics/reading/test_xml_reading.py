"""XML extracts that are legal, in every form they come in: read by name, to the penny, in order."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pyarrow.parquet as pq
import pytest

from pathway_cost.plics.reading import xml_cut
from pathway_cost.plics.reading.layouts import NAMESPACE_FAMILY
from pathway_cost.plics.reading.read_extracts import Dialect, Privacy, read_plics
from pathway_cost.plics.reading.store import COST_LINES_SCHEMA, EVENTS_SCHEMA
from tests.plics.extract_files import NAMESPACE, apc, cscc, extract_xml, swc, write

KEY = bytes(range(32))
EPISODES = [apc(0), apc(1, EpStDte="2020-05-01"), apc(2, Tfc="NA", HrgFce="5E100")]


def frames(extract):
    """Events and cost lines, without the file's name."""
    events = pq.read_table(extract.events).to_pandas()
    return events.drop(columns="file"), pq.read_table(extract.cost_lines).to_pandas()


def read(folder, text, name="APC.xml", **how):
    return read_plics(write(folder, name, text), privacy=Privacy.of(KEY), **how)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return frames(read(tmp_path_factory.mktemp("plain"), extract_xml(EPISODES)))


def test_an_episode_becomes_an_event_with_its_lines(plain):
    events, lines = plain
    first = events.iloc[0]
    assert (first["feed"], first["fin_year"], first["record"], first["organisation"]) == ("APC", "2020-21", 1, "RXX")
    assert (str(first["start_date"]), str(first["end_date"]), first["Alos"]) == ("2020-06-14", "2020-06-18", 4)
    assert first["age"] == 69  # born 15 June 1950, the day after the episode starts
    assert first[["CFBand", "HRG", "PartCost"]].isna().all()
    assert events["Tfc"].tolist() == ["0110", "0110", "NA"]
    assert events["HrgFce"].tolist() == ["HN22A", "HN22A", "5E100"]
    of_first = lines[lines["event_id"] == 0]
    assert of_first[["activity_no", "ActCstID", "ActCnt", "ResCstID"]].to_numpy().tolist() == [
        [1, "WRD001", 4, "CPF001"], [1, "WRD001", 4, "CSC004"], [2, "THR001", 90, "CPF002"],
    ]  # fmt: skip
    assert of_first["TotCst"].sum() == Decimal("6250.50000001")


def test_the_store_has_the_promised_schema(tmp_path):
    extract = read(tmp_path, extract_xml(EPISODES), store=tmp_path / "store")
    assert pq.read_schema(extract.events).remove_metadata() == EVENTS_SCHEMA
    assert pq.read_schema(extract.cost_lines).remove_metadata() == COST_LINES_SCHEMA
    assert sorted(path.name for path in extract.folder.iterdir()) == ["cost_lines.parquet", "events.parquet"]


FORMS = {
    "without line breaks": lambda text: text.replace("\n", ""),
    "with carriage returns": lambda text: text.replace("\n", "\r\n"),
    "without declaration": lambda text: text.partition("\n")[2],
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "UTF-16 with mark": lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16"),
    "UTF-16 without mark": lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16-le"),
    "Latin-1": lambda text: text.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
    "comment in the header": lambda text: text.replace("<MessageBody>", "<!-- <Activity> --><MessageBody>"),
    "comment with an end tag": lambda text: text.replace("</Activity>", "<!-- </Activity> --></Activity>", 1),
    "comment round the end tag's twin": lambda text: text.replace("</CstActivity>", "</CstActivity><!--\n</Activity>\n-->"),
    "CDATA": lambda text: text.replace("<EpiNo>01<", "<EpiNo><![CDATA[01]]><"),
    "processing instruction": lambda text: text.replace("<EpiNo>", "<?tool </Activity> ?><EpiNo>", 1),
    "character reference": lambda text: text.replace("<EpiNo>01<", "<EpiNo>&#48;1<"),
    "space in tags": lambda text: text.replace("</Activity>", "</Activity >").replace("<Tfc>", "<Tfc >"),
    "space round text": lambda text: text.replace("<Pod>EL<", "<Pod>\n EL\t<"),
    "other attributes": lambda text: text.replace("<Pod>", "<Pod a='1' xml:lang=\"en\">"),
    "nil by number": lambda text: text.replace('xsi:nil="true"', "xsi:nil='1'"),
    "empty for nil": lambda text: text.replace('<CFBand xsi:nil="true"/>', "<CFBand></CFBand>"),
    "nil that is open": lambda text: text.replace('<CFBand xsi:nil="true"/>', '<CFBand xsi:nil="true"></CFBand>'),
    "left out for nil": lambda text: text.replace('<CFBand xsi:nil="true"/>', ""),
    "namespace on the record": lambda text: text.replace("<Activity>", f'<Activity xmlns="{NAMESPACE}">', 1),
    "another order": lambda text: text.replace("<Pod>EL</Pod>", "").replace("<OrgId>", "<Pod>EL</Pod><OrgId>"),
    "count after the resources": lambda text: text.replace("<ActCnt>90</ActCnt>\n", "").replace(
        "</Resource>\n</CstActivity>\n</Activity>", "</Resource>\n<ActCnt>90</ActCnt></CstActivity>\n</Activity>"
    ),
    "an element that is not known": lambda text: text.replace("<Pod>", "<New>9</New><Pod>"),
    "text with >": lambda text: text.replace("<Pod>", "<New>a > b</New><Pod>"),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_reads_the_same(tmp_path, plain, form):
    events, lines = frames(read(tmp_path, FORMS[form](extract_xml(EPISODES))))
    pd.testing.assert_frame_equal(events, plain[0])
    pd.testing.assert_frame_equal(lines, plain[1])


def test_a_prefix_changes_nothing(tmp_path, plain):
    events, lines = frames(read(tmp_path, extract_xml(EPISODES, prefix="hcds:")))
    pd.testing.assert_frame_equal(events, plain[0])
    pd.testing.assert_frame_equal(lines, plain[1])


@pytest.mark.parametrize("block", [700, 2_000, 5_000])
@pytest.mark.parametrize(
    "form", ["without line breaks", "comment with an end tag", "UTF-16 with mark", "space in tags"]
)
def test_where_the_file_is_cut_changes_nothing(tmp_path, monkeypatch, form, block):
    records = [apc(number % 3, HSpellNo=f"S{number}") for number in range(40)]
    text = FORMS[form](extract_xml(records))
    whole = frames(read(tmp_path, text))
    monkeypatch.setattr(xml_cut, "BLOCK", block)
    in_pieces = frames(read(tmp_path, text))
    pd.testing.assert_frame_equal(whole[0], in_pieces[0])
    pd.testing.assert_frame_equal(whole[1], in_pieces[1])


def test_files_are_read_by_name_whatever_the_order_given(tmp_path):
    paths = [
        write(tmp_path, "b.xml", extract_xml([apc(0)])),
        write(tmp_path, "a.xml", extract_xml([cscc(0), cscc(1)], feed="CSCC", OrgSubmittingID="RYY")),
        write(tmp_path, "c.xml", extract_xml([swc(0)], feed="SWC")),
    ]
    extract = read_plics([*paths, paths[0]])
    events = pq.read_table(extract.events).to_pandas()
    assert events["file"].tolist() == ["a.xml", "a.xml", "b.xml", "c.xml"]
    assert events["event_id"].tolist() == [0, 1, 2, 3]
    assert events["record"].tolist() == [1, 2, 1, 1]
    assert extract.controls["file"].tolist() == ["a.xml", "b.xml", "c.xml"]
    assert events.loc[0, ["ChsCcy", "ClinDuration", "TeamType"]].tolist() == ["A08A1", 30, "01"]
    assert events["plemi_key"].iloc[2] == events["plemi_key"].iloc[3]  # SWC joins its episode inside the read
    assert events["plemi_key"].iloc[2] != events["plemi_key"].iloc[0]  # not another organisation's


@pytest.mark.parametrize(
    ("feed", "cells", "dates"),
    [
        (
            "EC",
            {"ArrDate": "2020-06-01", "DepDate": "2020-06-02", "DepTyp": "01", "HRG": "VB05Z"},
            ("2020-06-01", "2020-06-02"),
        ),
        (
            "AE",
            {"ArrDate": "2020-06-01", "DepDate": "2020-06-02", "DepTyp": "01", "HRG": "VB05Z"},
            ("2020-06-01", "2020-06-02"),
        ),
        ("OP", {"AppDate": "2020-06-01", "Pod": "CL", "Tfc": "110", "HRG": "WF01B"}, ("2020-06-01", "2020-06-01")),
        ("SI", {"UnActDate": "2020-06-01", "CSIU": "1", "UnCur": "DEV01"}, ("2020-06-01", "2020-06-01")),
        ("SWC", {"UnActDate": "2020-06-01", "UnAct": "ACC", "UnHRG": "XC06Z"}, ("2020-06-01", "2020-06-01")),
        ("CSCC", {"CareDte": "2020-06-01", "ChsCcy": "N02AF"}, ("2020-06-01", "2020-06-01")),
    ],
)
def test_each_feed_has_its_dates_and_codes(tmp_path, feed, cells, dates):
    record = {"OrgId": "RXX", **cells, "lines": (("COM001", 1, (("CPF001", "10"),)),)}
    event = frames(read(tmp_path, extract_xml([record], feed=feed)))[0].iloc[0]
    assert event["feed"] == {"AE": "EC"}.get(feed, feed)
    assert (str(event["start_date"]), str(event["end_date"])) == dates
    codes = {name: cell for name, cell in cells.items() if not name.endswith(("Date", "Dte"))}
    assert {name: event[name] for name in codes} == codes


def test_a_version_not_seen_is_read_and_said(tmp_path):
    later = NAMESPACE_FAMILY + "v3.1-2425"
    records = [apc(number) | {"Frailty": "1", "Specialty2": "x"} for number in range(2)]
    for record in records:
        del record["CFBand"]
    text = extract_xml(records, namespace=later, FinYr="FY2024-25")
    extract = read(tmp_path, text)
    (finding,) = [finding for finding in extract.findings if finding.rule == "layout_not_seen"]
    assert "v3.1-2425" in finding.what
    assert "2 elements not known (Frailty, (not shown)), 1 missing (CFBand)" in finding.what
    assert frames(extract)[0]["fin_year"].tolist() == ["2024-25"] * 2  # from FinYr, not from the namespace


def test_a_foreign_namespace_may_be_mapped(tmp_path):
    text = extract_xml([apc(0)], namespace="urn:vendor:plics")
    extract = read(tmp_path, text, dialect=Dialect(layouts={"urn:vendor:plics": "v2.0-2021"}))
    assert extract.controls["records"].tolist() == [1]
    assert not [finding for finding in extract.findings if finding.rule.startswith("layout")]


def test_a_file_without_records_is_no_fault(tmp_path):
    assert read(tmp_path, extract_xml([])).controls["records"].tolist() == [0]


def test_progress_ends_at_all_bytes(tmp_path):
    seen = []
    paths = [
        write(tmp_path, name, extract_xml([apc(number)], OrgSubmittingID=name[0] * 3))
        for number, name in enumerate(("A.xml", "B.xml"))
    ]
    read_plics(paths, progress=lambda done, total: seen.append((done, total)))
    size = sum(path.stat().st_size for path in paths)
    assert seen[-1] == (size, size)
    assert seen == sorted(seen)

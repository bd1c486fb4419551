"""Files as they come: numbers in every legal form, encodings, archives, prefixes; read, or told, never a traceback."""

from __future__ import annotations

from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from pathway_cost.errors import PlicsFaults
from pathway_cost.plics.reading.read_extracts import read_plics
from tests.plics.extract_files import apc, extract_xml, write
from tests.plics.three_forms import FORMS, KNEES, knee_gbp, read, written

forms = pytest.mark.parametrize("form", FORMS)


def fault(path):
    with pytest.raises(PlicsFaults) as raised:
        read_plics(path)
    (problem,) = raised.value.problems
    return problem


@forms
def test_decimals_as_xml_writes_them(tmp_path, form):
    """Beside each way the rest of a knee's £5,000, £5,200 or £4,800 of theatre; together £15,000 as ever."""
    ways = [("4999.5", ".5"), ("5199.5", "+.50"), ("4795.5", "5.", "-.5")]
    knees = [
        knee | {"lines": (("THR001", 90, tuple((f"CPF00{at}", gbp) for at, gbp in enumerate(way))), knee["lines"][1])}
        for knee, way in zip(KNEES, ways, strict=True)
    ]
    extract = read(written(tmp_path, form, knees, TotalCosts="+20400."))
    costs = pq.read_table(extract.cost_lines)["TotCst"].to_pylist()
    assert sorted(costs)[:4] == [Decimal("-0.5"), Decimal("0.5"), Decimal("0.5"), Decimal(5)]
    assert sum(extract.controls["gbp"]) == Decimal(20_400)
    assert knee_gbp(extract)[0] == 6_800.00


@forms
def test_whole_numbers_that_went_through_a_column_of_fractions(tmp_path, form):
    lines = (("THR001", "90.0", (("CPF002", "5000"),)), ("WRD001", "4.", (("CPF005", "1800"),)))
    extract = read(written(tmp_path, form, [KNEES[0] | {"Alos": "4.0", "lines": lines}, *KNEES[1:]]))
    assert knee_gbp(extract)[0] == 6_800.00


@forms
@pytest.mark.parametrize("number", ["4.5", "4,0", "4.0.0", ".", "four"])
def test_other_numbers_are_faults(tmp_path, form, number):
    with pytest.raises(PlicsFaults, match="Alos is not a whole number"):
        read(written(tmp_path, form, [KNEES[0] | {"Alos": number}, *KNEES[1:]]))


@pytest.mark.parametrize("cost", [".", "+", "1e3", "1,000", "£5", "--5", "5.123456789"])
def test_other_costs_are_faults(tmp_path, cost):
    with pytest.raises(PlicsFaults, match="TotCst is missing or not pounds"):
        read_plics(write(tmp_path, "a.xml", extract_xml([apc(0, (("WRD001", 1, (("CPF001", cost),)),))], TotalCosts=0)))


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"\x1f\x8b\x08", "compressed (gzip)"),
        (b"BZh91AY", "compressed (bzip2)"),
        (b"\xfd7zXZ\0", "compressed (xz)"),
        (b"\x28\xb5\x2f\xfd", "compressed (zstandard)"),
        (b"PK\3\4", "a zip archive or Excel workbook"),
        (b"PAR1", "Parquet"),
    ],
    ids=["gzip", "bzip2", "xz", "zstandard", "zip", "Parquet"],
)
@pytest.mark.parametrize("name", ["APC.xml.gz", "APC.xml", "Activity_APC.csv"])
def test_packed_files_are_told_from_what_they_hold(tmp_path, start, what, name):
    problem = fault(write(tmp_path, name, start))
    assert problem.what == f"the file is {what}, which is not read"
    assert problem.remedy.startswith("unpack it")


def wide(folder, encoding, header="", cell=""):
    (path,) = written(folder, "wide table", KNEES)
    rows = path.read_text().splitlines()
    rows = [f"{rows[0]},Note{header}", *(f"{row},{cell}" for row in rows[1:])]
    path.write_bytes("\n".join(rows).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_tables_in_unicode_are_read(tmp_path, encoding):
    extract = read_plics(wide(tmp_path, encoding, " £", "Brontë"))
    assert knee_gbp(extract)[0] == 6_800.00


def test_a_header_in_windows_1252_is_a_fault_that_says_so(tmp_path):
    problem = fault(wide(tmp_path, "cp1252", " £"))
    assert problem.rule == "unreadable_table"
    assert "not UTF-8 (Windows-1252, perhaps" in problem.what
    assert "save as CSV UTF-8" in problem.what


def test_a_cell_in_windows_1252_matters_only_where_it_is_read(tmp_path):
    assert knee_gbp(read_plics(wide(tmp_path, "cp1252", "", "Brontë")))[0] == 6_800.00
    path = wide(tmp_path, "cp1252")
    path.write_bytes(path.read_bytes().replace(b"HN22A", b"HN22\xc4"))
    assert "not UTF-8" in fault(path).what


GOOD = extract_xml([apc(0), apc(1)])
UNDECLARED = {
    "header": ("FinYr>", "q:FinYr>"), "root": ("HCDSExtract", "q:HCDSExtract"), "body": ("MessageBody>", "q:MessageBody>"),
    "record": ("Activity>", "q:Activity>"), "leaf": ("Alos>", "q:Alos>"), "attribute": ("<FinYr>", '<FinYr q:x="1">'),
    "attribute of a leaf": ("<Alos>", '<Alos q:x="1">'), "xsi": (' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', ""),
}  # fmt: skip


@pytest.mark.parametrize("place", UNDECLARED)
def test_a_prefix_that_is_not_declared_is_a_fault_with_its_line(tmp_path, place):
    problem = fault(write(tmp_path, "a.xml", GOOD.replace(*UNDECLARED[place])))
    assert problem.rule == "not_well_formed"
    assert "a namespace prefix that is not declared (declare it on the root element, or take it off)" in problem.what
    assert problem.where.line is not None


REFUSED = {
    # what is changed into what; the words of the fault
    "two colons": ("FinYr>", "p:q:FinYr>", "more than one colon"),
    "a colon behind": ("FinYr>", "FinYr:>", "more than one colon"),
    "a prefix declared as nothing": ("<MessageHeader>", '<MessageHeader xmlns:z="">', "namespace"),
    "xmlns as a prefix": ("<MessageHeader>", '<MessageHeader xmlns:xmlns="urn:a">', "keeps for itself"),
    "an entity in the header": ("<FinYr>", "<FinYr>&pound;", "an entity that XML does not define"),
    "an entity in a leaf": ("<Alos>", "<Alos>&pound;", "an entity that XML does not define"),
    "a document type": ("<HCDSExtract", '<!DOCTYPE a [<!ENTITY x "y">]><HCDSExtract', "document type"),
    "a declaration inside": ("<MessageBody>", '<!ENTITY x "y"><MessageBody>', "without a name"),
    "one attribute by two prefixes": ("<FinYr>", '<FinYr xmlns:u="urn:a" xmlns:v="urn:a" u:a="1" v:a="2">', "given twice"),
    "no encoding of ours": ('encoding="UTF-8"', 'encoding="KLINGON"', "encoding"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_xml_that_is_not_read_is_a_fault_in_words(tmp_path, kind):
    old, new, words = REFUSED[kind]
    assert words in fault(write(tmp_path, "a.xml", GOOD.replace(old, new))).what


@pytest.mark.parametrize("text", ["<html><body/></html>", '<svg xmlns="http://www.w3.org/2000/svg"/>', "<q:a/>", "<a>"])
def test_other_documents_are_faults(tmp_path, text):
    assert fault(write(tmp_path, "a.xml", text)).rule in ("unknown_root", "not_well_formed")

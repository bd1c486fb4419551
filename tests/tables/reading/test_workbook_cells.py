"""What a workbook's cells do not say by themselves: errors, formulas never calculated, merged, hidden and far cells."""

from __future__ import annotations

import resource
import time
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Font

from pathway_cost.errors import Severity, TableFaults
from pathway_cost.tables.reading import workbook_files
from pathway_cost.tables.reading.files import read_noted, read_rows

HEAD = ["unit_cost", "organisation", "value_gbp", "note"]
ROWS = [HEAD, ["gp", "RZP", 40, "x"], ["ward", "RXX", 450, "y"], ["theatre", "RXX", 5000, "z"]]
READS = HEAD[:3]


def saved(folder, change, name="t.xlsx"):
    """A workbook of prices, changed by hand before it is saved."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Prices"
    for row in ROWS:
        sheet.append(row)
    change(sheet)
    book.save(folder / name)
    return folder / name


def error(place, text="#N/A"):
    def change(sheet):
        sheet[place] = text
        sheet[place].data_type = "e"

    return change


def fault_of(path, **asked):
    with pytest.raises(TableFaults) as raised:
        read_noted(path, **asked)
    (problem,) = raised.value.problems
    return problem.rule, str(problem)


# --- errors --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"])
@pytest.mark.parametrize("place", ["A2", "B3", "C4"])
def test_an_error_in_a_column_that_decides(tmp_path, place, text):
    rule, said = fault_of(saved(tmp_path, error(place, text)), reads=READS)
    assert rule == "cell_holds_an_error"
    assert (
        said
        == f"t.xlsx#Prices ({place}): cell {place} holds an error ({text}); put the formula right, or write the value"
    )


def test_an_error_where_nobody_reads_is_its_text(tmp_path):
    table = read_noted(saved(tmp_path, error("D3", "#REF!")), reads=READS).table
    assert table["note"].tolist() == ["x", "#REF!", "z"]
    assert table["organisation"].tolist() == ["RZP", "RXX", "RXX"]


def test_an_error_in_the_header(tmp_path):
    assert "cell D1 holds an error" in fault_of(saved(tmp_path, error("D1")), reads=READS)[1]


def test_many_errors_are_one_fault(tmp_path):
    def change(sheet):
        for row in range(5, 30):
            sheet.append(["gp", "RZP", 1, "x"])
            error(f"C{row}")(sheet)

    rule, said = fault_of(saved(tmp_path, change))
    assert rule == "cell_holds_an_error"
    assert "cells C5, C6, C7, C8, C9 and 20 more hold an error (#N/A)" in said


@pytest.mark.parametrize("text", ["#GETTING_DATA", "#SPILL!", "#BUSY!", "#what"])
def test_an_error_that_nobody_knows_names_the_cell(tmp_path, text):
    rule, said = fault_of(rewritten(saved(tmp_path, error("C3")), "<v>#N/A</v>", f"<v>{text}</v>"), reads=READS)
    assert rule == "cell_holds_an_error"
    assert f"cell C3 holds an error ({text})" in said


def rewritten(path, old, new, part="xl/worksheets/sheet1.xml"):
    """The workbook with one text of its first sheet, or of another part, replaced."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    assert parts[part].count(old.encode()) >= 1
    parts[part] = parts[part].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("</sheetData>", ""),
        ('<row r="2"', '<row r="2'),
        ("<sheetData>", "<sheetData><<"),
        ("<v>450</v>", "<v>45<0</v>"),
    ],
)
def test_a_broken_sheet_is_a_fault(tmp_path, old, new):
    """Its reader would take what it can: other values, or fewer rows."""
    rule, said = fault_of(rewritten(saved(tmp_path, lambda _: None), old, new))
    assert rule == "sheet_unreadable"
    assert "t.xlsx" in said


# --- formulas ------------------------------------------------------------------------------------------------------
def test_a_formula_never_calculated(tmp_path):
    def change(sheet):
        sheet["C3"] = "=C2*10"

    rule, said = fault_of(saved(tmp_path, change), reads=READS)
    assert rule == "formula_not_calculated"
    assert "cell C3 holds a formula that was never calculated; open the workbook in Excel, let it calculate" in said


def test_a_formula_never_calculated_where_nobody_reads(tmp_path):
    def change(sheet):
        sheet["D3"] = "=C2*10"

    assert read_noted(saved(tmp_path, change), reads=READS).table["note"].tolist() == ["x", "", "z"]


@pytest.mark.parametrize(
    ("cell", "value"), [('<c r="C3"><f>C2*10</f><v>400</v></c>', "400"), ('<c r="C3" t="str"><f>""</f><v></v></c>', "")]
)
def test_a_formula_with_its_value_is_read(tmp_path, cell, value):
    path = rewritten(saved(tmp_path, lambda _: None), '<c r="C3" t="n"><v>450</v></c>', cell)
    assert read_noted(path, reads=READS).table["value_gbp"].tolist() == ["40", value, "5000"]


# --- merged --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("area", "is_fault"), [("B3:B4", True), ("B2:C2", True), ("C3:D3", True), ("D3:D4", False), ("F1:G4", False)]
)
def test_merged_cells_below_the_header(tmp_path, area, is_fault):
    path = saved(tmp_path, lambda sheet: sheet.merge_cells(area))
    if not is_fault:
        assert len(read_noted(path, reads=READS).table) == 3
        return
    rule, said = fault_of(path, reads=READS)
    assert rule == "cells_merged"
    assert f"the cells {area} are merged: only the first of them holds the value; unmerge them" in said


# --- hidden --------------------------------------------------------------------------------------------------------
def hide_rows(*rows):
    def change(sheet):
        for row in rows:
            sheet.row_dimensions[row].hidden = True

    return change


def hide_columns(*columns):
    def change(sheet):
        for column in columns:
            sheet.column_dimensions[column].hidden = True

    return change


def filtered(sheet):
    sheet.auto_filter.ref = "A1:D4"
    hide_rows(3, 4)(sheet)


def behind_another(sheet):
    sheet.parent.create_sheet("Front")
    sheet.sheet_state = "hidden"


HIDDEN = {
    "a row": (hide_rows(3), "1 hidden or filtered row of the sheet (3)"),
    "filtered rows": (filtered, "2 hidden or filtered rows of the sheet (3, 4)"),
    "a column": (hide_columns("C"), "the hidden column 'value_gbp'"),
    "rows and columns": (lambda sheet: (hide_rows(2)(sheet), hide_columns("A", "D")(sheet)),
                         "1 hidden or filtered row of the sheet (2); the hidden columns 'unit_cost', 'note'"),
    "the sheet": (behind_another, "the sheet is hidden"),
}  # fmt: skip


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_hidden_is_read_and_noted(tmp_path, name):
    change, words = HIDDEN[name]
    table, notes = read_noted(f"{saved(tmp_path, change)}#Prices")
    assert table["value_gbp"].tolist() == ["40", "450", "5000"]
    (note,) = notes
    assert note.severity is Severity.NOTE
    assert str(note) == f"t.xlsx#Prices: read like the rest: {words}; delete what must not count"


@pytest.mark.parametrize("change", [lambda _: None, hide_rows(1), hide_rows(9), hide_columns("K")])
def test_what_hides_no_cell_is_not_noted(tmp_path, change):
    assert read_noted(saved(tmp_path, change)).notes == ()


# --- far away ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("place", ["XFD1048576", "A1048576", "XFD2", "CZ100000"])
def test_a_far_cell_never_takes_the_memory(tmp_path, place):
    def change(sheet):
        sheet[place] = " "

    path = saved(tmp_path, change)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    for read in (read_noted, read_rows):
        try:
            read(path)
        except TableFaults as error:
            (problem,) = error.problems
            assert problem.rule in {"cell_far_away", "column_without_name", "row_is_blank"}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 * 1024
    assert time.process_time() - began < 30


def test_the_far_cell_is_named(tmp_path):
    def change(sheet):
        sheet["XFD1048576"] = "x"

    rule, said = fault_of(saved(tmp_path, change))
    assert rule == "cell_far_away"
    assert "cell XFD1048576 holds something, far from the table" in said


def test_a_far_cell_that_is_only_coloured_is_none(tmp_path):
    def change(sheet):
        sheet["XFD1048576"].font = Font(bold=True)

    assert read_noted(saved(tmp_path, change)).table["value_gbp"].tolist() == ["40", "450", "5000"]


# --- titles --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("above", [[["Prices of 2024/25"]], [["Prices"], []], [["Prices", "made up"], [None, "draft"]]])
def test_a_title_above_the_header(tmp_path, above):
    def change(sheet):
        sheet.insert_rows(1, len(above))
        for row, cells in enumerate(above, start=1):
            for column, cell in enumerate(cells, start=1):
                sheet.cell(row, column, cell)

    rule, said = fault_of(saved(tmp_path, change))
    assert rule == "header_not_in_first_row"
    assert f"the header is not in row 1; row {len(above) + 1} looks like it; delete the rows above it" in said


def test_blank_rows_between_others(tmp_path):
    rule, said = fault_of(saved(tmp_path, lambda sheet: sheet.insert_rows(3)))
    assert (rule, said) == (
        "row_is_blank",
        "t.xlsx row 2: row 2 is blank; delete the blank rows: nobody can tell what they stand for",
    )


# --- OpenDocument --------------------------------------------------------------------------------------------------
NAMES = (
    "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text"))
    + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def _typed(more):
    return more if "office:value-type" in more else f'office:value-type="string" {more}'


def opendocument(folder, *rows):
    """A workbook as LibreOffice writes it: rows of (attributes, cells), cells of (attributes, text)."""
    body = "".join(
        f"<table:table-row {attributes}>"
        + "".join(
            f"<table:table-cell {_typed(more)}><text:p>{text}</text:p></table:table-cell>"
            if text
            else f"<table:table-cell {more}/>"
            for more, text in cells
        )
        + "</table:table-row>"
        for attributes, cells in rows
    )
    with zipfile.ZipFile(folder / "t.ods", "w") as book:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        book.writestr("mimetype", kind)
        book.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>',
        )
        book.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content{NAMES} office:version="1.2"><office:body>'
            f'<office:spreadsheet><table:table table:name="Prices">{body}</table:table></office:spreadsheet>'
            "</office:body></office:document-content>",
        )
    return folder / "t.ods"


ODS_HEAD = ("", [("", "unit_cost"), ("", "value_gbp")])
ODS_ROW = ("", [("", "gp"), ("", "40")])


def test_opendocument_filtered_rows_are_noted(tmp_path):
    table, notes = read_noted(opendocument(tmp_path, ODS_HEAD, ODS_ROW, ('table:visibility="filter"', ODS_ROW[1])))
    assert table["value_gbp"].tolist() == ["40", "40"]
    assert [str(note) for note in notes] == [
        "t.ods#Prices: read like the rest: 1 hidden or filtered row of the sheet (3); delete what must not count"
    ]


def test_opendocument_errors_merged_and_far_cells_are_faults(tmp_path):
    broken = ("", [("", "ward"), ('calcext:value-type="error"', "#DIV/0!")])
    assert "cell B3 holds an error (#DIV/0!)" in fault_of(opendocument(tmp_path, ODS_HEAD, ODS_ROW, broken))[1]
    merged = ("", [('table:number-rows-spanned="2"', "ward"), ("", "40")])
    assert "the cells A3:A4 are merged" in fault_of(opendocument(tmp_path, ODS_HEAD, ODS_ROW, merged, ODS_ROW))[1]
    far = ('table:number-rows-repeated="1048570"', [("", "")])
    last = ("", [('table:number-columns-repeated="16000"', ""), ("", "x")])
    assert fault_of(opendocument(tmp_path, ODS_HEAD, ODS_ROW, far, last))[0] == "cell_far_away"


def test_what_cannot_be_looked_into_says_so(tmp_path, monkeypatch):
    monkeypatch.delitem(workbook_files.LOOKS, ".xlsx")
    (note,) = read_noted(saved(tmp_path, lambda _: None)).notes
    assert note.severity is Severity.NOTE
    assert "cannot be told from blank and ordinary ones; save it as .xlsx" in str(note)


def test_rows_of_a_whole_workbook_hold_their_errors(tmp_path):
    assert read_rows(saved(tmp_path, error("C3")))["Prices"][2] == ["ward", "RXX", "#N/A", "y"]


def test_a_workbook_without_a_sheet(tmp_path):
    path = rewritten(saved(tmp_path, lambda _: None), "<sheet ", "<shed ", part="xl/workbook.xml")
    assert fault_of(path)[1] == "t.xlsx: the workbook has no sheet"


@pytest.mark.parametrize("old", ["</table:table>", "</office:document-content>", "<table:table ", "</text:p>"])
def test_a_broken_opendocument_is_a_fault_and_no_endless_wait(tmp_path, old):
    path = rewritten(opendocument(tmp_path, ODS_HEAD, ODS_ROW), old, "", part="content.xml")
    assert fault_of(path)[0] == "file_is_not_a_workbook"


# --- percentages ---------------------------------------------------------------------------------------------------
def percentage(place, value, shown="0.00%"):
    def change(sheet):
        sheet[place] = value
        sheet[place].number_format = shown

    return change


@pytest.mark.parametrize("shown", ["0%", "0.00%", '0.0"%";-0.0%', "#,##0.000%"])
def test_pounds_that_show_as_a_percentage_are_a_warning(tmp_path, shown):
    found = read_noted(saved(tmp_path, percentage("C3", 0.35, shown)), reads=READS)
    assert found.table["value_gbp"].tolist() == ["40", "0.35", "5000"]
    (note,) = found.notes
    assert (note.severity, note.where.item) == (Severity.WARNING, "C3")
    assert "cell C3 holds a percentage: what shows as 35% is read as 0.35" in note.what


def test_pounds_of_an_opendocument_that_show_as_a_percentage_too(tmp_path):
    shown = 'office:value-type="percentage" office:value="0.35"'
    found = read_noted(opendocument(tmp_path, ODS_HEAD, ODS_ROW, ("", [("", "ward"), (shown, "35%")])))
    assert found.table["value_gbp"].tolist() == ["40", "0.35"]
    (note,) = found.notes
    assert (note.severity, note.where.item) == (Severity.WARNING, "B3")
    elsewhere = ("", [("", "note"), ("", "value_gbp")]), ("", [(shown, "35%"), ("", "40")])
    assert read_noted(opendocument(tmp_path, *elsewhere)).notes == ()


def test_a_percentage_elsewhere_is_ordinary(tmp_path):
    def change(sheet):
        sheet["D3"], sheet["D3"].number_format = 0.03, "0%"
        sheet["C4"].number_format = "£#,##0.00"

    assert read_noted(saved(tmp_path, change), reads=READS).notes == ()

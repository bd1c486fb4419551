"""CSV files that are not what we read: one fault that says what is wrong and what to do; what is harmless is read."""

from __future__ import annotations

import pytest

from pathway_cost.errors import TableFaults
from pathway_cost.tables.reading.files import read_noted

HEAD = "patient_id,frail,age\n"


def table_of(folder, text, *, encoding="utf-8"):
    path = folder / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return read_noted(path).table


def fault_of(folder, text, *, encoding="utf-8"):
    """The one fault of a file: its rule, and all that is said."""
    with pytest.raises(TableFaults) as raised:
        table_of(folder, text, encoding=encoding)
    (problem,) = raised.value.problems
    return problem.rule, str(problem)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("unit_cost;value_gbp\nward;450,50\nop;5000,00\n", "separated by semicolons (`;`)"),
        ("unit_cost\tvalue_gbp\nward\t450\n", "separated by tabs (a tab)"),
        ("unit_cost|value_gbp\nward|450\n", "separated by vertical bars (`|`)"),
        ("name, long;value;unit\nward;450;day\n", "separated by semicolons"),
    ],
)
def test_another_separator(tmp_path, text, words):
    rule, said = fault_of(tmp_path, text)
    assert rule == "file_separated_otherwise"
    assert words in said
    assert "save it as CSV with commas between cells and a point in numbers" in said


def test_a_hint_for_excel_is_no_header(tmp_path):
    rule, said = fault_of(tmp_path, "sep=;\nunit_cost;value_gbp\nward;450\n")
    assert rule == "header_not_in_first_row"
    assert "'sep=;'" in said


def test_a_semicolon_in_a_name_is_none(tmp_path):
    assert table_of(tmp_path, '"note; free",a,b\nx,1,2\n').shape == (1, 3)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16(tmp_path, encoding):
    rule, said = fault_of(tmp_path, f"{HEAD}A1,no,60\n", encoding=encoding)
    assert rule == "file_is_not_utf8"
    assert "UTF-16" in said
    assert "save it as CSV UTF-8" in said


@pytest.mark.parametrize("row", [1, 2, 5_000])
def test_windows_1252_names_the_line(tmp_path, row):
    lines = [HEAD.strip(), *(f"A{number},no,60" for number in range(1, 6_000))]
    lines[row] += "\u00a3"
    rule, said = fault_of(tmp_path, "\n".join(lines), encoding="cp1252")
    assert rule == "file_is_not_utf8"
    assert said.startswith(
        f"table.csv:{row + 1}: line {row + 1} holds bytes that are not UTF-8: it may be Windows-1252"
    )


@pytest.mark.parametrize("start", [b"PK\x03\x04rest", b"\x1f\x8brest"])
def test_a_packed_file(tmp_path, start):
    assert "packed or a workbook" in fault_of(tmp_path, start)[1]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (f"Patients of 2024\n\n{HEAD}A1,no,60\n", 3),
        (f"Patients of 2024,,\n,,\n{HEAD}A1,no,60\n", 3),
        (f"\n\n{HEAD}A1,no,60\n", 3),
        (f"Patients,,\nmade 1 May 2025,,\n{HEAD}A1,no,60\n", 3),
    ],
)
def test_a_title_above_the_header(tmp_path, text, row):
    rule, said = fault_of(tmp_path, text)
    assert rule == "header_not_in_first_row"
    assert said == f"table.csv: the header is not in row 1; row {row} looks like it; delete the rows above it"


def test_row_names_without_a_header(tmp_path):
    rule, said = fault_of(tmp_path, ",patient_id,frail\n0,A1,no\n1,A2,yes\n")
    assert rule == "column_without_name"
    assert "row names, as pandas and R write them; delete the column" in said


def test_row_names_that_make_every_row_longer(tmp_path):
    rule, said = fault_of(tmp_path, 'patient_id,frail\n"1",A1,no\n"2",A2,yes\n')
    assert rule == "row_of_another_length"
    assert "every row has 3 cells, the header 2; give each column a name, delete row names" in said


def test_several_columns_without_a_name_are_one_fault(tmp_path):
    rule, said = fault_of(tmp_path, "a,,b,\n1,2,3,4\n")
    assert rule == "column_without_name"
    assert "columns 2, 4 of the header have no name" in said


def test_blank_columns_to_the_right_are_none(tmp_path):
    assert table_of(tmp_path, "a,b,,\n1,2,,\n3,4,,\n").columns.tolist() == ["a", "b"]


@pytest.mark.parametrize("blank", [",,", " , ,", '"","",""'])
def test_blank_rows_at_the_end_are_none(tmp_path, blank):
    assert len(table_of(tmp_path, f"{HEAD}A1,no,60\nA2,yes,70\n{blank}\n{blank}\n")) == 2


def test_blank_rows_between_others_are_one_fault(tmp_path):
    rule, said = fault_of(tmp_path, f"{HEAD}A1,no,60\n,,\n , ,\nA2,yes,70\n,,\n")
    assert rule == "row_is_blank"
    assert said.startswith("table.csv row 2: rows 2, 3 are blank; delete the blank rows")


SWALLOWED = {
    "never closed, in the last column": ('A1,no,"60\nA2,no,70\nA3,yes,80\n', 1, "2 rows"),
    "never closed, after sound rows": ('A1,no,60\nA2,no,"70\nA3,yes,80\n', 2, "row after"),
    "closed in a later row": ('A1,"no,60\nA2,no,70\nA3,yes",80\nA4,no,90\n', 1, "2 rows"),
    "closed in the next row": ('A1,"no,60\nA2,yes",80\n', 1, "row after"),
    "closed by a quoted cell": ('A1,no,"60\nA2,no,70\nA3,yes,"80"\nA4,no,90\n', 1, "2 rows"),
    "in the first column": ('"A1,no,60\nA2",yes,80\n', 1, "row after"),
    "with Windows line ends": ('A1,"no,60\r\nA2,no,70\r\nA3,yes",80\r\n', 1, "2 rows"),
}


@pytest.mark.parametrize("name", SWALLOWED)
def test_a_quote_that_swallows_rows(tmp_path, name):
    rows, row, count = SWALLOWED[name]
    rule, said = fault_of(tmp_path, HEAD + rows)
    assert rule == "quote_not_closed"
    assert said.startswith(f"table.csv row {row}: a quote opened in row {row} swallows the {count}")
    assert "A2" not in said


def test_a_quote_never_closed_before_the_last_column_has_too_few_cells(tmp_path):
    rule, said = fault_of(tmp_path, f'{HEAD}A1,no,60\nA2,"yes,70\nA3,no,80\n')
    assert rule == "row_of_another_length"
    assert "table.csv row 2: the row has 2 cells, the header 3" in said
    assert "close every quote" in said


@pytest.mark.parametrize(
    "note",
    [
        "line one\nline two",
        "seen, well\nhome, with care, and a stick",
        "Dear colleague,\n\nplease see this patient, who is well.\n",
        'he said ""no""\nand left',
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_note_of_several_lines_is_read(tmp_path, note, place):
    cells = [["A1", "no"], ["A2", "yes"]]
    for row in cells:
        row.insert(place, f'"{note}"')
    table = table_of(tmp_path, HEAD + "\n".join(",".join(row) for row in cells) + "\n")
    assert len(table) == 2
    assert table.iloc[0, place] == note.replace('""', '"')


def test_quotes_within_a_cell_are_read(tmp_path):
    assert table_of(tmp_path, f'{HEAD}A1,6" bed,60\nA2,7" bed,70\n')["frail"].tolist() == ['6" bed', '7" bed']

"""Numbers as people write them: never read as another number, and told how to write them."""

from __future__ import annotations

import pytest

from pathway_cost.errors import PathwayCostError
from pathway_cost.tables.reading.number_forms import form_of
from tests.tables.readers import FORMS, READERS

WRITTEN = {
    "5000,50": ("a decimal comma", "5000.50"),
    "0,35": ("a decimal comma", "0.35"),
    "0,125": ("a decimal comma", "0.125"),
    "1.234,50": ("a decimal comma", "1234.50"),
    "5,000": ("commas between thousands", "5000"),
    "1,234,567.50": ("commas between thousands", "1234567.50"),
    "5 000": ("spaces between thousands", "5000"),
    "5\u00a0000,5": ("spaces between thousands", "5000.5"),
    "1'000": ("spaces between thousands", "1000"),
    "£5000": ("a £ sign", "5000"),
    "£ 5,000.00": ("a £ sign and commas between thousands", "5000.00"),
    "-£5": ("a £ sign", "-5"),
    "3%": ("a % sign", "0.03"),
    "7,5 %": ("a % sign and a decimal comma", "0.075"),
    "(120)": ("brackets for a negative number", "-120"),
    "120-": ("a minus sign at the end", "-120"),
    "\u2212120": ("a minus sign that is no hyphen", "-120"),
    "#N/A": ("the workbook's error #N/A", "the number"),
    "#DIV/0!": ("the workbook's error #DIV/0!", "the number"),
}
NUMERIC = [name for name, reader in READERS.items() if reader.numeric]


@pytest.mark.parametrize("text", WRITTEN)
def test_forms(text):
    assert form_of(text) == WRITTEN[text]


@pytest.mark.parametrize(
    "text", ["", "sixty", "12", "1.5", "A1", "12-34", "01/02/2025", "£", "%", "1,2,3", "9434765919"]
)
def test_what_is_nothing_like_one(text):
    assert form_of(text) is None


@pytest.mark.parametrize("text", ["5000,50", "5,000", "£5000", "3%", "5 000"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NUMERIC)
def test_every_reader_refuses_it_in_every_form(name, form, text, tmp_path):
    reader = READERS[name]
    table = {**reader.table, reader.numeric: [text, *reader.table[reader.numeric][1:]]}
    with pytest.raises(PathwayCostError) as raised:
        reader.read(FORMS[form](table, tmp_path))
    (problem,) = raised.value.problems
    assert problem.where.row == 1
    assert WRITTEN.get(text, form_of(text))[0] in str(problem)
    assert problem.remedy is not None
    assert "write" in problem.remedy
    assert (text in str(problem)) == (name not in {"cohort", "own draws"})


def test_a_cell_that_may_be_an_identifier_is_never_printed():
    reader = READERS["unit costs"]
    for text in ("943 476 5919", "9,434,765,919", "£9434765919"):
        with pytest.raises(PathwayCostError) as raised:
            reader.read({**reader.table, "value_gbp": [text, "600"]})
        assert text not in str(raised.value)
        assert "9434765919" not in str(raised.value)

"""The workbook moves as the engine would: other prices, uptakes and patients typed into it, held against runs of the changed study."""

import io

import openpyxl
import pytest

from pathway_cost.reports.workbook.workbook import workbook_bytes
from tests.reports.recalculate import recalculated
from tests.reports.workbook import live_study

BED, SPARE = ("RXX", "ward.bed_day", "", "nursing"), ("RXX", "ward.bed_day", "", "overheads")
IMPLANTS, KIT, CONSULT = (
    ("RXX", "hip.episode", "frail=no", "implants"),
    ("RXX", "kit", "", "unsplit"),
    ("GP1", "gp.consult", "", "medical"),
)
OTHER_PRICES = {BED: 377.77, SPARE: 12.5, IMPLANTS: 2_001.01, KIT: 71.9, CONSULT: 51.0}
CHANGES = {
    "nothing": {},
    "prices": {"prices": OTHER_PRICES},
    "one uptake": {"uptakes": {"cheaper": 0.9}},
    "all who may": {"uptakes": {"cheaper": 1.0, "more": 1.0}},
    "nobody": {"uptakes": {"cheaper": 0.0, "more": 0.25, "fixed": 0.4}},
    "patients": {"times": 1.37},
    "together": {"prices": OTHER_PRICES, "uptakes": {"cheaper": 0.21, "more": 0.97, "fixed": 0.4}, "times": 0.63},
}
REVIEW, IMPLANT = ("review.clinic", "medical"), ("knee.implant", "implants")
LATER_CHANGES = {
    "nothing": {},
    "together": {
        "prices": {REVIEW: 171.0, IMPLANT: 1_234.5, ("knee.revision", "unsplit"): 9_999.0},
        "uptakes": {"long_life_implant": 0.35, "remote_review": 0.8},
        "times": 2.5,
    },
}


# --- typing into a workbook, and reading it again ------------------------------------------------------------------
def rows_of(sheet, *, heading):
    """Rows below a heading of the first column, by what stands in it, until a blank."""
    top = row_of(sheet, heading)
    found = {}
    for row in sheet.iter_rows(min_row=top + 1):
        if row[0].value is None:
            break
        found[row[0].value] = row
    return found


def row_of(sheet, words):
    """The row that begins with some words."""
    return next(row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value == words)


def column(sheet, heading):
    """The number of a column of the sheet Unit costs."""
    return next(cell.column for cell in sheet[5] if cell.value == heading)


def price_cells(sheet):
    """Key → the row of a price."""
    return {
        tuple(row[at].value or "" for at in (0, 1, 3, 4)): row for row in sheet.iter_rows(min_row=6) if row[1].value
    }


def typed(book, result, *, prices=(), uptakes=(), times=None):
    """Type other numbers into a workbook."""
    sheet, asked = book["Unit costs"], rows_of(book["Your changes"], heading="What may be changed")
    at, rows = column(sheet, "Your price") - 1, price_cells(sheet)
    for key, gbp in dict(prices).items():
        whole = key if len(key) == 4 else next(each for each in rows if (each[1], each[3]) == key)
        rows[whole][at].value = gbp
    titles = result.record["titles"]
    for name, share in dict(uptakes).items():
        asked[f"Uptake of {titles.get(name) or name.replace('_', ' ').capitalize()}"][2].value = share
    if times is not None:
        asked["Patients who start"][2].value = asked["Patients who start"][1].value * times


def answered(result, folder, **changes):
    """The sheets of a workbook into which something was typed, as LibreOffice works them out."""
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(result)))
    typed(book, result, **changes)
    book.save(folder / "workbook.xlsx")
    return openpyxl.load_workbook(recalculated(folder / "workbook.xlsx", folder), data_only=True)


def assert_answers(book, before, after):
    """Every answer of both sheets is what the engine says: before, after, and the difference; the check agrees all the same."""
    answers = rows_of(book["Your changes"], heading="Scenario")
    summary = rows_of(book["Summary"], heading="With your changes")
    assert len(answers) == len(summary) - 1 == len(before)
    first = before.compared[0]
    for name, own, shown in zip(before, answers.values(), list(summary.values())[1:], strict=True):
        old, new = before[name], after[name]
        change = [each[name].total_gbp - each[first].total_gbp for each in (before, after)]
        patients = [old.patients, new.patients]
        total = [old.total_gbp, new.total_gbp, new.total_gbp - old.total_gbp]
        each = [old.cost_per_patient_gbp, new.cost_per_patient_gbp, new.cost_per_patient_gbp - old.cost_per_patient_gbp]
        moved = [None] * 3 if name == first else [*change, change[1] - change[0]]
        assert_close([cell.value for cell in own[1:12]], [*patients, *total, *each, *moved], scale=max(total))
        assert_close([cell.value for cell in shown[1:11]], [*each, patients[1], *total, *moved], scale=max(total))
    verdicts = {row[5].value for row in book["Check"].iter_rows(min_row=6, max_row=5 + len(before))}
    assert verdicts == {"agrees"}


def assert_close(found, wanted, *, scale):
    """Equal to 1e-9; a difference to 1e-9 of what it is the difference of."""
    assert [each is None for each in found] == [each is None for each in wanted]
    for one, other in zip(found, wanted, strict=True):
        assert one is None or one == pytest.approx(other, rel=1e-9, abs=1e-11 * scale)


# --- nothing typed, or what cannot be used ---------------------------------------------------------------------------
@pytest.fixture(scope="module")
def hips():
    return live_study.hips()


def test_as_it_opens_every_answer_is_the_engines(hips):
    """Without recalculation: the values that the file holds."""
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(hips)), data_only=True)
    assert_answers(book, hips, hips)
    for row in rows_of(book["Your changes"], heading="Scenario").values():
        assert {row[at].value for at in (5, 8, 11)} <= {0.0, None}
    assert book["Your changes"]["A6"].value == "Nothing is changed: every figure is the run's."


def test_without_a_change_every_difference_is_nothing_at_all(hips, tmp_path):
    book = answered(hips, tmp_path)
    for row in rows_of(book["Your changes"], heading="Scenario").values():
        assert {row[at].value for at in (5, 8, 11)} <= {0.0, None}
    assert [
        book["Your changes"]["A6"].value,
        book["Summary"].cell(row_of(book["Summary"], "With your changes"), 2).value,
    ] == ["Nothing is changed: every figure is the run's."] * 2


def test_it_says_how_many_numbers_are_changed(hips, tmp_path):
    book = answered(hips, tmp_path, prices={BED: 380.0, KIT: 40.0}, uptakes={"more": 0.3})
    assert book["Your changes"]["A6"].value == "3 numbers are changed."


@pytest.mark.parametrize(
    "wrong",
    [{"uptakes": {"more": 1.2}}, {"prices": {BED: "£400"}}, {"times": -1.0}],
    ids=["uptake", "price", "patients"],
)
def test_an_entry_that_cannot_be_used_is_seen_in_every_total_it_would_move(hips, wrong, tmp_path):
    """Pasted past the rule by which numbers are typed: never a figure that leaves it out in silence."""
    book = answered(hips, tmp_path, **wrong)
    assert book["Your changes"]["A6"].value == "An entry cannot be used: see the cells with #N/A."
    answers = rows_of(book["Your changes"], heading="Scenario")
    assert answers["More"][4].value == "#N/A"
    assert {row[5].value for row in book["Check"].iter_rows(min_row=6, max_row=10)} == {"agrees"}


# --- what is not offered -------------------------------------------------------------------------------------------
def test_a_cell_that_is_not_to_be_filled_says_why():
    compare = ["baseline", "cheaper", "cheaper+more"]
    run = live_study.hips(scenarios=(live_study.CHEAPER, live_study.MORE), compare=compare)
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_bytes(run)))["Your changes"]
    asked = rows_of(sheet, heading="What may be changed")
    shut, free = asked["Uptake of Cheaper"], asked["Uptake of More"]
    assert shut[4].value.startswith("Not here: the run does not cost the same patients without it.")
    assert (shut[2].protection.locked, free[2].protection.locked) == (True, False)
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert rules[shut[2].coordinate].formula1 == "FALSE"
    assert rules[shut[2].coordinate].prompt == shut[4].value
    assert (rules[free[2].coordinate].formula1, rules[free[2].coordinate].formula2) == ("0", "1")


def test_what_is_typed_into_such_a_cell_all_the_same_is_an_error(tmp_path):
    compare = ["baseline", "cheaper", "cheaper+more"]
    run = live_study.hips(scenarios=(live_study.CHEAPER, live_study.MORE), compare=compare)
    book = answered(run, tmp_path, uptakes={"cheaper": 0.7})
    assert rows_of(book["Your changes"], heading="What may be changed")["Uptake of Cheaper"][3].value == "#N/A"
    assert book["Your changes"]["A6"].value.startswith("An entry cannot be used")


# --- against the engine --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("changes", CHANGES.values(), ids=list(CHANGES))
def test_the_workbook_moves_as_the_engine_would(hips, changes, tmp_path):
    assert_answers(answered(hips, tmp_path, **changes), hips, live_study.hips(**changes))


@pytest.mark.parametrize("changes", LATER_CHANGES.values(), ids=list(LATER_CHANGES))
def test_it_moves_so_where_prices_grow_and_years_are_discounted(changes, tmp_path):
    before = live_study.fifteen_years()
    assert_answers(answered(before, tmp_path, **changes), before, live_study.fifteen_years(**changes))

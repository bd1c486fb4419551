"""A user's own national schedule: a line written another way, or a file that answers nothing, is never passed over."""

from __future__ import annotations

import pytest

import pathway_cost as pc
from pathway_cost.errors import PriceFaults, Severity
from tests.cli.toy_study import PATHWAY, PRICES, edit, write_study

HEADER = "department,code,description,unit,activity,unit_cost_gbp,price_year,source,derived\n"
KNEES = """\
Elective Inpatients,HN22A,Knee,episode,100,5000,2024-25,Made up,no
Elective Inpatients,HN22B,Knee,episode,300,4000,2024-25,Made up,no
"""
PLACEHOLDERS = "theatre.knee,,7,episode,whole,2024-25,Made up\nphysio.contact,RYY,80,contact,whole,2024-25,Made up\n"


def total(knee):
    """By hand, of £ a knee: a GP visit, then 0.6 ÷ (1 − p × 0.1) operations, each with p × 3 contacts of £80."""
    return 90 * (40 + 0.6 / 0.99 * (knee + 0.1 * 240)) + 10 * (40 + 0.6 / 0.95 * (knee + 0.5 * 240))


@pytest.fixture
def study(tmp_path):
    """The toy study with a knee of the user's own schedule, its ward days left out, and a placeholder behind it."""
    path = write_study(tmp_path / "study", extracts=False)
    folder = path.parent
    text = PATHWAY.replace("  ward.bed_day: {unit: bed_day, covers: part}\n", "")
    text = text.replace("      - {unit_cost: ward.bed_day, per: day}\n", "")
    line = '{unit: episode, covers: whole, national: {department: Elective Inpatients, code: "HN22*"}}'
    text = text.replace("theatre.knee: {unit: episode, covers: part}", f"theatre.knee: {line}")
    (folder / "pathway.yaml").write_text(text, encoding="utf-8")
    (folder / "prices.csv").write_text(PRICES + PLACEHOLDERS, encoding="utf-8")
    edit(folder, "study.yaml", "unit_costs:\n", "unit_costs:\n  - national: nat.csv\n")
    edit(folder, "study.yaml", "scenarios: [shorter_stay.yaml]\ncompare: [baseline, shorter_stay]\n", "")
    return path


def lines(study, text):
    (study.parent / "nat.csv").write_text(HEADER + text, encoding="utf-8")
    return study


def faults(study):
    with pytest.raises(PriceFaults) as raised:
        pc.run(study)
    return [str(problem) for problem in raised.value.problems]


def warnings(result):
    kinds = {"price_below_zero", "price_is_zero", "line_nearly_asked_for"}
    return [str(note) for note in result.notes if note.severity is Severity.WARNING and note.rule in kinds]


def test_lines_as_asked_are_silent(study):
    result = pc.run(lines(study, KNEES))
    assert result["baseline"].total_gbp == pytest.approx(total((100 * 5000 + 300 * 4000) / 400))
    assert not warnings(result)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("HN22B", "hn22B", "code"),
        ("Inpatients,HN22B", "inpatients,HN22B", "department"),
        ("Elective Inpatients,HN22B", "Elective Inpatients ,HN22B", "department"),
        ("HN22B,Knee,episode", "HN22B,Knee,Episode", "unit"),
    ],
)
def test_one_line_written_another_way_is_refused(study, old, new, column):
    [fault] = faults(lines(study, KNEES.replace(old, new)))
    assert f"nat.csv row 2 ({column}): the {column} is of" in fault
    assert "but for its case, spaces or invisible signs" in fault


def test_a_department_one_letter_off_is_a_warning(study):
    result = pc.run(lines(study, KNEES.replace("Inpatients,HN22B", "Inpatient,HN22B")))
    assert result["baseline"].total_gbp == pytest.approx(total(5000))
    [told] = warnings(result)
    assert "the department is nearly 'Elective Inpatients'" in told


def test_a_file_none_of_whose_lines_is_used_is_refused(study):
    [fault] = faults(lines(study, "Outpatient Attendances,WF01A,Visit,attendance,1,100,2024-25,Made up,no\n"))
    assert "nat.csv: no line answers anything that the study asks for: theatre.knee: no department" in fault


def test_a_file_that_stands_behind_a_table_is_a_note(study):
    edit(
        study.parent,
        "study.yaml",
        "  - national: nat.csv\n  - table: prices.csv\n",
        "  - table: prices.csv\n  - national: nat.csv\n",
    )
    result = pc.run(lines(study, KNEES))
    assert result["baseline"].total_gbp == pytest.approx(total(7))
    assert [str(note.where) for note in result.notes if note.rule == "prices_stand_behind"] == ["nat.csv"]


def test_a_shipped_schedule_that_answers_nothing_is_silent(study):
    edit(study.parent, "study.yaml", "nat.csv", "ncc_2024_25")
    edit(study.parent, "pathway.yaml", "Elective Inpatients", "Elective Outpatients")
    assert pc.run(study)["baseline"].total_gbp == pytest.approx(total(7))


@pytest.mark.parametrize(
    ("first", "second", "knee", "said"),
    [
        ("-5000", "4000", (100 * -5000 + 300 * 4000) / 400, "below £0 (Elective Inpatients HN22A −£5,000.00): row 1"),
        ("0", "0", 0, "£0: what is used costs nothing (Elective Inpatients HN22A £0.00): rows 1, 2"),
    ],
)
def test_lines_below_or_of_nothing_are_warnings(study, first, second, knee, said):
    result = pc.run(lines(study, KNEES.replace("5000", first).replace("4000", second)))
    assert result["baseline"].total_gbp == pytest.approx(total(knee))
    [told] = warnings(result)
    assert said in told

"""The answer where figures are odd: next to nothing, below nothing, one patient, one-off costs that outweigh it."""

import pandas as pd
import pytest

from pathway_cost.reports.words import Names
from pathway_cost.reports.words.change_sentences import whose_books
from tests.cli.toy_study import edit, good, write_study

CHANGE = "{scale_stay: surgery, by: 0.75}"
ONE_OFF = (
    "one_off_costs:\n  - {id: x, role: acute, year: 2024-25, gbp: 5000, what: Thing, evidence: {grade: assumption}}\n"
)
DRAWS = "uncertainty: {draws: 50, seed: 1}\n"
VOLUME = "sensitivity: {one_way: all, break_even: [{volume: true, low: 10, high: 100000}]}\n"


@pytest.fixture
def told(tmp_path):
    """Change some files of the toy study, run it, and read the terminal's words."""

    def run(*edits, more=""):
        study = write_study(tmp_path, extracts=False)
        for each in edits:
            edit(tmp_path, *each)
        study.write_text(study.read_text() + more)
        return " ".join(good("run", study, "--out", tmp_path / "out").out.split())

    return run


def changed(new):
    return ("shorter_stay.yaml", CHANGE, new)


def test_pounds_of_less_than_a_penny_each_are_not_nothing(told):
    """50,050 GP visits at £40 × 0.00001 = £20.02."""
    said = told(
        changed("{scale_unit_cost: {unit_cost: gp.consult}, by: 1.00001}"),
        ("cohort.csv", "NA,no,50", "NA,no,50000"),
        more=DRAWS,
    )
    assert "Less than a penny more per patient (0.0%): £20 more for these 50,050" in said
    assert "Likely £20 more (95% of 50 draws" in said, "an interval of no width has one end"


def test_a_sentence_of_no_change_begins_like_one(told):
    assert "No more and no less per patient." in told(changed("{scale_unit_cost: {unit_cost: gp.consult}, by: 0.9999}"))


def test_one_off_costs_that_outweigh_a_saving_already(told):
    """Saved: 60 operations × 0.04 days × £450 = £1,095 of 100 patients; £5,000 ÷ £10.95 each = 456 patients."""
    said = told(changed("{scale_stay: surgery, by: 0.99}\n" + ONE_OFF), more=DRAWS + VOLUME)
    assert "One-off costs outweigh this: they are made good only if 456 patients start instead of 100." in said
    assert "Overturned" not in said


def test_one_off_costs_that_fewer_patients_would_not_make_good(told):
    """£273.80 saved each: £5,000 over 18.3 patients."""
    said = told(changed(CHANGE + "\n" + ONE_OFF), more=DRAWS + VOLUME)
    assert "Overturned if only 18.3 patients start instead of 100: one-off costs would outweigh it." in said


def test_one_off_costs_are_told_to_be_more_than_what_is_spent_less(told):
    """£1,095 less, and £5,000 once; £27,380 less of them all, and £5,000 once."""
    outweighs = "One-off costs of £5,000 are not in these figures"
    assert f"{outweighs} and are more than the £1,095." in told(changed("{scale_stay: surgery, by: 0.99}\n" + ONE_OFF))


def test_one_off_costs_that_are_made_good_are_only_told(told):
    assert "are not in these figures." in told(changed(CHANGE + "\n" + ONE_OFF))


def test_one_patient(told, tmp_path):
    rows = "PERSON-88001,no,40\nPERSON-88002,Frail,10\nNA,no,50"
    said = told(("cohort.csv", rows, "A,no,1"))
    assert "for 1 patient who starts" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "less for this one, all at RXX" in said


def test_a_share_of_costs_below_nothing_has_the_sign_of_the_change(told):
    said = told(("prices.csv", ",450,", ",-4500,"), ("prices.csv", ",5000,", ",0,"))
    assert "more per patient (+" in said
    assert ", all at RXX (Acute) (+" in said


def test_take_up_is_told_of_what_is_compared_only(told, tmp_path):
    told(("study.yaml", "compare: [baseline, shorter_stay]", "compare: [baseline]"))
    assert "Take-up" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_one_other_is_one():
    change = pd.Series({"A": 9.0, "B": -8.0, "C": 7.0, "D": -6.0, "E": 5.0})
    assert whose_books(Names({}, {}, {}, {}, {}), change.abs() * 0, change).endswith(", 1 other £5 more")


def test_books_that_go_the_other_way_than_present_values_say_so():
    names, before, change = Names({}, {}, {}, {}, {}), pd.Series({"A": 100.0}), pd.Series({"A": 9.0})
    told = whose_books(names, before, change, ", undiscounted", one_by_one=True)
    assert told == "; undiscounted, A £9 more (+9%)"


def test_more_patients_who_cost_less_each(told):
    """20 more who are frail: £494,905 ÷ 120 = £4,124.21 for £4,199.23; £419,923 × 20% = £83,985 for their number."""
    extra = "{scale_patients: {where: {frail: [Frail]}}, by: 3}\n  - {scale_stay: surgery, by: 0.9}"
    assert (
        "£75 less per patient (−1.8%): £75,000 more (+17.9%) for these 120, "
        "which is £84,000 more for more patients, £9,003 less for what each costs, nearly all at RXX"
    ) in told(changed(extra)).replace("-1.8", "−1.8")

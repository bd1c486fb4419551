"""Patients that cannot be meant: a total under another name, more than there are people, rows that are in twice."""

from __future__ import annotations

import pandas as pd
import pytest

from pathway_cost.errors import Severity, TableFaults
from pathway_cost.tables.cohort.cohort import Cohort
from pathway_cost.tables.prices.unit_costs import UnitCosts

FRAIL = {"frail": ("no", "yes")}


def coded(places=("all",), **columns):
    shares = dict.fromkeys(places)
    return Cohort.from_frame(pd.DataFrame(columns)).coded(FRAIL, {}, shares)


@pytest.mark.parametrize("label", ["All", "Sum", "overall", " All patients:"])
def test_a_label_of_a_row_that_is_the_sum_of_the_others(label):
    with pytest.raises(TableFaults, match=r"row 4 reads .* is the sum of all the others"):
        coded(patient_id=["A", "B", "C", label], frail=["no", "yes", "no", "no"], weight=[40, 10, 50, 100])


def test_the_same_label_of_a_place():
    with pytest.raises(TableFaults, match="row 3 reads All"):
        coded(("north", "south", "All"), place=["north", "south", "All"], frail=["no"] * 3, weight=[40, 10, 50])


def test_the_same_labels_on_rows_of_their_own():
    named = coded(patient_id=["A", "B", "All"], frail=["no", "yes", "no"], weight=[40, 10, 51])
    everywhere = coded(place=["all", "all"], frail=["no", "yes"], weight=[50, 50])
    assert (named.weight.sum(), named.notes) == (101, ())
    assert (everywhere.weight.sum(), everywhere.notes) == (100, ())


def test_a_component_that_is_the_sum_of_the_others():
    rest = {"unit_cost": "gp", "unit": "contact", "covers": "whole", "price_year": "2024-25", "source": "made up"}
    rows = [{"component": name, "value_gbp": gbp, **rest} for name, gbp in (("pay", 30), ("drugs", 10), ("All", 40))]
    with pytest.raises(TableFaults, match="is the sum of its components"):
        UnitCosts.from_frame(pd.DataFrame(rows))


def test_more_patients_than_people():
    with pytest.raises(TableFaults) as raised:
        Cohort.from_frame({"frail": ["no", "yes"], "weight": ["40", "9990001111"]})
    (problem,) = raised.value.problems
    assert problem.where.row == 2
    assert problem.what.startswith(
        "the weights sum to over 1,000,000,000 patients, more than live in the United Kingdom"
    )
    assert Cohort.alike(69_000_000, {"frail": "no"}).patients == 69_000_000


def test_weighted_rows_that_are_in_twice_are_noted():
    found = coded(frail=["no", "yes", "yes"], weight=[40, 50, 50])
    assert found.weight.sum() == 140  # as written, and told
    (note,) = found.notes
    assert (note.rule, note.severity) == ("rows_repeated", Severity.NOTE)
    assert note.what == "1 row says the same as another row: 50 patients"


@pytest.mark.parametrize(
    "columns",
    [
        {"frail": ["no", "no"], "weight": [1, 1]},
        {"frail": ["no", "no"]},
        {"patient_id": ["A", "B"], "frail": ["no", "no"], "weight": [50, 50]},
        {"frail": ["no", "yes"], "weight": [50, 50]},
    ],
    ids=["a row a patient", "no weights", "ids", "not alike"],
)
def test_patients_alike_say_nothing(columns):
    assert coded(**columns).notes == ()


def test_a_patients_number_read_as_a_weight_is_not_shown():
    with pytest.raises(TableFaults, match="over 1,000,000,000 patients, more than live") as raised:
        Cohort.from_frame({"frail": ["no"], "weight": ["9434765919"]})
    assert "919" not in str(raised.value).replace(",", "")
    with pytest.raises(TableFaults, match="over 1,000,000,000,000 patients, more than live"):
        Cohort.from_frame({"frail": ["no"], "weight": ["1e300"]})

"""Total rows that are filled in: a table that sums itself up counts everything twice."""

from __future__ import annotations

import pandas as pd
import pytest

from pathway_cost.errors import Severity, TableFaults
from pathway_cost.plics.reading.identifiers import Privacy
from pathway_cost.tables.cohort.cohort import Cohort
from pathway_cost.tables.prices.components import ComponentMap
from pathway_cost.tables.prices.unit_costs import UnitCosts

FRAIL = {"frail": ("no", "yes")}


def coded(**columns):
    return Cohort.from_frame(pd.DataFrame(columns)).coded(FRAIL, {}, {"all": None})


def test_a_weight_that_is_the_sum_of_the_others_is_told():
    found = coded(frail=["no", "yes", "no"], weight=["1200", "800", "2000"])
    assert found.weight.sum() == 4_000  # as written, and told
    (note,) = found.notes
    assert (note.rule, note.severity, note.where.row) == ("total_row", Severity.WARNING, 3)
    assert "the sum of all the others (2,000 patients)" in note.what


def test_a_row_that_reads_total_is_a_fault():
    with pytest.raises(TableFaults, match="row 3 reads Total"):
        coded(patient_id=["A", "B", " TOTAL:"], frail=["no", "yes", "no"], weight=[1200, 800, 2000])


@pytest.mark.parametrize(
    "columns",
    [
        {"frail": ["no", "yes", "no"], "weight": [40, 10, 50]},
        {"frail": ["no", "yes"], "weight": [1000, 1000]},
        {"frail": ["no", "yes", "no"], "weight": [2000, 1200, 800]},
        {"patient_id": ["A", "B", "C"], "frail": ["no", "yes", "no"], "weight": [1200, 800, 2000]},
        {"frail": ["no", "yes", "no"]},
    ],
    ids=["small", "two alike", "first", "named", "no weights"],
)
def test_patients_as_they_may_be_say_nothing(columns):
    assert coded(**columns).notes == ()


def test_patients_alike_may_fill_several_rows():
    assert coded(frail=["no", "no", "yes"], weight=[1, 1, 1]).weight.sum() == 3


def prices(*rows):
    rest = {"unit": "contact", "covers": "whole", "price_year": "2024-25", "source": "made up"}
    return pd.DataFrame([{"unit_cost": "gp", "component": name, "value_gbp": gbp, **rest} for name, gbp in rows])


@pytest.mark.parametrize("label", ["", "total", "Grand total"])
def test_a_price_that_sums_up_its_components_is_a_fault(label):
    with pytest.raises(TableFaults) as raised:
        UnitCosts.from_frame(prices(("staff", "30"), ("rooms", "10"), (label, "40")))  # £80.00 of £40.00
    (problem,) = raised.value.problems
    assert (problem.rule, problem.where.row) == ("total_row", 3)


def test_components_beside_a_rest_are_prices():
    costs = UnitCosts.from_frame(prices(("staff", "30"), ("rooms", "10"), ("", "5")))
    assert costs.frame["value_gbp"].sum() == 45.00


def test_a_pair_of_codes_or_a_postcode_twice_is_a_fault():
    pairs = {
        "ActCstID": ["THR*", "WRD*", "THR*"],
        "ResCstID": ["*", "*", "*"],
        "component": ["theatre", "ward", "ward"],
    }
    with pytest.raises(TableFaults, match="earlier component: row 3"):
        ComponentMap.from_frame(pairs)
    areas = pd.DataFrame({"postcode": ["LS1 4AB", "BD7 1DP", "ls14ab"], "lsoa": ["E01", "E02", "E03"]})
    with pytest.raises(Exception, match="earlier row: row 3") as raised:
        Privacy.of(None, areas)
    assert "LS1" not in str(raised.value)

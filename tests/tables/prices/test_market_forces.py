"""Market forces factors are a user's table (R30)."""

from __future__ import annotations

import pytest

from pathway_cost.errors import TableFaults
from pathway_cost.tables.prices.market_forces import market_forces


def test_factors_by_organisation():
    assert market_forces({"organisation": ["NA", "RXX"], "factor": ["1.0", "1.2"]}) == {"NA": 1.0, "RXX": 1.2}


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        ({"organisation": ["RXX"]}, "column_missing"),
        ({"organisation": ["RXX"], "factor": ["0"]}, "factor_is_not_a_factor"),
        ({"organisation": ["RXX"], "factor": ["high"]}, "factor_is_not_a_factor"),
        ({"organisation": [""], "factor": ["1"]}, "value_missing"),
        ({"organisation": [1.5], "factor": ["1"]}, "code_is_not_text"),
        ({"organisation": ["RXX", "RXX"], "factor": ["1", "2"]}, "factor_given_twice"),
    ],
)
def test_faulty_tables(table, rule):
    with pytest.raises(TableFaults) as raised:
        market_forces(table)
    assert [problem.rule for problem in raised.value.problems] == [rule]


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        ("108", "found 108: did you mean 108%? Write 1.08 (row 2)"),
        ("12", "found 12 (row 2)"),
        ("0.08", "found 0.08 (row 2)"),
    ],
)
def test_a_factor_far_from_1_is_a_fault(factor, said):
    with pytest.raises(TableFaults) as raised:
        market_forces({"organisation": ["RXX", "RYY"], "factor": ["1.08", factor]}, where="mff.csv")
    (problem,) = raised.value.problems
    assert str(problem) == f"mff.csv row 2 (factor): a market forces factor lies between 0.5 and 2; {said}"

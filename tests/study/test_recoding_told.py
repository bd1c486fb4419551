"""What a run says of patients who are costed as others gives nobody's number back: held against linear programming."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from pathway_cost.study.recoding_told import _span

POUNDS = st.integers(-3000, 3000).map(float)


def span_by_linear_programming(pounds, low, high, patients):
    """The fewest and the most of the first group, by the same two facts."""
    above = [pounds, [-each for each in pounds]]
    alike = {} if patients is None else {"A_eq": [np.ones(len(pounds))], "b_eq": [patients]}
    ends = []
    for sign in (1, -1):
        goal = np.zeros(len(pounds))
        goal[0] = sign
        found = linprog(goal, A_ub=above, b_ub=[high, -low], bounds=(0, None), **alike)
        if found.status == 3:
            return np.inf
        assert found.status == 0, found.message
        ends.append(sign * found.fun)
    return ends[1] - ends[0]


@settings(max_examples=300, deadline=None)
@given(
    pounds=st.lists(POUNDS, min_size=2, max_size=6),
    sizes=st.lists(st.integers(1, 7), min_size=6, max_size=6),
    width=st.floats(1, 1e5),
    at=st.floats(0, 1),
    is_told=st.booleans(),
)
def test_the_span_of_a_group_is_what_linear_programming_finds(pounds, sizes, width, at, is_told):
    true = sizes[: len(pounds)]
    moved = float(np.dot(pounds, true))
    low, high = moved - at * width, moved + (1 - at) * width
    patients = float(sum(true)) if is_told else None
    found = _span(pounds[0], np.array(pounds[1:]), low, high, patients)
    by_programming = span_by_linear_programming(pounds, low, high, patients)
    if np.isinf(by_programming):
        assert np.isinf(found)
    else:
        assert found == pytest.approx(by_programming, rel=1e-6, abs=1e-6)

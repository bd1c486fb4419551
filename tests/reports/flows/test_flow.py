"""What patients will go on to cost: the page's own elimination gives what a linear solve gives."""

from __future__ import annotations

import numpy as np
import pytest

from pathway_cost.reports.flows.flow import _solved


@pytest.mark.parametrize("size", [1, 2, 7, 40])
def test_pounds_ahead_solve_the_equations(size):
    """Random pathways with loops: a tenth at least leaves every setting for an end."""
    random = np.random.default_rng(size)
    shares = random.uniform(size=(30, size, size))
    shares *= 0.9 / shares.sum(axis=2, keepdims=True)
    matrix, right = np.eye(size) - shares, random.uniform(-50, 500, size=(30, size))
    expected = np.linalg.solve(matrix, right[..., None])[..., 0]
    np.testing.assert_allclose(_solved(matrix.copy(), right.copy()), expected, rtol=1e-11)

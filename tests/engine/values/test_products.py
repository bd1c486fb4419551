"""Products that add in one order give what the linear algebra library gives, to rounding."""

from __future__ import annotations

import numpy as np
import pytest

from pathway_cost.engine.values.products import convolution, dot, product


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (400, 70), (2, 20_000)])
def test_product_is_the_librarys(shape):
    random = np.random.default_rng(1)
    left, right = random.normal(size=shape), random.normal(size=(shape[1], 7))
    np.testing.assert_allclose(product(left, right), left @ right, rtol=1e-11, atol=1e-9)
    np.testing.assert_allclose(product(left, right[:, 0]), left @ right[:, 0], rtol=1e-11, atol=1e-9)
    cube = np.stack([left, 2 * left])
    np.testing.assert_allclose(product(cube, right[:, 0]), cube @ right[:, 0], rtol=1e-11, atol=1e-9)


def test_dot_is_the_librarys_and_a_plain_number():
    random = np.random.default_rng(2)
    one, other = random.normal(size=(2, 100_000))
    assert dot(one, other) == pytest.approx(float(one @ other), rel=1e-11)
    assert type(dot(one, other)) is float
    assert dot(np.zeros(0), np.zeros(0)) == 0.0


@pytest.mark.parametrize(("first", "second"), [(1, 1), (4, 9), (9, 4), (300, 1)])
def test_convolution_is_the_librarys(first, second):
    random = np.random.default_rng(3)
    one, other = random.uniform(size=first), random.uniform(size=second)
    np.testing.assert_allclose(convolution(one, other), np.convolve(one, other), rtol=1e-12)

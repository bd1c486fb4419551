"""How sure a number is; how patients differ is another thing."""

from __future__ import annotations

import math

import pytest

from pathway_cost.specs.format.uncertainty import NOT_STATED, spread_sd, standard_error, stated_uncertainty
from pathway_cost.specs.format.values import Parameter


def parameter(**fields):
    return Parameter.model_validate(fields)


def test_spread_is_not_uncertainty():
    """R6: sd 2.83 between 2,150 patients is a standard error of 0.061, 46 times less."""
    los = parameter(value=4.65, spread={"lognormal": {"sd": 2.83}}, n=2150)
    assert standard_error(los) == pytest.approx(2.83 / math.sqrt(2150))
    assert standard_error(los) * 450 == pytest.approx(27.46, abs=0.01)
    assert spread_sd(los) * 450 == pytest.approx(1273.50)
    assert standard_error(parameter(value=4.65, spread={"lognormal": {"sd": 2.83}})) is None


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"se": 0.4}, 0.4),
        ({"low": 0, "high": 4}, 4 / (2 * 1.959964)),
        ({"low": 0, "high": 4, "interval": 0.9}, 4 / (2 * 1.644854)),
        ({"low": 0, "high": 4, "interval": 0.8}, 4 / (2 * 1.281552)),
        ({"low": 0, "high": 4, "interval": "range"}, 4 / 6),
        ({"distribution": {"beta": {"alpha": 20, "beta": 80}}}, math.sqrt(0.2 * 0.8 / 101)),
        ({"distribution": {"normal": {"mean": 2, "sd": 0.3}}}, 0.3),
        ({"n": 100}, None),
        ({}, None),
    ],
)
def test_standard_error(fields, error):
    assert standard_error(parameter(value=2, **fields)) == (None if error is None else pytest.approx(error, rel=1e-6))


@pytest.mark.parametrize(
    ("spread", "sd"),
    [
        ({"gamma": {"sd": 1.5}}, 1.5),
        ({"exponential": {}}, 4),
        ({"geometric": {}}, math.sqrt(12)),
        ({"weibull": {"shape": 1}}, 4),
        ({"weibull": {"sd": 2}}, 2),
        ({"empirical": {2: 0.5, 6: 0.5}}, 2),
    ],
)
def test_spread_sd(spread, sd):
    assert spread_sd(parameter(value=4, spread=spread)) == pytest.approx(sd)


def test_uncertainty_in_words():
    assert stated_uncertainty(parameter(value=1, se=0.25)) == "se 0.25"
    assert stated_uncertainty(parameter(value=1, low=0, high=2, interval="range")) == "range 0 to 2"
    assert stated_uncertainty(parameter(counts={"a": 90, "b": 10})) == "Dirichlet over 100 observed"
    assert (
        stated_uncertainty(parameter(value=1, distribution={"beta": {"alpha": 1, "beta": 2}}))
        == "beta (alpha 1, beta 2)"
    )
    assert stated_uncertainty(parameter(value=1)) == NOT_STATED

"""Nobody of 100, and 20 of 20: drawn from a prior, whose mean and interval are those of the closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathway_cost.engine.draws.parameter_laws import dirichlet, is_uncertain, quantile
from pathway_cost.engine.draws.parameter_table import at_levels, drawn, stated
from pathway_cost.results.chance.uncertain import uncertain_parameters
from pathway_cost.specs.changes.parameters import add_parameter, scale_parameter
from pathway_cost.specs.format.laws import is_beyond_numbers, law_of, uncertain_names
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.scenario import Scenario
from pathway_cost.specs.format.uncertainty import NOT_STATED, stated_uncertainty
from pathway_cost.specs.format.values import Parameter
from pathway_cost.specs.format.verbs import AddParameter, ScaleParameter

MIDDLES = (np.arange(400_000) + 0.5) / 400_000
DRAWS = 20_000


def parameter(**fields):
    return Parameter.model_validate(fields)


def moments(alpha, beta):
    """Mean and sd of a beta."""
    total = alpha + beta
    return alpha / total, np.sqrt(alpha * beta / (total + 1)) / total


def share_below(share, alpha, beta):
    """The probability that a beta lies below a share: its density summed over sin²θ, where it has no pole."""
    angles = MIDDLES * np.pi / 2
    density = np.sin(angles) ** (2 * alpha - 1) * np.cos(angles) ** (2 * beta - 1)
    return density[np.sin(angles) ** 2 < share].sum() / density.sum()


SHARES = {
    "nobody of 100": ({"value": 0, "n": 100}, (0.5, 100.5)),
    "20 of 20": ({"value": 1, "n": 20}, (20.5, 0.5)),
    "nobody, uniform": ({"value": 0, "n": 100, "prior": "uniform"}, (1, 101)),
    "some, Jeffreys asked for": ({"value": 0.1, "n": 50, "prior": "jeffreys"}, (5.5, 45.5)),
    "some": ({"value": 0.1, "n": 50}, (5, 45)),
    "some, none asked for": ({"value": 0.1, "n": 50, "prior": "none"}, (5, 45)),
}


@pytest.mark.parametrize(("fields", "sizes"), SHARES.values(), ids=SHARES)
def test_a_share_and_its_patients(fields, sizes):
    share = parameter(unit="share", **fields)
    mean, sd = moments(*sizes)
    values = quantile(share, MIDDLES)
    assert values.mean() == pytest.approx(mean, rel=1e-3)
    assert values.std() == pytest.approx(sd, rel=1e-3)
    for level in (0.025, 0.5, 0.975):
        assert share_below(quantile(share, np.array([level]))[0], *sizes) == pytest.approx(level, abs=2e-4)


def test_a_row_with_nobody_in_it():
    row = parameter(counts={"home": 100, "op": 0})
    shares = drawn(DRAWS, seed=3).values({"after": row})
    mean, sd = moments(0.5, 100.5)
    assert shares["after.op"].mean() == pytest.approx(mean, abs=4 * sd / np.sqrt(DRAWS))
    assert shares["after.op"].std() == pytest.approx(sd, rel=0.05)
    assert shares["after.op"] + shares["after.home"] == pytest.approx(np.ones(DRAWS))
    low, high = np.quantile(shares["after.op"], [0.025, 0.975])
    assert share_below(low, 0.5, 100.5) == pytest.approx(0.025, abs=0.01)
    assert share_below(high, 0.5, 100.5) == pytest.approx(0.975, abs=0.01)


def test_every_destination_of_a_row_has_half_a_patient_more():
    row = parameter(counts={"home": 90, "bed": 10, "died": 0})
    shares = drawn(DRAWS, seed=3).values({"after": row})
    for name, seen in row.counts.items():
        mean, sd = moments(seen + 0.5, 101.5 - seen - 0.5)
        assert shares[f"after.{name}"].mean() == pytest.approx(mean, abs=4 * sd / np.sqrt(DRAWS))


def test_as_stated_is_as_stated():
    row = parameter(counts={"home": 90, "bed": 10, "died": 0})
    assert stated(2).values({"after": row}) == {}
    rows = at_levels([{}, {"after.died": 0.5}, {"after.home": 0.5}]).values({"after": row})
    assert [rows[f"after.{name}"][0] for name in row.counts] == [0.9, 0.1, 0.0]
    assert rows["after.died"][1] > 0
    assert sum(rows.values()) == pytest.approx(np.ones(3))


def test_the_only_other_destination_takes_the_rest():
    shares = dirichlet({"home": 20, "op": 0}, {"home": np.array([0.1, 0.9])}, prior=0.5)
    assert shares["op"] == pytest.approx(1 - shares["home"])
    assert (shares["op"] > 0).all()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 500), min_size=2, max_size=5), st.integers(0, 9))
def test_rows_that_somebody_took_everywhere_are_drawn_as_before(counts, seed):
    row = {f"to_{place}": float(count) for place, count in enumerate(counts)}
    ours = drawn(5, seed=seed).values({"after": parameter(counts=row)})
    levels = {name: drawn(5, seed=seed).level_of(f"after.{name}") for name in row}
    before = dirichlet(row, levels)
    assert all((ours[f"after.{name}"] == shares).all() for name, shares in before.items())


def test_no_prior_by_choice():
    assert not is_uncertain(parameter(counts={"home": 100, "op": 0}, prior="none"))
    assert not is_uncertain(parameter(value=0, n=100, unit="share", prior="none"))
    kept = drawn(50, seed=1).values({"after": parameter(counts={"home": 90, "bed": 10, "died": 0}, prior="none")})
    assert not kept["after.died"].any()
    assert kept["after.bed"].std() > 0


def test_named_among_what_is_drawn():
    after = {"after": parameter(counts={"home": 100, "op": 0}), "p": parameter(value=0, n=9, unit="share")}
    assert uncertain_names(after) == ("after.home", "after.op", "p")
    found = {each.name: each for each in uncertain_parameters(after)}
    assert list(found) == ["after.home", "after.op", "p"]
    assert found["after.op"].value == 0
    assert 0 < found["after.op"].low < found["after.op"].high < 0.03


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"counts": {"home": 100, "op": 0}}, "Dirichlet over 100 observed, with a Jeffreys prior: mean home 0.995, op 0.00495"),
        ({"counts": {"home": 9, "op": 0}, "prior": "uniform"}, "Dirichlet over 9 observed, with a uniform prior: mean home 0.909, op 0.0909"),
        ({"counts": {"home": 9, "op": 0}, "prior": "none"}, "Dirichlet over 9 observed, fixed where nobody was, by `prior: none`"),
        ({"counts": {"home": 9, "op": 1}}, "Dirichlet over 10 observed"),
        ({"value": 0, "n": 100, "unit": "share"}, "beta of 0 in 100, with a Jeffreys prior: mean 0.00495"),
        ({"value": 0.1, "n": 50, "unit": "share"}, "beta of 5 in 50"),
        ({"value": 3, "n": 50, "unit": "day"}, "n 50, which says no spread: not drawn"),
        ({"value": 3, "low": 3, "high": 3}, "95% interval 3 to 3, which is one number: not drawn"),
        ({"value": 3, "distribution": {"fixed": {}}}, "fixed, by choice"),
        ({"value": 3}, NOT_STATED),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)  # fmt: skip
def test_in_words(fields, words):
    assert stated_uncertainty(parameter(**fields)) == words


def knee(**fields):
    return Pathway.model_validate(
        {
            "pathway": "knee", "roles": {"acute": {"kind": "acute"}}, "start": "ward", "ends": ["home"],
            "settings": {"ward": {"role": "acute"}}, "routes": {"ward": {"home": "rest"}}, "parameters": {"p": fields},
        }
    )  # fmt: skip


def test_a_share_that_a_scenario_takes_away_is_gone_for_certain():
    """0 × a share of which 5 in 50 are known is 0, and not nobody of 50."""
    pathway, scenario = knee(value=0.1, n=50, unit="share"), Scenario(scenario="s", amends="knee")
    gone = scale_parameter(pathway, ScaleParameter(scale_parameter="p", by=0), scenario).pathway.parameters["p"]
    full = add_parameter(pathway, AddParameter(add_parameter="p", by=0.9), scenario).pathway.parameters["p"]
    half = scale_parameter(pathway, ScaleParameter(scale_parameter="p", by=0.5), scenario).pathway.parameters["p"]
    assert law_of(gone) is None
    assert law_of(full) is None
    assert law_of(half) is not None


@pytest.mark.parametrize(
    "fields",
    [
        {"value": 4, "low": 1, "high": 1e308},
        {"value": 4, "low": 1, "high": 1e308, "interval": "range"},
        {"value": 4, "se": 1e308},
        {"value": -4, "se": 1e308},
        {"value": 1e-200, "low": 1e-300, "high": 1, "unit": "day"},
        {"value": 0.5, "se": 1e-200, "unit": "share"},
        {"value": 4, "n": 10, "spread": {"gamma": {"sd": 1e308}}, "unit": "day"},
        {"value": 4, "n": 10, "spread": {"weibull": {"shape": 1e-4}}, "unit": "day"},
        {"value": 0.5, "n": 1e308, "unit": "share"},
        {"value": 0.5, "distribution": {"beta": {"alpha": 1e308, "beta": 1e308}}},
        {"value": 0.5, "distribution": {"beta": {"alpha": 1e-20, "beta": 1e-20}}},
        {"value": 1, "distribution": {"gamma": {"shape": 1e-20, "scale": 1e20}}},
        {"value": 1, "distribution": {"lognormal": {"meanlog": 1e9, "sdlog": 1}}},
        {"value": 1, "distribution": {"lognormal": {"mean": 1e-200, "sd": 1e200}}},
        {"value": 1, "distribution": {"normal": {"mean": 1, "sd": 1e308}}},
        {"value": 1, "distribution": {"uniform": {"low": -1e308, "high": 1e308}}},
    ],
    ids=str,
)
def test_no_law_beyond_numbers(fields):
    assert is_beyond_numbers(parameter(**fields))
    assert law_of(parameter(**fields)) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"value": 4, "low": 1e-9, "high": 1e9},
        {"value": 1e9, "se": 1e-3},
        {"value": 0.5, "n": 1e12, "unit": "share"},
        {"value": 0, "n": 1, "unit": "share"},
    ],
    ids=str,
)
def test_laws_that_can_be_worked_out(fields):
    assert not is_beyond_numbers(parameter(**fields))
    assert np.isfinite(quantile(parameter(**fields), np.array([0.001, 0.5, 0.999]))).all()

"""The models of models.py as matrices at every draw, worked out from their text beside the engine: for the peers.

Shares (K, D, V, V) and pounds a visit or cycle (K, D, V) of K scenarios at D draws; V settings, then ends.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from models import RELATIVE_SE, Given
from numpy.typing import NDArray

from pathway_cost.engine.draws.parameter_table import ParameterTable
from pathway_cost.specs.changes.revise import revise
from pathway_cost.specs.format.values import Fixed, Parameter
from pathway_cost.study.checked_study import LoadedStudy

Floats = NDArray[np.float64]
PEER = Path(__file__).with_name("cohort_peers.py")


class Matrices(NamedTuple):
    """shares (K, D, V, V), pounds (K, D, V)."""

    shares: Floats
    pounds: Floats

    def first(self, draws: int) -> Matrices:
        """The first draws only."""
        return Matrices(self.shares[:, :draws], self.pounds[:, :draws])


def drawn_values(loaded: LoadedStudy, table: ParameterTable) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Name → (D,) values of the baseline's parameters, and of the scenario's own versions of them."""
    (scenario,) = loaded.scenarios.values()
    pathways = loaded.pathway, revise(loaded.pathway, [scenario]).pathway
    before, after = (_values(pathway.parameters, table) for pathway in pathways)
    return before, after


def price_multipliers(pathway: Given, table: ParameterTable) -> dict[str, Floats]:
    """Key → (D,) what its price is multiplied by."""
    found = {key: table.multiplier("RXX", key, RELATIVE_SE) for key in pathway["unit_costs"]}
    return {key: np.ones(table.count) if by is None else by for key, by in found.items()}


def chain_matrices(pathway: Given, values: Sequence[Mapping[str, Floats]], price: Mapping[str, Floats]) -> Matrices:
    """The chain for group g0, and its scenario: s2's stay × 0.8, and one more use at s3."""
    before, after = values[0], {**values[1], "stay_s2": 0.8 * values[1]["stay_s2"]}
    pounds = [_pounds_of_visits(pathway, each, price) for each in (before, after)]
    pounds[1][:, 3] += price["visit.s1"]
    return Matrices(np.stack([_shares(pathway, each) for each in (before, after)]), np.stack(pounds))


def markov_matrices(pathway: Given, values: Sequence[Mapping[str, Floats]], price: Mapping[str, Floats]) -> Matrices:
    """A Markov model and its scenario, which changes parameters alone."""
    states, ends = list(pathway["settings"]), len(pathway["ends"])
    each = np.stack([*(price[f"care.{state}"] for state in states), *(0 * price[f"care.{states[0]}"],) * ends], axis=1)
    return Matrices(np.stack([_shares(pathway, one) for one in values]), np.stack([each, each]))


Answer = tuple[float, Floats]
"""Seconds, and (K, D) pounds."""


def heormodel(python: str, matrices: Matrices, *, named: bool, **more: Any) -> Answer:
    """heormodel's MarkovModel on the same matrices, in a process of its own; see cohort_peers.py."""
    with tempfile.TemporaryDirectory() as folder:
        given, answers = f"{folder}/given.npz", f"{folder}/answers.npz"
        usual = {"rate": 0.0, "cycle_years": 1.0, "correction": "none"}
        np.savez(given, **matrices._asdict(), named=named, **(usual | more))
        command = [python, str(PEER), given, answers]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        return told["seconds"], np.load(answers)["gbp"]


def both_ways(python: str, matrices: Matrices, **more: Any) -> dict[str, Callable[[], Answer]]:
    """heormodel reading a row of a frame, and with its matrices handed over; nothing without an interpreter."""
    if not python:
        return {}
    return {
        "heormodel": partial(heormodel, python, matrices, named=True, **more),
        "heormodel, ready-made matrices": partial(heormodel, python, matrices, named=False, **more),
    }


def interleaved(
    ours: Mapping[str, Callable[[], object]], theirs: Mapping[str, Callable[[], Answer]], wanted: Floats, *, rounds: int
) -> dict[str, list[float]]:
    """Seconds of each job, every job once a round, after one round that does not count.

    Their pounds must agree with (K, D) `wanted` at every draw, theirs being the first of ours.
    """
    seconds: dict[str, list[float]] = {name: [] for name in (*ours, *theirs)}
    for turn in range(rounds + 1):
        for name, job in ours.items():
            start = time.perf_counter()
            job()
            seconds[name].append(time.perf_counter() - start)
        for name, peer in theirs.items():
            taken, gbp = peer()
            assert np.allclose(gbp, wanted[:, : gbp.shape[1]], rtol=1e-9), f"{name} disagrees"
            seconds[name].append(taken)
        if turn == 0:
            seconds = {name: [] for name in seconds}
    return seconds


def _values(parameters: Mapping[str, Parameter], table: ParameterTable) -> dict[str, Floats]:
    """Drawn, or as stated where a parameter is a plain number that does not vary."""
    plain = {name: each.value.number for name, each in parameters.items() if isinstance(each.value, Fixed)}
    return {name: np.full(table.count, number) for name, number in plain.items()} | table.values(parameters)


def _pounds_of_visits(pathway: Given, values: Mapping[str, Floats], price: Mapping[str, Floats]) -> Floats:
    names = list(pathway["settings"])
    visits = [price[f"visit.{name}"] + price[f"day.{name}"] * values[f"stay_{name}"] for name in names]
    return np.stack([*visits, *(np.zeros_like(visits[0]),) * len(pathway["ends"])], axis=1)


def _shares(pathway: Given, values: Mapping[str, Floats]) -> Floats:
    """(D, V, V), ends staying where they are."""
    nodes = [*pathway["settings"], *pathway["ends"]]
    draws = len(next(iter(values.values())))
    shares = np.zeros((draws, len(nodes), len(nodes)))
    for origin, routes in pathway["routes"].items():
        row = shares[:, nodes.index(origin)]
        for goal, given in routes.items():
            if given != "rest":
                row[:, nodes.index(goal)] = _share(given, values)
        rest = next(goal for goal, given in routes.items() if given == "rest")
        row[:, nodes.index(rest)] = 1.0 - row.sum(axis=1)
    for end in range(len(pathway["settings"]), len(nodes)):
        shares[:, end, end] = 1.0
    return shares


def _share(given: Any, values: Mapping[str, Floats]) -> Floats | float:
    """A number, a parameter, a product of two, or what the first group has."""
    if isinstance(given, str):
        return values[given]
    if isinstance(given, dict) and "formula" in given:
        one, other = given["formula"].split(" * ")
        return values[one] * values[other]
    return float(given["values"]["g0"] if isinstance(given, dict) else given)

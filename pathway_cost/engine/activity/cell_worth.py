"""Pounds a cell of the kernel is worth, so that a patient's expected pounds need no array of patients × uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.model import Model, Term
from pathway_cost.engine.values import Bases

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Coefficients:
    """Pounds by base (A,): per patient, per unit of a kernel cell, per unit of a term in which patients differ."""

    constant: Floats
    cells: Mapping[int, Floats]
    terms: Mapping[tuple[int, int], Floats]

    def cost(
        self, activity: Mapping[int, Floats], used: Mapping[tuple[int, int], Floats], position: Integers
    ) -> Floats:
        """(n,) expected £ of patients at these positions among the bases."""
        cost = self.constant[position]
        for cell, pounds in self.cells.items():
            cost += activity[cell] * pounds[position]
        for term, pounds in self.terms.items():
            cost += used[term] * pounds[position]
        return cost


def coefficients_of(model: Model, bases: Bases, price: Floats) -> Coefficients:
    """Pounds a unit (U, A) by line and base → pounds by cell of the kernel, and by term in which patients differ."""
    constant = np.zeros(bases.lanes.count)
    cells: dict[int, Floats] = {}
    terms: dict[tuple[int, int], Floats] = {}
    for number, line in enumerate(model.lines):
        for position, term in enumerate(line.terms):
            pounds = bases.factors[number, position] * price[number]
            if not pounds.any():
                continue
            if term.own:
                terms[number, position] = pounds
            elif term.activity == "patient":
                constant = constant + pounds
            else:
                cell, each = _activity(model, bases, term)
                cells[cell] = cells.get(cell, 0.0) + pounds * each
    return Coefficients(constant, cells, terms)


def cell_of(model: Model, term: Term) -> int:
    """The kernel's cell of a node, or of an edge that is followed."""
    if term.activity == "node":
        return int(model.program.visits[term.number])
    return int(model.program.moved[model.followed.index(term.number)])


def _activity(model: Model, bases: Bases, term: Term) -> tuple[int, Floats]:
    """The cell behind an activity, and how much of the activity one unit of it is."""
    if term.activity == "node" or term.number in model.followed:
        return cell_of(model, term), np.ones(1)
    origin = model.graph.edges[term.number].origin
    return int(model.program.visits[origin]), bases.table[term.number]

"""What is the same for all patients of a base: shares, start, and the factors of every use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.model.compile import Model, Term
from pathway_cost.engine.values.evaluator import Evaluator, evaluated
from pathway_cost.engine.values.rows import Rows, segments_text
from pathway_cost.engine.values.shares import ShareChecks
from pathway_cost.errors import Problem, Where
from pathway_cost.tables.cohort.segments import Segments

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bases:
    """A bases that an arm holds, in the order of `rows.base`.

    `table` is (I, A): shares by edge, then start shares by node; not a number where each patient has their own.
    `factors` is (A,) by (line, term): the product of the factors that all patients of a base share.
    """

    rows: Rows
    table: Floats
    factors: Mapping[tuple[int, int], Floats]


def evaluated_bases(model: Model, rows: Rows, segments: Segments, faults: list[Problem]) -> Bases:
    """Evaluate what a base says; every fault goes to `faults`."""
    evaluator = Evaluator(model.pathway.parameters, rows)
    checks = ShareChecks(evaluator, segments, faults)
    edges, nodes = len(model.graph.edges), len(model.graph.nodes)
    table = np.zeros((edges + nodes, rows.count))
    table[:edges] = np.nan
    for setting in range(len(model.graph.settings)):
        if setting not in model.own_settings:
            for edge, share in checks.out_of(model, setting).items():
                table[edge] = share
    if not model.own_start:
        for node, share in start_shares(model, checks).items():
            table[edges + node] = share
    factors = {
        (number, position): _shared_factors(term, evaluator, segments, faults) * level_mask(line.only, rows)
        for number, line in enumerate(model.lines)
        for position, term in enumerate(line.terms)
    }
    return Bases(rows, table, factors)


def start_shares(model: Model, checks: ShareChecks) -> dict[int, Floats]:
    """Node → (R,) or (1,) share of the patients who start there."""
    column = model.pathway.start.column
    if column is None:
        return checks.closed(model.starts, "of the start", "start")
    rows = checks.evaluator.rows
    shares: dict[int, Floats] = {}
    for code, level in enumerate(rows.levels[column]):
        here = rows.codes[column] == code
        if level in model.graph.number:
            shares[model.graph.number[level]] = here.astype(np.float64)
        elif here.any():
            whom = segments_text(checks.segments, rows.base[here])
            what = f"the level {level!r} of {column} is no setting to start at ({whom})"
            checks.faults.append(Problem("start_is_no_setting", what, Where(item="start.column")))
    return shares


def _shared_factors(term: Term, evaluator: Evaluator, segments: Segments, faults: list[Problem]) -> Floats:
    product = np.ones(1)
    for factor in term.factors:
        if not factor.own:
            product = product * evaluated(
                evaluator, factor.value, factor.item, segments=segments, faults=faults, negative=False
            )
    return product


def level_mask(only: Mapping[str, tuple[str, ...]], rows: Rows) -> Floats:
    """(A,) 1 for the bases whose levels are listed, 0 for the others."""
    mask = np.ones(rows.count)
    for attribute, levels in only.items():
        listed = np.array([level in levels for level in rows.levels[attribute]])
        mask *= listed[rows.codes[attribute]]
    return mask

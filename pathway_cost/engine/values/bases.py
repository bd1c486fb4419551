"""What is the same for all patients of a base (alike in every level): shares, start, and the factors of every use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.model import Model, Term
from pathway_cost.engine.values.evaluator import ValueEvaluator
from pathway_cost.engine.values.lanes import Lanes, segments_text
from pathway_cost.engine.values.reader import Reader
from pathway_cost.errors import Problem, Where
from pathway_cost.tables.cohort.segments import Segments

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bases:
    """What the patients of each of A bases share, in the order of `lanes.base`.

    `table` is (I, A): shares by edge, then start shares by node; not a number where each patient has their own.
    `factors` is (A,) by (line, term): the product of the factors that all patients of a base share.
    """

    lanes: Lanes
    table: Floats
    factors: Mapping[tuple[int, int], Floats]


def evaluated_bases(model: Model, lanes: Lanes, segments: Segments) -> tuple[Bases, list[Problem]]:
    """A model and one lane a base → what the patients of each base share, and every fault found in it."""
    reader = Reader(ValueEvaluator(model.pathway.parameters, lanes), segments)
    edges, nodes = len(model.graph.edges), len(model.graph.nodes)
    table = np.zeros((edges + nodes, lanes.count))
    table[:edges] = np.nan
    for setting in range(len(model.graph.settings)):
        if setting not in model.own_settings:
            for edge, share in reader.out_of(model, setting).items():
                table[edge] = share
    if not model.own_start:
        for node, share in start_shares(model, reader).items():
            table[edges + node] = share
    factors = {
        (number, position): product_of_factors(term, reader, own=False) * level_mask(line.only, lanes)
        for number, line in enumerate(model.lines)
        for position, term in enumerate(line.terms)
    }
    return Bases(lanes, table, factors), reader.faults


def start_shares(model: Model, reader: Reader) -> dict[int, Floats]:
    """Node → (R,) or (1,) share of the patients who start there."""
    column = model.pathway.start.column
    if column is None:
        return reader.closed(model.starts, "of the start", "start")
    lanes = reader.evaluator.lanes
    shares: dict[int, Floats] = {}
    for code, level in enumerate(lanes.levels[column]):
        here = lanes.codes[column] == code
        if level in model.graph.number:
            shares[model.graph.number[level]] = here.astype(np.float64)
        elif here.any():
            whom = segments_text(reader.segments, lanes.base[here])
            what = f"the level {level!r} of {column} is no setting to start at ({whom})"
            reader.faults.append(Problem("start_is_no_setting", what, Where(item="start.column")))
    return shares


def product_of_factors(term: Term, reader: Reader, *, own: bool) -> Floats:
    """(R,) or (1,) the product of those of a term's factors in which patients of a base differ (`own`), or of the others."""
    product = np.ones(1)
    for factor in term.factors:
        if factor.own == own:
            product = product * reader.number(factor.value, factor.item, negative=False)
    return product


def level_mask(only: Mapping[str, tuple[str, ...]], lanes: Lanes) -> Floats:
    """(R,) 1 for the lanes whose levels are listed, 0 for the others."""
    mask = np.ones(lanes.count)
    for attribute, levels in only.items():
        listed = np.array([level in levels for level in lanes.levels[attribute]])
        mask *= listed[lanes.codes[attribute]]
    return mask

"""Which patients of one result are which of another: arms paired, segment by segment (R19).

Of the scenarios that both results know, a patient follows the same ones in both; about the others they are independent,
so an arm of one side is split over the arms it may meet by their shares of the segment (the baseline's one arm, over all
arms of the scenario).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.results.compared.bridge_keys import (
    Floats,
    Integers,
    Words,
    categorical,
    either,
    found_at,
    grouped,
    matches,
    numbers,
    words_of,
)
from pathway_cost.results.costed.costed import CostedPathway


class _Arms(NamedTuple):
    """n arms of segments: who is in each, and which of the scenarios known to both results they follow."""

    segment: Integers
    arm: Words
    follows: Words
    patients: Floats
    part: Floats
    """Of the segment's patients who follow those scenarios."""


def paired_arms(before: CostedPathway, after: CostedPathway) -> pd.DataFrame:
    """Segment × arm before × arm after, in order, with the patients w0 and w1; an arm without a counterpart stands alone."""
    shared = _scenarios(before) & _scenarios(after)
    first, second = _arms(before, shared), _arms(after, shared)
    here, there = _met(first, second)
    w0 = _patients(first, here, np.nan_to_num(found_at(second.part, there), nan=1.0))
    w1 = _patients(second, there, np.nan_to_num(found_at(first.part, here), nan=1.0))
    segment = either((first.segment, second.segment), (here, there))
    arms = [_or_none(each.arm, rows) for each, rows in ((first, here), (second, there))]
    order = np.argsort(numbers([segment, *arms])[0], kind="stable")
    order = order[(w0[order] > 0) | (w1[order] > 0)]
    names = [categorical(each.codes[order], each.words) for each in arms]
    return pd.DataFrame(
        {terms.SEGMENT: segment[order], "arm0": names[0], "arm1": names[1], "w0": w0[order], "w1": w1[order]}
    )


def _scenarios(costed: CostedPathway) -> frozenset[str]:
    return frozenset(scenario for arm in costed.arms for scenario in arm.scenarios)


def _arms(costed: CostedPathway, shared: frozenset[str]) -> _Arms:
    weights = costed.weights[costed.weights["share"] > 0]
    segment, arm = weights[terms.SEGMENT].to_numpy(), words_of(weights[terms.ARM])
    followed = {each.name: "+".join(sorted(shared.intersection(each.scenarios))) for each in costed.arms}
    follows = Words(tuple(followed.get(name, "") for name in arm.words), arm.codes)
    share, groups = weights["share"].to_numpy(np.float64), grouped(segment, follows)
    patients = weights[terms.PATIENTS].to_numpy(np.float64)
    return _Arms(segment, arm, follows, patients, share / groups.summed(share)[groups.of])


def _met(first: _Arms, second: _Arms) -> tuple[Integers, Integers]:
    """Every pair of arms whose patients follow the same shared scenarios, as rows of both; −1 for an arm that meets none."""
    one, other = numbers((first.segment, first.follows), (second.segment, second.follows))
    here, there = matches(one, other)
    alone = np.flatnonzero(~np.isin(one, other)), np.flatnonzero(~np.isin(other, one))
    nobody = [np.full(len(each), -1) for each in alone]
    return np.concatenate([here, alone[0], nobody[1]]), np.concatenate([there, nobody[0], alone[1]])


def _patients(arms: _Arms, rows: Integers, part: Floats) -> Floats:
    """Of each of these arms, the patients who meet this part of the other side; none at row −1."""
    return np.nan_to_num(found_at(arms.patients, rows) * part)


def _or_none(arm: Words, rows: Integers) -> Words:
    """The names of some arms, "" at row −1."""
    return Words((*arm.words, ""), np.append(arm.codes, len(arm.words))[rows])

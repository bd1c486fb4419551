"""Two results side by side, line by line, as the bridge needs them (R19).

Every use of either side becomes one line for each pair of arms that meet, and what a side cannot know it borrows: without
visits, the other's quantity, price and organisation; without the use, its price.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.results.compared.bridge import SIDES
from pathway_cost.results.compared.bridge_arms import paired_arms
from pathway_cost.results.compared.bridge_keys import (
    Floats,
    Integers,
    Words,
    categorical,
    either,
    found_at,
    in_shared_words,
    matches,
    numbers,
    places,
    words_of,
)
from pathway_cost.results.compared.bridge_prices import Borne, as_listed, as_paid
from pathway_cost.results.compared.bridge_uses import (
    STANDS,
    Passed,
    Uses,
    at_sites,
    averages_of,
    once_a_patient,
    passing,
    uses_of,
    way_of,
)
from pathway_cost.results.costed.costed import CostedPathway

LINE: Final = (terms.SEGMENT, "arm0", "arm1", terms.SETTING, terms.USE)


class _Lines(NamedTuple):
    """n lines: segment × pair of arms × setting × use, in order. Of every pair, the first is of the side before."""

    segment: Integers
    arms: tuple[Words, Words]
    setting: Words
    use: Words
    patients: tuple[Floats, Floats]
    uses: tuple[Uses, Uses]
    rows: tuple[Integers, Integers]
    """Which of each side's uses a line is of; −1 where the side has none."""


class _Side(NamedTuple):
    """What one result says of n lines: patients, visits a patient, quantity a visit, price, and whose at which key."""

    w: Floats
    v: Floats
    q: Floats
    p: Floats
    key: Integers
    who: Integers


def bridge_lines(before: CostedPathway, after: CostedPathway) -> pd.DataFrame:
    """Two results as one frame: a row a segment × pair of arms × setting × use, with `w0 w1 v0 v1 q0 q1 p0 p_old p1`."""
    results = before, after
    lines = _lines(paired_arms(before, after), *_in_the_same_words(*map(uses_of, results)))
    once = at_sites(lines.setting, lines.use, [site for each in results for site in once_a_patient(each)])
    first, second = (_side(each, lines, number, once) for number, each in enumerate(results))
    first, second = _borrowed(first, second), _borrowed(second, first)
    borne = _borne(lines, first, second)
    old = as_listed(borne, before) if before.model is not None else as_paid(borne, before, after)
    figures = first.w, second.w, first.v, second.v, first.q, second.q, first.p, old, second.p
    words = dict(zip(LINE[1:], (*lines.arms, lines.setting, lines.use), strict=True))
    labels = {name: categorical(each.codes, each.words) for name, each in words.items()}
    return pd.DataFrame({terms.SEGMENT: lines.segment, **labels, **dict(zip(SIDES, figures, strict=True))})


# --- lines ---------------------------------------------------------------------------------------------------------
def _in_the_same_words(before: Uses, after: Uses) -> tuple[Uses, Uses]:
    """The uses of both sides, with their labels coded alike."""
    shared = {name: in_shared_words([before.labels[name], after.labels[name]]) for name in before.labels}
    first, second = (
        each.but({name: both[side] for name, both in shared.items()}) for side, each in enumerate((before, after))
    )
    return first, second


def _lines(pairs: pd.DataFrame, before: Uses, after: Uses) -> _Lines:
    """The uses of both sides, repeated for each pair that their arm is in, and put beside one another."""
    segment, arm0, arm1 = pairs[terms.SEGMENT].to_numpy(), words_of(pairs["arm0"]), words_of(pairs["arm1"])
    pair0, row0 = matches(*numbers((segment, arm0), before.columns(*STANDS[:2])))
    pair1, row1 = matches(*numbers((segment, arm1), after.columns(*STANDS[:2])))
    uses = before.taken(row0), after.taken(row1)
    stands = numbers((pair0, *uses[0].columns(*STANDS[2:])), (pair1, *uses[1].columns(*STANDS[2:])))
    every = np.union1d(*stands)
    rows = places(stands[0], every), places(stands[1], every)
    pair = either((pair0, pair1), rows)
    labels = [(uses[0].labels[name], uses[1].labels[name]) for name in STANDS[2:]]
    setting, use = (Words(one.words, either((one.codes, other.codes), rows)) for one, other in labels)
    return _Lines(
        segment=segment[pair],
        arms=(arm0.taken(pair), arm1.taken(pair)),
        setting=setting,
        use=use,
        patients=(pairs["w0"].to_numpy()[pair], pairs["w1"].to_numpy()[pair]),
        uses=uses,
        rows=rows,
    )


# --- the two sides -------------------------------------------------------------------------------------------------
def _side(costed: CostedPathway, lines: _Lines, number: int, once: NDArray[np.bool_]) -> _Side:
    """What a result says of the lines; where it lacks a use, the visits of its setting or route, and nothing used there."""
    uses, rows, arm = lines.uses[number], lines.rows[number], lines.arms[number]
    v, q, p = (found_at(figure, rows) for figure in averages_of(uses, costed))
    lacks = np.flatnonzero(rows < 0)
    if len(lacks):
        words = (each.taken(lacks) for each in (arm, lines.setting, way_of(lines.use)))
        found = passing(costed, Passed(lines.segment[lacks], *words))
        v[lacks] = np.where(once[lacks] & np.isfinite(found), 1.0, np.nan_to_num(found))
        q[lacks] = np.where(v[lacks] > 0, 0.0, np.nan)
    key, who = (np.append(uses.labels[name].codes, -1)[rows] for name in (terms.UNIT_COST, terms.ORGANISATION))
    return _Side(lines.patients[number], v, q, p, key, who)


def _borrowed(own: _Side, other: _Side) -> _Side:
    """One side, with what it cannot know taken from the other: visits, quantity, then price, unit cost and organisation."""
    visits_known = own.w > 0
    quantity_known = visits_known & (own.v > 0)
    price_known = quantity_known & (own.q != 0) & (own.key >= 0)
    known = visits_known, quantity_known, price_known, price_known, price_known
    v, q, p, key, who = (np.where(rows, *both) for rows, *both in zip(known, own[1:], other[1:], strict=True))
    v, q, p = (np.where(np.isnan(each), 0.0, each) for each in (v, q, p))
    return _Side(own.w, v, q, p, key, who)


def _borne(lines: _Lines, first: _Side, second: _Side) -> Borne:
    """The lines as their old prices are asked for."""
    keys, whos = (lines.uses[0].labels[name].words for name in (terms.UNIT_COST, terms.ORGANISATION))
    key, who0, who1 = Words(keys, first.key), Words(whos, first.who), Words(whos, second.who)
    return Borne(lines.segment, *lines.arms, lines.setting, lines.use, key, who0, who1, first.p)

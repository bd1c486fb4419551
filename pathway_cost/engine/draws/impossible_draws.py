"""Draws whose shares cannot be: which they are, other draws in their place, and what to say of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.draws.at_draws import AtDraws, Recoster
from pathway_cost.engine.draws.draw_sums import Sums, with_periods
from pathway_cost.engine.draws.parameter_table import ParameterTable
from pathway_cost.errors import EngineFaults, Problem, Where
from pathway_cost.specs.format import Pathway, Stated, names_read, rests_on, values_of

Floats = NDArray[np.float64]

MOST_REDRAWS: Final = 100  # times bad draws are replaced before the parameters are at fault
SHOWN: Final = 4  # parameters named in one message


def impossible(found: AtDraws, count: int) -> NDArray[np.bool_]:
    """(D,) rows with shares below 0 or above 1 in any scenario."""
    return np.asarray(np.any([np.zeros(count, dtype=np.bool_), *found.wrong.values()], axis=0))


def redrawn(recoster: Recoster, table: ParameterTable, found: AtDraws) -> tuple[ParameterTable, AtDraws]:
    """The draws with bad ones replaced until none is left.

    Raises:
        EngineFaults: there are still bad ones after many rounds.
    """
    for _ in range(MOST_REDRAWS):
        bad = impossible(found, table.count)
        if not bad.any():
            return table, found
        table = table.redrawn(bad)
        found = _spliced(found, bad, recoster.at(table.rows(np.flatnonzero(bad))))
    raise EngineFaults(draws_exceed_one(found, table, recoster.pathways))


def _spliced(before: AtDraws, bad: NDArray[np.bool_], new: AtDraws) -> AtDraws:
    """Every figure with the bad draws' replaced."""

    def put(old: Floats, replaced: Floats) -> Floats:
        periods = max(len(old), len(replaced)) if old.ndim > 1 else 0
        if old.ndim > 1:
            old, replaced = (with_periods(each, periods) for each in (old, replaced))
        spliced = old.copy()
        spliced[..., bad] = replaced
        return spliced

    def sums(old: Sums, other: Sums) -> Sums:
        by = {
            cut: {
                name: put(old.by[cut].get(name, np.zeros(len(bad))), other.by[cut].get(name, np.zeros(int(bad.sum()))))
                for name in dict.fromkeys([*old.by[cut], *other.by[cut]])
            }
            for cut in old.by
        }
        return Sums(
            old.patients, put(old.gbp, other.gbp), put(old.present, other.present), by, put(old.periods, other.periods)
        )

    wrong = {item: np.zeros(len(bad), dtype=np.bool_) for item in new.wrong}
    for item, rows in new.wrong.items():
        wrong[item][bad] = rows
    return AtDraws({name: sums(each, new.sums[name]) for name, each in before.sums.items()}, wrong)


def draws_exceed_one(found: AtDraws, table: ParameterTable, pathways: Sequence[Pathway]) -> list[Problem]:
    """One fault a place: which parameters, and in how many draws."""
    return [
        Problem(
            "draws_exceed_one",
            f"the shares exceed 1 (or fall below 0) in {int(rows.sum()):,} of {table.count:,} draws"
            + _because(item, table, pathways),
            Where(item=item),
            remedy="state shares that belong together as `counts:`, narrow them, or say `excess_shares: redraw` or "
            "`renormalise` under `uncertainty:`",
        )
        for item, rows in found.wrong.items()
        if rows.any()
    ]


def _because(item: str, table: ParameterTable, pathways: Sequence[Pathway]) -> str:
    """The drawn parameters that the shares there rest on, in any scenario."""
    names: set[str] = set()
    for pathway in pathways:
        read = frozenset[str]().union(
            *(names_read(each.value) for each in values_of(pathway) if _stands_at(each, item))
        )
        names |= rests_on(pathway, read) & table.values(pathway.parameters).keys()
    shown = sorted(names)
    more = f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
    return f"; drawn there: {', '.join(shown[:SHOWN])}{more}" if shown else ""


def _stands_at(stated: Stated, item: str) -> bool:
    return stated.kind in ("share", "start") and f"{stated.item}.".startswith(f"{item}.")

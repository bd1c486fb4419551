"""Pathways to walk through, from a few words: what the tests of the walk share."""

from __future__ import annotations

import math

import numpy as np

from pathway_cost.engine.values.stay_laws import FIXED, Stays
from pathway_cost.engine.walk.walk_random import key_of
from pathway_cost.engine.walk.walk_tables import AT_START, Walkers, WalkTables, tabulate

FIELDS = {"stay": (FIXED, 0.0, 0.0), "wait": (FIXED, 0.0, 0.0)}


def pathway(settings, ends, edges, *, lanes=1, seed=1, start=None, **given):
    """Tables of a pathway whose lanes are all alike.

    settings: {name: {cycle: bool, periods, spells, entry, day, per_cycle}}; pounds may be functions of (lane, period, spell).
    edges: (origin, target, share, {stay, wait, gbp, wait_day}) in any order; stays and waits are (law, mean, sd).
    """
    names = [*settings, *ends]
    count, facts = len(settings), list(settings.values())
    edges = sorted(edges, key=lambda edge: names.index(edge[0]))
    origin = np.array([names.index(edge[0]) for edge in edges])
    periods = np.array([fact.get("periods", 1) for fact in facts])
    spells = np.array([fact.get("spells", 1) for fact in facts])
    cells = lanes * periods * spells
    ways = np.bincount(origin, minlength=count)
    (stays, waits), quantiles = tabulate(*(stays_of(edges, name, lanes) for name in FIELDS))
    starts = np.zeros((lanes, len(names)))
    starts[:, names.index(start or names[0])] = 1.0
    plain = {
        "seed": np.uint64(seed),
        "horizon": math.inf,
        "clock_step": math.inf,
        "cycle_days": math.nan,
        "counting": AT_START,
        "settings": count,
        "nodes": len(names),
        "setting_key": np.array([key_of(name) for name in settings], dtype=np.uint64),
        "first_edge": np.concatenate([[0], np.cumsum(ways)]),
        "target": np.array([names.index(edge[1]) for edge in edges]),
        "is_cycle": np.array([fact.get("cycle", False) for fact in facts]),
        "passing": np.array([fact.get("passing", False) for fact in facts]),
        "periods": periods,
        "spells": spells,
        "offset": np.cumsum(cells) - cells,
        "edge_offset": np.cumsum(cells * ways) - cells * ways,
        "cumulative": by_edge(edges, settings, lanes, shares_of),
        "entry_gbp": by_cell(settings, lanes, "entry"),
        "day_gbp": by_cell(settings, lanes, "day"),
        "cycle_gbp": by_cell(settings, lanes, "per_cycle"),
        "edge_gbp": by_edge(edges, settings, lanes, lambda out, *at: [at_cell(e[3].get("gbp", 0.0), *at) for e in out]),
        "wait_day_gbp": by_edge(
            edges, settings, lanes, lambda out, *at: [at_cell(e[3].get("wait_day", 0.0), *at) for e in out]
        ),
        "end_gbp": np.zeros((lanes, len(ends))),
        "start_gbp": np.zeros(lanes),
        "start_cumulative": np.cumsum(starts, axis=1),
        "stay_mean": stays[0].reshape(lanes, -1),
        "stay_table": stays[1].reshape(lanes, -1),
        "wait_mean": waits[0].reshape(lanes, -1),
        "wait_table": waits[1].reshape(lanes, -1),
        "quantiles": quantiles,
        "discount_cumulative": np.empty(0),
        "discount_factor": np.empty(0),
    }
    return WalkTables(**{**plain, **given})


def stays_of(edges, name, lanes):
    """Of every lane and edge."""
    law, mean, sd = zip(*([edge[3].get(name, FIELDS[name]) for edge in edges] * lanes), strict=True)
    return Stays(np.array(law), np.array(mean, dtype=float), np.array(sd, dtype=float), np.full(len(law), -1))


def at_cell(value, *at):
    """A number, or what depends on lane, period and spell."""
    return float(value(*at)) if callable(value) else float(value)


def cells_of(fact, lanes):
    """(lane, period, spell) of a setting's cells, in order."""
    return [
        (r, p, c) for r in range(lanes) for p in range(fact.get("periods", 1)) for c in range(fact.get("spells", 1))
    ]


def by_cell(settings, lanes, name):
    """(X,)"""
    return np.array([at_cell(f.get(name, 0.0), *at) for f in settings.values() for at in cells_of(f, lanes)])


def by_edge(edges, settings, lanes, values):
    """(Y,)"""
    out = {name: [edge for edge in edges if edge[0] == name] for name in settings}
    found = [values(out[name], *at) for name, fact in settings.items() for at in cells_of(fact, lanes)]
    return np.array([value for block in found for value in block])


def shares_of(out, *at):
    """Cumulative, the last exactly 1."""
    shares = np.cumsum([at_cell(edge[2], *at) for edge in out])
    return [*(shares[:-1] / shares[-1]), 1.0]


def walkers(count, lanes=1, first=0):
    """Numbered patients, lanes in turn."""
    number = np.arange(first, first + count)
    return Walkers(number % lanes, number.astype(np.uint64))


def discounting(days, rate):
    """(cumulative, factor) of e^(−rate t) to this many days."""
    day = np.arange(days + 2.0)
    return -np.expm1(-rate * day) / rate, np.exp(-rate * day)

"""A toy chain of yearly cycles, and what is read from a result in time."""

from __future__ import annotations

from pathway_cost.engine.model.discounting import Discounting
from pathway_cost.engine.model.timing import Timing
from tests.engine.toy import cost

YEAR = 365.0
MONTH = 365 / 12


def years(number, /, **more):
    """A horizon of whole years."""
    return Timing(horizon_days=number * YEAR, **more)


def days(number, /, **more):
    return Timing(horizon_days=float(number), **more)


def flat(rate, when="exact"):
    return Discounting(((0.0, rate),), when)


def chain(**more):
    """Everybody starts well; a fifth of the well die each year; £100 for every year counted."""
    setting = {"role": "acute", "stay": "cycle", "uses": [{"unit_cost": "year", "per": "cycle"}]}
    return {
        "cycle": "year",
        "start": {"well": 1},
        "settings": {"well": setting},
        "routes": {"well": {"well": "rest", "died": 0.2}},
        "ends": ["died"],
    } | more


def beside_days(**more):
    """The chain, whose dead spend a day in a mortuary: not all time passes in cycles."""
    given = chain(**more)
    return given | {
        "settings": given["settings"] | {"mortuary": {"stay": 1}},
        "routes": {"well": {"well": "rest", "mortuary": 0.2}, "mortuary": {"died": 1}},
    }


def three_states(*uses, on_route=(), at_end=()):
    """Well 0.5, 0.3 fall ill, 0.2 die; ill 0.6, 0.4 die. Well 1, 0.5, 0.25, 0.125; ill 0, 0.3, 0.33, 0.273."""
    return {
        "cycle": "year",
        "start": {"well": 1},
        "settings": {"well": {"stay": "cycle"}, "ill": {"role": "acute", "stay": "cycle", "uses": list(uses)}},
        "routes": {
            "well": {"well": "rest", "ill": {"share": 0.3, "uses": list(on_route)}, "died": 0.2},
            "ill": {"ill": "rest", "died": 0.4},
        },
        "ends": {"died": {"role": "acute", "uses": list(at_end)}},
    }


def quantity(evaluation, key):
    """Units of a key, or of `count:<name>`."""
    return evaluation.cube.quantities("unit_cost").set_index("unit_cost")["quantity"].get(key, 0.0)


def pounds(pathway, timing, prices, cohort=1, **more):
    """(undiscounted, discounted) pounds."""
    frame = cost(pathway, cohort, prices, timing=timing, **more).cube.frame
    return frame["gbp"].sum(), frame.get("present_value_gbp", frame["gbp"]).sum()


def presence(evaluation, measure="days_present"):
    """Setting or end → (period,) days present there, or visits."""
    frame = evaluation.presence.astype({"setting": "str"})
    return {name: rows.sort_values("period")[measure].tolist() for name, rows in frame.groupby("setting")}

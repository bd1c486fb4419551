"""The pounds over time: what falls in each period, and how far a scenario has moved from the first so far."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.cube import Cube, counted
from pathway_cost.results.costed.costed import CostedPathway

Floats = NDArray[np.float64]

KEYS = ("scenario", terms.PERIOD, "from_day", "to_day")
MEASURES = (terms.GBP, terms.PRESENT_VALUE_GBP)
OF = "of"
THESE_STARTERS = "these starters only"
"""Of an intake: nobody who started before the study is in its pounds, so that no period is an organisation's."""
PERCENTILES: Mapping[str, float] = {"p2_5": 2.5, "p25": 25, "p50": 50, "p75": 75, "p97_5": 97.5}


def profile(costed: Mapping[str, CostedPathway]) -> pd.DataFrame:
    """Scenario × period × setting or end: visits, patients_present (on average), gbp, present_value_gbp."""
    return _stacked({name: _by_setting(each) for name, each in _over_time(costed).items()}, costed)


def profile_by_organisation(costed: Mapping[str, CostedPathway]) -> pd.DataFrame:
    """Scenario × period × organisation: gbp, present_value_gbp."""
    return _stacked({name: _by_organisation(each) for name, each in _over_time(costed).items()}, costed)


def change_so_far(costed: Mapping[str, CostedPathway], drawn: Mapping[str, Floats] | None = None) -> pd.DataFrame:
    """Scenario × period: the change from the first scenario since the start, in the headline's pounds.

    Args:
        costed: scenario → result; where nobody is followed through time the frame is empty.
        drawn: scenario → (P, D) pounds by period at the same draws; without it only the mean is told.

    Returns:
        scenario (all but the first), period, from_day, to_day, mean, p2_5, p25, p50, p75, p97_5.
    """
    over_time = _over_time(costed)
    if not over_time:
        return pd.DataFrame()
    first, *others = over_time
    by_period = drawn or {name: _by_period(each.cube)[:, None] for name, each in over_time.items()}
    fans = {name: _fan(by_period[first], by_period[name], several=drawn is not None) for name in others}
    return _stacked(fans, costed)


def _over_time(costed: Mapping[str, CostedPathway]) -> dict[str, CostedPathway]:
    return {name: each for name, each in costed.items() if each.cube.periods is not None}


def _by_setting(costed: CostedPathway) -> pd.DataFrame:
    """Who is there, and what it costs; of measured costs only what is known."""
    columns, text = [terms.PERIOD, terms.SETTING, terms.VISITS, "patients_present"], {terms.SETTING: "str"}
    pounds = _pounds(costed.cube, terms.SETTING, terms.PERIOD).astype(text)
    if costed.presence is None:
        return pounds.assign(visits=np.nan, patients_present=np.nan)[[*columns, *MEASURES]]
    rows = costed.presence[columns].astype(text)
    keys = zip(pounds[terms.SETTING], pounds[terms.PERIOD], strict=True)
    found = dict(zip(keys, zip(*(pounds[name].tolist() for name in MEASURES), strict=True), strict=True))
    here = [found.get(key, (0.0, 0.0)) for key in zip(rows[terms.SETTING], rows[terms.PERIOD], strict=True)]
    return rows.assign(**dict(zip(MEASURES, np.array(here).reshape(-1, len(MEASURES)).T, strict=True)))


def _by_organisation(costed: CostedPathway) -> pd.DataFrame:
    """Who bears them; an organisation at which things are only counted bears none."""
    priced = costed.cube.frame.loc[~counted(costed.cube.frame), terms.ORGANISATION].unique()
    rows = _pounds(costed.cube, terms.PERIOD, terms.ORGANISATION)
    return rows[rows[terms.ORGANISATION].isin(priced)].reset_index(drop=True)


def _pounds(cube: Cube, *cuts: terms.Cut) -> pd.DataFrame:
    """Pounds by some cuts with their present value, which is the pounds themselves where nothing is discounted."""
    frame = cube.by(*cuts)
    return frame if terms.PRESENT_VALUE_GBP in frame else frame.assign(**{terms.PRESENT_VALUE_GBP: frame[terms.GBP]})


def _by_period(cube: Cube) -> Floats:
    """(P,) present value of each period."""
    return _pounds(cube, terms.PERIOD)[terms.PRESENT_VALUE_GBP].to_numpy(np.float64)


def _fan(before: Floats, after: Floats, *, several: bool) -> pd.DataFrame:
    periods = max(len(before), len(after))
    sides = [np.pad(side, ((0, periods - len(side)), (0, 0))) for side in (before, after)]
    change = np.cumsum(sides[1] - sides[0], axis=0)
    rows = pd.DataFrame({terms.PERIOD: np.arange(1, periods + 1), "mean": change.mean(axis=1)})
    points = np.percentile(change, list(PERCENTILES.values()), axis=1)
    for label, point in zip(PERCENTILES, points, strict=True):
        rows[label] = point if several else np.nan
    return rows[[terms.PERIOD, "mean", *PERCENTILES]]


def _stacked(frames: Mapping[str, pd.DataFrame], costed: Mapping[str, CostedPathway]) -> pd.DataFrame:
    """The frames of all scenarios under one another, each period with its days; of an intake, with a column that says whose they are."""
    if not frames:
        return pd.DataFrame()
    days = max((each.cube.known_periods for each in _over_time(costed).values()), key=lambda each: len(each.from_day))
    whole = pd.concat([rows.assign(scenario=name) for name, rows in frames.items()], ignore_index=True)
    at = whole[terms.PERIOD].to_numpy(np.int64) - 1
    whole = whole.assign(from_day=days.from_day[at], to_day=days.to_day[at])
    whole = whole[[*KEYS, *(name for name in whole if name not in KEYS)]]
    intake = any(each.stands_on.intake for each in costed.values())
    return whole.assign(**{OF: THESE_STARTERS}) if intake else whole

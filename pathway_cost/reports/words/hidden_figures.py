"""Hidden figures on paper: a star in their place, and the line that says what it means."""

from __future__ import annotations

from typing import Final

import pandas as pd

from pathway_cost.privacy.suppression import HIDDEN, LEAST, SUM_HIDDEN

STAR: Final = "*"
MEANING: Final = f"{STAR} hidden: 1 to {LEAST - 1} records, or few records make nearly all the pounds, and what would give those back"


def starred(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame as it is written: a star for every figure that its column `hidden` names, and that column gone.

    >>> starred(pd.DataFrame({"records": [120, None], "gbp": [9.5, None], "hidden": ["", "records, gbp"]})).values.tolist()
    [[120.0, 9.5], ['*', '*']]
    """
    if HIDDEN not in frame:
        return frame
    shown = frame.drop(columns=HIDDEN)
    for name in hidden_columns(frame):
        shown[name] = shown[name].astype(object).where(~hides(frame, name), STAR)
    return shown


def hidden_columns(frame: pd.DataFrame) -> list[str]:
    """The columns with any hidden figure."""
    return [str(name) for name in frame.columns if hides(frame, str(name)).any()]


def hides(frame: pd.DataFrame, name: str) -> pd.Series[bool]:
    """Whether each row hides what is called so."""
    if HIDDEN not in frame:
        return pd.Series(False, index=frame.index)
    return frame[HIDDEN].map(lambda named: name in named.split(", ")).astype(bool)


def hides_sum(frame: pd.DataFrame) -> pd.Series[bool]:
    """Whether the sum of each row's class is hidden."""
    return hides(frame, SUM_HIDDEN)

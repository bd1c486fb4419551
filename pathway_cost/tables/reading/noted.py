"""A table read out of a file, with the notes of its reader."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from pathway_cost.errors import Problem


class Noted(NamedTuple):
    """A table and the notes of its reader."""

    table: pd.DataFrame
    notes: tuple[Problem, ...] = ()

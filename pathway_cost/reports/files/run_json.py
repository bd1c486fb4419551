"""`run.json`: how a run was made, what each of its tables holds, and the fingerprint of every file beside it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from pathway_cost.privacy.legible import legible
from pathway_cost.results.frames import HEADLINE, MADE_BY, PRESENT_VALUE, TABLES, UNDISCOUNTED, WITHHELD, Column

if TYPE_CHECKING:
    import pandas as pd

LOCAL: Final = "_local."
"""In the name of every file that stays where it is written."""

NO_STARS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({})

__all__ = ["LOCAL", "MADE_BY", "record_bytes", "tables_told"]


def record_bytes(record: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """The record as JSON: sorted keys, two spaces, figures that are not finite as null.

    >>> record_bytes({"study": "knee", "seed": float("nan")}, {"a.csv": b""}).decode().splitlines()[1:3]
    ['  "files": {', '    "a.csv": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"']
    """
    prints = {
        name: WITHHELD if LOCAL in name else hashlib.sha256(content).hexdigest() for name, content in files.items()
    }
    whole = {**record, "made_by": MADE_BY, "files": prints}
    return (json.dumps(_plain(whole), sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def tables_told(
    frames: Mapping[str, pd.DataFrame], *, discounted: bool, stars: Mapping[str, Mapping[str, str]] = NO_STARS
) -> dict[str, Any]:
    """File → what it holds, and its columns in order: name, heading, kind, unit of figures, what a star in it means.

    Args:
        frames: the tables that are written, by name.
        discounted: whether the headline is the present value.
        stars: table → column with hidden figures → what their star means.
    """
    return {
        TABLES[name].file: {
            "holds": TABLES[name].holds,
            "columns": [
                _column_told(each, discounted=discounted, star=stars.get(name, {}).get(each.name, ""))
                for each in TABLES[name].columns_in(frame.columns)
            ],
        }
        for name, frame in frames.items()
    }


def _column_told(column: Column, *, discounted: bool, star: str) -> dict[str, str]:
    headline = PRESENT_VALUE if discounted else UNDISCOUNTED
    told = {
        "name": column.name,
        "heading": column.heading,
        "kind": column.kind,
        "unit": headline if column.unit == HEADLINE else column.unit,
        "about": column.about,
        "hidden": star,
    }
    return {name: words for name, words in told.items() if words}


def _plain(value: Any) -> Any:
    """A value turned into what JSON knows: text, numbers, lists, objects, null."""
    if isinstance(value, Mapping):
        return {legible(str(key)): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, set | frozenset):
        return sorted(legible(str(each)) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    return _figure_or_text(value.item() if hasattr(value, "item") else value)


def _figure_or_text(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, int) else legible(str(value))

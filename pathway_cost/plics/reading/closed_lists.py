"""Codes that are numbers of a closed list, and how they are written: `03` and `3.0` are 3."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from pathway_cost.specs.format import FrozenMap, Rule, UnitCostRules

CLOSED: Final[Mapping[str, tuple[str, ...]]] = {"EpType": ("1", "2", "3", "4"), "CCPerType": ("1", "2", "3", "4")}
"""Columns whose codes are numbers of a closed list; source: schema of the extracts, all known versions."""
COMPLETE: Final = "3"
"""The EpType of an episode that started and ended; of others pounds and days are those of one year."""
DECIDES: Final = frozenset({"EpType"})
"""Closed columns whose code decides whether a record is priced."""

_PADDED: Final = r"^\s*0*([0-9]+?)(\.0*)?\s*$"


def without_zeros(values: pa.Array) -> pa.Array:
    """Numbers of a closed list as the list writes them: `03` and `3.0` are 3; what is no number stays."""
    return pc.replace_substring_regex(values, _PADDED, r"\1")


def with_plain_codes(rules: UnitCostRules) -> UnitCostRules:
    """The rules with codes of closed lists as records have them once read: `EpType: "03"` picks 3.

    >>> rules = {"rules": {"ward": {"feed": "APC", "per": "bed_day", "where": {"EpType": "03"}}}}
    >>> with_plain_codes(UnitCostRules.model_validate(rules)).rules["ward"].where
    {'EpType': ('3',)}
    """
    return rules.model_copy(update={"rules": FrozenMap({name: _plain(rule) for name, rule in rules.rules.items()})})


def _plain(rule: Rule) -> Rule:
    where = {
        column: tuple(re.sub(_PADDED, r"\1", code) for code in codes) if column in CLOSED else codes
        for column, codes in rule.where.items()
    }
    return rule.model_copy(update={"where": FrozenMap(where)})

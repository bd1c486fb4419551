"""Unit cost rules: how PLICS records become unit costs."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import Field, field_validator, model_validator

from pathway_cost.specs.format.base import Code, Codes, Flag, Key, Map, Name, Number, Spec, Text
from pathway_cost.terms import Feed

ADMISSION: Final = "admission"
BED_DAY: Final = "bed_day"

Per = Literal["episode", "spell", "bed_day", "attendance", "contact", "journey", "item", "activity_count"]
AGE = "age"  # the source of `derive:` that is worked out at reading, and no column of the record


class Derive(Spec):
    """An attribute read from a column of the record."""

    source: Text
    """Column of the extract (`HrgFce`), or `age`."""
    levels: Map[Code, Text]
    """Code (or `HN22*`, or `*` for any other; for age the lowest year of a band) → level."""

    @model_validator(mode="before")
    @classmethod
    def _lengthen(cls, given: Any) -> Any:
        if isinstance(given, dict) and "from" in given:
            return {"source": given["from"], "levels": {key: level for key, level in given.items() if key != "from"}}
        return given


class Rule(Spec):
    """Which records and lines make up a unit cost, and what their pounds are divided by."""

    feed: Feed
    where: Map[Text, Codes] = Field(default_factory=dict)
    """Column → code, or several; `*` at the end matches any rest."""
    activities: Codes = ("*",)
    """Collection activities whose pounds count; `rest` = what no other rule at that setting claims."""
    per: Per
    """What the pounds are divided by."""
    by: tuple[Name, ...] = ()
    """Attributes (of `derive:`) that the price depends on."""
    attached: tuple[Literal["SI", "SWC"], ...] = ()
    """Feeds whose lines, attached to the record, count too."""
    days: Literal["alos", "nights"] = "alos"
    zero_day: Number | None = Field(default=None, gt=0)
    """Days given to a record of 0 days; left out of both sums when not given."""
    count_of: Code | None = None
    """The one activity whose count divides, for `per: activity_count`."""
    unit: Name | None = None
    """What `count_of` counts (`minute`), for `per: activity_count`."""
    method: Literal["ratio", "slope"] = "ratio"
    """`slope`: day and admission priced by least squares, as `<key>.bed_day` and `<key>.admission`."""
    min_n: Number | None = Field(default=None, gt=0)
    accept_small: Flag = False
    """Use the price although fewer than `min_n` records stand behind it."""
    overlap: Literal["allowed"] | None = None
    reason: Text | None = None
    """Why two rules may claim one line."""

    @model_validator(mode="after")
    def _whole(self) -> Rule:
        if self.per == "activity_count" and self.count_of is None:
            raise ValueError("`per: activity_count` needs `count_of:`, the one activity whose count divides")
        if self.per != "activity_count" and self.count_of is not None:
            raise ValueError("`count_of` goes with `per: activity_count`")
        if self.attached and self.per == "bed_day":
            raise ValueError("attached SI or SWC pounds cannot be priced `per: bed_day`")
        if self.method == "slope" and self.per != "bed_day":
            raise ValueError("`method: slope` prices days: it needs `per: bed_day`")
        if self.overlap is not None and self.reason is None:
            raise ValueError("`overlap: allowed` needs its `reason`")
        if "rest" in self.activities and len(self.activities) > 1:
            raise ValueError("`rest` stands alone")
        return self

    @property
    def takes_rest(self) -> bool:
        """Whether the rule claims what no other rule at its setting claims."""
        return self.activities == ("rest",)


class UnitCostRules(Spec):
    """A rules file."""

    derive: Map[Name, Derive] = Field(default_factory=dict)
    rules: Map[Key, Rule]
    min_n: Number = Field(default=30, gt=0)
    """Fewest records behind a price that counts as an answer."""

    @field_validator("rules")
    @classmethod
    def _some(cls, given: dict[str, Rule]) -> dict[str, Rule]:
        if not given:
            raise ValueError("at least one rule is needed")
        return given

    def rule_of(self, key: str) -> str | None:
        """The rule that prices a unit cost key: its own, or the slope rule of `<rule>.bed_day` and `<rule>.admission`.

        >>> rules = UnitCostRules.model_validate({"rules": {"ward": {"feed": "APC", "per": "bed_day", "method": "slope"}}})
        >>> rules.rule_of("ward.admission"), rules.rule_of("ward"), rules.rule_of("theatre")
        ('ward', 'ward', None)
        """
        if key in self.rules:
            return key
        parent, _, part = key.rpartition(".")
        is_part = part in (ADMISSION, BED_DAY) and parent in self.rules and self.rules[parent].method == "slope"
        return parent if is_part else None

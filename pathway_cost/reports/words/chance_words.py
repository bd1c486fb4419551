"""What a run says of time, chance and uncertainty: its tables, any of which may be empty, and what to call things."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from pathway_cost.reports.words.period_names import period_name
from pathway_cost.reports.words.shown import is_discounted, shown_changes
from pathway_cost.reports.words.titles import Names, scenario_colour
from pathway_cost.reports.words.words import NOTHING, is_missing, pounds, title
from pathway_cost.results.costed.over_time import OF
from pathway_cost.results.frames import RunResult, Tables

PRICE = "unit_cost:"  # begins the name of a price that was drawn: unit_cost:organisation:key
COUNTED = "change_count"  # measure of what is counted; all others are pounds
STATED_ONLY = (
    "Intervals are of the parameters' stated uncertainty only. A number for which nobody stated any is held still, and "
    "whether the pathway is drawn rightly is in no interval."
)
ASSUMED_TOO = "Where the range of a number is itself an assumption, so is what is drawn from it."


@dataclass(frozen=True, repr=False, eq=False)
class Chance:
    """The tables of one run, the scenarios in order, and what they are called.

    >>> Chance(Names({}, {}, {}, {}, {}), ("baseline", "day_case")).others
    ('day_case',)
    """

    names: Names
    compared: tuple[str, ...]
    discounted: bool = False
    """Whether the headline is the present value; all frames but those of books and sampled patients are of it."""
    has_cycles: bool = False
    """Whether patients pass through settings that repeat every cycle."""
    prices: Mapping[str, str] = field(default_factory=dict)
    """Unit cost → its title."""
    changes: Mapping[str, float] = field(default_factory=dict)
    """Scenario → its modelled change in the headline's whole pounds, as page one shows it."""
    tables: Tables = field(default_factory=lambda: Tables({}))
    """Every table of the run; numbers unrounded, `_gbp` in pounds."""

    @classmethod
    def of(cls, result: RunResult) -> Chance:
        """What a run says; a table that it does not have is empty."""
        first = result[result.compared[0]]
        has_cycles = first.model is not None and first.pathway.cycle is not None
        titles = result.unit_costs_used.dropna(subset=["title"])
        prices = dict(zip(titles["unit_cost"].astype(str), titles["title"], strict=True))
        about = (is_discounted(result), has_cycles, prices, shown_changes(result))
        return cls(Names.of(result), result.compared, *about, result.tables)

    @cached_property
    def of_starters(self) -> bool:
        """Whether patients start over time, so that a period is of these starters and no organisation's."""
        return OF in self.tables.profile.columns

    def period(self, period: float, from_day: float, to_day: float) -> str:
        """What a period is called."""
        of = "these starters" if self.of_starters else ""
        return period_name(int(period), float(from_day), float(to_day), of=of)

    @property
    def first(self) -> str:
        """The scenario that the others are compared with."""
        return self.compared[0]

    @property
    def others(self) -> tuple[str, ...]:
        """The scenarios that are compared with the first."""
        return self.compared[1:]

    @property
    def kind(self) -> str:
        """Which pounds the headline's are, where it must be said."""
        return ", present value" if self.discounted else ""

    @property
    def note(self) -> str:
        """Which pounds the headline's are, as the end of a sentence."""
        return "; present values" if self.discounted else ""

    @property
    def beside(self) -> str:
        """Which pounds the others are, where it must be said."""
        return "undiscounted " if self.discounted else ""

    def drawn(self, *, counted: bool) -> pd.DataFrame:
        """The rows of `uncertainty` that are of what is counted, or those that are of pounds."""
        rows = self.tables.uncertainty
        return rows[(rows["measure"] == COUNTED) == counted] if len(rows) else rows

    def colour(self, scenario: str) -> str:
        """The scenario's colour on every chart."""
        return scenario_colour(self.compared.index(scenario))

    def called(self, parameter: str) -> str:
        """A parameter's title where the tornado knows it, else its name as a heading."""
        if parameter.startswith(PRICE):
            _, organisation, key = parameter.split(":", 2)
            return f"{self.price(key)} at {self.names.organisation(organisation)}"
        return worded(self._titles.get(parameter), parameter)

    def unit(self, parameter: str) -> object:
        """A parameter's unit where the tornado knows it, else nothing."""
        bars = self.tables.tornado
        return next(iter(bars["unit"][bars["parameter"].astype("str") == parameter]), "") if len(bars) else ""

    def price(self, key: str) -> str:
        """A unit cost's price in words."""
        return f"Price of {self.prices.get(key) or title(key)}"

    @cached_property
    def _titles(self) -> dict[str, object]:
        bars = self.tables.tornado
        return dict(zip(bars["parameter"].astype("str"), bars["title"], strict=True))

    def each(self, frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
        """Scenario and its rows of a frame, in the order compared, those without rows left out."""
        names = [str(name) for name in frame["scenario"]] if len(frame) else []
        for scenario in self.compared:
            places = [at for at, name in enumerate(names) if name == scenario]
            if places:
                first, last = places[0], places[-1] + 1
                yield scenario, frame.iloc[first:last] if len(places) == last - first else frame.iloc[places]


def worded(given: object, name: object) -> str:
    """A title, or the name as a heading where there is none.

    >>> worded(None, "p_readmit"), worded("Readmission", "p_readmit")
    ('P readmit', 'Readmission')
    """
    return title(str(name)) if is_missing(given) else str(given)


def figure(value: object) -> float:
    """A cell as a number; nothing there is NaN.

    >>> figure(None), figure("2.5")
    (nan, 2.5)
    """
    return float("nan") if is_missing(value) else float(str(value))


def interval_words(low: object, high: object, digits: int = 0) -> str:
    """An interval of pounds.

    >>> interval_words(-1200.0, 300.0), interval_words(None, None)
    ('−£1,200 to £300', '–')
    """
    ends = figure(low), figure(high)
    return NOTHING if any(map(math.isnan, ends)) else " to ".join(pounds(end, digits) for end in ends)


def parameter_names(given: object) -> list[str]:
    """The names of a group of parameters, given as text or one by one.

    >>> parameter_names("los, p_readmit"), parameter_names(("los",)), parameter_names(None)
    (['los', 'p_readmit'], ['los'], [])
    """
    names = given.split(",") if isinstance(given, str) else given if isinstance(given, list | tuple) else ()
    return [str(name).strip() for name in names if not is_missing(name)]


def changes_of(rows: pd.DataFrame) -> pd.DataFrame:
    """The changes in order, without lines that are sums of them."""
    return rows[rows["change"].astype(str).str.lower() != "total"].sort_values("position", kind="stable")

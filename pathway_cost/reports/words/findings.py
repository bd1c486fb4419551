"""The answer to a study's question in plain sentences built of its figures: a scenario at a time, against the first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from pathway_cost.reports.words.chance_words import Chance, figure, worded
from pathway_cost.reports.words.frame_rows import rows_of
from pathway_cost.reports.words.shown import Headline, headlines, other_denominators, shown_cut, undiscounted
from pathway_cost.reports.words.titles import Names
from pathway_cost.reports.words.words import brief, count, is_missing, percent, plain, told_pounds
from pathway_cost.results.frames import RunResult

NEARLY_ALL: Final = 0.9
MOST_CALLED: Final = 4  # organisations called by name in a sentence
FULL_COST: Final = "Full cost, not cash: what the care costs in the books, not what a budget can give up."
NOT_DRAWN: Final = "How sure this is was not worked out: the study asks for no draws."


@dataclass(frozen=True)
class Finding:
    """What is said of one scenario, sentence by sentence (empty where there is nothing to say), and the figures behind it."""

    scenario: str
    called: str
    each: str
    """What it costs a patient less or more: the first figure, with which the first sentence begins."""
    rest: str
    """How that sentence goes on."""
    sure: str
    unsettled: str
    """That stated values and draws disagree in sign, where they do."""
    overturns: str
    change_gbp: float
    drawn: tuple[float, float, float] | None = None
    """Mean, and the ends of 95% of the draws, in pounds of the total; None where nothing was drawn."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that is said, in order."""
        return tuple(filter(None, (f"{self.each} {self.rest}", self.unsettled, self.sure, self.overturns)))


@dataclass(frozen=True)
class Findings:
    """The question, what the first scenario costs, and what is found of each of the others."""

    question: str
    now: str
    each: tuple[Finding, ...]

    @classmethod
    def of(cls, result: RunResult) -> Findings:
        """The sentences of a run."""
        chance, rows = Chance.of(result), headlines(result)
        made = (_finding(result, chance, row, rows[0]) for row in rows[1:])
        return cls(question_of(result), _now(result, chance.names, rows[0]), tuple(made))


def question_of(result: RunResult) -> str:
    """What was asked: in the study's own words, else what is compared."""
    names, asked = Names.of(result), result.record.get("settings", {}).get("question")
    if asked:
        return str(asked)
    others = listed([names.scenario(name) for name in result.compared[1:]])
    return f"What does it cost, and what would {others} change?" if others else "What does it cost?"


def _now(result: RunResult, names: Names, first: Headline) -> str:
    """What the first scenario costs, and how many come to the settings that the study reports."""
    each, total = _headline_pounds(first)
    kind = " in present value" if first.is_discounted else ""
    words = f"{count(first.patients)} patients who start"
    reached = [(headlines(result, per)[0], per) for per in other_denominators(result) if per in names.settings]
    reach = listed([f"{count(row.patients)} reach “{names.setting(per)}”" for row, per in reached])
    per_patient = f"{told_pounds(each)} per {names.said('patient')}"
    who = f"{names.said(words)}{kind}{f' ({reach})' if reach else ''}"
    return f"{names.scenario(first.scenario)}: {per_patient}, {told_pounds(total)} for {who}."


def _headline_pounds(row: Headline) -> tuple[float, float]:
    """Pounds a patient and in total, in the headline's kind."""
    if row.is_discounted:
        return row.present_value_per_patient_gbp, row.present_value_gbp
    return row.per_patient_gbp, row.total_gbp


def _finding(result: RunResult, chance: Chance, row: Headline, first: Headline) -> Finding:
    names, scenario = chance.names, row.scenario
    (each, total), (each_before, before) = _headline_pounds(row), _headline_pounds(first)
    change, change_each = total - before, each - each_before
    drawn = _drawn(chance, scenario)
    return Finding(
        scenario=scenario,
        called=names.scenario(scenario),
        each=more_or_less(change_each),
        rest=_rest(result, names, row, (change, before)),
        sure=_sure(chance, row, drawn),
        unsettled=_unsettled(change, drawn),
        overturns=_overturns(chance, scenario, change),
        change_gbp=change,
        drawn=None if drawn is None else (figure(drawn["mean"]), figure(drawn["p2_5"]), figure(drawn["p97_5"])),
    )


def more_or_less(gbp: float) -> str:
    """A change in words.

    >>> more_or_less(-49.24), more_or_less(2_662_531.0), more_or_less(0.0)
    ('£49 less', '£2.66m more', 'no more and no less')
    """
    if abs(gbp) < 0.005:
        return "no more and no less"
    return f"{told_pounds(gbp)} {'less' if gbp < 0 else 'more'}"


def _rest(result: RunResult, names: Names, row: Headline, figures: tuple[float, float]) -> str:
    change, before = figures
    person, people = names.said("patient"), f"these {count(row.patients)}"
    if abs(change) < 0.5:
        return f"per {person}{_where(result, names, row.scenario)}."
    share = f" ({percent(change / before, signed=True)})" if before else ""
    volume = (
        "" if abs(row.volume_gbp) < 0.5 else f", {more_or_less(row.volume_gbp)} of it for more or fewer {names.people}"
    )
    return f"per {person}{share}: {more_or_less(change)} for {people}{volume}{_where(result, names, row.scenario)}."


def _where(result: RunResult, names: Names, scenario: str) -> str:
    shown = shown_cut(result, result.by_organisation, ["organisation"])
    first = shown[result.compared[0]]
    return whose_books(names, first, shown[scenario] - first, undiscounted(result))


def whose_books(names: Names, before: pd.Series[float], change: pd.Series[float], kind: str = "") -> str:
    """Pounds and change by organisation → in whose books the change falls: nearly all at one or a few, else each, largest first.

    >>> names = Names({}, {}, {}, {}, {"RXX": "Acute trust"}, organisations={"RYY": "Southshire"})
    >>> whose_books(names, pd.Series({"RXX": 9000.0, "RYY": 600.0}), pd.Series({"RXX": -900.0, "RYY": 120.0}))
    '; RXX (Acute trust) £900 less (−10%), Southshire £120 more (+20%)'
    """
    change = change[change != 0].sort_values(key=abs, ascending=False, kind="stable")
    shares = dict(zip(map(str, change.index), (change / before.reindex(change.index)).tolist(), strict=True))
    net = float(change.sum())
    along, against = change[change * net > 0], change[change * net <= 0]
    if abs(float(against.sum())) < (1 - NEARLY_ALL) * abs(net):
        few = along[along.abs().cumsum().shift(fill_value=0.0) < NEARLY_ALL * abs(net)]
        called = [f"{names.organisation(code)}{_of_theirs(shares[code])}" for code in map(str, few.index)]
        where = listed(called) if len(few) <= MOST_CALLED else f"{len(few)} organisations"
        return f", {'all' if len(few) == len(change) else 'nearly all'} at {where}"
    told = [
        f"{names.organisation(code)} {more_or_less(gbp)}{_of_theirs(shares[code])}"
        for code, gbp in zip(shares, change.iloc[:MOST_CALLED].tolist(), strict=False)
    ]
    rest = change.iloc[MOST_CALLED:]
    told += [f"{len(rest)} others together {more_or_less(float(rest.sum()))}"] if len(rest) else []
    return f"; {kind.removeprefix(', ')}{', ' if kind else ''}{', '.join(told)}" if told else ""


def _of_theirs(share: float) -> str:
    """A change as a share of what it cost there before; nothing where nothing was spent, or where it is next to none."""
    return f" ({percent(share, 0, signed=True)})" if math.isfinite(share) and abs(share) >= 0.005 else ""


def listed(names: Sequence[str]) -> str:
    """Names in a sentence.

    >>> listed(["Southtown", "Coast", "the GPs"]), listed(["Southtown"]), listed([])
    ('Southtown, Coast and the GPs', 'Southtown', '')
    """
    *before, last = names or [""]
    return f"{', '.join(before)} and {last}" if before else last


def _drawn(chance: Chance, scenario: str) -> Mapping[str, Any] | None:
    rows = chance.tables.uncertainty
    found = rows[(rows["measure"] == "change_total_gbp") & (rows["scenario"] == scenario)] if len(rows) else rows
    return next(iter(rows_of(found.head(1))), None)


def _sure(chance: Chance, row: Headline, drawn: Mapping[str, Any] | None) -> str:
    """The interval, what it rests on, and what falls once."""
    once = f" One-off costs of {told_pounds(row.one_off_gbp)} are not in these figures." if row.one_off_gbp else ""
    if drawn is None or is_missing(drawn["mean"]):
        return f"{NOT_DRAWN}{once}"
    low, high = figure(drawn["p2_5"]), figure(drawn["p97_5"])
    rests = _rests_on(chance, row.scenario)
    on = f"; rests mainly on “{rests}”" if rests else ""
    less = _how_many(figure(drawn["probability_less"]))
    draws = f"95% of {count(figure(drawn['draws']))} draws of the uncertain numbers; less in {less}"
    return f"{_between(low, high)} ({draws}){on}.{once}"


def _how_many(share: float) -> str:
    """A share of draws in words.

    >>> _how_many(1.0), _how_many(0.73), _how_many(0.998), _how_many(0.0)
    ('all of them', '73% of them', '99.8% of them', 'none of them')
    """
    if share in (0.0, 1.0):
        return f"{'all' if share else 'none'} of them"
    return f"{percent(share, 0 if 0.01 <= share <= 0.99 else 1)} of them"


def _between(low: float, high: float) -> str:
    """An interval of a change in words.

    >>> _between(-5_299_796.0, -844_947.0)
    'Likely between £845,000 and £5.30m less'
    >>> _between(-15_094_070.0, 4_808_695.0)
    'Anywhere from £15.1m less to £4.81m more'
    """
    if low * high > 0:
        near, far = sorted((abs(low), abs(high)))
        return f"Likely between {told_pounds(near)} and {told_pounds(far)} {'less' if high < 0 else 'more'}"
    return f"Anywhere from {more_or_less(low)} to {more_or_less(high)}"


def _rests_on(chance: Chance, scenario: str) -> str:
    """What the number that moves the change most is called; nothing where none was moved."""
    rows = _single_numbers(chance, scenario)
    return "" if rows.empty else worded(rows["title"].iloc[0], rows["parameter"].iloc[0])


def _single_numbers(chance: Chance, scenario: str) -> pd.DataFrame:
    """The tornado of one scenario, the widest bar first."""
    rows = chance.tables.tornado
    rows = rows[rows["scenario"] == scenario] if len(rows) else rows
    return rows[rows["swing_gbp"].abs() > 0].sort_values("swing_gbp", key=abs, ascending=False, kind="stable")


def _unsettled(change: float, drawn: Mapping[str, Any] | None) -> str:
    mean = math.nan if drawn is None else figure(drawn["mean"])
    if not change * mean < 0:
        return ""
    return f"The sign is not settled: {more_or_less(change)} at stated values, {more_or_less(mean)} on average over the draws. Read the interval."


def _overturns(chance: Chance, scenario: str, change: float) -> str:
    """What would turn the change: where it breaks even within what is plausible, else a number at an end of its range."""
    even, alone = chance.tables.break_even, _single_numbers(chance, scenario)
    even = even[even["scenario"] == scenario] if len(even) else even
    if abs(change) < 0.5 or (even.empty and alone.empty):
        return ""
    within = even[even["within_plausible"].fillna(value=False).astype(bool)]
    if len(within):
        nearest = within.sort_values("move_pct", key=abs, kind="stable")
        return _at_break_even(chance, rows_of(nearest.head(1))[0])
    turned = [told for row in rows_of(alone) if (told := _turned(row, change))]
    if turned:
        return f"Overturned {'only ' if len(turned) == 1 else ''}{turned[0]}"
    return "No single number within its stated range turns this."


def _at_break_even(chance: Chance, row: Mapping[str, Any]) -> str:
    first = chance.names.scenario(chance.first)
    if row["lever"] == "volume":
        people = chance.names.said(f"{count(row['break_even'])} patients")
        return f"Overturned if only {people} start instead of {count(row['stated'])}: one-off costs would outweigh it."
    what, unit, there = worded(row["title"], row["lever"]), row["unit"], figure(row["break_even"])
    moves = there - figure(row["stated"])
    if str(unit) == "times":
        told = f"is {percent(abs(moves))} {'higher' if moves > 0 else 'lower'} than stated"
    else:
        told = f"{'rises' if moves > 0 else 'falls'} to {_value(there, unit)} (stated {_value(row['stated'], unit)})"
    return f"Overturned if “{what}” {told}: then it costs as much as {first}."


def _turned(row: Mapping[str, Any], change: float) -> str:
    """What the change would be at the end of a number's range that turns its sign; nothing where neither does."""
    for end in ("low", "high"):
        there = figure(row[f"change_at_{end}_gbp"])
        if there * change < 0:
            what, unit = worded(row["title"], row["parameter"]), row["unit"]
            told = f"{_value(row[end], unit)}, the {end} end of its range (stated {_value(row['value'], unit)})"
            return f"if “{what}” is {told}: then {more_or_less(there)} in total."
    return ""


def _value(value: object, unit: object) -> str:
    """A number of the pathway with its unit, a share in percent.

    >>> _value(0.28, "share"), _value(4.65, "day"), _value(0.6, "ratio")
    ('28%', '4.65 day', '0.6')
    """
    if str(unit) == "share":
        return percent(figure(value)).replace(".0%", "%")
    return f"{brief(value)} {'' if is_missing(unit) or str(unit) == 'ratio' else plain(unit)}".strip()

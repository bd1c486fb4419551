"""The answer to a study's question in plain sentences built of its figures: a scenario at a time, against the first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pathway_cost.reports.words.chance_words import Chance, figure
from pathway_cost.reports.words.change_sentences import between, listed, more_or_less, share_of_draws, whose_books
from pathway_cost.reports.words.counted_words import drawn_counts
from pathway_cost.reports.words.overturn_words import overturns, rests_on
from pathway_cost.reports.words.shown import Headline, headlines, other_denominators, shown_cut, undiscounted
from pathway_cost.reports.words.words import count, is_missing, is_one, percent, told_pounds
from pathway_cost.results.frames import RunResult

FULL_COST: Final = "Full cost, not cash: what the care costs in the books, not what a budget can give up."
MANY: Final = 4  # scenarios that a question names one by one, at most
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
    """That stated values and draws disagree in sign, or in what is counted, where they do."""
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
        return cls(question_of(result), _now(result, chance, rows[0]), tuple(made))


def question_of(result: RunResult) -> str:
    """What was asked: in the study's own words, else what is compared."""
    names, asked = Chance.of(result).names, result.record.get("settings", {}).get("question")
    if asked:
        return str(asked)
    called = [names.scenario(name) for name in result.compared[1:]]
    others = f"each of {len(called)} scenarios" if len(called) > MANY else listed(called)
    return f"What does it cost, and what would {others} change?" if others else "What does it cost?"


def _now(result: RunResult, chance: Chance, first: Headline) -> str:
    """What the first scenario costs, and how many come to the settings that the study reports."""
    names, (each, total) = chance.names, _headline_pounds(first)
    kind = " in present value" if first.is_discounted else ""
    reached = [(headlines(result, per)[0], per) for per in other_denominators(result) if per in names.settings]
    reach = listed(
        [
            f"{count(row.patients)} {'reaches' if is_one(row.patients) else 'reach'} “{names.setting(per)}”"
            for row, per in reached
        ]
    )
    per_patient = f"{told_pounds(each)} per {names.said('patient')}"
    who = f"{names.said(_starters(first.patients))}{f' ({reach})' if reach else ''}"
    return f"{names.scenario(first.scenario)}: {per_patient}, {told_pounds(total)}{kind} for {who}."


def _starters(patients: float) -> str:
    """Those who start, in number.

    >>> _starters(1.0), _starters(50_000.0)
    ('1 patient who starts', '50,000 patients who start')
    """
    return "1 patient who starts" if is_one(patients) else f"{count(patients)} patients who start"


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
        each=_each(change_each, change, row),
        rest=_rest(result, chance, row, (change, before, change_each / abs(each_before) if each_before else math.nan)),
        sure=f"{_interval(result, chance, row, drawn)}{_one_off(row, change)}",
        unsettled=" ".join(filter(None, [_unsettled(change, drawn), *drawn_counts(result, chance, scenario)])),
        overturns=overturns(result, chance, scenario, change),
        change_gbp=change,
        drawn=None if drawn is None else (figure(drawn["mean"]), figure(drawn["p2_5"]), figure(drawn["p97_5"])),
    )


def _each(change_each: float, change: float, row: Headline) -> str:
    """The change a patient, as a sentence begins; pounds in all that are less than a penny each are not nothing."""
    if abs(change_each) < 0.005 and abs(change) >= 0.5 and _is_no_volume(row):
        return f"Less than a penny {'less' if change < 0 else 'more'}"
    words = more_or_less(change_each)
    return words[:1].upper() + words[1:]


def _is_no_volume(row: Headline) -> bool:
    """Whether the change has no part for more or fewer patients."""
    return abs(row.volume_gbp) < 0.5


def _rest(result: RunResult, chance: Chance, row: Headline, figures: tuple[float, float, float]) -> str:
    """How the sentence goes on: of a change in the number of patients, the shares a patient and in all are two."""
    names, (change, before, share_each) = chance.names, figures
    person, people = names.said("patient"), "this one" if is_one(row.patients) else f"these {count(row.patients)}"
    same, where = _is_no_volume(row), _where(result, chance, row.scenario, change)
    if abs(change) < 0.5:
        return f"per {person}{where}."
    share = _share(change / abs(before) if before else math.nan)
    if same:
        return f"per {person}{share}: {more_or_less(change)} for {people}{where}."
    number = "more" if row.volume_gbp > 0 else "fewer"
    parts = (
        f"{more_or_less(row.volume_gbp)} for {number} {names.people}, {more_or_less(row.rate_gbp)} for what each costs"
    )
    volume = f"which is {parts}{undiscounted(result)}"
    return f"per {person}{_share(share_each)}: {more_or_less(change)}{share} for {people}, {volume}{where}."


def _share(share: float) -> str:
    return "" if math.isnan(share) else f" ({percent(share, signed=True)})"


def _where(result: RunResult, chance: Chance, scenario: str, headline: float) -> str:
    """In whose books; pounds of the books that go the other way than the headline's present value are told one by one."""
    shown = shown_cut(result, result.by_organisation, ["organisation"])
    first = shown[result.compared[0]]
    change = shown[scenario] - first
    against = headline * float(change.sum()) < 0
    return whose_books(chance.names, first, change, undiscounted(result), one_by_one=against)


def _drawn(chance: Chance, scenario: str) -> Mapping[Any, Any] | None:
    rows = chance.tables.uncertainty
    found = rows[(rows["measure"] == "change_total_gbp") & (rows["scenario"] == scenario)] if len(rows) else rows
    return next(iter(found.head(1).to_dict("records")), None)


def _interval(result: RunResult, chance: Chance, row: Headline, drawn: Mapping[Any, Any] | None) -> str:
    """The interval, and what it rests on."""
    if drawn is None or is_missing(drawn["mean"]):
        return NOT_DRAWN
    low, high = figure(drawn["p2_5"]), figure(drawn["p97_5"])
    rests = rests_on(result, chance, row.scenario)
    on = f"; rests mainly on {rests}" if rests else ""
    less = share_of_draws(figure(drawn["probability_less"]))
    draws = f"95% of {count(figure(drawn['draws']))} draws of the uncertain numbers; less in {less}"
    return f"{between(low, high)} ({draws}){on}."


def _one_off(row: Headline, change: float) -> str:
    """What falls once, and whether it is more than what is spent less."""
    if not row.one_off_gbp:
        return ""
    more = f" and are more than the {told_pounds(change)}" if change < 0 and row.one_off_gbp > -change else ""
    return f" One-off costs of {told_pounds(row.one_off_gbp)} are not in these figures{more}."


def _unsettled(change: float, drawn: Mapping[Any, Any] | None) -> str:
    mean = math.nan if drawn is None else figure(drawn["mean"])
    if not change * mean < 0:
        return ""
    return f"The sign is not settled: {more_or_less(change)} at stated values, {more_or_less(mean)} on average over the draws."

"""Time: what a study and a pathway say of it must make sense, alone and together. One rule a function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pathway_cost import percent, terms
from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.specs.changes.revise import try_revise
from pathway_cost.specs.format import (
    DAYS,
    PackSet,
    Pathway,
    Route,
    Scenario,
    Study,
    StudyTime,
    UseAt,
    Value,
    duration_days,
    financial_year,
    in_cycles_only,
    names_read,
    rests_on,
    shown_number,
    uses_of,
    values_of,
)

CLOSE = 1e-9
LONGEST = 200 * DAYS["year"]
MOST_PERIODS = 1_200  # a hundred years of months


# --- the study alone ---------------------------------------------------------------------------------------------
def not_yet_computed(study: Study) -> list[Problem]:
    """A clear fault for each field that this version checks and does not compute, naming what to remove."""
    fields = [("behaviour", "cost behaviour", "`behaviour`")] if study.behaviour is not None else []
    fields += [
        (f"unit_costs.{index}.pack", "a cost pack", f"the set `pack: {given.pack}`")
        for index, given in enumerate(study.unit_costs)
        if isinstance(given, PackSet)
    ]
    return [
        Problem("not_yet_computed", f"{what} is not computed yet", Where(item=item), remedy=f"remove {remove}")
        for item, what, remove in fields
    ]


def time_without_sense(study: StudyTime) -> list[Problem]:
    """A horizon that is no time, a discount rate that is none, half of what belongs together.

    >>> [problem.what for problem in time_without_sense(StudyTime.model_validate({"discount": {"gbp": 3.5}}))]
    ['a yearly discount rate lies in [0, 1); found 3.5: did you mean 3.5%? Write 0.035']
    """
    found = [("horizon", words) for words in _time_fault(study.horizon, "a horizon")]
    if study.discount is not None:
        found += [("discount.gbp", words) for words in _rate_fault(study.discount.gbp)]
        found += [("discount.counts", words) for words in _rate_fault(study.discount.counts)]
    if study.horizon is not None and not _time_fault(study.horizon, "") and duration_days(study.horizon) > LONGEST:
        found.append(("horizon", "a horizon is at most 200 years"))
    found += _steps_that_do_not_fit(study)
    if study.count is not None and study.horizon is None:
        found.append(("count", "`count` is about the boundaries 0…N of a horizon, and there is none"))
    if study.intake is not None:
        found += [("intake.over", words) for words in _time_fault(study.intake.over, "an intake")]
        found += [("intake.first_year", words) for words in _year_fault(study.intake.first_year)]
    if study.intake is not None and study.count == "simpson":
        found.append(("intake", "Simpson's rule counts the boundaries of patients who start together"))
    return [Problem("time_without_sense", words, Where(item=item)) for item, words in found]


def _steps_that_do_not_fit(study: StudyTime) -> Iterator[tuple[str, str]]:
    """A step longer than what it is a step of, and more periods than anybody reads."""
    if study.horizon is None or _time_fault(study.horizon, ""):
        return
    days, step = duration_days(study.horizon), DAYS.get(study.time_step or "", 0.0)
    if step > days:
        yield "time_step", f"a step of a {study.time_step} is longer than the horizon of {study.horizon}"
    if study.period is not None and step > DAYS[study.period]:
        yield "time_step", f"a step of a {study.time_step} is longer than the period of a {study.period} it is told by"
    if study.period is not None and days / DAYS[study.period] > MOST_PERIODS:
        yield (
            "period",
            f"{study.horizon} told by the {study.period} is more than {MOST_PERIODS:,} periods: take longer ones",
        )


def _time_fault(given: str | None, what: str) -> list[str]:
    try:
        days = 1.0 if given is None else duration_days(given)
    except ValueError as error:
        return [str(error)]
    return [] if days > 0 else [f"{what} is longer than nothing"]


def _year_fault(year: str | None) -> list[str]:
    try:
        financial_year(year or "2000-01")
    except ValueError as error:
        return [str(error)]
    return []


def _rate_fault(rate: str) -> list[str]:
    if rate in ("none", "green_book"):
        return []
    try:
        number = float(rate.removesuffix("%"))
    except ValueError:
        return [f"{rate!r} is neither a rate such as 0.035 nor `green_book` or `none`"]
    if 0 <= number < 1 and not rate.endswith("%"):
        return []
    return [f"a yearly discount rate lies in [0, 1); found {rate}{percent.meant(number, lost_point=True)}"]


# --- the pathway alone -------------------------------------------------------------------------------------------
def cycle_missing(pathway: Pathway) -> list[Problem]:
    """A setting that stays a cycle, a use per cycle, or the word `cycle`, in a pathway without `cycle:`."""
    if pathway.cycle is not None:
        return []
    items = [f"settings.{name}.stay" for name, setting in pathway.settings.items() if setting.is_cycle]
    items += [f"{at.item}.per" for at in uses_of(pathway) if at.use.per == "cycle"]
    items += [
        stated.item for stated in values_of(pathway) if stated.kind != "stay" and "cycle" in names_read(stated.value)
    ]
    what = "the pathway does not say how long a cycle is"
    return [
        Problem("cycle_missing", what, Where(item=item), remedy="add `cycle: year` to the pathway") for item in items
    ]


def cycle_without_setting(pathway: Pathway) -> list[Problem]:
    """A use per cycle where no cycle passes: at a setting with another stay, on a route, or at an end."""
    return [
        Problem(
            "cycle_without_setting",
            "`per: cycle` counts the cycles of a setting with `stay: cycle`, and this is none",
            Where(item=f"{at.item}.per"),
            remedy="use `per: visit`"
            if at.route or at.at_end
            else f"give {at.setting} `stay: cycle`, or use `per: visit`",
        )
        for at in uses_of(pathway)
        if at.use.per == "cycle" and not _counts_cycles(pathway, at)
    ]


def use_in_cycle_unclear(pathway: Pathway) -> list[Problem]:
    """A use in a setting that repeats every cycle, which does not say whether it falls each cycle or once on arriving."""
    return [
        Problem(
            "use_in_cycle_unclear",
            f"{at.use.label!r} stands in a setting that repeats every cycle, and does not say how often it falls",
            Where(item=at.item),
            remedy="write `per: cycle` (each cycle) or `per: visit` (once on arriving from elsewhere)",
        )
        for at in uses_of(pathway)
        if at.route is None
        and not at.at_end
        and pathway.settings[at.setting].is_cycle
        and "per" not in at.use.model_fields_set
    ]


def stay_on_way_out_of_cycle(pathway: Pathway) -> list[Problem]:
    """A route out of a setting that repeats every cycle, with a stay of its own."""
    return [
        Problem(
            "stay_on_way_out_of_cycle",
            f"everybody stays in {name} for whole cycles, so a way out of it has no stay of its own",
            Where(item=f"routes.{name}.{way}.stay"),
            remedy="write `wait:` for days on the way",
        )
        for name, way, route in _ways_out_of_cycles(pathway)
        if route.stay is not None
    ]


def wait_while_staying(pathway: Pathway) -> list[Problem]:
    """A wait on the way by which patients stay in a setting that repeats every cycle."""
    return [
        Problem(
            "wait_while_staying",
            f"whoever takes this way stays in {name} for another cycle, and so waits nowhere",
            Where(item=f"routes.{name}.{way}.wait"),
            remedy="let them wait in a setting of its own",
        )
        for name, way, route in _ways_out_of_cycles(pathway)
        if route.wait is not None and (route.to or way) == name
    ]


def _ways_out_of_cycles(pathway: Pathway) -> Iterator[tuple[str, str, Route]]:
    """Setting that repeats every cycle, key of a way out of it, and that way."""
    for name, setting in pathway.settings.items():
        if setting.is_cycle:
            for way, route in pathway.routes.get(name, {}).items():
                yield name, way, route


def clock_where_no_time_passes(pathway: Pathway) -> list[Problem]:
    """A stay, wait or start that depends on time: they are drawn when the visit begins."""
    cycles = {f"settings.{name}.stay" for name, setting in pathway.settings.items() if setting.is_cycle}
    return [
        Problem(
            "clock_where_no_time_passes",
            f"a {stated.kind} does not depend on the clock word {word!r}",
            Where(item=stated.item),
            remedy="let shares, quantities or prices depend on time",
        )
        for stated in values_of(pathway)
        if stated.kind in ("stay", "wait", "start") and stated.item not in cycles
        for word in _clock(pathway, stated.value)
    ]


def years_in_setting_elsewhere(pathway: Pathway) -> list[Problem]:
    """`years_in_setting` where time in the setting is not told apart: only cycles are."""
    found = []
    for name, setting in pathway.settings.items():
        for way, route in pathway.routes.get(name, {}).items():
            if not setting.is_cycle and "years_in_setting" in _clock(pathway, route.share):
                found.append((f"routes.{name}.{way}.share", name))
    for at in uses_of(pathway):
        if _counts_cycles(pathway, at):
            continue
        if "years_in_setting" in _clock(pathway, at.use.quantity):
            found.append((f"{at.item}.quantity", at.setting))
        declared = pathway.unit_costs.get(at.use.unit_cost or "")
        factor = None if declared is None else declared.price_factor
        if factor is not None and "years_in_setting" in _clock(pathway, factor):
            found.append((f"unit_costs.{at.use.unit_cost}.price_factor", at.setting))
    return [
        Problem(
            "years_in_setting_elsewhere",
            "`years_in_setting` is told by cycles: in shares out of a setting with `stay: cycle`, and its uses `per: cycle`",
            Where(item=item),
            remedy=f"give {name} `stay: cycle`, or use `years` (since the start)",
        )
        for item, name in found
    ]


def _counts_cycles(pathway: Pathway, at: UseAt) -> bool:
    here = at.route is None and not at.at_end
    return here and pathway.settings[at.setting].is_cycle and at.use.per == "cycle"


def _clock(pathway: Pathway, value: Value) -> list[str]:
    return sorted(rests_on(pathway, names_read(value)) & frozenset(terms.CLOCK_WORDS))


# --- both together -----------------------------------------------------------------------------------------------
def time_misfit(study: StudyTime, pathway: Pathway, scenarios: Mapping[str, Scenario]) -> list[Problem]:
    """A horizon that does not hold whole cycles, or Simpson's rule where it cannot be."""
    revised = [try_revise(pathway, [scenario])[0].pathway for scenario in scenarios.values()]
    counts = study.count is not None and study.horizon is not None
    if counts and not any(s.is_cycle for each in (pathway, *revised) for s in each.settings.values()):
        what = f"`count: {study.count}` is about settings with `stay: cycle`, and the pathway has none"
        return [Problem("count_of_no_cycles", what, Where(item="count"), remedy="leave `count` out")]
    every = (pathway, *revised)
    found = {
        problem.what: problem for each in every for problem in (*_misfits(study, each), *_part_of_a_cycle(study, each))
    }
    return list(found.values())


def _part_of_a_cycle(study: StudyTime, pathway: Pathway) -> Iterator[Problem]:
    """Where all time passes in cycles, nothing is known of a part of one."""
    repeats = any(setting.is_cycle for setting in pathway.settings.values()) and in_cycles_only(pathway)
    if study.period is None or pathway.cycle is None or not repeats or DAYS[study.period] >= DAYS[pathway.cycle]:
        return
    what = f"the pathway passes a {pathway.cycle} at a time, so its pounds are told by the {pathway.cycle}, not the {study.period}"
    remedy = f"leave `period` out, or write `period: {pathway.cycle}`"
    yield Problem("period_within_a_cycle", what, Where(item="period"), remedy=remedy, severity=Severity.NOTE)


def _misfits(study: StudyTime, pathway: Pathway) -> Iterator[Problem]:
    repeats = [setting.is_cycle for setting in pathway.settings.values()]
    if study.horizon is None or pathway.cycle is None or not any(repeats) or _time_fault(study.horizon, ""):
        return
    cycles = duration_days(study.horizon) / DAYS[pathway.cycle]
    if cycles < 1 - CLOSE:
        what = f"the horizon of {study.horizon} ends before the first cycle of a {pathway.cycle} does"
        remedy = f"give a horizon of at least 1 {pathway.cycle}"
        yield Problem("horizon_before_first_event", what, Where(item="horizon"), remedy=remedy)
    elif abs(cycles - round(cycles)) > CLOSE * cycles:
        what = f"the horizon of {study.horizon} is {shown_number(round(cycles, 4))} cycles of a {pathway.cycle}, not a whole number"
        remedy = f"write `horizon: {round(cycles)} {pathway.cycle}s`"
        yield Problem("horizon_of_part_cycles", what, Where(item="horizon"), remedy=remedy)
    elif study.count == "simpson" and round(cycles) % 2:
        what = (
            f"Simpson's rule needs an even number of cycles; {study.horizon} holds {round(cycles)}, "
            f"and the weights add up to {round(cycles) - 1}⅔ of them"
        )
        yield Problem(
            "simpson_needs_even_cycles", what, Where(item="count"), None, "use `half_cycle`", Severity.WARNING
        )
    if study.count == "simpson" and not in_cycles_only(pathway):
        what = "Simpson's rule needs every boundary to be one of cycles, and patients spend days elsewhere too"
        yield Problem("simpson_needs_cycles_only", what, Where(item="count"), remedy="use `half_cycle`")
    if study.count in ("end", "half_cycle") and not in_cycles_only(pathway):
        what = (
            f"`{study.count}` is about boundaries at which all cycles begin and end, and here patients spend days elsewhere "
            "first"
        )
        remedy = (
            "leave `count` out (cycles count where they begin), or make the days a quantity of a setting without a stay"
        )
        yield Problem("count_beside_days", what, Where(item="count"), remedy=remedy)
    yield from _days_of_cycles(study, pathway)


def _days_of_cycles(study: StudyTime, pathway: Pathway) -> Iterator[Problem]:
    """Uses by the day in a setting that repeats every cycle, beside a rule of counting that is about cycles."""
    if study.count in (None, "start"):
        return
    for name, setting in pathway.settings.items():
        for use in setting.uses:
            if setting.is_cycle and use.per == "day":
                what = f"`count: {study.count}` counts cycles, and {use.label} of {name} is used by the day, whatever it says"
                remedy = "write `per: cycle`, with the quantity of a whole cycle"
                yield Problem("count_beside_days", what, Where(item="count"), remedy=remedy)

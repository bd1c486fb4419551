"""Levers of break-even: what a study wants moved must be there, and be one number. One rule a function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pathway_cost.errors import Problem, Where, nearest_name
from pathway_cost.specs.changes.revise import try_revise
from pathway_cost.specs.format import (
    Lever,
    Pathway,
    Scenario,
    Setting,
    StatedParameter,
    Study,
    plain_number_of,
    shown_number,
    stated_parameters,
    uses_of,
)

Scenarios = Mapping[str, Scenario]

STATED_MULTIPLIER = 1.0


def lever_problems(study: Study, pathway: Pathway, scenarios: Scenarios) -> list[Problem]:
    """Every fault of the levers of a study."""
    if study.sensitivity is None or not study.sensitivity.break_even:
        return []
    stated = list(stated_parameters(pathway, scenarios))
    pathways = [pathway, *(try_revise(pathway, [scenario])[0].pathway for scenario in scenarios.values())]
    return [
        *lever_of_no_parameter(study, stated),
        *lever_of_no_number(study, pathway, stated),
        *lever_of_no_setting(study, pathways),
        *lever_of_no_stay(study, pathways),
        *lever_of_no_unit_cost(study, pathways),
        *lever_of_unused_unit_cost(study, pathways),
        *lever_below_nothing(study),
        *lever_bounds_without_what_is_stated(study, pathway, stated),
    ]


def lever_of_no_parameter(study: Study, stated: list[StatedParameter]) -> list[Problem]:
    """A parameter that neither the pathway nor a scenario has."""
    known = {each.name for each in stated}
    return _of_nothing(
        study, "lever_of_no_parameter", "parameter", "there is no parameter {!r}", known, also=_shares(stated)
    )


def lever_of_no_number(study: Study, pathway: Pathway, stated: list[StatedParameter]) -> list[Problem]:
    """A parameter that is a table, a row of counts, or worked out from the patient: no one value moves it."""
    shares = _shares(stated)
    known = {each.name for each in stated} | shares
    return [
        Problem(
            "lever_of_no_number",
            f"{lever.parameter!r} is {_other_kind(lever.parameter, shares, stated)}, so no one value moves it",
            Where(item=f"{item}.parameter"),
            remedy="make each number in it a parameter of its own, and move that",
        )
        for item, lever in _levers(study)
        if lever.parameter in known and not _numbers(lever.parameter, pathway, stated)
    ]


def lever_of_no_setting(study: Study, pathways: list[Pathway]) -> list[Problem]:
    """A setting that neither the pathway nor a scenario has."""
    known = {name for each in pathways for name in each.settings}
    return _of_nothing(study, "lever_of_no_setting", "stay", "there is no setting {!r}", known)


def lever_of_no_stay(study: Study, pathways: list[Pathway]) -> list[Problem]:
    """A setting without a stay, or one that repeats every cycle."""
    found = []
    for item, lever in _levers(study):
        here = [each for each in pathways if lever.stay in each.settings]
        if lever.stay is None or not here or any(has_stay(each, lever.stay) for each in here):
            continue
        repeats = any(each.settings[lever.stay].is_cycle for each in here)
        what = f"{lever.stay!r} {'stays a cycle, which cannot be multiplied' if repeats else 'has no stay'}"
        remedy = "move the shares of leaving: make one a parameter" if repeats else "name a setting with a stay"
        found.append(Problem("lever_of_no_stay", what, Where(item=f"{item}.stay"), remedy=remedy))
    return found


def has_stay(pathway: Pathway, setting: str) -> bool:
    """Whether a setting of a pathway has a stay that can be multiplied: its own, or that of a way out."""
    there = pathway.settings.get(setting)
    return there is not None and not there.is_cycle and _has_days(pathway, setting, there)


def _has_days(pathway: Pathway, name: str, setting: Setting) -> bool:
    ways = pathway.routes.get(name, {}).values()
    return setting.stay is not None or any(way.stay is not None for way in ways)


def lever_of_no_unit_cost(study: Study, pathways: list[Pathway]) -> list[Problem]:
    """A key that is not declared."""
    declared = {key for each in pathways for key in each.unit_costs}
    return _of_nothing(study, "lever_of_no_unit_cost", "unit_cost", "no unit cost is called {!r}", declared)


def lever_of_unused_unit_cost(study: Study, pathways: list[Pathway]) -> list[Problem]:
    """A key that is declared, and that nobody uses: neither itself nor in place of a bundle."""
    declared = {key for pathway in pathways for key in pathway.unit_costs}
    used = {key for pathway in pathways for key in _used(pathway)}
    return [
        Problem(
            "lever_of_unused_unit_cost",
            f"nobody uses {lever.unit_cost!r}, so its price moves nothing",
            Where(item=f"{item}.unit_cost"),
            remedy="name the unit cost of a use",
        )
        for item, lever in _levers(study)
        if lever.unit_cost in declared - used
    ]


def _used(pathway: Pathway) -> Iterator[str]:
    for at in uses_of(pathway):
        declared = pathway.unit_costs.get(at.use.unit_cost or "")
        if declared is not None and at.use.unit_cost is not None:
            yield at.use.unit_cost
            if declared.bundle in pathway.bundles:
                yield pathway.bundles[declared.bundle].replaced_by


def lever_below_nothing(study: Study) -> list[Problem]:
    """A multiplier, or a number of patients, below 0."""
    return [
        Problem(
            "lever_below_nothing",
            f"{'there are no patients' if lever.volume else 'nothing is multiplied by a number'} below 0; "
            f"found {shown_number(lever.low)}",
            Where(item=f"{item}.low"),
            remedy=None if lever.volume else "write 0.8 for 20% less",
        )
        for item, lever in _levers(study)
        if lever.parameter is None and lever.low is not None and lever.low < 0
    ]


def lever_bounds_without_what_is_stated(study: Study, pathway: Pathway, stated: list[StatedParameter]) -> list[Problem]:
    """A plausible band that does not hold the value it is about: a typing error, or 20 written for 20% more."""
    return [
        Problem(
            "lever_bounds_without_what_is_stated",
            f"{_stated_text(lever, numbers)} does not lie between {shown_number(lever.low)} and {shown_number(lever.high)}",
            Where(item=f"{item}.low"),
            remedy="give the lowest and highest plausible value"
            if lever.parameter is not None
            else "give the lowest and highest plausible multiplier: 0.8 for 20% less, 1.2 for 20% more",
        )
        for item, lever in _levers(study)
        if lever.low is not None and lever.high is not None and not lever.volume
        for numbers in [_stated_numbers(lever, pathway, stated)]
        if numbers and not any(lever.low <= number <= lever.high for number in numbers)
    ]


def _stated_numbers(lever: Lever, pathway: Pathway, stated: list[StatedParameter]) -> list[float]:
    return [STATED_MULTIPLIER] if lever.parameter is None else _numbers(lever.parameter, pathway, stated)


def _stated_text(lever: Lever, numbers: list[float]) -> str:
    if lever.parameter is None:
        return "1 (as stated)"
    return f"{lever.parameter!r}, which is {' or '.join(dict.fromkeys(map(shown_number, numbers)))},"


def _of_nothing(
    study: Study, rule: str, key: str, words: str, known: set[str], *, also: Iterable[str] = ()
) -> list[Problem]:
    """Levers that name nothing there is; the nearest name is one of those `known`."""
    named = ((item, getattr(lever, key)) for item, lever in _levers(study))
    return [
        Problem(rule, words.format(name), Where(item=f"{item}.{key}"), nearest_name(name, known))
        for item, name in named
        if name is not None and name not in {*known, *also}
    ]


# --- what is stated ----------------------------------------------------------------------------------------------
def _levers(study: Study) -> Iterator[tuple[str, Lever]]:
    for place, lever in enumerate(study.sensitivity.break_even if study.sensitivity is not None else ()):
        yield f"sensitivity.break_even.{place}", lever


def _shares(stated: list[StatedParameter]) -> set[str]:
    return {f"{each.name}.{goal}" for each in stated for goal in each.parameter.counts or {}}


def _numbers(name: str | None, pathway: Pathway, stated: list[StatedParameter]) -> list[float]:
    """The plain number that each version of a parameter is; none where one version is none."""
    versions = [each.parameter.value for each in stated if each.name == name]
    numbers = [None if value is None else plain_number_of(pathway, value) for value in versions]
    known = [number for number in numbers if number is not None]
    return known if len(known) == len(numbers) else []


def _other_kind(name: str | None, shares: set[str], stated: list[StatedParameter]) -> str:
    if name in shares:
        return "a share of a row of counts"
    counts = any(each.name == name and each.parameter.counts for each in stated)
    return "a row of counts" if counts else "not one plain number"

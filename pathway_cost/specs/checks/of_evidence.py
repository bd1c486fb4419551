"""Numbers and their evidence: spreads inside formulas, periods other than the pathway's window. One rule a function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from pathway_cost.errors import Problem, Severity, Where, nearest_name
from pathway_cost.specs.format import (
    BySteps,
    Evidence,
    Excess,
    Fixed,
    Formula,
    Named,
    Parameter,
    Pathway,
    Stated,
    UseAt,
    Value,
    duration_days,
    is_beyond_numbers,
    names_read,
    once_whatever_numbers,
    parse_formula,
    reading_values_of,
    rests_on,
    spread_sd,
    uses_of,
    walk,
)

MOST_SPREAD: Final = 1e9  # sd between patients ÷ mean
CLOSED_FORM = ("lognormal", "gamma", "weibull", "exponential", "empirical")
LAW_SIZES: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "beta": (("alpha", "beta"), ("mean", "sd")),
    "gamma": (("shape", "scale"), ("mean", "sd")),
    "lognormal": (("mean", "sd"), ("meanlog", "sdlog")),
    "normal": (("mean", "sd"),),
    "pert": (("low", "mode", "high"),),
    "triangular": (("low", "mode", "high"),),
    "uniform": (("low", "high"),),
    "dirichlet": (),
    "fixed": ((),),
}
"""Law → the sizes it may be given by. A Dirichlet is given by `counts`."""


def spread_bent(pathway: Pathway) -> list[Problem]:
    """A formula or table that bends a number that differs between patients: its mean is not that of the mean patient."""
    return [problem for stated in reading_values_of(pathway) for problem in spreads_bent_in(pathway, stated)]


def spreads_bent_in(pathway: Pathway, stated: Stated) -> list[Problem]:
    """The spread parameters that one value bends."""
    bent = [(item, value, names) for item, value in walk(stated.value, stated.item) if (names := _bent(value))]
    spread = with_spread(pathway) if bent else frozenset[str]()
    return [
        Problem(
            "spread_bent",
            f"{name!r} differs between patients, and {_shown(value)} is not a straight line in it: "
            "the result for the mean is not the mean of the results",
            Where(item=item),
            remedy=f"for days beyond a threshold write {{excess: {{of: {name}, over: …}}}}",
        )
        for item, value, names in bent
        for name in sorted(names & spread)
    ]


@once_whatever_numbers
def with_spread(pathway: Pathway) -> frozenset[str]:
    """Parameters that differ between patients: those with a spread, and those worked out from one."""
    parameters = pathway.parameters
    found = {name for name, parameter in parameters.items() if parameter.spread is not None}
    read = {
        name: _straight_reads(each.value)
        for name, each in parameters.items()
        if each.value is not None and not isinstance(each.value, Fixed)
    }
    while more := {name for name in read if name not in found and read[name] & found}:
        found |= more
    return frozenset(found)


def _straight_reads(value: Value) -> set[str]:
    """Names a value reads other than through an excess, which is a mean already."""
    plain = (inner for _, inner in walk(value, "") if isinstance(inner, Named | Formula | BySteps))
    return set[str]().union(*(names_read(inner) for inner in plain))


def _bent(value: Value) -> set[str]:
    """Names in which a value is not linear."""
    if isinstance(value, BySteps):
        return {value.by}
    if not isinstance(value, Formula):
        return set()
    try:
        expression = parse_formula(value.formula)
    except ValueError:
        return set()
    return {name for name in expression.names if not expression.is_linear_in(name)}


def _shown(value: Value) -> str:
    return f"{value.formula!r}" if isinstance(value, Formula) else "a table of steps"


def spread_times_itself(pathway: Pathway) -> list[Problem]:
    """A daily quantity that rests on the same spread as the days: the mean of a square is not the square of the mean."""
    spread = with_spread(pathway)
    return [
        Problem(
            "spread_times_itself",
            f"the days and the quantity a day both rest on {name!r}, which differs between patients",
            Where(item=f"{at.item}.quantity"),
            remedy="give the quantity per visit, or a daily quantity that does not depend on the stay",
        )
        for at in uses_of(pathway)
        if at.use.per == "day"
        for name in sorted(spread & rests_on(pathway, names_read(at.use.quantity)) & _behind_days(pathway, at))
    ]


def _behind_days(pathway: Pathway, at: UseAt) -> frozenset[str]:
    """The names that the days of a use rest on."""
    routes = pathway.routes.get(at.setting, {})
    if at.route is not None:
        days = [routes[at.route].wait]
    else:
        own = pathway.settings[at.setting].stay if at.setting in pathway.settings else None
        days = [own, *(route.stay for route in routes.values())]
    return rests_on(pathway, frozenset[str]().union(*(names_read(stay) for stay in days if stay is not None)))


def law_unclear(pathway: Pathway) -> list[Problem]:
    """A named law of uncertainty without the sizes it needs."""
    return [
        Problem(
            "law_unclear",
            f"{law} is given {', '.join(sizes) or 'nothing'}",
            Where(item=f"parameters.{name}.distribution.{law}"),
            remedy=_law_remedy(law),
        )
        for name, parameter in pathway.parameters.items()
        for law, sizes in (parameter.distribution or {}).items()
        if len(parameter.distribution or {}) > 1 or set(sizes) not in [set(known) for known in LAW_SIZES[law]]
    ]


def law_beyond_numbers(pathway: Pathway) -> list[Problem]:
    """Limits, a standard error, a law, an n or a spread so large or small that nothing can be worked out from it."""
    return [
        Problem(
            "law_beyond_numbers",
            f"{name!r}: {_stated_text(parameter, field)} cannot be: no value can be worked out from it",
            Where(item=f"parameters.{name}.{field}"),
            remedy="give what the evidence says, in the unit of the value",
        )
        for name, parameter in pathway.parameters.items()
        for field in _beyond_numbers(parameter)
    ]


def _beyond_numbers(parameter: Parameter) -> Iterator[str]:
    if is_beyond_numbers(parameter):
        stated = ("distribution", "se", "low", "n")
        yield next(field for field in stated if getattr(parameter, field) is not None)
    elif parameter.spread is not None and isinstance(parameter.value, Fixed):
        sd = spread_sd(parameter)
        if sd is not None and sd > MOST_SPREAD * abs(parameter.value.number) > 0:
            yield "spread"


def _stated_text(parameter: Parameter, field: str) -> str:
    match field:
        case "low":
            return f"limits from {_number_text(parameter.low)} to {_number_text(parameter.high)}"
        case "distribution" | "spread":
            return f"a {field} of this size"
        case _:
            return f"{field} {_number_text(getattr(parameter, field))}"


def _number_text(number: float | None) -> str:
    return f"{number:.6g}"


def _law_remedy(law: str) -> str:
    ways = [", ".join(known) or "nothing" for known in LAW_SIZES[law]]
    return f"give one law, with {' or '.join(ways)}" if ways else "write `counts:` in place of value and distribution"


def excess_of_no_spread(pathway: Pathway) -> list[Problem]:
    """The excess of something that does not differ between patients, or differs by a law without a closed form."""
    return [problem for stated in reading_values_of(pathway) for problem in excesses_without_spread_in(pathway, stated)]


def excesses_without_spread_in(pathway: Pathway, stated: Stated) -> list[Problem]:
    """The excesses of one value that cannot be worked out."""
    found = []
    for item, value in walk(stated.value, stated.item):
        if isinstance(value, Excess):
            name, where = value.excess.of, Where(item=f"{item}.excess.of")
            parameter = pathway.parameters.get(name)
            if parameter is None:
                near = nearest_name(name, pathway.parameters)
                found.append(Problem("excess_of_no_spread", f"there is no parameter {name!r}", where, near))
            elif parameter.spread is None or parameter.spread.law not in CLOSED_FORM:
                what = f"{name!r} has {'no spread' if parameter.spread is None else f'a spread {parameter.spread.law}'}"
                remedy = f"give it `spread:` with one of {', '.join(CLOSED_FORM)}"
                found.append(Problem("excess_of_no_spread", what, where, remedy=remedy))
    return found


def window_unreadable(pathway: Pathway) -> list[Problem]:
    """A window or period that is no time."""
    times = [("window", pathway.window), *((item, evidence.period) for item, evidence in _evidences(pathway))]
    found = []
    for item, text in times:
        if text is not None and _days(text) is None:
            what = f"{text!r} is not a time such as `30 days`, `6 months` or `1 year`"
            remedy = None if item == "window" else "the years a source covers belong in `source:` or `note:`"
            found.append(Problem("window_unreadable", what, Where(item=item), remedy=remedy))
    return found


def evidence_of_another_period(pathway: Pathway) -> list[Problem]:
    """Evidence over another time than the pathway's window, not converted to it."""
    window = _days(pathway.window)
    return [
        Problem(
            "evidence_of_another_period",
            f"the evidence covers {evidence.period}, the pathway {pathway.window}",
            Where(item=item),
            remedy="convert the figure, and say how in `converted:`",
        )
        for item, evidence in _evidences(pathway)
        if window is not None and evidence.converted is None
        if (days := _days(evidence.period)) is not None and days != window
    ]


def period_without_window(pathway: Pathway) -> list[Problem]:
    """Evidence over a stated time in a pathway that states none."""
    return [
        Problem(
            "period_without_window",
            f"the evidence covers {evidence.period}; the pathway does not say what time it covers",
            Where(item=item),
            remedy="add `window:` to the pathway",
            severity=Severity.WARNING,
        )
        for item, evidence in _evidences(pathway)
        if evidence.period is not None and evidence.converted is None and pathway.window is None
    ]


def _evidences(pathway: Pathway) -> Iterator[tuple[str, Evidence]]:
    """The evidence of single numbers, with its item."""
    for name, parameter in pathway.parameters.items():
        if parameter.evidence is not None:
            yield f"parameters.{name}.evidence.period", parameter.evidence
    for at in uses_of(pathway):
        if at.use.evidence is not None:
            yield f"{at.item}.evidence.period", at.use.evidence


def _days(text: str | None) -> float | None:
    try:
        return None if text is None else round(duration_days(text), 6)
    except ValueError:
        return None

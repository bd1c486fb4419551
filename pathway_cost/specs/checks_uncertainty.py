"""Draws: what a study asks to be drawn, and whether what the numbers say of themselves can be. One rule a function."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.specs.base import shown_number
from pathway_cost.specs.checks_correlations import correlation_problems, not_drawn
from pathway_cost.specs.checks_evidence import LAW_SIZES
from pathway_cost.specs.laws import FEWEST, is_uncertain, law_mean, law_of, sizes_stand, uncertain_names
from pathway_cost.specs.pathway import Pathway
from pathway_cost.specs.scenario import Scenario, SetParameter
from pathway_cost.specs.study import Study, Uncertainty
from pathway_cost.specs.uncertainty import (
    SHARE,
    means_with_prior,
    nobody_seen,
    prior_of,
    prior_text,
    rests_on_n,
    standard_error,
)
from pathway_cost.specs.values import Fixed, Parameter

FEWEST_DRAWS = 2
NAMED = 5  # parameters of one reason, by name
MEANS_DIFFER = 0.01  # of the larger of the stated value and the mean of the law

Scenarios = Mapping[str, Scenario]


class StatedParameter(NamedTuple):
    """A parameter where it is written: by the pathway, or by a scenario."""

    item: str
    name: str
    parameter: Parameter


def check_uncertainty(study: Study, pathway: Pathway, scenarios: Scenarios) -> list[Problem]:
    """Every fault, warning and note of the laws a study reads and the draws it asks for; none where it asks for none.

    Items are of the study (`uncertainty.…`), of the pathway (`parameters.…`) or of a scenario
    (`<scenario>.changes.…`). Correlations that contradict one another are found where they are worked out.
    """
    asked = study.uncertainty
    if asked is None and study.sensitivity is None:
        return []
    stated = list(stated_parameters(pathway, scenarios))
    found = [
        *uncertainty_of_a_table(stated),
        *law_impossible(stated),
        *law_of_another_mean(stated),
        *value_at_its_limit(stated),
        *limits_too_wide(stated),
        *limits_of_another_mean(stated),
        *prior_of_nothing(stated),
        *stated_and_not_drawn(stated),
        *drawn_with_a_prior(stated),
    ]
    return (
        found
        if asked is None
        else [
            *found,
            *too_few_draws(asked),
            *beside_own_draws(asked),
            *correlations_of_what_is_not_drawn(asked, stated),
            *group_of_what_is_not_drawn(asked, stated),
        ]
    )


def stated_parameters(pathway: Pathway, scenarios: Scenarios) -> Iterator[StatedParameter]:
    """Every parameter as written, a scenario's new value with the unit of the old."""
    for name, parameter in pathway.parameters.items():
        yield StatedParameter(f"parameters.{name}", name, parameter)
    for key, scenario in scenarios.items():
        units = {name: old.unit for name, old in {**pathway.parameters, **scenario.parameters}.items()}
        for name, parameter in scenario.parameters.items():
            yield StatedParameter(f"{key}.parameters.{name}", name, parameter)
        for index, change in enumerate(scenario.changes):
            if isinstance(change, SetParameter):
                name, unit = change.set_parameter, change.to.unit or units.get(change.set_parameter)
                yield StatedParameter(f"{key}.changes.{index}.to", name, change.to.model_copy(update={"unit": unit}))


def uncertainty_of_a_table(stated: list[StatedParameter]) -> list[Problem]:
    """Limits, a standard error or a law of something that is not one number: nothing says which of its numbers moves."""
    return [
        Problem(
            "uncertainty_of_a_table",
            f"{each.name!r} is not one number, so its {field} cannot be drawn",
            Where(item=f"{each.item}.{field}"),
            remedy="make each number in it a parameter of its own, with its own uncertainty",
        )
        for each in stated
        if each.parameter.value is not None and not isinstance(each.parameter.value, Fixed)
        for field in ("low", "se", "distribution")
        if getattr(each.parameter, field) is not None
    ]


def law_impossible(stated: list[StatedParameter]) -> list[Problem]:
    """A named law with sizes that no such law has."""
    return [
        Problem(
            "law_impossible",
            f"there is no {law} with {', '.join(f'{name} {shown_number(size)}' for name, size in sizes.items())}",
            Where(item=f"{each.item}.distribution.{law}"),
            remedy=_sizes_remedy(law),
        )
        for each in stated
        for law, sizes in (each.parameter.distribution or {}).items()
        if set(sizes) in [set(known) for known in LAW_SIZES[law]] and not sizes_stand(law, sizes)
    ]


def _sizes_remedy(law: str) -> str:
    match law:
        case "pert" | "triangular":
            return "low ≤ mode ≤ high"
        case "uniform":
            return "low ≤ high"
        case "beta":
            return "alpha and beta above 0; or a mean between 0 and 1 with an sd below √(mean × (1 − mean))"
        case _:
            return "sizes above 0"


def law_of_another_mean(stated: list[StatedParameter]) -> list[Problem]:
    """A named law whose mean is not the value: the draws would lie around another figure than the one costed."""
    found = []
    for each in stated:
        law = law_of(each.parameter) if each.parameter.distribution else None
        if law is None or not isinstance(each.parameter.value, Fixed):
            continue
        mean, value = law_mean(law), each.parameter.value.number
        likely = next(iter((each.parameter.distribution or {}).values())).get("mode", math.nan)
        if abs(mean - value) > MEANS_DIFFER * max(abs(mean), abs(value)) and value != likely:
            what = f"{each.name!r} is {shown_number(value)}, and the mean of its law {mean:.4g}"
            remedy = "give a law whose mean is the value, or the value that is the mean of the law"
            where = Where(item=f"{each.item}.distribution")
            found.append(Problem("law_of_another_mean", what, where, remedy=remedy, severity=Severity.WARNING))
    return found


def value_at_its_limit(stated: list[StatedParameter]) -> list[Problem]:
    """A value at the end of what it can be, with uncertainty on one side only: no law has its mean at its end."""
    return [
        Problem(
            "value_at_its_limit",
            f"{each.name!r} is {shown_number(number)}, the {'least' if number == 0 else 'most'} it can be, so it is not "
            "the mean of what it might be",
            Where(item=f"{each.item}.{'se' if each.parameter.se is not None else 'low'}"),
            remedy="give the mean, or low and high with `interval: range`, of which the value is the likeliest",
        )
        for each in stated
        for number in [_number_with_error(each.parameter)]
        if number is not None and _is_at_its_limit(each.parameter, number)
    ]


def _number_with_error(parameter: Parameter) -> float | None:
    """The value where a standard error or limits (not a PERT's) surround it."""
    surrounded = parameter.se is not None or (parameter.low is not None and parameter.interval != "range")
    if not surrounded or not standard_error(parameter) or not isinstance(parameter.value, Fixed):
        return None
    return parameter.value.number


def _is_at_its_limit(parameter: Parameter, number: float) -> bool:
    if parameter.unit == SHARE:
        return number in (0, 1)
    return number == 0 and parameter.low == 0


def limits_too_wide(stated: list[StatedParameter]) -> list[Problem]:
    """A share less sure than the evidence of one patient: drawn as if there were one."""
    return [
        Problem(
            "limits_too_wide",
            f"{each.name!r} is less sure than the evidence of one patient, and drawn as if it were that",
            Where(item=each.item),
            remedy="give low and high with `interval: range`, or narrower limits",
            severity=Severity.WARNING,
        )
        for each in stated
        for number in [_number_with_error(each.parameter)]
        for law in [law_of(each.parameter)]
        if number is not None and law is not None and law.name == "beta"
        if (standard_error(each.parameter) or 0) ** 2 > number * (1 - number) / (FEWEST + 1) * (1 + 1e-9)
    ]


def limits_of_another_mean(stated: list[StatedParameter]) -> list[Problem]:
    """A value that is never negative, with an upper limit so far off that no such value has its mean where it stands.

    A share p of the patients above h alone brings the mean to p × h.
    """
    return [
        Problem(
            "limits_of_another_mean",
            f"{each.name!r} is {shown_number(number)}; nothing that is never negative and {shown_number(number)} on average "
            f"is above {shown_number(each.parameter.high)} in {beyond:.1%} of draws",
            Where(item=f"{each.item}.high"),
            remedy=f"give a high below {shown_number(number / beyond)}, or the value that is the mean of such limits",
            severity=Severity.WARNING,
        )
        for each in stated
        for number in [_number_with_error(each.parameter)]
        if number is not None and number > 0 and each.parameter.high is not None and (each.parameter.low or 0.0) >= 0
        for beyond in [(1 - float(each.parameter.interval)) / 2]
        if each.parameter.high > number / beyond * (1 + 1e-9)
    ]


def prior_of_nothing(stated: list[StatedParameter]) -> list[Problem]:
    """A prior beside something that no prior is added to."""
    return [
        Problem(
            "prior_of_nothing",
            f"{each.name!r} has `prior: {each.parameter.prior}`, and neither counts nor the n of a share to add it to",
            Where(item=f"{each.item}.prior"),
            remedy="a prior goes with `counts:`, or with `unit: share`, `n:` and no other uncertainty",
        )
        for each in stated
        if each.parameter.prior is not None and each.parameter.counts is None and not rests_on_n(each.parameter)
    ]


def stated_and_not_drawn(stated: list[StatedParameter]) -> list[Problem]:
    """Numbers whose limits, law or n say nothing of how unsure they are: fixed in every draw, in one warning a reason."""
    reasons: dict[str, list[StatedParameter]] = {}
    for each in stated:
        reason = _why_not_drawn(each.parameter)
        if reason is not None:
            reasons.setdefault(reason, []).append(each)
    return [
        Problem(
            "stated_and_not_drawn",
            f"{_named(found)} {'is' if len(found) == 1 else 'are'} the same in every draw: {reason}",
            Where(item=found[0].item),
            remedy="give low and high, or se; or `distribution: {fixed: {}}` for a number that is sure",
            severity=Severity.WARNING,
        )
        for reason, found in reasons.items()
    ]


def _why_not_drawn(parameter: Parameter) -> str | None:
    """Why a number of which something is stated is not drawn; None where it is, or where that is the user's choice."""
    if is_uncertain(parameter) or parameter.counts is not None or _is_sure_by_choice(parameter):
        return None
    if not isinstance(parameter.value, Fixed):
        return None if parameter.n is None else "n says how many patients are behind it, and it is not one number"
    if parameter.low is not None or any(sizes_stand(*law) for law in (parameter.distribution or {}).items()):
        return "the ends of what it might be are one number"
    return None if parameter.n is None else _why_n_says_nothing(parameter)


def _why_n_says_nothing(parameter: Parameter) -> str:
    if parameter.spread is not None:
        return "n is stated, and its patients do not differ"
    return "n says how many patients are behind it, and nothing says how they differ (`spread:`, or `unit: share`)"


def _is_sure_by_choice(parameter: Parameter) -> bool:
    """Whether the user says that a number is what it is: a law `fixed`, no prior, or that there is none of it."""
    return "fixed" in (parameter.distribution or {}) or parameter.prior == "none" or parameter.high == 0


def _named(found: list[StatedParameter]) -> str:
    names = list(dict.fromkeys(repr(each.name) for each in found))
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def drawn_with_a_prior(stated: list[StatedParameter]) -> list[Problem]:
    """What a prior was added to, with the mean of its draws beside what is stated."""
    return [
        Problem(
            "drawn_with_a_prior",
            f"{each.name!r} is drawn {prior_text(each.parameter).removeprefix(', ')}; stated: {_as_stated(each.parameter)}",
            Where(item=each.item),
            remedy="`prior: none` leaves it as stated where that is 0 or 1" if nobody_seen(each.parameter) else None,
            severity=Severity.NOTE,
        )
        for each in stated
        if prior_of(each.parameter) > 0
    ]


def _as_stated(parameter: Parameter) -> str:
    if parameter.counts is None:
        assert isinstance(parameter.value, Fixed)
        number, patients = parameter.value.number, parameter.n or 0.0
        return f"{number:.3g}, {number * patients:.3g} of {shown_number(patients)}"
    total = sum(parameter.counts.values())
    return ", ".join(f"{name} {parameter.counts[name] / total:.3g}" for name in means_with_prior(parameter))


def too_few_draws(asked: Uncertainty) -> list[Problem]:
    """A single draw shows no uncertainty."""
    if asked.draws >= FEWEST_DRAWS or asked.table is not None:
        return []
    what = f"{asked.draws} draw shows no uncertainty"
    return [Problem("too_few_draws", what, Where(item="uncertainty.draws"), remedy="1000 is usual")]


def beside_own_draws(asked: Uncertainty) -> list[Problem]:
    """A table of draws, and beside it what only draws of ours can have."""
    if asked.table is None:
        return []
    fields: list[str] = [field for field in ("draws", "seed", "correlations") if field in asked.model_fields_set]
    fields += ["excess_shares"] if asked.excess_shares == "redraw" else []
    return [
        Problem(
            "beside_own_draws",
            f"the rows of the table are the draws, so `{field}` has no meaning",
            Where(item=f"uncertainty.{field}"),
            remedy="remove it" if field != "excess_shares" else "use fault or renormalise",
        )
        for field in fields
    ]


def correlations_of_what_is_not_drawn(asked: Uncertainty, stated: list[StatedParameter]) -> list[Problem]:
    """Pairs that cannot be: ranks, repeats, names that are not drawn, shares of a row of counts."""
    shares = _rows_of_counts(stated) | _shares_of_counts(stated)
    moving = [
        Problem(
            "correlated_share_of_counts",
            f"{name!r} is a share of a row of counts, which moves with the others of its row",
            Where(item=f"uncertainty.correlations.{place}.between"),
            remedy="correlate parameters that have a value",
        )
        for place, pair in enumerate(asked.correlations)
        for name in dict.fromkeys(pair.between)
        if name in shares
    ]
    return [*correlation_problems(asked.correlations, _drawn(stated) | shares, _known(stated)), *moving]


def group_of_what_is_not_drawn(asked: Uncertainty, stated: list[StatedParameter]) -> list[Problem]:
    """A group without parameters, or with one that does not exist or is not drawn (a table of draws may draw any)."""
    known = _known(stated) | _shares_of_counts(stated)
    drawn = known if asked.table is not None else _drawn(stated)
    empty = [
        Problem("group_of_nothing", f"the group {group!r} is empty", Where(item=f"uncertainty.groups.{group}"))
        for group, names in asked.groups.items()
        if not names
    ]
    return empty + [
        not_drawn("group_of_what_is_not_drawn", name, Where(item=f"uncertainty.groups.{group}.{place}"), drawn, known)
        for group, names in asked.groups.items()
        for place, name in enumerate(names)
        if name not in drawn
    ]


def _known(stated: list[StatedParameter]) -> set[str]:
    return {each.name for each in stated}


def _drawn(stated: list[StatedParameter]) -> set[str]:
    """Names that are drawn somewhere; a row of counts, and its shares."""
    rows = {each.name for each in stated if is_uncertain(each.parameter)}
    return rows | {name for each in stated for name in uncertain_names({each.name: each.parameter})}


def _rows_of_counts(stated: list[StatedParameter]) -> set[str]:
    return {each.name for each in stated if each.parameter.counts is not None}


def _shares_of_counts(stated: list[StatedParameter]) -> set[str]:
    return {f"{each.name}.{goal}" for each in stated for goal in each.parameter.counts or {}}

"""Draws: what a study asks to be drawn, and whether what the numbers say of themselves can be. One rule a function."""

from __future__ import annotations

import math
from collections.abc import Mapping

from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.specs.checks.of_correlations import correlation_problems, not_drawn
from pathway_cost.specs.checks.of_evidence import LAW_SIZES
from pathway_cost.specs.checks.of_stated import (
    drawn_with_a_prior,
    limits_of_another_mean,
    number_with_error,
    prior_of_nothing,
    stated_and_not_drawn,
)
from pathway_cost.specs.format import (
    FEWEST,
    SHARE,
    Fixed,
    Parameter,
    Pathway,
    Scenario,
    StatedParameter,
    Study,
    Uncertainty,
    is_uncertain,
    law_mean,
    law_of,
    shown_number,
    sizes_stand,
    standard_error,
    stated_parameters,
    uncertain_names,
)

FEWEST_DRAWS = 2
MEANS_DIFFER = 0.01  # of the larger of the stated value and the mean of the law

Scenarios = Mapping[str, Scenario]


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
            about = (("parameter", each.name),)
            found.append(
                Problem("law_of_another_mean", what, where, remedy=remedy, severity=Severity.WARNING, about=about)
            )
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
        for number in [number_with_error(each.parameter)]
        if number is not None and _is_at_its_limit(each.parameter, number)
    ]


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
            about=(("parameter", each.name),),
        )
        for each in stated
        for number in [number_with_error(each.parameter)]
        for law in [law_of(each.parameter)]
        if number is not None and law is not None and law.name == "beta"
        if (standard_error(each.parameter) or 0) ** 2 > number * (1 - number) / (FEWEST + 1) * (1 + 1e-9)
    ]


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

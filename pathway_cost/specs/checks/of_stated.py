"""What a number says of itself and is not drawn from, or is drawn from with a prior, or no law can have. One rule a function."""

from __future__ import annotations

from pathway_cost.errors import Problem, Severity, Where, first_few
from pathway_cost.specs.format import (
    Fixed,
    Parameter,
    StatedParameter,
    is_uncertain,
    means_with_prior,
    nobody_seen,
    prior_of,
    prior_text,
    rests_on_n,
    shown_number,
    sizes_stand,
    standard_error,
)

NAMED = 5  # parameters of one reason, by name


def number_with_error(parameter: Parameter) -> float | None:
    """The value where a standard error or limits (not a PERT's) surround it."""
    surrounded = parameter.se is not None or (parameter.low is not None and parameter.interval != "range")
    if not surrounded or not standard_error(parameter) or not isinstance(parameter.value, Fixed):
        return None
    return parameter.value.number


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
            about=(("parameter", each.name),),
        )
        for each in stated
        for number in [number_with_error(each.parameter)]
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
            about=tuple(("parameter", each.name) for each in found),
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
    return first_few(names, NAMED)


def drawn_with_a_prior(stated: list[StatedParameter]) -> list[Problem]:
    """What a prior was added to, with the mean of its draws beside what is stated."""
    return [
        Problem(
            "drawn_with_a_prior",
            f"{each.name!r} is drawn {prior_text(each.parameter).removeprefix(', ')}; stated: {_as_stated(each.parameter)}",
            Where(item=each.item),
            remedy="`prior: none` leaves it as stated where that is 0 or 1" if nobody_seen(each.parameter) else None,
            severity=Severity.NOTE,
            about=(("parameter", each.name),),
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

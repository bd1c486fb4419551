"""Units where they decide: of what stands as a stay, a wait or a share. One rule a function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pathway_cost.errors import Problem, Where, nearest_name
from pathway_cost.specs.format import (
    DAYS_AT,
    SHARES,
    TIMES,
    Formula,
    Named,
    Pathway,
    Standing,
    Stated,
    is_percent,
    is_share_unit,
    leaves,
    listed,
    named_at,
    names_read,
    names_read_inside,
    not_convertible,
    parse_formula,
    plain_number_of,
    rests_on,
    stays_not_in_days,
    time_unit,
    values_of,
)

SHARES_AT: tuple[Standing, ...] = ("share", "start")


def stay_in_no_time_unit(pathway: Pathway) -> list[Problem]:
    """A stay or wait whose unit is no time that is known; an attribute that is not in days."""
    words = [word for name in TIMES for word in (name, f"{name}s")]
    found = []
    for name, item, unit in _units_at(pathway, DAYS_AT):
        if time_unit(unit) is None:
            what = f"{name!r} is a stay or wait, and its unit {unit!r} is none of {listed(TIMES)}"
            found.append(Problem("stay_in_no_time_unit", what, Where(item=item), nearest_name(unit, words)))
        elif name in pathway.attributes and time_unit(unit) != "day":
            what = f"{name!r} is a stay or wait in units of a {time_unit(unit)}; the cohort's days are needed"
            remedy = f'write {{formula: "{name} * {TIMES[str(time_unit(unit))]:g}"}} where it stands, or give days'
            found.append(Problem("stay_in_no_time_unit", what, Where(item=item), remedy=remedy))
    return found


def stay_unit_used_otherwise(pathway: Pathway) -> list[Problem]:
    """A stay in weeks (or hours …) that something else reads too, or whose law of uncertainty is named: it must be in days."""
    return [
        Problem(
            "stay_unit_used_otherwise",
            f"{name!r} is given in units of a {unit}, and {why}",
            Where(item=f"parameters.{name}.unit"),
            remedy="give it in days",
        )
        for name, unit in stays_not_in_days(pathway).items()
        if (why := not_convertible(pathway, name))
    ]


def formula_of_days_in_another_unit(pathway: Pathway) -> list[Problem]:
    """A formula for days that reads a time in weeks (or hours …), also through other parameters; whatever it does with it."""
    in_formulas = [
        Problem(
            "formula_of_days_in_another_unit",
            f"the formula is read as days, and {name!r} is in units of a {unit}",
            Where(item=item),
            remedy="give it in days",
        )
        for item, name, unit in dict.fromkeys(_times_in_formulas(pathway))
    ]
    of_attributes = [
        Problem(
            "formula_of_days_in_another_unit",
            f"the formula is read as days, and {name!r} is in units of a {unit}",
            Where(item=item),
            remedy=f"write `{name} * {TIMES[unit]:g}`",
        )
        for item, name, stated in _terms_at(pathway, DAYS_AT, _is_in_days)
        if name in pathway.attributes and (unit := str(time_unit(stated))) in TIMES and unit != "day"
    ]
    return in_formulas + of_attributes


def _times_in_formulas(pathway: Pathway) -> Iterator[tuple[str, str, str]]:
    """(item, parameter, its unit) of times in another unit than days that stays and waits read in formulas.

    One in the unit of an attribute that is read beside it (a mean age, in years) is compared with it and no stay.
    """
    for stated in values_of(pathway):
        if stated.kind in DAYS_AT:
            ages = _units_of_attributes(pathway, rests_on(pathway, names_read(stated.value)))
            for item, name in _read_in_formulas(pathway, stated):
                unit = str(time_unit(pathway.parameters[name].unit))
                if unit in TIMES and unit not in {"day", *ages}:
                    yield item, name, unit


def _read_in_formulas(pathway: Pathway, stated: Stated) -> Iterator[tuple[str, str]]:
    """(item, parameter) that a stay or wait reads in its formula, and that parameters in days read in theirs."""
    known = pathway.parameters.keys()
    read = [(stated.item, name) for name in sorted(names_read_inside(stated.value) & known)]
    standing = {value.name for _, value in leaves(stated.value, "") if isinstance(value, Named)}
    waiting, seen = [*sorted(standing & known), *(name for _, name in read)], set[str]()
    while waiting:
        name = waiting.pop()
        value = pathway.parameters[name].value
        if name not in seen and value is not None and _is_in_days(pathway.parameters[name].unit):
            below = sorted(names_read(value) & known)
            read += [(f"parameters.{name}.value", each) for each in below]
            waiting += below
        seen.add(name)
    yield from read


def _units_of_attributes(pathway: Pathway, names: Iterable[str]) -> frozenset[str]:
    attributes = (pathway.attributes[name] for name in names if name in pathway.attributes)
    return frozenset(unit for each in attributes if (unit := time_unit(each.number)) is not None)


def _is_in_days(unit: str | None) -> bool:
    return time_unit(unit) == "day"


def share_in_percent(pathway: Pathway) -> list[Problem]:
    """A share of a route or of the start whose unit says percent, or is no unit of a share; a formula that reads one."""
    found = []
    for name, item, unit in _units_at(pathway, SHARES_AT):
        if is_share_unit(unit):
            continue
        number = plain_number_of(pathway, Named(name=name))
        written = f"; write {number / 100:.12g}" if number is not None and is_percent(unit) else ""
        what = f"{name!r} is a share, and its unit is {unit!r}"
        remedy = f"write `unit: share`, a number between 0 and 1{written}"
        if not is_percent(unit):
            remedy = f"units of a share: {listed(SHARES)}"
        found.append(Problem("share_in_percent", what, Where(item=item), nearest_name(unit, SHARES), remedy))
    for item, name, unit in _terms_at(pathway, SHARES_AT, is_share_unit):
        if is_percent(unit):
            what = f"the formula is read as a share, and {name!r} is in percent"
            found.append(Problem("share_in_percent", what, Where(item=item), remedy=f"write `{name} / 100`"))
    return found


def _terms_at(
    pathway: Pathway, kinds: tuple[Standing, ...], fits: Callable[[str | None], bool]
) -> Iterator[tuple[str, str, str]]:
    """(item, name, unit) of names with a unit that a formula adds up as they are, or times a ratio, at some places."""
    units = {name: each.unit for name, each in pathway.parameters.items()}
    units |= {name: each.number for name, each in pathway.attributes.items() if each.number is not None}
    for item, text in _formulas_at(pathway, kinds, fits):
        for names in _products(text):
            stated = [(name, unit) for name in names if (unit := units.get(name)) is not None]
            of_ratio = [name for name, unit in stated if is_share_unit(unit)]
            if len(stated) == len(names) and len(of_ratio) >= len(names) - 1:
                yield from ((item, name, unit) for name, unit in stated if name not in of_ratio)


def _formulas_at(
    pathway: Pathway, kinds: tuple[Standing, ...], fits: Callable[[str | None], bool]
) -> Iterator[tuple[str, str]]:
    """(item, formula) at some places, and of the parameters that stand there in a unit that fits."""
    stands = [name for name in sorted(named_at(pathway, kinds)) if name in pathway.parameters]
    inside = {f"parameters.{name}.value" for name in stands if fits(pathway.parameters[name].unit)}
    for stated in values_of(pathway):
        if stated.kind in kinds or stated.item in inside:
            for item, value in leaves(stated.value, stated.item):
                if isinstance(value, Formula):
                    yield item, value.formula
                elif isinstance(value, Named) and stated.item in inside:
                    yield item, value.name


def _products(text: str) -> list[tuple[str, ...]]:
    try:
        return parse_formula(text).products_of_names()
    except ValueError:
        return []


def _units_at(pathway: Pathway, kinds: tuple[Standing, ...]) -> Iterator[tuple[str, str, str]]:
    """(name, item of its unit, unit) of parameters and numeric attributes that stand as they are at some places."""
    for name in sorted(named_at(pathway, kinds)):
        parameter, attribute = pathway.parameters.get(name), pathway.attributes.get(name)
        if parameter is not None and parameter.unit is not None:
            yield name, f"parameters.{name}.unit", parameter.unit
        elif attribute is not None and attribute.number is not None:
            yield name, f"attributes.{name}.number", attribute.number

"""The unit of a price must fit the `per:` and the quantity of its use. One rule a function."""

from __future__ import annotations

from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.specs.format import (
    DAY_LIKE,
    DAYS_AT,
    ONCE_A_RECORD,
    PRICE_TIMES,
    WITHIN_A_DAY,
    Fixed,
    Formula,
    Named,
    Pathway,
    Standing,
    UseAt,
    Value,
    formula_names,
    is_percent,
    named_at,
    plain_number_of,
    price_time,
    price_unit_meant,
    time_unit,
    uses_of,
)

QUANTITIES_AT: tuple[Standing, ...] = ("quantity",)


def unit_nearly_known(pathway: Pathway) -> list[Problem]:
    """A unit of a price that is nearly one of the field's: `beday`, `contacts`. A unit of one's own is none of them."""
    return [
        Problem(
            "unit_nearly_known",
            f"the unit {declared.unit!r} is nearly {meant!r}",
            Where(item=f"unit_costs.{key}.unit"),
            meant,
            f"write {meant}",
        )
        for key, declared in pathway.unit_costs.items()
        if (meant := price_unit_meant(declared.unit)) is not None
    ]


def one_day_for_a_stay(pathway: Pathway) -> list[Problem]:
    """A price per day (night, week …) taken once a visit of several days, with no quantity: `per: day` forgotten."""
    return [
        Problem(
            "one_day_for_a_stay",
            f"{at.use.unit_cost!r} is priced per {_unit(pathway, at)}, and is paid once a {at.use.per}, however long "
            f"{'the wait' if at.route else 'the stay'} is",
            Where(item=at.item),
            remedy=_times(pathway, at),
        )
        for at in uses_of(pathway)
        if at.use.per in ("visit", "patient")
        and _time(pathway, at) in (*DAY_LIKE, "week", "month", "year")
        and not _says_how_many(at)
        and _lasts(pathway, at)
    ]


def whole_record_a_day(pathway: Pathway) -> list[Problem]:
    """A price that is paid once for a record (episode, spell …), taken every day."""
    return [
        Problem(
            "whole_record_a_day",
            f"{at.use.unit_cost!r} is priced per {_unit(pathway, at)}, which is paid once, and is taken every day",
            Where(item=f"{at.item}.per"),
            remedy="use `per: visit`, or say how many a day (below 1) with `quantity:`",
        )
        for at in uses_of(pathway)
        if at.use.per == "day" and _unit(pathway, at) in ONCE_A_RECORD and _one_or_more(at) and _lasts(pathway, at)
    ]


def another_time_each_time(pathway: Pathway) -> list[Problem]:
    """A price per week (month, year …) taken every day, or per day taken every cycle of another length."""
    return [
        Problem(
            "another_time_each_time",
            f"{at.use.unit_cost!r} is priced per {_unit(pathway, at)}, and is taken once every {every}",
            Where(item=f"{at.item}.per"),
            remedy=f"say how many a {every} with `quantity: {PRICE_TIMES[every] / PRICE_TIMES[unit]:.6g}`, or declare the "
            f"unit cost per {every} with `per_use:` and evidence",
        )
        for at in uses_of(pathway)
        if (unit := _time(pathway, at)) is not None
        and unit not in WITHIN_A_DAY
        and (every := _every(pathway, at)) is not None
        and PRICE_TIMES[unit] != PRICE_TIMES[every]
        and not _says_how_many(at)
        and _lasts(pathway, at)
    ]


def one_hour_a_day(pathway: Pathway) -> list[Problem]:
    """A price per hour or minute taken every day with no quantity: one hour of each day may be meant, or all 24."""
    return [
        Problem(
            "one_hour_a_day",
            f"{at.use.unit_cost!r} is priced per {_unit(pathway, at)}, and one is paid for every {every}",
            Where(item=f"{at.item}.per"),
            remedy=f"say how many a {every} with `quantity:`: all are {PRICE_TIMES[every] / PRICE_TIMES[unit]:.6g}",
            severity=Severity.WARNING,
            about=(("price", str(at.use.unit_cost)),),
        )
        for at in uses_of(pathway)
        if (unit := _time(pathway, at)) in WITHIN_A_DAY
        and unit is not None
        and (every := _every(pathway, at)) is not None
        and not _says_how_many(at)
        and _lasts(pathway, at)
    ]


def days_times_days(pathway: Pathway) -> list[Problem]:
    """A quantity that is a stay, or a number of days, taken every day: the days would count as often as there are days."""
    stays = named_at(pathway, DAYS_AT)
    return [
        Problem(
            "days_times_days",
            f"the quantity {name!r} is a number of days, and is taken every day: days would be paid times days",
            Where(item=f"{at.item}.quantity"),
            remedy="remove the quantity, or use `per: visit`",
        )
        for at in uses_of(pathway)
        if _every(pathway, at) == "day"
        and _lasts(pathway, at)
        and (name := _name(at.use.quantity)) is not None
        and (name in stays or _is_days(pathway, name))
    ]


def quantity_in_percent(pathway: Pathway) -> list[Problem]:
    """A quantity whose unit says percent: 30 would be used thirty times."""
    found = []
    for name in sorted(named_at(pathway, QUANTITIES_AT)):
        parameter = pathway.parameters.get(name)
        if parameter is None or not is_percent(parameter.unit):
            continue
        number = plain_number_of(pathway, Named(name=name))
        written = "" if number is None else f": {number / 100:.12g}"
        what = f"{name!r} is a quantity, and its unit is {parameter.unit!r}"
        where = Where(item=f"parameters.{name}.unit")
        found.append(Problem("quantity_in_percent", what, where, remedy=f"write how many are used{written}"))
    return found


def quantity_in_another_time(pathway: Pathway) -> list[Problem]:
    """A quantity that is a stay, or a parameter in days, of a price per week; or the other way round."""
    found = []
    for at in uses_of(pathway):
        unit, given = _time(pathway, at), _unit_of_quantity(pathway, at)
        if unit is not None and given is not None and PRICE_TIMES[unit] != PRICE_TIMES[given]:
            what = f"the quantity is in units of a {given}, and {at.use.unit_cost!r} is priced per {_unit(pathway, at)}"
            factor = PRICE_TIMES[given] / PRICE_TIMES[unit]
            remedy = (
                f'write {{formula: "{_name(at.use.quantity)} * {factor:.6g}"}}, or declare the unit cost per {given}'
            )
            found.append(Problem("quantity_in_another_time", what, Where(item=f"{at.item}.quantity"), remedy=remedy))
    return found


def stand_in_for_one_day(pathway: Pathway) -> list[Problem]:
    """A bundle replaced, once a visit, by a price per day or week: it would pay one day of the stay."""
    return [
        Problem(
            "stand_in_for_one_day",
            f"{bundle.replaced_by!r} stands in for the whole visit and is priced per {declared.unit}",
            Where(item=f"bundles.{name}.replaced_by"),
            remedy="name a unit cost of the whole record, per episode or spell",
        )
        for name, bundle in pathway.bundles.items()
        if (declared := pathway.unit_costs.get(bundle.replaced_by)) is not None
        and declared.covers == "whole"
        and price_time(declared.unit) is not None
        and any(_lasts(pathway, at) for at in uses_of(pathway) if _bundle(pathway, at) == name)
    ]


RULES = (
    unit_nearly_known,
    one_day_for_a_stay,
    whole_record_a_day,
    another_time_each_time,
    one_hour_a_day,
    days_times_days,
    quantity_in_percent,
    quantity_in_another_time,
    stand_in_for_one_day,
)


def _unit(pathway: Pathway, at: UseAt) -> str:
    declared = pathway.unit_costs.get(at.use.unit_cost or "")
    return "" if declared is None else declared.unit


def _time(pathway: Pathway, at: UseAt) -> str | None:
    return price_time(_unit(pathway, at))


def _bundle(pathway: Pathway, at: UseAt) -> str | None:
    declared = pathway.unit_costs.get(at.use.unit_cost or "")
    return None if declared is None else declared.bundle


def _says_how_many(at: UseAt) -> bool:
    return "quantity" in at.use.model_fields_set


def _one_or_more(at: UseAt) -> bool:
    """Whether one or more are used each time, as far as a plain number says."""
    return not _says_how_many(at) or (isinstance(at.use.quantity, Fixed) and at.use.quantity.number >= 1)


def _lasts(pathway: Pathway, at: UseAt) -> bool:
    """Whether a visit of the place takes days."""
    if at.at_end:
        return False
    if at.route is not None:
        return pathway.routes[at.setting][at.route].wait is not None
    return bool(_stays(pathway, at))


def _stays(pathway: Pathway, at: UseAt) -> list[Value]:
    """The stays or the wait of the place of a use."""
    if at.at_end:
        return []
    routes = pathway.routes.get(at.setting, {})
    if at.route is not None:
        wait = routes[at.route].wait
        return [] if wait is None else [wait]
    given = [pathway.settings[at.setting].stay, *(route.stay for route in routes.values())]
    return [stay for stay in given if stay is not None]


def _every(pathway: Pathway, at: UseAt) -> str | None:
    """How often a use recurs: a day, or the pathway's cycle; None where it does not."""
    return {"day": "day", "cycle": pathway.cycle}.get(at.use.per)


def _times(pathway: Pathway, at: UseAt) -> str:
    is_day = _time(pathway, at) in DAY_LIKE
    if at.use.per == "visit" and is_day:
        return "use `per: day`, or say how many a visit with `quantity:`"
    return f"say how many a {at.use.per} with `quantity:`" + ("" if is_day else ", or price the day")


def _unit_of_quantity(pathway: Pathway, at: UseAt) -> str | None:
    """The unit of time of a quantity that is a parameter or a stay as it stands; None where it is none."""
    name = _name(at.use.quantity)
    if name is None:
        return None
    parameter, attribute = pathway.parameters.get(name), pathway.attributes.get(name)
    stated = parameter.unit if parameter is not None else attribute.number if attribute is not None else None
    if stated is None:
        return "day" if at.use.quantity in _stays(pathway, at) else None
    return time_unit(stated) or next((each for each in DAY_LIKE if stated.removesuffix("s") == each), None)


def _is_days(pathway: Pathway, name: str) -> bool:
    """Whether a name is of more than one day; half a day a day is no stay."""
    parameter, number = pathway.parameters.get(name), plain_number_of(pathway, Named(name=name))
    stated = None if parameter is None else parameter.unit
    days = None if stated is None else PRICE_TIMES.get(stated.removesuffix("s"))
    return days is not None and days >= 1 and (number is None or number * days > 1)


def _name(quantity: Value) -> str | None:
    """The name that a quantity is, also as a formula of nothing else."""
    if isinstance(quantity, Formula):
        return next(iter(formula_names(quantity.formula) & {quantity.formula.strip()}), None)
    return quantity.name if isinstance(quantity, Named) else None

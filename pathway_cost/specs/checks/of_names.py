"""Names in a pathway: unknown, reserved, used twice, circular. One rule a function."""

from __future__ import annotations

import itertools
import keyword
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from pathway_cost import terms
from pathway_cost.errors import Problem, Where, nearest_name
from pathway_cost.specs.format import (
    ByLevel,
    BySteps,
    Excess,
    Formula,
    Named,
    Pathway,
    Stated,
    Value,
    level_attributes,
    names_read,
    numeric_attributes,
    numeric_names,
    once_whatever_numbers,
    parse_formula,
    reading_values_of,
    uses_of,
    walk,
)

_FUNCTIONS = ("min", "max", "exp", "log")
_COLUMNS = frozenset(
    {
        *terms.CUBE_COLUMNS,
        *terms.DISCOUNTED_MEASURES,
        *terms.CUTS,
        terms.PATIENT_ID,
        terms.WEIGHT,
        "rows",
        "scenario",
        "gbp_per_patient",
        "change_gbp",
        "from_day",
        "to_day",
        terms.REPRICED_GBP,
    }
)


_CLOCK: Final = frozenset(terms.CLOCK_WORDS)


def unknown_name(pathway: Pathway) -> list[Problem]:
    """A value reads a name that stands for no number."""
    return [problem for stated in reading_values_of(pathway) for problem in unknown_names_in(pathway, stated)]


def unknown_names_in(pathway: Pathway, stated: Stated) -> list[Problem]:
    """The unknown names of one value."""
    known, found = _known(pathway), list[Problem]()
    for item, value in walk(stated.value, stated.item):
        if not _is_word(stated, item, value):
            names = frozenset() if isinstance(value, ByLevel | Excess) else _names_of(value)
            unknown = names - known - (_CLOCK if isinstance(value, Formula | BySteps) else frozenset())
            found += [_unknown(pathway, name, item, numeric_names(pathway)) for name in sorted(unknown)]
    return found


@once_whatever_numbers
def _known(pathway: Pathway) -> frozenset[str]:
    return frozenset(numeric_names(pathway))


def _is_word(stated: Stated, item: str, value: Value) -> bool:
    """`rest` as a share and `cycle` as a stay are words, not names."""
    word = {"share": "rest", "stay": "cycle"}.get(stated.kind)
    return item == stated.item and isinstance(value, Named) and value.name == word


def _names_of(value: Value) -> frozenset[str]:
    return frozenset({value.by}) if isinstance(value, BySteps) else names_read(value)


def _unknown(pathway: Pathway, name: str, item: str, known: Iterable[str]) -> Problem:
    counts = pathway.parameters.get(name)
    remedy = None
    what = f"no parameter or numeric attribute is called {name!r}"
    if name in level_attributes(pathway):
        what, remedy = f"{name!r} has levels, not a number", f"write {{by: {name}, values: {{level: value}}}}"
    elif counts is not None and counts.counts is not None:
        first = next(iter(counts.counts))
        what, remedy = f"{name!r} is a row of counts, not one number", f"name one of its shares, as {name}.{first}"
    elif name == "rest":
        what, remedy = "`rest` is the share of a route, and nothing else", "write the number"
    elif name in terms.CLOCK_WORDS:
        what, remedy = f"the clock word {name!r} stands in steps and formulas only", f'write {{formula: "{name}"}}'
    return Problem("unknown_name", what, Where(item=item), None if remedy else nearest_name(name, known), remedy)


def formula_unreadable(pathway: Pathway) -> list[Problem]:
    """A formula that is not arithmetic over names."""
    return [problem for stated in reading_values_of(pathway) for problem in unreadable_formulas_in(stated)]


def unreadable_formulas_in(stated: Stated) -> list[Problem]:
    """The formulas of one value that cannot be read."""
    found = []
    for item, value in walk(stated.value, stated.item):
        if isinstance(value, Formula):
            try:
                parse_formula(value.formula)
            except ValueError as error:
                found.append(Problem("formula_unreadable", str(error), Where(item=item)))
    return found


def by_is_no_level_attribute(pathway: Pathway) -> list[Problem]:
    """A table by level of what has no levels."""
    return [problem for stated in reading_values_of(pathway) for problem in by_without_levels_in(pathway, stated)]


def by_without_levels_in(pathway: Pathway, stated: Stated) -> list[Problem]:
    """The tables of one value whose `by` has no levels."""
    levels = level_attributes(pathway)
    numeric = numeric_names(pathway)
    found = []
    for item, value in walk(stated.value, stated.item):
        if isinstance(value, ByLevel) and value.by not in levels:
            what = f"{value.by!r} is no attribute with levels"
            remedy = "for a number write `steps:` in place of `values:`" if value.by in numeric else None
            near = nearest_name(value.by, levels)
            found.append(Problem("by_is_no_level_attribute", what, Where(item=f"{item}.by"), near, remedy))
    return found


def circular_parameters(pathway: Pathway) -> list[Problem]:
    """Parameters that read one another in a circle."""
    reads = {
        name: sorted(names_read(parameter.value) & set(pathway.parameters))
        for name, parameter in pathway.parameters.items()
        if parameter.value is not None
    }
    circles: dict[frozenset[str], list[str]] = {}
    for name in reads:
        circle = _circle(name, reads)
        if circle is not None:
            circles.setdefault(frozenset(circle), circle)
    return [
        Problem(
            "circular_parameters",
            f"parameters read one another in a circle: {' → '.join([*circle, circle[0]])}",
            Where(item=f"parameters.{circle[0]}"),
            remedy="give one of them a number",
        )
        for circle in circles.values()
    ]


def _circle(start: str, reads: dict[str, list[str]]) -> list[str] | None:
    """The shortest circle through a parameter."""
    paths = [[start]]
    seen: set[str] = set()
    for path in paths:  # grows while it is read: breadth first
        for name in reads.get(path[-1], ()):
            if name == start:
                return path
            if name not in seen:
                seen.add(name)
                paths.append([*path, name])
    return None


def reserved_name(pathway: Pathway) -> list[Problem]:
    """A name that means something else in specs, formulas or tables."""
    return [
        Problem("reserved_name", f"{name!r} is {why}", Where(item=f"{field}.{name}"), remedy="choose another name")
        for field, name, why in _reserved(pathway)
    ]


def _reserved(pathway: Pathway) -> Iterator[tuple[str, str, str]]:
    fields = ("parameters", "attributes", "roles", "settings", "ends")
    names = [(field, name) for field in fields for name in getattr(pathway, field)]
    for field, name in names:
        if name in terms.RESERVED_NAMES:
            yield field, name, "a word of the format"
        elif field == "attributes" and name in _COLUMNS:
            yield field, name, "a column of the tables"
        elif field == "parameters" or name in numeric_attributes(pathway):
            if name in _FUNCTIONS:
                yield field, name, "a function of formulas"
            elif keyword.iskeyword(name):
                yield field, name, "a word that formulas cannot read"


def two_things_of_one_name(pathway: Pathway) -> list[Problem]:
    """A parameter called like an attribute, an end like a setting."""
    pairs = (("parameters", "attributes"), ("settings", "ends"))
    return [
        Problem(
            "two_things_of_one_name",
            f"{name!r} is in {one} and in {other}",
            Where(item=f"{other}.{name}"),
            remedy="rename one of them",
        )
        for one, other in pairs
        for name in sorted(set(getattr(pathway, one)) & set(getattr(pathway, other)))
    ]


def two_uses_of_one_name(pathway: Pathway) -> list[Problem]:
    """Two uses in one place that nothing tells apart."""
    places = itertools.groupby(uses_of(pathway), key=lambda at: at.item.rpartition(".")[0])
    return [
        Problem(
            "two_uses_of_one_name",
            f"{count} uses here are called {label!r}",
            Where(item=item),
            remedy="tell them apart with `name:`",
        )
        for item, uses in places
        for label, count in Counter(at.use.label for at in uses).items()
        if count > 1
    ]

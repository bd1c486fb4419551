"""What can be done with a value before any patient is known: walk it, name what it reads, say it, scale it, add to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pathway_cost.specs.format.base import plain_number, shown_number
from pathway_cost.specs.format.formula import parse_formula
from pathway_cost.specs.format.values import ByLevel, BySteps, Excess, Fixed, Formula, Named, Value


def walk(value: Value, item: str) -> Iterator[tuple[str, Value]]:
    """The value and every value nested in it, with their items (`settings.ward.stay.values.yes`)."""
    yield item, value
    if isinstance(value, ByLevel):
        for level, inner in value.values.items():
            yield from walk(inner, f"{item}.values.{level}")
    elif isinstance(value, BySteps):
        for step, inner in value.steps.items():
            yield from walk(inner, f"{item}.steps.{plain_number(step)}")
    elif isinstance(value, Excess):
        yield from walk(value.excess.over, f"{item}.excess.over")


def leaves(value: Value, item: str) -> Iterator[tuple[str, Value]]:
    """The values a table may give, with their items; the value itself where it is no table."""
    for here, inner in walk(value, item):
        if not isinstance(inner, ByLevel | BySteps) and ".excess." not in here.removeprefix(item):
            yield here, inner


def names_read(value: Value) -> frozenset[str]:
    """Every name a value reads: parameters, attributes, clock words. An unreadable formula reads none.

    >>> sorted(names_read(Formula(formula="2 * los + age")))
    ['age', 'los']
    """
    if isinstance(value, Fixed):
        return frozenset()
    if isinstance(value, Named):
        return frozenset((value.name,))
    return frozenset().union(*(_names_here(inner) for _, inner in walk(value, "")))


def _names_here(value: Value) -> frozenset[str]:
    if isinstance(value, Named):
        return frozenset({value.name})
    if isinstance(value, ByLevel | BySteps):
        return frozenset({value.by})
    if isinstance(value, Excess):
        return frozenset({value.excess.of})
    return formula_names(value.formula) if isinstance(value, Formula) else frozenset()


def formula_names(text: str) -> frozenset[str]:
    """The names of a formula; none where it cannot be read."""
    try:
        return parse_formula(text).names
    except ValueError:
        return frozenset()


def value_text(value: Value) -> str:
    """The value in one line, for registers and messages.

    >>> value_text(ByLevel(by="frail", values={"no": 0.05, "yes": 0.25}))
    'by frail: no 0.05, yes 0.25'
    """
    if isinstance(value, ByLevel):
        return f"by {value.by}: " + ", ".join(f"{level} {_nested(inner)}" for level, inner in value.values.items())
    if isinstance(value, BySteps):
        steps = (f"from {shown_number(step)} {_nested(inner)}" for step, inner in value.steps.items())
        return f"by {value.by}: " + ", ".join(steps)
    if isinstance(value, Excess):
        return f"excess of {value.excess.of} over {_nested(value.excess.over)}"
    return shown_number(value.number) if isinstance(value, Fixed) else _term(value)


def _nested(value: Value) -> str:
    text = value_text(value)
    return f"({text})" if isinstance(value, ByLevel | BySteps) else text


def _term(value: Value) -> str:
    """A value that fits in a formula, as it is written there."""
    if isinstance(value, Fixed):
        return plain_number(value.number)
    if isinstance(value, Named):
        return value.name
    assert isinstance(value, Formula)
    return value.formula


def scaled(value: Value, by: Value) -> Value:
    """The product of two values. Raises ValueError where no value can say it.

    >>> value_text(scaled(Named(name="los"), Fixed(number=0.8)))
    '(los) * (0.8)'
    >>> value_text(scaled(ByLevel(by="frail", values={"no": 2, "yes": 4}), Fixed(number=0.5)))
    'by frail: no 1, yes 2'
    """
    return _combined(value, by, "*", lambda one, other: one * other)


def summed(value: Value, other: Value) -> Value:
    """The sum of two values. Raises ValueError where no value can say it.

    >>> value_text(summed(Named(name="los"), Fixed(number=-1)))
    '(los) + (-1)'
    """
    return _combined(value, other, "+", lambda one, other: one + other)


def _combined(value: Value, other: Value, sign: str, arithmetic: Callable[[float, float], float]) -> Value:
    """`value sign other`, taken into the leaves of tables."""

    def into(inner: Value) -> Value:
        return _combined(inner, other, sign, arithmetic)

    if isinstance(value, Fixed) and isinstance(other, Fixed):
        return Fixed(number=arithmetic(value.number, other.number))
    if isinstance(value, Excess) or isinstance(other, Excess):
        raise ValueError("an excess needs a name here: declare it as a parameter, use the name")  # noqa: TRY004
    if isinstance(value, ByLevel):
        return ByLevel(by=value.by, values={level: into(inner) for level, inner in value.values.items()})
    if isinstance(value, BySteps):
        return BySteps(by=value.by, steps={step: into(inner) for step, inner in value.steps.items()})
    if isinstance(other, ByLevel):
        leaves = {level: _combined(value, inner, sign, arithmetic) for level, inner in other.values.items()}
        return ByLevel(by=other.by, values=leaves)
    if isinstance(other, BySteps):
        steps = {step: _combined(value, inner, sign, arithmetic) for step, inner in other.steps.items()}
        return BySteps(by=other.by, steps=steps)
    return Formula(formula=f"({_term(value)}) {sign} ({_term(other)})")

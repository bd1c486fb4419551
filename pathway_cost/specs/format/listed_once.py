"""What is listed of a spec is listed once: a spec never changes, so neither does the answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar
from weakref import ref

P = ParamSpec("P")
R = TypeVar("R")


class once(Generic[P, R]):  # noqa: N801 - a decorator
    """A function of specs that works out its answer once for the same objects, and forgets it when one of them goes.

    Objects, not equal ones: those may hold the same in another order. The answer must not change, and must not hold what it
    was made of.

    >>> from pathway_cost.specs.format.values import Fixed
    >>> @once
    ... def doubled(value: Fixed) -> list[float]:
    ...     return [value.number * 2]
    >>> two = Fixed(number=2)
    >>> doubled(two), doubled(two) is doubled(two), doubled(two) is doubled(Fixed(number=2))
    ([4.0], True, False)
    """

    def __init__(self, function: Callable[P, R]) -> None:
        self.function = function
        self._known: dict[object, tuple[tuple[ref[Any], ...], R]] = {}
        update_wrapper(self, function)

    def __call__(self, *specs: P.args, **named: P.kwargs) -> R:
        """The answer for some specs, given by their place."""
        assert not named, "specs are given by their place"
        key: object = id(specs[0]) if len(specs) == 1 else tuple(map(id, specs))
        known = self._known.get(key)
        if known is not None and known[0][0]() is specs[0] and _same(known[0], specs):
            return known[1]
        answer = self.function(*specs, **named)
        self._keep(answer, specs)
        return answer

    def tell(self, answer: R, *specs: P.args, **_named: P.kwargs) -> None:
        """The answer for some specs is known: it need not be worked out."""
        self._keep(answer, specs)

    def _keep(self, answer: R, specs: tuple[object, ...]) -> None:
        key: object = id(specs[0]) if len(specs) == 1 else tuple(map(id, specs))
        self._known[key] = (tuple(ref(spec, partial(self._forget, key)) for spec in specs), answer)

    def _forget(self, key: object, gone: ref[Any]) -> None:
        known = self._known.get(key)
        if known is not None and any(each is gone for each in known[0]):
            self._known.pop(key, None)


def _same(known: tuple[ref[Any], ...], specs: tuple[object, ...]) -> bool:
    return len(specs) == 1 or all(each() is spec for each, spec in zip(known, specs, strict=True))

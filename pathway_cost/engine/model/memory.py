"""Methods that work out their answer once for the same arguments, as `functools.cached_property` does without any."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, Concatenate, Final, Generic, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")

MOST: Final = 256  # answers an object keeps of one method: the latest asked for


class remembered(Generic[P, R]):  # noqa: N801 - a decorator
    """A method of an object that never changes: the same arguments, by value, get the same answer, made once.

    >>> class Word:
    ...     @remembered
    ...     def of(self, length: int) -> list[str]:
    ...         return ["x"] * length
    >>> word = Word()
    >>> word.of(2) is word.of(2), Word().of(2) is word.of(2)
    (True, False)
    """

    def __init__(self, method: Callable[Concatenate[Any, P], R]) -> None:
        self.method = method
        self.__doc__ = method.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, _owner: type | None = None) -> Callable[P, R]:
        """The method with a memory of its own, which stands in the object from now on."""
        found = lru_cache(maxsize=MOST)(partial(self.method, instance))
        instance.__dict__[self.name] = found
        return cast("Callable[P, R]", found)

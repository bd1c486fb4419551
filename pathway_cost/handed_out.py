"""What an object hands out of its tables and arrays: each asker's own, so that nothing done to it changes an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np
import pandas as pd

T = TypeVar("T")


def hands_out(*names: str) -> Callable[[type[T]], type[T]]:
    """A class whose fields of these names are handed out: tables that pandas copies when written in, arrays to be read.

    >>> from dataclasses import dataclass
    >>> @hands_out("frame", "ages")
    ... @dataclass(frozen=True)
    ... class People:
    ...     frame: pd.DataFrame
    ...     ages: np.ndarray
    >>> people = People(pd.DataFrame({"frail": ["no", "yes"]}), np.array([60, 71]))
    >>> frame = people.frame
    >>> frame["frail"] = "unknown"
    >>> people.frame["frail"].tolist(), people.ages.flags.writeable
    (['no', 'yes'], False)
    """

    def with_fields(cls: type[T]) -> type[T]:
        for name in names:
            setattr(cls, name, _HandedOut(name))
        return cls

    return with_fields


class _HandedOut:
    """A field that is handed out; what it holds stands in the object under its name, as that of any field does."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, held: object, _owner: type | None = None) -> Any:
        return self if held is None else handed_out(vars(held)[self.name])

    def __set__(self, held: object, given: Any) -> None:
        vars(held)[self.name] = _taken(given)


def _taken(given: Any) -> Any:
    """What a field holds: an array that somebody could write in is copied."""
    if isinstance(given, Mapping):
        return {name: _taken(each) for name, each in given.items()}
    written_in = isinstance(given, np.ndarray) and given.flags.writeable
    return handed_out(given.copy() if written_in else given)


def handed_out(held: Any) -> Any:
    """A table as one that is copied when somebody writes in it; an array as one to be read; tuples and mappings alike.

    >>> ages = np.array([60, 71])
    >>> handed_out({"age": ages})["age"].flags.writeable, ages.flags.writeable
    (False, True)
    """
    if isinstance(held, pd.DataFrame | pd.Series):
        return held.copy(deep=False)
    if isinstance(held, np.ndarray):
        read = held.view()
        read.flags.writeable = False
        return read
    if isinstance(held, Mapping):
        return {name: handed_out(each) for name, each in held.items()}
    return tuple(map(handed_out, held)) if type(held) is tuple else held

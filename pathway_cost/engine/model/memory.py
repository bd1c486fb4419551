"""Methods that work out their answer once for the same arguments, as `functools.cached_property` does without any."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Concatenate, Final, Generic, ParamSpec, Self, TypeVar, overload

P = ParamSpec("P")
R = TypeVar("R")

MOST: Final = 256  # answers an object keeps of one method: the latest made
FEW: Final = 16  # of a method whose answers are large


class remembered(Generic[P, R]):  # noqa: N801 - a decorator
    """A method of an object that never changes: the same arguments, by value, get the same answer, made once.

    The answers stand in the object, so that they go when it goes.

    >>> class Word:
    ...     @remembered
    ...     def of(self, length: int) -> list[str]:
    ...         return ["x"] * length
    >>> word = Word()
    >>> word.of(2) is word.of(2), Word().of(2) is word.of(2)
    (True, False)
    """

    most = MOST

    def __init__(self, method: Callable[Concatenate[Any, P], R]) -> None:
        self.method = method
        self.__doc__ = method.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.owner, self.name, self.kept_as = owner, name, f"_answers_of_{name}"

    @overload
    def __get__(self, instance: None, _owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, _owner: type | None = None) -> Callable[P, R]: ...

    def __get__(self, instance: object, _owner: type | None = None) -> Self | Callable[P, R]:
        """The method of one object."""
        return self if instance is None else partial(self._answer, instance)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[type, str]]:
        """Pickled as what it is called, as functions are."""
        return getattr, (self.owner, self.name)

    def knows(self, instance: object, *arguments: P.args, **_named: P.kwargs) -> bool:
        """Whether an object's answer to these arguments is made."""
        return arguments in vars(instance).get(self.kept_as, {})

    def _answer(self, instance: object, *arguments: P.args, **named: P.kwargs) -> R:
        known: dict[tuple[Any, ...], R] = instance.__dict__.setdefault(self.kept_as, {})
        assert not named, "arguments are given by their place"
        if arguments in known:
            return known[arguments]
        answer = self.method(instance, *arguments, **named)
        known[arguments] = answer
        for oldest in list(known)[: -self.most]:
            known.pop(oldest, None)
        return answer


class remembered_few(remembered[P, R]):  # noqa: N801 - a decorator
    """The same for answers so large that only the latest few are kept."""

    most = FEW

"""What every spec shares: frozen, extra fields refused, numbers strict and finite, mappings that do not change."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from textwrap import shorten
from typing import Annotated, Any, Literal, NoReturn, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict

from pathway_cost.specs.format.yaml_text import yaml_text

K = TypeVar("K")
V = TypeVar("V")

_in_short = partial(shorten, width=280, placeholder="…")


class FrozenMap(dict[K, V]):
    """A dict that refuses to change after it is made."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("a spec does not change: make a revised copy")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __repr__(self) -> str:
        """Its beginning; `to_yaml` of the spec that holds it tells all."""
        return _in_short(super().__repr__())

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return (FrozenMap, (dict(self),))


Map = Annotated[dict[K, V], AfterValidator(FrozenMap)]


class Spec(BaseModel):
    """Base of all specs. A validator is built when it is first asked for; sentences below fields are read when shown."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        defer_build=True,
        revalidate_instances="always",
        validate_default=True,
    )

    def __repr__(self) -> str:
        """Its beginning; `to_yaml` tells all."""
        return _in_short(super().__repr__())

    def __str__(self) -> str:
        return repr(self)

    def short(self) -> Any:
        """What a user would write for it: plain dicts, lists, texts and numbers, of what was stated and no more.

        >>> Evidence(source="Audit 2024").short()
        {'source': 'Audit 2024'}
        """
        return {name: plain(getattr(self, name)) for name in type(self).model_fields if name in self.model_fields_set}

    def to_yaml(self) -> str:
        """The spec as YAML text, which reads back as its equal."""
        return yaml_text(self.short())


def plain(given: Any) -> Any:
    """A value of a spec as plain Python: specs as a user writes them, whole numbers without a point."""
    if isinstance(given, Spec):
        return given.short()
    if isinstance(given, Mapping):
        return {plain(key): plain(inner) for key, inner in given.items()}
    if isinstance(given, list | tuple):
        return [plain(inner) for inner in given]
    if isinstance(given, float):
        return int(given) if given.is_integer() and abs(given) < 1e15 else given
    return str(given) if isinstance(given, str) else given


Number = Annotated[float, Strict()]
Text = Annotated[str, Strict(), Field(min_length=1)]
Name = Annotated[str, Strict(), Field(pattern=r"^[a-z][a-z0-9_]*$")]
Key = Annotated[str, Strict(), Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")]
"""A unit cost key, or a reference that may carry a dot."""
Code = Annotated[str, Strict(), Field(min_length=1)]
"""A code of the NHS: always text, so that 0100, 5E1 and NA survive."""
Flag = Annotated[bool, Strict()]


def _as_tuple(given: Any) -> Any:
    return given if given is None or isinstance(given, list | tuple | dict) else (given,)


Codes = Annotated[tuple[Code, ...], BeforeValidator(_as_tuple), Field(min_length=1)]
"""One code or a list of codes; `*` at the end matches any rest."""
Texts = Annotated[tuple[Text, ...], BeforeValidator(_as_tuple), Field(min_length=1)]

GradeWord = Literal["trial", "published", "local", "expert", "assumption"]


def plain_number(number: float) -> str:
    """A number as a person writes it: no trailing zeros, all its digits.

    >>> plain_number(0.05), plain_number(2150.0)
    ('0.05', '2150')
    """
    return repr(int(number)) if float(number).is_integer() and abs(number) < 1e15 else repr(float(number))


def shown_number(number: float) -> str:
    """A number for reading: at most 12 digits, so that 0.06 does not read 0.060000000000000005."""
    return plain_number(float(f"{number:.12g}"))


class Evidence(Spec):
    """Why a number is believed."""

    grade: GradeWord = "assumption"
    """How well it is supported: trial, published, local, expert or assumption."""
    source: Text | None = None
    """Author, journal, year; or whose local figure."""
    period: Text | None = None
    """The time the evidence covers, where it is a rate over time (`30 days`, `1 year`)."""
    converted: Text | None = None
    """How a figure of another period was brought to the pathway's window."""
    note: Text | None = None
    """Anything a reader must know: arithmetic, second hand, selected patients."""

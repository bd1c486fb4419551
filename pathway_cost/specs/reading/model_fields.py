"""Which fields a spec has at a place, and the sentence below each: read from the models, for faults and the schema."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag


def models_at(root: type[BaseModel], path: Iterable[str | int]) -> tuple[type[BaseModel], ...]:
    """The models that may stand at a pydantic error location (which names the tags of unions).

    >>> from pathway_cost.specs.format import Pathway
    >>> [model.__name__ for model in models_at(Pathway, ("settings", "surgery", "uses", 0))]
    ['Use']
    """
    here: list[tuple[str | None, Any]] = [(None, root)]
    for part in path:
        tagged: list[tuple[str | None, Any]] = [(None, kind) for tag, kind in here if tag is not None and tag == part]
        here = tagged or [found for _, kind in here for found in _inside(kind, part)]
    return tuple(kind for _, kind in here if isinstance(kind, type) and issubclass(kind, BaseModel))


def fields_at(root: type[BaseModel], path: Iterable[str | int]) -> dict[str, str]:
    """Field → its sentence, for every field that may stand at a pydantic error location."""
    return {name: sentences_of(model).get(name, "") for model in models_at(root, path) for name in model.model_fields}


@cache
def sentences_of(model: type[BaseModel]) -> dict[str, str]:
    """Field → the sentence written below it, the model's bases' too; none where the source is not there.

    >>> from pathway_cost.specs.format import Pathway
    >>> sentences_of(Pathway)["evidence"]
    "The file's default for its numbers."
    """
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if each is not BaseModel and issubclass(each, BaseModel):
            found |= dict(_sentences(each))
    return found


def _sentences(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    try:
        source = inspect.getsource(model)
    except OSError:
        return
    body = next(node for node in ast.parse(textwrap.dedent(source)).body if isinstance(node, ast.ClassDef)).body
    for field, below in pairwise(body):
        if isinstance(field, ast.AnnAssign) and (text := ast.get_docstring(ast.Module([below], []))) is not None:
            yield ast.unparse(field.target), text


def _inside(kind: Any, part: str | int) -> list[tuple[str | None, Any]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        info = kind.model_fields.get(str(part))
        return list(_members(info.annotation)) if info is not None else []
    arguments = get_args(kind)
    if get_origin(kind) is dict:
        return list(_members(arguments[1]))
    if get_origin(kind) is tuple:
        return list(_members(arguments[0]))
    return []


def _members(kind: Any, tag: str | None = None) -> Iterator[tuple[str | None, Any]]:
    """The members of a union with their tags, whatever annotations wrap them."""
    origin = get_origin(kind)
    if origin is Annotated:
        inner, *notes = get_args(kind)
        tags = [note.tag for note in notes if isinstance(note, Tag)]
        yield from _members(inner, tags[0] if tags else tag)
    elif origin is Union or origin is UnionType:
        for member in get_args(kind):
            yield from _members(member)
    else:
        yield tag, kind

"""Specs handed over in memory: the spec itself, a dict, YAML text or, for a pathway, a graph; every fault at its item."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pathway_cost.errors import Problem, SpecFaults, Where
from pathway_cost.specs.format import Pathway, Spec, is_graph, tree_of
from pathway_cost.specs.reading.document import Document, Source
from pathway_cost.specs.reading.read_specs import DEEPEST, Loaded, parse_document, read_spec

Model = TypeVar("Model", bound=Spec)
TOO_DEEP = f"more than {DEEPEST} levels; write it flatter: nothing can hold itself"
_LONGEST_NAME = 256  # from here on it is the name of no file


def is_given(given: Any) -> bool:
    """Whether something is a spec in itself, and no name or path of one.

    >>> is_given("elective_knee"), is_given({"pathway": "knee"}), is_given("pathway: knee\\nroles: {}")
    (False, True, True)
    """
    if isinstance(given, str):
        return bool(re.search(rf"[\r\n]|[^/]{{{_LONGEST_NAME}}}", given))
    return not isinstance(given, os.PathLike)


def given_spec(given: Any, model: type[Model], name: str = "") -> Loaded[Model]:
    """A spec out of what was handed over.

    Args:
        given: the spec itself, a dict, YAML text, or (for a pathway) a directed graph of networkx.
        model: what kind of spec it is.
        name: what messages call it; none where nothing else could be meant.

    Raises:
        SpecFaults: syntax or shape, with every fault.

    >>> from pathway_cost.specs.format import Scenario
    >>> given_spec({"scenario": "nothing", "amends": "knee"}, Scenario).spec.changes
    ()
    """
    if isinstance(given, model):
        return Loaded(given, Source(Document(name, given.short())))
    if isinstance(given, str):
        return read_spec(parse_document(given, file=name or "the text"), model)
    if isinstance(given, Mapping) or (model is Pathway and is_graph(given)):
        return read_spec(Document(name, _tree_of(given, name)), model)
    raise SpecFaults([_no_spec(given, model, name)], stage="shape")


def plain_tree(given: Any, level: int = 0) -> Any:
    """Dicts, lists, paths, specs and numbers of numpy as a YAML file would give them; all else as it is.

    Raises:
        ValueError: more levels than a file may have.
    """
    if level > DEEPEST:
        raise ValueError(TOO_DEEP)
    if isinstance(given, Spec):
        return given.short()
    if isinstance(given, Mapping):
        return {key: plain_tree(inner, level + 1) for key, inner in given.items()}
    if isinstance(given, list | tuple):
        return [plain_tree(inner, level + 1) for inner in given]
    if isinstance(given, os.PathLike):
        return os.fspath(given)
    return given.item() if hasattr(given, "item") and getattr(given, "ndim", None) == 0 else given


def _tree_of(given: Any, name: str) -> Any:
    """A dict or graph as plain Python. Raises SpecFaults."""
    rule = "too_deep" if isinstance(given, Mapping) else "graph_is_no_pathway"
    try:
        return plain_tree(given if isinstance(given, Mapping) else tree_of(given))
    except ValueError as error:
        raise SpecFaults([Problem(rule, str(error), Where(name or None))], stage="shape") from None


def _no_spec(given: Any, model: type[Spec], name: str) -> Problem:
    kind = model.__name__
    also = ", YAML text or a networkx.DiGraph" if model is Pathway else " or YAML text"
    what = f"a {type(given).__name__} is no {kind.lower()}"
    remedy = f"give a {kind}, a dict{also}, or the name or path of a file"
    return Problem("no_spec", what, Where(name or None), remedy=remedy)

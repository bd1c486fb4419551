"""Every object of the package that others hold, however deep: by fields, mappings, sequences, methods bound and closures."""

from __future__ import annotations

import functools
import types
from collections.abc import Iterator, Mapping


def is_ours(found):
    """Whether a class of the package made it."""
    return type(found).__module__.partition(".")[0] == "pathway_cost"


def reached(*roots):
    """All objects of the package's own classes that the roots hold, the roots too, each once."""
    seen, further = {}, list(roots)
    while further:
        found = further.pop()
        if id(found) not in seen and not isinstance(found, type | types.ModuleType):
            seen[id(found)] = found
            further += held_by(found)
    return [each for each in seen.values() if is_ours(each)]


def held_by(holder) -> Iterator[object]:
    """What an object holds at first hand."""
    if isinstance(holder, Mapping):
        yield from (*holder.keys(), *holder.values())
    elif isinstance(holder, list | tuple | set | frozenset):
        yield from holder
    elif isinstance(holder, functools.partial):
        yield from (holder.func, *holder.args, *holder.keywords.values())
    elif isinstance(holder, types.MethodType):
        yield holder.__self__
    elif isinstance(holder, types.FunctionType):
        yield from (cell.cell_contents for cell in holder.__closure__ or () if cell != types.CellType())
    if is_ours(holder):
        yield from getattr(holder, "__dict__", {}).values()
        slots = (name for kind in type(holder).__mro__ for name in vars(kind).get("__slots__", ()))
        yield from (getattr(holder, name) for name in slots if hasattr(holder, name))
    if isinstance(holder, BaseException):
        yield from (*holder.args, holder.__cause__, holder.__context__)

"""Shape faults: every pydantic error as one plain sentence at its line, with the nearest valid name and a remedy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pathway_cost import percent
from pathway_cost.errors import Problem, Where, nearest_name
from pathway_cost.specs.format import VALUE_KEYS, VERBS, plain_number
from pathway_cost.specs.reading.document import Document
from pathway_cost.specs.reading.model_fields import fields_at, models_at

_FILE_KINDS = ("study", "scenario", "rules", "pathway")  # first key found tells the kind
_MODEL_KINDS = {"Pathway": "pathway", "Scenario": "scenario", "Study": "study", "UnitCostRules": "rules"}
_SHORT_FIELDS = {"Parameter": VALUE_KEYS, "Route": VALUE_KEYS, "Derive": ("from",)}
_PARAMETER_VERBS = ("set_parameter", "scale_parameter", "add_parameter")
_SET_KINDS = ("plics", "pack", "national", "table", "prices")


def shape_problems(error: ValidationError, model: type[BaseModel], document: Document) -> tuple[Problem, ...]:
    """Every error of a validation as a problem with file, line and column."""
    other = _another_kind(model, document)
    if other is not None:
        return (other,)
    found = [_problem(details, model, document) for details in error.errors(include_url=False)]
    return tuple(dict.fromkeys(found))


def _another_kind(model: type[BaseModel], document: Document) -> Problem | None:
    """A whole file of another kind is one fault, not one for each of its lines."""
    wanted = _MODEL_KINDS.get(model.__name__)
    where = document.where(())
    if not isinstance(document.tree, dict):
        what = f"a {wanted or 'spec'} file is a mapping of fields, found {_described(document.tree)}"
        return Problem("not_a_mapping", what, where, remedy=f"begin with `{wanted}:`" if wanted else None)
    kind = next((key for key in _FILE_KINDS if key in document.tree), None)
    if wanted is None or kind is None or kind == wanted or wanted in document.tree:
        return None
    return Problem("another_kind_of_file", f"this is a {kind} file; a {wanted} file is needed here", where)


def _problem(details: ErrorDetails, model: type[BaseModel], document: Document) -> Problem:
    location = details["loc"]
    where = document.where(location)
    written = _written(location, document)
    if written is not None and details["type"] == "string_type":
        what = f"text is needed; unquoted, {written} is read as {_described(details['input'])}"
        return Problem("unquoted_text", what, where, remedy=f'quote it: "{written}"')
    if details["type"] == "extra_forbidden":
        return _unknown_field(location, model, where)
    if details["type"] == "missing":
        return _missing_field(location, model, where)
    rule, words = _WORDS.get(details["type"], ("wrong_shape", lambda given: given["msg"]))
    return Problem(rule, words(details), where, _nearest(details), _remedy(details))


def _written(location: tuple[str | int, ...], document: Document) -> str | None:
    """The text of a number, flag or date as written: of the key itself where the key is at fault."""
    if location and location[-1] == "[key]":
        return document.written.get((*document.path_of(location[:-1]), "[key]"))
    return document.written_at(location)


def _unknown_field(location: tuple[str | int, ...], model: type[BaseModel], where: Where) -> Problem:
    kinds = {kind.__name__ for kind in models_at(model, location[:-1])}
    fields = [*fields_at(model, location[:-1]), *(name for kind in kinds for name in _SHORT_FIELDS.get(kind, ()))]
    near = nearest_name(str(location[-1]), fields)
    remedy = None if near or not fields else f"known here: {', '.join(fields)}"
    return Problem("unknown_field", f"unknown field {str(location[-1])!r}", where, near, remedy)


def _missing_field(location: tuple[str | int, ...], model: type[BaseModel], where: Where) -> Problem:
    name = str(location[-1])
    sentence = fields_at(model, location[:-1]).get(name, "")
    remedy = f"add `{name}:`" + (f" ({sentence.splitlines()[0]})" if sentence else "")
    return Problem("missing_field", f"`{name}` is missing", where, remedy=remedy)


def _described(given: Any) -> str:
    """What somebody wrote, by kind."""
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "true or false"),
        ((int, float), "a number"),
        (str, "text"),
        (dt.date, "a date"),
        (dict, "a mapping"),
        ((list, tuple), "a list"),
    )
    if given is None:
        return "nothing"
    return next((words for kind, words in kinds if isinstance(given, kind)), "something else")


def _needs(what: str) -> Callable[[ErrorDetails], str]:
    def words(details: ErrorDetails) -> str:
        given = details["input"]
        shown = f" {given!r}" if isinstance(given, str | int | float) and not isinstance(given, bool) else ""
        return f"{what} is needed, found {_described(given)}{shown}"

    return words


def _limit(words: str, key: str) -> Callable[[ErrorDetails], str]:
    def text(details: ErrorDetails) -> str:
        given, limit = details["input"], details.get("ctx", {})[key]
        share = limit == 1 and isinstance(given, int | float) and given >= percent.SURELY_PERCENT
        return f"{given!r} must be {words} {plain_number(limit)}{percent.meant(given) if share else ''}"

    return text


def _not_a_name(details: ErrorDetails) -> str:
    if (parts := _share_of_a_row(details)) is not None:
        row, goal = parts
        return f"'{row}.{goal}' has a dot: {goal!r} is one destination of the row of counts {row!r}, and moves with the others"
    return f"{details['input']!r} is not a name: small letters, digits and _, beginning with a letter"


def _share_of_a_row(details: ErrorDetails) -> tuple[str, str] | None:
    """Row and destination, where a change of a parameter names one share of a row of counts."""
    verb, parts = details["loc"][-1] if details["loc"] else "", str(details["input"]).split(".")
    return (parts[0], parts[1]) if verb in _PARAMETER_VERBS and len(parts) == 2 and all(parts) else None


def _own_words(details: ErrorDetails) -> str:
    return str(details.get("ctx", {}).get("error", details["msg"]))


_WORDS: Mapping[str, tuple[str, Callable[[ErrorDetails], str]]] = {
    "string_type": ("wrong_kind", _needs("text")),
    "string_too_short": ("empty_text", lambda _: "text is needed, found an empty one"),
    "string_pattern_mismatch": ("not_a_name", _not_a_name),
    "float_type": ("wrong_kind", _needs("a number")),
    "float_parsing": ("wrong_kind", _needs("a number")),
    "finite_number": ("not_finite", lambda _: "a number must be finite"),
    "int_type": ("wrong_kind", _needs("a whole number")),
    "int_parsing": ("wrong_kind", _needs("a whole number")),
    "int_from_float": ("wrong_kind", _needs("a whole number")),
    "bool_type": ("wrong_kind", _needs("true or false")),
    "dict_type": ("wrong_kind", _needs("a mapping")),
    "model_type": ("wrong_kind", _needs("a mapping of fields")),
    "model_attributes_type": ("wrong_kind", _needs("a mapping of fields")),
    "tuple_type": ("wrong_kind", _needs("a list")),
    "list_type": ("wrong_kind", _needs("a list")),
    "too_short": ("empty_list", lambda _: "at least one entry is needed"),
    "literal_error": ("unknown_word", lambda details: f"{details['input']!r} is not one of {_expected(details)}"),
    "enum": ("unknown_word", lambda details: f"{details['input']!r} is not one of {_expected(details)}"),
    "greater_than": ("out_of_range", _limit("above", "gt")),
    "greater_than_equal": ("out_of_range", _limit("at least", "ge")),
    "less_than": ("out_of_range", _limit("below", "lt")),
    "less_than_equal": ("out_of_range", _limit("at most", "le")),
    "value_error": ("wrong_value", _own_words),
    "value_kind": ("not_a_value", _own_words),
    "change_kind": ("unknown_change", _own_words),
    "set_kind": ("unknown_set", _own_words),
}


def _expected(details: ErrorDetails) -> str:
    return str(details.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")


def _nearest(details: ErrorDetails) -> str | None:
    given, kind = details["input"], details["type"]
    if kind in ("literal_error", "enum"):
        return nearest_name(str(given), _expected(details).split(", "))
    known = {"value_kind": VALUE_KEYS, "change_kind": sorted(VERBS), "set_kind": _SET_KINDS}.get(kind)
    if known is None or not isinstance(given, dict):
        return None
    return next((near for key in given if (near := nearest_name(str(key), known)) is not None), None)


def _remedy(details: ErrorDetails) -> str | None:
    if details["input"] is None:
        return "fill it in, or remove the line"
    if isinstance(details["input"], str) and (share := percent.written_as_percent(details["input"])) is not None:
        return f"write {share}"
    if details["type"] == "string_pattern_mismatch" and (parts := _share_of_a_row(details)) is not None:
        row, goal = parts
        return f"set the whole row: `set_parameter: {row}, to: {{counts: {{{goal}: …, …}}}}`"
    if details["type"] == "string_pattern_mismatch":
        slug = "_".join("".join(c if c.isascii() and c.isalnum() else " " for c in details["input"].lower()).split())
        return f"write {slug}" if slug[:1].isalpha() else None
    return None

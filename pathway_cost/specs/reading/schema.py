"""JSON Schema of the files people write: the models' own schema, and the short forms the files may use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel

from pathway_cost.specs.format import Pathway, Scenario, Spec, Study, UnitCostRules
from pathway_cost.specs.reading.model_fields import sentences_of

FileKind = Literal["pathway", "scenario", "study", "rules"]
Schema = dict[str, Any]

_MODELS: Mapping[FileKind, type[BaseModel]] = {
    "pathway": Pathway,
    "scenario": Scenario,
    "study": Study,
    "rules": UnitCostRules,
}
_TEXT: Schema = {"type": "string", "minLength": 1}
_NUMBER: Schema = {"type": "number"}
_VALUE: Schema = {"$ref": "#/$defs/Value"}
_TABLES = ("ByLevel", "BySteps", "Formula", "Excess")
_OWN_KEYS = {"by", "values", "steps", "formula", "excess"}

_SHORT: Mapping[str, tuple[Schema, ...]] = {
    "Route": (_VALUE,),
    "Start": (_TEXT, {"type": "object", "additionalProperties": _VALUE}),
    "Parameter": (_VALUE,),
    "Site": (_TEXT,),
    "PriceScope": (_TEXT,),
    "FootprintSite": (_TEXT,),
    "Place": (
        {"type": "object", "properties": {"share": _NUMBER}, "additionalProperties": {"type": ["string", "number"]}},
    ),
    "CohortSource": (
        _TEXT,
        {"type": "object", "required": ["patients"], "additionalProperties": {"type": ["string", "number"]}},
    ),
    "Price": (_NUMBER,),
    "TableFile": (_TEXT,),
    "Derive": ({"type": "object", "required": ["from"], "additionalProperties": _TEXT},),
}
"""Model → shorter ways to write it."""

_SHORT_FIELDS: Mapping[tuple[str, str], Schema] = {
    ("Pathway", "ends"): {"type": "array", "items": _TEXT, "minItems": 2},
    ("Scenario", "uptake"): {"type": "number", "minimum": 0, "maximum": 1},
    ("Study", "scenarios"): _TEXT,
    ("PlicsSource", "expect"): {"$ref": "#/$defs/Expect"},
    ("Parameter", "interval"): {"enum": [0.95, 0.9, 0.8]},
    ("Discount", "gbp"): _NUMBER,
}
"""(model, field) → another way to write the field."""


def json_schema(kind: FileKind) -> Schema:
    """The JSON Schema (draft 2020-12) of one kind of file, short forms included.

    >>> json_schema("scenario")["required"]
    ['scenario', 'amends']
    """
    schema = _MODELS[kind].model_json_schema()
    definitions = schema.pop("$defs", {})
    models = {model.__name__: model for model in _specs(Spec)}
    definitions = {name: _with_sentences(inner, models.get(name)) for name, inner in definitions.items()}
    schema = _with_sentences(schema, _MODELS[kind])
    if "Fixed" in definitions:
        definitions["Value"] = _value_schema()
        definitions["ByLevel"]["properties"]["by"] = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
        definitions["Parameter"] = _with_value_keys(definitions["Parameter"], definitions)
    definitions = {name: _with_short_fields(name, inner) for name, inner in definitions.items()}
    definitions = {name: _with_short_forms(name, inner) for name, inner in definitions.items()}
    schema = _with_short_fields(_MODELS[kind].__name__, schema) | {"$defs": definitions}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_rewritten(schema)}


def _specs(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        yield model
        yield from _specs(model)


def _with_sentences(schema: Schema, model: type[BaseModel] | None) -> Schema:
    """The schema of a model with the sentence below each of its fields, words in order."""
    said = sentences_of(model) if model is not None else {}
    properties = {
        name: dict(sorted((inner | {"description": said[name]}).items())) if name in said else inner
        for name, inner in schema.get("properties", {}).items()
    }
    return {**schema, "properties": properties} if properties else schema


def _value_schema() -> Schema:
    return {
        "description": "A number, the name of a parameter or numeric attribute, a table or a formula.",
        "anyOf": [_NUMBER, _TEXT, *({"$ref": f"#/$defs/{name}"} for name in _TABLES)],
    }


def _with_value_keys(parameter: Schema, definitions: Schema) -> Schema:
    """A parameter may carry a formula or table beside its unit and evidence, without `value:`."""
    own = {key: inner for name in _TABLES for key, inner in definitions[name]["properties"].items() if key in _OWN_KEYS}
    return {**parameter, "properties": {**parameter["properties"], **own}}


def _with_short_forms(name: str, schema: Schema) -> Schema:
    if name not in _SHORT:
        return schema
    words = {"description": schema["description"]} if "description" in schema else {}
    return {**words, "anyOf": [*_SHORT[name], schema]}


def _with_short_fields(name: str, schema: Schema) -> Schema:
    properties = {
        field: {"anyOf": [_SHORT_FIELDS[name, field], inner]} if (name, field) in _SHORT_FIELDS else inner
        for field, inner in schema.get("properties", {}).items()
    }
    return {**schema, "properties": properties} if properties else schema


def _rewritten(node: Any) -> Any:
    """The schema with values by reference, and one text wherever a list of texts may stand."""
    if isinstance(node, list):
        return [_rewritten(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    inner = {key: _rewritten(child) for key, child in node.items()}
    return next((change(inner) for applies, change in _CHANGES if applies(inner)), inner)


def _is_value(node: Schema) -> bool:
    return {"$ref": "#/$defs/Fixed"} in node.get("oneOf", ())


def _is_texts(node: Schema) -> bool:
    items = node.get("items")
    return "minLength" in node and isinstance(items, dict) and items.get("type") == "string"


def _as_value(node: Schema) -> Schema:
    return {key: inner for key, inner in node.items() if key not in ("oneOf", "default")} | _VALUE


def _as_texts(node: Schema) -> Schema:
    words = {key: inner for key, inner in node.items() if key in ("title", "description", "default")}
    return {**words, "anyOf": [node["items"], {"type": "array", "items": node["items"], "minItems": 1}]}


_CHANGES: tuple[tuple[Callable[[Schema], bool], Callable[[Schema], Schema]], ...] = (
    (_is_value, _as_value),
    (_is_texts, _as_texts),
)

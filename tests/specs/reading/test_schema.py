"""The JSON Schema takes what people write, short forms too; the library is found."""

from __future__ import annotations

import re

import pytest

from pathway_cost.errors import SpecFaults
from pathway_cost.specs.reading.library import library_folder, library_pathways, topic_folder
from pathway_cost.specs.reading.read_specs import load_document, parse_document
from pathway_cost.specs.reading.schema import json_schema
from tests.specs.specs_toy import PATHWAY, RULES, SCENARIO, STUDY, changed

KINDS = {
    "object": dict,
    "array": list,
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


def accepts(schema, node, root):
    """Whether a plain tree fits a schema: the few words of JSON Schema that ours uses."""
    if "$ref" in schema and not accepts(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], node, root):
        return False
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(isinstance(node, KINDS[kind]) for kind in kinds):
        return False
    if any(not any(accepts(one, node, root) for one in schema[word]) for word in ("anyOf", "oneOf") if word in schema):
        return False
    if "enum" in schema and node not in schema["enum"]:
        return False
    if isinstance(node, str):
        return re.search(schema.get("pattern", ""), node) is not None
    if isinstance(node, list):
        return all(accepts(schema.get("items", {}), entry, root) for entry in node)
    if isinstance(node, dict):
        return set(schema.get("required", ())) <= set(node) and all(fits(schema, key, node[key], root) for key in node)
    return True


def fits(schema, key, entry, root):
    if key in schema.get("properties", {}):
        return accepts(schema["properties"][key], entry, root)
    for pattern, inner in schema.get("patternProperties", {}).items():
        if re.search(pattern, str(key)):
            return accepts(inner, entry, root)
    rest = schema.get("additionalProperties", True)
    return rest if isinstance(rest, bool) else accepts(rest, entry, root)


@pytest.mark.parametrize(
    ("kind", "text"), [("pathway", PATHWAY), ("scenario", SCENARIO), ("study", STUDY), ("rules", RULES)], ids=str
)
def test_the_schema_takes_what_people_write(kind, text):
    schema = json_schema(kind)
    assert accepts(schema, parse_document(text, file="x").tree, schema)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("pathway", changed(PATHWAY, ("    stay: los", "    staay: los"))),
        ("pathway", changed(PATHWAY, ("kind: community", "kind: comunity"))),
        (
            "scenario",
            changed(SCENARIO, ("{scale_parameter: los, by: shorter}", "{scale_parameters: los, by: shorter}")),
        ),
        ("study", changed(STUDY, ("price_year: 2024-25\n", ""))),
        ("rules", changed(RULES, ("per: contact", "per: contacts"))),
    ],
)
def test_the_schema_refuses_what_the_models_refuse(kind, text):
    schema = json_schema(kind)
    assert not accepts(schema, parse_document(text, file="x").tree, schema)


def test_every_field_has_its_sentence():
    setting = json_schema("pathway")["$defs"]["Setting"]["properties"]["stay"]
    assert setting["description"] == "Days; `cycle` for a setting that is left or re-entered each cycle."


def test_the_library_fits_its_schema():
    schema = json_schema("pathway")
    found = library_pathways()
    assert found
    for pathway in found:
        assert pathway.file == library_folder() / pathway.name / "pathway.yaml"
        assert accepts(schema, load_document(pathway.file).tree, schema)
        for file in pathway.scenarios:
            assert accepts(json_schema("scenario"), load_document(file).tree, json_schema("scenario"))


def test_topics_by_name():
    name = library_pathways()[0].name
    assert topic_folder(name) == library_folder() / name
    with pytest.raises(SpecFaults, match=f"nearest: '{name}'"):
        topic_folder(name[:-1])

"""Files in: every fault of a stage at its line, in plain words, with the nearest name and a remedy."""

from __future__ import annotations

import pytest

from pathway_cost.errors import Problem, SpecFaults, Where
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.rules import UnitCostRules
from pathway_cost.specs.format.scenario import Scenario
from pathway_cost.specs.format.study import Study
from pathway_cost.specs.reading.read_specs import (
    LARGEST_BYTES,
    from_mapping,
    load_document,
    load_pathway,
    load_rules,
    load_scenario,
    load_study_file,
    parse_document,
)
from tests.specs.specs_toy import PATHWAY, RULES, SCENARIO, STUDY, changed, spec

SYNTAX = [
    # rule, text, line, column, words
    ("duplicate_key", "a: 1\nb: {c: 1,\n  c: 2}\na: 3", [(3, 3), (4, 1)], "first is on line"),
    ("anchor", "a: &x 1\nb: 2", [(1, 4)], "write the entry out"),
    ("tag", "a: !!str 1", [(1, 4)], "remove the tag"),
    ("merge_key", "a: {b: 1}\nc:\n  <<: {b: 1}", [(3, 3)], "write the entries out"),
    ("key_not_text", "? [1, 2]\n: 3", [(1, 3)], "one word"),
    ("several_documents", "a: 1\n---\nb: 2", [(2, 1)], "split the file"),
    ("directive", "%YAML 1.1\n---\na: no", [(2, 1)], "remove"),
    ("empty_file", "# nothing\n", [(1, 1)], "empty"),
    ("not_yaml", "a: [1, 2", [(1, 9)], "not YAML"),
    ("not_yaml", "a:\n\t- 1", [(2, 1)], "spaces, not tabs"),
    ("not_yaml", "a: 1\nb: \x07", [(2, 4)], "control character"),
    ("unquoted_text", "values: {true: 1}", [(1, 10)], 'quote it: "true"'),
    ("unquoted_text", "values: {2026-04-01: 1}", [(1, 10)], 'quote it: "2026-04-01"'),
]
SHAPE = [
    # rule, old, new, column of the fault's line, words
    ("unknown_field", "title: Knee replacement", "titel: Knee replacement", "titel", "nearest: 'title'"),
    ("unknown_field", "    stay: los", "    staay: los", "staay", "nearest: 'stay'"),
    ("unknown_field", "contacts: {formula:", "contacts: {formulla:", "formulla", "nearest: 'formula'"),
    ("missing_field", "acute: {kind: acute}", "acute: {title: Acute}", "acute: {title", "add `kind:` (Kind of organisation"),
    ("unquoted_text", 'code: "HN22*"', "code: 0100", "code: 0100", 'read as a number; quote it: "0100"'),
    ("unquoted_text", 'code: "HN22*"', "code: [HN22A, 5E1]", "5E1", 'quote it: "5E1"'),
    ("unquoted_text", 'code: "HN22*"', "code: 0x10", "0x10", 'quote it: "0x10"'),
    ("unquoted_text", "frail: {levels: [no, yes]}", "frail: {levels: [no, true]}", "frail: {", 'true or false; quote it: "true"'),
    ("unquoted_text", "frail: {levels: [no, yes]}", "frail: {levels: [2026-04-01, yes]}", "2026", "a date; quote it"),
    ("unquoted_text", "{no: 0.05, yes: 0.25}", "{60: 0.05, yes: 0.25}", "60: 0.05", 'quote it: "60"'),
    ("wrong_kind", "roles:\n  acute: {kind: acute}", "roles:\n  acute:", "acute:", "found nothing; fill it in"),
    ("wrong_kind", "low: 0.03", "low: some", "low: some", "a number is needed, found text 'some'"),
    ("unknown_word", "kind: community", "kind: comunity", "comunity", "nearest: 'community'"),
    ("unknown_word", "per: patient, name", "per: pateint, name", "pateint", "nearest: 'patient'"),
    ("not_a_name", "  taxi.trip: {", "  Taxi trip: {", "Taxi trip", "write taxi_trip"),
    ("not_a_value", "stay: 6", "stay: {exces: {of: los}}", "stay: {exces", "nearest: 'excess'"),
    ("wrong_value", "stay: 6", "stay: true", "stay: true", "true or false"),
    ("wrong_value", "spread: {lognormal: {sd: 2.83}}", "sd: 2.83", "los:", "`se: …` for how unsure"),
    ("out_of_range", "times: 0.2", "times: 1.2", "times: 1.2", "must be below 1"),
    ("not_finite", "stay: 6", "stay: .inf", "stay: .inf", "finite"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text", "places", "words"), SYNTAX)
def test_syntax_faults(rule, text, places, words):
    with pytest.raises(SpecFaults) as raised:
        parse_document(text, file="x.yaml")
    assert raised.value.stage == "syntax"
    assert {problem.rule for problem in raised.value.problems} == {rule}
    assert [(problem.where.line, problem.where.column) for problem in raised.value.problems] == places
    assert words in str(raised.value)


def test_an_alias_is_refused_with_its_anchor():
    with pytest.raises(SpecFaults) as raised:
        parse_document("a: &x 1\nb: *x", file="x.yaml")
    assert [problem.rule for problem in raised.value.problems] == ["anchor", "alias"]


def test_too_many_levels_are_refused():
    with pytest.raises(SpecFaults, match="more than 50 levels"):
        parse_document("[" * 200, file="x.yaml")
    assert parse_document("[" * 50 + "1" + "]" * 50, file="x.yaml").tree


def test_an_alias_bomb_is_refused_at_once():
    bomb = "a: &a [x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    with pytest.raises(SpecFaults, match="alias"):
        parse_document(bomb, file="x.yaml")


def test_files_that_are_not_there_or_not_text(tmp_path):
    (tmp_path / "pathway.yaml").write_bytes(b"title: caf\xe9\n")
    with pytest.raises(SpecFaults, match=r"nearest: 'pathway\.yaml'"):
        load_document(tmp_path / "pathwy.yaml")
    with pytest.raises(SpecFaults, match="line 1 holds bytes that are not UTF-8"):
        load_document(tmp_path / "pathway.yaml")
    (tmp_path / "large.yaml").write_bytes(b"#" * (LARGEST_BYTES + 1))
    with pytest.raises(SpecFaults, match="at most 5,000,000"):
        load_document(tmp_path / "large.yaml")


def test_scalars_are_yaml_1_2():
    text = "[no, 1:30, 60_69, '0100', 0100, 5E1, 1e3, .5, ~, 0o17, 1.0.0, 2024-25]"
    expected = ["no", "1:30", "60_69", "0100", 100, 50.0, 1000.0, 0.5, None, 15, "1.0.0", "2024-25"]
    assert parse_document(text, file="x.yaml").tree == expected


@pytest.mark.parametrize(("rule", "old", "new", "at", "words"), SHAPE)
def test_shape_faults(rule, old, new, at, words):
    text = changed(PATHWAY, (old, new))
    with pytest.raises(SpecFaults) as raised:
        spec(text, Pathway)
    assert raised.value.stage == "shape"
    assert {problem.rule for problem in raised.value.problems} == {rule}, raised.value
    for problem in raised.value.problems:
        assert at in text.splitlines()[problem.where.line - 1]
    assert words in str(raised.value)


def test_all_shape_faults_arrive_together():
    text = changed(PATHWAY, ("kind: community", "kind: comunity"), ("stay: 6", "stay: true"), ("window:", "windoww:"))
    with pytest.raises(SpecFaults) as raised:
        spec(text, Pathway)
    assert {problem.rule for problem in raised.value.problems} == {"unknown_word", "wrong_value", "unknown_field"}


def test_faults_inside_changes_stand_at_their_line():
    text = changed(SCENARIO, ("by: shorter", "bye: shorter"), ("- {scale_patients", "- {scale_patient"))
    with pytest.raises(SpecFaults) as raised:
        spec(text, Scenario)
    found = {problem.rule: problem for problem in raised.value.problems}
    assert set(found) == {"unknown_field", "missing_field", "unknown_change"}
    assert found["unknown_field"].where.column == text.splitlines()[7].index("bye") + 1
    assert found["unknown_field"].nearest == "by"
    assert found["unknown_change"].nearest == "scale_patients"
    assert found["unknown_change"].where.line == 10


@pytest.mark.parametrize(
    ("text", "load", "words"),
    [(SCENARIO, load_pathway, "this is a scenario file"), (STUDY, load_scenario, "this is a study file"),
     (PATHWAY, load_rules, "this is a pathway file"), (RULES, load_study_file, "this is a rules file"),
     ("[1, 2]", load_pathway, "begin with `pathway:`")],
)  # fmt: skip
def test_a_file_of_another_kind_is_one_fault(tmp_path, text, load, words):
    file = tmp_path / "x.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SpecFaults) as raised:
        load(file)
    assert len(raised.value.problems) == 1
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("text", "load", "model"),
    [(PATHWAY, load_pathway, Pathway), (SCENARIO, load_scenario, Scenario), (STUDY, load_study_file, Study),
     (RULES, load_rules, UnitCostRules)],
)  # fmt: skip
def test_files_and_plain_mappings_give_the_same_spec(tmp_path, text, load, model):
    file = tmp_path / "x.yaml"
    file.write_text(text, encoding="utf-8")
    loaded = load(file)
    assert loaded.source.path == str(file)
    assert loaded.spec == from_mapping(parse_document(text, file="x").tree, model)


def test_mappings_have_faults_without_a_file():
    with pytest.raises(SpecFaults) as raised:
        from_mapping({"scenario": "a", "amends": "knee", "chnages": []}, Scenario)
    assert str(raised.value.problems[0].where) == "chnages"
    assert raised.value.problems[0].nearest == "changes"


@pytest.mark.parametrize(
    ("item", "at"),
    [("settings.surgery.uses.1.per", "per: day}"), ("unit_costs.theatre.knee.covers", "theatre.knee: {"),
     ("start.shares.surgery", "start:"), ("routes.surgery.readmission.share", "readmission: p_readmit"),
     ("settings.surgery.nothing.here", "surgery:"), ("parameters.contacts.value.formula", "contacts:")],
)  # fmt: skip
def test_problems_are_placed_by_their_item(item, at):
    placed = spec(PATHWAY, Pathway).source.place(Problem("rule", "what", Where(item=item)))
    assert at in PATHWAY.splitlines()[placed.where.line - 1]
    assert placed.where.item == item


def test_a_problem_without_an_item_keeps_its_file():
    assert str(spec(PATHWAY, Pathway).source.place(Problem("rule", "what")).where) == "file.yaml"


def test_folded_text_is_plain_text():
    tree = parse_document("note: >\n  one line\n  and another\n", file="x.yaml").tree
    assert tree == {"note": "one line and another\n"}

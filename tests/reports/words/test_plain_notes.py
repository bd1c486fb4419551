"""Warnings and notes in plain words: one line a cause, titles and no keys, pounds only where they may be told."""

from __future__ import annotations

import ast
import importlib
import re
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest

import pathway_cost
from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.reports.page.notes_section import notes_section
from pathway_cost.reports.words import Names, plain_notes
from pathway_cost.reports.words.note_facts import CHECK, DECIDED, FIRMER, GROUPS, RECORDS, Facts, Titles
from pathway_cost.reports.words.note_groups import WORDS
from pathway_cost.reports.words.note_words import OF_STUDY
from pathway_cost.reports.words.price_words import OF_PRICES

PACKAGE = Path(pathway_cost.__file__).parent
MAKERS = {"Problem", "Check", "miss_of", "Miss", "_note", "_warning", "tell", "_of_lines", "cells_wrong", "_listed"}
RULE_AT = {
    "miss_of": 1,
    "_of_lines": 2,
    "cells_wrong": 1,
    "_listed": 1,
}  # which argument names the rule; the first else
NEVER_IN_A_RESULT = {"names_not_checked"}  # of a scenario checked without its pathway
TOLD_BY_FILES_TOO = {"cells_wrong", "_listed", "_of_lines"}  # makers of faults that some callers turn into warnings


def told(result, *notes):
    run = replace(result, notes=notes)
    return {note.rule: (group.title, note) for group in plain_notes(run, Names.of(run)) for note in group.notes}


def note(rule, *about, severity=Severity.NOTE, **more):
    return Problem(rule, "said by the check", Where(), severity=severity, about=about, **more)


# --- every rule has words ------------------------------------------------------------------------------------------
def rules_of(call, module):
    """The rules that a call may name: a text, a constant, or one of a constant's tuples; none where it is handed in."""
    at = RULE_AT.get(called(call), 0)
    if len(call.args) <= at:
        return set()
    match call.args[at]:
        case ast.Constant(value=str(rule)):
            return {rule}
        case ast.Name(id=name) if isinstance(getattr(module, name, None), str):
            return {getattr(module, name)}
        case ast.Attribute(value=ast.Name(id="terms"), attr=name):
            return {getattr(pathway_cost.terms, name)}
        case ast.Subscript(value=ast.Subscript(value=ast.Name(id=name))):
            return {rule for rule, *_ in getattr(module, name).values()}
        case _:
            return set()


def called(call):
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def may_be_less_than_a_fault(call):
    """Whether a call says a severity, or is of a maker that gives one of its own."""
    return called(call) in {"_note", "_warning", "tell", "_of_lines"} or "severity" in ast.unparse(call).lower()


def warned_and_noted():
    found = set()
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) in MAKERS]
        for call in filter(may_be_less_than_a_fault, calls):
            found |= rules_of(call, importlib.import_module(name))
    return found | made_warnings()


def made_warnings():
    """Faults that are made warnings where they are handed on."""
    return {"line_nearly_asked_for", "cell_shows_percent"}


def test_every_rule_that_warns_or_notes_has_plain_words():
    found = warned_and_noted()
    assert len(found) > 100, "the rules are found by reading the package"
    assert {
        "selection",
        "work_in_progress",
        "small_groups",
        "negative_cost",
        "code_with_zeros",
        "repeated_line",
    } <= found
    assert sorted(found - WORDS.keys() - NEVER_IN_A_RESULT) == []


def test_no_words_are_of_a_rule_that_is_gone():
    assert sorted(WORDS.keys() - warned_and_noted()) == []


@pytest.mark.parametrize("rule", WORDS)
def test_words_stand_without_any_fact(result, rule):
    """What is handed on may say nothing of few records, and then the sentence must read on its own."""
    group, plain = told(result, note(rule))[rule]
    assert group in GROUPS
    assert plain.plain[0].isupper()
    assert plain.plain.endswith(".")
    assert "saving" not in plain.plain.lower(), "a modelled change is not cash"
    assert not re.search(r"[{}]|\bnan\b|\(\)|  | [,.:] |: [,.]", plain.plain)


# --- one line a cause ----------------------------------------------------------------------------------------------
def test_a_changed_mix_is_one_line_with_titles_and_a_remedy_for_each_kind_of_price(result):
    keys = result.unit_costs_used.drop_duplicates("unit_cost").set_index("unit_cost")
    mine, others = keys.index[0], keys.index[1]
    run = replace(
        result,
        notes=(
            note("selection", ("attribute", "frail"), ("price", mine), ("price", others), severity=Severity.WARNING),
            note("selection", ("attribute", "complexity"), ("price", mine), severity=Severity.WARNING),
        ),
    )
    titles = replace(Titles.of(run, Names.of(run)), prices={mine: "GP consultation", others: "MSK triage contact"})
    for basis, remedy in (
        ("plics", "In a rule that makes a price from PLICS records, write `by: [frail, complexity]`."),
        (
            "national",
            f"A national price is the same for everybody ({titles.listed([mine], 2)}): make one from your own records",
        ),
        ("table", f"({titles.listed([mine, others], 2)}) can be given for each group."),
    ):
        facts = Facts(run.notes, replace(titles, bases={mine: frozenset({basis}), others: frozenset({"table"})}))
        said = WORDS["selection"].of(facts)
        assert remedy in said, basis
        assert "by ‘Frail’ and ‘Complexity’" in said
        assert mine not in said
    group, line = told(result, *run.notes)["selection"]
    assert (group, line.severity, len(line.technical)) == (CHECK, Severity.WARNING, 2)


def test_work_in_progress_of_four_rules_is_one_line_with_the_pounds_summed(result):
    """£27,045.95 + £15,556.25 + £6,592.68 = £49,194.88."""
    parts = {"theatre.new": 27_045.95, "implant.knee": 15_556.25, "knee.other": 6_592.68}
    notes = [note("work_in_progress", ("price", key), ("gbp", gbp)) for key, gbp in parts.items()]
    group, line = told(result, *notes)["work_in_progress"]
    assert group == RECORDS
    assert "prices of ‘Theatre new’, ‘Implant knee’ and ‘Knee other’ (£49,195 together): their costs" in line.plain
    assert line.technical == ("said by the check",) * 3


def test_uptake_of_two_scenarios_is_one_line(result):
    one = note("uptake_of_a_year", ("scenario", "day_case"), ("uptake", 1.0), ("year", "2027-28"))
    other = note("uptake_of_a_year", ("scenario", "msk_triage"))
    group, line = told(result, one, other)["uptake_of_a_year"]
    names = Names.of(result)
    said = (
        f"({names.scenario('day_case')}, 100% of 2027-28; {names.scenario('msk_triage')}, by the year of each start)."
    )
    assert group == DECIDED
    assert said in line.plain


def test_draws_say_how_many_and_what_became_of_them(result):
    about = ("excess_shares", "redraw"), ("bad", 97.0), ("draws", 500.0)
    group, line = told(result, note("draws_exceeded_one", *about, severity=Severity.WARNING))["draws_exceeded_one"]
    assert group == FIRMER
    assert line.plain.startswith("In 97 of 500 draws ")
    assert "so they were drawn again." in line.plain


def test_records_of_several_trusts_are_added(result):
    one = note("negative_cost", ("records", 31.0), ("of_records", 925.0), ("gbp", 265_983.64))
    other = note("negative_cost", ("records", 9.0), ("of_records", 75.0), ("gbp", 1_000.0))
    assert told(result, one, other)["negative_cost"][1].plain.startswith(
        "40 of 1,000 records (£266,984 together) have a cost line below £0."
    )


def test_a_rule_without_words_speaks_for_itself(result):
    problem = Problem("unheard_of", "something is odd", remedy="look at it", severity=Severity.WARNING)
    group, line = told(result, problem)["unheard_of"]
    assert (group, line.plain) == (CHECK, "Something is odd. Look at it.")


def test_groups_come_in_order_and_warnings_first(result):
    warning = note("price_is_zero", ("price", "gp.consult"), severity=Severity.WARNING)
    notes = note("zero_day_stays"), note("nobody_moves"), warning, note("stays_in_days")
    run = replace(result, notes=notes)
    found = {group.title: [each.rule for each in group.notes] for group in plain_notes(run, Names.of(run))}
    assert found == {CHECK: ["price_is_zero", "nobody_moves"], DECIDED: ["stays_in_days"], RECORDS: ["zero_day_stays"]}
    assert list(found) == [group for group in GROUPS if group in found]


# --- what may leave ------------------------------------------------------------------------------------------------
def test_figures_of_few_records_are_not_handed_on():
    problem = note("work_in_progress", ("price", "ward"), ("gbp", 1_234.0), shared="ward: fewer than 8 records")
    assert problem.to_share().about == (("price", "ward"),)
    assert note("work_in_progress", ("gbp", 1_234.0)).to_share().about == (("gbp", 1_234.0),), (
        "nothing is withheld of it"
    )


def test_pounds_that_may_not_be_told_are_in_no_sum(result):
    open_one = note("work_in_progress", ("price", "ward"), ("gbp", 20_000.0))
    hidden = note("work_in_progress", ("price", "theatre"), ("gbp", 1_234.0), shared="few").to_share()
    assert "(£20,000 and more)" in told(result, open_one, hidden)["work_in_progress"][1].plain
    assert "£" not in told(result, hidden)["work_in_progress"][1].plain


def test_how_many_records_is_said_only_where_every_note_may(result):
    open_one = note("negative_cost", ("records", 31.0), ("of_records", 925.0), ("gbp", 5.0))
    hidden = note("negative_cost", ("records", 2.0), ("of_records", 75.0), ("gbp", 7.0), shared="few").to_share()
    assert told(result, open_one, hidden)["negative_cost"][1].plain.startswith(
        "Some records (£5 and more) have a cost line"
    )


# --- on the page ---------------------------------------------------------------------------------------------------
def test_the_page_says_it_plainly_and_keeps_the_checks_own_words_behind_a_fold(result):
    notes = (
        replace(note("selection", ("attribute", "frail"), severity=Severity.WARNING), what="<b>routes</b> & keys"),
        note("zero_day_stays", ("price", "gp.consult")),
    )
    run = replace(result, notes=notes)
    section = lxml.html.fragment_fromstring(notes_section(run, Names.of(run)), create_parent="section")
    assert [each.text for each in section.iter("h4")] == [CHECK], "what warns stands open"
    assert [each.text for each in section.xpath("details/summary")] == [f"{RECORDS} (1)"]
    [warned], [noted] = section.xpath("ul/li"), section.xpath("details/ul/li")
    assert warned.get("class") == "warned"
    assert warned.find("p").text_content().startswith("Warning: Patients take different ways by ‘Frail’")
    assert warned.find("details/ul/li").text == "<b>routes</b> & keys"
    assert noted.find("p").text_content().startswith("Stays of no day")
    own = [each.text for each in section.xpath("//li/details/summary")]
    assert own == ["In the checks' own words"] * 2


def test_what_to_write_is_shown_as_code(result):
    run = replace(
        result,
        notes=(note("zero_day_stays", ("price", "gp.consult")), Problem("odd", "a ` alone", severity=Severity.NOTE)),
    )
    section = lxml.html.fragment_fromstring(notes_section(run, Names.of(run)), create_parent="section")
    assert [each.text for each in section.iter("code")] == ["zero_day: 0.5"]
    assert "A ` alone." in section.text_content()


def test_a_run_without_notes_says_so(result):
    run = replace(result, notes=())
    assert notes_section(run, Names.of(run)) == "<p>The checks found nothing to warn of.</p>"


def test_no_sentence_has_a_list_of_names_do_what_one_does():
    """One name or several stand for a placeholder, so `{scenarios} sets` would be wrong of two."""
    alone = re.compile(r"(?:^|\. )\{(?:organisations|scenarios|parameters)\} (?:has|is|sets|adds|multiplies|does) ")
    texts = [said.text for said in (*OF_PRICES.values(), *OF_STUDY.values()) if isinstance(said.text, str)]
    assert [text for text in texts if alone.search(text)] == []

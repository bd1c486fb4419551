"""A small pathway in which no check finds anything, and ways to break it one line at a time."""

from __future__ import annotations

import functools

from pathway_cost.specs.checks.of_pathway import check_pathway
from pathway_cost.specs.checks.of_rules import check_rules
from pathway_cost.specs.checks.of_scenario import check_scenario
from pathway_cost.specs.checks.of_study import check_study
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.rules import UnitCostRules
from pathway_cost.specs.format.scenario import Scenario
from pathway_cost.specs.format.study import Study
from pathway_cost.specs.reading.read_specs import parse_document, read_spec

PATHWAY = """\
pathway: knee
title: Knee replacement
window: 1 year
evidence: {grade: local, source: Trust audit}
roles:
  acute: {kind: acute}
  community: {kind: community}
attributes:
  age_band: {levels: [under_60, 60_69, 70_plus]}
  frail: {levels: [no, yes]}
  complexity: {levels: [high, usual]}
  age: {number: year, low: 0, high: 110}
  visits_seen: {number: visit, holds: total}
unit_costs:
  theatre.knee: {unit: episode, covers: part, bundle: knee_episode}
  ward.bed_day: {unit: bed_day, covers: part, bundle: knee_episode}
  knee.episode: {unit: episode, covers: whole, national: {department: Elective Inpatients, code: "HN22*"}}
  theatre.minute: {unit: minute, covers: part, national: {department: Theatres, code: TH1, times: 0.2, evidence: {grade: expert}}, overlap: allowed, reason: Theatre of long stays is not in the spell}
  knee.spell: {unit: spell, covers: whole, per_use: {episodes_per_spell: 1.1, evidence: {grade: local}}}
  physio.contact: {unit: contact, covers: whole}
  taxi.trip: {unit: journey, covers: whole}
bundles:
  knee_episode: {replaced_by: knee.episode}
parameters:
  p_readmit: {value: 0.05, low: 0.03, high: 0.07, unit: share, evidence: {grade: published, source: "Someone, 2020", period: 12 months}}
  los: {value: 4.65, spread: {lognormal: {sd: 2.83}}, n: 2150, unit: day}
  p_rehab: {by: frail, values: {no: 0.05, yes: 0.25}, unit: share}
  contacts: {formula: "2 + 0.1 * max(0, age - 65)"}
  after_rehab: {counts: {home: 90, readmission: 10}}
start: {surgery: 1}
settings:
  surgery:
    role: acute
    stay: los
    uses:
      - {unit_cost: theatre.knee}
      - {unit_cost: ward.bed_day, per: day}
      - {unit_cost: physio.contact, quantity: 2, role: community, only: {frail: [yes]}, name: inreach}
      - {count: operation}
  rehab:
    role: community
    stay: 6
    uses:
      - {unit_cost: physio.contact, quantity: contacts}
      - {unit_cost: physio.contact, quantity: visits_seen, per: patient, name: extra}
  readmission:
    role: acute
    uses:
      - {unit_cost: knee.spell}
      - {unit_cost: theatre.minute, quantity: {excess: {of: los, over: 5}}}
routes:
  surgery:
    home: rest
    rehab: {share: p_rehab, wait: 3}
    readmission: p_readmit
  rehab:
    home: after_rehab.home
    readmission: {share: after_rehab.readmission, wait: 1, uses: [{unit_cost: taxi.trip, quantity: 0.6, role: community, per: day}]}
  readmission: {home: 0.9, died: 0.1}
ends:
  home: {role: community, uses: [{unit_cost: physio.contact}]}
  died: {uses: [{count: death}]}
"""

SCENARIO = """\
scenario: day_case
amends: knee
eligible: {frail: [no]}
uptake: {2026-27: 0.3, 2027-28: 1.0}
parameters:
  shorter: {value: 0.8, low: 0.7, high: 0.9}
changes:
  - {scale_parameter: los, by: shorter}
  - {set_share: {setting: surgery, route: rehab}, to: {by: frail, values: {no: 0.02, yes: 0.2}}}
  - {scale_patients: {where: {frail: no}}, by: 1.05}
one_off_costs: [{id: lead, role: acute, year: 2026-27, gbp: 60000, what: project lead}]
"""

STUDY = """\
study: options
pathway: knee
footprint:
  north: {acute: RXX, community: RYY, share: 0.4}
  south: {acute: RXZ, community: RYY, share: 0.6}
cohort: {patients: 10, age_band: under_60, frail: no, complexity: usual, age: 60, visits_seen: 3}
price_year: 2024-25
unit_costs:
  - table: prices.csv
    borrow: {RXX: RXZ}
  - prices: {physio.contact: {gbp: 79, unit: contact, price_year: 2023-24}}
scenarios: [day_case.yaml, triage.yaml]
compare: [baseline, day_case, day_case+triage]
report_per: [surgery]
uptake_year: 2027-28
price_index: {kinds: {acute: nhscii}, rates: {nhscii: {2025-26: 0.02}}}
"""

TRIAGE = """\
scenario: triage
amends: knee
changes:
  - {set_parameter: p_readmit, to: 0.04}
"""

RULES = """\
derive:
  complexity: {from: HrgFce, HN22A: high, "*": usual}
  age_band: {from: age, "0": under_60, "60": 60_69, "70": 70_plus}
rules:
  theatre.knee: {feed: APC, where: {HrgFce: "HN22*"}, activities: ["THR*"], per: episode, by: [complexity]}
  ward.bed_day: {feed: APC, where: {Tfc: "110", Pod: [EL]}, activities: rest, per: bed_day, by: [age_band]}
  knee.spell: {feed: APC, where: {HrgFce: "HN22*"}, attached: [SI], per: episode}
  theatre.minute: {feed: APC, per: activity_count, count_of: THR001, unit: minute}
  physio.contact: {feed: CSCC, where: {TeamType: "07"}, per: contact}
"""


def changed(text, *edits):
    """The text with each (old, new) put in; old must stand there exactly once."""
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


def spec(text, model, file="file.yaml"):
    return read_spec(parse_document(text, file=file), model)


@functools.cache
def pathway(text=PATHWAY):
    return spec(text, Pathway).spec


@functools.cache
def scenario(text=SCENARIO):
    return spec(text, Scenario).spec


def pathway_problems(text):
    loaded = spec(text, Pathway)
    return [loaded.source.place(problem) for problem in check_pathway(loaded.spec)]


def scenario_problems(text, of=PATHWAY):
    loaded = spec(text, Scenario)
    return [loaded.source.place(problem) for problem in check_scenario(pathway(of), loaded.spec)]


def study_problems(text, *, scenarios=(SCENARIO, TRIAGE), of=PATHWAY):
    loaded = spec(text, Study)
    given = {each.scenario: each for each in map(scenario, scenarios)}
    return [loaded.source.place(problem) for problem in check_study(loaded.spec, pathway(of), given)]


def rules_problems(text, of=PATHWAY):
    loaded = spec(text, UnitCostRules)
    return [loaded.source.place(problem) for problem in check_rules(loaded.spec, pathway(of))]


def assert_only(problems, rule, text, at, *, mentions=()):
    """Every problem found is of this rule, and stands at the line that holds `at`."""
    assert {problem.rule for problem in problems} == {rule}, problems
    lines = text.splitlines()
    where = [lines[problem.where.line - 1] for problem in problems]
    assert all(at in line for line in where), f"{at!r} not in {where}"
    for word in mentions:
        assert word in "\n".join(map(str, problems))

"""A study costed by the engine, written, and proved again by LibreOffice: levels, arms, loops, volume, changed prices."""

import io
import re

import lxml.html
import openpyxl
import pandas as pd
import pytest

import pathway_cost as pc
from pathway_cost.reports.files.folder import write
from pathway_cost.reports.words import Findings, told_pounds
from tests.reports.recalculate import recalculated

PATHWAY = """
pathway: hip
title: Hip replacement
people_word: people
window: 1 year
evidence: {grade: local, source: Trust data}
roles:
  primary: {title: General practice, kind: primary_care}
  acute: {title: Acute trust, kind: acute}
attributes:
  frail: {levels: ["no", "yes"]}
unit_costs:
  gp.consult: {title: GP consultation, unit: contact, covers: whole}
  hip.episode: {title: Hip replacement, unit: episode, covers: whole}
  ward.bed_day: {title: Ward day, unit: bed_day, covers: whole}
  kit: {title: Equipment, unit: item, covers: whole}
parameters:
  p_back: {value: {by: frail, values: {"no": 0.05, "yes": 0.15}}, unit: share, evidence: {grade: assumption, note: guessed}}
  los: {value: 4, unit: day}
start: {gp: 1}
settings:
  gp: {title: General practice, role: primary, uses: [{unit_cost: gp.consult, quantity: 1.5}]}
  surgery:
    title: Hip replacement
    role: acute
    uses:
      - {unit_cost: hip.episode}
      - {unit_cost: ward.bed_day, quantity: 1, per: day}
      - {unit_cost: kit, quantity: 2, per: patient}
      - {count: operation}
    stay: los
routes:
  gp: {surgery: 0.6, home: rest}
  surgery: {surgery: p_back, home: rest}
ends: {home: {title: Home}}
"""
CHEAPER = """
scenario: cheaper
title: Cheaper implants for half of the fit
amends: hip
eligible: {frail: ["no"]}
uptake: 0.5
changes:
  - {scale_unit_cost: {unit_cost: hip.episode, component: implants}, by: 0.9}
  - {scale_stay: surgery, by: 0.75}
one_off_costs: [{id: lead, role: acute, year: 2024-25, gbp: 60000, what: Project lead}]
"""
MORE = """
scenario: more
title: More referrals
amends: hip
changes:
  - {scale_patients: {where: {frail: ["yes"]}}, by: 1.2}
"""
STUDY = """
study: hips
title: Hips in one town
question: What do cheaper hips change?
pathway: pathway.yaml
footprint: {all: {primary: GP1, acute: RXX}}
organisations: {GP1: {name: Market Street Surgery}, RXX: {name: Coast Hospital}}
cohort: cohort.csv
price_year: 2024-25
unit_costs: [{table: prices.csv}]
scenarios: [cheaper.yaml, more.yaml]
compare: [baseline, cheaper, more, cheaper+more]
report_per: [surgery]
synthetic: true
"""
PRICES = """unit_cost,organisation,level,component,value_gbp,unit,covers,price_year,source,grade
gp.consult,GP1,,medical,46,contact,whole,2024-25,Practice accounts,local
hip.episode,RXX,frail=no,theatre,5100.37,episode,whole,2024-25,Trust,local
hip.episode,RXX,frail=no,implants,1480.2,episode,whole,2024-25,Trust,local
hip.episode,RXX,frail=yes,theatre,6230.11,episode,whole,2024-25,Trust,local
hip.episode,RXX,frail=yes,implants,1480.2,episode,whole,2024-25,Trust,local
ward.bed_day,RXX,,nursing,402.15,bed_day,whole,2024-25,Trust,local
kit,RXX,,clinical_supplies,35.5,item,whole,2024-25,Catalogue,assumption
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hips")
    for name, text in (("pathway", PATHWAY), ("cheaper", CHEAPER), ("more", MORE), ("study", STUDY)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    (folder / "prices.csv").write_text(PRICES, encoding="utf-8")
    pd.DataFrame({"frail": ["no"] * 7 + ["yes"] * 3}).to_csv(folder / "cohort.csv", index=False)
    return folder / "study.yaml"


@pytest.fixture(scope="module")
def run(study):
    return pc.run(pc.load_study(study))


@pytest.fixture(scope="module")
def out(run, study):
    return write(run, study.parent / "out", patients=True)


def test_the_check_sheet_agrees_for_every_scenario(run, out, tmp_path):
    book = openpyxl.load_workbook(recalculated(out / "workbook.xlsx", tmp_path), data_only=True)
    rows = [[cell.value for cell in row[:6]] for row in book["Check"].iter_rows(min_row=6, max_row=9)]
    assert [row[2] for row in rows] == pytest.approx([run[name].total_gbp for name in run.compared], rel=1e-9)
    assert {row[5] for row in rows} == {"agrees"}


def test_baseline_prices_are_references(out):
    check = openpyxl.load_workbook(io.BytesIO((out / "workbook.xlsx").read_bytes()))["Check"]
    rows = [[cell.value for cell in row] for row in check.iter_rows(min_row=12)]
    baseline = [row for row in rows if row[0] == "Baseline"]
    assert len(baseline) == 7
    assert all(str(row[10]).startswith("='Unit costs'!") for row in baseline)
    scaled = [row for row in rows if row[14] == "Unit costs × 0.9"]
    assert {row[7] for row in scaled} == {"implants"}
    assert all(re.fullmatch(r"='Unit costs'!\$F\$\d+\*0\.9", row[10]) for row in scaled)


def test_tables_and_page_stand(run, out):
    summary = pd.read_csv(out / "summary.csv")
    assert summary[summary["per"] == "patient"]["total_gbp"].tolist() == [run[name].total_gbp for name in run.compared]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Hips in one town" in page
    assert len(pd.read_parquet(out / "patients_local.parquet")) == 40


def test_reports_speak_of_people_and_organisations_by_name_and_files_by_code(out):
    page = lxml.html.document_fromstring((out / "report.html").read_text(encoding="utf-8"))
    said = " ".join(page.find(".//header").text_content().split())
    assert "What do cheaper hips change?" in said
    assert "Baseline: £" in said
    assert " per person, " in said
    assert " for 10 people who start (6 reach “Hip replacement”)." in said
    assert "all at Coast Hospital (" in said
    assert not re.search(r"[Pp]atient(?! record)", said.replace("The patients, and any PLICS", ""))
    book = openpyxl.load_workbook(out / "workbook.xlsx")["Summary"]
    assert "What do cheaper hips change?" in [cell.value for cell in book["A"]]
    codes = set(pd.read_csv(out / "by_organisation.csv")["organisation"])
    assert codes == {"GP1", "RXX"}
    assert set(pd.read_csv(out / "summary.csv")["per"]) >= {"patient", "surgery"}


def test_more_people_are_told_apart_from_dearer_ones(run):
    """Of three who are frail, a fifth more: 0.6 people more, at what one cost before; the rest is their being dearer."""
    found = next(each for each in Findings.of(run).each if each.scenario == "more")
    row = run.summary.query("scenario == 'more' and per == 'patient'").iloc[0]
    assert row["patients"] == pytest.approx(10.6)
    assert f", which is {told_pounds(row['change_volume_gbp'])} more for more people, " in found.rest
    assert found.rest.startswith("per person (")

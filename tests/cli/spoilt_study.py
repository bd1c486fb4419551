"""A toy study whose every optional column decides pounds, and ways to spoil one word or row of it at random.

Behind each price stands a placeholder of another height, so that a row which is quietly left out shows in the total.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
from hypothesis import strategies as st

Rows = list[list[str]]
Spoil = Callable[[Rows], Rows]

PATHWAY = """\
pathway: toy_knee
title: Knee replacement in a toy town
roles:
  primary_care: {kind: primary_care}
  acute: {kind: acute}
  community: {kind: community}
attributes:
  frail: {levels: [no, Frail]}
  age: {number: year, low: 0, high: 110}
unit_costs:
  gp.consult: {unit: contact, covers: whole}
  theatre.knee: {unit: episode, covers: part}
  ward.bed_day: {unit: bed_day, covers: part}
  physio.contact: {unit: contact, covers: whole}
parameters:
  los: {value: 4, unit: day}
  p_rehab: {by: frail, values: {no: 0.1, Frail: 0.5}, unit: share}
  visits: {formula: "age / 20"}
start: {gp: 1}
settings:
  gp: {role: primary_care, uses: [{unit_cost: gp.consult}]}
  surgery: {role: acute, stay: los, uses: [{unit_cost: theatre.knee}, {unit_cost: ward.bed_day, per: day}]}
  rehab: {role: community, uses: [{unit_cost: physio.contact, quantity: visits}]}
routes:
  gp: {surgery: 0.6, home: 0.4}
  surgery: {rehab: p_rehab, home: rest}
  rehab: {home: rest}
ends: [home]
"""
STUDY = """\
study: spoilt
synthetic: true
pathway: pathway.yaml
footprint:
  north: {primary_care: "RZP", acute: "RXX", community: "RYY"}
  south: {primary_care: "RZP", acute: "RTT", community: "RYY"}
cohort: COHORT
price_year: 2024-25
mff: MFF
price_index: {file: INDEX}
unit_costs:
  - plics: {files: "plics/*.csv", rules: rules.yaml, components: COMPONENTS}
  - table: PRICES
  - prices: {gp.consult: 1, theatre.knee: 100, ward.bed_day: 10, physio.contact: 2}
"""
RULES = """\
min_n: 2
rules:
  theatre.knee: {feed: APC, where: {HrgFce: "HN22*", Tfc: "110"}, activities: ["THR*"], per: episode}
"""
COHORT = """\
patient_id,place,frail,age,weight
PERSON-1,north,no,60,40
PERSON-2,south,Frail,80,10
PERSON-3,south,no,70,50
"""
PRICES = """\
unit_cost,organisation,level,component,value_gbp,unit,covers,price_year,mff,price_index,grade,source
gp.consult,RZP,,pay,30,contact,whole,2024-25,in,,local,Made up
gp.consult,RZP,,nonpay,10,contact,whole,2024-25,in,,local,Made up
theatre.knee,RTT,frail=no,unsplit,5000,episode,part,2024-25,in,,local,Made up
theatre.knee,RTT,frail=Frail,unsplit,7000,episode,part,2024-25,in,,local,Made up
ward.bed_day,RXX,,unsplit,450,bed_day,part,2023-24,in,town,local,Made up
ward.bed_day,RTT,,unsplit,400,bed_day,part,2024-25,national,,local,Made up
physio.contact,RYY,,unsplit,80,contact,whole,2023-24,in,town,local,Made up
"""
INDEX = """\
index,price_year,rate,edition,source,grade
town,2024-25,0.10,final,Made up,assumption
"""
MFF = """\
organisation,factor
RTT,1.2
"""
COMPONENTS = """\
ActCstID,ResCstID,component
THR001,CPF002,theatre
WRD001,CPF005,ward
"""
ACTIVITY = """\
ActivityRowID,OrganisationID,OrgPLEMI,PLICSRecordIdentifier,PointOfDelivery,PLICSHospProvSpell,EpisodeNumber,\
StartDateEpisode,EndDateEpisode,EpType,TreatmentFunctionCode,FCEHRG,SpellHrg,AdjLoS,FinancialYearStartDate
1,RXX,P1,C1,EL,H1,01,2024-06-03,2024-06-07,3,110,HN22A,HN22A,4,2024-04-01
2,RXX,P2,C2,EL,H2,01,2024-06-03,2024-06-05,3,110,HN22A,HN22A,2,2024-04-01
3,RXX,P3,C3,EL,H3,01,2024-06-03,2024-06-09,3,110,HN22A,HN22A,6,2024-04-01
"""
COST = """\
ActivityRowID,CollectionActivityID,CollectionActivityCnt,CollectionResourceID,TotalCost
1,THR001,90,CPF002,5000
1,WRD001,4,CPF005,1800
2,THR001,90,CPF002,5500
2,WRD001,2,CPF005,900
3,THR001,90,CPF002,4800
3,WRD001,6,CPF005,2700
"""
SPECS = {"study": STUDY, "pathway": PATHWAY, "rules": RULES}
TABLES = {
    "cohort": COHORT, "prices": PRICES, "index": INDEX, "mff": MFF, "components": COMPONENTS,
    "plics/Activity_APC": ACTIVITY, "plics/Cost_APC": COST,
}  # fmt: skip
NORTH = 40 * (40 + 0.6 * (5100 + 4 * 450 * 1.1 + 0.1 * 3 * 80 * 1.1))
SOUTH_FRAIL = 10 * (40 + 0.6 * (7000 + 4 * 400 * 1.2 + 0.5 * 4 * 80 * 1.1))
SOUTH = 50 * (40 + 0.6 * (5000 + 4 * 400 * 1.2 + 0.1 * 3.5 * 80 * 1.1))
TOTAL_GBP = NORTH + SOUTH_FRAIL + SOUTH
"""By hand: a GP visit, then for 0.6 of them the operation (£15,300 ÷ 3 in the extract), four days, and age ÷ 20 visits."""


def rows_of(text: str) -> Rows:
    """The rows of a table, the header first."""
    return list(csv.reader(io.StringIO(text)))


def write_spoilt(
    folder: Path,
    table: str = "",
    spoil: Spoil = lambda rows: rows,
    *,
    kind: str = "csv",
    specs: Mapping[str, str] = SPECS,
) -> Path:
    """The study in a folder, its user's tables as `kind` of file and one table spoilt; its path."""
    study = specs["study"]
    for name, text in TABLES.items():
        rows = spoil(rows_of(text)) if name == table else rows_of(text)
        plics = name.startswith("plics/")
        _write_table(folder / name, rows, "csv" if plics else kind)
        study = study.replace(name.upper(), f"{name}.{kind}")
    for name, text in {**specs, "study": study}.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / "study.yaml"


def _write_table(path: Path, rows: Rows, kind: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.with_name(f"{path.name}.{kind}")
    if kind == "csv":
        with file.open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows(rows)
        return
    frame = pd.DataFrame(rows[1:], columns=rows[0], dtype="str")
    frame.to_parquet(file, index=False) if kind == "parquet" else frame.to_excel(file, index=False)


# --- ways to spoil --------------------------------------------------------------------------------------------------
@st.composite
def misspelt(draw: st.DrawFn, word: str) -> str:
    """The word as somebody may write it: other case, padded, an invisible letter, a letter off, a plural.

    A number keeps its digits: nobody can tell one price from another.
    """
    at = draw(st.integers(0, len(word) - 1))
    ways = [
        word.upper(), word.title(), word.lower(), f" {word}", f"{word} ", f"{word}\u00a0", f"\u200b{word}", f"{word}s",
        word[:at] + "q" + word[at + 1 :], word.replace("_", " "), word.replace("_", "-"), word.replace("=", " = "),
    ]  # fmt: skip
    if not word.replace(".", "").isdigit():
        ways += [word[:at] + word[at + 1 :], word[: at + 1] + word[at:], word.replace(".", "_")]
    return draw(st.sampled_from([way for way in dict.fromkeys(ways) if way not in (word, "")]))


@st.composite
def spoils(draw: st.DrawFn) -> tuple[str, Spoil]:
    """A table, and one of its names or words misspelt, or one of its rows there twice."""
    table = draw(st.sampled_from(sorted(TABLES)))
    rows = rows_of(TABLES[table])
    way = draw(st.sampled_from(["name", "word", "row"]))
    if way == "row":
        row, at = draw(st.integers(1, len(rows) - 1)), draw(st.integers(1, len(rows)))
        return table, lambda given: [*given[:at], given[row], *given[at:]]
    row = 0 if way == "name" else draw(st.integers(1, len(rows) - 1))
    column = draw(st.sampled_from([number for number, cell in enumerate(rows[row]) if cell]))
    word = draw(misspelt(rows[row][column]))
    return table, lambda given: _with_cell(given, row, column, word)


def _with_cell(rows: Rows, row: int, column: int, word: str) -> Rows:
    changed = [list(cells) for cells in rows]
    changed[row][column] = word
    return changed


@st.composite
def spoilt_specs(draw: st.DrawFn) -> dict[str, str]:
    """The study's own files, with one word of one of them misspelt."""
    name = draw(st.sampled_from(sorted(SPECS)))
    text = SPECS[name]
    word = draw(st.sampled_from(list(re.finditer(r"[A-Za-z][\w.*]*", text))))
    return {**SPECS, name: text[: word.start()] + draw(misspelt(word[0])) + text[word.end() :]}

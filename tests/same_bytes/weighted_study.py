"""A made-up study in which order could matter everywhere: weighted patients with numbers of their own and no ids, extracts
as tables whose records tie, slopes, days that are fractions, a price table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

PATHWAY = """\
pathway: weighted
title: A ward and its clinic, made up for the tests
evidence: {grade: assumption}
roles: {acute: {kind: acute}, primary_care: {kind: primary_care}}
attributes:
  frail: {levels: [no, yes]}
  age: {number: year, low: 0, high: 120}
  nights: {number: day, low: 0, high: 90}
unit_costs:
  gp.consult: {unit: contact, covers: whole}
  ward.bed_day: {unit: bed_day, covers: part}
  ward.admission: {unit: episode, covers: part}
  clinic.visit: {unit: attendance, covers: whole}
  spell.imaging: {unit: spell, covers: part}
parameters:
  p_return: {formula: "0.02 + age / 900"}
  p_clinic: {value: 0.6, low: 0.4, high: 0.8, unit: share}
start: {gp: 1}
settings:
  gp: {role: primary_care, uses: [{unit_cost: gp.consult}]}
  ward:
    role: acute
    stay: nights
    uses: [{unit_cost: ward.bed_day, per: day}, {unit_cost: ward.admission}, {unit_cost: spell.imaging}]
  clinic: {role: acute, uses: [{unit_cost: clinic.visit, quantity: {formula: "1 + age / 70"}}]}
routes:
  gp: {ward: 0.7, home: rest}
  ward: {ward: p_return, clinic: {share: {formula: "p_clinic * (0.98 - age / 900)"}}, home: rest}
  clinic: {home: 1}
ends: [home]
"""
SHORTER = """\
scenario: shorter
title: A fifth of the nights less
amends: weighted
uptake: 0.7
changes:
  - {scale_stay: ward, by: 0.8}
  - {set_parameter: p_clinic, to: 0.65}
"""
RULES = """\
min_n: 5
derive: {frail: {from: HrgFce, HN22A: "yes", HN22B: "no"}}
rules:
  ward: {feed: APC, where: {HrgFce: "HN22*"}, activities: ["WRD*"], per: bed_day, method: slope, zero_day: 0.1}
  spell.imaging: {feed: APC, where: {HrgFce: "HN22*"}, activities: ["IMG*"], per: spell, by: [frail], attached: [SI]}
  clinic.visit: {feed: OP, activities: ["OUT*"], per: attendance}
"""
STUDY = """\
study: weighted
title: Weighted patients with numbers of their own
synthetic: true
pathway: pathway.yaml
footprint: {all: {primary_care: RZP, acute: RXX}}
cohort: cohort.csv
price_year: 2024-25
unit_costs:
  - plics:
      files: [plics/Activity_APC.csv, plics/Cost_APC.csv, plics/Activity_OP.csv, plics/Cost_OP.csv, plics/Activity_SI.csv, plics/Cost_SI.csv]
      rules: rules.yaml
  - table: prices.csv
scenarios: [shorter.yaml]
uncertainty: {draws: 60, seed: 5}
sensitivity: {one_way: all}
walk: {patients: 3000, seed: 2}
"""
PRICES = """\
unit_cost,organisation,component,value_gbp,unit,covers,price_year,source
gp.consult,RZP,medical,31.1,contact,whole,2024-25,Made up
gp.consult,RZP,nursing,7.7,contact,whole,2024-25,Made up
gp.consult,RZP,estates,3.3,contact,whole,2024-25,Made up
"""


def write_weighted(folder: Path) -> Path:
    """The study in a new folder; its path."""
    (folder / "plics").mkdir(parents=True)
    texts = {"study": STUDY, "pathway": PATHWAY, "shorter": SHORTER, "rules": RULES}
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    (folder / "prices.csv").write_text(PRICES, encoding="utf-8")
    random = np.random.default_rng(11)
    patients(random).to_csv(folder / "cohort.csv", index=False)
    for name, table in plics(random).items():
        table.to_csv(folder / "plics" / f"{name}.csv", index=False)
    return folder / "study.yaml"


def patients(random: np.random.Generator) -> pd.DataFrame:
    """900 rows, a few of them alike in everything."""
    count = 900
    return pd.DataFrame(
        {
            "weight": np.round(random.exponential(3.3, count), 3),
            "frail": random.choice(["no", "yes"], count),
            "age": np.round(random.uniform(40, 95, count), 1),
            "nights": np.round(random.gamma(2.0, 1.7, count), 2),
        }
    ).sample(frac=1.02, replace=True, random_state=3)


def plics(random: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Activity and cost tables of APC, OP and SI: spells of two episodes that start together, items that fit two parents."""
    spells = 120
    days = random.integers(0, 9, 2 * spells)
    apc = pd.DataFrame(
        {
            "ActivityRowID": [f"A{n}" for n in range(2 * spells)],
            "OrgId": "RXX", "FinYr": "2024/25", "EpStDte": "2024-06-03", "EpEnDte": "2024-06-12", "EpType": "3",
            "HSpellNo": [f"S{n // 2}" for n in range(2 * spells)], "PLEMI": [f"P{n // 4}" for n in range(2 * spells)],
            "HrgFce": random.choice(["HN22A", "HN22B"], 2 * spells), "Alos": days,
        }
    )  # fmt: skip
    op = pd.DataFrame(
        {"ActivityRowID": [f"O{n}" for n in range(90)], "OrgId": "RXX", "FinYr": "2024/25", "AppDate": "2024-07-01",
         "Tfc": "110"}
    )  # fmt: skip
    si = pd.DataFrame(
        {"ActivityRowID": [f"I{n}" for n in range(60)], "OrgId": "RXX", "FinYr": "2024/25", "UnActDate": "2024-06-05",
         "PLEMI": [f"P{n}" for n in range(60)], "UnCur": "RD20A"}
    )  # fmt: skip
    found = {}
    for feed, table, codes in (("APC", apc, ["WRD001", "IMG001"]), ("OP", op, ["OUT001"]), ("SI", si, ["IMG002"])):
        found |= {f"Activity_{feed}": table, f"Cost_{feed}": _costs(table, codes, random)}
    return found


def _costs(table: pd.DataFrame, codes: list[str], random: np.random.Generator) -> pd.DataFrame:
    """Two resources an activity, to the last of eight decimals."""
    rows = [
        (row, code, 1, resource, f"{random.gamma(2.0, 180.0):.8f}")
        for row in table["ActivityRowID"]
        for code in codes
        for resource in ("CPF001", "CPF005")
    ]
    return pd.DataFrame(rows, columns=["ActivityRowID", "ActCstID", "ActCnt", "ResCstID", "TotCst"])

"""The example's arithmetic once more, from the XML and the text of the pathway, without the package.

Prices are sums over sums of the extracts' own lines; visits are written out route by route. If the engine and this page
agree, both read the pathway the same way.
"""

import csv
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "elective_knee"
NAMESPACE = "{http://Improvement.nhs.uk/HealthcareCostingDataSet/v1.12-2122}"
LEVEL = {"HN22A": "high", "HN22B": "high", "HN22C": "medium", "HN22D": "low", "HN22E": "low"}
DAY_CASES = {"low": 0.1031, "medium": 0.0298, "high": 0.0131}
CRITICAL_CARE_DAYS = {"low": 0.01, "medium": 0.03, "high": 0.15}
KNEE_EPISODE, KNEE_DAY_CASE, JOINT_SCHOOL = 8692.13, 5126.27, 101.61


def records():
    """(feed, fields, activity → pounds) of every record."""
    for path in sorted((EXAMPLE / "plics").glob("*.xml")):
        header, body = ET.parse(path).getroot()
        feed = header.find(f"{NAMESPACE}FeedType").text
        for activity in body:
            fields = {child.tag.removeprefix(NAMESPACE): child.text for child in activity if len(child) == 0}
            pounds = defaultdict(float)
            for part in activity.iter(f"{NAMESPACE}CstActivity"):
                pounds[part[0].text] += sum(float(cost.text) for cost in part.iter(f"{NAMESPACE}TotCst"))
            yield feed, fields, pounds


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def own_prices():
    """SYA's and SYC's prices: Σ pounds ÷ Σ activity."""
    found = list(records())

    def average(feed, **where):
        return mean(
            sum(pounds.values())
            for at, fields, pounds in found
            if at == feed and all(fields[name].startswith(code) for name, code in where.items())
        )

    knees = [
        (fields, pounds)
        for feed, fields, pounds in found
        if feed == "APC" and fields["Pod"] == "EL" and fields["HrgFce"].startswith("HN22")
    ]
    complete = [(fields, pounds) for fields, pounds in knees if fields["EpType"] == "3"]
    stayed = [(int(fields["Alos"]), pounds["WRD001"]) for fields, pounds in knees if fields["Alos"] != "0"]
    day, admission = np.polyfit(*zip(*stayed, strict=True), 1)
    again = [
        (fields["HSpellNo"], sum(p.values())) for feed, fields, p in found if feed == "APC" and fields["Pod"] == "NEL"
    ]
    return {
        "theatre": by_level(complete, theatre),
        "implant": mean(pounds["DEV001"] for _, pounds in complete),
        "other": by_level(complete, lambda p: sum(p.values()) - theatre(p) - p["DEV001"] - p["WRD001"]),
        "admission": admission,
        "day": day,
        "day_case": average("APC", Pod="DC", HrgFce="HN22"),
        "first": average("OP", Tfc="110", Pod="CL", HRG="WF01B"),
        "followup": average("OP", Tfc="110", Pod="CL", HRG="WF01A"),
        "remote": average("OP", Tfc="110", Pod="CL", HRG="WF01C"),
        "preop": average("OP", Tfc="110", Pod="NCL", HRG="WF01A"),
        "mri": average("SI", CSIU="3", UnCur="RD01A"),
        "critical_care": average("SWC", UnHRG="XC06Z"),
        "ed": average("EC", DepTyp="01"),
        "readmission": sum(pounds for _, pounds in again) / len({spell for spell, _ in again}),
        "physio": average("CSCC", ChsCcy="A08A1"),
        "rehab": average("CSCC", ChsCcy="IC03"),
    }


def by_level(knees, pounds_of):
    return {
        level: mean(pounds_of(pounds) for fields, pounds in knees if LEVEL[fields["HrgFce"]] == level)
        for level in ("low", "medium", "high")
    }


def theatre(pounds):
    return sum(gbp for activity, gbp in pounds.items() if activity.startswith("THR"))


def national_lines():
    """Means by activity of the schedule lines beside the pathway."""
    sums = defaultdict(lambda: [0.0, 0.0])
    with (ROOT / "pathways/elective_knee/national_lines.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            activity = 1.0 if row["activity"] == "not stated" else float(row["activity"])
            cell = sums[row["code"] if row["code"].startswith("WF") else row["code"][:4]]
            cell[0] += activity * float(row["unit_cost_gbp"])
            cell[1] += activity
    return {code: gbp / activity for code, (gbp, activity) in sums.items()}


def prices():
    """Place → prices: SYA's own in town, the National Schedule's on the coast; the community trust serves both."""
    own, lines = own_prices(), national_lines()
    assumed = {"gp": 40.0, "ic_bed": 170.0, "delay": 400.0}
    shared = assumed | {"xray": lines["PF"], "school": JOINT_SCHOOL, "revision": lines["HN81"]}
    coast = {
        "first": lines["WF01B"],
        "followup": lines["WF01A"],
        "remote": lines["WF01C"],
        "preop": lines["WF01A"],
        "mri": 190.83,
        "critical_care": 1862.81,
        "ed": 280.17,
        "readmission": 1.15 * lines["WH07"],
        "day_case": KNEE_DAY_CASE,
        "physio": own["physio"],
        "rehab": own["rehab"],
    }
    return {"town": own | shared, "coast": coast | shared}


def inpatient(segment, price, days):
    if segment["place"] == "coast":
        return KNEE_EPISODE
    level = segment["complexity"]
    parts = price["theatre"][level] + price["implant"] + price["other"][level]
    return parts + price["admission"] + price["day"] * days


def cost_per_referral(segment, price, *, day_case, triage):
    """(£, operations) expected of one referred patient of the segment."""
    frail, complexity = segment["frail"] == "yes", segment["complexity"]
    to_triage, discharged, listed = (0.75, 0.28, 0.3503) if triage else (0.25, 0.33, 0.24)
    same_day = 0.28 if day_case and not frail and complexity == "low" else DAY_CASES[complexity]
    physio = 0.15 + to_triage * 0.55
    first = 1 - to_triage - 0.15 + to_triage * 0.35 + physio * 0.2
    followup = first * (1 - discharged)
    assessed = followup * listed
    operated = assessed * 0.92
    day_cases = operated * same_day
    stays = operated - day_cases
    days = 4.65 * (1.3 if frail else 0.95)
    delay = 0.076 * (2.6 if frail else 0.73)
    to_rehab = 0.09 * (2.2 if frail else 0.78)
    to_bed = 0.01 * (4.5 if frail else 0.4)
    delayed = stays * delay
    rehab, bed = stays * to_rehab + delayed * 0.6, stays * to_bed + delayed * 0.4
    back_day_case, back_stay, readmitted = 0.093, 0.093 / 1.15, 0.05
    home_first, admitted_of_ed = stays * (1 - delay - to_rehab - to_bed), readmitted / back_stay
    readmissions = (
        admitted_of_ed * (back_stay * home_first + day_cases * back_day_case) + rehab * 0.05 + bed * 0.1
    ) / (1 - readmitted)
    home = home_first + readmissions
    ed = home * back_stay + day_cases * back_day_case
    pounds = (
        1.5 * price["gp"]
        + to_triage * (1.3 * price["physio"] + 0.3 * price["xray"])
        + physio * 4 * price["physio"]
        + first * (price["first"] + 0.1 * price["mri"])
        + followup * price["followup"]
        + assessed * (price["preop"] + price["school"])
        + stays * (inpatient(segment, price, days) + CRITICAL_CARE_DAYS[complexity] * price["critical_care"])
        + day_cases * price["day_case"]
        + delayed * (16.52 - 4.65) * price["delay"]
        + (home + 2 * day_cases) * price["remote"]
        + rehab * 6 * price["rehab"]
        + bed * 38.9 * price["ic_bed"]
        + ed * price["ed"]
        + readmissions * price["readmission"]
        + operated * (price["followup"] + price["remote"] + 0.00397 * price["revision"])
    )
    return pounds, operated


def totals():
    """Scenario → (£, operations) of the whole cohort."""
    cohort = pd.read_parquet(EXAMPLE / "cohort.parquet")
    attributes = ["place", "age_band", "frail", "imd", "complexity"]
    segments = cohort.groupby(attributes, observed=True).size().reset_index(name="patients").to_dict("records")
    price = prices()
    found = {}
    for name, changes in {
        "baseline": (False, False),
        "day_case": (True, False),
        "msk_triage": (False, True),
        "day_case+msk_triage": (True, True),
    }.items():
        each = [cost_per_referral(s, price[s["place"]], day_case=changes[0], triage=changes[1]) for s in segments]
        found[name] = (
            sum(s["patients"] * pounds for s, (pounds, _) in zip(segments, each, strict=True)),
            sum(s["patients"] * operated for s, (_, operated) in zip(segments, each, strict=True)),
        )
    return found

"""A run made by hand: three knee scenarios, real pounds that add up, worked without the engine."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

from pathway_cost.cube import Cube
from pathway_cost.engine.model.arms import Arm
from pathway_cost.engine.pounds.evaluation import Evaluation, Modelled
from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.results.costed.from_engine import costed_of
from pathway_cost.results.frames.frames import Tables
from pathway_cost.results.frames.run_result import RunResult
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.scenario import Scenario
from pathway_cost.tables.cohort.cohort import CodedCohort
from pathway_cost.tables.cohort.segments import Segments

SEGMENTS = pd.DataFrame(
    {
        "segment": [0, 1, 2, 3],
        "place": ["north", "north", "south", "south"],
        "frail": ["no", "yes", "no", "yes"],
        "rows": [24_000, 6_000, 16_000, 4_000],
        "patients": [24_000.0, 6_000.0, 16_000.0, 4_000.0],
    }
)
FOOTPRINT = {
    "north": {"primary": "GP1", "acute": "RXX", "community": "RYY", "ambulance": "RYA", "council": "E10"},
    "south": {"primary": "GP1", "acute": "RXZ", "community": "RYY", "ambulance": "RYA", "council": "E10"},
}
TITLES = {
    "gp": "General practice",
    "msk_triage": "Community MSK triage",
    "community_physio": "Community physiotherapy",
    "first_appointment": "Orthopaedic first appointment",
    "preop": "Pre-operative assessment",
    "surgery": "Knee replacement, inpatient",
    "day_surgery": "Knee replacement, day case",
    "rehab": "Community rehabilitation at home",
    "rehab_bed": "Rehabilitation bed",
    "readmission": "Emergency readmission",
    "home_well": "Home, recovered",
    "managed": "Managed without operation",
    "died": "Died",
}
ROLE = {
    "gp": "primary", "msk_triage": "community", "community_physio": "community", "first_appointment": "acute",
    "preop": "acute", "surgery": "acute", "day_surgery": "acute", "rehab": "community", "rehab_bed": "council",
    "readmission": "acute",
}  # fmt: skip
ENDS = ("home_well", "managed", "died")

# unit cost: (component, £), by organisation where it differs
PRICES = {
    "gp.consult": {"*": [("medical", 46.0)]},
    "msk.contact": {"*": [("therapies", 71.5), ("overheads", 18.25)]},
    "physio.contact": {"*": [("therapies", 58.4), ("overheads", 12.1)]},
    "op.first.110": {"RXX": [("medical", 121.07), ("nursing", 38.2), ("imaging", 29.9)], "RXZ": [("unsplit", 196.42)]},
    "preop.assessment": {"*": [("nursing", 163.0)]},
    "theatre.knee": {
        "RXX": [("theatre", 2_411.37), ("medical", 884.1), ("implants", 1_492.6)],
        "RXZ": [("theatre", 2_520.0), ("medical", 910.25), ("implants", 1_388.4)],
    },
    "ward.bed_day": {
        "RXX": [("nursing", 311.2), ("overheads", 138.8)],
        "RXZ": [("nursing", 322.6), ("overheads", 151.3)],
    },
    "rehab.visit": {"*": [("therapies", 88.9)]},
    "rehab.bed_day": {"*": [("unsplit", 204.0)]},
    "ambulance.convey": {"*": [("unsplit", 417.0)]},
    "readmission.spell": {"*": [("unsplit", 3_868.55)]},
}
USES = {
    "gp": [("gp.consult", 1.5)],
    "msk_triage": [("msk.contact", 1.3)],
    "community_physio": [("physio.contact", 4.0)],
    "first_appointment": [("op.first.110", 1.0)],
    "preop": [("preop.assessment", 1.0)],
    "surgery": [("theatre.knee", 1.0), ("ward.bed_day", 4.1)],
    "day_surgery": [("theatre.knee", 1.0), ("ward.bed_day", 0.6)],
    "rehab": [("rehab.visit", 6.0)],
    "rehab_bed": [("rehab.bed_day", 21.0)],
    "readmission": [("readmission.spell", 1.0)],
}


def shares(frail, scenario: str) -> dict[str, dict[str, float]]:
    """Who goes where."""
    triage = 0.9 if "msk_triage" in scenario else 0.5
    day = 0.35 if "day_case" in scenario and not frail else 0.005
    return {
        "gp": {"msk_triage": triage, "first_appointment": 0.95 - triage, "community_physio": 0.05},
        "msk_triage": {"first_appointment": 0.35, "community_physio": 0.55, "managed": 0.10},
        "community_physio": {"managed": 1.0},
        "first_appointment": {"preop": 0.62, "managed": 0.38},
        "preop": {"surgery": 1 - day, "day_surgery": day},
        "surgery": {"home_well": 0.64 if frail else 0.84, "rehab": 0.25 if frail else 0.10, "rehab_bed": 0.06 if frail else 0.01, "readmission": 0.05},
        "day_surgery": {"home_well": 0.93, "rehab": 0.04, "readmission": 0.03},
        "rehab": {"home_well": 0.97, "readmission": 0.03},
        "rehab_bed": {"home_well": 0.90, "readmission": 0.06, "died": 0.04},
        "readmission": {"rehab": 0.2, "home_well": 0.78, "died": 0.02},
    }  # fmt: skip


def price(organisation: str, key: str) -> list[tuple[str, float]]:
    return PRICES[key].get(organisation) or PRICES[key]["*"]


def evaluate(scenario: str, pathway: Pathway) -> Evaluation:
    """Cube, visits and flows of one scenario."""
    names = [*USES, *ENDS]
    rows, seen, moved = [], [], []
    for segment in SEGMENTS.itertuples():
        ways = shares(segment.frail == "yes", scenario)
        matrix = np.array([[ways.get(a, {}).get(b, 0.0) for b in names] for a in names])
        start = np.array([1.0 if name == "gp" else 0.0 for name in names])
        visits = np.linalg.solve(np.eye(len(names)) - matrix.T, start) * segment.patients
        key = {"segment": segment.segment, "arm": "everyone"}
        moved.append(
            key | {"from_setting": "start", "to_setting": "gp", "route": "gp", "patients_moved": segment.patients}
        )
        for name, visit in zip(names, visits, strict=True):
            seen.append(key | {"setting": name, "patients": segment.patients, "visits": visit})
            for use, quantity in USES.get(name, []):
                rows += lines(segment, name, use, ROLE[name], visit, quantity)
            for target, share in ways.get(name, {}).items():
                moved.append(
                    key | {"from_setting": name, "to_setting": target, "route": target, "patients_moved": visit * share}
                )
                if target == "readmission":
                    rows += lines(
                        segment, name, "ambulance.convey", "ambulance", visit * share, 0.6, "to readmission: "
                    )
    text = ["arm", "setting", "from_setting", "to_setting", "route", "use", "unit_cost", "organisation", "component"]
    frames = [pd.DataFrame(given) for given in (rows, seen, moved)]
    cube, visits, flows = (frame.astype({name: "category" for name in text if name in frame}) for frame in frames)

    def reached(setting: str) -> np.ndarray:
        return visits.loc[visits["setting"] == setting, ["visits", "patients"]].min(axis=1).to_numpy()

    prices = SimpleNamespace(price_year="2024-25", frame=price_frame())
    composed = tuple(
        Scenario(scenario=name, amends="elective_knee") for name in scenario.split("+") if name != "baseline"
    )
    return Evaluation(
        name=scenario, cube=Cube(cube), visits=visits, flows=flows, segments=SEGMENTS,
        weights=SEGMENTS[["segment", "patients"]].assign(arm="everyone", share=1.0), arms=(Arm("everyone", ()),),
        model=Modelled({"everyone": prices}, {"everyone": pathway}, {"everyone": FOOTPRINT}, reached, scenarios=composed),
    )  # fmt: skip


def price_frame() -> pd.DataFrame:
    """Every price at every organisation that may have it, as no scenario changes it."""
    organisations = {each for roles in FOOTPRINT.values() for each in roles.values()}
    rows = [
        (each, key, "", component, gbp, 1.0)
        for key in PRICES
        for each in sorted(organisations)
        for component, gbp in price_of(each, key)
    ]
    return pd.DataFrame(rows, columns=["organisation", "unit_cost", "level", "component", "value_gbp", "scaled"])


def price_of(organisation: str, key: str) -> list[tuple[str, float]]:
    return PRICES[key].get(organisation) or PRICES[key].get("*", [])


def four_patients() -> CodedCohort:
    """One patient a segment, two of them with awkward names."""
    four = np.arange(4)
    segments = Segments(
        SEGMENTS, SEGMENTS["patients"].to_numpy(), {}, ("north", "south"), four // 2, four[:, None], np.ones(1)
    )
    return CodedCohort(segments, np.array(["NA", "0100", "5E1", "p4"], dtype=object), np.ones(4), four, {}, four)


def pathway(title: str) -> Pathway:
    kinds = {
        "primary": ("General practice", "primary_care"),
        "acute": ("Acute trust", "acute"),
        "community": ("Community provider", "community"),
        "ambulance": ("Ambulance trust", "ambulance"),
        "council": ("Council", "council"),
    }
    return Pathway.model_validate(
        {
            "pathway": "elective_knee", "title": title, "window": "1 year",
            "roles": {role: {"title": name, "kind": kind} for role, (name, kind) in kinds.items()},
            "start": {"gp": 1}, "ends": {end: {"title": TITLES[end]} for end in ENDS},
            "settings": {name: {"title": TITLES[name], "role": role} for name, role in ROLE.items()},
            "routes": shares("", "baseline"),
        }
    )  # fmt: skip


def lines(segment, setting, key, role, visits, quantity, prefix=""):
    organisation = FOOTPRINT[segment.place][role]
    frail = key == "ward.bed_day" and segment.frail == "yes"
    quantity = quantity * (1.4 if frail else 1.0)
    return [
        {
            "segment": segment.segment, "arm": "everyone", "place": segment.place, "setting": setting, "use": prefix + key,
            "unit_cost": key, "level": "", "component": component, "role": role, "organisation": organisation,
            "patients": segment.patients, "visits": visits, "quantity": visits * quantity, "gbp": visits * quantity * gbp,
        }
        for component, gbp in price(organisation, key)
    ]  # fmt: skip


NAMES = ("baseline", "day_case", "msk_triage", "day_case+msk_triage")
ONE_OFF = {"baseline": 0.0, "day_case": 60_000.0, "msk_triage": 185_000.0, "day_case+msk_triage": 245_000.0}


def make(title: str = "Knee options for two towns, 2024/25", hostile: str = "") -> RunResult:
    """The whole run."""
    made = {name: evaluate(name, pathway(hostile or "Elective knee replacement")) for name in NAMES}
    patients = float(SEGMENTS.patients.sum())
    frames = Tables(
        {
            "summary": summary(made, patients),
            "by_setting": cut(made, patients, ["setting"], visits=True),
            "by_organisation": cut(made, patients, ["organisation", "role"]),
            "by_component": cut(made, patients, ["component"]),
            "by_segment": segments(made),
            "bridge": bridge(made),
            "beside": beside(hostile),
            "unit_costs_used": unit_costs(made["baseline"].cube, hostile),
            "coverage": coverage(),
            "assumptions": assumptions(hostile),
            "changes": changes(),
        }
    )
    costed = {name: costed_of(given, four_patients()) for name, given in made.items()}
    notes = (
        Problem("unpriced_pounds", "3.1% of the PLICS pounds of these patients are carried by no price (RXX, £1,204,331)", Where(item="coverage"), remedy="add `activities: rest`", severity=Severity.WARNING),
        Problem("average_day", f"average day: last days are usually cheaper {hostile}", Where(item="ward.bed_day"), severity=Severity.WARNING),
        Problem("fallback", "op.first.110 at RXZ has 12 records, fewer than 30: the national price is used", severity=Severity.NOTE),
    )  # fmt: skip
    record = {
        "study": "knee_options",
        "versions": {"pathway_cost": "0.1.0"},
        "seed": None,
        "uptakes": {"day_case": 1.0, "msk_triage": 1.0},
        "inputs": [{"file": "cohort.parquet", "sha256": "ab" * 32}],
        "values": (1, 2.5),
    }
    return RunResult("knee_options", title, costed, frames, record, notes, synthetic=True)


def pounds_by(given, keys):
    return given.cube.by(*keys).astype(dict.fromkeys(keys, str)).set_index(keys)["gbp"]


def cut(made, patients, keys, *, visits=False):
    base = pounds_by(made["baseline"], keys)
    out = []
    for name, given in made.items():
        gbp = pounds_by(given, keys)
        gbp = gbp.reindex(gbp.index.union(base.index, sort=False), fill_value=0.0)
        frame = gbp.reset_index()
        if visits:
            seen = given.visits.astype({"setting": str}).groupby("setting", sort=False)["visits"].sum()
            frame = frame.set_index("setting").reindex(seen.index, fill_value=0.0).reset_index()
            frame["title"] = frame["setting"].map(TITLES)
            frame["visits"] = seen.to_numpy()
            frame["visits_per_patient"] = frame["visits"] / patients
        frame.insert(0, "scenario", name)
        frame["gbp_per_patient"] = frame["gbp"] / patients
        before = frame.set_index(keys).index.map(lambda key: base.get(key, 0.0))
        frame["change_gbp"] = frame["gbp"] - np.array(before, dtype=float) if name != "baseline" else np.nan
        out.append(frame)
    order = [
        "scenario",
        *keys,
        *(["title", "visits", "visits_per_patient"] if visits else []),
        "gbp",
        "gbp_per_patient",
        "change_gbp",
    ]
    return pd.concat(out, ignore_index=True)[order]


def segments(made):
    out = []
    base = made["baseline"].cube.by("segment")["gbp"].to_numpy()
    for name, given in made.items():
        gbp = given.cube.by("segment")["gbp"].to_numpy()
        frame = SEGMENTS[["segment", "place", "frail", "patients"]].copy()
        frame.insert(0, "scenario", name)
        frame["gbp"], frame["gbp_per_patient"] = gbp, gbp / frame["patients"]
        frame["change_gbp"] = gbp - base if name != "baseline" else np.nan
        out.append(frame)
    return pd.concat(out, ignore_index=True)


def summary(made, patients):
    base = made["baseline"].cube.total_gbp
    out = []
    for name, given in made.items():
        total = given.cube.total_gbp
        operated = given.visits[given.visits.setting.isin(["surgery"])]["visits"].sum()
        for per, people in (("patient", patients), ("eligible patient", patients * 0.8), ("surgery", operated)):
            change = total - base if name != "baseline" else np.nan
            out.append(
                {
                    "scenario": name, "per": per, "patients": people, "cost_per_patient_gbp": total / people, "total_gbp": total,
                    "change_per_patient_gbp": change / people, "change_total_gbp": change,
                    "change_volume_gbp": 0.0 if name != "baseline" else np.nan, "change_rate_gbp": change,
                    "change_pct": change / base * 100, "patients_change": 0.0 if name != "baseline" else np.nan,
                    "one_off_gbp": ONE_OFF[name],
                    "denominator": "patients who start" if per == "patient" else f"expected patients: {per}",
                    "basis": "whole pathway, per start, undiscounted, no horizon",
                    "present_value_gbp": np.nan, "present_value_per_patient_gbp": np.nan, "change_present_value_gbp": np.nan,
                }
            )  # fmt: skip
    return pd.DataFrame(out)


def bridge(made):
    base = made["baseline"].cube.total_gbp
    out = []
    for name, given in made.items():
        if name == "baseline":
            continue
        change = given.cube.total_gbp - base
        parts = {
            "patients": 0.0,
            "routing": change * 1.2,
            "quantity": -change * 0.25,
            "organisation": 0.0,
            "unit cost": 0.0,
            "interaction: routing × quantity": change * 0.05,
            "one-off costs": ONE_OFF[name],
        }
        for position, (factor, gbp) in enumerate(parts.items(), start=1):
            out.append(
                {
                    "scenario": name,
                    "from_scenario": "baseline",
                    "position": position,
                    "factor": factor,
                    "gbp": gbp,
                    "level": "segment × arm × setting × use",
                }
            )
    return pd.DataFrame(out)


def beside(hostile):
    rows = [
        ("day_case", "one-off", "lead", "acute", "RXX", "2024-25", 60_000.0, "Project lead", "assumption"),
        (
            "msk_triage",
            "one-off",
            "hub",
            "community",
            "RYY",
            "2024-25",
            185_000.0,
            hostile or "Triage hub set up",
            "local",
        ),
    ]
    return pd.DataFrame(
        rows, columns=["scenario", "kind", "id", "role", "organisation", "year", "gbp", "what", "grade"]
    )


def unit_costs(cube, hostile):
    gbp = cube.frame.groupby(["organisation", "unit_cost", "component"], sort=False, observed=True)["gbp"].sum()
    out = []
    for (organisation, key, component), pounds in gbp.items():
        plics = organisation in ("RXX", "RYY") and key != "preop.assessment"
        grade = "assumption" if key.startswith("rehab.bed") else "local" if plics else "published"
        out.append(
            {
                "organisation": organisation, "unit_cost": key, "title": TITLES.get(key, key), "level": "", "component": component,
                "value_gbp": dict(price(organisation, key))[component], "unit": "bed_day" if "bed_day" in key else "episode",
                "covers": "part" if key in ("theatre.knee", "ward.bed_day") else "whole", "price_year": "2024-25",
                "source_price_year": "2024-25", "uplift_factor": 1.0, "basis": "plics" if plics else "prices" if grade == "assumption" else "national",
                "mff": "in" if plics else "national", "n": 812.0 if plics else np.nan, "se_total": 21.4 if plics else np.nan,
                "source": hostile or ("PLICS 2024/25" if plics else "National Schedule of NHS Costs 2024/25"), "licence": "OGL v3", "grade": grade,
                "fallback": "" if plics else "no PLICS price for this organisation", "baseline_gbp": pounds, "share_of_pounds": pounds / cube.total_gbp,
            }
        )  # fmt: skip
    return pd.DataFrame(out)


def coverage():
    rows = [
        ("RXX", "2024-25", "APC", "priced once", "theatre.knee", "THR001", 24_311, 71_002, 93_110_422.15),
        ("RXX", "2024-25", "APC", "priced once", "ward.bed_day", "WRD001", 24_311, 30_112, 38_220_941.02),
        ("RXX", "2024-25", "APC", "no price carries", "", "IMG001", 9_120, 9_120, 1_204_331.4),
        ("RXX", "2024-25", "OP", "outside the rules", "", "", 80_111, 120_400, 15_400_020.77),
        ("RYY", "2024-25", "CSCC", "priced once", "physio.contact", "", 61_022, 61_022, 4_310_998.1),
    ]
    columns = ["organisation", "fin_year", "feed", "class", "rules", "activity", "records", "lines", "gbp"]
    frame = pd.DataFrame(rows, columns=columns)
    totals = frame.groupby(["organisation", "fin_year"], as_index=False)[["records", "lines", "gbp"]].sum()
    return pd.concat([frame, totals.assign(feed="", rules="", activity="", **{"class": "total"})], ignore_index=True)[
        columns
    ]


def assumptions(hostile):
    rows = [
        ("p_readmit", "0.05", "share", 0.03, 0.07, "0.95 interval", "published", "National audit, 2023", ""),
        ("los", "4.1", "day", np.nan, np.nan, "se 0.061", "local", "PLICS 2024/25", "lognormal spread, sd 2.83"),
        (
            "triage_share",
            "0.5",
            "share",
            0.3,
            0.7,
            "0.95 interval",
            "assumption",
            "",
            hostile or "local commissioning decides",
        ),
        ("rehab_visits", "6", "visit", np.nan, np.nan, "no uncertainty stated", "assumption", "", ""),
        ("same_day_share", "0.35", "share", 0.2, 0.5, "0.95 interval", "expert", "Network clinical lead", ""),
    ]
    return pd.DataFrame(
        rows, columns=["item", "value", "unit", "low", "high", "uncertainty", "grade", "source", "note"]
    )


def changes():
    rows = [
        ("day_case", 1, "set_parameter", "same_day_share", "0.005", "0.35", "assumption", ""),
        ("msk_triage", 1, "set_share", "gp.msk_triage", "0.5", "0.9", "expert", "Network clinical lead"),
    ]
    return pd.DataFrame(rows, columns=["scenario", "position", "verb", "item", "old", "new", "grade", "source"])

"""Makes the synthetic PLICS extracts of this example: an acute trust (SYA) and a community trust (SYC), 2024/25.

    python examples/elective_knee/make_plics.py            # writes plics/*.xml beside this file

Nothing in them is real. Organisations do not exist; NHS numbers come from the 999 range kept for tests, with correct
check digits; postcodes are ZZ99 pseudo postcodes. What is true is the size of the average: each currency's mean cost
is brought to within 1% of the National Schedule of NHS Costs 2024/25 (targets.csv). The same seed gives the same bytes.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from plics_costs import Cost, Draft, Targets, as_drafted, at_target, draft, jitter, read_targets
from plics_people import Patient, a_day, patients, whole
from plics_ward import ACUTE, admissions
from plics_writer import Record, write_extract

SEED: Final = 20250331
COMMUNITY: Final = "SYC"
HERE: Final = Path(__file__).parent

ATTENDANCES: Final = {
    "VB01Z": 1, "VB02Z": 14, "VB03Z": 55, "VB04Z": 31, "VB05Z": 8, "VB06Z": 13, "VB07Z": 70, "VB08Z": 160, "VB09Z": 153,
    "VB11Z": 177,
}  # fmt: skip
CRITICAL_CARE: Final = {"XC04Z": 4, "XC05Z": 10, "XC06Z": 46, "XC07Z": 4}
CONTACTS: Final = {"A08A1": 900, "IC03": 260, "A06A1": 60, "N02AF": 120}


def main(folder: Path = HERE / "plics") -> None:
    """Write every extract."""
    chance = random.Random(SEED)
    targets = read_targets(HERE / "targets.csv")
    people = tuple(patients(chance, 2400))
    folder.mkdir(exist_ok=True)
    admitted = admissions(chance, people, targets)
    seen = clinics(chance, people, targets)
    write_extract(folder, "APC", ACUTE, admitted)
    write_extract(folder, "OP", ACUTE, seen)
    write_extract(folder, "EC", ACUTE, emergencies(chance, people, targets))
    write_extract(folder, "SI", ACUTE, scans_and_devices(chance, admitted, seen, targets))
    write_extract(folder, "SWC", ACUTE, critical_care(chance, admitted, targets))
    write_extract(folder, "CSCC", COMMUNITY, contacts(chance, people, targets))


# --- outpatients, emergency care, community ----------------------------------------------------------------------


def clinics(chance: random.Random, people: Sequence[Patient], targets: Targets) -> list[Record]:
    """Consultant clinics and nurse-led assessment; WF01A divides between them so that its mean is the schedule's."""
    mean = {code: targets["Outpatient Attendances", code].unit_cost for code in ("WF01A", "WF01B", "WF01C", "WF01D")}
    consultant, followups, assessments = 185.0, 520, 420
    nurse = (mean["WF01A"] * (followups + assessments) - consultant * followups) / assessments
    lists = (
        ("CL", "110", "WF01B", 480, mean["WF01B"]), ("CL", "110", "WF01A", followups, consultant),
        ("NCL", "110", "WF01A", assessments, nurse), ("CL", "110", "WF01C", 260, mean["WF01C"]),
        ("CL", "110", "WF01D", 40, mean["WF01D"]), ("CL", "430", "WF01A", 40, mean["WF01A"]),
    )  # fmt: skip
    records: list[Record] = []
    for pod, specialty, hrg, count, pounds in lists:
        first = len(records)
        drafts = [
            draft(
                chance,
                _clinic_fields(chance, people, first + index + 1, pod, specialty, hrg),
                _clinic_costs(chance, pounds, xray=hrg in ("WF01A", "WF01B") and chance.random() < 0.6),
                variation=0.15,
            )
            for index in range(count)
        ]
        records += at_target(drafts, pounds, off_permille=whole(chance, -5, 5))
    return records


def _clinic_fields(
    chance: random.Random, people: Sequence[Patient], number: int, pod: str, specialty: str, hrg: str
) -> dict[str, str | None]:
    return {
        "OrgId": ACUTE,
        "PLEMI": f"{ACUTE}O{number:06d}",
        "CDSID": f"{ACUTE}5{number:010d}",
        **people[whole(chance, 0, len(people) - 1)].fields(),
        "PathId": None,
        "PatOrgId": None,
        "Pod": pod,
        "AttID": f"A{number:07d}",
        "AppDate": a_day(chance).isoformat(),
        "AppTime": f"{whole(chance, 8, 16):02d}:{15 * whole(chance, 0, 3):02d}:00",
        "Tfc": specialty,
        "CFBand": None,
        "HRG": hrg,
    }


def _clinic_costs(chance: random.Random, pounds: float, *, xray: bool) -> list[Cost]:
    imaging = 0.16 * pounds if xray else 0.0
    return [
        Cost("OUT001", whole(chance, 10, 30), (0.86 * pounds) * jitter(chance, 0.25)),
        Cost("DIM001", 1, imaging),
        Cost("PAT001", whole(chance, 1, 5), 0.05 * pounds),
    ]


def emergencies(chance: random.Random, people: Sequence[Patient], targets: Targets) -> list[Record]:
    """Type 1 attendances in the national mix, and a minor injuries unit outside the rules."""
    records: list[Record] = []
    for department_type, mix in (("01", ATTENDANCES), ("03", {"VB09Z": 20, "VB11Z": 20})):
        for hrg, count in mix.items():
            pounds = targets["Emergency Care", hrg].unit_cost
            first = len(records)
            drafts = [
                draft(
                    chance,
                    _emergency_fields(chance, people, first + index + 1, department_type, hrg),
                    _emergency_costs(chance, pounds),
                    variation=0.2,
                )
                for index in range(count)
            ]
            records += at_target(drafts, pounds, off_permille=whole(chance, -9, 9))
    return records


def _emergency_fields(
    chance: random.Random, people: Sequence[Patient], number: int, department_type: str, hrg: str
) -> dict[str, str | None]:
    day, hour, minute = a_day(chance).isoformat(), whole(chance, 0, 19), whole(chance, 0, 59)
    return {
        "OrgId": ACUTE,
        "CDSID": f"{ACUTE}7{number:010d}",
        **people[whole(chance, 0, len(people) - 1)].fields(),
        "AttID": f"E{number:07d}",
        "ArrDate": day,
        "ArrTime": f"{hour:02d}:{minute:02d}:00",
        "DepTyp": department_type,
        "DepDate": day,
        "DepTime": f"{hour + whole(chance, 1, 4):02d}:{minute:02d}:00",
        "HRG": hrg,
    }


def _emergency_costs(chance: random.Random, pounds: float) -> list[Cost]:
    tests = 0.25 * pounds if pounds > 300 else 0.0
    return [
        Cost("EMC001", whole(chance, 60, 300), (pounds - tests) * jitter(chance, 0.2)),
        Cost("DIM001", whole(chance, 1, 2), 0.6 * tests),
        Cost("PAT001", whole(chance, 2, 8), 0.4 * tests),
    ]


def contacts(chance: random.Random, people: Sequence[Patient], targets: Targets) -> list[Record]:
    """Physiotherapy and intermediate care, and two services outside the rules."""
    records: list[Record] = []
    for currency, count in CONTACTS.items():
        pounds = targets["Community Health Service", currency].unit_cost
        activity = "COM002" if currency == "N02AF" else "COM001"
        first = len(records)
        drafts = [
            draft(
                chance,
                _contact_fields(chance, people, first + index + 1, currency),
                [Cost(activity, 1, pounds * jitter(chance, 0.3))],
                variation=0.05,
            )
            for index in range(count)
        ]
        records += at_target(drafts, pounds, off_permille=whole(chance, -9, 9))
    return records


def _contact_fields(
    chance: random.Random, people: Sequence[Patient], number: int, currency: str
) -> dict[str, str | None]:
    return {
        "OrgId": COMMUNITY,
        "PLEMI": f"{COMMUNITY}C{number:06d}",
        **people[whole(chance, 0, len(people) - 1)].fields(postcode=False),
        "SerReqID": f"R{whole(chance, 1, 600):07d}",
        "CareId": f"C{number:08d}",
        "CareDte": a_day(chance).isoformat(),
        "ClinDuration": str(5 * whole(chance, 4, 12)),
        "TeamType": None,
        "ConsultType": ("01", "02")[chance.random() < 0.7],
        "CCSubject": "01",
        "CMedium": "01",
        "LocCode": None,
        "GPTherapyInd": "N",
        "ChsCcy": currency,
    }


# --- unbundled: scans, devices, critical care --------------------------------------------------------------------


def scans_and_devices(
    chance: random.Random, admitted: Sequence[Record], seen: Sequence[Record], targets: Targets
) -> list[Record]:
    """Scans that belong to clinics, devices that belong to knees, and five scans that belong to nothing here."""
    mri = [_supplementary(chance, seen[3 * index], "3", "RD01A", 190) for index in range(150)]
    mri += [_orphan(mri[index], index) for index in range(5)]
    ct = [_supplementary(chance, seen[3 * index + 1], "3", "RD20A", 124) for index in range(20)]
    devices = [_supplementary(chance, admitted[5 * index + 6], "2", "DEV05", 640) for index in range(20)]
    return [
        *at_target(mri, targets["Diagnostic Imaging", "RD01A"].unit_cost, off_permille=6),
        *at_target(ct, targets["Diagnostic Imaging", "RD20A"].unit_cost, off_permille=-4),
        *as_drafted(devices),
    ]


def _supplementary(chance: random.Random, parent: Record, kind: str, currency: str, pounds: float) -> Draft:
    activity = "DEV001" if kind == "2" else "DIM001"
    fields = {
        "OrgId": ACUTE,
        "PLEMI": parent.fields["PLEMI"],
        "UnActDate": parent.fields.get("AppDate") or parent.fields.get("EpStDte"),
        "CSIU": kind,
        "UnCur": currency,
    }
    return draft(chance, fields, [Cost(activity, 1, pounds * jitter(chance, 0.15))])


def _orphan(scan: Draft, index: int) -> Draft:
    return scan._replace(fields={**scan.fields, "PLEMI": f"{ACUTE}X{index:06d}"})


def critical_care(chance: random.Random, admitted: Sequence[Record], targets: Targets) -> list[Record]:
    """One record a day, on the key of a complex knee."""
    records: list[Record] = []
    parents = [
        record for record in admitted if record.fields["HrgFce"] in ("HN22A", "HN22B") and record.fields["PLEMI"]
    ]
    for hrg, count in CRITICAL_CARE.items():
        pounds = targets["Critical care", hrg].unit_cost
        drafts = [_critical_day(chance, parents[whole(chance, 0, 30)], hrg, pounds) for _ in range(count)]
        records += at_target(drafts, pounds, off_permille=whole(chance, -9, 9))
    return records


def _critical_day(chance: random.Random, parent: Record, hrg: str, pounds: float) -> Draft:
    fields = {
        "OrgId": ACUTE,
        "PLEMI": parent.fields["PLEMI"],
        "UnAct": "ACC",
        "CCLI": "1",
        "CCUF": "05",
        "UnActDate": parent.fields["EpStDte"],
        "CCPerType": "3",
        "OrgsSupp": f"0{7 - int(hrg[3])}",
        "UnHRG": hrg,
    }
    costs = [
        Cost("WRD001", 1, 0.86 * pounds * jitter(chance, 0.1)),
        Cost("PAT001", 6, 0.08 * pounds),
        Cost("PHA003", 8, 0.06 * pounds),
    ]
    return draft(chance, fields, costs)


if __name__ == "__main__":
    main()

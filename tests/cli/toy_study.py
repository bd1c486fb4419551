"""A toy town's knee study, small enough to be read in a breath, and ways to break it one thing at a time.

Three operations at £5,000 of theatre and £450 a ward day (R2's knees), two physiotherapy contacts at £80. Nobody in it
is real, and everything that would identify somebody is listed, so that a test can look for it where it must not be.
"""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pathway_cost.cli import main

NHS_NUMBERS = ("9990001111", "9990002126", "9990003130")  # of the range kept for tests; check digits are right
POSTCODES = ("ZZ99 3WZ", "ZZ99 4QX", "ZZ99 7VB")
BIRTHDAYS = ("1951-03-17", "1948-11-29", "1960-07-04")
IDENTIFYING = (
    *NHS_NUMBERS, *POSTCODES, *(code.replace(" ", "") for code in POSTCODES), *BIRTHDAYS,
    "PLEMI88", "CDS88", "SPELL88", "REQ88", "CARE88", "PERSON-",
)  # fmt: skip
"""What no message and no shared file may hold: beginnings of local ids catch any of them."""

PATHWAY = """\
pathway: toy_knee
title: Knee replacement in a toy town
evidence: {grade: local, source: Made up for the tests}
roles:
  primary_care: {kind: primary_care}
  acute: {kind: acute}
  community: {kind: community}
attributes:
  frail: {levels: [no, Frail]}
unit_costs:
  gp.consult: {unit: contact, covers: whole}
  theatre.knee: {unit: episode, covers: part}
  ward.bed_day: {unit: bed_day, covers: part}
  physio.contact: {unit: contact, covers: whole}
parameters:
  los: {value: 4, unit: day}
  p_rehab: {by: frail, values: {no: 0.1, Frail: 0.5}, unit: share}
  p_return: {value: 0.1, unit: share}
start: {gp: 1}
settings:
  gp:
    role: primary_care
    uses: [{unit_cost: gp.consult}]
  surgery:
    role: acute
    stay: los
    uses:
      - {unit_cost: theatre.knee}
      - {unit_cost: ward.bed_day, per: day}
  rehab:
    role: community
    uses: [{unit_cost: physio.contact, quantity: 3}]
routes:
  gp: {surgery: 0.6, home: 0.4}
  surgery: {rehab: p_rehab, home: rest}
  rehab: {surgery: p_return, home: rest}
ends: [home]
"""

SHORTER = """\
scenario: shorter_stay
title: Home a day earlier
amends: toy_knee
changes:
  - {scale_stay: surgery, by: 0.75}
"""

RULES = """\
min_n: 2
rules:
  theatre.knee: {feed: APC, where: {HrgFce: "HN22*"}, activities: ["THR*"], per: episode}
  ward.bed_day: {feed: APC, where: {HrgFce: "HN22*"}, activities: ["WRD001"], per: bed_day}
  physio.contact: {feed: CSCC, where: {ChsCcy: "A08A1"}, per: contact}
"""

STUDY = """\
study: toy_options
title: Going home earlier in a toy town
synthetic: true
pathway: pathway.yaml
footprint:
  all: {primary_care: "RZP", acute: "RXX", community: "RYY"}
cohort: cohort.csv
price_year: 2024-25
unit_costs:
  - plics: {files: "plics/*.xml", rules: rules.yaml}
  - table: prices.csv
scenarios: [shorter_stay.yaml]
compare: [baseline, shorter_stay]
report_per: [surgery]
"""

COHORT = """\
patient_id,frail,weight
PERSON-88001,no,40
PERSON-88002,Frail,10
NA,no,50
"""

PRICES = """\
unit_cost,organisation,value_gbp,unit,covers,price_year,source
gp.consult,RZP,40,contact,whole,2024-25,Made up
"""

ALL_PRICES = """\
unit_cost,organisation,value_gbp,unit,covers,price_year,source
gp.consult,RZP,40,contact,whole,2024-25,Made up
theatre.knee,RXX,5000,episode,part,2024-25,Made up
ward.bed_day,RXX,450,bed_day,part,2024-25,Made up
physio.contact,RYY,80,contact,whole,2024-25,Made up
"""
"""What the extracts give by the rules, written as a table."""

TOTAL_GBP = 90 * (40 + 0.6 / 0.99 * (6800 + 0.1 * 240)) + 10 * (40 + 0.6 / 0.95 * (6800 + 0.5 * 240))
"""The baseline by hand: a GP visit, then 0.6 ÷ (1 − p × 0.1) operations at £5,000 + 4 × £450, each with p × 3 × £80."""

NAMESPACE = "http://Improvement.nhs.uk/HealthcareCostingDataSet/v1.12-2122"
APC, CSCC = "plics/APC_FY2024-25_M12_RXX_01.xml", "plics/CSCC_FY2024-25_M12_RYY_01.xml"


def write_study(folder: Path, *, extracts: bool = True) -> Path:
    """The study with everything it names, in a new folder; its path. Without extracts, a table has all prices."""
    texts = {
        "study.yaml": STUDY, "pathway.yaml": PATHWAY, "shorter_stay.yaml": SHORTER, "rules.yaml": RULES,
        "cohort.csv": COHORT, "prices.csv": PRICES, APC: admitted_xml(), CSCC: contacts_xml(),
    }  # fmt: skip
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if not extracts:
        edit(folder, "study.yaml", '  - plics: {files: "plics/*.xml", rules: rules.yaml}\n', "")
        (folder / "prices.csv").write_text(ALL_PRICES, encoding="utf-8")
    return folder / "study.yaml"


# --- PLICS ---------------------------------------------------------------------------------------------------------
def admitted_xml() -> str:
    """Three elective knees, theatre and ward pounds as in R2."""
    pounds = [("5000", "1800", 4), ("5200", "900", 2), ("4800", "2700", 6)]
    return _extract("APC", "RXX", [_knee(number, *given) for number, given in enumerate(pounds)])


def contacts_xml() -> str:
    """Two physiotherapy contacts."""
    return _extract("CSCC", "RYY", [_contact(number, gbp) for number, gbp in enumerate(("75", "85"))])


def _knee(number: int, theatre: str, ward: str, days: int) -> tuple[str, Decimal]:
    fields = {
        "OrgId": "RXX", "PLEMI": f"PLEMI8800{number + 1}", "CDSID": f"CDS8800000{number + 1}",
        "NHSNo": NHS_NUMBERS[number], "NhsSt": "01", "Postcd": POSTCODES[number], "DoB": BIRTHDAYS[number],
        "Gendr": "2", "PathId": None, "PatOrgId": None, "Pod": "EL", "HSpellNo": f"SPELL8800{number + 1}",
        "EpiNo": "01", "EpStDte": "2024-06-03", "EpEnDte": f"2024-06-{3 + days:02d}", "EpType": "3", "Tfc": "110",
        "CFBand": None, "HrgFce": "HN22A", "HrgSpl": "HN22A", "Alos": str(days),
    }  # fmt: skip
    lines = [("THR001", 90, "CPF002", theatre), ("WRD001", days, "CPF005", ward)]
    return _activity(fields, lines), Decimal(theatre) + Decimal(ward)


def _contact(number: int, gbp: str) -> tuple[str, Decimal]:
    fields = {
        "OrgId": "RYY", "PLEMI": f"PLEMI8800{number + 1}", "NHSNo": NHS_NUMBERS[number], "NhsSt": "01",
        "DoB": BIRTHDAYS[number], "Gendr": "2", "SerReqID": f"REQ8800{number + 1}", "CareId": f"CARE8800{number + 1}",
        "CareDte": "2024-07-01", "ClinDuration": "30", "TeamType": "01", "ConsultType": "01", "CCSubject": "01",
        "CMedium": "01", "LocCode": "A01", "GPTherapyInd": "Y", "ChsCcy": "A08A1",
    }  # fmt: skip
    return _activity(fields, [("COM001", 1, "CPF001", gbp)]), Decimal(gbp)


def _activity(fields: dict[str, str | None], lines: list[tuple[str, int, str, str]]) -> str:
    rows = [_element(name, text) for name, text in fields.items()]
    for activity, count, resource, gbp in lines:
        cost = f"<Resource>{_element('ResCstID', resource)}\n{_element('TotCst', gbp)}</Resource>"
        rows.append(
            f"<CstActivity>{_element('ActCstID', activity)}{_element('ActCnt', str(count))}{cost}</CstActivity>"
        )
    return "\n".join(["<Activity>", *rows, "</Activity>"])


def _extract(feed: str, organisation: str, records: list[tuple[str, Decimal]]) -> str:
    head = {
        "OrgSubmittingID": organisation, "FinYr": "FY2024-25", "PeriodStartDate": "2024-04-01",
        "PeriodEndDate": "2025-03-31", "CreateDateTime": "2025-07-15T09:00:00", "FeedType": feed,
        "NoOfActivityRecords": str(len(records)), "TotalCosts": str(sum(gbp for _, gbp in records)),
    }  # fmt: skip
    header = "\n".join(_element(name, text) for name, text in head.items())
    body = "\n".join(record for record, _ in records)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<HCDSExtract xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"<MessageHeader>\n{header}\n</MessageHeader>\n<MessageBody>\n{body}\n</MessageBody>\n</HCDSExtract>\n"
    )


def _element(name: str, text: str | None) -> str:
    return f'<{name} xsi:nil="true"/>' if text is None else f"<{name}>{text}</{name}>"


# --- breaking it ----------------------------------------------------------------------------------------------------
def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Put `new` in the place of `old`, which must stand there exactly once."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def line_of(folder: Path, name: str, text: str) -> int:
    """The number of the one line that holds `text`."""
    found = [number for number, line in enumerate((folder / name).read_text().splitlines(), start=1) if text in line]
    assert len(found) == 1, f"{text!r} stands in lines {found} of {name}"
    return found[0]


# --- running it -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Ran:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


def run_cli(*arguments: str | Path) -> Ran:
    """The real command, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main._exit_code([str(argument) for argument in arguments])
    return Ran(code, out.getvalue(), err.getvalue())


def good(*arguments: str | Path) -> Ran:
    """The same, of a command that must go well."""
    ran = run_cli(*arguments)
    assert ran.code == 0, ran.err
    return ran


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every file and folder below, hidden ones too, with what each file holds."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}

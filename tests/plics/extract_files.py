"""Small extracts for the tests: records as dictionaries, written as XML or as tables. All people are made up."""

from __future__ import annotations

from decimal import Decimal

NAMESPACE = "http://Improvement.nhs.uk/HealthcareCostingDataSet/v2.0-2021"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

NHS_NUMBERS = ("9434765919", "9434765870", "4010232137")  # their check digits are right
POSTCODES = ("LS1 4AB", "BD7 1DP", "HX3 0PW")
BIRTHDAYS = ("1950-06-15", "1961-01-31", "2019-12-25")
LOCAL = ("PLEMI77001", "CDS770000001", "SPELL7701")
IDENTIFYING = (*NHS_NUMBERS, *POSTCODES, *(code.replace(" ", "") for code in POSTCODES), *BIRTHDAYS, *LOCAL)

LINES = (("WRD001", 4, (("CPF001", "1000.00"), ("CSC004", "250.50"))), ("THR001", 90, (("CPF002", "5000.00000001"),)))


def apc(number=0, lines=LINES, **changes):
    """An admitted episode of made-up patient `number`."""
    return {
        "OrgId": "RXX", "PLEMI": f"PLEMI7700{number + 1}", "CDSID": f"CDS77000000{number + 1}",
        "NHSNo": NHS_NUMBERS[number % 3], "NhsSt": "01", "Postcd": POSTCODES[number % 3], "DoB": BIRTHDAYS[number % 3],
        "Gendr": "2", "PathId": None, "PatOrgId": None, "Pod": "EL", "HSpellNo": f"SPELL770{number + 1}", "EpiNo": "01",
        "EpStDte": "2020-06-14", "EpEnDte": "2020-06-18", "EpType": "3", "Tfc": "0110", "CFBand": None,
        "HrgFce": "HN22A", "HrgSpl": "HN22A", "Alos": "4", **changes, "lines": lines,
    }  # fmt: skip


def swc(number=0, lines=(("WRD001", 1, (("CPF001", "2400"),)),), **changes):
    """A critical care day of made-up patient `number`."""
    return {
        "OrgId": "RXX", "PLEMI": f"PLEMI7700{number + 1}", "UnAct": "ACC", "CCLI": "1", "CCUF": "01",
        "UnActDate": "2020-06-15", "CCPerType": "3", "OrgsSupp": "02", "UnHRG": "XC06Z", **changes, "lines": lines,
    }  # fmt: skip


def cscc(number=0, lines=(("COM001", 1, (("CPF001", "79.06"),)),), **changes):
    """A community contact of made-up patient `number`."""
    return {
        "OrgId": "RYY", "PLEMI": f"PLEMI7700{number + 1}", "NHSNo": NHS_NUMBERS[number % 3], "NhsSt": "01",
        "DoB": BIRTHDAYS[number % 3], "Gendr": "1", "SerReqID": f"REQ77{number}", "CareId": f"CARE77{number}",
        "CareDte": "2020-07-01", "ClinDuration": "30", "TeamType": "01", "CCSubject": "01", "ConsultType": "01",
        "CMedium": "01", "LocCode": "A01", "GPTherapyInd": "Y", "ChsCcy": "A08A1", **changes, "lines": lines,
    }  # fmt: skip


def record_xml(record, gap="\n", prefix=""):
    """One Activity element."""
    rows = [f"<{prefix}Activity>"]
    for name, text in record.items():
        if name != "lines":
            rows.append(
                f'<{prefix}{name} xsi:nil="true"/>' if text is None else f"<{prefix}{name}>{text}</{prefix}{name}>"
            )
    for activity, count, resources in record["lines"]:
        rows.append(f"<{prefix}CstActivity><{prefix}ActCstID>{activity}</{prefix}ActCstID>")
        rows.append(f"<{prefix}ActCnt>{count}</{prefix}ActCnt>")
        for resource, cost in resources:
            rows.append(f"<{prefix}Resource><{prefix}ResCstID>{resource}</{prefix}ResCstID>")
            rows.append(f"<{prefix}TotCst>{cost}</{prefix}TotCst></{prefix}Resource>")
        rows.append(f"</{prefix}CstActivity>")
    return gap.join([*rows, f"</{prefix}Activity>"])


def pounds(records):
    """Σ TotCst of records whose costs are all numbers."""
    return sum(Decimal(cost) for record in records for _, _, resources in record["lines"] for _, cost in resources)


def extract_xml(records, *, feed="APC", namespace=NAMESPACE, gap="\n", prefix="", body=None, **header):
    """A whole document whose header tells the truth unless `header` says otherwise. None leaves an element out."""
    spaces = f'xmlns{":" + prefix[:-1] if prefix else ""}="{namespace}" xmlns:xsi="{XSI}"'
    said = {
        "OrgSubmittingID": "RXX", "FinYr": "FY2020-21", "PeriodStartDate": "2020-04-01", "PeriodEndDate": "2021-03-31",
        "CreateDateTime": "2021-08-09T09:13:00", "FeedType": feed, "NoOfActivityRecords": len(records),
    }  # fmt: skip
    said |= {} if "TotalCosts" in header else {"TotalCosts": pounds(records)}
    texts = [f"<{prefix}{name}>{text}</{prefix}{name}>" for name, text in (said | header).items() if text is not None]
    rows = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<{prefix}HCDSExtract {spaces}>",
        f"<{prefix}MessageHeader>",
        *texts,
        f"</{prefix}MessageHeader>",
        f"<{prefix}MessageBody>",
        *([record_xml(record, gap, prefix) for record in records] if body is None else [body]),
        f"</{prefix}MessageBody>",
        f"</{prefix}HCDSExtract>",
    ]
    return rows[0] + "\n" + gap.join(rows[1:]) + "\n"


def write(folder, name, text, encoding="utf-8"):
    """A file in a folder; bytes or text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path

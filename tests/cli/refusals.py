"""Ways to break the toy study, and what holds for every refusal of it."""

from __future__ import annotations

import re
from itertools import pairwise

import openpyxl

from tests.cli.toy_study import APC, IDENTIFYING, NHS_NUMBERS, edit

TITLE = re.compile(r"(syntax|shape|meaning|table|PLICS|unit costs|costing|output|strict): \d+ faults?")
PLACED = re.compile(r"  - \S*\.(yaml|xml|csv|xlsx)[^ ]*( row \d+)?( \(\S+\))?: \S")


# --- ways to break a study ----------------------------------------------------------------------------------------------
def edited(name, *pairs):
    """Texts of one file replaced: old, new, old, new …."""

    def breaks(folder):
        for old, new in zip(pairs[::2], pairs[1::2], strict=True):
            edit(folder, name, old, new)

    return breaks


def holding(name, content):
    """A file with other content, or a new file."""
    return lambda folder: (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def both(*breaks):
    return lambda folder: [each(folder) for each in breaks]


def cut(name, *, at):
    """The file ends where this text begins."""
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes().partition(at.encode())[0])


def bombed(folder):
    """Nested entities that would grow to a hundred million copies of an NHS number."""
    names = "abcdefghi"
    grown = "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">\n' for old, new in pairwise(names))
    doctype = f'<!DOCTYPE HCDSExtract [\n<!ENTITY a "{NHS_NUMBERS[0]}">\n{grown}]>\n<HCDSExtract '
    edit(folder, APC, "<HCDSExtract ", doctype)
    edit(folder, APC, f"<NHSNo>{NHS_NUMBERS[0]}</NHSNo>", "<NHSNo>&i;</NHSNo>")


def workbook(folder):
    """The cohort as a workbook, asked for by the name of a sheet it does not have."""
    book = openpyxl.Workbook()
    book.active.title = "Cohort 2024"
    for row in [["patient_id", "frail", "weight"], ["PERSON-88001", "no", "1"]]:
        book.active.append(row)
    book.save(folder / "cohort.xlsx")
    edit(folder, "study.yaml", "cohort.csv", "'cohort.xlsx#Cohort 2023'")


def refused(ran):
    """The message of a run that refused its input, with what holds for every one of them."""
    assert ran.code == 2, ran.said
    assert ran.out == ""
    title, *faults = ran.err.splitlines()
    assert TITLE.fullmatch(title), ran.err
    assert len(faults) == int(title.split()[-2])
    assert all(PLACED.match(fault) for fault in faults), ran.err
    holds_no_person(ran.said)
    assert "Traceback" not in ran.err
    return ran.err


def holds_no_person(text):
    found = [one for one in IDENTIFYING if one in text]
    assert not found, f"{found} in {text}"

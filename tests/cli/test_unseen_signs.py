"""Signs that a terminal obeys or nobody sees, planted in every input: no output holds one."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest

import pathway_cost as pc
from pathway_cost.errors import PathwayCostError
from tests.cli.toy_study import APC, edit, good, run_cli, write_study
from tests.privacy.test_legible import never_shown

SIGNS = {
    "what a terminal obeys": "\x1b[31m\x1b]0;owned\x07\x9b\a\b\x7f",
    "what turns text round or sets it apart": "\u200e\u200f\u061c\u202a\u202e\u2066\u2069",
    "what nobody sees": "\u200b\u200c\u200d\ufeff\xad\u2028\u2029\x85",
    "what is no character, and markup": "\ufdd0\ufdef[red]<b>",
}


def in_yaml(sign):
    """A sign as a double-quoted text of YAML writes it."""
    return "".join(f"\\U{ord(each):08x}" if each in '\\"' or not each.isprintable() else each for each in sign)


def plant(folder, sign):
    """The toy study with a sign in every text that a user writes, and in names of files."""
    study, said = write_study(folder), in_yaml(sign)
    edit(folder, "study.yaml", "title: Going home earlier in a toy town", f'title: "{said}Going home earlier"')
    edit(folder, "study.yaml", "cohort: cohort.csv", f'cohort: "{said}cohort.csv"')
    edit(folder, "study.yaml", "  - table: prices.csv", PRICED.replace("SIGN", said))
    edit(folder, "pathway.yaml", "title: Knee replacement in a toy town", f'title: "Knee{said} replacement"')
    edit(folder, "pathway.yaml", "source: Made up for the tests", f'source: "Made{said} up", note: "A{said} note"')
    edit(folder, "pathway.yaml", "levels: [no, Frail]", f'levels: [no, "Fr{said}ail"]')
    edit(folder, "pathway.yaml", "values: {no: 0.1, Frail: 0.5}", f'values: {{no: 0.1, "Fr{said}ail": 0.5}}')
    edit(
        folder, "shorter_stay.yaml", "title: Home a day earlier", f'title: "Home{said} earlier"\nrationale: "{said}Why"'
    )
    edit(folder, "cohort.csv", "Frail,10", f"Fr{sign}ail,10")
    edit(folder, "prices.csv", "Made up", f"Made {sign}up")
    for name in ("cohort.csv", "prices.csv", APC):
        (folder / name).rename((folder / name).with_name(f"{sign}{Path(name).name}"))
    return study


PRICED = """\
  - prices: {gp.consult: {gbp: 41, source: "A SIGN round number", evidence: {grade: assumption, note: "SIGN"}}}
  - table: "SIGNprices.csv"
"""


def texts_of(content):
    """Every text in what JSON holds, keys too."""
    if isinstance(content, dict):
        yield from content
        content = list(content.values())
    if isinstance(content, list):
        for each in content:
            yield from texts_of(each)
    elif isinstance(content, str):
        yield content


def texts_of_workbook(content):
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for name in book.namelist():
            yield from ET.fromstring(book.read(name)).itertext()
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        yield from (str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def texts_of_file(path):
    content = path.read_bytes()
    match path.suffix:
        case ".csv":
            return [cell for row in csv.reader(io.StringIO(content.decode(), newline="")) for cell in row]
        case ".json":
            return [content.decode(), *texts_of(json.loads(content))]
        case ".xlsx":
            return list(texts_of_workbook(content))
        case ".html":
            return [content.decode(), html.unescape(content.decode())]
    return []


def spoilt(text):
    """What of a text may not be shown; the rest of an escape is as bad as its beginning, unless all of it is spelt out."""
    return [sign for sign in text if never_shown(sign)] + re.findall(r"(?<!\\x1b)(?:\[31m|\]0;owned)", text)


def assert_fit_to_be_shown(texts):
    assert [text[:200] for text in texts if spoilt(text)] == []


@pytest.mark.parametrize("kind", SIGNS)
def test_no_output_holds_a_sign_that_an_input_holds(tmp_path, kind):
    study = plant(tmp_path / "town", SIGNS[kind])
    ran = good("run", study, "--out", tmp_path / "out")
    files = {path.name: texts_of_file(path) for path in (tmp_path / "out").iterdir()}
    assert all(files.values())
    assert_fit_to_be_shown([ran.said, *(text for texts in files.values() for text in texts)])
    for command in (["check", study], ["unit-costs", "show", study], ["verify", tmp_path / "out"]):
        assert_fit_to_be_shown([good(*command).said])
    result = pc.run(study)
    shown = [result, result.compare("baseline", "shorter_stay"), result.plot.bridge(), result.plot.cost_by("setting")]
    assert_fit_to_be_shown([repr(result.plot), *(each._repr_html_() for each in shown), *map(repr, shown)])


FAULTS = {
    "a key that is none": ("study.yaml", "study: toy_options", 'study: toy_options\n"SIGNkey": 1'),
    "a name that is none": ("study.yaml", "compare: [baseline, shorter_stay]", 'compare: [baseline, "SIGN\\nshorter"]'),
    "a file that is not there": ("study.yaml", "cohort: cohort.csv", 'cohort: "SIGNnone.csv"'),
    "a setting that is none": ("pathway.yaml", "{rehab: p_rehab, home: rest}", '{"SIGN\\nrehab": p_rehab, home: rest}'),
    "a formula that is none": ("pathway.yaml", "quantity: 3", 'quantity: "3 + SIGN("'),
    "a unit that is none": ("pathway.yaml", "los: {value: 4, unit: day}", 'los: {value: 4, unit: "SIGNday"}'),
    "an organisation that is none": ("study.yaml", 'acute: "RXX"', 'acute: "RXXSIGN"'),
}
CELLS = {
    "a level that is none": ("cohort.csv", "Frail,10", "FrSIGNail,10"),
    "a weight that is none": ("cohort.csv", "Frail,10", "Frail,1SIGN0"),
    "a column that is none": ("prices.csv", "source\n", "sourSIGNce\n"),
    "a price that is none": ("prices.csv", ",40,", ",4SIGN0,"),
    "a unit of another price": ("prices.csv", ",contact,", ",conSIGNtact,"),
}


@pytest.mark.parametrize("kind", SIGNS)
def test_no_fault_holds_a_sign_that_an_input_holds(tmp_path, kind):
    for number, (name, old, new) in enumerate([*FAULTS.values(), *CELLS.values()]):
        study = write_study(tmp_path / str(number))
        sign = SIGNS[kind] if name.endswith(".csv") else in_yaml(SIGNS[kind])
        edit(study.parent, name, old, new.replace("SIGN", sign))
        ran = run_cli("run", study, "--out", tmp_path / f"out{number}")
        assert_fit_to_be_shown([ran.said])
        assert [line for line in ran.err.splitlines() if not line.startswith(STARTS)] == []
        try:
            pc.check(study)
        except PathwayCostError as error:
            assert_fit_to_be_shown(
                [str(error), repr(error), *(text for each in error.problems for text in (str(each), repr(each)))]
            )


STARTS = (
    "  - ",
    "PLICS: ",
    "syntax: ",
    "shape: ",
    "meaning: ",
    "table: ",
    "costing: ",
    "unit costs: ",
    "note: ",
    "warning: ",
)


@pytest.mark.parametrize("kind", SIGNS)
def test_a_command_that_cannot_be_understood_holds_no_sign(tmp_path, kind):
    sign = SIGNS[kind]
    for command in ([f"r{sign}un"], ["run", f"--{sign}"], ["run", f"none{sign}.yaml", "--out", tmp_path / "out"],
                    ["new", f"knee{sign}", tmp_path / "new"], ["check", f"{sign}.csv"], ["clean", f"{sign}"]):  # fmt: skip
        ran = run_cli(*command)
        assert ran.code == 2
        assert_fit_to_be_shown([ran.said])


def test_a_file_name_that_is_no_text(tmp_path):
    study = write_study(tmp_path / "town")
    Path(tmp_path / "town" / APC).rename(tmp_path / "town" / "plics" / "APC_\udcff_FY2024-25_M12_RXX_01.xml")
    ran = good("run", study, "--out", tmp_path / "out")
    texts = [text for path in (tmp_path / "out").iterdir() for text in texts_of_file(path)]
    assert_fit_to_be_shown([ran.said, *texts])
    assert any("APC_\ufffd_FY2024-25_M12_RXX_01.xml" in text for text in texts)
    assert_fit_to_be_shown(
        [good("verify", tmp_path / "out").said, good("plics", "check", str(study.parent / "plics/*.xml")).said]
    )


def test_two_texts_that_differ_in_an_unseen_sign_stay_two(tmp_path):
    study = write_study(tmp_path / "town")
    edit(study.parent, "pathway.yaml", "levels: [no, Frail]", 'levels: [no, Frail, "Fr\\u200bail"]')
    edit(
        study.parent,
        "pathway.yaml",
        "values: {no: 0.1, Frail: 0.5}",
        'values: {no: 0.1, Frail: 0.5, "Fr\\u200bail": 1}',
    )
    edit(study.parent, "cohort.csv", "NA,no,50", "NA,no,50\nPERSON-88004,Fr\u200bail,10")
    by = pc.run(study)["baseline"].by("frail")
    assert by["frail"].tolist() == ["no", "Frail", "Fr\u200bail"]

"""Everything together or not at all; only a folder of ours is ever replaced."""

import contextlib
import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from pathway_cost.errors import OutputFaults
from pathway_cost.reports.files import folder as writer
from pathway_cost.reports.files.folder import copy_topic, new_folder, refuse_folder, write, write_table
from pathway_cost.reports.words.csv_text import csv_bytes
from tests.reports import toy_chance

NAMES = {
    "summary.csv", "by_setting.csv", "by_organisation.csv", "by_component.csv", "by_segment.csv", "bridge.csv",
    "beside.csv", "unit_costs_used.csv", "coverage.csv", "run.json", "workbook.xlsx", "report.html",
}  # fmt: skip


@pytest.fixture
def files(monkeypatch, files_of_the_run):
    """The run's files, made once, so that tests of the folder do not wait for the workbook."""
    made = dict(files_of_the_run)
    monkeypatch.setattr(writer, "run_files", lambda *_, **__: made)
    return made


def rule_of(raised):
    return raised.value.problems[0].rule


def left_behind(parent):
    return [path.name for path in parent.iterdir() if path.name.startswith(".")]


@pytest.fixture(scope="module")
def written(result, tmp_path_factory):
    """The run written once more, as a user has it written."""
    return write(result, tmp_path_factory.mktemp("deep") / "deeper" / "out", patients=True)


def test_writes_every_file(result, written):
    place = written
    assert {path.name for path in place.iterdir()} == NAMES | {"patients_local.parquet"}
    assert left_behind(place.parent) == []
    patients = pd.read_parquet(place / "patients_local.parquet")
    assert patients["patient_id"].tolist()[:4] == ["NA", "0100", "5E1", "p4"]
    assert patients["expected_cost_gbp"].tolist()[0] == pytest.approx(
        result["baseline"].by("segment")["gbp"][0] / 24_000
    )


def test_patients_are_written_only_when_asked(result, files, files_of_the_run, tmp_path):
    assert set(files_of_the_run) == NAMES
    assert {path.name for path in write(result, tmp_path / "out").iterdir()} == NAMES


def test_the_same_run_writes_the_same_bytes(written, files_of_the_run):
    again = {name: (written / name).read_bytes() for name in files_of_the_run}
    records = [json.loads(files.pop("run.json")) for files in (again, dict(files_of_the_run))]
    assert records[0]["files"].pop("patients_local.parquet")
    assert records[0] == records[1]
    assert all(content == files_of_the_run[name] for name, content in again.items())


def test_csv_keeps_every_digit(result, files, tmp_path):
    place = write(result, tmp_path / "out")
    with (place / "summary.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [float(row["total_gbp"]) for row in rows if row["per"] == "patient"] == [
        result[name].total_gbp for name in result.compared
    ]
    assert rows[0]["change_total_gbp"] == ""
    assert b"\r" not in (place / "by_setting.csv").read_bytes()


def test_csv_cells_cannot_become_formulas(hostile):
    written = [csv_bytes(frame).decode() for frame in hostile.tables.written().values()]
    cells = [cell for text in written for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "@", "+"))]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+cmd", "@SUM(A1)", "\tx", "\rx", "\n=1"])
def test_dangerous_text_gets_an_apostrophe(text):
    [_, [cell]] = csv.reader(io.StringIO(csv_bytes(pd.DataFrame({"what": [text]})).decode(), newline=""))
    assert cell == "'" + text.replace("\r", "\n")


def test_lines_inside_a_cell_stay_inside_it():
    written = csv_bytes(pd.DataFrame({"what": ["a\r=1+1", "b\n=2"]})).decode()
    assert written == 'what\n"a\n=1+1"\n"b\n=2"\n'


def test_every_kind_of_cell_is_written_as_it_is():
    frame = pd.DataFrame(
        {
            "gbp": [1e16, 1e-5, float("nan"), -0.0],
            "records": pd.array([3, None, 0, 12], dtype="Int64"),
            "within": pd.array([True, False, None, True], dtype="boolean"),
            "pounds": [Decimal("10.50"), None, Decimal(-1), Decimal(0)],
            "role": pd.Categorical(["acute", None, "=acute", ""]),
            "day": pd.to_datetime(["2024-04-01", None, "2025-03-31", "2024-12-25"]),
        }
    )
    assert csv_bytes(frame).decode().splitlines() == [
        "gbp,records,within,pounds,role,day",
        "1e+16,3,True,10.50,acute,2024-04-01",
        "1e-05,,False,,,",
        ",0,,-1,'=acute,2025-03-31",
        "-0.0,12,True,0,,2024-12-25",
    ]


def test_codes_survive():
    assert csv_bytes(pd.DataFrame({"code": ["NA", "0100", "5E1", "Frail "]})) == b"code\nNA\n0100\n5E1\nFrail \n"


def test_record_is_sorted_and_says_whose_it_is(result, files, tmp_path):
    place = write(result, tmp_path / "out")
    text = (place / "run.json").read_text(encoding="utf-8")
    record = json.loads(text)
    assert record["made_by"] == "pathway_cost"
    assert list(record) == sorted(record)
    assert record["values"] == [1, 2.5]
    assert set(record["files"]) == NAMES - {"run.json"}


def test_the_record_tells_every_column_of_every_table(files_of_the_run):
    told = json.loads(files_of_the_run["run.json"])["tables"]
    headers = {
        name: next(csv.reader(io.StringIO(made.decode()))) for name, made in files_of_the_run.items() if ".csv" in name
    }
    assert {name: [column["name"] for column in each["columns"]] for name, each in told.items()} == headers
    frail = {"name": "frail", "heading": "frail", "kind": "level", "about": "a column an attribute"}
    assert frail in told["by_segment.csv"]["columns"]


def test_the_record_tells_which_pounds_a_column_holds(result):
    for one, unit in ((result, "£, undiscounted"), (toy_chance.discounted(result), "£, present value")):
        files = writer.run_files(toy_chance.with_frames(one, {"extremes": toy_chance.extremes()}))
        last = json.loads(files["run.json"])["tables"]["extremes.csv"]["columns"][-1]
        assert last == {"name": "change_gbp", "heading": "Modelled change", "kind": "change", "unit": unit}


def test_an_existing_folder_is_refused(result, tmp_path):
    (tmp_path / "out").mkdir()
    with pytest.raises(OutputFaults) as raised:
        write(result, tmp_path / "out")
    assert rule_of(raised) == "folder_exists"


@pytest.mark.parametrize("record", [None, "{}", "[]", "not json", '{"made_by": "another tool"}'])
def test_a_folder_that_is_not_ours_is_never_replaced(result, tmp_path, record):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.docx").write_text("years of work")
    if record is not None:
        (out / "run.json").write_text(record)
    with pytest.raises(OutputFaults) as raised:
        write(result, out, replace=True)
    assert rule_of(raised) == "folder_not_ours"
    assert (out / "thesis.docx").read_text() == "years of work"


def test_our_folder_is_replaced_whole(result, files, tmp_path):
    out = write(result, tmp_path / "out")
    (out / "patients_local.parquet").write_bytes(b"of an earlier run")
    write(result, out, replace=True)
    assert {path.name for path in out.iterdir()} == NAMES
    assert left_behind(tmp_path) == []


def test_files_of_others_in_our_folder_stop_the_replacing(result, files, tmp_path):
    out = write(result, tmp_path / "out")
    (out / "board_paper.docx").write_text("mine")
    with pytest.raises(OutputFaults) as raised:
        write(result, out, replace=True)
    assert rule_of(raised) == "folder_holds_others"
    assert (out / "board_paper.docx").exists()


def test_a_failure_leaves_the_old_folder_and_nothing_else(result, files, tmp_path):
    out = write(result, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    files["report.html"] = "text where bytes are due"  # the tenth file fails
    with pytest.raises(TypeError):
        write(result, out, replace=True)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert left_behind(tmp_path) == []


def test_a_failed_rename_brings_the_old_folder_back(result, files, tmp_path, monkeypatch):
    out = write(result, tmp_path / "out")
    rename = type(out).rename

    def fails_for_partial(self, target):
        if self.name == "new":
            raise OSError(13, "refused", str(target))
        return rename(self, target)

    monkeypatch.setattr(type(out), "rename", fails_for_partial)
    with pytest.raises(OSError, match="refused"):
        write(result, out, replace=True)
    assert {path.name for path in out.iterdir()} == NAMES
    assert left_behind(tmp_path) == []


def test_links_files_and_our_own_ground_are_refused(tmp_path, monkeypatch):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    monkeypatch.chdir(tmp_path / "real")
    cases = {
        tmp_path / "link": "folder_is_a_link", tmp_path / "dangling": "folder_is_a_link",
        tmp_path / "file": "folder_is_a_file", tmp_path / "file" / "out": "parent_is_a_file", "/": "folder_holds_us",
        ".": "folder_holds_us", "..": "folder_holds_us", Path.home(): "folder_holds_us",
    }  # fmt: skip
    for place, rule in cases.items():
        with pytest.raises(OutputFaults) as raised:
            refuse_folder(place, replace=True)
        assert rule_of(raised) == rule, place


def test_new_folder_appears_only_when_whole(tmp_path):
    with contextlib.suppress(RuntimeError), new_folder(tmp_path / "store") as partial:
        (partial / "events.parquet").write_bytes(b"half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    with new_folder(tmp_path / "store") as partial:
        (partial / "events.parquet").write_bytes(b"whole")
        assert not (tmp_path / "store").exists()
    assert (tmp_path / "store" / "events.parquet").read_bytes() == b"whole"


@pytest.mark.parametrize("sign", "=+-@＝＋－＠\t\n")
def test_a_cell_that_a_spreadsheet_would_run_stays_text_whatever_is_hidden_before_it(sign):
    for hidden in ("", "\u200b", "\ufeff", "\x1b[31m"):
        made = csv_bytes(pd.DataFrame({"what": [f"{hidden}{sign}1+1"]})).decode()
        assert next(csv.reader(io.StringIO(made.partition("\n")[2], newline=""))) == [f"'{sign}1+1"]


def test_numbers_are_written_whatever_holds_them():
    frame = pd.DataFrame({"n": [1, -2], "gbp": [0.1, float("nan")], "is": [True, False]})
    frame["few"] = pd.array([1, None], dtype="Int64")
    assert csv_bytes(frame) == b"n,gbp,is,few\n1,0.1,True,1\n-2,,False,\n"


def test_write_table(tmp_path):
    frame = pd.DataFrame({"code": ["0100"], "gbp": [0.1]})
    write_table(frame, tmp_path / "deep" / "table.csv")
    write_table(frame, tmp_path / "table.parquet")
    assert (tmp_path / "deep" / "table.csv").read_text() == "code,gbp\n0100,0.1\n"
    assert pd.read_parquet(tmp_path / "table.parquet")["code"].tolist() == ["0100"]
    for place, rule in ((tmp_path / "table.parquet", "file_exists"), (tmp_path / "table.txt", "file_ending")):
        with pytest.raises(OutputFaults) as raised:
            write_table(frame, place)
        assert rule_of(raised) == rule


def test_copy_topic(tmp_path):
    (tmp_path / "knee" / "scenarios").mkdir(parents=True)
    (tmp_path / "knee" / "scenarios" / "day_case.yaml").write_text("scenario: day_case")
    copy_topic(tmp_path / "knee", tmp_path / "mine")
    assert (tmp_path / "mine" / "scenarios" / "day_case.yaml").exists()
    with pytest.raises(OutputFaults):
        copy_topic(tmp_path / "knee", tmp_path / "mine")

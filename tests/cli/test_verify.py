"""`verify`: the same run again says the same, or says in figures what does not; and touches nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd
import pytest

import pathway_cost as pc
from pathway_cost.reports.files.moved import moved
from pathway_cost.specs.reading.library import library_folder
from tests.cli.toy_study import IDENTIFYING, edit, good, run_cli, tree, write_study


@pytest.fixture
def done(study, tmp_path, monkeypatch):
    """A study and what it gave; one stands in its folder's parent."""
    good("run", study, "--out", tmp_path / "out", "--patients")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "out"


def refused(*arguments):
    ran = run_cli("verify", *arguments)
    assert (ran.code, ran.out) == (2, ""), ran.said
    return ran.err


def test_the_same_run_agrees_byte_for_byte(done, tmp_path):
    before = tree(tmp_path)
    count = len(list(done.iterdir()))
    whole = f"{count} of {count} files agree byte for byte with {tmp_path / 'study' / 'study.yaml'}, run again.\n"
    assert good("verify", done).out == whole
    assert tree(tmp_path) == before


def test_it_works_from_python_and_from_any_folder(done, tmp_path, monkeypatch):
    away = tmp_path / "some" / "where"
    away.mkdir(parents=True)
    monkeypatch.chdir(away)
    assert pc.verify(done).moved == ()  # beside the results
    monkeypatch.chdir("/")
    assert pc.verify(done, tmp_path / "study" / "study.yaml").moved == ()


def test_a_figure_changed_by_hand_is_told_with_how_far_it_is(done):
    text = (done / "summary.csv").read_text()
    header, first, *rest = text.splitlines(keepends=True)
    column = header.strip().split(",").index("total_gbp")
    cells = first.split(",")
    total = float(cells[column])
    cells[column] = str(total + 100)
    (done / "summary.csv").write_text("".join([header, ",".join(cells), *rest]))
    ran = run_cli("verify", done)
    assert ran.code == 2
    assert "summary.csv: is not as it was written\n" in ran.out
    assert f"summary.csv: total_gbp moved in row 1: {total + 100} → {total} (0.02% of itself)\n" in ran.out
    count = len(list(done.iterdir()))
    assert f"\n{count - 1} of {count} files agree byte for byte with " in ran.out


def test_a_file_that_is_gone_is_told(done):
    (done / "report.html").unlink()
    ran = run_cli("verify", done)
    assert ran.code == 2
    assert "report.html: not there → there\n" in ran.out


def test_every_input_that_is_missing_or_changed_is_told(done, tmp_path):
    edit(tmp_path / "study", "cohort.csv", "NA,no,50", "NA,no,51")
    (tmp_path / "study" / "shorter_stay.yaml").unlink()
    before = tree(tmp_path)
    message = refused(done)
    assert message.startswith("verify: 2 faults\n")
    assert "cohort.csv: has changed since the run" in message
    assert "shorter_stay.yaml: is not there any more" in message
    assert tree(tmp_path) == before


def test_a_study_that_changed_is_found_by_its_name(done, tmp_path):
    edit(tmp_path / "study", "study.yaml", "[surgery]", "[rehab]")
    assert "study.yaml: has changed since the run" in refused(done)


def test_a_study_that_is_nowhere_is_asked_for(done, tmp_path):
    (tmp_path / "study").rename(tmp_path / ".away")
    message = refused(done)
    assert "the study toy_options (study.yaml) lies neither where you stand nor beside the results" in message
    assert "--study FILE" in message
    good("verify", done, "--study", tmp_path / ".away" / "study.yaml")


def test_another_version_is_named_and_the_files_still_compared(done):
    record = json.loads((done / "run.json").read_text())
    record["versions"]["pandas"] = "2.3.3"
    (done / "run.json").write_text(json.dumps(record))
    ran = run_cli("verify", done)
    assert ran.code == 2
    assert f"pandas was 2.3.3, is {pd.__version__}\n" in ran.out
    count = len(list(done.iterdir()))
    assert f"\n{count - 1} of {count} files agree byte for byte with " in ran.out


def test_a_record_in_another_format_is_refused(done):
    edit(done, "run.json", '"format": 2', '"format": 1')
    assert "in format 1; this version reads format 2" in refused(done)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("files", ["summary.csv"]), ("files", {"../study/study.yaml": "ab"}), ("files", {"summary.csv": None}),
        ("inputs", None), ("inputs", {"cohort.csv": "ab"}), ("study_file", 3), ("study", None), ("versions", []),
        ("key_fingerprint", {}),
    ],
)  # fmt: skip
def test_a_damaged_record_is_refused(name, value, done):
    record = json.loads((done / "run.json").read_text())
    (done / "run.json").write_text(json.dumps(record | {name: value}))
    assert "run.json: is not as a run writes it; run the study anew" in refused(done)


@pytest.mark.parametrize("content", [None, "", "[]", '{"made_by": "somebody"}'])
def test_a_folder_that_is_not_ours_is_refused(content, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    if content is not None:
        (other / "run.json").write_text(content)
    assert f"{other}: holds no run record of ours" in refused(other)
    assert f"{tmp_path / 'nowhere'}: is no folder" in refused(tmp_path / "nowhere")
    assert [path.name for path in other.iterdir()] == ([] if content is None else ["run.json"])


def test_a_run_with_a_key_needs_the_key(tmp_path, monkeypatch):
    study = write_study(tmp_path / "study")
    (tmp_path / "key").write_text("k" * 40)
    (tmp_path / "another").write_text("q" * 40)
    good("run", study, "--out", tmp_path / "out", "--key-file", tmp_path / "key")
    monkeypatch.chdir(tmp_path)
    assert "hashed patients' identifiers with a key" in refused("out")
    good("verify", "out", "--key-file", tmp_path / "key")
    assert "the run had another key; give that key" in refused("out", "--key-file", tmp_path / "another")
    good("run", study, "--out", tmp_path / "plain")
    assert "the run had no key; leave the key out" in refused("plain", "--key-file", tmp_path / "key")


def test_no_patient_is_named(done):
    path = done / "patients_local.parquet"
    frame = pd.read_parquet(path)
    frame.assign(patient_id=["PERSON-88009", *frame["patient_id"][1:]]).to_parquet(path, index=False)
    ran = run_cli("verify", done)
    assert "patients_local.parquet: patient_id moved in row 1: … → …\n" in ran.out
    assert not [word for word in IDENTIFYING if word in ran.said]
    numbers = [9990001111 + place for place in range(len(frame))]
    frame.assign(patient_id=numbers, **{"9990001111": 1.0}).to_parquet(path, index=False)
    ran = run_cli("verify", done)
    assert "patients_local.parquet: patient_id moved in 6 cells" in ran.out
    assert "patients_local.parquet: another column moved in 6 cells" in ran.out
    assert "999000" not in ran.said


def test_what_stands_beside_the_results_does_not_stop_the_looking(done, tmp_path):
    (tmp_path / "aaa").mkdir()
    (tmp_path / "aaa" / "study.yaml").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "study.yaml")
    assert good("verify", done).out.endswith(
        f" files agree byte for byte with {tmp_path / 'study' / 'study.yaml'}, run again.\n"
    )


def test_a_study_is_found_below_the_results_though_the_first_look_ends_above_them(done, tmp_path, monkeypatch):
    deep = tmp_path.joinpath(*"abcdef")
    deep.mkdir(parents=True)
    (tmp_path / "study").rename(deep / "study")
    done.rename(tmp_path.joinpath(*"abcd") / "out")
    ran = good("verify", tmp_path.joinpath(*"abcd") / "out")
    assert ran.out.endswith(f" files agree byte for byte with {deep / 'study' / 'study.yaml'}, run again.\n")


def test_a_study_of_the_library_is_the_same_however_it_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(library_folder() / "elective_knee")
    for name, given in (("relative", "study.yaml"), ("absolute", Path("study.yaml").absolute())):
        good("run", given, "--out", tmp_path / name)
    assert tree(tmp_path / "relative") == tree(tmp_path / "absolute")
    monkeypatch.chdir(tmp_path)
    good("new", "elective_knee", tmp_path / "copied")
    good("run", tmp_path / "copied" / "study.yaml", "--out", tmp_path / "of_the_copy")
    assert tree(tmp_path / "of_the_copy") == tree(tmp_path / "absolute")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("a.csv", b"x,gbp\nward,1.0\nhome,2.0\n", b"x,gbp\nward,1.0\nhome,2.5\n", "a.csv: gbp moved in row 2: 2.0 → 2.5 (20.00% of itself)"),
        ("a.csv", b"x,gbp\nward,1.0\n", b"x,gbp\nward,1.0\nhome,2.0\n", "a.csv: x moved in row 2: nothing → home"),
        ("a.csv", b"x\n1.0\n", b"x\n1.0\n\n", "a.csv: 6 bytes → 7 other bytes"),
        ("run.json", b'{"totals": {"b": 1.0}}', b'{"totals": {"b": 1.5}}', "run.json: totals.b moved: 1.0 → 1.5 (33.33% of itself)"),
        ("a.html", b"<p>ward</p><b>10</b>", b"<p>ward</p><b>11</b>", "a.html: its text moved in line 2: 10 → 11"),
        ("a.csv", b"x\ninf\n", b"x\n1.0\n", "a.csv: x moved in row 1: inf → 1.0"),
        ("a.csv", b"x\na\x1b[1m\n", b"x\nb\n", "a.csv: x moved in row 1: a�[1m → b"),
        ("run.json", b'{"x": 1' + b"0" * 400 + b"}", b'{"x": 1.0}', f"run.json: x moved: 1{'0' * 59}… → 1.0"),
        ("a.xlsx", b"PK", b"PK2", "a.xlsx: 2 bytes → 3 other bytes"),
    ],
)  # fmt: skip
def test_what_moved_is_told_in_figures(name, old, new, said):
    assert said in [str(each) for each in moved({name: old}, {name: new})]

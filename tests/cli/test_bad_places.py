"""Files that are not there or may not be read, folders that may not be written, and what leaves with the results."""

from __future__ import annotations

import os
import zipfile
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest

from tests.cli.refusals import holds_no_person, refused
from tests.cli.toy_study import APC, edit, good, run_cli, tree, write_study


# --- the study itself -----------------------------------------------------------------------------------------------------
def test_a_study_that_is_missing_or_a_folder(tmp_path):
    study = write_study(tmp_path, extracts=False)
    assert "nearest: 'study.yaml'" in refused(run_cli("run", study.with_name("studdy.yaml"), "--out", tmp_path / "out"))
    (tmp_path / "folder.yaml").mkdir()
    assert "this is a folder, not a file" in refused(
        run_cli("run", tmp_path / "folder.yaml", "--out", tmp_path / "out")
    )


NOBODY = 65534


@contextmanager
def without_privileges():
    """Root may read everything, so root looks as nobody does."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(was)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no file here forbids its owner to read it")
@pytest.mark.parametrize("name", ["study.yaml", "cohort.csv", "prices.csv", APC])
def test_a_file_that_may_not_be_read(name):
    with TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o777)
        study = write_study(folder / "study")
        good("run", study, "--out", folder / "first")  # all that a run imports is imported with privileges
        (folder / "study" / name).chmod(0)
        with without_privileges():
            ran = run_cli("run", study, "--out", folder / "out")
        assert not (folder / "out").exists()
    assert ran.code == 2
    assert name.rpartition("/")[2] in ran.err
    assert "Permission denied" in ran.err


# --- the output folder ----------------------------------------------------------------------------------------------------
THEIRS = '{"made_by": "somebody else"}'


@pytest.mark.parametrize("options", [[], ["--replace"]])
@pytest.mark.parametrize("files", [{"notes.txt": "mine"}, {"run.json": THEIRS}, {"run.json": "not json"}, {}])
def test_a_folder_that_is_not_ours_is_not_touched(options, files, tmp_path):
    study = write_study(tmp_path / "study", extracts=False)
    out = tmp_path / "out"
    out.mkdir()
    for name, text in files.items():
        (out / name).write_text(text)
    before = tree(tmp_path)
    ran = run_cli("run", study, "--out", out, *options)
    assert ran.code == 2
    assert f"  - {out}: " in ran.err
    assert ("--replace" in ran.err) is (not options)
    assert "name a new folder" in ran.err
    assert tree(tmp_path) == before


def test_an_output_path_that_is_a_file(tmp_path):
    study = write_study(tmp_path / "study", extracts=False)
    place = tmp_path / "out"
    place.write_text("mine")
    before = tree(tmp_path)
    for out in (place, place / "below"):
        ran = run_cli("run", study, "--out", out, "--replace")
        assert ran.code == 2
        assert "is a file" in ran.err
        assert tree(tmp_path) == before


def test_a_good_folder_survives_a_bad_run(tmp_path):
    study = write_study(tmp_path / "study", extracts=False)
    out = tmp_path / "out"
    assert run_cli("run", study, "--out", out).code == 0
    before = tree(out)
    edit(tmp_path / "study", "cohort.csv", "NA,no,50", "NA,no,-50")
    refused(run_cli("run", study, "--out", out, "--replace"))
    assert tree(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "study"]


# --- what must not be refused ------------------------------------------------------------------------------------------------
def test_the_patient_na_is_kept_and_no_identifier_reaches_what_is_shared(tmp_path, scratch):
    study = write_study(tmp_path / "study")
    out = tmp_path / "out"
    ran = run_cli("run", study, "--out", out, "--patients")
    assert ran.code == 0, ran.err
    patients = pd.read_parquet(out / "patients_local.parquet")
    assert patients["patient_id"].tolist() == ["NA", "PERSON-88001", "PERSON-88002"] * 2
    (out / "patients_local.parquet").unlink()  # the one file that holds patients
    holds_no_person(ran.said)
    for name, content in unpacked(out).items():
        holds_no_person(f"{name}: {content}")
    assert not tree(scratch)


def unpacked(folder):
    """Every text in the folder, workbooks opened up."""
    texts = {}
    for path in folder.iterdir():
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                texts |= {f"{path.name}/{name}": book.read(name).decode() for name in book.namelist()}
        else:
            texts[path.name] = path.read_text(encoding="utf-8")
    return texts

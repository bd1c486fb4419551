"""The knee example twice: a trust whose knees were priced as a whole sends its extracts; patients real, some in small groups."""

from __future__ import annotations

import re
import shutil

import pytest

from pathway_cost.earlier.comparing import compare_folders
from pathway_cost.earlier.moves_table import rows_of_moves
from pathway_cost.earlier.why_told import lines_of_moves
from tests.earlier.two_runs import adds_up, moved, run_into
from tests.real_patients import knee_patients, real_study

UNASKED = ("uncertainty", "sensitivity", "walk")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two studies of real patients and their results: with national prices only, and with the trusts' extracts."""
    folder = tmp_path_factory.mktemp("knees")
    studies = [real_study(folder / name, "elective_knee", knee_patients(), without=UNASKED) for name in ("old", "new")]
    studies[0].write_text(re.sub(r"  - plics:.*\n", "", studies[0].read_text()))
    results = [run_into(study, folder / f"{study.parent.name}_out") for study in studies]
    return folder, results


def test_a_bundle_priced_in_parts_takes_the_place_of_the_key_that_stood_in(runs):
    folder, (old, new) = runs
    compared = compare_folders(folder / "old_out", folder / "new_out")
    rows = rows_of_moves(compared)
    assert adds_up(rows)
    found = moved(rows)
    assert not [kind for kind, _ in found if kind == "remainder"]
    cuts = [
        each["baseline"].by("organisation", "unit_cost").set_index(["organisation", "unit_cost"])["gbp"]
        for each in (old, new)
    ]
    for key, organisation in (
        ("knee.episode", "SYA"),
        ("implant.knee", "SYA"),
        ("op.first.110", "SYA"),
        ("physio.contact", "SYC"),
    ):
        before, after = (float(cut.get((organisation, key), 0.0)) for cut in cuts)
        assert found["price", f"{key} at {organisation}"] == pytest.approx(after - before, abs=0.011)


def test_the_terminal_lists_the_prices_that_moved_most(runs):
    folder, _ = runs
    text = lines_of_moves(compare_folders(folder / "old_out", folder / "new_out"))
    prices = re.findall(r"^ *\d+ price: (\S+) at (\S+): ", text, re.MULTILINE)
    assert prices[:2] == [("knee.episode", "SYA"), ("theatre.knee", "SYA")]
    assert len(prices) == 12
    assert "other prices: imaging.mri at SYA, op.nf2f.110 at SYA" in text


def test_from_the_old_study_it_says_the_same_pounds(runs, tmp_path):
    folder, _ = runs
    whole = rows_of_moves(compare_folders(folder / "old_out", folder / "new_out"))
    shutil.copytree(folder / "old", tmp_path / "old", symlinks=True)
    for name in ("old_out", "new_out"):
        shutil.copytree(folder / name, tmp_path / name)
    from_old = compare_folders(tmp_path / "old_out", tmp_path / "new_out")
    assert "the old study costed again" in from_old.told[0]
    columns = ["kind", "input", "scenario", "gbp"]
    there = rows_of_moves(from_old)
    assert adds_up(there)
    both = whole[columns].merge(there[columns], on=columns[:3], suffixes=("", "_old"))
    assert len(both) == len(whole) == len(there)
    assert (both["gbp"] - both["gbp_old"]).abs().max() <= 0.02


def test_nobody_and_no_small_number_is_told(runs):
    folder, _ = runs
    text = lines_of_moves(compare_folders(folder / "old_out", folder / "new_out"))
    assert "whether it is the same cannot be told, its hash is withheld" in text
    assert "number of records hidden" in text
    listed = re.sub(r"^ *\d+ ", "", text, flags=re.MULTILINE)  # without the number of the line
    assert not re.search(r"(?<![\d,])[1-7] (records|patients)", listed)

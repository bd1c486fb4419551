"""`pathway-cost clean`: what killed runs left, told and removed; nothing else."""

import pytest

from tests.cli.toy_study import good, run_cli, tree
from tests.privacy.test_leftovers import STEPS_ASIDE, killed, with_results


@pytest.fixture
def left(tmp_path, scratch):
    """Leftovers of three killed runs: deep below, aside, and among temporary files."""
    (tmp_path / "2025" / "knee").mkdir(parents=True)
    with_results(tmp_path)
    deep = killed(tmp_path / "2025" / "knee", "run 1")
    aside = killed(tmp_path, doing=STEPS_ASIDE)
    (tmp_path / "precious.csv").write_text("gbp\n1\n")
    return deep, aside, killed(scratch, "pathway_cost")


def test_it_says_what_it_would_remove_and_removes_nothing(tmp_path, left):
    before = tree(tmp_path)
    said = good("clean", tmp_path, "--dry-run").out.splitlines()
    assert all(line.startswith("Would remove: ") for line in said)
    assert {line.split(": ")[1].split(" (")[0] for line in said} == set(map(str, left))
    assert tree(tmp_path) == before


def test_it_removes_them_and_says_names_and_sizes_never_what_they_held(tmp_path, left):
    deep, aside, temporary = left
    ran = good("clean", tmp_path)
    back = tmp_path / "out"
    assert sorted(ran.out.splitlines()) == sorted([
        f"Removed: {aside} (2 files, 105 bytes); the older results in it go back to {back}",
        f"Removed: {deep} (1 file, 100 bytes)",
        f"Removed: {temporary} (1 file, 100 bytes)",
    ])  # fmt: skip
    assert ran.err == ""
    assert set(tree(tmp_path)) == {"2025", "2025/knee", "out", "out/run.json", "precious.csv", "scratch"}
    assert good("clean", tmp_path).out == "Nothing to remove.\n"


def test_without_a_folder_it_searches_where_you_stand(tmp_path, left, monkeypatch):
    monkeypatch.chdir(tmp_path / "2025")
    assert good("clean").out.count("Removed: ") == 2
    assert left[1].exists()


def test_a_folder_that_is_not_there_is_told(tmp_path):
    ran = run_cli("clean", tmp_path / "none")
    assert ran.code == 2
    assert "does not exist" in ran.err

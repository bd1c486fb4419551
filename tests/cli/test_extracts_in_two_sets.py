"""An extract is priced by one set of a study: by two, its pounds would count twice."""

from __future__ import annotations

import shutil

import pytest

import pathway_cost as pc
from pathway_cost.errors import PlicsFaults
from tests.cli.toy_study import APC, CSCC, RULES, TOTAL_GBP, edit, write_study

SET = '  - plics: {files: "plics/*.xml", rules: rules.yaml}'
KNEE, WARD, PHYSIO = (f"min_n: 2\nrules:\n{line}\n" for line in RULES.splitlines()[2:5])


@pytest.fixture
def folder(tmp_path):
    """The toy study with a rules file for each of its prices."""
    folder = write_study(tmp_path / "study").parent
    for name, text in {
        "knee.yaml": KNEE,
        "ward.yaml": WARD,
        "physio.yaml": PHYSIO,
        "apc.yaml": KNEE + WARD.partition("rules:\n")[2],
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def with_sets(folder, *sets):
    edit(
        folder, "study.yaml", SET, "\n".join(f"  - plics: {{files: {files}, rules: {rules}}}" for files, rules in sets)
    )
    return folder / "study.yaml"


def faults(study):
    with pytest.raises(PlicsFaults) as raised:
        pc.run(study)
    return [str(problem) for problem in raised.value.problems]


def test_the_same_files_by_two_rules_files_are_refused(folder):
    [fault] = faults(with_sets(folder, ('"plics/*.xml"', "knee.yaml"), ('"plics/*.xml"', "rules.yaml")))
    assert "unit_costs.1.plics" in fault
    assert "APC_FY2024-25_M12_RXX_01.xml, CSCC_FY2024-25_M12_RYY_01.xml are read by unit_costs.0.plics too" in fault
    assert "one rules file that holds the rules of both" in fault


def test_one_file_under_two_paths_is_refused(folder):
    (folder / "link.xml").symlink_to(folder / APC)
    [fault] = faults(with_sets(folder, (APC, "knee.yaml"), ("link.xml", "ward.yaml")))
    assert "is read by unit_costs.0.plics too: its pounds would count twice" in fault


def test_the_same_bytes_under_another_name_are_refused(folder):
    shutil.copy(folder / APC, folder / "again.xml")
    [fault] = faults(with_sets(folder, (APC, "knee.yaml"), (f'[again.xml, "{CSCC}"]', "rules.yaml")))
    assert "again.xml (the same bytes as APC_FY2024-25_M12_RXX_01.xml) is read by unit_costs.0.plics too" in fault


def test_sets_of_different_files_price_as_one_set_does(folder):
    result = pc.run(with_sets(folder, (APC, "apc.yaml"), (CSCC, "physio.yaml")))
    assert result["baseline"].total_gbp == pytest.approx(TOTAL_GBP)

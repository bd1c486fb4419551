"""What a study's price sets are read for, and how often."""

from __future__ import annotations

import pandas as pd
import pytest

import pathway_cost as pc
from pathway_cost.study import price_study
from tests.cli.toy_study import edit, write_study

SCHEDULE = {
    "department": ["Elective Inpatients"], "code": ["HN22A"], "description": ["Contact"], "unit": ["contact"], "activity": ["10"],
    "unit_cost_gbp": ["7000"], "price_year": ["2024-25"], "source": ["Made up"], "derived": [""],
}  # fmt: skip


def test_a_national_schedule_in_a_file_is_read_once_beside_extracts(tmp_path, monkeypatch):
    study = write_study(tmp_path / "study")
    pd.DataFrame(SCHEDULE).to_csv(study.parent / "schedule.csv", index=False)
    edit(study.parent, "study.yaml", "  - table: prices.csv", "  - national: schedule.csv\n  - table: prices.csv")
    asks = "{unit: contact, covers: whole, national: {department: Elective Inpatients, code: 'HN22A'}}"
    edit(study.parent, "pathway.yaml", "physio.contact: {unit: contact, covers: whole}", f"physio.contact: {asks}")
    read = []
    schedule = price_study.national_schedule
    monkeypatch.setattr(price_study, "national_schedule", lambda given: read.append(given) or schedule(given))
    result = pc.run(study)
    assert read == [study.parent / "schedule.csv"]
    assert "schedule.csv" in result.record["inputs"]


@pytest.mark.parametrize("grade", ["assumption", "local"])
def test_the_share_of_a_national_line_is_believed_as_its_evidence_says(grade):
    """The line is published; what part of it is meant may be an assumption, or measured."""
    line = {"department": "Community Health Service", "code": "A08A1", "times": 0.4, "evidence": {"grade": grade}}
    pathway = pc.load_pathway({
        "pathway": "physio", "roles": {"community": {"kind": "community"}}, "start": "visit", "ends": ["home"],
        "unit_costs": {"part": {"unit": "contact", "covers": "part", "national": line}},
        "settings": {"visit": {"role": "community", "uses": [{"unit_cost": "part"}]}},
        "routes": {"visit": {"home": "rest"}},
    })  # fmt: skip
    costed = pc.cost_pathway(
        pathway, pc.Cohort.alike(1), "ncc_2024_25", {"all": {"community": "RXX"}}, price_year="2024-25"
    )
    (price,) = costed.unit_costs().itertuples()
    assert (price.grade, price.value_gbp) == (grade, costed.total_gbp)

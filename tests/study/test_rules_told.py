"""Every price of PLICS records is told with its rule, the file and line where it stands, and its words; no other price is."""

from __future__ import annotations

import pathway_cost as pc
from tests.cli.toy_study import edit, line_of, write_study


def test_rules_stand_beside_the_prices_that_they_make(tmp_path):
    result = pc.run(write_study(tmp_path))
    assert {key: (told.rule, told.file) for key, told in result.rule_texts.items()} == {
        ("RXX", "theatre.knee"): ("theatre.knee", "rules.yaml"),
        ("RXX", "ward.bed_day"): ("ward.bed_day", "rules.yaml"),
        ("RYY", "physio.contact"): ("physio.contact", "rules.yaml"),
    }
    ward = result.rule_texts["RXX", "ward.bed_day"]
    assert ward.line == line_of(tmp_path, "rules.yaml", "ward.bed_day")
    assert ward.text == "APC records with HrgFce HN22*; activities WRD001; per bed day; 2 or more records"
    contact = result.rule_texts["RYY", "physio.contact"]
    assert contact.text == "CSCC records with ChsCcy A08A1; all activities; per contact; 2 or more records"


def test_both_prices_of_a_slope_have_one_rule():
    result = pc.run("examples/elective_knee/study.yaml")
    told = result.rule_texts
    day, admission = (told["SYA", f"ward.orthopaedic.{part}"] for part in ("bed_day", "admission"))
    assert day == admission
    assert day.rule == "ward.orthopaedic"
    assert day.text == (
        "APC records with HrgFce HN22*, Pod EL; activities WRD001; per bed day and admission by slope; 30 or more records"
    )
    used = result.unit_costs_used
    made = used[used["basis"] == "plics"]
    assert set(told) == set(zip(made["organisation"], made["unit_cost"], strict=True))


def test_a_price_that_another_set_gives_has_no_rule(tmp_path):
    study = write_study(tmp_path)
    edit(tmp_path, "rules.yaml", "min_n: 2", "min_n: 3")
    edit(tmp_path, "prices.csv", "gp.consult", "physio.contact,RYY,99,contact,whole,2024-25,Made up\ngp.consult")
    assert ("RYY", "physio.contact") not in pc.run(study).rule_texts


def test_a_price_that_is_borrowed_has_its_lenders_rule(tmp_path):
    study = write_study(tmp_path)
    edit(tmp_path, "study.yaml", "rules: rules.yaml}", "rules: rules.yaml}\n    borrow: {RQQ: RXX}")
    edit(tmp_path, "study.yaml", 'acute: "RXX"', 'acute: "RQQ"')
    assert pc.run(study).rule_texts["RQQ", "ward.bed_day"].rule == "ward.bed_day"


def test_rules_handed_over_in_memory_have_no_line(tmp_path):
    write_study(tmp_path)
    study = {
        "study": "toy", "synthetic": True, "pathway": str(tmp_path / "pathway.yaml"), "price_year": "2024-25",
        "footprint": {"all": {"primary_care": "RZP", "acute": "RXX", "community": "RYY"}},
        "cohort": str(tmp_path / "cohort.csv"),
        "unit_costs": [
            {"plics": {"files": str(tmp_path / "plics/*.xml"), "rules": {"min_n": 2, "rules": {
                "theatre.knee": {"feed": "APC", "activities": "THR*", "per": "episode"},
                "ward.bed_day": {"feed": "APC", "activities": "WRD001", "per": "bed_day", "zero_day": 0.5},
                "physio.contact": {"feed": "CSCC", "per": "contact"}}}}},
            {"table": str(tmp_path / "prices.csv")},
        ],
    }  # fmt: skip
    ward = pc.run(study).rule_texts["RXX", "ward.bed_day"]
    assert ward.line is None
    assert ward.text == "APC records; activities WRD001; per bed day, a stay of none as 0.5; 2 or more records"

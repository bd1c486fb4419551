"""The example of time and chance: pounds by hand, what a discounted pound does to the answer, and every question answered."""

import re
from pathlib import Path

import pytest

import pathway_cost as pc
from pathway_cost.reports.files.folder import run_files
from pathway_cost.results.frames.catalogue_of_chance import TABLES_OF_CHANCE
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.study import Study
from pathway_cost.specs.reading.read_specs import parse_document, read_spec
from pathway_cost.study.load import load_study
from pathway_cost.study.lone_specs import check_file, is_study
from tests.examples import fifteen_years_by_hand as by_hand

EXAMPLE = Path(__file__).parents[2] / "examples" / "time_and_chance"
TOGETHER = "long_life_implant+remote_review"


@pytest.fixture(scope="module")
def result():
    return pc.run(EXAMPLE / "study.yaml")


@pytest.mark.parametrize("path", sorted(EXAMPLE.rglob("*.yaml")), ids=lambda path: path.name)
def test_every_spec_is_sound(path):
    load_study(path) if is_study(path) else check_file(path)


def test_all_of_it_says_that_it_is_made_up(result):
    assert result.synthetic
    assert set(result.unit_costs_used["source"]) == {"Made up"}
    assert set(result.assumptions["grade"]) <= {"assumption", "expert"}


def test_pounds_and_present_values_agree_with_the_hand(result):
    for name, (gbp, present, _, _) in by_hand.totals().items():
        assert result[name].total_gbp == pytest.approx(gbp, rel=1e-9), name
        assert result[name].present_value_gbp == pytest.approx(present, rel=1e-9), name


def test_revisions_and_years_of_life_agree_with_the_hand(result):
    for name, (_, _, revisions, life) in by_hand.totals().items():
        counts = result[name].quantities("unit_cost").set_index("unit_cost")["quantity"]
        assert counts["count:revision"] == pytest.approx(revisions, rel=1e-9)
        assert counts["count:year_of_life"] == pytest.approx(life, rel=1e-9)


def test_summary_holds_both_kinds_of_pounds(result):
    hand = by_hand.totals()
    summary = result.summary.set_index("scenario")
    for name in result.compared[1:]:
        row = summary.loc[name]
        assert row["change_total_gbp"] == pytest.approx(hand[name][0] - hand["baseline"][0], rel=1e-9)
        assert row["change_present_value_gbp"] == pytest.approx(hand[name][1] - hand["baseline"][1], rel=1e-9)
        assert row["present_value_per_patient_gbp"] == pytest.approx(hand[name][1] / 1_000, rel=1e-9)


def test_discounting_takes_more_than_half_of_what_the_implant_brings(result):
    row = result.summary.set_index("scenario").loc["long_life_implant"]
    assert row["change_total_gbp"] < 2 * row["change_present_value_gbp"] < 0


def test_evidence_sets_agree_with_the_hand(result):
    sets = result.evidence_sets.set_index(["scenario", "set"])["total_gbp"]
    for called, scale in {"few_revisions": 0.003, "many_revisions": 0.0055}.items():
        for name, (_, present, _, _) in by_hand.totals(scale=scale).items():
            assert sets[name, called] == pytest.approx(present, rel=1e-9)


def test_break_even_of_the_ratio_is_where_the_hand_finds_nothing(result):
    row = result.break_even.set_index(["scenario", "lever"]).loc[("long_life_implant", "revision_ratio")]
    assert (row["plausible_low"], row["plausible_high"]) == (0.42, 0.82)
    assert row["within_plausible"]
    before = by_hand.totals()["baseline"][1]
    after = by_hand.totals(ratio=row["break_even"])["long_life_implant"][1]
    assert after - before == pytest.approx(0, abs=1e-2)


def test_patients_over_whom_the_questionnaire_pays_for_itself(result):
    """£60,000 once, over what reviews by telephone spare a patient."""
    hand = by_hand.totals()
    spared = (hand["baseline"][1] - hand["remote_review"][1]) / 1_000
    found = result.break_even.set_index(["scenario", "lever"]).loc[("remote_review", "volume"), "break_even"]
    assert found == pytest.approx(60_000 / spared, rel=1e-8)


def test_parts_of_the_implant_agree_with_the_hand(result):
    """Alone, the dearer implant is £330 a patient at once; longer life is what is left of the change."""
    parts = result.attribution.query("scenario == 'long_life_implant'").set_index("change")["shapley_gbp"]
    hand = by_hand.totals()
    change = hand["long_life_implant"][1] - hand["baseline"][1]
    assert parts["scale_unit_cost knee.implant"] == pytest.approx(330_000, rel=1e-9)
    assert parts["set_parameter revision_ratio"] == pytest.approx(change - 330_000, rel=1e-9)


def test_weights_of_evidence_are_the_studys(result):
    weighted = result.attribution.set_index(["scenario", "change"])
    row = weighted.loc[("long_life_implant", "scale_unit_cost knee.implant")]
    assert (row["grade"], row["factor"]) == ("local", 0.7)
    assert row["weighted_gbp"] == pytest.approx(0.7 * 330_000)


def test_the_implant_is_the_unsure_choice(result):
    changes = result.uncertainty.query("measure == 'change_total_gbp'").set_index("scenario")
    assert changes.loc["long_life_implant", "p2_5"] < 0 < changes.loc["long_life_implant", "p97_5"]
    assert changes.loc["remote_review", "p97_5"] < 0
    assert result.information["evppi_total_gbp"].iloc[0] > 0


def test_sampled_patients_agree_with_what_is_expected(result):
    found = result.distribution_summary.set_index("scenario")
    for name, (gbp, _, _, _) in by_hand.totals().items():
        row = found.loc[name]
        assert row["exact_mean"] == pytest.approx(gbp / 1_000, rel=1e-9)
        assert row["mean"] == pytest.approx(gbp / 1_000, abs=4 * row["se_mean"])


def test_years_sum_to_the_totals(result):
    years = result.profile.groupby("scenario")[["gbp", "present_value_gbp"]].sum()
    for name in result.compared:
        assert years.loc[name, "gbp"] == pytest.approx(result[name].total_gbp, rel=1e-9)
        assert years.loc[name, "present_value_gbp"] == pytest.approx(result[name].present_value_gbp, rel=1e-9)


def test_every_question_has_its_file(result):
    files = run_files(result)
    assert {table.file for table in TABLES_OF_CHANCE} <= set(files)


def test_the_record_says_how_it_was_made(result):
    record = result.record
    assert (record["evaluator"], record["step_days"], record["seed"], record["walk_seed"]) == ("profile", 365.0, 11, 5)
    assert [each["of"] for each in record["discount_schedules"]] == ["gbp", "counts"]
    assert "half at their start" in record["basis"]
    assert {"cohort.csv", "unit_costs.csv"} <= set(record["inputs"])


def test_what_the_page_shows_of_a_study_is_a_study():
    """Every piece of a study on the page, put into one."""
    page = (EXAMPLE.parents[1] / "docs" / "time_and_chance.md").read_text(encoding="utf-8")
    pieces = [
        piece for piece in re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL) if "value:" not in piece
    ]
    whole = [piece for piece in pieces if not piece.startswith("pathway:")]
    rest = "study: any\npathway: any\nfootprint: {all: {acute: RXX}}\ncohort: {patients: 1}\nprice_year: 2024-25\n"
    prices = "unit_costs: [{national: ncc_2024_25}]\n"
    read_spec(parse_document(rest + prices + "".join(whole), file="page"), Study)
    assert len(pieces) - len(whole) == 1
    assert len(whole) == 3
    for piece in set(pieces) - set(whole):
        read_spec(parse_document(piece, file="page"), Pathway)

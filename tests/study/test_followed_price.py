"""A price of a study followed into its records: they give the price that is used, whatever stands between, or it is said why not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from pathway_cost.errors import PriceFaults
from pathway_cost.study.followed_price import follow_price
from pathway_cost.study.load import load_study
from pathway_cost.study.prices_alone import prices_of
from tests.cli import toy_study
from tests.cli.toy_study import edit, write_study

KNEE = Path(__file__).parents[2] / "examples" / "elective_knee" / "study.yaml"
OF_RECORDS = (
    "critical_care.day", "ed.attendance", "ic.home_visit", "imaging.mri", "implant.knee", "knee.day_case", "knee.other",
    "op.first.110", "op.followup.110", "op.nf2f.110", "physio.contact", "preop.assessment", "readmission.spell",
    "theatre.knee", "ward.orthopaedic.admission", "ward.orthopaedic.bed_day",
)  # fmt: skip


@pytest.fixture(scope="module")
def knee():
    return load_study(KNEE)


@pytest.fixture(scope="module")
def used(knee):
    """Every price that the example uses."""
    return prices_of(knee).totals()


def followed(folder, unit_cost, *edits, **given):
    for name, old, new in edits:
        edit(folder, name, old, new)
    return follow_price(load_study(folder / "study.yaml"), unit_cost, **given)


def row_of(found, organisation, level=""):
    frame = found.reconciled
    [row] = frame[(frame["organisation"] == organisation) & (frame["level"] == level)].to_dict("records")
    return row


def by_hand(records, unit_cost):
    """The price that a spreadsheet makes of the two columns."""
    days, gbp = records["activity"].astype(float), records["gbp"].astype(float)
    if not unit_cost.startswith("ward.orthopaedic"):
        return sum(records["gbp"].dropna(), Decimal(0)) / sum(records["activity"].dropna(), Decimal(0))
    day = days.cov(gbp) / days.var()
    return day if unit_cost.endswith("bed_day") else gbp.mean() - day * days.mean()


def test_the_keys_followed_are_all_that_records_price(used):
    assert sorted(set(used.loc[used["basis"] == "plics", "unit_cost"])) == list(OF_RECORDS)


@pytest.mark.parametrize("unit_cost", OF_RECORDS)
def test_records_of_the_example_give_the_price_that_is_used(knee, used, unit_cost):
    found = follow_price(knee, unit_cost)
    prices = used[(used["unit_cost"] == unit_cost) & (used["basis"] == "plics")]
    assert len(prices)
    for price in prices.to_dict("records"):
        records = found.records[found.records["organisation"] == price["organisation"]]
        records = records[records["level"] == price["level"]] if price["level"] else records
        assert float(by_hand(records, unit_cost)) == pytest.approx(price["value_gbp"], rel=1e-9)
        row = row_of(found, price["organisation"], price["level"])
        assert (row["price_used_gbp"], row["difference_gbp"]) == (price["value_gbp"], 0)
        assert row["records"] == price["n"]


def test_a_price_of_too_few_records_is_told_with_what_stands_in_for_it(knee):
    found = follow_price(knee, "revision.knee")
    row = row_of(found, "SYA")
    assert (row["records"], row["price_from"]) == (14, "national")
    assert round(row["from_records_gbp"], 2) == 14_518.18
    assert round(row["price_used_gbp"], 2) == 14_434.06
    assert row["how"].startswith("the records are listed and not used; NHS England, National Schedule")
    assert set(found.records["in_price"]) == {"no: too few records"}
    assert found.records["gbp"].isna().all()
    assert round(float(found.records["gbp_left_out"].sum()), 2) == 203_254.59


def test_a_bundle_that_is_stood_in_for(knee):
    row = row_of(follow_price(knee, "implant.knee"), "SYB")
    assert row["how"] == "knee.episode stands in for the bundle knee_episode"
    assert pd.isna(row["price_used_gbp"])


def test_a_price_that_no_records_make(knee):
    found = follow_price(knee, "gp.consult")
    assert found.records.empty
    row = row_of(found, "SYP")
    assert (row["price_used_gbp"], row["price_from"]) == (40, "prices")
    assert row["how"].startswith("Illustrative round number")


def test_no_such_key(knee):
    with pytest.raises(PriceFaults, match=r"no unit cost is called 'thetre\.knee'; nearest: 'theatre\.knee'"):
        follow_price(knee, "thetre.knee")


def test_a_key_that_nobody_asks_for(tmp_path):
    write_study(tmp_path)
    declared = ("pathway.yaml", "unit_costs:\n", "unit_costs:\n  scan: {unit: item, covers: whole}\n")
    with pytest.raises(PriceFaults, match=r"no scenario of the study asks for a price of 'scan'"):
        followed(tmp_path, "scan", declared)


def test_growth_to_the_price_year_stands_between(tmp_path):
    write_study(tmp_path)
    index = "price_index: {kinds: {acute: our_index, community: our_index, primary_care: our_index}, rates: {our_index: {2025-26: 0.03}}}"
    edits = [("study.yaml", "price_year: 2024-25", f"price_year: 2025-26\n{index}")]
    found = followed(tmp_path, "theatre.knee", *edits)
    row = row_of(found, "RXX")
    assert row["times"] == pytest.approx(1.03)
    assert (row["gbp"], row["records"], row["from_records_gbp"]) == (15_000, 3, 5_000)
    assert (row["price_used_gbp"], row["difference_gbp"]) == (pytest.approx(5_150), 0)


def test_a_price_that_is_borrowed_is_of_the_lenders_records(tmp_path):
    write_study(tmp_path)
    lent = ("rules: rules.yaml}", "rules: rules.yaml}\n    borrow: {RQQ: RXX}")
    found = followed(tmp_path, "ward.bed_day", ("study.yaml", *lent), ("study.yaml", 'acute: "RXX"', 'acute: "RQQ"'))
    row = row_of(found, "RQQ")
    assert (row["from_records_gbp"], row["difference_gbp"], row["how"]) == (450, 0, "RXX's records")
    assert found.records["in_price"].tolist() == ["yes"] * 3


def test_units_a_unit_used_stand_between(tmp_path):
    write_study(tmp_path)
    per_use = "theatre.knee: {unit: spell, covers: part, per_use: {episodes_per_spell: 1.2, evidence: {grade: local, source: Toy}}}"
    found = followed(tmp_path, "theatre.knee", ("pathway.yaml", "theatre.knee: {unit: episode, covers: part}", per_use))
    row = row_of(found, "RXX")
    assert (row["times"], row["price_used_gbp"], row["difference_gbp"]) == (1.2, pytest.approx(6_000), 0)


def test_what_does_not_give_the_price_used_is_a_fault_of_ours(tmp_path, monkeypatch):
    write_study(tmp_path)
    monkeypatch.setattr("pathway_cost.study.followed_price._Asking._times", lambda *_: 1.001)
    with pytest.raises(AssertionError, match=r"the records of theatre\.knee at RXX do not give the price that is used"):
        followed(tmp_path, "theatre.knee")


@pytest.mark.parametrize("is_real", [False, True], ids=["made up", "real"])
def test_few_records_of_real_patients_are_not_told(tmp_path, is_real):
    write_study(tmp_path)
    (tmp_path / "cohort.csv").write_text(
        "patient_id,frail\n" + "".join(f"P{at:03d},{'Frail' if at < 10 else 'no'}\n" for at in range(100)), "utf-8"
    )
    edits = [("study.yaml", "synthetic: true", "synthetic: false")] if is_real else []
    found = followed(tmp_path, "physio.contact", *edits)
    row = row_of(found, "RYY")
    exact = [row[name] for name in ("records", "activity", "gbp", "from_records_gbp", "difference_gbp")]
    assert sum(found.records["gbp"]) == 160  # the file is exact, whoever the patients are
    if is_real:
        assert pd.isna(exact).all()
        assert row["hidden"] == "records, activity, gbp, from_records_gbp, difference_gbp"
    else:
        assert exact == [2, 2, 160, 80, 0]
        assert row["hidden"] == ""


def test_a_key_of_the_users_tells_records_own_identifiers_as_hashes(tmp_path):
    write_study(tmp_path)
    hashes = followed(tmp_path, "theatre.knee", key=b"k" * 32).records["record_key"]
    assert hashes.str.fullmatch("[0-9a-f]{32}").all()
    assert hashes.is_unique
    assert not any(secret in hash_ for hash_ in hashes for secret in toy_study.IDENTIFYING)


def test_a_rule_that_finds_no_record_has_none_behind_it(tmp_path):
    write_study(tmp_path)
    price = ("prices.csv", "gp.consult", "physio.contact,RYY,99,contact,whole,2024-25,Made up\ngp.consult")
    found = followed(tmp_path, "physio.contact", ("rules.yaml", '"A08A1"', '"A08Z9"'), price)
    assert found.records.empty
    assert (row_of(found, "RYY")["price_used_gbp"], row_of(found, "RYY")["price_from"]) == (99, "table")
    assert any(note.rule == "rule_finds_nothing" for note in found.notes)


def test_of_two_sets_the_one_that_answers_is_in_the_price(tmp_path):
    write_study(tmp_path)
    two = (
        'plics: {files: "plics/*.xml", rules: rules.yaml}',
        f'plics: {{files: "{toy_study.APC}", rules: rules.yaml}}\n  - plics: {{files: "plics/CS*.xml", rules: other.yaml}}',
    )
    rules = (tmp_path / "rules.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    contact = next(line for line in rules if "physio" in line)
    (tmp_path / "other.yaml").write_text("min_n: 2\nrules:\n" + contact, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text("".join(line for line in rules if line != contact), encoding="utf-8")
    found = followed(tmp_path, "physio.contact", ("study.yaml", *two))
    assert found.records["in_price"].tolist() == ["yes", "yes"]
    assert (row_of(found, "RYY")["from_records_gbp"], row_of(found, "RYY")["difference_gbp"]) == (80, 0)


def test_a_price_of_the_newest_year_leaves_the_older_one_out(tmp_path):
    write_study(tmp_path)
    older = toy_study.contacts_xml().replace("2024", "2023").replace("FY2023-25", "FY2023-24")
    older = (
        older.replace("2025-", "2024-").replace("REQ88", "REQ77").replace("CARE88", "CARE77").replace(">75<", ">70<")
    )
    older = older.replace("<TotalCosts>160<", "<TotalCosts>155<")
    (tmp_path / "plics" / "CSCC_FY2023-24_M12_RYY_01.xml").write_text(older, encoding="utf-8")
    found = followed(tmp_path, "physio.contact")
    assert row_of(found, "RYY")["gbp"] == 160
    by_year = {(row.fin_year, row.in_price): row for row in found.records.itertuples()}
    assert set(by_year) == {("2023-24", "no: an older year"), ("2024-25", "yes")}
    assert found.records["gbp_left_out"].dropna().sum() == 155

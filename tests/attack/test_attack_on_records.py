"""From the claim table that a run of real patients shares, no count of 1 to 7 PLICS records comes back by rows beside it."""

import pytest

import pathway_cost as pc
from tests.real_patients import real_study

PLACE = ["organisation", "fin_year", "feed", "class", "rules", "activity"]
LEFT_OUT = ("work in progress", "zero-day stays")


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """Every row of the knee example's claims: what is shared, with the records and lines that there are."""
    study = real_study(
        tmp_path_factory.mktemp("records") / "knee", "elective_knee", without=("uncertainty", "sensitivity", "walk")
    )
    ready = pc.prepare(study)
    shared = pc.run(ready).coverage
    exact = ready.priced.claims[[*PLACE, "records", "lines"]].rename(columns={"records": "are", "lines": "have"})
    return shared.merge(exact.astype(dict.fromkeys(PLACE, "str")), on=PLACE, how="left", validate="one_to_one")


def hidden_of(rows):
    return rows[rows["hidden"].str.startswith("records, lines, gbp") & rows["are"].notna()]


def test_few_records_are_hidden_and_others_with_them(rows):
    hidden = hidden_of(rows)
    assert sorted(hidden.loc[hidden["are"] < 8, "are"]) == [1, 2, 3, 6]
    assert (hidden["are"] >= 8).sum() > 4
    assert not (rows["records"].dropna() < 8).any()


def test_no_row_that_is_shown_has_the_number_of_a_partner(rows):
    """What is hidden together less such partners would be the few."""
    hidden, shown = hidden_of(rows), rows[rows["records"].notna()]
    partners = hidden[hidden["are"] >= 8]
    beside = partners.merge(shown, on=["organisation", "fin_year", "feed", "class"])
    assert not (beside["are_x"] == beside["are_y"]).any()


def test_no_number_of_lines_is_told_of_what_is_hidden_together(rows):
    for _, block in rows.groupby(["organisation", "fin_year"]):
        if block["hidden"].str.contains("gbp").any():
            sums = block[block["class"].eq("total") | block["activity"].eq("(hidden together)")]
            assert sums["lines"].isna().all()


def test_what_is_left_out_is_not_told_in_part(rows):
    """Records of one rule less those of another of the same `where` are those that only one of them leaves out."""
    left_out = rows[rows["class"].isin(LEFT_OUT) & rows["are"].notna()]
    for _, block in left_out.groupby(["organisation", "fin_year", "feed"]):
        assert block["records"].isna().all() or block["records"].notna().all()

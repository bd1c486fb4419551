"""Flows, layout, rounding, words and diagrams."""

import io

import pandas as pd
import pytest

from pathway_cost.reports.flows.diagram import mermaid_text
from pathway_cost.reports.flows.flow import pathway_flow
from pathway_cost.reports.flows.pathway_picture import _band_words
from pathway_cost.reports.words import Names
from pathway_cost.reports.words.shown import headlines, shown_bridge, shown_cut, shown_totals
from pathway_cost.reports.words.terminal import plain_table, print_summary
from pathway_cost.specs.format.pathway import Pathway


def test_what_enters_a_setting_is_spent_there_or_leaves_it(result):
    """The law of the pounds picture, with the loop between rehabilitation and readmission in it."""
    for name in result.compared:
        costed = result[name]
        flow = pathway_flow(costed.cube.frame, costed.visit_rows, costed.flow_rows)
        into = flow.moves.groupby("to_setting")["gbp_ahead"].sum()
        out = flow.moves.groupby("from_setting")["gbp_ahead"].sum()
        for setting, row in flow.settings.iterrows():
            assert row["gbp_ahead"] == pytest.approx(row["gbp"] + out.get(setting, 0.0), abs=1e-6)
            assert setting == "start" or row["gbp_ahead"] == pytest.approx(into.get(setting, 0.0), abs=1e-6)
        assert flow.settings.loc["start", "gbp_ahead"] == pytest.approx(result[name].total_gbp)


def test_flow_weighs_segments_apart():
    """Frail patients cost £100 and go to rehab, others £10 and do not: pooled shares would say otherwise."""
    key = [{"segment": number, "arm": "everyone"} for number in (0, 1)]
    visits = pd.DataFrame([key[s] | {"setting": name, "visits": seen} for s, name, seen in
                           [(0, "ward", 1.0), (0, "rehab", 1.0), (1, "ward", 1.0), (1, "rehab", 0.0)]])  # fmt: skip
    flows = pd.DataFrame([key[0] | {"from_setting": "ward", "to_setting": "rehab", "patients_moved": 1.0}])
    cube = pd.DataFrame(
        [
            key[s] | {"setting": name, "gbp": gbp}
            for s, name, gbp in [(0, "ward", 40.0), (0, "rehab", 60.0), (1, "ward", 10.0)]
        ]
    )
    flow = pathway_flow(cube, visits, flows)
    assert flow.settings["gbp_ahead"].to_dict() == {"start": 0.0, "ward": 110.0, "rehab": 60.0}


def test_staying_for_another_cycle_is_no_visit():
    """Ten arrive and stay eight cycles between them; six leave for home. What is spent is spent by the ten, once."""
    key = {"segment": 0, "arm": "everyone"}
    visits = pd.DataFrame([key | {"setting": "care", "visits": 10.0}, key | {"setting": "home", "visits": 6.0}])
    ways = [("start", "care", 10.0), ("care", "care", 8.0), ("care", "home", 6.0)]
    flows = pd.DataFrame([key | {"from_setting": a, "to_setting": b, "patients_moved": moved} for a, b, moved in ways])
    cube = pd.DataFrame([key | {"setting": "care", "gbp": 900.0}])
    flow = pathway_flow(cube, visits, flows, staying={"care"})
    assert flow.settings.loc[["start", "care"], "gbp_ahead"].tolist() == pytest.approx([900.0, 900.0])
    assert ("care", "care") not in set(zip(flow.moves["from_setting"], flow.moves["to_setting"], strict=True))


def test_shown_cuts_sum_to_shown_totals(result):
    totals = shown_totals(result)
    for frame, keys in ((result.by_setting, ["setting"]), (result.by_organisation, ["organisation", "role"])):
        shown = shown_cut(result, frame, keys)
        assert shown.sum().to_dict() == totals
        assert (shown == shown.round()).all(axis=None)
        exact = frame.pivot_table(index=keys, columns="scenario", values="gbp", sort=False)
        assert ((shown - exact[shown.columns]).abs() <= 2).all(axis=None)


def test_shown_bridge_sums_to_the_shown_change(result):
    totals = shown_totals(result)
    parts, one_off = shown_bridge(result, "day_case+msk_triage")
    assert parts["gbp"].sum() == totals["day_case+msk_triage"] - totals["baseline"]
    assert one_off == 245_000


def test_headlines_add_up(result):
    first, *others = headlines(result)
    for row in others:
        assert first.total_gbp + row.change_gbp == row.total_gbp
        assert row.volume_gbp + row.rate_gbp == row.change_gbp
        assert round(first.per_patient_gbp + row.change_per_patient_gbp, 2) == row.per_patient_gbp


def test_terminal_is_plain_where_nobody_watches(result):
    held = io.StringIO()
    print_summary(result, file=held)
    lines = held.getvalue().splitlines()
    assert "\x1b" not in held.getvalue()
    assert lines[1].split() == [
        "scenario",
        "patients",
        "£",
        "per",
        "patient",
        "modelled",
        "change",
        "%",
        "total",
        "one-off,",
        "beside",
    ]
    assert lines[3].split() == ["day_case", "50,000", "£3,007.65", "-£190.21", "-5.9%", "£150,382,290", "£60,000"]


def test_terminal_reads_no_markup_in_names():
    assert plain_table(pd.DataFrame({"file": ["[red]a\nb[/red]"], "n": [None]})) == "file            n\n[red]a b[/red]"


def test_mermaid_is_the_same_text_every_time_and_escapes():
    given = {
        "pathway": "knee", "title": 'Knee "]; click <b>|x`', "roles": {"acute": {"kind": "acute", "title": "Acute # 1"}},
        "parameters": {"p": 0.25}, "attributes": {"frail": {"levels": ["no", "yes"]}},
        "start": {"gp": 0.5, "ward": 0.5}, "ends": {"home": {"title": "Home"}},
        "settings": {"gp": {}, "ward": {"role": "acute"}},
        "routes": {"gp": {"ward": "p", "home": "rest"},
                   "ward": {"again": {"to": "ward", "share": {"by": "frail", "values": {"no": 0.05, "yes": 0.25}}}, "home": "rest"}},
    }  # fmt: skip
    text = mermaid_text(Pathway.model_validate(given))
    assert text == mermaid_text(Pathway.model_validate(given))
    assert 'title: "Knee #quot;]; click #lt;b#gt;#124;x#96;"' in text
    assert 'subgraph r_acute ["Acute #35; 1"]' in text
    assert '  n_gp["Gp"]' in text
    assert 'n_gp -->|"p"| n_ward' in text
    assert 'n_ward -->|"Again: by frail: no 5%, yes 25%"| n_ward' in text
    assert text.count("START") == 2


def test_a_band_calls_people_what_the_pathway_calls_them():
    row = {"from_setting": "gp", "to_setting": "clinic", "patients_moved": 24_957.499999999996, "gbp_ahead": 5.0}
    names = Names({}, {}, {}, {}, {}, people="referred patients", person="referred patient")
    assert _band_words(row, names) == "Gp to Clinic: 24,958 referred patients, £5 from there on"

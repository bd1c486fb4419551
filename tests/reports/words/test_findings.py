"""The answer in sentences: every figure in them is the tables', and what disagrees is said."""

import io
from dataclasses import replace

import pandas as pd
import pytest

from pathway_cost.reports.words import Findings, Names, print_summary
from pathway_cost.reports.words.change_sentences import whose_books
from pathway_cost.reports.words.terminal import PLAIN_SIGNS
from pathway_cost.results.frames import Tables


def of(result, scenario, **tables):
    """What is found of one scenario where some tables are others."""
    told = replace(result, tables=Tables({**result.tables, **tables}))
    return next(each for each in Findings.of(told).each if each.scenario == scenario)


def test_a_scenario_in_one_sentence(result):
    """£3,197.86 → £3,007.65 a patient, £159,892,953 → £150,382,290 in all, by hand."""
    found = of(result, "day_case")
    assert found.sentences[0] == (
        "£190 less per patient (−5.9%): £9.51m less for these 50,000, nearly all at RXX (Acute trust) (−6%) and RXZ (Acute trust) (−6%)."
    )
    assert (
        found.sure
        == "How sure this is was not worked out: the study asks for no draws. One-off costs of £60,000 are not in these figures."
    )
    assert found.sentences == (found.sentences[0], found.sure), "where nothing was asked nothing more is said"
    assert found.change_gbp == -9_510_663.0


def test_the_first_scenario_leads(result):
    found = Findings.of(result)
    assert found.now == (
        "Baseline: £3,198 per patient, £159.9m for 50,000 patients who start (19,278 reach “Knee replacement, inpatient”)."
    )
    assert found.question == "What does it cost, and what would Day case, Msk triage and Day case + Msk triage change?"


def test_the_study_asks_in_its_own_words_and_names_its_people(result):
    record = {
        **result.record,
        "settings": {"question": "Which way costs less?", "organisations": {"RXX": {"name": "Northtown"}}},
    }
    told = Findings.of(replace(result, record=record))
    assert told.question == "Which way costs less?"
    assert "nearly all at Northtown (−6%) and RXZ (Acute trust) (−6%)" in told.each[0].rest


def test_one_scenario_alone_has_nothing_to_compare(result):
    alone = {"baseline": result["baseline"]}
    frames = {
        name: frame[frame["scenario"] == "baseline"] for name, frame in result.tables.items() if "scenario" in frame
    }
    found = Findings.of(replace(result, costed=alone, tables=Tables(frames)))
    assert (found.each, found.question) == ((), "What does it cost?")


BEFORE = pd.Series({"GP1": 10_000.0, "RXX": 2_000.0, "RYY": 0.0, "A": 10.0, "B": 10.0, "C": 10.0, "D": 10.0, "E": 10.0})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"GP1": -1000.0}, ", all at the GPs (−10%)"),
        ({"GP1": -1000.0, "RXX": -50.0}, ", nearly all at the GPs (−10%)"),
        ({"GP1": -1000.0, "RXX": 80.0}, ", nearly all at the GPs (−10%)"),
        ({"RXX": 200.0, "GP1": -1000.0}, "; the GPs £1,000 less (−10%), Northtown £200 more (+10%)"),
        ({"GP1": -1000.0, "RYY": 500.0}, "; the GPs £1,000 less (−10%), RYY £500 more"),
        ({"A": -1.0, "B": -1.0, "C": -1.0, "D": -1.0, "E": -1.0}, ", all at 5 organisations"),
        (
            {"GP1": -9.0, "RXX": 8.0, "A": 7.0, "B": -6.0, "C": 1.0, "D": 1.0},
            "; the GPs £9 less, Northtown £8 more, A £7 more (+70%), B £6 less (−60%), 2 others together £2 more",
        ),
        ({"RXX": 1000.0, "GP1": -1000.0}, "; Northtown £1,000 more (+50%), the GPs £1,000 less (−10%)"),
        ({"GP1": 0.0}, ""),
    ],
)
def test_in_whose_books(changes, said):
    names = Names({}, {}, {}, {}, {}, organisations={"GP1": "the GPs", "RXX": "Northtown"})
    assert whose_books(names, BEFORE, pd.Series(changes)) == said


def test_draws_and_stated_values_that_disagree_are_told_first(explored):
    """Triage: −£56.5m as stated, +£1,250,000 on average over the draws; 95% of them from −£1.55m to +£4.05m."""
    found = next(each for each in Findings.of(explored).each if each.scenario == "msk_triage")
    assert found.unsettled == (
        "The sign is not settled: £56.5m less at stated values, £1.25m more on average over the draws."
    )
    assert found.sentences[1] == found.unsettled
    assert found.sure.startswith(
        "Anywhere from £1.55m less to £4.05m more (95% of 1,600 draws of the uncertain numbers; less in 18% of them); rests mainly on “"
    )
    assert found.drawn == (1_250_000.0, -1_550_000.0, 4_050_000.0)


def test_what_would_overturn_it(explored):
    case, triage, both = Findings.of(explored).each
    assert case.overturns == (
        "Overturned if “Readmission after a day case” rises to 6.1% (stated 3%): then it costs as much as Baseline."
    )
    assert triage.overturns == (
        "Overturned if “Share of operations done as day cases” is 20%, the low end of its range (stated 35%): "
        "then £5.25m more in total."
    )
    assert both.overturns == "No single number within its stated range turns this."


def test_the_same_sentences_in_terminal_page_and_workbook(explored, explored_page, explored_book):
    held = io.StringIO()
    print_summary(explored, file=held)
    terminal = " ".join(held.getvalue().split())
    page = " ".join(explored_page.find(".//header").text_content().split())
    book = " ".join(str(cell.value) for row in explored_book["Summary"] for cell in row if cell.value is not None)
    found = Findings.of(explored)
    assert found.question in page
    for each in found.each:
        for sentence in each.sentences:
            assert sentence in page
            assert sentence in book
            assert sentence.translate(PLAIN_SIGNS) in terminal

"""The card of a result: its pounds, its words, and that it is safe, small and readable anywhere."""

import re
import subprocess
import sys
from dataclasses import replace

import lxml.html
from IPython.core.formatters import DisplayFormatter

import pathway_cost as pc
from pathway_cost.display import ShowsItself
from pathway_cost.reports.notebook import card_tables
from pathway_cost.results.frames.frames import Tables
from tests.asked_study import ONCE, alone, write
from tests.reports import toy_chance
from tests.reports.conftest import HOSTILE_TEXT, HOSTILE_TITLE
from tests.reports.notebook.conftest import SHORT
from tests.results.costed.test_costed_without_a_model import after, before


def card(shown):
    return lxml.html.fragment_fromstring(shown._repr_html_())


def answer(shown):
    return card(shown).find_class("answer")[0].text_content()


def rows(shown):
    return [[cell.text_content() for cell in row] for row in card(shown).find(".//tbody")]


# --- pounds ------------------------------------------------------------------------------------------------------
def test_a_run_of_two(ward):
    """100 × 4.65 × £450 = £209,250.00; × 0.8 = £167,400.00."""
    assert answer(ward) == (
        "Baseline costs £2,092.50 per patient; under Shorter stays the modelled change is −£418.50 per patient, −£41,850 "
        "(−20.0%) in total."
    )
    assert rows(ward) == [
        ["Baseline", "100", "£2,092.50", "–", "", "£209,250", "–", "£0"],
        ["Shorter staysshort", "100", "£1,674.00", "−£418.50", "", "£167,400", "−£41,850", "£0"],
    ]


def test_a_comparison_says_what_its_run_does(ward):
    compared = ward.compare("baseline", "short")
    assert (answer(compared), rows(compared)) == (answer(ward), rows(ward))
    assert answer(ward.compare("short", "baseline")).startswith(
        "Shorter stays costs £1,674.00 per patient; under Baseline"
    )


def test_one_scenario_by_setting(ward):
    assert answer(ward["short"]) == "Shorter stays costs £1,674.00 per patient, £167,400 for 100 patients."
    assert rows(ward["short"]) == [["Ward", "£1,674.00", "", "£167,400"]]


def test_several_scenarios(result):
    """Page one of the run made by hand: £3,197.86 and £3,007.65 are −£190.21."""
    said = answer(result)
    assert said.startswith(
        "Baseline costs £3,197.86 per patient; the modelled change per patient is −£190.21 under Day case, "
    )
    assert rows(result)[1][1:] == ["50,000", "£3,007.65", "−£190.21", "", "£150,382,290", "−£9,510,663", "£60,000"]


def test_settings_sum_to_the_total_where_many_stand_in_one_row(monkeypatch, result):
    """50,000 patients at £3,197.86 are £159,892,953 (page one); the five least settings stand together."""
    monkeypatch.setattr(card_tables, "MOST_SETTINGS", 5)
    made = lxml.html.fragment_fromstring(card_tables.settings_table(one_of(result), card_tables.Names.of(result)))
    cells = [[cell.text_content() for cell in row] for row in made.iter("tr")][1:]
    assert [row[0] for row in cells[-2:]] == ["5 other settings", "Total"]
    for column, total in ((1, 3_197.86), (3, 159_892_953.0)):
        figures = [float(re.sub(r"[^\d.]", "", row[column])) for row in cells]
        assert figures[-1] == total
        assert round(sum(figures[:-1]), 2) == total


def one_of(result):
    """The first scenario of the run made by hand, alone."""
    tables = {name: frame for name, frame in result.tables.items() if "scenario" in frame and len(frame)}
    mine = Tables({name: frame[frame["scenario"] == "baseline"] for name, frame in tables.items()})
    return replace(result, costed={"baseline": result["baseline"]}, tables=mine)


def test_present_values_lead_where_pounds_are_discounted(result):
    """£159,892,952.6 × 0.9 = £143,903,657 and £150,382,290 × 0.9 = £135,344,061; the undiscounted stand beside."""
    discounted = toy_chance.discounted(result)
    assert answer(discounted).startswith("Baseline has a present value of £2,878.07 per patient; ")
    assert rows(discounted)[1][5:] == ["£135,344,061", "−£8,559,596", "£150,382,290"]


def test_a_lone_scenario_that_is_discounted():
    """4.65 days × £450 all fall in the first days, so a present value a little below £2,092.50."""
    costed = alone(ONCE, discount={"gbp": 0.035}, horizon="1 year")
    assert answer(costed).startswith(
        f"Baseline has a present value of £{costed.present_value_per_patient_gbp:,.2f} per patient"
    )
    assert "By setting, undiscounted" in card(costed).text_content()


def test_measured_costs():
    """£30,000 and £27,500 for 20 patients: £1,500 and £1,375, 8.3% less; a change, modelled by nobody."""
    compared = pc.compare(before(), after())
    assert answer(compared) == (
        "Before costs £1,500.00 per patient; under After the change is −£125.00 per patient, −£2,500 (−8.3%) in total."
    )
    assert "£5,000" in rows(compared)[1]
    assert "odelled" not in card(compared).text_content()


def test_two_results_of_one_name_are_told_apart():
    """Two days fewer at £450 a day: 2.65 × £450 = £1,192.50."""
    fewer = ONCE | {"parameters": {"los": {"value": 2.65, "unit": "day"}}}
    compared = pc.compare(alone(ONCE), alone(fewer))
    assert [row[0] for row in rows(compared)] == ["Baseline before", "Baseline after"]
    assert rows(compared)[1][2:4] == ["£1,192.50", "−£900.00"]


# --- words -------------------------------------------------------------------------------------------------------
def everything(result, ward):
    return [result, ward, ward.compare("baseline", "short"), ward["short"], pc.compare(before(), after())]


def test_says_which_pounds_and_never_saving(result, ward):
    for shown in everything(result, ward):
        said = card(shown).text_content()
        assert "in pounds of 2024-25" in said
        assert "per start, undiscounted" in said
        assert "not cash" in said
        assert "saving" not in said.lower()


def test_synthetic_data_are_labelled_wherever_they_are_shown(result, ward):
    for shown in (
        result,
        ward,
        ward.compare("baseline", "short"),
        ward["short"],
        ward.plot.bridge(),
        ward["short"].plot.sankey(),
    ):
        assert "Synthetic data." in card(shown).text_content()
    assert "ynthetic" not in card(pc.compare(before(), after())).text_content()


def test_warnings_are_counted_and_read(result):
    details = card(result).find(".//details")
    assert details.find("summary").text == "2 warnings, 1 note"
    assert "3.1% of the PLICS pounds" in details.text_content()


def test_a_study_that_is_prepared_shows_what_may_be_asked(tmp_path):
    class Prepared(ShowsItself):
        loaded = pc.load_study(
            write(tmp_path, ONCE, SHORT, compare=["baseline", "short"], title="A ward", synthetic=True)
        )
        compared = ("baseline", "short")

    said = card(Prepared()).text_content()
    for words in (
        "A ward",
        "Synthetic data.",
        "Compared: Baseline, Shorter stays",
        "Price year: 2024-25",
        "compare('baseline', 'short')",
    ):
        assert words in said
    assert "£" not in said


# --- markup ------------------------------------------------------------------------------------------------------
def test_safe_offline_and_small(result, ward, hostile):
    for shown in [*everything(result, ward), hostile]:
        text = shown._repr_html_()
        assert len(text) < 30_000
        assert not re.search(r"@import|url\((?!#)", text)
        made = lxml.html.fragment_fromstring(text)
        assert not made.xpath("//script | //@src | //@href | //@*[starts-with(name(), 'on')]")


def test_what_a_file_says_is_text(hostile):
    text = hostile._repr_html_()
    assert HOSTILE_TITLE not in text
    assert card(hostile).find_class("title")[0].text_content() == HOSTILE_TITLE
    assert HOSTILE_TEXT in card(hostile).text_content()


def test_every_rule_is_the_cards_own(result):
    rules = re.findall(r"([^{}]+)\{", card(result).find("style").text)
    assert rules
    assert all(each.strip().startswith(".pathway-cost.pathway-cost") for rule in rules for each in rule.split(","))


def test_patterns_of_two_cards_bear_their_own_names(ward):
    ids = [re.findall(r'id="(hatch[^"]*)"', shown._repr_html_()) for shown in (ward, ward.compare("short", "baseline"))]
    assert [len(each) for each in ids] == [1, 1]
    assert ids[0] != ids[1]


def test_the_same_result_gives_the_same_bytes(ward):
    assert ward._repr_html_() == ward._repr_html_()


# --- beside the card ---------------------------------------------------------------------------------------------
def test_as_text_a_result_is_one_line(ward):
    shown = [ward, ward["short"], ward.compare("baseline", "short"), ward.plot, ward.plot.bridge()]
    assert [repr(each) for each in shown] == [
        "RunResult of asked: baseline, short",
        "CostedPathway of short, in pounds of 2024-25",
        "Comparison of baseline and short",
        "Plots of A ward: bridge, sankey, tornado, cost_by, change_by",
        "Picture of Why the figures change, by factor: Shorter stays, against Baseline",
    ]


def test_nothing_that_draws_is_imported_before_something_is_shown():
    code = (
        "import sys, pathway_cost; assert 'pandas' not in sys.modules\n"
        "import pathway_cost.results.frames.run_result\n"
        "print(sorted(name for name in sys.modules if name.startswith('pathway_cost.reports')))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"


def test_a_result_is_shown_by_ipython(ward):
    formatter = DisplayFormatter()
    shown, _ = formatter.format(ward)
    assert answer(ward) in lxml.html.fragment_fromstring(shown["text/html"]).text_content()
    assert shown["text/plain"] == repr(ward)

"""Drawings of a result are the page's, and what cannot be drawn is a fault that says what to ask."""

import re

import lxml.html
import numpy as np
import pytest

import pathway_cost as pc
from pathway_cost.errors import PathwayCostError
from pathway_cost.reports.words import short_pounds
from tests.results.costed.test_costed_without_a_model import after, before


@pytest.fixture(scope="module")
def text(files_of_the_run):
    return files_of_the_run["report.html"].decode()


def words(picture):
    return lxml.html.fragment_fromstring(picture._repr_html_()).text_content()


def figures(picture):
    return {
        title.text: title.getparent().getnext().text
        for title in lxml.html.fragment_fromstring(str(picture)).iter("title")
    }


# --- the page's own ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("scenario", ["day_case", "msk_triage", "day_case+msk_triage"])
def test_bridges_and_sankeys_are_the_pages(result, text, scenario):
    for picture in (
        result.plot.bridge(scenario),
        result.plot.sankey(scenario),
        result.plot.sankey(scenario, by="patients"),
    ):
        assert str(picture).startswith("<svg ")
        assert str(picture) in text


def test_tornados_are_the_pages(explored, explored_text):
    assert str(explored.plot.tornado("msk_triage")) in explored_text


@pytest.mark.parametrize("cut", ["setting", "organisation"])
def test_costs_by_a_cut_are_those_of_the_table(result, cut):
    """A bar a scenario, in the table's pounds; they sum to the totals."""
    told, rows = figures(result.plot.cost_by(cut)), result.tables[f"by_{cut}"]
    spent = rows.groupby([cut, "scenario"], sort=False)["gbp"].sum().unstack(sort=False)
    spent = spent[(spent != 0).any(axis=1)]
    assert list(told.values()) == [short_pounds(round(gbp)) for row in spent.to_numpy() for gbp in row]
    assert sum(spent["baseline"]) == pytest.approx(result["baseline"].total_gbp)


def test_changes_by_organisation_are_the_pages(result, text):
    assert str(result.plot.change_by("organisation")) in text


def test_a_picture_says_what_the_page_says_around_it(result):
    said = words(result.plot.bridge("day_case"))
    assert "Why the figures change, by factor: Day case, against Baseline" in said
    assert "Worked at segment × arm × setting × use, then summed." in said
    assert "Knee options for two towns, 2024/25. Synthetic data. Undiscounted pounds of 2024-25." in said
    assert "Undiscounted" not in words(result.plot.sankey("day_case", by="patients"))


# --- changes by a cut ----------------------------------------------------------------------------------------------
def test_changes_by_organisation_sum_to_the_change(result):
    """−£9,510,663 on page one."""
    shown = result.by_organisation
    mine = shown[shown["scenario"] == "day_case"].groupby("organisation", sort=False)["change_gbp"].sum()
    picture = result.plot.change_by("organisation", "day_case")
    assert "Modelled change by organisation: Day case, against Baseline" in words(picture)
    assert "that sum to the change in total cost: Day case −£9,510,663." in words(picture)
    told = figures(picture)
    assert len(told) == (mine.round() != 0).sum()
    acute = next(figure for name, figure in told.items() if name.startswith("RXX"))
    assert acute == f"−£{-mine['RXX'] / 1e6:.2f}m"


def test_changes_of_every_scenario_have_a_key(result):
    picture = result.plot.change_by("component")
    legend = lxml.html.fragment_fromstring(picture._repr_html_()).find_class("legend")[0]
    assert [item.text_content() for item in legend] == ["Day case", "Msk triage", "Day case + Msk triage"]


@pytest.mark.parametrize("cut", ["setting", "organisation", "component", "role", "place", "unit_cost"])
def test_a_change_by_any_cut_is_the_whole_change(ward, cut):
    """Stays a fifth shorter: −£41,850, all of it on the ward."""
    assert list(figures(ward.plot.change_by(cut)).values()) == ["−£41.9k"]
    assert "Shorter stays −£41,850" in words(ward.plot.change_by(cut))


def test_a_change_by_an_attribute():
    """After, the clinic of 10 frail costs £100 more and their ward £1,000 less (20 days at £450 for £500); the fit stay 4 days fewer at £400."""
    picture = pc.compare(before(), after()).plot.change_by("frail")
    assert {name.partition(",")[0]: figure for name, figure in figures(picture).items()} == {
        "no": "−£1,600",
        "yes": "−£900",
    }
    assert "After −£2,500" in words(picture)


# --- one scenario, or every one ------------------------------------------------------------------------------------
def test_a_scenario_left_out_is_the_only_one(ward):
    compared = ward.compare("baseline", "short")
    assert str(ward.plot.bridge()) == str(ward.plot.bridge("short")) == str(compared.plot.bridge())
    assert str(ward["short"].plot.sankey()).startswith('<svg class="sankey"')
    assert str(compared.plot.change_by("organisation")) == str(ward.plot.change_by("organisation", "short"))


def test_a_scenario_left_out_is_every_one(result, explored):
    assert len(result.plot.bridge().drawings) == len(explored.plot.tornado().drawings) == 3
    assert len(result.plot.sankey().drawings) == 4
    assert str(result.plot.bridge()).count("<svg ") == 4  # three in one


# --- faults ----------------------------------------------------------------------------------------------------------
def fault(ask):
    with pytest.raises(PathwayCostError) as raised:
        ask()
    [problem] = raised.value.problems
    return str(problem)


def test_a_scenario_that_is_none(result):
    assert fault(lambda: result.plot.bridge("daycase")) == (
        "plot.bridge: the scenario 'daycase' is not known; nearest: 'day_case'; "
        "name one of day_case, msk_triage, day_case+msk_triage"
    )
    assert "nearest: 'baseline'" in fault(lambda: result.plot.sankey("Baseline"))


def test_the_first_scenario_has_no_bridge(result):
    assert fault(lambda: result.plot.bridge("baseline")) == (
        "plot.bridge: baseline is what the others are compared with; name day_case, msk_triage, day_case+msk_triage"
    )


def test_one_scenario_alone_has_no_bridge(ward):
    assert "plot.bridge: only short was costed; name more scenarios" in fault(ward["short"].plot.bridge)


def test_a_tornado_that_nobody_asked_for(ward, explored):
    assert fault(ward.plot.tornado) == (
        "plot.tornado: no number was read low and high; ask the study for `sensitivity: {one_way: all}`, state a range of "
        "some number, and run it"
    )
    assert "nearest: 'day_case'" in fault(lambda: explored.plot.tornado("day_cas"))


def test_a_cut_or_measure_that_is_none(result):
    assert "the cut 'organization' is not known; nearest: 'organisation'; name one of setting, organisation" in fault(
        lambda: result.plot.change_by("organization", "day_case")
    )
    assert "the cut 3 is not known; name one of setting" in fault(lambda: result.plot.change_by(3))
    assert "is not known" in fault(lambda: result.plot.change_by(np.array(["setting", "role"])))
    assert "nearest: 'setting'; name one of setting, organisation" in fault(lambda: result.plot.cost_by("settings"))
    assert re.search(
        "what flows 'pound' is not known; nearest: 'pounds'", fault(lambda: result.plot.sankey(by="pound"))
    )

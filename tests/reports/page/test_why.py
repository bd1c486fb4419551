"""Why, in words: each sentence's pounds and visits are those of the table by setting, and none of the largest is left out."""

import re

import lxml.html
import pytest

from pathway_cost.reports.page.page import page_text
from pathway_cost.reports.words import number, told_pounds

SCENARIO = "day_case"
TITLE = "Day-case knee replacement"


@pytest.fixture(scope="module")
def sentences(knee):
    page = lxml.html.document_fromstring(page_text(knee))
    [heading] = [each for each in page.get_element_by_id("bridge").iter("h4") if each.text_content() == TITLE]
    return [each.text_content() for each in heading.getnext()]


@pytest.fixture(scope="module")
def settings(knee):
    """Title → (pounds, visits), each the change from the baseline."""
    rows = knee.by_setting.fillna({"gbp": 0.0, "visits": 0.0})
    wide = rows.pivot_table(index="title", columns="scenario", values=["gbp", "visits"], sort=False, fill_value=0.0)
    moved = wide.xs(SCENARIO, axis=1, level=1) - wide.xs("baseline", axis=1, level=1)
    return {name: (change["gbp"], change["visits"]) for name, change in moved.iterrows()}


def largest(settings, at, sign):
    """The three largest on one side."""
    side = {name: change[at] for name, change in settings.items() if change[at] * sign > 0}
    return dict(sorted(side.items(), key=lambda each: -abs(each[1]))[:3])


@pytest.mark.parametrize(("word", "sign"), [("Less", -1), ("More", 1)])
def test_pounds_are_those_of_the_settings(sentences, settings, word, sign):
    [said] = [each for each in sentences if each.startswith(f"{word}: ")]
    told = re.findall(r"(£[\d.,m]+) at (.+?)(?=, £| and £|\.$)", said)
    expected = largest(settings, 0, sign)
    assert told == [(told_pounds(expected[name]), name) for _, name in told]
    assert [name for _, name in told] == list(expected)[: len(told)]
    assert told


@pytest.mark.parametrize(("word", "sign"), [("Fewer", -1), ("More", 1)])
def test_visits_are_those_of_the_settings(sentences, settings, word, sign):
    [said] = [each for each in sentences if each.startswith(f"{word} visits to ")]
    told = re.findall(r"(?: to |, | and )([A-Z].+?) \(([\d,]+)\)", said)
    assert told == [(name, number(abs(settings[name][1]))) for name, _ in told]
    assert all(settings[name][1] * sign > 0 for name, _ in told)
    assert told


def test_steps_of_a_change_are_short_and_sum_to_it(knee):
    page = lxml.html.document_fromstring(page_text(knee))
    [words] = [each for each in page.get_element_by_id("attribution").iter("ul") if "Together" in each.text_content()][
        :1
    ]
    said = [each.text_content() for each in words]
    assert said[0].startswith("Referred to musculoskeletal triage (25% → 75%): ")
    change = knee["msk_triage"].total_gbp - knee["baseline"].total_gbp
    assert said[-1] == f"Together: {told_pounds(change)} more."


def test_operations_stand_as_before(sentences):
    assert sentences[-1] == "Operation: 5,511, as before."

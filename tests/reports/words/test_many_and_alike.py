"""Words where there are many scenarios or organisations, or where several are called the same."""

import re

import pytest

from pathway_cost.reports.words.titles import SCENARIO_COLOURS
from tests.cli.toy_study import SHORTER, edit, good, write_study


@pytest.fixture
def page(tmp_path):
    """Run the toy study with so many scenarios, and read its page."""

    def run(*edits, scenarios=1, titled="Home a day earlier"):
        study = write_study(tmp_path, extracts=False)
        names = [f"stay_{number}" for number in range(scenarios)]
        for number, name in enumerate(names):
            text = SHORTER.replace("shorter_stay", name).replace("Home a day earlier", titled.format(number))
            (tmp_path / f"{name}.yaml").write_text(text.replace("0.75", f"{0.95 - number / 20:.2f}"))
        files = ", ".join(f"{name}.yaml" for name in names)
        edit(tmp_path, "study.yaml", "[shorter_stay.yaml]", f"[{files}]")
        edit(tmp_path, "study.yaml", "[baseline, shorter_stay]", f"[baseline, {', '.join(names)}]")
        for each in edits:
            edit(tmp_path, *each)
        good("run", study, "--out", tmp_path / "out")
        return (tmp_path / "out" / "report.html").read_text(encoding="utf-8")

    return run


def test_a_question_about_many_scenarios_does_not_name_them_all(page):
    told = page(scenarios=12, titled="Option {}")
    assert "What does it cost, and what would each of 12 scenarios change?" in told


def test_twelve_scenarios_have_colours_of_their_own(page):
    told = page(scenarios=12, titled="Option {}")
    legend = told[told.index('class="legend"') :]
    colours = re.findall(r"background:(#[0-9a-f]{6})", legend[: legend.index("</ul>")])
    assert len(colours) == len(set(colours)) == 12
    assert len(set(SCENARIO_COLOURS)) == len(SCENARIO_COLOURS)


def test_scenarios_of_the_same_title_are_told_apart(page):
    told = page(scenarios=2)
    assert "Home a day earlier (stay_0)" in told
    assert "Home a day earlier (stay_1)" in told


def test_organisations_of_the_same_name_are_told_apart(page):
    named = "organisations: {RXX: {name: The Trust}, RYY: {name: The Trust}, RZP: {name: GPs}}\ncohort: cohort.csv"
    told = page(("study.yaml", "cohort: cohort.csv", named))
    assert "all at The Trust (RXX)" in told
    assert "GPs, The Trust (RXX), The Trust (RYY)" in told


def test_many_organisations_are_counted_above_the_figures(page):
    towns = range(8)
    footprint = "".join(f'  t{at}: {{primary_care: "RZP", acute: "A{at}", community: "C{at}"}}\n' for at in towns)
    prices = "".join(
        f"theatre.knee,A{at},5000,episode,part,2024-25,x\nward.bed_day,A{at},450,bed_day,part,2024-25,x\n"
        f"physio.contact,C{at},80,contact,whole,2024-25,x\n"
        for at in towns
    )
    told = page(
        ("study.yaml", '  all: {primary_care: "RZP", acute: "RXX", community: "RYY"}\n', footprint),
        ("cohort.csv", "weight\n", "weight,place\n"),
        *(("cohort.csv", old, f"{old},t{at}") for at, old in enumerate(["no,40", "Frail,10", "no,50"])),
        ("cohort.csv", "no,50,t2\n", "no,50,t2\n" + "".join(f"P{at},no,9,t{at}\n" for at in range(3, 8))),
        ("prices.csv", "whole,2024-25,Made up\ntheatre", f"whole,2024-25,Made up\n{prices}theatre"),
    )
    assert re.search(r"Organisations: </b>17, named below", told)

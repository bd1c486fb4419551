"""The page: one file, offline, escaped, accessible, and its tables sum to what they say."""

import base64
import hashlib
import re

import lxml.html
import pytest

from pathway_cost.reports.page.chance_sections import CHANCE_SECTIONS
from pathway_cost.reports.page.page import OF_THE_RESULT, page_text
from pathway_cost.results.frames.catalogue import SECTIONS
from pathway_cost.results.frames.frames import Tables


@pytest.fixture(scope="module")
def text(files_of_the_run):
    return files_of_the_run["report.html"].decode()


@pytest.fixture(scope="module")
def page(text):
    return lxml.html.document_fromstring(text)


def figure(cell):
    return float(re.sub(r"[^\d.]", "", cell)) * (-1 if "−" in cell else 1) if re.search(r"\d", cell) else 0.0


def table(page, caption):
    return next(each for each in page.iter("table") if caption in each.find("caption").text_content())


def cells(rows):
    return [[cell.text_content() for cell in row] for row in rows]


def test_asks_nothing_of_any_network(text, page):
    for name in ("src", "href", "action", "data", "poster", "srcset"):
        assert all(value.startswith(("#", "workbook.xlsx#'")) for value in page.xpath(f"//@{name}"))
    assert "url(http" not in text
    assert "@import" not in text
    assert not page.xpath("//script | //link | //iframe | //object")
    assert len(text) < 500_000


def test_a_browser_is_told_to_fetch_nothing_and_to_take_no_style_but_the_pages_own(page):
    first = next(each for each in page.find("head") if each.get("charset") is None)
    assert first.get("http-equiv") == "Content-Security-Policy", "a policy holds for what stands below it"
    rules = dict(rule.split(" ", 1) for rule in first.get("content").split("; "))
    [style] = page.iter("style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert rules == {
        "default-src": "'none'", "base-uri": "'none'", "form-action": "'none'", "style-src": "'unsafe-inline'",
        "style-src-elem": f"'sha256-{digest}'", "style-src-attr": "'unsafe-inline'",
    }  # fmt: skip
    assert not list(page.iter("script", "img", "iframe", "object", "embed", "form", "base", "link"))


def test_every_section_of_the_catalogue_has_what_makes_it():
    made = {"basis"} | OF_THE_RESULT.keys() | CHANCE_SECTIONS.keys()
    assert made == {section.anchor for section in SECTIONS}


def test_says_what_was_costed(page):
    said = page.text_content()
    for words in ("Knee options for two towns", "Elective knee replacement", "Synthetic data.", "2024-25", "50,000",
                  "patients who start", "segment × arm × setting × use", "not cash", "Open Government Licence"):  # fmt: skip
        assert words in said
    assert "saving" not in said.lower()


def test_headline(page):
    rows = cells(table(page, "Pounds of 2024-25").find("tbody"))
    assert rows[0][1:6] == ["50,000", "£3,197.86", "–", "–", "£159,892,953"]
    assert rows[1][1:6] == ["50,000", "£3,007.65", "−£190.21", "−5.9%", "£150,382,290"]
    assert rows[1][6:] == ["−£9,510,663", "£60,000"], "without columns of volume, where nobody is more or fewer"


@pytest.mark.parametrize("caption", ["Total cost by setting", "Total cost by organisation", "Total cost by component"])
def test_shown_parts_sum_to_shown_totals(page, caption):
    made = table(page, caption)
    rows, [total] = cells(made.find("tbody")), cells(made.find("tfoot"))
    assert [figure(total[at]) for at in (1, 2)] == [159_892_953, -9_510_663]
    for column in (1, 2, 4, 6):
        assert sum(figure(row[column]) for row in rows) == pytest.approx(figure(total[column]), abs=1e-6)
    for row in [*rows, total]:  # each change in pounds, then as a share of what was there
        was = figure(row[1])
        assert all(
            figure(row[at + 1]) == pytest.approx(100 * figure(row[at]) / (was or 1), abs=0.06)
            for at in (2, 4, 6)
            if was
        )


def test_what_did_not_change_shows_no_change(page):
    rows = cells(table(page, "Total cost by setting").find("tbody"))
    assert {(row[2], row[3]) for row in rows if row[0].startswith(("General practice", "Orthopaedic"))} == {("£0", "–")}


def test_bridge_sums_and_keeps_one_off_apart(page):
    for made in (each for each in page.iter("table") if "Every factor" in each.find("caption").text_content()):
        rows, [total] = cells(made.find("tbody")), cells(made.find("tfoot"))
        assert sum(figure(row[1]) for row in rows) == pytest.approx(figure(total[1]), abs=1e-6)
        assert not any("One-off" in row[0] for row in rows)
        assert any("Interaction: routing × quantity" in row[0] for row in rows)
    assert len(page.xpath("//*[@id='factors']//*[local-name()='svg'][contains(@class, 'waterfall')]")) == 3


def test_a_picture_for_every_scenario_and_measure_without_a_script(page):
    pictures = page.xpath("//*[local-name()='svg'][contains(@class, 'sankey')]")
    assert len(pictures) == 8
    assert len(page.xpath("//input[@type='radio'][@checked]")) == 2
    said = [picture.text_content() for picture in pictures]
    assert "£132.0m here" in said[0]
    assert "16,250" in said[1]


def test_is_accessible(page):
    assert page.get("lang") == "en-GB"
    assert all(each.find("caption") is not None for each in page.iter("table"))
    assert all(each.get("scope") == "col" for each in page.xpath("//thead//th"))
    assert all(each.get("scope") == "row" for each in page.xpath("//tbody//th"))
    assert all(each.get("role") == "img" and each.get("aria-label") for each in page.xpath("//*[local-name()='svg']"))
    assert {label.get("for") for label in page.iter("label")} == {each.get("id") for each in page.iter("input")}
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page.xpath("//a/@href") if link[0] == "#"} <= set(ids)


def test_assumptions_in_plain_sight(page):
    rows = cells(table(page, "numbers that nobody has measured").find("tbody"))
    assert [row[1] for row in rows] == ["Pathway", "Pathway", "Price", "Change: Day case"]
    assert rows[2][2] == "£204.00 a bed day (E10)"


def test_coverage_is_to_the_penny(page):
    rows = cells(table(page, "PLICS pounds by whether").find("tbody"))
    assert [row[6] for row in rows if row[0] == "RXX"] == [
        "£131,331,363.17",
        "£1,204,331.40",
        "£15,400,020.77",
        "£147,935,715.34",
    ]


def test_hostile_text_is_escaped(hostile):
    text = page_text(hostile)
    page = lxml.html.document_fromstring(text)
    assert not page.xpath("//script")
    assert "<script>" not in text
    assert page.find(".//h1").text == "<script>alert(1)</script> & knees"
    assert '=HYPERLINK("http://evil.example","click")' in page.text_content()
    assert all(value.startswith(("#", "workbook.xlsx#'")) for value in page.xpath("//@href"))


def test_an_empty_comparison_still_reads(result):
    from dataclasses import replace

    tables = {
        name: frame[frame["scenario"] == "baseline"] for name, frame in result.tables.items() if "scenario" in frame
    }
    none = {name: result.tables[name].head(0) for name in ("coverage", "assumptions")}
    alone = replace(
        result,
        costed={"baseline": result["baseline"]},
        tables=Tables({**result.tables, **tables, **none}),
        synthetic=False,
        notes=(),
    )
    said = lxml.html.document_fromstring(page_text(alone)).text_content()
    assert "One scenario only" in said
    assert "No PLICS extract" in said
    assert "Synthetic" not in said

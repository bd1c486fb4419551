"""Time, chance and uncertainty on paper: what is shown is what the frames hold, and what they do not hold is not shown."""

import io
import re

import lxml.html
import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway_cost.reports.charts.acceptability_chart import Curve, acceptability
from pathway_cost.reports.charts.axes import Scale, money_marks, round_scale
from pathway_cost.reports.charts.distribution_chart import Spread, bin_width, closed_bins, distribution
from pathway_cost.reports.charts.fan_chart import HEIGHT, Ray, fan, fan_scale
from pathway_cost.reports.charts.inline_bars import Interval, interval_bar, interval_scale, plausible_bar
from pathway_cost.reports.charts.tornado_chart import Swing, tornado
from pathway_cost.reports.page.chance_sections import chance_sections
from pathway_cost.reports.page.style import CSS
from pathway_cost.reports.page.what_if_section import tint
from pathway_cost.reports.words.chance_words import Chance
from pathway_cost.reports.words.period_names import period_name
from pathway_cost.reports.words.shown import headlines
from pathway_cost.reports.workbook.workbook import workbook_bytes
from pathway_cost.results.frames import SECTIONS
from tests.reports import toy_chance
from tests.reports.page.test_page import cells, figure, table
from tests.reports.workbook.test_workbook import SHEETS

OWN_SHEETS = ["Draws", "Tornado", "Profile", "Break-even", "Attribution", "Distribution"]
FIRST_FRAME = {
    "Draws": "uncertainty", "Tornado": "tornado", "Profile": "profile", "Break-even": "break_even",
    "Attribution": "attribution", "Distribution": "distribution_summary",
}  # fmt: skip
ANCHORS = ["attribution", "years", "draws", "what_if", "break_even", "spread"]
DAY_CASE, TRIAGE = "Day case", "Msk triage"


@pytest.fixture(scope="module")
def told(explored):
    return explored


@pytest.fixture(scope="module")
def text(explored_text):
    return explored_text


@pytest.fixture(scope="module")
def page(explored_page):
    return explored_page


@pytest.fixture(scope="module")
def book(explored_book):
    return explored_book


@pytest.fixture(scope="module")
def counted(frames):
    """Two more operations, give or take one, beside pounds that are present values."""
    row = toy_chance.spread_row("day_case", "change_count", "operation", 2.0, 1.0, 0.25) | {"basis": "count"}
    priced = frames["uncertainty"].assign(basis="present_value_gbp")
    return {"uncertainty": pd.concat([priced, pd.DataFrame([row])])}


@pytest.fixture(scope="module")
def undrawn(frames):
    """A fan of nothing drawn: its percentiles have nothing in them."""
    return frames["fan"].assign(p2_5=np.nan, p25=np.nan, p50=np.nan, p75=np.nan, p97_5=np.nan)


@pytest.fixture(scope="module")
def changed_book(result, frames, counted, undrawn):
    """The workbook of a run that counts, whose titles are formulas and whose fan holds nothing drawn."""
    changed = counted | {"break_even": frames["break_even"].assign(title="=1+1"), "fan": undrawn}
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(toy_chance.with_frames(result, frames | changed))))


def sections(result, frames):
    """The page's own sections of a run with these frames, without the rest of the page; and their text."""
    text = "".join(map(str, chance_sections(toy_chance.with_frames(result, frames)).values()))
    return lxml.html.document_fromstring(f"<body>{text}</body>"), text


def body(page, caption):
    return cells(table(page, caption).find("tbody"))


def foot(page, caption):
    return cells(table(page, caption).find("tfoot"))[0]


def drawn(markup):
    return lxml.html.fragment_fromstring(markup)


def tags(element, name):
    return element.xpath(f".//*[local-name()='{name}']")


def said_by(tag):
    return tag.text_content()


def x_of(tag, name="x"):
    return float(tag.get(name))


# --- nothing said, nothing shown -----------------------------------------------------------------


def test_a_run_without_frames_shows_nothing_of_them(result, files_of_the_run, plain_book):
    assert chance_sections(toy_chance.with_frames(result, {name: pd.DataFrame() for name in toy_chance.frames()})) == {}
    page = lxml.html.document_fromstring(files_of_the_run["report.html"].decode())
    assert not set(ANCHORS) & set(page.xpath("//@id"))
    assert plain_book.sheetnames == SHEETS


def test_frames_with_columns_but_no_rows_show_nothing(result, frames):
    none = {name: frame.head(0) for name, frame in frames.items()}
    assert chance_sections(toy_chance.with_frames(result, none)) == {}


def test_sections_and_sheets_in_order(page, book):
    ids = page.xpath("//main//div/@id")
    assert [name for name in ids if name in ANCHORS] == [each.anchor for each in SECTIONS if each.anchor in ANCHORS]
    assert set(ANCHORS) <= set(ids)
    assert ids.index("bridge") + 1 == ids.index("attribution")
    assert [name for name in book.sheetnames if name not in SHEETS] == OWN_SHEETS
    assert [name for name in book.sheetnames if name in SHEETS] == SHEETS


FRAMES_OF = {
    ("attribution", "Attribution"): ["attribution"],
    ("years", "Profile"): ["profile", "profile_by_organisation", "fan"],
    ("draws", "Draws"): ["uncertainty", "acceptability", "information"],
    ("what_if", "Tornado"): ["tornado", "grid", "extremes", "evidence_sets"],
    ("break_even", "Break-even"): ["break_even"],
    ("spread", "Distribution"): ["distribution", "distribution_summary"],
}
"""Section and sheet → the frames that each makes it, alone."""


@pytest.mark.parametrize("turn", range(4))
def test_each_frame_alone_makes_its_own_section_and_sheet(result, frames, turn):
    """In turns: of every section and sheet one frame, the others with nothing in them."""
    own = {place: names[turn] for place, names in FRAMES_OF.items() if turn < len(names)}
    none = {name: frame.head(0) if turn % 2 else pd.DataFrame() for name, frame in frames.items()}
    told = toy_chance.with_frames(result, none | {name: frames[name] for name in own.values()})
    assert list(chance_sections(told)) == [section for section, _ in own]
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(told)))
    assert {each for each in book.sheetnames if each in OWN_SHEETS} == {sheet for _, sheet in own}


def test_every_frame_has_its_section_and_sheet(frames):
    assert sorted(name for names in FRAMES_OF.values() for name in names) == sorted(frames)


# --- the page as a whole -------------------------------------------------------------------------


def test_page_asks_nothing_of_any_network(text, page):
    for name in ("src", "href", "action", "data", "poster", "srcset"):
        assert all(value.startswith(("#", "workbook.xlsx#'")) for value in page.xpath(f"//@{name}"))
    assert not page.xpath("//script | //link | //iframe | //object | //image")
    assert "url(http" not in text
    assert "nan" not in re.sub(r"[a-z]+nan|nan[a-z]+", "", text.lower())
    assert len(text) < 500_000


def test_page_is_accessible(page):
    assert all(each.find("caption") is not None for each in page.iter("table"))
    assert all(each.get("role") == "img" and each.get("aria-label") for each in tags(page, "svg"))
    assert all(each.get("scope") == "col" for each in page.xpath("//thead//th"))
    assert all(each.get("scope") == "row" for each in page.xpath("//tbody//th"))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_words_that_matter(page, book):
    said = page.text_content()
    for words in (
        "stated uncertainty only", "not because anything is unsure", "the factors are assumptions", "no forecast",
        "never averaged", "held still, not certain", "where it is an assumption, so is the verdict",
    ):  # fmt: skip
        assert words in said
    assert "saving" not in said.lower()
    for name in OWN_SHEETS:
        assert not any("saving" in str(cell.value).lower() for row in book[name].iter_rows() for cell in row)


def test_hostile_titles_are_escaped(result, frames, changed_book):
    awkward = "<script>alert(1)</script>"
    hostile = {name: frames[name].assign(title=awkward) for name in ("tornado", "break_even")}
    hostile["attribution"] = frames["attribution"].assign(change=awkward)
    page, text = sections(result, hostile)
    assert "<script" not in text
    assert awkward in page.text_content()
    sheet = changed_book["Break-even"]
    assert {sheet.cell(row, 3).data_type for row in range(5, 9)} == {"s"}


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@given(st.floats(-1.0, 1.0))
def test_text_on_every_tint_is_easy_to_read(depth):
    assert contrast("#212b32", tint(depth)) >= 7


def test_chart_text_is_dark_enough_to_read():
    for colour in (re.search(r"--soft:(#\w+)", CSS)[1], re.search(r"svg \.figure\{fill:(#\w+)", CSS)[1]):
        assert contrast(colour, "#ffffff") >= 4.5


# --- draws ---------------------------------------------------------------------------------------


def test_intervals_are_the_frames(page):
    rows = body(page, "Cost per patient over the draws")
    # 160,000,000 / 50,000 = 3,200; sd 60; change −9,500,000 / 50,000 = −190, sd 28, error 28/40
    assert rows[0] == ["Baseline", "£3,200.00", "£3,080.00 to £3,320.00", "–", "–", "–", "–", "–"]
    assert rows[1] == [
        DAY_CASE,
        "£3,010.00",
        "£2,890.00 to £3,130.00",
        "−£190.00",
        "−£246.00 to −£134.00",
        "",
        "99.1%",
        "£0.70",
    ]
    total = body(page, "Cost in total over the draws")
    assert total[2][:5] == [
        TRIAGE,
        "£161,250,000",
        "£155,250,000 to £167,250,000",
        "+£1,250,000",
        "−£1,550,000 to £4,050,000",
    ]
    assert "1,600 times" in page.text_content()


def test_a_change_that_the_draws_turn_round_is_told(page):
    """The toy's triage costs less as stated and £1,250,000 more over the draws; day case agrees with itself."""
    [told] = page.xpath("//div[@id='draws']//ul[@class='notes']/li")
    assert told.text_content().startswith("Msk triage: −£")
    assert "+£1,250,000 on average over the draws" in told.text_content()


def test_every_organisation_has_its_interval(page):
    rows = body(page, "The change in each organisation's cost")
    assert len(rows) == 6
    assert rows[1][:4] == ["RYY (Community provider)", DAY_CASE, "+£2,375,000", "£1,575,000 to £3,175,000"]
    assert rows[1][5] == "0.9%"


def test_what_is_counted_is_no_pounds(result, counted, changed_book):
    """A count is told in its own unit on page and sheet."""
    page, _ = sections(result, counted)
    [operations] = body(page, "The change in what is counted")
    assert operations == ["Operation", DAY_CASE, "+2.0", "0.0 to 4.0", "", "25.0%", "0.03"]
    assert len(body(page, "Cost per patient, as a present value, over the draws")) == 4
    sheet = changed_book["Draws"]
    at = next(cell.row for cell in sheet["A"] if cell.value == "Modelled change of what is counted over the draws")
    assert [sheet.cell(at + 2, column).value for column in (1, 2, 3)] == [DAY_CASE, "Operation", 2]
    assert "£" not in sheet.cell(at + 2, 3).number_format
    assert {sheet.cell(row, 14).value for row in range(6, 25)} == {"present value"}


def test_interval_bars_share_a_scale_with_nothing_on_it():
    intervals = [Interval(-190.0, -246.0, -210.0, -170.0, -134.0), Interval(25.0, -31.0, 5.0, 45.0, 81.0)]
    scale = interval_scale(intervals)
    assert (scale.low, scale.high) == (-246.0, 81.0)
    lines = tags(drawn(interval_bar(intervals[0], scale, label="bar")), "line")
    assert [x_of(line, "x1") for line in lines] == pytest.approx([scale.at(0.0), scale.at(-190.0)], abs=0.01)


def test_acceptability_table_has_nothing_more_and_both_ends(page, frames):
    rows = body(page, "Share of draws")
    thresholds = [row[0] for row in rows]
    assert {"£0.00", "−£300.00", "+£100.00"} <= set(thresholds)
    known = frames["acceptability"].set_index(["scenario", "threshold_gbp"])["probability"]
    at_nothing = rows[thresholds.index("£0.00")][1:]
    assert at_nothing == [f"{known[name, 0.0] * 100:.1f}%" for name in toy_chance.OTHERS]
    assert f"Msk triage {at_nothing[1]}" in page.text_content()


def test_acceptability_marks_nothing_more():
    curve = Curve(DAY_CASE, "#005eb8", [-100.0, 0.0, 100.0], [0.1, 0.75, 1.0])
    made = drawn(acceptability([curve], first="Baseline", label="curve"))
    [dot] = tags(made, "circle")
    [line] = [each for each in tags(made, "line") if each.get("stroke-width") == "1.5"]
    assert x_of(dot, "cx") == x_of(line, "x1")
    points = re.findall(r"([\d.]+),([\d.]+)", tags(made, "path")[0].get("d"))
    assert points[1] == (dot.get("cx"), dot.get("cy"))
    # three quarters of the way up from 0% to 100%
    zero, _, one = (float(y) for _, y in [(0, 292.0), points[1], (0, 26.0)])
    assert x_of(dot, "cy") == pytest.approx(zero + 0.75 * (one - zero))


def test_knowing_more(page):
    rows = body(page, "Expected value of perfect information")
    assert [row[2:] for row in rows] == [
        ["£1.84", "£92,000", "100.0%"], ["£1.20", "£60,000", "65.2%"], ["£0.10", "£5,000", "5.4%"],
    ]  # fmt: skip
    assert [row[1] for row in rows[:2]] == ["all that were drawn", "Share of operations done as day cases"]


def test_numbers_that_are_worth_nothing_are_counted_and_prices_have_names(result, frames):
    worth = {"everything": 12.0, "unit_cost:RXX:theatre.knee": 3.0, "p_readmit": 0.004, "los_knee": 0.0}
    rows = pd.DataFrame({"group": list(worth), "evppi_per_patient_gbp": list(worth.values())})
    rows = rows.assign(
        parameters=["", *list(worth)[1:]], evppi_total_gbp=rows["evppi_per_patient_gbp"] * 50_000, share_of_evpi=1.0
    )
    page, text = sections(result, {"information": rows})
    shown = body(page, "Expected value of perfect information")
    title = dict(zip(result.unit_costs_used["unit_cost"], result.unit_costs_used["title"], strict=True))["theatre.knee"]
    assert [row[:3] for row in shown] == [
        ["Everything", "all that were drawn", "£12.00"], [f"Price of {title} at RXX (Acute trust)", "itself", "£3.00"],
    ]  # fmt: skip
    assert "2 more are worth less than a penny a patient" in text


def test_an_organisation_that_no_draw_changes_is_left_out(result, frames):
    still = frames["uncertainty"].copy()
    still.loc[still["of"] == "RYY", ["mean", "sd"]] = 0.0
    page, _ = sections(result, {"uncertainty": still})
    rows = body(page, "The change in each organisation's cost over the draws")
    assert {row[0] for row in rows} == {"RXX (Acute trust)"}


def test_attribution_sums_to_the_change_on_page_one(result, frames):
    """What rounds apart from the difference of the rounded totals is shown as that difference."""
    exact = result["day_case+msk_triage"].total_gbp - result["baseline"].total_gbp
    rows = frames["attribution"].query("scenario == 'day_case+msk_triage'")
    part = exact / len(rows) + 0.9 / len(rows)
    page, _ = sections(result, {"attribution": rows.assign(shapley_gbp=part)})
    shown = headlines(result)[-1].change_gbp
    assert figure(foot(page, "Each change, whole pounds")[3]) == shown


def test_many_parameters_are_counted(result, frames):
    many = frames["information"].head(1).assign(parameters=", ".join(f"p_{at}" for at in range(30)))
    page, _ = sections(result, {"information": many})
    rows = body(page, "Expected value of perfect information")
    assert rows[0][1].endswith("and 22 more")


# --- what if -------------------------------------------------------------------------------------


def test_tornado_table_is_the_frame(page):
    rows = body(page, "Each number low and high: Day case")
    assert len(rows) == 15
    assert rows[0] == [
        "Share of operations done as day cases", "share", "0.2", "0.35", "0.5", "−£5,500,000", "−£13,600,000", "£8,100,000",
    ]  # fmt: skip
    swings = [figure(row[7]) for row in rows]
    assert swings == sorted(swings, reverse=True)


def test_tornado_draws_twelve_and_counts_the_rest(page):
    first = page.xpath("//*[local-name()='svg'][@class='tornado']")[0]
    assert len(tags(first, "rect")) == 24
    caption = first.getparent().find("figcaption").text_content()
    # minor numbers swing 180,000 / n: eight to ten are left, the widest 180,000 / 8
    assert "3 more numbers move it by £22.5k or less" in caption


def test_tornado_bars_start_at_the_stated_change():
    swing = Swing("Length of stay (day)", 3.0, 5.0, 40.0, -20.0)
    made = drawn(tornado([swing], 10.0, label="one"))
    low, high = tags(made, "rect")
    scale, _ = round_scale(-20.0, 40.0, (330.0, 1054.0), 6)
    assert x_of(low) == pytest.approx(scale.at(10.0), abs=0.01)
    assert x_of(low, "width") == pytest.approx(scale.at(40.0) - scale.at(10.0), abs=0.01)
    assert x_of(high) == pytest.approx(scale.at(-20.0), abs=0.01)
    assert x_of(high) + x_of(high, "width") == pytest.approx(scale.at(10.0), abs=0.02)
    values = [each for each in tags(made, "text") if each.get("class") == "figure"]
    assert [said_by(each) for each in values] == ["5", "3"]
    assert x_of(values[0]) < x_of(values[1])


def test_a_number_that_moves_the_change_one_way_only_tells_both_values():
    made = drawn(tornado([Swing("Visits", 4.0, 9.0, 26.0, 12.0)], 0.0, label="one"))
    assert [said_by(each) for each in tags(made, "text") if each.get("class") == "figure"] == ["4; 9"]


def test_an_end_that_cannot_be_has_no_bar(result, frames, text):
    made = drawn(
        tornado([Swing("los", 4.0, 5.0, -300.0, float("nan")), Swing("p", 0.1, 0.2, -150.0, 40.0)], -100.0, label="x")
    )
    assert len(tags(made, "rect")) == 3
    assert {"4", "0.1", "0.2"} <= set(map(said_by, tags(made, "text")))
    assert "5" not in set(map(said_by, tags(made, "text")))
    assert "nan" not in str(lxml.html.tostring(made))
    lacking = frames["tornado"].assign(change_at_high_gbp=np.nan, swing_gbp=np.nan)
    assert "An end without a bar cannot be" in sections(result, {"tornado": lacking})[1]
    assert "An end without a bar" not in text


def test_a_tornado_that_nothing_moves_is_still_drawn():
    made = drawn(tornado([Swing("Nothing", 1.0, 2.0, 0.0, 0.0)], 0.0, label="none"))
    assert [each.get("width") for each in tags(made, "rect")] == ["0.75", "0.75"]


def test_extremes_grid_and_sets(page):
    assert body(page, "Every number at once")[1] == [TRIAGE, "−£4,750,000", "+£7,450,000"]
    grid = body(page, "Day case: modelled change; down")
    # −30,000,000 × (0.35 − 0.03) − 2,000,000 × (4.6 − 4.1) = −10,600,000
    assert grid[3] == ["0.35", "−£8,600,000", "−£9,100,000", "−£9,600,000", "−£10,100,000", "−£10,600,000"]
    sets = body(page, "The same study on each set of evidence")
    assert sets[4] == ["Audit 2021", "Baseline", "£3,200.00", "£160,000,000", "–"]
    assert sets[5] == ["Audit 2021", DAY_CASE, "£3,086.00", "£154,300,000", "−£5,700,000"]


# --- break-even ----------------------------------------------------------------------------------


def test_break_evens(page):
    rows = body(page, "Break-even of Day case, against Baseline")
    found = [(row[2], row[3], row[4], row[6], row[7], row[8]) for row in rows]
    assert found == [
        ("0.0125", "−96.4%", "0.2 to 0.5", "no", "1", "−£29,000,000"),
        ("none within bounds", "–", "3.6 to 4.6", "no break-even", "8.2", "−£14,000,000"),
        ("0.061 (nearest of 2)", "+103.3%", "0.02 to 0.08", "yes", "0", "−£12,000,000"),
    ]
    [volume] = body(page, "Break-even of Msk triage")
    assert volume[1:8] == ["50,000", "61,500", "+23.0%", "–", "–", "no range stated", "100,000"]


def test_the_picture_of_a_break_even():
    made = drawn(plausible_bar(0.2, 0.5, 0.35, 0.41, label="share"))
    band, lozenge = tags(made, "rect")[0], tags(made, "path")[0]
    scale = Scale(0.2 - 0.18, 0.5 + 0.18, 6.0, 184.0)
    assert x_of(band) == pytest.approx(scale.at(0.2), abs=0.01)
    assert x_of(band, "width") == pytest.approx(scale.at(0.5) - scale.at(0.2), abs=0.01)
    across = [float(x) for x in re.findall(r"([\d.]+),", lozenge.get("d"))]
    assert sum(across) / 4 == pytest.approx(scale.at(0.41), abs=0.01)
    assert not tags(drawn(plausible_bar(0.2, 0.5, 0.35, float("nan"), label="none")), "path")


@pytest.mark.parametrize(("value", "points"), [(0.0, "M1,9"), (0.9, "M189,9")])
def test_a_break_even_far_out_is_an_arrow_at_the_edge(value, points):
    [arrow] = tags(drawn(plausible_bar(0.2, 0.5, 0.35, value, label="share")), "path")
    assert arrow.get("d").startswith(points)
    assert arrow.get("d").count("L") == 2


# --- attribution ---------------------------------------------------------------------------------


def test_attribution_sums_both_ways(page):
    rows, total = body(page, "Each change, whole pounds"), foot(page, "Each change, whole pounds")
    for column, whole in ((2, -8_000_000), (3, -8_000_000), (6, -2_350_000)):
        assert sum(figure(row[column]) for row in rows) == figure(total[column]) == pytest.approx(whole, abs=1)
    assert [row[1] for row in rows] == ["Assumption", "Trial", "Expert view"]
    assert [row[4] for row in rows] == ["exact"] * 3


def test_without_order_free_figures_the_columns_keep_their_places(result, frames):
    ordered = frames["attribution"].assign(shapley_gbp=np.nan, standard_error_gbp=np.nan)
    page, _ = sections(result, {"attribution": ordered})
    rows = body(page, "Each change, whole pounds")
    assert [rows[0][at] for at in (2, 3, 4, 6)] == ["−£9,500,001", "–", "–", "−£2,700,000"]
    assert foot(page, "Each change, whole pounds")[3] == "–"


def test_a_total_row_is_not_one_of_the_changes(result, frames):
    rows = frames["attribution"]
    total = rows.head(1).assign(position=np.nan, change="total", ordered_gbp=rows["ordered_gbp"].sum(), grade="")
    page, _ = sections(result, {"attribution": pd.concat([rows, total], ignore_index=True)})
    assert len(body(page, "Each change, whole pounds")) == 3


# --- years ---------------------------------------------------------------------------------------


def test_years_sum_to_totals_and_changes_stand_beside(page):
    caption = "Undiscounted cost of the patients who start"
    rows, total = body(page, caption), foot(page, caption)
    assert [row[0] for row in rows] == [f"Year {year}" for year in range(1, 6)]
    # 0.7 × 160,000,000; 0.7 × (−9,500,000 × 1.6 + 9,500,000 × 0.05)
    assert rows[0][1:4] == ["£112,000,000", "£101,692,500", "−£10,307,500"]
    for column in range(1, 8):
        assert sum(figure(row[column]) for row in rows) == pytest.approx(figure(total[column]), abs=1e-6)


def test_books_sum_down_and_across(page):
    caption = "Day case: modelled change against Baseline by organisation and period"
    rows, total = body(page, caption), foot(page, caption)
    for row in [*rows, total]:
        assert sum(figure(cell) for cell in row[1:-1]) == pytest.approx(figure(row[-1]), abs=1e-6)
    for column in range(1, 5):
        assert sum(figure(row[column]) for row in rows) == pytest.approx(figure(total[column]), abs=1e-6)
    assert rows[0][1:] == ["−£6,184,500", "−£3,092,250", "−£1,030,750", "−£10,307,500"]


def test_fan_figures_are_the_frame(page, frames):
    rows = body(page, "Modelled change so far: Day case")
    last = frames["fan"][frames["fan"]["scenario"] == "day_case"].iloc[-1]
    assert [figure(cell) for cell in rows[-1][1:3]] == [round(last["mean"]), round(last["p50"])]
    assert [figure(cell) for cell in rows[-1][4].split(" to ")] == [round(last["p2_5"]), round(last["p97_5"])]
    assert len(page.xpath("//*[local-name()='svg'][@class='fan']")) == 3


def test_a_fan_of_nothing_drawn_is_a_line(result, undrawn):
    page, _ = sections(result, {"fan": undrawn})
    picture = page.xpath("//*[local-name()='svg'][@class='fan']")[0]
    assert len(tags(picture, "path")) == 1
    assert "At stated values: nothing was drawn" in page.text_content()


def test_a_fan_of_nothing_drawn_has_its_block(changed_book):
    assert any(cell.value == "Modelled change so far" for cell in changed_book["Profile"]["A"])


def test_a_fan_starts_at_nothing_and_ends_at_its_figures():
    rays = [Ray(365.0, 2.0, 0.0, 1.0, 2.0, 3.0, 4.0), Ray(730.0, 6.0, 2.0, 4.0, 6.0, 8.0, 10.0)]
    up = fan_scale([rays])
    assert (up[0].low, up[0].high) == (0.0, 10.0)
    made = drawn(fan(rays, up, "#005eb8", label="fan"))
    wide, _, line = tags(made, "path")
    points = re.findall(r"([\d.]+),([\d.]+)", line.get("d"))
    assert [float(y) for _, y in points] == pytest.approx([up[0].at(value) for value in (0.0, 2.0, 6.0)], abs=0.01)
    ends = [float(y) for _, y in re.findall(r"([\d.]+),([\d.]+)", wide.get("d"))]
    assert ends == pytest.approx([up[0].at(value) for value in (0.0, 0.0, 2.0, 10.0, 4.0, 0.0)], abs=0.01)
    assert up[0].at(0.0) == HEIGHT - 44


@pytest.mark.parametrize(
    ("period", "name"),
    [
        ((1, 0.0, 90.0), "Days 0 to 90"), ((12, 365 / 12 * 11, 365.0), "Month 12"), ((2, 7.0, 14.0), "Week 2"),
        ((1, 0.0, 1.0), "Day 1"), ((2, 365.0, 500.0), "Year 2, to day 500"),
    ],
)  # fmt: skip
def test_periods_are_called_what_they_are(period, name):
    assert period_name(*period) == name


# --- patients ------------------------------------------------------------------------------------


def test_spread_of_patients_is_the_frame(page):
    rows = body(page, "Cost of a patient, pounds, 200,000 sampled patients")
    assert rows[1] == [
        DAY_CASE, "£3,050", "£3,048", "£1,060", "£4,100", "£80", "£120", "£300", "£6,200", "£9,800", "£11,600", "£18,700", "23.1%", "£9.17",
    ]  # fmt: skip
    [picture] = page.xpath("//*[local-name()='svg'][@class='distribution']")
    assert "Day case, mean £3,050.00, median £1,060.00" in picture.get("aria-label")
    assert "Day case 0.5% of patients, from £24.0k" in page.text_content()


def test_outlines_are_as_high_as_the_share_in_one_width():
    """A bin twice as wide with twice the share is no higher: 0.2 in £500 is 0.4 in £1,000."""
    narrow = Spread("a", "#005eb8", [(0.0, 500.0, 0.2), (500.0, 1000.0, 0.8)], 0.0)
    wide = Spread("b", "#00857d", [(0.0, 1000.0, 0.4), (1000.0, 2000.0, 0.6)], 0.0)
    assert bin_width([narrow, wide]) == 1000.0
    made = drawn(distribution([narrow, wide], label="two"))
    lines = [each for each in tags(made, "path") if each.get("fill") == "none"]
    first = [float(re.findall(r"[\d.]+,([\d.]+)", line.get("d"))[1]) for line in lines]
    assert first[0] == first[1]


def test_an_open_last_bin_is_told_and_not_drawn():
    even = [(0.0, 10.0, 0.5), (10.0, 20.0, 0.5)]
    assert closed_bins(even) == (even, 0.0)
    assert closed_bins([*even[:1], (10.0, 95.0, 0.5)]) == (even[:1], 0.5)
    assert closed_bins(even[:1]) == (even[:1], 0.0)


def test_too_few_patients_for_percentiles_still_reads(result, frames):
    few = frames["distribution_summary"].assign(p5=np.nan, p95=np.nan)
    page, _ = sections(result, frames | {"distribution_summary": few})
    [picture] = page.xpath("//*[local-name()='svg'][@class='distribution']")
    assert not tags(picture, "circle")
    assert "nan" not in str(lxml.html.tostring(picture))
    one = Spread("a", "#005eb8", *closed_bins([(0.0, float("inf"), 1.0)]))
    assert (one.bins, one.beyond) == ([], 1.0)


# --- scales --------------------------------------------------------------------------------------


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_round_scales_reach_over_what_they_show(one, other):
    low, high = min(one, other), max(one, other)
    scale, marks = round_scale(low, high, (0.0, 100.0))
    room = 1e-6 * (scale.high - scale.low)
    assert scale.low - room <= low
    assert high <= scale.high + room
    assert marks == sorted(set(marks))
    assert len(money_marks(marks)) == len(marks)
    assert 0.0 <= scale.at(low) <= scale.at(high) <= 100.0


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ([-12e6, 0.0, 2.5e6], ["−£12.0m", "£0", "£2.5m"]), ([0.0, 1e9], ["£0", "£1bn"]), ([0.0, 250.0], ["£0", "£250"]),
        ([0.0, 2500.0, 10_000.0], ["£0", "£2.5k", "£10.0k"]),
    ],
)  # fmt: skip
def test_marks_of_one_axis_have_one_unit(marks, words):
    assert money_marks(marks) == words


# --- the workbook --------------------------------------------------------------------------------


def test_workbook_figures_are_unrounded(book, frames):
    for name, frame in FIRST_FRAME.items():
        cells = (cell.value for row in book[name].iter_rows(min_row=5) for cell in row)
        numbers = np.array([value for value in cells if isinstance(value, int | float)], float)
        wanted = frames[frame].select_dtypes("number").drop(columns="period", errors="ignore").to_numpy().ravel()
        for value in np.unique(wanted[np.isfinite(wanted)]):
            assert np.isclose(numbers, value, rtol=1e-14, atol=1e-12).any(), (name, value)


def test_every_block_of_a_sheet_is_there(book):
    blocks = {
        "Draws": ("Expected value of perfect information; groups do not add", "How often a scenario costs at most so much more a patient"),
        "Tornado": ("Every number at once at its best or worst end for the scenario", "Two numbers at once", "Sets of evidence side by side, never averaged"),
        "Profile": ("By period and organisation", "Modelled change so far"), "Distribution": ("Patients by cost",),
    }  # fmt: skip
    for name, headings in blocks.items():
        assert set(headings) <= {cell.value for cell in book[name]["A"]}


def test_own_sheets_say_that_data_are_synthetic(book):
    assert all(book[name]["A3"].value.startswith("SYNTHETIC DATA") for name in OWN_SHEETS)


def test_words_in_cells(book):
    sheet = book["Break-even"]
    assert [sheet.cell(row, 10).value for row in range(6, 10)] == ["no", None, "yes", None]
    assert [sheet.cell(6, 1).value, sheet.cell(6, 3).value] == [DAY_CASE, "Share of operations done as day cases"]
    marked = book["Attribution"]
    assert marked["A6"].fill.fgColor.rgb != marked["A7"].fill.fgColor.rgb
    profile = book["Profile"]
    assert [profile.cell(6, at).value for at in (1, 2, 5)] == ["Baseline", "Year 1", "Knee replacement, inpatient"]


def test_chance_knows_names_and_order(told):
    chance = Chance.of(told)
    assert chance.first == "baseline"
    assert chance.called("same_day_share") == "Share of operations done as day cases"
    assert chance.called("rehab_visits") == "Rehab visits"
    assert [name for name, _ in chance.each(chance.tables.tornado)] == list(toy_chance.OTHERS)

"""The page in a browser: nothing that WCAG 2.2 AA forbids, wide or narrow, and text that does not overprint."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import pathway_cost as pc
from pathway_cost.reports.page.page import page_text
from pathway_cost.reports.words import text_width

PAGES = ("elective_knee", "time_and_chance", "made by hand")
WIDTHS = (1280, 400)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EXAMPLES = Path(__file__).parents[3] / "examples"
CHROMIUM = shutil.which("chromium")

if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip("no chromium to open the page with", allow_module_level=True)
sync_api = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pages(explored_text):
    """Name → the page; the two examples, and one with every section there is."""
    made = {name: page_text(pc.run(EXAMPLES / name / "study.yaml")) for name in PAGES[:2]}
    return made | {PAGES[2]: explored_text}


@pytest.fixture(scope="module")
def opened(browser, pages, tmp_path_factory):
    """Opens a page at a width, and every fold of it; what is opened once stays open. Its own policy is set aside, so that scripts may look at it."""
    held = {}
    folder = tmp_path_factory.mktemp("pages")

    def open_page(name, width):
        if (name, width) not in held:
            file = folder / f"{name}.html"
            file.write_text(pages[name], encoding="utf-8")
            context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
            held[name, width] = context.new_page()
            held[name, width].goto(file.as_uri())
            held[name, width].evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        return held[name, width]

    return open_page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_bars_a_reader(opened, name, width):
    found = axe.Axe().run(opened(name, width), options={"runOnly": {"type": "tag", "values": RULES}}).response
    assert len(found["passes"]) > 20, "the rules were tried"
    told = [
        f"{each['id']} ({each['impact']}): {each['help']}: {node['html'][:200]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
    assert told == []


def test_what_bars_a_reader_is_found(browser):
    """A picture without words, and grey on grey."""
    page = browser.new_context().new_page()
    page.set_content(
        '<html lang="en"><title>x</title><main><h1>x</h1><img src="x.png"><p style="color:#bbb">grey</p></main>'
    )
    found = axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response
    assert {"image-alt", "color-contrast"} <= {each["id"] for each in found["violations"]}


@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_page_scrolls_one_way_only(opened, name):
    """Tables and pictures scroll within themselves (WCAG 1.4.10)."""
    assert opened(name, 400).evaluate("document.documentElement.scrollWidth") <= 400


@pytest.mark.parametrize("name", PAGES)
def test_a_caption_is_no_wider_than_a_phone(opened, name):
    widths = "[...document.querySelectorAll('caption')].map(each => each.getBoundingClientRect().width)"
    found = opened(name, 400).evaluate(widths)
    assert found
    assert max(found) <= 400


CUT = """() => {
    const cut = [...document.querySelectorAll('.wide')].filter(each => each.clientWidth && each.scrollWidth > each.clientWidth);
    return cut.map(each => each.getAttribute('aria-label') || each.textContent.slice(0, 60));
}"""


@pytest.mark.parametrize("name", PAGES)
def test_no_table_or_picture_is_cut_on_an_ordinary_screen(opened, name):
    assert opened(name, 1280).evaluate(CUT) == []


FOCUSED = """() => {
    const at = document.activeElement, label = at.labels && at.labels.length ? at.labels[0] : at;
    const seen = each => { const s = getComputedStyle(each); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0; };
    return [at.tagName + (at.id ? '#' + at.id : ''), seen(at) || seen(label)];
}"""


@pytest.mark.parametrize("name", PAGES)
def test_what_the_keyboard_reaches_is_seen_to_be_reached(opened, name):
    page = opened(name, 1280)
    page.evaluate("document.activeElement.blur()")
    stops = page.evaluate("document.querySelectorAll('a, summary, input, [tabindex]').length")
    seen = []
    for _ in range(stops):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
    assert len({place for place, _ in seen}) > 3
    assert [place for place, is_seen in seen if not is_seen and place != "BODY"] == []


TEXTS = """() => [...document.querySelectorAll('svg.sankey, svg.waterfall, svg.bars, svg.change, svg.tornado')].map(svg => {
    const frame = svg.viewBox.baseVal;
    return [frame.width, frame.height, [...svg.querySelectorAll('text')].map(each => {
        const box = each.getBBox();
        const style = getComputedStyle(each);
        return [each.textContent, box.x, box.y, box.width, box.height, parseFloat(style.fontSize), style.fontWeight];
    })];
})"""
FALSE_INK = 0.12  # of the height of a box above and below the letters


def inked(text, x, y, width, height, *_letters):
    return text, x, y + FALSE_INK * height, x + width, y + height * (1 - FALSE_INK)


def over(one, other):
    return one[1] < other[3] and other[1] < one[3] and one[2] < other[4] and other[2] < one[4]


OTHER_FONT = 'svg text{font-family:"DejaVu Sans"!important}'
"""Where there is no Arial."""


@pytest.mark.parametrize(("medium", "font"), [("screen", ""), ("print", ""), ("screen", OTHER_FONT)])
@pytest.mark.parametrize("name", PAGES)
def test_text_of_drawings_stands_free_as_a_browser_draws_it(opened, name, medium, font):
    page = opened(name, 1280)
    page.emulate_media(media=medium)
    style = page.add_style_tag(content=f"figure{{display:block!important}}{font}")
    drawings = page.evaluate(TEXTS)
    style.evaluate("each => each.remove()")
    page.emulate_media(media="screen")
    assert len(drawings) > 2
    for right, bottom, texts in drawings:
        found = [inked(*each) for each in texts]
        assert [(a[0], b[0]) for place, a in enumerate(found) for b in found[place + 1 :] if over(a, b)] == []
        assert [text for text, x, y, x2, y2 in found if x < 0 or y < 0 or x2 > right or y2 > bottom] == []
        plain = [(text, width, size) for text, _, _, width, _, size, weight in texts if weight == "400"]
        wider = [(text, width) for text, width, size in plain if width > text_width(text, size) + 1]
        assert wider == [], "than reckoned"


FIRST_SCREEN = """() => ['.question', '.first', '.card:last-child', '.answer figure'].map(each => {
    const box = document.querySelector(each).getBoundingClientRect();
    return [Math.round(box.top), Math.round(box.bottom)];
})"""


@pytest.mark.parametrize("name", PAGES[:2])
def test_the_first_screen_holds_question_answers_and_picture(opened, name):
    """On a laptop of 1280 × 720 without scrolling; the first figure above 400 pixels, on a phone too."""
    page = opened(name, 1280)
    page.evaluate("scrollTo(0, 0)")
    question, first, cards, picture = page.evaluate(FIRST_SCREEN)
    assert question[1] <= first[0]
    assert first[1] < 400
    assert cards[1] < 720
    assert picture[1] < 720
    phone = opened(name, 400)
    phone.evaluate("scrollTo(0, 0)")
    assert phone.evaluate(FIRST_SCREEN)[1][1] < 400


WORDS = """() => {
    document.querySelectorAll('svg').forEach(each => each.remove());
    return document.body.innerText.split(/\\s+/).length;
}"""


def test_what_stands_open_is_half_of_what_there_once_was(browser, pages, tmp_path):
    """The first example's page had 4,893 words in sight before it had folds."""
    file = tmp_path / "page.html"
    file.write_text(pages["elective_knee"], encoding="utf-8")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(file.as_uri())
    assert 500 < page.evaluate(WORDS) < 4893 / 2
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_folds_open_by_a_link_and_all_at_once(browser, pages, tmp_path, name):
    file = tmp_path / "page.html"
    file.write_text(pages[name], encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(file.as_uri())
    height = "document.querySelector('main').scrollHeight"
    folded = page.evaluate(height)
    assert not page.locator("#prices table").first.is_visible()
    page.goto(f"{file.as_uri()}#prices")
    assert page.locator("#prices table").first.is_visible()
    page.check("#all", force=True)
    assert page.evaluate(height) > 2 * folded
    page.close()

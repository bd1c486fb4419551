"""The run made by hand and what is written of it, once a session; and one whose every text is hostile."""

import io
from pathlib import Path

import lxml.html
import openpyxl
import pytest

import pathway_cost as pc
from pathway_cost.reports.files.folder import run_files
from pathway_cost.reports.page.page import page_text
from pathway_cost.reports.workbook.workbook import workbook_bytes
from tests.reports import toy, toy_chance

HOSTILE_TITLE = "<script>alert(1)</script> & knees"
HOSTILE_TEXT = '=HYPERLINK("http://evil.example","click")'


@pytest.fixture(scope="session")
def result():
    return toy.make()


@pytest.fixture(scope="session")
def knee():
    """The first example, run."""
    return pc.run(Path(__file__).parents[2] / "examples" / "elective_knee" / "study.yaml")


@pytest.fixture(scope="session")
def hostile():
    return toy.make(title=HOSTILE_TITLE, hostile=HOSTILE_TEXT)


@pytest.fixture(scope="session")
def files_of_the_run(result):
    """Name → bytes. Nobody may change what is shared: workbook, page and frames are read only."""
    return run_files(result)


@pytest.fixture(scope="session")
def plain_book(files_of_the_run):
    return openpyxl.load_workbook(io.BytesIO(files_of_the_run["workbook.xlsx"]))


@pytest.fixture(scope="session")
def frames():
    """Frames of time, chance and uncertainty."""
    return toy_chance.frames()


@pytest.fixture(scope="session")
def explored(result, frames):
    """The run made by hand with those frames."""
    return toy_chance.with_frames(result, frames)


@pytest.fixture(scope="session")
def explored_text(explored):
    return page_text(explored)


@pytest.fixture(scope="session")
def explored_page(explored_text):
    return lxml.html.document_fromstring(explored_text)


@pytest.fixture(scope="session")
def explored_book(explored):
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(explored)))

"""The run made by hand, once a session; and one whose every text is hostile."""

import pytest

from tests.reports import toy

HOSTILE_TITLE = "<script>alert(1)</script> & knees"
HOSTILE_TEXT = '=HYPERLINK("http://evil.example","click")'


@pytest.fixture(scope="session")
def result():
    return toy.make()


@pytest.fixture(scope="session")
def hostile():
    return toy.make(title=HOSTILE_TITLE, hostile=HOSTILE_TEXT)

"""What the tests of commands share."""

from __future__ import annotations

import tempfile

import pytest

from tests.cli.toy_study import run_cli, write_study


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """Where temporary files go: a folder that must be empty again."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture(scope="session")
def costed(tmp_path_factory):
    """The toy study, run once with extracts: what it said, its folder, its results."""
    folder = tmp_path_factory.mktemp("toy")
    study = write_study(folder / "study")
    return run_cli("run", study, "--out", folder / "out", "--patients"), study, folder / "out"


@pytest.fixture
def study(tmp_path):
    return write_study(tmp_path / "study", extracts=False)

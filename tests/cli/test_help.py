"""Help of every command, the page made of it, and what no command imports before it must."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.cli.commands_page import PAGE, commands, help_of, page
from tests.cli.toy_study import edit, good, run_cli

ROOT = Path(__file__).parents[2]
HEAVY = {
    "numpy", "pandas", "pydantic", "pyarrow", "ibis", "duckdb", "lxml", "plotly", "networkx", "ruamel.yaml", "numba",
    "scipy", "narwhals", "xlsxwriter", "python_calamine", "rich",
}  # fmt: skip
NAMES = dict(commands())


def test_the_page_of_commands_is_not_stale():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.cli.commands_page"


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_an_example(name):
    text = help_of(name, NAMES[name])
    examples = re.findall(r"^ +(pathway-cost .*)$", text.partition("Example:")[2], re.MULTILINE)
    assert examples
    for example in examples:
        words, command = shlex.split(example)[1:], NAMES["pathway-cost"]
        while isinstance(command, click.Group) and words and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        known = {option for parameter in command.params for option in parameter.opts} | {">"}
        assert {word for word in words if word.startswith("--")} <= known, example
        assert any(example.startswith(name) for example in examples)
        files = [word for word in words if word.startswith(("examples/", "pathways/"))]
        assert all(list(ROOT.glob(file)) for file in files), example


@pytest.mark.parametrize("name", NAMES)
def test_every_option_says_what_it_is_for(name):
    options = [each for each in NAMES[name].params if isinstance(each, click.Option)]
    assert all(each.help for each in options)


def test_help_is_printed_on_stdout_and_usage_faults_on_stderr():
    assert good("--help").out.startswith("Usage: pathway-cost")
    assert good("run", "-h").err == ""
    for wrong in (["runn"], ["run"], ["run", "--replce"], ["schema", "pathwy"], ["cohort", "make"]):
        ran = run_cli(*wrong)
        assert (ran.code, ran.out) == (2, "")
        assert "Usage: pathway-cost" in ran.err
    assert "Did you mean 'run'" in run_cli("runn").err


def imported(code, *arguments, cwd=ROOT):
    """The heavy packages in memory after some Python code, and its last line of output."""
    tail = f"import sys\nprint(sorted({HEAVY!r} & set(sys.modules)))"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}\n{tail}", *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=cwd, env=environment,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return set(json.loads(ran.stdout.splitlines()[-1].replace("'", '"')))


def test_importing_the_package_imports_nothing_heavy():
    assert imported("import pathway_cost\nassert 'run' in dir(pathway_cost)") == set()


def test_help_of_every_command_imports_nothing_heavy():
    calls = [[*name.split()[1:], "--help"] for name in NAMES]
    assert (
        imported(f"from pathway_cost.cli import main\nfor call in {calls!r}: assert main._exit_code(call) == 0")
        == set()
    )


def test_a_study_without_extracts_imports_neither_ibis_nor_duckdb(study, tmp_path):
    found = imported(
        "import sys\nfrom pathway_cost.cli import main\nassert main._exit_code(sys.argv[1:]) == 0",
        "run", study, "--out", tmp_path / "out",
    )  # fmt: skip
    assert {"numpy", "pandas", "pydantic"} <= found
    assert not {"ibis", "duckdb", "lxml", "numba"} & found


def test_python_m_works_from_any_folder(study):
    ran = subprocess.run(
        [sys.executable, "-m", "pathway_cost", "check", "study.yaml"],
        capture_output=True, text=True, check=False, cwd=study.parent, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (ran.returncode, ran.stdout.partition(" in ")[0]) == (0, "study.yaml: no fault")


def test_a_terminal_without_our_characters_stops_no_command(study):
    edit(study.parent, "pathway.yaml", "title: Knee replacement", "title: Knee → replacement")
    for call in (
        ["pathways", "show", study.with_name("pathway.yaml")],
        ["schema", "pathway"],
        ["unit-costs", "show", study],
    ):
        ran = subprocess.run(
            [sys.executable, "-m", "pathway_cost", *map(str, call)],
            capture_output=True, check=False, env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "cp1252"},
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout.decode("cp1252")

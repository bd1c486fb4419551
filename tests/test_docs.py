"""What the README and docs show is true: Python runs, YAML is read, commands, options, files and links exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from pathway_cost.cli.main import cli
from pathway_cost.reports.files.folder import FILES
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.rules import UnitCostRules
from pathway_cost.specs.format.scenario import Scenario
from pathway_cost.specs.format.study import Study
from pathway_cost.specs.reading.read_specs import parse_document, read_spec
from tests.test_house import IMPORTS, MODULES, PACKAGE

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").glob("*/README.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"(?<![\w/`])pathway-cost [^`\n&|>]+|`(pathway-cost [^`\n]+)`")
KINDS = {"study": Study, "scenario": Scenario, "rules": UnitCostRules, "pathway": Pathway}  # the first key found tells


class Snippet(NamedTuple):
    """A fenced block: its page and number there, its language, its text."""

    page: Path
    number: int
    language: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.number}"


SNIPPETS = [
    Snippet(page, number, *block)
    for page in PAGES
    for number, block in enumerate(BLOCK.findall(page.read_text(encoding="utf-8")), start=1)
]


PYTHON = [snippet for snippet in SNIPPETS if snippet.language == "python"]


def test_the_readme_shows_python():
    assert [snippet for snippet in PYTHON if snippet.page == ROOT / "README.md"]


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A folder that looks like the checkout, in which a snippet may write."""
    for name in ("pathways", "examples", "README.md"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("snippet", PYTHON, ids=lambda snippet: snippet.name)
def test_python_runs(snippet, checkout, capsys):
    exec(compile(snippet.text, snippet.name, "exec"), {"__name__": "snippet"})
    assert ("print(" in snippet.text) is bool(capsys.readouterr().out)
    for folder in re.findall(r'pc\.write\(\w+, "(\w+)"', snippet.text):
        assert (checkout / folder / "run.json").is_file()


def test_yaml_is_read():
    read = 0
    for snippet in SNIPPETS:
        if snippet.language == "yaml":
            document = parse_document(snippet.text, file=snippet.name)
            kinds = [kind for key, kind in KINDS.items() if isinstance(document.tree, dict) and key in document.tree]
            if kinds:
                read_spec(document, kinds[0])
                read += 1
    assert read, "no page shows a file of ours"


def commands_shown(page):
    """Every `pathway-cost …` on a page, in code or in a sentence's backticks."""
    text = page.read_text(encoding="utf-8")
    return [found.group(1) or found.group(0) for found in COMMAND.finditer(text)]


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name != "commands.md"], ids=lambda page: str(page.relative_to(ROOT))
)
def test_commands_and_options_exist(page):
    for shown in commands_shown(page):
        words, command = shlex.split(shown)[1:], cli
        while isinstance(command, click.Group) and words and not words[0].startswith("-") and words[0] != "COMMAND":
            assert words[0] in command.commands, shown
            command = command.commands[words.pop(0)]
        known = {option for parameter in command.params for option in parameter.opts} | {"--help", "-h"}
        assert {word for word in words if word.startswith("-")} <= known, shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    broken = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert not broken


def test_every_command_is_on_a_page():
    shown = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    missing = [name for name in cli.commands if f"pathway-cost {name}" not in shown]
    assert not missing


def test_every_file_that_a_run_leaves_is_named():
    pages = "\n".join((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "docs/tables.md"))
    assert sorted(name for name in FILES if f"`{name}`" not in pages) == []


# --- the map of the code -----------------------------------------------------------------------------------------
MAP = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))


def rooms_shown():
    """Every package and wing of the map's list, in its order."""
    rooms, package = [], ""
    for indent, name in re.findall(r"^( *)(\w+)/ +\S", BLOCK.findall(MAP)[0][1], re.MULTILINE):
        package = package if indent else name
        rooms.append(f"{package}/{name}" if indent else name)
    return rooms


def test_the_map_shows_every_package_and_wing_and_no_other():
    there = [path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("__init__.py")]
    assert sorted(rooms_shown()) == sorted(set(there) - {"."})


def test_the_map_names_every_file_beside_the_packages():
    files = {path.name for path in PACKAGE.glob("*.py")} - {"__init__.py", "__main__.py"}
    assert sorted(name for name in files if f"`{name}`" not in MAP) == []


def is_there(path):
    """Whether some file or folder goes by a path of the map, in which `*` and `<…>` stand for anything."""
    pattern = re.sub(r"<\w+>", "*", path.removeprefix("pathway_cost/").rstrip("/"))
    return any([*PACKAGE.glob(pattern), *ROOT.glob(pattern)] if "/" in path else PACKAGE.rglob(pattern))


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"[\w/*<>.]+\.py\b|(?<=`)[\w/]+/(?=`)", MAP)) - {"pathway_cost/"})
)
def test_paths_of_the_map_lead_somewhere(path):
    assert is_there(path)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"[`\s](\w+)\(\)", MAP))))
def test_functions_of_the_map_are_defined(name):
    assert re.search(rf"^ *(def|class) {name}\b", SOURCE, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(\w+)`", MAP))))
def test_names_of_the_map_are_in_the_code(name):
    assert re.search(rf"\b{name}\b", SOURCE)


def room_of(module):
    """The package or wing of a module, as the map writes it; nothing for a file beside the packages."""
    folder = MODULES[module].parent.relative_to(PACKAGE).as_posix()
    return "" if folder == "." else folder


def test_code_imports_only_what_stands_above_it_on_the_map():
    place = {room: number for number, room in enumerate(rooms_shown())}
    pairs = {(room_of(name), room_of(other)) for name, others in IMPORTS.items() for other in others}
    below = {(here, there) for here, there in pairs if here and there and place[there] > place[here]}
    assert below == set(), "put the room that is imported above the other"

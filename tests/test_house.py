"""The house: where files live, what they are called and what they import. Each failure says what to do."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pathway_cost"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]

MOST_IMPORTS = 4.0
"""Modules of ours that a file imports, on average, `__init__` files counted: 4.9 when first measured. The models of the
field have 2.2 to 4.0: tighten this as files come to need less, and never raise it."""
MOST_PARAMETERS = 8  # `self` not counted
PUBLIC_DOORS = {
    "pathway_cost.costing.cost_pathway"
}  # frames in, frames out: each of its parameters is a question of the user's
TESTED_BY_WING = ("engine", "specs", "tables", "plics", "results", "reports")
TOLD_APART = {
    ("engine", "compile", "compiled"): "a pathway compiled to integers; the walk as machine code",
    ("engine", "walk", "walkers"): "the walking; those who walk",
}
"""Near-twins that stay. A new pair is renamed, not listed."""
ENDINGS = ("ations", "ation", "ings", "ing", "ions", "ion", "ers", "er", "es", "ed", "e", "s")
SHORTEST_STEM = 3


def named(path):
    """The dotted name of a file of the package."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {named(path): path for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def folders_in(folder):
    """The folders of code directly within one."""
    return sorted(each for each in folder.iterdir() if each.is_dir() and any(each.rglob("*.py")))


PACKAGES = folders_in(PACKAGE)
WINGS = {package.name: [wing.name for wing in folders_in(package)] for package in PACKAGES}
EVERY_WING = [f"{package}.{wing}" for package, wings in WINGS.items() for wing in wings]


# --- imports -----------------------------------------------------------------------------------------------------
def imported(tree, files):
    """The modules among `files` that some code imports: at its top, for types only, or inside a function."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "write imports in full: from pathway_cost.…"
            deeper = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (deeper & set(files)) | ({node.module} if deeper - set(files) else set())
    return found & set(files)


IMPORTS = {name: imported(tree, MODULES) - {name} for name, tree in TREES.items()}


@pytest.mark.parametrize(
    "text",
    [
        "import a.b",
        "from a import b",
        "from a.b import thing",
        "if TYPE_CHECKING:\n    from a.b import Thing",
        "def late():\n    from a.b import thing",
    ],
)
def test_an_import_is_seen_wherever_it_stands(text):
    assert imported(ast.parse(text), ["a", "a.b", "a.c"]) == {"a.b"}


def test_no_files_import_one_another():
    graph = nx.DiGraph([(name, other) for name, others in IMPORTS.items() for other in others])
    circles = [sorted(circle) for circle in nx.strongly_connected_components(graph) if len(circle) > 1]
    assert not circles, "move what both sides need into the lower file, or into a file of its own"


def test_a_file_imports_few_others():
    mean = sum(map(len, IMPORTS.values())) / len(IMPORTS)
    largest = sorted(IMPORTS, key=lambda name: -len(IMPORTS[name]))[:10]
    told = ", ".join(f"{name} {len(IMPORTS[name])}" for name in largest)
    assert mean <= MOST_IMPORTS, f"{mean:.2f} imports a file. Let one thing carry what several fetch; most: {told}"


# --- names -------------------------------------------------------------------------------------------------------
def stem(name):
    """A name with the ending of each of its words cut off.

    >>> stem("price_changes")
    'pric_chang'
    """
    return "_".join(map(_stem_of_word, name.split("_")))


def _stem_of_word(word):
    cut = (word.removesuffix(ending) for ending in ENDINGS if word.endswith(ending))
    return next((short for short in cut if len(short) >= SHORTEST_STEM), word)


@pytest.mark.parametrize(
    "twins",
    [
        ("exploring", "exploration", "explored", "explore", "explorer", "explorations"),
        ("sampled", "sampling", "sample", "samples"),
        ("price_change", "price_changes"),
        ("use", "uses"),
    ],
)
def test_twins_have_one_stem(twins):
    assert len(set(map(stem, twins))) == 1


def test_no_name_is_a_near_twin_of_another_in_its_package():
    alike = defaultdict(set)
    for path in MODULES.values():
        if not path.stem.startswith("__"):
            package = path.relative_to(PACKAGE).parts[0] if path.parent != PACKAGE else ""
            alike[package, stem(path.stem)].add(path.stem)
    found = {(package, *pair) for (package, _), names in alike.items() for pair in combinations(sorted(names), 2)}
    assert found - set(TOLD_APART) == set(), "give one of them a name that says how it differs"
    assert set(TOLD_APART) - found == set(), "take the pair out of TOLD_APART: it is no more"


def test_no_two_files_share_a_name():
    counted = Counter(path.name for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    shared = sorted(name for name, times in counted.items() if times > 1 and name != "__init__.py")
    assert not shared, "a file is found by its name: give each its own"


def test_no_function_has_many_parameters():
    many = {
        f"{name}.{node.name}": len(parameters(node))
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and len(parameters(node)) > MOST_PARAMETERS
    }
    told = [f"{name} {given}" for name, given in many.items() if name not in PUBLIC_DOORS]
    assert not told, f"hand on one thing that holds what belongs together: {', '.join(told)}"


def parameters(function):
    """Names of all that a function is given, but `self` and `cls`."""
    given = function.args
    each = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return [arg.arg for arg in each if arg is not None and arg.arg not in ("self", "cls")]


# --- wings -------------------------------------------------------------------------------------------------------
def layers_of(container):
    """The layers contract of a package, lowest first: each layer a set of names."""
    found = [each for each in CONTRACTS if each["type"] == "layers" and container in each["containers"]]
    assert len(found) == 1, f"give {container} one layers contract in pyproject.toml"
    assert found[0].get("exhaustive"), (
        f"set `exhaustive = true` in the layers of {container}, so that a new wing is declared"
    )
    return [set(re.split(r"\s*[|:]\s*", layer)) for layer in reversed(found[0]["layers"])]


def children(folder):
    """Names of the files and folders of code within a folder."""
    return {path.stem for path in folder.glob("*.py")} - {"__init__", "__main__"} | {
        each.name for each in folders_in(folder)
    }


@pytest.mark.parametrize("package", ["", *(package for package, wings in WINGS.items() if wings)])
def test_every_wing_stands_in_a_contract(package):
    declared = set().union(*layers_of(f"pathway_cost.{package}".rstrip(".")))
    assert children(PACKAGE / package) == declared, (
        "declare it in pyproject.toml, between what it imports and what imports it"
    )


@pytest.mark.parametrize("folder", [*WINGS, *EVERY_WING])
def test_every_folder_says_what_it_is(folder):
    path = PACKAGE.joinpath(*folder.split("."), "__init__.py")
    assert path.is_file(), "give the folder an __init__.py"
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), "say in its docstring what the folder holds"


def comes_after(package, wing):
    """The wings that a wing says it comes after; none for the first."""
    said = " ".join((ast.get_docstring(TREES[f"pathway_cost.{package}.{wing}"]) or "").split())
    if f"The first wing of {package}" in said or f"The first wing of the {package}" in said:
        return set()
    if "Comes last." in said:
        return set(WINGS[package]) - {wing}
    names = re.search(r"Comes after ([^.]+)\.", said)
    assert names, f"end the docstring with `Comes after <wings>.` or `The first wing of {package}.`"
    return set(re.split(r", | and ", names.group(1)))


@pytest.mark.parametrize("name", EVERY_WING)
def test_a_wing_says_which_come_before_it(name):
    package, wing = name.split(".")
    layers = layers_of(f"pathway_cost.{package}")
    level = {each: number for number, layer in enumerate(layers) for each in layer}
    said = comes_after(package, wing)
    assert bool(said) is (level[wing] > 0), "the lowest layer is the first wing, and all others come after some"
    assert {each for each in said if level.get(each, len(layers)) >= level[wing]} == set(), (
        "not below it in pyproject.toml"
    )


@pytest.mark.parametrize("name", EVERY_WING)
def test_a_wing_imports_only_from_those_before_it(name):
    package, wing = name.split(".")
    before, further = set(), {wing}
    while further:
        further = set().union(*(comes_after(package, each) for each in further)) - before
        before |= further
    here = f"pathway_cost.{name}"
    used = {other.split(".")[2] for file in MODULES if file.startswith(f"{here}.") for other in siblings(file, package)}
    assert used - {wing} <= before, "say so in the docstring, or import it from a wing that comes before"


def siblings(file, package):
    """What a file imports from its own package."""
    return [other for other in IMPORTS[file] if other.startswith(f"pathway_cost.{package}.")]


@pytest.mark.parametrize("name", [name for name, path in MODULES.items() if path.name == "__init__.py"])
def test_files_named_in_a_docstring_exist(name):
    known = {path.name for path in MODULES[name].parent.rglob("*.py")}
    said = set(re.findall(r"(?<![*\w])\w+\.py\b", ast.get_docstring(TREES[name]) or ""))
    assert said - known == set(), "name the file as it is called now"


# --- doors -------------------------------------------------------------------------------------------------------
def door_of(wing):
    """The names that a wing hands out itself; none where its files are entered one by one."""
    tree = TREES[f"pathway_cost.{wing}"]
    listed = [node.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "__all__"]
    return set(ast.literal_eval(listed[0])) if listed else set()


DOORS = {wing: names for wing in EVERY_WING if (names := door_of(wing))}


def taken_from(wing):
    """(importing file, module, name) of every name that a file outside takes from a wing or a file of it."""
    home = f"pathway_cost.{wing}"
    for name, tree in TREES.items():
        if name != home and not name.startswith(f"{home}."):
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(f"{home}."):
                    yield from ((name, node.module, alias.name) for alias in node.names)


@pytest.mark.parametrize("wing", DOORS)
def test_a_wing_with_a_door_is_entered_by_it(wing):
    beside = [each for each in taken_from(wing) if each[1] != f"pathway_cost.{wing}"]
    assert not beside, f"import it from pathway_cost.{wing}"


@pytest.mark.parametrize("wing", DOORS)
def test_a_door_hands_out_what_is_taken_and_no_more(wing):
    taken = {name for _, _, name in taken_from(wing) if f"pathway_cost.{wing}.{name}" not in MODULES}
    assert taken == DOORS[wing], "a name that nobody outside takes is the wing's own"


# --- tests -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("package", TESTED_BY_WING)
def test_tests_stand_in_folders_named_after_wings(package):
    folders = {each.name for each in folders_in(ROOT / "tests" / package)}
    assert folders - set(WINGS[package]) == set(), "move the tests into the folder of the wing they test"

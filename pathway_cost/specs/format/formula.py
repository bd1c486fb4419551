"""Formulas: arithmetic over names, read by Python's own grammar and a short list of what is allowed. No eval."""

from __future__ import annotations

import ast
import functools
import itertools
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = float | NDArray[np.float64]
Lookup = Callable[[str], Numbers]

LONGEST = 2_000  # characters
DEEPEST = 200  # operations within operations

_ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {"min": np.minimum, "max": np.maximum, "exp": np.exp, "log": np.log}
_SEVERAL = ("min", "max")
_REMEDIES: Mapping[type[ast.AST], str] = {
    ast.BitXor: "for a power write **",
    ast.Mod: "% is not known",
    ast.FloorDiv: "// is not known",
    ast.BoolOp: "for `and` multiply comparisons; for `or` take their max",
    ast.Not: "for `not x` write 1 - x",
    ast.IfExp: "for `a if c else b` write c * a + (1 - c) * b",
}


@dataclass(frozen=True)
class Expression:
    """A formula that was read: its text, the names it reads, its tree."""

    text: str
    names: frozenset[str]
    tree: ast.expr

    def evaluate(self, lookup: Lookup) -> Numbers:
        """The value, element by element where names are arrays.

        Comparisons give 1 or 0. What arithmetic cannot give (a division by zero, the logarithm of a negative
        number, more than a float holds) is nan, and stays nan whatever follows.

        >>> parse_formula("max(0, 1 - p_rehab - p_bed)").evaluate({"p_rehab": 0.25, "p_bed": 0.1}.__getitem__)
        0.65
        """
        with np.errstate(all="ignore"):
            result = np.asarray(_evaluate(self.tree, lookup), dtype=np.float64)
        return float(result) if result.ndim == 0 else result

    def products_of_names(self) -> list[tuple[str, ...]]:
        """The terms of the sum that are nothing but names multiplied (or divided), each as its names.

        >>> parse_formula("los * factor + 2 * extra - wait").products_of_names()
        [('los', 'factor'), ('wait',)]
        """
        return [names for term in _terms(self.tree) if (names := _factors(term)) is not None]

    def is_linear_in(self, name: str) -> bool:
        """Whether the formula is a multiple of the name plus what does not depend on it.

        >>> formula = parse_formula("2 * los + max(0, age - 65)")
        >>> formula.is_linear_in("los"), formula.is_linear_in("age")
        (True, False)
        """
        return _degree(self.tree, name) <= 1


@functools.lru_cache(maxsize=4096)
def parse_formula(text: str) -> Expression:
    """Read a formula: + - * / ** ( ) min max exp log, comparisons, numbers and names (`after_surgery.home`).

    Raises ValueError in plain words.

    >>> sorted(parse_formula("1 - after_surgery.home - p_readmit").names)
    ['after_surgery.home', 'p_readmit']
    """
    if len(text) > LONGEST:
        raise ValueError(f"a formula has at most {LONGEST} characters; name its parts as parameters")
    try:
        tree = ast.parse(" ".join(text.split()), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        shown = text if len(text) <= 80 else f"{text[:77]}..."
        raise ValueError(f"{shown!r} cannot be read as a formula") from error
    names = _names(tree, 0)
    return Expression(text=text, names=frozenset(names), tree=tree)


def _names(node: ast.expr, depth: int) -> set[str]:
    """The names below a node, having refused whatever is not arithmetic."""
    if depth > DEEPEST:
        raise ValueError(f"a formula has at most {DEEPEST} operations within operations; name its parts as parameters")
    name = dotted_name(node)
    if name is not None:
        return {name}
    return set[str]().union(*(_names(operand, depth + 1) for operand in _operands(node)))


def dotted_name(node: ast.expr) -> str | None:
    """`los` or `after_surgery.home`, where the node is a name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        front = dotted_name(node.value)
        return None if front is None else f"{front}.{node.attr}"
    return None


def _operands(node: ast.expr) -> list[ast.expr]:
    """What a node works on. Raises ValueError for whatever is not allowed."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        _as_float(node.value)
        return []
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd | ast.USub):
        return [node.operand]
    if isinstance(node, ast.Compare) and all(type(op) in _COMPARISONS for op in node.ops):
        return [node.left, *node.comparators]
    if isinstance(node, ast.Call):
        return _arguments(node)
    raise ValueError(_refusal(node))


def _arguments(node: ast.Call) -> list[ast.expr]:
    function = dotted_name(node.func)
    if function not in _FUNCTIONS:
        raise ValueError(f"{ast.unparse(node.func)!r} is not a function of formulas: min, max, exp, log")
    wanted = 2 if function in _SEVERAL else 1
    if node.keywords or (len(node.args) != wanted if wanted == 1 else len(node.args) < wanted):
        raise ValueError(f"{function} takes {'two or more numbers' if wanted > 1 else 'one number'}")
    return node.args


def _refusal(node: ast.expr) -> str:
    sign: ast.AST = node.op if isinstance(node, ast.BinOp | ast.UnaryOp) else node
    remedy = _REMEDIES.get(type(sign), "formulas know + - * / ** ( ) min max exp log, comparisons, numbers and names")
    return f"{ast.unparse(node)!r} is not allowed in a formula: {remedy}"


def _as_float(number: Any) -> float:
    try:
        if np.isfinite(float(number)):
            return float(number)
    except OverflowError:
        pass
    raise ValueError("a number in a formula is too large")


def _evaluate(node: ast.expr, lookup: Lookup) -> Any:
    name = dotted_name(node)
    if name is not None:
        return np.asarray(lookup(name), dtype=np.float64)
    if isinstance(node, ast.Constant):
        return np.float64(_as_float(node.value))
    values = [_evaluate(operand, lookup) for operand in _operands(node)]
    if isinstance(node, ast.UnaryOp):
        return -values[0] if isinstance(node.op, ast.USub) else values[0]
    if isinstance(node, ast.Compare):
        return _compared(node.ops, values)
    if isinstance(node, ast.BinOp):
        whole = isinstance(node.op, ast.Add | ast.Sub | ast.Mult)  # finite only where what it came from is
        return _nan_where_undefined(_ARITHMETIC[type(node.op)](*values), [] if whole else values)
    assert isinstance(node, ast.Call)
    function = _FUNCTIONS[str(dotted_name(node.func))]
    return _nan_where_undefined(functools.reduce(function, values) if len(values) > 1 else function(*values), values)


def _compared(signs: list[ast.cmpop], values: list[Any]) -> Any:
    """1 where every link of a chain of comparisons holds."""
    links = [_COMPARISONS[type(sign)](*pair) for sign, pair in zip(signs, itertools.pairwise(values), strict=True)]
    return _nan_where_undefined(functools.reduce(np.multiply, [np.asarray(link, np.float64) for link in links]), values)


def _nan_where_undefined(result: Any, values: list[Any]) -> Any:
    """The result, nan where it or anything it came from is not finite."""
    if np.isfinite(result).all() and all(np.isfinite(value).all() for value in values):
        return result
    defined = functools.reduce(np.logical_and, [np.isfinite(value) for value in values], np.isfinite(result))
    return np.where(defined, result, np.nan)


def _terms(tree: ast.expr) -> list[ast.expr]:
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add | ast.Sub):
        return [*_terms(tree.left), *_terms(tree.right)]
    return _terms(tree.operand) if isinstance(tree, ast.UnaryOp) else [tree]


def _factors(term: ast.expr) -> tuple[str, ...] | None:
    """The names a term multiplies; None where it holds anything else."""
    if isinstance(term, ast.BinOp) and isinstance(term.op, ast.Mult | ast.Div):
        left, right = _factors(term.left), _factors(term.right)
        return None if left is None or right is None else (*left, *right)
    name = dotted_name(term)
    return None if name is None else (name,)


def _degree(node: ast.expr, name: str) -> float:
    """The power of a name in a polynomial; infinity where it is none."""
    here = dotted_name(node)
    if here is not None:
        return float(here == name)
    degrees = [_degree(operand, name) for operand in _operands(node)]
    if not any(degrees):
        return 0.0
    match node:
        case ast.UnaryOp() | ast.BinOp(op=ast.Add() | ast.Sub()):
            return max(degrees)
        case ast.BinOp(op=ast.Mult()):
            return sum(degrees)
        case ast.BinOp(op=ast.Div()) if degrees[1] == 0:
            return degrees[0]
        case _:
            return float("inf")

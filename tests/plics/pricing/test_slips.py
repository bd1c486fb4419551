"""Any slip of the hand in any form of an extract: the figures stay, or the user is told."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pathway_cost.errors import PathwayCostError
from pathway_cost.plics.pricing.price_extract import price_extract
from pathway_cost.tables.prices.components import ComponentMap
from tests.plics.price_extracts import rules_of, value
from tests.plics.three_forms import FORMS, episode, read, written

WHERE = {"HrgFce": "HN22*", "Tfc": "110", "Pod": "EL"}
RULES = {
    "theatre": {"feed": "APC", "activities": ["THR*"], "per": "episode", "where": WHERE},
    "ward": {"feed": "APC", "activities": ["WRD001"], "per": "bed_day", "where": WHERE},
}
CODES = ("HrgFce", "Tfc", "Pod", "EpType")
OF_NUMBERS = {"zero in front": lambda code: "0" + code, "point behind": lambda code: code + ".0"}
WAYS = {
    "other case": lambda code: code.swapcase(),
    "space inside": lambda code: code[:1] + " " + code[1:],
    "space around": lambda code: f"  {code} ",
}


def code_slips():
    any_code = st.tuples(st.just("code"), st.integers(0, 4), st.sampled_from(CODES), st.sampled_from([*WAYS.values()]))
    numbers = st.sampled_from(["Tfc", "EpType"])
    return any_code | st.tuples(st.just("code"), st.integers(0, 4), numbers, st.sampled_from([*OF_NUMBERS.values()]))


def doubles():
    kinds = st.sampled_from(["record", "line", "file", "part"])
    return st.tuples(kinds, st.integers(0, 4), st.sampled_from([("CDSID",), ("CDSID", "HSpellNo"), ()]), st.none())


@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    form=st.sampled_from(FORMS),
    pounds=st.lists(st.integers(100, 9_000), min_size=10, max_size=10),
    slip=st.one_of(code_slips(), doubles()),
)
def test_figures_stay_or_the_user_is_told(form, pounds, slip):
    kind, at, what, way = slip
    knees = [episode(n, f"{pounds[n]}.37", f"{pounds[n + 5]}.11", n + 1) for n in range(5)]
    right = {
        "theatre": round(sum(pounds[:5]) / 5 + 0.37, 9),
        "ward": round((sum(pounds[5:]) + 0.55) / (1 + 2 + 3 + 4 + 5), 9),
    }
    if kind != "code":
        knees = [knee | dict.fromkeys(what) for knee in knees]
    slipped = list(knees)
    if kind == "code":
        slipped[at] = knees[at] | {what: way(knees[at][what])}
    elif kind == "record":
        slipped.append(knees[at])
    elif kind == "line":
        theatre, ward = knees[at]["lines"]
        slipped[at] = knees[at] | {"lines": (theatre, ward, ward)}
    with tempfile.TemporaryDirectory() as folder:
        files = [written(Path(folder), form, slipped)]
        if kind == "file":
            files.append(written(Path(folder), form, slipped, "again"))
        elif kind == "part":
            files.append(written(Path(folder), form, slipped[: at + 1], "M11"))
        try:
            extract = read(*files)
            prices = price_extract(extract, rules_of(RULES), components=ComponentMap.shipped())
        except PathwayCostError:
            return
        told = [*extract.findings, *prices.notes]
        assert told or {key: value(prices, key) for key in RULES} == right

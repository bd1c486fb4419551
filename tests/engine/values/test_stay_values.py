"""Which law a stay follows, by hand: that of the parameter in it, with the formula's mean and standard deviation."""

import numpy as np
import pandas as pd
import pytest

from pathway_cost.engine.values import stay_laws
from pathway_cost.engine.values.evaluator import ValueEvaluator
from pathway_cost.engine.values.lanes import lanes_of_bases
from pathway_cost.engine.values.stay_values import StayReader
from tests.engine.toy import coded, pathway_of

PARAMETERS = {
    "los": {"value": 4, "spread": {"lognormal": {"sd": 2}}},
    "rehab": {"value": 10, "spread": {"gamma": {"sd": 3}}},
    "wait": {"value": 6, "spread": {"weibull": {"shape": 1}}},
    "daily": {"value": 5, "spread": {"geometric": {}}},
    "seen": {"value": 4, "spread": {"empirical": {2: 0.5, 6: 0.5}}},
    "long": {"formula": "1.5 * los"},
    "by_frail": {"by": "frail", "values": {"no": "los", "yes": "daily"}},
    "speed": 0.8,
}
CODES = {
    "fixed": stay_laws.FIXED, "lognormal": stay_laws.LOGNORMAL, "gamma": stay_laws.GAMMA, "weibull": stay_laws.WEIBULL,
    "exponential": stay_laws.EXPONENTIAL, "geometric": stay_laws.GEOMETRIC, "empirical": stay_laws.EMPIRICAL,
}  # fmt: skip


def stays_of(stay, given=None):
    """The stay on two lanes: not frail, frail; `given` are drawn values."""
    pathway = pathway_of(
        {
            "attributes": {"frail": {"levels": ["no", "yes"]}},
            "parameters": PARAMETERS,
            "start": {"ward": 1},
            "settings": {"ward": {"stay": stay}},
            "routes": {"ward": {"home": 1}},
        }
    )
    cohort = coded(pathway, pd.DataFrame({"frail": ["no", "yes"]}))
    lanes = lanes_of_bases(pathway, cohort.segments)
    drawn = {name: np.array(values) for name, values in (given or {}).items()}
    evaluator = ValueEvaluator(pathway.parameters, lanes.with_given(drawn))
    value = pathway.settings["ward"].stay
    return StayReader(evaluator).read(value, evaluator.value(value))


@pytest.mark.parametrize(
    ("stay", "law", "mean", "sd"),
    [
        (3, "fixed", 3, 0),
        ("los", "lognormal", 4, 2),
        ({"formula": "speed * los + 1"}, "lognormal", 4.2, 1.6),
        ({"formula": "10 - los"}, "lognormal", 6, 2),
        ({"formula": "long / 2"}, "lognormal", 3, 1.5),
        ("rehab", "gamma", 10, 3),
        ("wait", "weibull", 6, 6),
        ("daily", "geometric", 5, np.sqrt(20)),
        ("seen", "empirical", 4, 2),
        ({"formula": "los + rehab"}, "gamma", 14, np.sqrt(4 + 9)),
        ({"formula": "2 * speed"}, "fixed", 1.6, 0),
    ],
)
def test_the_law_of_a_stay(stay, law, mean, sd):
    found = stays_of(stay)
    assert found.law.tolist() == [CODES[law]] * 2
    assert found.mean.tolist() == pytest.approx([mean] * 2, rel=1e-12)
    assert found.sd.tolist() == pytest.approx([sd] * 2, rel=1e-12)


@pytest.mark.parametrize("stay", ["by_frail", {"by": "frail", "values": {"no": "los", "yes": "daily"}}])
def test_each_level_has_its_own_law(stay):
    found = stays_of(stay)
    assert found.law.tolist() == [stay_laws.LOGNORMAL, stay_laws.GEOMETRIC]
    assert found.mean.tolist() == [4, 5]
    assert found.sd[0] == 2


def test_a_drawn_mean_moves_its_spread():
    """R6: patients differ in proportion: a mean of 6 days instead of 4 has an sd of 3 instead of 2."""
    found = stays_of("los", {"los": [6.0, 2.0]})
    assert found.mean.tolist() == [6, 2]
    assert found.sd.tolist() == pytest.approx([3, 1])
    moved = stays_of("seen", {"seen": [8.0, 4.0]})
    assert stay_laws.lattice(moved, 1.0, 13)[:, 0].tolist() == pytest.approx([0, 0, 0, 0, 0.5, *[0] * 7, 0.5])

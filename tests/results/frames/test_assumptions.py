import pytest

from pathway_cost.results.frames.assumptions import assumptions, uncertainty
from pathway_cost.specs.format.values import Parameter
from tests.results.results_toy import Care, baseline, scenario

CARE = Care({"ward": 1.0}, {}, {("RXX", "bed_day"): {"unsplit": 450.0}})
PUBLISHED = {"grade": "published", "source": "Author, journal, 2020", "period": "30 days", "note": "adults"}


def tree(los=4.65):
    return {
        "evidence": {"grade": "expert"},
        "unit_costs": {"bed_day": {"unit": "bed_day", "covers": "part", "national": {"department": "EI", "code": "HN22A", "times": 0.4}}},
        "parameters": {
            "los": {"value": los, "spread": {"lognormal": {"sd": 2.83}}, "n": 2150, "unit": "day", "evidence": {"grade": "local"}},
            "p_readmit": {"value": 0.05, "low": 0.03, "high": 0.07, "unit": "share", "evidence": PUBLISHED},
            "p_home": {"formula": "1 - p_readmit"},
            "after": {"counts": {"home": 820, "rehab": 90}},
        },
        "settings": {"ward": {"role": "acute", "stay": "los", "uses": [{"unit_cost": "bed_day", "per": "day"}, {"count": "meal", "quantity": 3}]}},
        "routes": {"ward": {"home": "rest", "ward": {"share": 0.02, "wait": 5}}},
    }  # fmt: skip


@pytest.fixture(scope="module")
def frame():
    return assumptions(
        {"baseline": baseline(CARE, extra=tree()), "shorter": scenario("shorter", CARE, extra=tree(3.7))}
    ).set_index("item")


def test_every_number_once_and_what_a_scenario_changed(frame):
    assert frame.index.tolist() == [
        "los", "p_readmit", "p_home", "after", "settings.ward.meal.quantity", "routes.ward.ward.share",
        "routes.ward.ward.wait", "unit_costs.bed_day.national.times", "los (shorter)",
    ]  # fmt: skip
    assert frame.loc["los (shorter)", "value"] == 3.7


def test_value_unit_limits_and_source(frame):
    readmit = frame.loc["p_readmit"]
    assert readmit[["value", "unit", "low", "high"]].tolist() == [0.05, "share", 0.03, 0.07]
    assert readmit[["uncertainty", "grade", "source"]].tolist() == [
        "95% interval 0.03 to 0.07",
        "published",
        "Author, journal, 2020",
    ]
    assert readmit["note"] == "adults; period: 30 days"
    assert frame.loc["routes.ward.ward.wait", ["value", "unit", "grade"]].tolist() == [5.0, "day", "expert"]
    assert frame.loc["p_home", ["value", "uncertainty"]].tolist() == ["1 - p_readmit", "as sure as p_readmit"]
    assert frame.loc["after", ["value", "uncertainty"]].tolist() == [
        "home 820, rehab 90",
        "Dirichlet over 910 observed",
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"value": 4.65, "spread": {"lognormal": {"sd": 2.83}}, "n": 2150}, "se 0.061 (n 2150)"),
        ({"value": 4.65, "spread": {"lognormal": {"sd": 2.83}}}, "no uncertainty stated"),
        ({"value": 4.65, "se": 0.061}, "se 0.061"),
        ({"value": 0.5, "low": 0.3, "high": 0.9, "interval": "range"}, "range 0.3 to 0.9"),
        ({"value": 0.5, "low": 0.3, "high": 0.9, "interval": 0.8}, "80% interval 0.3 to 0.9"),
        ({"value": 0.5, "distribution": {"beta": {"alpha": 3, "beta": 3}}}, "beta (alpha 3, beta 3)"),
        ({"by": "frail", "values": {"no": 1, "yes": 2}}, "no uncertainty stated"),
        ({"value": "other"}, "as sure as other"),
    ],
)
def test_uncertainty_in_words(given, words):
    assert uncertainty(Parameter.model_validate(given)) == words

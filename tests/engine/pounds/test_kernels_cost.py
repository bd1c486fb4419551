"""A small per-patient pathway, costed in a process of its own: no compiler, no scipy."""

from tests.engine.toy import cost, visits


def small():
    pathway = {
        "attributes": {"age": {"number": "year"}},
        "start": {"ward": 1},
        "settings": {"ward": {}},
        "routes": {"ward": {"ward": {"formula": "age / 200"}, "home": "rest"}},
    }
    return visits(cost(pathway, [{"age": 0.0}, {"age": 100.0}]))


def test_small():
    assert small() == {"ward": 3.0, "home": 2.0}

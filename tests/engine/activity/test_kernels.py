"""The steps on arrays: numpy is the reference, the compiled kernel gives the same."""

import subprocess
import sys
from pathlib import Path

import hypothesis.strategies as some
import numpy as np
import pytest
from hypothesis import given, settings

from pathway_cost.engine.activity import expected, kernels, kernels_compiled
from pathway_cost.engine.model.discounting import Discounting
from pathway_cost.engine.model.graph import Edge, Graph
from pathway_cost.engine.model.program import Happening, Uses, program_of
from pathway_cost.engine.model.timing import WHOLE, Timing
from pathway_cost.errors import EngineFaults
from tests.engine.toy import cost, lives_of

LIGHT = settings(max_examples=25, deadline=None)


@some.composite
def graphs(draw):
    """Settings 0 … S−1 with any ways between them (parallel ones and loops too), each with a way to an end."""
    size = draw(some.integers(1, 6))
    ends = draw(some.integers(1, 2))
    pairs = draw(some.lists(some.tuples(some.integers(0, size - 1), some.integers(0, size - 1)), max_size=14))
    pairs += [(setting, size + setting % ends) for setting in range(size)]
    edges = [Edge(origin, target, f"r{number}") for number, (origin, target) in enumerate(sorted(pairs))]
    names = [f"n{number}" for number in range(size + ends)]
    return Graph(tuple(names[:size]), tuple(names[size:]), tuple(edges))


def shares_of(graph, count, random):
    shares = random.random((len(graph.edges), count)) + 0.02
    for out in graph.out:
        shares[list(out)] /= shares[list(out)].sum(axis=0)
    starts = np.zeros((len(graph.nodes), count))
    starts[: len(graph.settings)] = random.dirichlet(np.ones(len(graph.settings)), count).T
    return shares, starts


def patients_of(graph, count, random, *, own):
    """Inputs of every patient, or of every base; the bases of `count` patients in order."""
    base = np.sort(random.integers(0, 3, count))
    shares, starts = shares_of(graph, count if own else 3, random)
    inputs = np.vstack([shares, starts])
    weight = random.random(count) + 0.5
    if own:
        everyone = np.arange(len(inputs))
        return kernels.Patients(np.zeros((len(inputs), 3)), inputs, everyone, base, weight), shares, starts
    nobody = np.full(len(inputs), -1)
    return kernels.Patients(inputs, np.zeros((0, count)), nobody, base, weight), shares[:, base], starts[:, base]


def solved(graph, shares, starts):
    """(V, N) by solving (I − Pᵀ) v = start, patient by patient."""
    nodes, count = len(graph.nodes), shares.shape[1]
    matrix = np.tile(np.eye(nodes), (count, 1, 1))
    for number, edge in enumerate(graph.edges):
        matrix[:, edge.target, edge.origin] -= shares[number]
    return np.linalg.solve(matrix, starts.T[:, :, None])[:, :, 0].T


@LIGHT
@given(graphs(), some.integers(0, 2**32 - 1), some.booleans())
def test_visits_reached_and_moved(graph, seed, own):
    random = np.random.default_rng(seed)
    asked, shares, starts = patients_of(graph, 40, random, own=own)
    followed = tuple(range(0, len(graph.edges), 2))
    program = program_of(graph, followed)
    kept = np.concatenate([program.visits, program.reached, program.moved])
    sums, answers, wrong = kernels.run_program(program, asked, kept, kept)
    nodes = len(graph.nodes)
    visits = solved(graph, shares, starts)
    np.testing.assert_allclose(answers[:nodes], visits, rtol=1e-9, atol=1e-12)
    for node in range(len(graph.settings)):
        stopped = shares * np.array([edge.origin != node for edge in graph.edges])[:, None]
        reached = solved(graph, stopped, starts)[node]
        np.testing.assert_allclose(answers[nodes + node], reached, rtol=1e-9, atol=1e-12)
    for row, edge in enumerate(followed):
        np.testing.assert_allclose(answers[2 * nodes + row], visits[graph.edges[edge].origin] * shares[edge], rtol=1e-9)
    assert not wrong.any()
    for base in range(3):
        here = asked.base == base
        np.testing.assert_allclose(sums[:, base], answers[:, here] @ asked.weight[here], rtol=1e-9, atol=1e-12)


@LIGHT
@given(graphs(), some.integers(0, 2**32 - 1), some.booleans(), some.integers(3, 1300))
def test_the_compiled_kernel_gives_the_same(graph, seed, own, count):
    asked, _, _ = patients_of(graph, count, np.random.default_rng(seed), own=own)
    program = program_of(graph, (0,))
    kept = np.concatenate([program.visits, program.reached, program.moved])
    sums, answers, wrong = kernels.run_program(program, asked, kept, kept)
    other_sums, other_answers, other_wrong = kernels_compiled.run_program(program, asked, kept, kept)
    np.testing.assert_array_equal(other_answers, answers)
    np.testing.assert_allclose(other_sums, sums, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(other_wrong, wrong)


@LIGHT
@given(graphs(), some.integers(0, 2**32 - 1), some.booleans(), some.integers(3, 1300))
def test_uses_follow_from_visits_in_the_same_list_of_steps(graph, seed, own, count):
    random = np.random.default_rng(seed)
    asked, shares, starts = patients_of(graph, count, random, own=own)
    edges, nodes = len(graph.edges), len(graph.nodes)
    staying = {0: tuple(number for number in graph.out[0] if graph.edges[number].target == 0)}
    lines = (Happening("visits", 0), Happening("entries", 0), Happening("moved", edges - 1), Happening("patient", 0))
    program = program_of(graph, range(edges), Uses(range(nodes), staying, lines, priced=True))
    worth, price = random.random((4, 1)), random.random((4, 3))
    table, source = np.zeros((edges + 8 + nodes, 3)), np.full(edges + 8 + nodes, -1)
    inputs = [*range(edges), *range(edges + 8, edges + 8 + nodes)]
    table[inputs], source[inputs] = asked.table, asked.source
    table[edges : edges + 4], table[edges + 4 : edges + 8] = worth, price
    asked = asked._replace(table=table, source=source)
    kept = np.concatenate([program.started, program.used, [program.cost]])
    answers = kernels.run_program(program, asked, kept, kept)[1]
    visits = solved(graph, shares, starts)
    moved = np.array([visits[edge.origin] * share for edge, share in zip(graph.edges, shares, strict=True)])
    happened = [visits[0], visits[0] - moved[list(staying[0])].sum(axis=0), moved[edges - 1], np.ones(count)]
    used = np.array(happened) * worth
    np.testing.assert_allclose(answers[:nodes], starts, rtol=1e-12)
    np.testing.assert_allclose(answers[nodes:-1], used, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(answers[-1], (used * price[:, asked.base]).sum(axis=0), rtol=1e-9)
    np.testing.assert_array_equal(kernels_compiled.run_program(program, asked, kept, kept)[1], answers)


@pytest.mark.parametrize("run", [kernels.run_program, kernels_compiled.run_program])
def test_patients_who_never_leave_are_marked(run):
    graph = Graph(("a", "b"), ("end",), (Edge(0, 1, "b"), Edge(0, 2, "end"), Edge(1, 1, "again"), Edge(1, 2, "end")))
    inputs = np.array(
        [[0.5, 0.5, 0.0], [0.5, 0.5, 1.0], [0.1, 1.0, 1.0], [0.9, 0.0, 0.0], [1, 1, 1], [0, 0, 0], [0, 0, 0]]
    )
    asked = kernels.Patients(inputs[:, :1].copy(), inputs, np.arange(7), np.zeros(3, dtype=np.int64), np.ones(3))
    program = program_of(graph)
    _, _, wrong = run(program, asked, program.visits, program.visits[:0])
    assert wrong.tolist() == [False, True, True]  # the third never reaches the loop: looked at again, more slowly


def test_a_pathway_without_loops_is_one_pass():
    graph = Graph(("a", "b"), ("end",), (Edge(0, 1, "b"), Edge(0, 2, "end"), Edge(1, 2, "end")))
    program = program_of(graph)
    assert len(program.steps) == len(graph.edges)
    assert program.cells == len(graph.edges) + len(graph.nodes)


# --- many patients -------------------------------------------------------------------------------------------------
BY_AGE = {
    "attributes": {"frail": {"levels": ["no", "yes"]}, "age": {"number": "year"}},
    "start": {"ward": 1},
    "settings": {
        "ward": {"role": "acute", "stay": {"formula": "1 + age / 20"}, "uses": [{"unit_cost": "day", "per": "day"}, {"unit_cost": "visit"}]},
        "rehab": {"role": "community", "uses": [{"unit_cost": "visit", "quantity": {"by": "age", "steps": {0: 1, 50: 3}}}]},
    },
    "routes": {
        "ward": {
            "rehab": {"share": {"formula": "age / 200"}, "uses": [{"unit_cost": "visit", "role": "ambulance", "only": {"frail": ["yes"]}}]},
            "home": "rest",
        },
        "rehab": {"ward": {"by": "frail", "values": {"no": 0.1, "yes": 0.3}}, "home": "rest"},
    },
}  # fmt: skip


def crowd(count, seed=1):
    random = np.random.default_rng(seed)
    return {
        "frail": np.array(["no", "yes"])[random.integers(0, 2, count)],
        "age": random.integers(0, 100, count).astype(float),
        "weight": random.random(count) + 0.5,
    }


def test_blocks_threads_and_compiling_change_nothing(monkeypatch):
    half = {"uptake": 0.5, "eligible": {"frail": ["no"]}, "changes": [{"scale_stay": "ward", "by": 0.9}]}
    prices = {"day": {"nursing": 300, "medical": 100}, "visit": 50}
    whole = cost(BY_AGE, crowd(1000), prices, [half], keep_patients=True)
    monkeypatch.setattr(expected, "BLOCK", 37)
    blocks = cost(BY_AGE, crowd(1000), prices, [half], keep_patients=True)
    monkeypatch.setattr(expected, "COMPILED_ABOVE", 10)
    compiled = cost(BY_AGE, crowd(1000), prices, [half], keep_patients=True)
    for other in (blocks, compiled):
        for measure in ("patients", "visits", "quantity", "gbp"):
            np.testing.assert_allclose(other.cube.frame[measure], whole.cube.frame[measure], rtol=1e-12)
        np.testing.assert_allclose(other.patient_cost, whole.patient_cost, rtol=1e-12)
        np.testing.assert_allclose(other.flows["patients_moved"], whole.flows["patients_moved"], rtol=1e-12)


def expected_of(timing, lanes):
    course = lives_of(BY_AGE, crowd(1000)).of(())[0].course
    price = np.random.default_rng(3).random((len(course.model.lines), len(course.bases)))
    found = getattr(course, lanes)
    averages, cost = expected.expected_averages(course.model, timing, course.cohort.segments, found, price)
    return averages, cost[found.lane_of]


@pytest.mark.parametrize("timing", [WHOLE, Timing(gbp=Discounting(((0.0, 0.035),)))])
def test_patients_looked_for_among_their_like_or_not_do_the_same(timing):
    (alike, cost), (apart, other) = expected_of(timing, "lanes"), expected_of(timing, "rows")
    for figure in ("starts", "visits", "moved", "quantity", "paid", "present"):
        np.testing.assert_allclose(getattr(apart, figure), getattr(alike, figure), rtol=1e-12)
    for node in range(len(alike.visits)):
        np.testing.assert_allclose(apart.reached(node), alike.reached(node), rtol=1e-12)
    np.testing.assert_allclose(other, cost, rtol=1e-12)
    assert (apart.present is apart.paid) is (timing is WHOLE)


def test_faults_name_everybody_however_many_blocks(monkeypatch):
    uses = [{"unit_cost": "visit", "quantity": {"formula": "age - 50"}}]
    wrong = BY_AGE | {
        "settings": BY_AGE["settings"] | {"rehab": {"role": "community", "uses": uses}},
        "routes": BY_AGE["routes"] | {"ward": {"rehab": {"share": {"formula": "age / 50"}}, "home": "rest"}},
    }

    def told():
        with pytest.raises(EngineFaults) as caught:
            cost(wrong, crowd(1000), {"day": 300, "visit": 50})
        return {problem.rule: problem.what for problem in caught.value.problems}

    whole = told()
    monkeypatch.setattr(expected, "BLOCK", 37)
    assert told() == whole
    assert whole.keys() == {"share_out_of_range", "value_is_no_number"}
    assert all("frail=no; frail=yes" in what for what in whole.values())


def test_shares_that_fall_short_are_no_loop():
    short = BY_AGE | {"routes": BY_AGE["routes"] | {"rehab": {"ward": 0.1, "home": 0.5}}}
    with pytest.raises(EngineFaults) as caught:
        cost(short, crowd(100), {"day": 300, "visit": 50})
    assert [problem.rule for problem in caught.value.problems] == ["shares_do_not_sum_to_one"]


def test_a_loop_that_nobody_reaches_need_not_be_left_where_pounds_are_discounted():
    """Its share of 1 would make 0 × ∞ of whoever it leads to."""
    idle = {
        "start": {"ward": 1},
        "ends": {"home": {"role": "community", "uses": [{"unit_cost": "visit"}]}},
        "settings": {"ward": {"role": "acute", "stay": 100}, "clinic": {"role": "community"}},
        "routes": {"ward": {"home": 1, "clinic": 0}, "clinic": {"clinic": 1, "home": 0}},
    }
    found = cost(idle, 3, {"visit": 5}, timing=Timing(gbp=Discounting(((0.0, 0.035),)))).cube.frame
    assert found["present_value_gbp"].tolist() == pytest.approx([15 * 1.035 ** (-100 / 365)], rel=1e-12)


def test_a_small_cohort_imports_no_compiler():
    code = (
        "import sys; from tests.engine.pounds.test_kernels_cost import small; small(); "
        "print(sorted({'numba', 'scipy'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3], stdout=subprocess.PIPE
    )
    assert run.stdout.strip() == b"[]"

"""Both examples write what they wrote: a change that moves a byte names it, by making the goldens anew."""

from __future__ import annotations

import pytest

from pathway_cost.results.frames.record_of_run import versions
from tests.same_bytes.goldens import EXAMPLES, HOW, digest, kept, what_moved, written


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_example_writes_what_it_wrote(example):
    golden = kept(example)
    then, now = golden["versions"], versions()
    other = [f"{name} {then.get(name)}, here {now.get(name)}" for name in then | now if then.get(name) != now.get(name)]
    why = f"made with {'; '.join(other)}: install constraints.txt" if other else f"if that is meant: {HOW}"
    assert not what_moved(golden["files"], digest(written(example))), why


def test_what_moved_is_told():
    one = digest({"a.csv": b"x,gbp\nward,1.0\nhome,2.0\n", "b.csv": b"x\n1\n"})
    other = digest({"a.csv": b"x,gbp\nward,1.0\nhome,3.0\n", "c.csv": b"x\n1\n"})
    assert what_moved(one, one) == []
    assert what_moved(one, other) == [
        "a.csv: other bytes",
        "    gbp: sum 3.0 → 4.0 (2.5e-01 of itself)",
        "b.csv: gone",
        "c.csv: new",
    ]
    assert what_moved(digest({"a.csv": b"x\nward\n"}), digest({"a.csv": b"x\nhome\n"})) == ["a.csv: other bytes"]

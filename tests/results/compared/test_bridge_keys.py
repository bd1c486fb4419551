"""Keys as numbers, against the keys themselves."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pathway_cost.engine.pounds.stacked import Words
from pathway_cost.results.compared.bridge_keys import grouped, matches, numbers, places

rows = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["b", "a", "c"])), max_size=12)


def columns(table, vocabulary):
    """The keys of a table, its words coded by some vocabulary."""
    codes = [vocabulary.index(word) for _, word in table]
    return np.array([number for number, _ in table], dtype=np.int64), Words(vocabulary, np.array(codes, dtype=np.int64))


@settings(deadline=None)
@given(rows, rows)
def test_equal_keys_have_equal_numbers_however_their_words_are_coded(first, second):
    one, other = numbers(columns(first, ("c", "a", "b")), columns(second, ("b", "c", "a", "unused")))
    every, keys = [*one.tolist(), *other.tolist()], [*first, *second]
    assert [keys[row] for row in np.argsort(every, kind="stable")] == sorted(keys)
    assert len(set(every)) == len(set(keys))
    pairs = [(here, there) for here, key in enumerate(first) for there, met in enumerate(second) if key == met]
    assert list(zip(*map(np.ndarray.tolist, matches(one, other)), strict=True)) == pairs
    different = grouped(*columns(first, ("c", "a", "b")))
    assert [first[row] for row in different.first] == list(dict.fromkeys(first))
    found = places(one[different.first], other)
    assert [None if row < 0 else first[different.first[row]] for row in found] == [
        key if key in first else None for key in second
    ]


def test_more_keys_than_a_number_holds():
    """Twelve keys of 1,000 each: 10^36 combinations."""
    many = np.random.default_rng(7).integers(0, 1000, size=(12, 3000))
    many[:-1, 1000:] = many[:-1, :2000]
    (number,) = numbers(tuple(many))
    assert np.array_equal(np.argsort(number, kind="stable"), np.lexsort(many[::-1]))
    assert len(np.unique(number)) == len(np.unique(many, axis=1).T)


def test_no_word_is_a_key_of_its_own():
    words = Words(("a",), np.array([0, -1, 0]))
    assert grouped(words).of.tolist() == [0, 1, 0]

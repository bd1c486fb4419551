"""Draws: the same for ever, alike in numpy and compiled code, and as good as random in every direction."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from scipy.special import chdtrc

from pathway_cost.engine.walk import compiled, walk_random
from pathway_cost.engine.walk.walk_random import FREE, ROUTE, STAY, key_of, uniforms

MANY = 1 << 18
NUMBERS = np.arange(MANY, dtype=np.uint64)
SURGERY = key_of("surgery")

# the draws of many neighbours along each input, the others fixed
ALONG = {
    "patient": lambda numbers: uniforms(7, numbers, SURGERY, 0, ROUTE),
    "setting": lambda numbers: uniforms(7, 12_345, numbers, 0, ROUTE),
    "visit": lambda numbers: uniforms(7, 12_345, SURGERY, numbers, ROUTE),
    "purpose": lambda numbers: uniforms(7, 12_345, SURGERY, 0, numbers),
    "patient in steps of 2³²": lambda numbers: uniforms(7, numbers << np.uint64(32), SURGERY, 0, STAY),
    "seed": lambda numbers: np.concatenate([uniforms(int(seed), 0, SURGERY) for seed in numbers[: MANY // 16]]),
}


@numba.njit
def one_draw(seed, patient, setting, visit, purpose):
    state = compiled.mixed(compiled.mixed(seed) ^ patient)
    return compiled.drawn(compiled.mixed(compiled.mixed(state ^ setting) ^ visit), purpose)


def expected_often(counts, expected):
    """The chance of counts as uneven as these, if each is expected so often."""
    return chdtrc(counts.size - 1, ((counts - expected) ** 2 / expected).sum())


def test_compiled_draws_have_the_same_bits():
    keys = np.random.default_rng(3).integers(0, 2**64, size=(300, 4), dtype=np.uint64)
    keys[0], keys[1] = 0, 2**64 - 1
    for seed, patient, setting, visit in keys:
        for purpose in (ROUTE, STAY, FREE):
            wanted = uniforms(int(seed), patient, setting, visit, purpose)[0]
            assert one_draw(seed, patient, setting, visit, purpose) == wanted


def test_the_mix_is_splitmix64():
    """From state 0, the first number of splitmix64 is 0xE220A8397B1DCDAF, whoever computes it."""
    assert int(walk_random.mixed(np.zeros(1, dtype=np.uint64))[0]) == 0xE220A8397B1DCDAF


def test_keys_and_draws_never_change():
    assert key_of("surgery") == 70480833537700425
    assert uniforms(1, 2, SURGERY, 3, STAY)[0] == uniforms(1, np.array([1, 2], dtype=np.uint64), SURGERY, 3, STAY)[1]


def test_every_draw_is_at_least_nought_and_below_one():
    draws = uniforms(7, NUMBERS, SURGERY)
    assert draws.min() >= 0
    assert draws.max() < 1
    assert draws.mean() == pytest.approx(0.5, abs=5 / np.sqrt(12 * MANY))
    assert draws.var() == pytest.approx(1 / 12, abs=5 / np.sqrt(180 * MANY))


@pytest.mark.parametrize("name", ALONG)
def test_draws_are_uniform_and_pairs_of_neighbours_too(name):
    draws = ALONG[name](NUMBERS)
    counts = np.bincount((draws * 1024).astype(int), minlength=1024)
    assert 1e-4 < expected_often(counts, len(draws) / 1024) < 1 - 1e-4
    for apart in (1, 2, 16, 64):
        pairs = (draws[:-apart] * 32).astype(int) * 32 + (draws[apart:] * 32).astype(int)
        assert 1e-4 < expected_often(np.bincount(pairs, minlength=1024), len(pairs) / 1024) < 1 - 1e-4


@pytest.mark.parametrize("name", ALONG)
def test_neighbours_are_not_correlated(name):
    draws = ALONG[name](NUMBERS)
    bound = 5 / np.sqrt(len(draws))
    for apart in (1, 2, 3, 4, 8, 16, 256, 4096):
        assert abs(np.corrcoef(draws[:-apart], draws[apart:])[0, 1]) < bound
        assert abs(np.corrcoef((draws[:-apart] - 0.5) ** 2, (draws[apart:] - 0.5) ** 2)[0, 1]) < bound


@pytest.mark.parametrize("name", ALONG)
def test_no_wave_runs_through_the_draws(name):
    """Each of n/2 powers is exponential with mean n/12: the largest is near ln(n/2) times that."""
    draws = ALONG[name](NUMBERS) - 0.5
    power = np.abs(np.fft.rfft(draws)[1:-1]) ** 2 / (len(draws) / 12)
    assert power.max() < np.log(len(power)) + 14
    assert power.mean() == pytest.approx(1.0, abs=5 / np.sqrt(len(power)))


@pytest.mark.parametrize("name", ALONG)
def test_every_bit_is_one_half_of_the_time(name):
    bits = (ALONG[name](NUMBERS) * 2.0**53).astype(np.uint64)
    for bit in range(53):
        share = ((bits >> np.uint64(bit)) & np.uint64(1)).mean()
        assert share == pytest.approx(0.5, abs=2.5 / np.sqrt(len(bits)))


@pytest.mark.parametrize("which", range(4))
def test_one_bit_of_any_input_turns_half_of_the_bits(which):
    keys = np.random.default_rng(4).integers(0, 2**64, size=(4, 4000), dtype=np.uint64)
    keys[3] = ROUTE
    before = (uniforms(7, *keys) * 2.0**53).astype(np.uint64)
    for bit in range(0, 64, 3):
        turned = keys.copy()
        turned[which] ^= np.uint64(1) << np.uint64(bit)
        changed = before ^ (uniforms(7, *turned) * 2.0**53).astype(np.uint64)
        shares = [((changed >> np.uint64(place)) & np.uint64(1)).mean() for place in range(53)]
        assert np.mean(shares) == pytest.approx(0.5, abs=0.01)
        assert np.abs(np.array(shares) - 0.5).max() < 0.06


def test_collisions_of_32_bits_are_as_many_as_chance_makes():
    """2¹⁸ numbers of 32 bits: 8 pairs expected in each of 16 sets; and no two draws of 53 bits alike."""
    pairs = 0
    for purpose in range(16):
        draws = uniforms(7, NUMBERS[:512, None], NUMBERS[None, :512], 0, purpose)
        pairs += MANY - len(np.unique((draws * 2.0**32).astype(np.uint64)))
        assert len(np.unique(draws)) == MANY
    assert pairs == pytest.approx(16 * 8, abs=5 * np.sqrt(128))


def test_purposes_and_settings_of_one_visit_have_nothing_in_common():
    """1,024 combinations × 4,096 patients: no two rows are correlated beyond chance."""
    settings = np.array([key_of(f"setting {number}") for number in range(16)], dtype=np.uint64)
    shape = NUMBERS[:4096, None, None, None], settings[:, None, None], NUMBERS[:2, None], NUMBERS[:4]
    draws = uniforms(7, *shape).reshape(4096, -1)
    correlation = np.corrcoef(draws.T)[np.triu_indices(draws.shape[1], 1)]
    assert np.abs(correlation).max() < 5.5 / np.sqrt(4096)
    assert correlation.std() == pytest.approx(1 / np.sqrt(4096), rel=0.05)

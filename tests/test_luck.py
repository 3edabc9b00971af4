"""The generator's published answers, its statistics at stated error rates, and what must stay unmoved.

Every statistical test has a fixed seed, so it passes always or never. The thresholds say how often a perfect
generator with a fresh seed would fail: each test about once in 1,000 (Bonferroni within a test).
"""

from __future__ import annotations

import itertools
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulation import luck
from simulation.compiled import kernel
from simulation.luck import Purpose, stream_key, world_key

U32 = np.uint32
ALPHA = 1e-3
N = 200_000
SEED = 20_240_601
# Uncompiled, draws are ten thousand times slower and the same: the exact tests below compare them bit by bit.
compiled_only = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="millions of draws")


@kernel
def fill_bits(k0, k1, ids, sub, out):  # type: ignore[no-untyped-def]
    for i in range(ids.size):
        out[i, 0], out[i, 1] = luck.bits(k0, k1, ids[i], sub)


@kernel
def fill(k0, k1, uniform, exponential, normal):  # type: ignore[no-untyped-def]
    for i in range(uniform.size):
        a, b = luck.bits(k0, k1, i, 0)
        c, _ = luck.bits(k0, k1, i, 1)
        uniform[i] = luck.uniform(a)
        exponential[i] = luck.exponential(b)
        normal[i] = luck.normal(c)


@kernel
def fill_words(words, uniform, exponential, normal):  # type: ignore[no-untyped-def]
    for i in range(words.size):
        uniform[i] = luck.uniform(words[i])
        exponential[i] = luck.exponential(words[i])
        normal[i] = luck.normal(words[i])


@kernel
def fill_choices(words, n, below, jump):  # type: ignore[no-untyped-def]
    for i in range(words.shape[0]):
        below[i] = luck.below(words[i, 0], n)
        jump[i] = luck.jump(words[i, 0], words[i, 1], n)


def words(key: luck.Key, ids: Any = N, sub: int = 0) -> np.ndarray:
    """uint32 array (number of ids, 2)."""
    ids = np.arange(ids) if isinstance(ids, int) else np.asarray(ids)
    out = np.empty((ids.size, 2), U32)
    fill_bits(*key, ids, sub, out)
    return out


def key(seed: int = SEED, replication: int = 0, purpose: int = Purpose.RENEWAL, week: int = 0) -> luck.Key:
    return stream_key(world_key(seed, replication), purpose, week)


def variates(week: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    out = tuple(np.empty(N, np.float32) for _ in range(3))
    fill(*key(week=week), *out)
    return out  # type: ignore[return-value]


def choices(source: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    below, jump = np.empty(len(source), np.int64), np.empty(len(source), np.int64)
    fill_choices(source, n, below, jump)
    return below, jump


def reference(k0: int, k1: int, c0: int, c1: int) -> tuple[int, int]:
    """Threefry-2x32-20 in plain integers, written from the paper's description, as a loop over rounds."""
    mask = 2**32 - 1
    schedule = (k0, k1, k0 ^ k1 ^ 0x1BD11BDA)
    x, y = (c0 + k0) & mask, (c1 + k1) & mask
    for turn in range(20):
        rotation = (13, 15, 26, 6, 17, 29, 16, 24)[turn % 8]
        x = (x + y) & mask
        y = ((y << rotation | y >> (32 - rotation)) & mask) ^ x
        if turn % 4 == 3:
            step = turn // 4 + 1
            x, y = (x + schedule[step % 3]) & mask, (y + schedule[(step + 1) % 3] + step) & mask
    return x, y


def block(k0: int, k1: int, c0: int, c1: int) -> tuple[int, int]:
    x0, x1 = words((U32(k0), U32(k1)), np.array([c0], U32), c1)[0]
    return int(x0), int(x1)


# Random123 1.x, tests/kat_vectors, rows "threefry2x32 20": counter, key, answer
PUBLISHED = [
    ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x243F6A88, 0x85A308D3), (0x13198A2E, 0x03707344), (0xC4923A9C, 0x483DF7A0)),
]


@pytest.mark.parametrize(("counter", "cipher_key", "answer"), PUBLISHED)
def test_published_answers(
    counter: tuple[int, int], cipher_key: tuple[int, int], answer: tuple[int, int]
) -> None:
    assert block(*cipher_key, *counter) == answer
    assert reference(*cipher_key, *counter) == answer


word = st.integers(0, 2**32 - 1)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(word, word, word, word)
def test_agrees_with_plain_integers(k0: int, k1: int, c0: int, c1: int) -> None:
    assert block(k0, k1, c0, c1) == reference(k0, k1, c0, c1)


def test_keys_are_the_documented_chain() -> None:
    seed, replication, week = 2**63 - 1, 5, -104
    world = reference(seed >> 32, seed & 0xFFFFFFFF, replication >> 32, replication)
    assert tuple(map(int, world_key(seed, replication))) == world
    stream = stream_key(world_key(seed, replication), Purpose.DISCOVERY, week)
    assert tuple(map(int, stream)) == reference(*world, Purpose.DISCOVERY, week & 0xFFFFFFFF)
    for part in (*stream, *world_key(1, 1)):
        assert type(part) is U32, "a wider type would compile another kernel"


@pytest.mark.parametrize("bad", [-1, 2**63, 1.0, "7", None, True, float("nan")])
def test_bad_seeds_are_refused(bad: Any) -> None:
    with pytest.raises(ValueError, match="seed must be a whole number from 0"):
        world_key(bad, 0)
    with pytest.raises(ValueError, match="replication must be a whole number from 0"):
        world_key(0, bad)


def test_purposes_are_never_renumbered() -> None:
    assert (Purpose.POPULATION, Purpose.OPPORTUNITY, Purpose.DISCOVERY, Purpose.RENEWAL) == (1, 2, 3, 4)
    assert len({int(purpose) for purpose in Purpose}) == len(Purpose.__members__), "no aliases"
    assert min(Purpose) >= 1


@compiled_only
def test_no_two_streams_share_a_key() -> None:
    """40 worlds x 20 purposes x 208 weeks; a perfect 64-bit hash would collide here once in 10**9."""
    seeds = (0, 1, 2, 7, 2**32, 2**63 - 1)
    weeks = range(-104, 104)
    worlds = [world_key(seed, replication) for seed in seeds for replication in range(7)]
    assert len(set(worlds)) == len(worlds)
    purposes = range(1, 21)
    seen = {tuple(map(int, stream_key(w, p, t))) for w, p, t in itertools.product(worlds, purposes, weeks)}
    assert len(seen) == len(worlds) * len(purposes) * len(weeks)
    assert seen.isdisjoint(tuple(map(int, w)) for w in worlds)


def test_more_ids_and_other_order_leave_draws_unmoved() -> None:
    few, many = words(key(), 1_000), words(key(), 3_001)
    np.testing.assert_array_equal(many[:1_000], few)
    order = np.random.default_rng(3).permutation(1_000)
    np.testing.assert_array_equal(words(key(), order), few[order])
    for dtype in (np.int32, np.uint32, np.int64, np.uint64):
        np.testing.assert_array_equal(words(key(), np.arange(1_000, dtype=dtype)), few)


def test_pinned_draws() -> None:
    """A change here changes every result ever published with a seed: never without a new major version."""
    assert [int(v) for v in world_key(7, 3)] == [276534068, 1641862660]
    assert [int(v) for v in stream_key(world_key(7, 3), Purpose.RENEWAL, -104)] == [3871053560, 2078315280]


@compiled_only
def test_neighbouring_streams_and_ids_are_uncorrelated() -> None:
    """Each draw against its neighbour in every direction, as numbers and bit by bit."""
    base = words(key())
    others = {
        "other word": base[:, ::-1],
        "next id": np.roll(base, 1, axis=0),
        "sub": words(key(), sub=1),
        "week": words(key(week=1)),
        "negative week": words(key(week=-1)),
        "purpose": words(key(purpose=Purpose.RENEWAL + 1)),
        "replication": words(key(replication=1)),
        "seed": words(key(seed=SEED + 1)),
    }
    tests = len(others) * 2
    limit = stats.norm.isf(ALPHA / 2 / (tests / 2 + tests / 2 * 32))
    for name, other in others.items():
        r = np.corrcoef(base[:, 0].astype(float), other[:, 0].astype(float))[0, 1] * np.sqrt(N)
        assert abs(r) < limit, f"{name}: correlated, z = {r:.1f}"
        differing = base[:, 0] ^ other[:, 0]
        ones = np.array([np.count_nonzero(differing >> bit & 1) for bit in range(32)])
        z = (ones - N / 2) / np.sqrt(N / 4)
        assert np.abs(z).max() < limit, f"{name}: bit {np.abs(z).argmax()}, z = {np.abs(z).max():.1f}"


@compiled_only
def test_single_bits_balance_in_every_one_of_many_streams() -> None:
    """Both words and their xor, 500 weeks of 4,000 ids: extremes and spread as for fair coins."""
    z = []
    for week in range(-104, 396):
        pair = words(key(week=week), 4_000)
        for column in (pair[:, 0], pair[:, 1], pair[:, 0] ^ pair[:, 1]):
            octets = np.ascontiguousarray(column).view(np.uint8).reshape(-1, 4)
            z.append((np.unpackbits(octets, axis=1).mean(axis=0) - 0.5) * 2 * np.sqrt(4_000))
    scores = np.concatenate(z)
    assert np.abs(scores).max() < stats.norm.isf(ALPHA / 2 / scores.size)
    spread = float(np.sum(scores**2))
    assert stats.chi2.isf(1 - ALPHA / 2, scores.size) < spread < stats.chi2.isf(ALPHA / 2, scores.size)


@compiled_only
def test_uniform_chi_squared_in_one_and_two_dimensions() -> None:
    p_values = []
    for week in range(8):
        u, _, _ = variates(week)
        pair = words(key(week=week)) >> U32(28)
        cells = np.bincount(pair[:, 0] * 16 + pair[:, 1], minlength=256)
        serial = np.bincount(pair[:-1:2, 0] * 16 + pair[1::2, 0], minlength=256)
        for counts in (np.bincount((u * 256).astype(int), minlength=256), cells, serial):
            assert counts.size == 256
            p_values.append(stats.chisquare(counts).pvalue)
    assert min(p_values) > ALPHA / len(p_values)
    assert stats.kstest(p_values, "uniform").pvalue > ALPHA, "neither too good nor too bad"


@compiled_only
def test_distributions_fit() -> None:
    p_values = []
    for week in range(6):
        u, e, z = variates(week)
        fits = ((u, "uniform"), (e, "expon"), (z, "norm"))
        p_values += [stats.kstest(x.astype(float), name).pvalue for x, name in fits]
    assert min(p_values) > ALPHA / len(p_values)


@compiled_only
def test_tails_fit() -> None:
    """Counts beyond far quantiles, against the binomial."""
    _, e, z = map(np.concatenate, zip(*(variates(week) for week in range(10)), strict=True))
    p_values = []
    for tail in (1e-2, 1e-3, 1e-4):
        far = stats.norm.isf(tail)
        beyond = (e > -np.log(tail), e < -np.log1p(-tail), z > far, z < -far)
        p_values += [stats.binomtest(np.count_nonzero(hits), hits.size, tail).pvalue for hits in beyond]
    assert min(p_values) > ALPHA / len(p_values)


@compiled_only
def test_one_flipped_input_bit_flips_half_of_the_output() -> None:
    generator = np.random.default_rng(5)
    trials = 2_000
    inputs = generator.integers(0, 2**32, (trials, 4), dtype=np.uint64)
    flips = np.zeros((4, 32, 64))
    for k0, k1, c0, c1 in inputs.tolist()[: trials // 100]:
        before = reference(k0, k1, c0, c1)
        assert block(k0, k1, c0, c1) == before
    base = avalanche_words(inputs)
    for place in range(4):
        for bit in range(32):
            changed = inputs.copy()
            changed[:, place] ^= np.uint64(1 << bit)
            difference = base ^ avalanche_words(changed)
            unpacked = np.unpackbits(np.ascontiguousarray(difference).view(np.uint8), axis=1)
            flips[place, bit] = unpacked.sum(axis=0)
    z = (flips - trials / 2) / np.sqrt(trials / 4)
    assert np.abs(z).max() < stats.norm.isf(ALPHA / 2 / z.size)
    assert abs(z.mean()) < stats.norm.isf(ALPHA / 2) / np.sqrt(z.size)


def avalanche_words(inputs: np.ndarray) -> np.ndarray:
    out = np.empty((len(inputs), 2), U32)
    fill_avalanche(inputs, out)
    return out


@kernel
def fill_avalanche(inputs, out):  # type: ignore[no-untyped-def]
    for i in range(inputs.shape[0]):
        out[i, 0], out[i, 1] = luck.threefry2x32(inputs[i, 0], inputs[i, 1], inputs[i, 2], inputs[i, 3])


def test_extreme_words_stay_inside() -> None:
    edge = np.array([0, 1, 511, 512, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1], U32)
    u, e, z = (np.empty(edge.size, np.float32) for _ in range(3))
    fill_words(edge, u, e, z)
    assert u[0] == 2.0**-24
    assert u[-1] == 1 - 2.0**-24
    assert e.min() > 5e-8
    assert e.max() == pytest.approx(33 * np.log(2), rel=1e-6)
    assert z.max() == -z.min() == pytest.approx(-stats.norm.ppf(2.0**-33), rel=1e-6)
    assert np.all(np.diff(u) >= 0)
    assert np.all(np.diff(e) <= 0)


@compiled_only
def test_below_covers_evenly_and_stays_inside() -> None:
    below, _ = choices(words(key()), 7)
    assert stats.chisquare(np.bincount(below, minlength=7)).pvalue > ALPHA
    edge = np.array([[0, 0], [2**32 - 1, 0]], U32)
    for n in (1, 7, 20_000, 2**31):
        assert choices(edge, n)[0].tolist() == [0, n - 1]


# Commonly published answers for Lamping and Veach's jump consistent hash: 64-bit key, buckets, bucket
JUMPS = [
    (1, 1, 0),
    (42, 57, 43),
    (0xDEAD10CC, 666, 361),
    (256, 1024, 520),
    (128, 100_000_000, 38_172_097),
    (2**64 - 1, 128, 92),
]


@pytest.mark.parametrize(("number", "n", "bucket"), JUMPS)
def test_jump_gives_the_published_answers(number: int, n: int, bucket: int) -> None:
    assert choices(np.array([[number >> 32, number & 0xFFFFFFFF]], U32), n)[1][0] == bucket


@compiled_only
def test_jump_moves_only_to_the_new_alternative() -> None:
    source = words(key())
    before = choices(source, 1)[1]
    assert not before.any()
    for n in range(2, 40):
        after = choices(source, n)[1]
        moved = after != before
        assert np.all(after[moved] == n - 1)
        assert stats.binomtest(int(moved.sum()), N, 1 / n).pvalue > ALPHA / 38
        before = after
    assert stats.chisquare(np.bincount(before, minlength=39)).pvalue > ALPHA
    assert choices(source[:1], 0)[1][0] == -1

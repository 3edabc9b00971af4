"""Common random numbers: every draw is a pure function of (seed, replication, purpose, week, ids), never of
an order.

Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2,
3") turns a key and a counter of 64 bits each into 64 random bits. Three keys hang in a chain, so that no draw
moves another:

    world_key(seed, replication) -> stream_key(world, purpose, week) -> bits(key, id, sub)

For one key the cipher is a permutation: two replications of a seed, two (purpose, week) of a world, two (id,
sub) of a stream can never collide. Policies share all keys; they may only part once an input of the model
did. A threshold that belongs to an opportunity is drawn with week 0 and the opportunity's number as `sub`.
Choices use noise keyed by the alternative, or `jump`, so that one alternative more does not reshuffle the
rest. See docs/decisions/0002-luck.md.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.compiled import inlined, kernel
from simulation.elementary import log, upper_quantile

U32 = np.uint32
U64 = np.uint64
I32 = np.int32
F32 = np.float32

Key = tuple[
    Any, Any
]  # two words of 32 bits: numpy's, or Python's numbers, which are quicker to make and to hand over

_PARITY = U32(0x1BD11BDA)  # the key schedule's constant, from Skein
_JUMP_STEP = U64(2862933555777941757)
_U64_ONE = U64(1)

_LARGEST_SEED = 2**63 - 1
_LOW_WORD = 2**32 - 1


class Purpose(IntEnum):
    """What a draw is for. Only appended, never renumbered or reused: the numbers are part of the luck."""

    # the start: who is there
    POPULATION = 1
    # the pipeline: what an opportunity is worth and when each cause strikes
    OPPORTUNITY = 2
    # the field: what a touch reveals
    DISCOVERY = 3
    # the contract: who stays
    RENEWAL = 4
    # the persons: who sits in a seat
    PERSON = 5
    # the managers
    MANAGER = 6
    # what works in each segment, and when it changes
    REALITY = 7
    DRIFT = 8
    # prospects: who surfaces, who claims it, where a rep looks this week
    SURFACING = 9
    CLAIM = 10
    CHOICE = 11
    # hand-overs: whether a new rep is a fresh look; whose turn it is in a phased release
    HANDOVER = 12
    RELEASE = 13
    # learning: what is forgotten, read, taken over from peers, written down, and how people are judged
    FORGETTING = 14
    READING = 15
    PEERS = 16
    WRITING = 17
    JUDGEMENT = 18
    # the lot that chooses pilots
    PILOT = 19
    # the first playbook
    PLAYBOOK = 20
    # who among many gets something: a word per candidate, see `rank`
    CLAIMANT = 21
    # segments: how well the product fits in this world, whom the leader interviews, noise of the choice among them
    SEGMENT_FIT = 22
    INTERVIEW = 23
    FOCUS = 24
    # missions: what a round holds; who steps forward
    MISSION = 25
    VOLUNTEER = 26
    # development: the classroom, coaching, the error of what is heard of people's practices
    TRAINING = 27
    COACHING = 28
    HEARING = 29
    # how what a segment needs drifts
    SEGMENT_DRIFT = 30


def world_key(seed: int, replication: int) -> Key:
    """The key of one world. ValueError unless both are whole numbers from 0 to 2**63 - 1."""
    x0, x1 = _block(*_words("seed", seed), *_words("replication", replication))
    return U32(x0), U32(x1)


def stream_key(world_key: Key, purpose: int, week: int = 0) -> Key:
    """The key of one purpose in one week of a world. Weeks may be negative (burn-in); taken modulo 2**32."""
    x0, x1 = _block(world_key[0], world_key[1], int(purpose) & _LOW_WORD, int(week) & _LOW_WORD)
    return U32(x0), U32(x1)


def stream_keys(world_key: Key, week: int = 0) -> NDArray[np.uint32]:
    """`stream_key` of every purpose at once, (purposes + 1, 2); row = purpose, row 0 is not used."""
    keys = np.zeros((len(Purpose) + 1, 2), U32)
    _blocks(world_key[0], world_key[1], int(week) & _LOW_WORD, keys)
    return keys


@inlined
def threefry2x32(k0: Any, k1: Any, c0: Any, c1: Any) -> Any:
    """Two uint32 words for key (k0, k1) and counter (c0, c1). Each is taken modulo 2**32: -1 is safe."""
    s0, s1 = U32(k0), U32(k1)
    s2 = U32(s0 ^ s1 ^ _PARITY)
    x0, x1 = U32(U32(c0) + s0), U32(U32(c1) + s1)
    x0, x1 = _mix(x0, x1, 13, 15, 26, 6)
    x0, x1 = U32(x0 + s1), U32(x1 + s2 + U32(1))
    x0, x1 = _mix(x0, x1, 17, 29, 16, 24)
    x0, x1 = U32(x0 + s2), U32(x1 + s0 + U32(2))
    x0, x1 = _mix(x0, x1, 13, 15, 26, 6)
    x0, x1 = U32(x0 + s0), U32(x1 + s1 + U32(3))
    x0, x1 = _mix(x0, x1, 17, 29, 16, 24)
    x0, x1 = U32(x0 + s1), U32(x1 + s2 + U32(4))
    x0, x1 = _mix(x0, x1, 13, 15, 26, 6)
    return U32(x0 + s2), U32(x1 + s0 + U32(5))


@inlined
def bits(k0: Any, k1: Any, id: Any, sub: Any) -> Any:
    """64 random bits, as two uint32 words, for entity `id` and its draw number `sub` under a stream key."""
    return threefry2x32(k0, k1, id, sub)


@inlined
def uniform(word: Any) -> Any:
    """float32 strictly inside (0, 1), symmetric about 1/2: odd multiples of 2**-24, all equally likely."""
    return (F32(I32(U32(word) >> 9)) + F32(0.5)) * F32(2.0**-23)


@inlined
def exponential(word: Any) -> Any:
    """Exp(1) as float32, strictly positive: from 6.0e-8 to 22.87 = 33 ln 2. All 32 bits go to the tail.

    Steps are 6e-8 near 0, below 1e-5 up to 10, 0.002 at 16 (one draw in 9 million), 0.1 to 1.1 for the last
    ten.
    """
    u = F32(U32(word)) * F32(2.0**-32) + F32(2.0**-33)
    below_one = F32(1.0 - 2.0**-24)
    return -log(below_one if u > below_one else u)


@inlined
def normal(word: Any) -> Any:
    """Standard normal as float32, exactly symmetric: one bit is the sign, 31 the distance. Largest 6.34.

    Tail probabilities are multiples of 2**-32: beyond 5 (one draw in 1.7 million) steps exceed 0.0001.
    """
    magnitude = I32(U32(word) & U32(0x7FFFFFFF))
    z = upper_quantile((F32(magnitude) + F32(0.5)) * F32(2.0**-32))
    return -z if U32(word) > U32(0x7FFFFFFF) else z


@inlined
def rank(word: Any, candidate: Any) -> Any:
    """A uint32 by which candidates for something are ordered; the highest has it (rendezvous hashing).

    `word` is a draw for the thing, `candidate` one for the candidate. One more candidate changes only what that one gets.
    Each pair would deserve a draw of its own; this mixes two (the finaliser of MurmurHash3, a bijection of their xor), at a
    quarter of the cost. Distinct candidates never tie.
    """
    x = U32(U32(word) ^ U32(candidate))
    x = U32((x ^ (x >> U32(16))) * U32(0x85EBCA6B))
    x = U32((x ^ (x >> U32(13))) * U32(0xC2B2AE35))
    return U32(x ^ (x >> U32(16)))


@inlined
def ranked(word: Any, rank: Any) -> Any:
    """The candidate that has this `rank` for `word`: the mixing turned round, step by step."""
    x = U32(rank)
    x = U32((x ^ (x >> U32(16))) * U32(0x7ED1B41D))
    x = U32((x ^ (x >> U32(13)) ^ (x >> U32(26))) * U32(0xA5CB9243))
    return U32(x ^ (x >> U32(16)) ^ U32(word))


@inlined
def below(word: Any, n: Any) -> Any:
    """int64 from 0 to n - 1 (1 <= n <= 2**31) by multiply and shift. No chance is off by more than 2**-32."""
    return np.int64((U64(U32(word)) * U64(n)) >> U64(32))


@inlined
def jump(word0: Any, word1: Any, n: Any) -> Any:
    """int64 from 0 to n - 1 (1 <= n <= 2**31); one more moves a share 1/(n+1) of choices, all to the new one.

    Jump consistent hash (Lamping and Veach 2014), in integers. Rendezvous hashing would do the same but needs
    a draw for each alternative; this needs one and about ln n steps. Alternatives must only be appended. -1
    for n < 1.
    """
    key = U64(U64(U32(word0)) << U64(32)) | U64(U32(word1))
    chosen, following = np.int64(-1), np.int64(0)
    while following < n:
        chosen = following
        key = U64(key * _JUMP_STEP + _U64_ONE)
        following = np.int64((U64(chosen + 1) << U64(31)) // U64((key >> U64(33)) + _U64_ONE))
    return chosen


@inlined
def _mix(x0: Any, x1: Any, r0: Any, r1: Any, r2: Any, r3: Any) -> Any:
    """Four rounds: add, rotate, xor."""
    x0 = U32(x0 + x1)
    x1 = U32(_rotated(x1, r0) ^ x0)
    x0 = U32(x0 + x1)
    x1 = U32(_rotated(x1, r1) ^ x0)
    x0 = U32(x0 + x1)
    x1 = U32(_rotated(x1, r2) ^ x0)
    x0 = U32(x0 + x1)
    x1 = U32(_rotated(x1, r3) ^ x0)
    return x0, x1


@inlined
def _rotated(x: Any, by: Any) -> Any:
    return U32(U32(x << U32(by)) | U32(x >> U32(32 - by)))


@kernel
def _block(k0: Any, k1: Any, c0: Any, c1: Any) -> Any:
    return threefry2x32(k0, k1, c0, c1)


@kernel
def _blocks(k0: Any, k1: Any, c1: Any, out: Any) -> None:
    for row in range(1, len(out)):
        out[row, 0], out[row, 1] = threefry2x32(k0, k1, row, c1)


def _words(name: str, value: object) -> Key:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not 0 <= value <= _LARGEST_SEED:
        raise ValueError(f"{name} must be a whole number from 0 to 2**63 - 1, not {value!r}")
    return U32(int(value) >> 32), U32(int(value) & _LOW_WORD)

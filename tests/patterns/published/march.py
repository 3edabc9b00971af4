"""March 1991, "Exploration and exploitation in organizational learning", Organization Science 2(1): mutual learning.

An organisation is a column: where the sales model has segments, the kernels here step thousands of organisations. In
March's model people act on every dimension, by a coin where they believe nothing, and are judged and copied by what
they do; so what is handed to the kernels as practices shown is belief or coin.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from simulation.luck import Purpose, stream_key, world_key
from simulation.world.kernels.knowing import knowledge_of
from simulation.world.kernels.learning import codify, drift, socialise
from tests.patterns.published.printed import Printed, mean

U32 = np.uint32
DIMENSIONS, PEOPLE = 30, 50
EVERY = U32((1 << DIMENSIONS) - 1)
RUNS = 10_000
FIGURE_1 = {0.1: 0.954, 0.5: 0.810, 0.9: 0.739}  # equilibrium knowledge by p1, at p2 = .5
CHECKED_EVERY = 5  # periods between looks at who has come to rest


class Organisations:
    """`runs` organisations. Beliefs are (people, runs), the code and reality (runs,), all as bits."""

    def __init__(self, runs: int, seed: int) -> None:
        self.rng, self.world, self.period = np.random.default_rng([1991, seed]), world_key(1991, seed), 0
        self.known, self.sign = self.naive((PEOPLE, runs))
        self.code_known, self.code_sign = np.zeros(runs, U32), np.zeros(runs, U32)
        self.reality = self.rng.integers(0, int(EVERY) + 1, runs, U32)

    def naive(self, shape: tuple[int, ...]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Beliefs -1, 0 and 1 with equal chances: which are held, and which of them say yes."""
        known = np.zeros(shape, U32)
        for d in range(DIMENSIONS):
            known |= (self.rng.integers(0, 3, shape, np.uint8) > 0).astype(U32) << U32(d)
        return known, known & self.rng.integers(0, 2**32, shape, U32)

    def live(self, p1: float, p2: float, p3: float = 0.0, p4: float = 0.0, steps: int = 1) -> None:
        """One period. `steps` of socialisation at a time: March has one, the tests try two."""
        people, runs = self.known.shape
        if p4 > 0:
            drift(np.full(runs, p4, np.float32), DIMENSIONS, U32(0), *self._key(Purpose.DRIFT), self.reality)
        coins = self.rng.integers(0, int(EVERY) + 1, self.known.shape, U32)
        shown, every = self.sign | (coins & ~self.known), np.full_like(self.known, EVERY)
        performance, score = np.empty(self.known.shape, np.float32), self.knowledge()
        knowledge_of(DIMENSIONS, every, shown, self.reality, performance)
        everyone, nobody_new = np.ones(people, np.bool_), np.zeros(people, np.int32)
        for _ in range(steps):
            socialise(
                p1, everyone, nobody_new, self.code_known, self.code_sign, *self._key(Purpose.READING), self.known, self.sign
            )  # fmt: skip
        codify(
            p2, DIMENSIONS, everyone, np.ones(self.known.shape, np.bool_), performance, score, *self._key(Purpose.WRITING),
            every, shown, self.code_known, self.code_sign,
        )  # fmt: skip
        if p3 > 0:
            leaves = self.rng.random(self.known.shape) < p3
            for beliefs, new in zip((self.known, self.sign), self.naive((int(leaves.sum()),)), strict=True):
                beliefs[leaves] = new
        self.period += 1

    def knowledge(self) -> NDArray[np.float32]:
        """(runs,) right less wrong dimensions of the code, over all dimensions."""
        found = np.empty((1, len(self.reality)), np.float32)
        knowledge_of(DIMENSIONS, self.code_known[None, :], self.code_sign[None, :], self.reality, found)
        return found[0]

    def at_rest(self) -> NDArray[np.bool_]:
        """(runs,) whether nobody can outperform the code by any luck and nobody differs from it: nothing moves any more."""
        wrong = np.bitwise_count(self.known & (self.sign ^ self.reality)).astype(np.int64)
        possible = DIMENSIONS - 2 * wrong  # beliefs times reality, and every coin a lucky one
        differ = self.code_known & (~self.known | (self.sign ^ self.code_sign))
        score = np.rint(self.knowledge() * DIMENSIONS)
        return (possible <= score).all(axis=0) & (differ == 0).all(axis=0)

    def keep(self, which: NDArray[np.bool_]) -> None:
        """Go on with these only."""
        self.known, self.sign = self.known[:, which].copy(), self.sign[:, which].copy()
        for name in ("code_known", "code_sign", "reality"):
            setattr(self, name, getattr(self, name)[which])

    def _key(self, purpose: Purpose) -> tuple[np.uint32, np.uint32]:
        return stream_key(self.world, purpose, self.period)


def equilibrium(p1: float, p2: float = 0.5, runs: int = RUNS, steps: int = 1) -> NDArray[np.float64]:
    """(runs,) knowledge of the code when everything has come to rest."""
    o, found = Organisations(runs, seed=round(100 * p1)), []
    while len(o.reality):
        o.live(p1, p2, steps=steps)
        if o.period % CHECKED_EVERY == 0:
            rest = o.at_rest()
            found.append(o.knowledge()[rest])
            o.keep(~rest)
    return np.concatenate(found).astype(np.float64)


def turbulent(p3: float, periods: int, runs: int, p4: float = 0.02, p1: float = 0.5) -> NDArray[np.float64]:
    """(periods, runs) knowledge of the code while reality drifts, with turnover p3 and p2 = .5."""
    o, found = Organisations(runs, seed=1000), np.empty((periods, runs))
    for period in range(periods):
        o.live(p1, 0.5, p3, p4)
        found[period] = o.knowledge()
    return found


def checks() -> Iterator[Printed]:
    """Figure 1 at p2 = .5. Nothing is known of the error of what was printed, so none is granted."""
    for p1, printed in FIGURE_1.items():
        yield Printed("March 1991", f"figure 1, p1 = {p1:g}", printed, 0.0, 0.0005, *mean(equilibrium(p1)))

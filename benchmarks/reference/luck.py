"""What is drawn in the model, one method for each kind of draw. Here: the engine's luck.

A draw is a function of (seed, replication, purpose, week, ids), see `simulation.luck`; so it does not matter in which order
the agents act. `mesa_luck.py` has the same methods with Mesa's own generator.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from benchmarks.reference.arithmetic import Exact
from simulation import luck
from simulation.luck import Purpose

F32 = np.float32
EVERYONE = 32  # in place of a segment: what all segments share
NOT_A_PERSON = 0xFFFFFFFF
NO_WEEK = 0
DISPOSITION = 2048  # numbers of draws of a person, apart from those at 0-2
READING, THRESHOLDS = 8, 4096  # ... of which there is one for each segment


def uniform(word: int) -> Any:
    return F32(luck.uniform(word))


def exponential(word: int) -> Any:
    return F32(luck.exponential(word))


def normal(word: int) -> Any:
    return F32(luck.normal(word))


class KeyedLuck:
    """Every draw has a key; customers and persons bring the `word` that says who they are."""

    def __init__(self, seed: int, replication: int) -> None:
        self.world = luck.world_key(seed, replication)
        self.keys: dict[int, list[list[int]]] = {}

    def words(self, purpose: Purpose, week: int, who: int, number: int = 0) -> tuple[int, int]:
        """Two random words of 32 bits."""
        if week not in self.keys:
            self.keys[week] = luck.stream_keys(self.world, week).tolist()
        k0, k1 = self.keys[week][purpose]
        first, second = luck.bits(k0, k1, who, number)
        return int(first), int(second)

    # the world at the beginning

    def fit_of_segment(self, segment: int) -> Any:
        return Exact.normal_quantile(uniform(self.words(Purpose.SEGMENT_FIT, NO_WEEK, segment)[0]))

    def manager(self, place: int) -> tuple[Any, Any]:
        """Coaching skill, and optimism in standard deviations."""
        coaching, optimism = (self.words(Purpose.MANAGER, NO_WEEK, place, n)[0] for n in range(2))
        return uniform(coaching), Exact.normal_quantile(uniform(optimism))

    def practice(self, segment: int, practice: int) -> tuple[Any, Any]:
        """Whether it works, and whether it is in the first playbook: two uniform draws."""
        works = self.words(Purpose.REALITY, NO_WEEK, segment, practice)[0]
        return uniform(works), uniform(self.words(Purpose.PLAYBOOK, NO_WEEK, segment, practice)[0])

    def account(self, customer: Any) -> tuple[Any, Any, Any, Any, Any]:
        """Fit, size, whether the founders know it, how well they do, and what else made it a customer."""
        a, b = self.words(Purpose.POPULATION, NO_WEEK, customer.word, 0)
        c, d = self.words(Purpose.POPULATION, NO_WEEK, customer.word, 1)
        e, _ = self.words(Purpose.POPULATION, NO_WEEK, customer.word, 2)
        return normal(a), normal(b), uniform(c), uniform(d), normal(e)

    def contract(self, customer: Any, reps: int) -> tuple[Any, int, Any, Any]:
        """Of a customer at the beginning: value, seat of the rep, relationship, and when it is to be renewed."""
        _, f = self.words(Purpose.POPULATION, NO_WEEK, customer.word, 2)
        g, h = self.words(Purpose.POPULATION, NO_WEEK, customer.word, 3)
        x, _ = self.words(Purpose.POPULATION, NO_WEEK, customer.word, 4)
        return normal(f), int(luck.jump(g, h, reps)), uniform(h), uniform(x)

    def person(self, rep: Any) -> tuple[Any, Any, Any, Any, Any]:
        """Talent, optimism, thresholds of resigning and of being dismissed, tenure at the beginning."""
        a, b = self.words(Purpose.PERSON, NO_WEEK, rep.word, 0)
        c, d = self.words(Purpose.PERSON, NO_WEEK, rep.word, 1)
        e, _ = self.words(Purpose.PERSON, NO_WEEK, rep.word, 2)
        return normal(a), normal(b), exponential(c), exponential(d), exponential(e)

    def disposition(self, rep: Any) -> Any:
        return uniform(self.words(Purpose.PERSON, NO_WEEK, rep.word, DISPOSITION)[0])

    def thresholds_of_learning(self, rep: Any, segment: int) -> tuple[Any, Any]:
        x, y = self.words(Purpose.PERSON, NO_WEEK, rep.word, THRESHOLDS + segment)
        return exponential(x), exponential(y)

    # lots that stay with a person or a customer

    def pilot_lot(self, rep: Any) -> Any:
        return uniform(self.words(Purpose.PILOT, NO_WEEK, rep.word)[0])

    def volunteer_lot(self, rep: Any, mission: int) -> Any:
        return uniform(self.words(Purpose.VOLUNTEER, mission + 1, rep.word)[0])

    def release_lot(self, customer: Any) -> Any:
        return uniform(self.words(Purpose.RELEASE, NO_WEEK, customer.word)[0])

    # prospects

    def in_turn(self, week: int, accounts: Sequence[Any]) -> Iterator[Any]:
        """The accounts in an order that mixes segments: steps near the golden section of their number."""
        n = len(accounts)
        stride = int(n * 0.6180339887498949) | 1
        while n > 1 and math.gcd(n, stride) != 1:
            stride += 1
        word = self.words(Purpose.CLAIM, week, NOT_A_PERSON, NOT_A_PERSON)[0]
        place = int(luck.below(word, max(1, n)))
        for _ in range(n):
            yield accounts[place]
            place = (place + stride) % n

    def weeks_to_surface(self, week: int, customer: Any, hazard: Any) -> int:
        word = self.words(Purpose.SURFACING, week, customer.word)[0]
        return int(min(10_000, 1 + math.floor(exponential(word) / hazard)))

    def comes_by_itself(self, week: int, customer: Any) -> Any:
        return uniform(self.words(Purpose.SURFACING, week, customer.word)[1])

    def by_chance(self, week: int, customer: Any, reps: Sequence[Any]) -> Iterator[Any]:
        """The reps in the order in which they come upon a prospect."""
        draw = self.words(Purpose.CLAIM, week, customer.word, NOT_A_PERSON)[0]
        candidates = ((rep, self.words(Purpose.CLAIMANT, week, rep.word)[0]) for rep in reps)
        ranked = [(int(luck.rank(draw, candidate)), rep) for rep, candidate in candidates]
        return (rep for rank, rep in sorted(ranked, key=lambda pair: -pair[0]) if rank > 0)

    def temptation(self, week: int, customer: Any, rep: Any) -> Any:
        return uniform(self.words(Purpose.CLAIM, week, customer.word, rep.word)[0])

    def hunch(self, customer: Any) -> Any:
        """About the deal that a prospect will give."""
        number = (customer.opportunity + 1) * 16
        return normal(self.words(Purpose.OPPORTUNITY, NO_WEEK, customer.word, number)[0])

    def looks_at_home(self, week: int, rep: Any) -> Any:
        return uniform(self.words(Purpose.CHOICE, week, rep.word)[0])

    # deals and contracts

    def deal(self, customer: Any) -> tuple[Any, Any, Any, Any, Any]:
        """Value, noise of the score, thresholds of loss, of no decision and of the first advance."""
        number = customer.opportunity * 16
        value = self.words(Purpose.OPPORTUNITY, NO_WEEK, customer.word, number)[1]
        noise, loss = self.words(Purpose.OPPORTUNITY, NO_WEEK, customer.word, number + 1)
        undecided, advance = self.words(Purpose.OPPORTUNITY, NO_WEEK, customer.word, number + 2)
        return normal(value), normal(noise), exponential(loss), exponential(undecided), exponential(advance)

    def change_of_stage(self, customer: Any) -> tuple[Any, Any]:
        """Threshold of the next advance, and a lot that says how this one ends."""
        number = customer.opportunity * 16 + 3 + customer.stage
        when, lot = self.words(Purpose.OPPORTUNITY, NO_WEEK, customer.word, number)
        return exponential(when), uniform(lot)

    def renewal(self, week: int, customer: Any) -> tuple[Any, Any, Any]:
        """Whether it leaves, whether it shrinks, by how much it grows."""
        fate, turn = self.words(Purpose.RENEWAL, week, customer.word, 0)
        growth, _ = self.words(Purpose.RENEWAL, week, customer.word, 1)
        return uniform(fate), uniform(turn), exponential(growth)

    def fresh_look(self, week: int, customer: Any) -> Any:
        return uniform(self.words(Purpose.HANDOVER, week, customer.word)[0])

    # learning

    def lesson(self, kind: str, rep: Any, segment: int, number: int, practices: int) -> tuple[Any, int, Any]:
        """Of the n-th discovery or lapse: threshold of the next, the practice, and a lot, whether the lesson is wrong."""
        purpose = Purpose.DISCOVERY if kind == "discovery" else Purpose.FORGETTING
        when, which = self.words(purpose, NO_WEEK, rep.word, (segment << 24) | number)
        return exponential(when), int(luck.below(which, practices)), F32(which & 0xFFFF) / 65536.0

    def takes_over(
        self, why: str, week: int, rep: Any, segment: int, chance: Any, practices: int
    ) -> list[bool]:
        """For each practice whether the rep takes it over, each with this chance."""
        purposes = {"reading": Purpose.READING, "peers": Purpose.PEERS, "training": Purpose.TRAINING}
        return self._bits_set(purposes[why], week, rep.word, segment, chance, practices)

    def has_read(self, rep: Any, segment: int, chance: Any, practices: int) -> list[bool]:
        return self._bits_set(Purpose.PERSON, NO_WEEK, rep.word, READING + segment, chance, practices)

    def _bits_set(
        self, purpose: Purpose, week: int, who: int, number: int, chance: Any, practices: int
    ) -> list[bool]:
        """One bit for each practice, set with the chance rounded to 1/65,536.

        Bit by bit of the chance, lowest first: each step halves the chance of a set bit, and adds a half where the bit of
        the chance is set.
        """
        threshold = int(min(65536.0, max(0.0, round(float(chance) * 65536.0))))
        word = 0xFFFFFFFF if threshold >= 65536 else 0
        for j in range(8 if threshold < 65536 else 0):
            for step, drawn in enumerate(self.words(purpose, week, who, number * 8 + j)):
                word = word | drawn if threshold >> (2 * j + step) & 1 else word & drawn
        return [bool(word >> d & 1) for d in range(practices)]

    def judgement(self, week: int, rep: Any, segment: int) -> Any:
        return normal(self.words(Purpose.JUDGEMENT, week, rep.word, segment)[0])

    def writing(self, week: int, segment: int, practice: int) -> Any:
        return uniform(self.words(Purpose.WRITING, week, segment, practice)[0])

    def drift(self, week: int, segment: int, practice: int) -> Any:
        return uniform(self.words(Purpose.DRIFT, week, segment, practice)[0])

    def drift_of_all(self, week: int, practice: int) -> Any:
        return uniform(self.words(Purpose.DRIFT, week, 0xFFFF, practice)[0])

    def coaching(self, week: int, rep: Any) -> Any:
        return uniform(self.words(Purpose.COACHING, week, rep.word, 0)[0])

    def coached_lesson(self, week: int, rep: Any, number: int) -> tuple[Any, int, Any]:
        """Where it is about, a word that chooses among the gaps there, and whether it is wrong."""
        a, b = self.words(Purpose.COACHING, week, rep.word, 2 * number + 1)
        c, _ = self.words(Purpose.COACHING, week, rep.word, 2 * number + 2)
        return uniform(a), b, uniform(c)

    def below(self, word: int, n: int) -> int:
        return int(luck.below(word, n))

    def hearing(self, week: int, rep: Any) -> tuple[Any, Any]:
        """Errors of what conversations and retrospectives tell of a rep."""
        a, b = self.words(Purpose.HEARING, week, rep.word, 0)
        return normal(a), normal(b)

    def hearing_of_customers(self, week: int, rep: Any) -> Any:
        return normal(self.words(Purpose.HEARING, week, rep.word, 1)[0])

    # segments and missions

    def wandering_fit(self, week: int, segment: int) -> Any:
        return Exact.normal_quantile(uniform(self.words(Purpose.SEGMENT_DRIFT, week, segment)[0]))

    def interview(self, week: int, segment: int, number: int, people: int) -> tuple[int, Any]:
        """Whom of so many, and the error of what is heard."""
        a, b = self.words(Purpose.INTERVIEW, week, segment, number)
        return int(luck.below(a, people)), normal(b)

    def choice_of_segment(self, week: int, segment: int) -> tuple[float, float]:
        """A uniform and a normal draw."""
        noise = uniform(self.words(Purpose.FOCUS, week, segment, 0)[0])
        lot = Exact.normal_quantile(uniform(self.words(Purpose.FOCUS, week, segment, 1)[0]))
        return float(noise), float(lot)

    def mission(self, mission: int, number: int) -> tuple[Any, Any, Any, Any]:
        """Whether the road is passable, the hazard until the breakthrough, the prize, how its effort is misjudged."""
        a, b = self.words(Purpose.MISSION, NO_WEEK, mission, number * 4)
        c, d = self.words(Purpose.MISSION, NO_WEEK, mission, number * 4 + 1)
        return uniform(a), exponential(b), uniform(c), normal(d)

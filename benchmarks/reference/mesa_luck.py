"""The same draws with Mesa's own generator, `model.random`, as a user of Mesa would write them. See `luck.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random  # noqa: TID251 - the type of `model.random`; nothing global is drawn from
from typing import Any


class MesaLuck:
    """Draws in the order in which agents ask. The same names and arguments as in `KeyedLuck`."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def normal(self) -> float:
        return self.random.gauss(0.0, 1.0)

    def exponential(self) -> float:
        return self.random.expovariate(1.0)

    # the world at the beginning

    def fit_of_segment(self, segment: int) -> float:
        return self.normal()

    def manager(self, place: int) -> tuple[float, float]:
        return self.random.random(), self.normal()

    def practice(self, segment: int, practice: int) -> tuple[float, float]:
        return self.random.random(), self.random.random()

    def account(self, customer: Any) -> tuple[float, float, float, float, float]:
        return self.normal(), self.normal(), self.random.random(), self.random.random(), self.normal()

    def contract(self, customer: Any, reps: int) -> tuple[float, int, float, float]:
        return self.normal(), self.random.randrange(reps), self.random.random(), self.random.random()

    def person(self, rep: Any) -> tuple[float, float, float, float, float]:
        return self.normal(), self.normal(), self.exponential(), self.exponential(), self.exponential()

    def disposition(self, rep: Any) -> float:
        return self.random.random()

    def thresholds_of_learning(self, rep: Any, segment: int) -> tuple[float, float]:
        return self.exponential(), self.exponential()

    # lots that stay with a person or a customer

    def pilot_lot(self, rep: Any) -> float:
        return self.random.random()

    def volunteer_lot(self, rep: Any, mission: int) -> float:
        return self.random.random()

    def release_lot(self, customer: Any) -> float:
        return self.random.random()

    # prospects

    def in_turn(self, week: int, accounts: Sequence[Any]) -> Sequence[Any]:
        return self.random.sample(accounts, len(accounts))

    def weeks_to_surface(self, week: int, customer: Any, hazard: float) -> int:
        return min(10_000, 1 + int(self.random.expovariate(hazard)))

    def comes_by_itself(self, week: int, customer: Any) -> float:
        return self.random.random()

    def by_chance(self, week: int, customer: Any, reps: Sequence[Any]) -> Iterator[Any]:
        rest = list(reps)
        while rest:  # nearly always the first takes it, so the order of the others is not drawn
            yield rest.pop(self.random.randrange(len(rest)))

    def temptation(self, week: int, customer: Any, rep: Any) -> float:
        return self.random.random()

    def hunch(self, customer: Any) -> float:
        return self.normal()

    def looks_at_home(self, week: int, rep: Any) -> float:
        return self.random.random()

    # deals and contracts

    def deal(self, customer: Any) -> tuple[float, float, float, float, float]:
        return self.normal(), self.normal(), self.exponential(), self.exponential(), self.exponential()

    def change_of_stage(self, customer: Any) -> tuple[float, float]:
        return self.exponential(), self.random.random()

    def renewal(self, week: int, customer: Any) -> tuple[float, float, float]:
        return self.random.random(), self.random.random(), self.exponential()

    def fresh_look(self, week: int, customer: Any) -> float:
        return self.random.random()

    # learning

    def lesson(
        self, kind: str, rep: Any, segment: int, number: int, practices: int
    ) -> tuple[float, int, float]:
        return self.exponential(), self.random.randrange(practices), self.random.random()

    def takes_over(
        self, why: str, week: int, rep: Any, segment: int, chance: float, practices: int
    ) -> list[bool]:
        return [self.random.random() < chance for _ in range(practices)]

    def has_read(self, rep: Any, segment: int, chance: float, practices: int) -> list[bool]:
        return [self.random.random() < chance for _ in range(practices)]

    def judgement(self, week: int, rep: Any, segment: int) -> float:
        return self.normal()

    def writing(self, week: int, segment: int, practice: int) -> float:
        return self.random.random()

    def drift(self, week: int, segment: int, practice: int) -> float:
        return self.random.random()

    def drift_of_all(self, week: int, practice: int) -> float:
        return self.random.random()

    def coaching(self, week: int, rep: Any) -> float:
        return self.random.random()

    def coached_lesson(self, week: int, rep: Any, number: int) -> tuple[float, int, float]:
        return self.random.random(), 0, self.random.random()

    def below(self, word: int, n: int) -> int:
        return self.random.randrange(n)

    def hearing(self, week: int, rep: Any) -> tuple[float, float]:
        return self.normal(), self.normal()

    def hearing_of_customers(self, week: int, rep: Any) -> float:
        return self.normal()

    # segments and missions

    def wandering_fit(self, week: int, segment: int) -> float:
        return self.normal()

    def interview(self, week: int, segment: int, number: int, people: int) -> tuple[int, float]:
        return self.random.randrange(people), self.normal()

    def choice_of_segment(self, week: int, segment: int) -> tuple[float, float]:
        return self.random.random(), self.normal()

    def mission(self, mission: int, number: int) -> tuple[float, float, float, float]:
        return self.random.random(), self.exponential(), 1.0 - self.random.random(), self.normal()

"""The sales model: a Mesa model whose week is one visible list of phases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.luck import Key, Purpose
from simulation.world.agents import Customers
from simulation.world.asking import answered_by, answers
from simulation.world.gates import open_gates
from simulation.world.history import History
from simulation.world.phases import PHASES
from simulation.world.population import initial_state, take_seats
from simulation.world.scratch import Scratch
from simulation.world.setting import Setting
from simulation.world.staff import StaffedModel

if TYPE_CHECKING:
    from simulation.spec import Scenario


class SalesModel(StaffedModel):
    """One policy in one world.

    `SalesModel(scenario, "lockdown", seed=7)` lives through the burn-in under the baseline and stands at week 0; each
    `step()` is a week. `fork(policy)` continues from here under another policy: how replications share a burn-in.

    Attributes people use: `week`, `reps`, `managers`, `leader`, `customers`, `state` (columns), `history` (weekly
    outcomes so far, by name), `log` (the leader's decisions). Money is in cents. `closed_gates` names mechanisms (see
    `gates.py`) that stay, from the start week on, as they were then. `passed`: those of `WATCHED_GATES` that have let
    something through since; closing another of them would have changed nothing but, for `reports`, what is stated.
    """

    steps: int  # of Mesa: weeks lived, the burn-in included
    scenario: Any = None  # a plain attribute: later releases of Mesa would write into the scenario

    def __init__(
        self,
        scenario: Scenario,
        policy: str,
        seed: int | None = None,
        replication: int = 0,
        closed_gates: Iterable[str] = (),
        *,
        _at: SalesModel | None = None,
    ) -> None:
        if policy not in scenario.policies:
            raise ValueError(
                f"no policy {policy!r} in {scenario.name}; it has {', '.join(scenario.policies)}"
            )
        super().__init__(rng=(scenario.seed if seed is None else seed) % 2**32)
        self.scenario, self.policy = scenario, policy
        self.gates = open_gates(closed_gates)
        self.passed: set[str] = set()
        self.phase = ""  # the one that is running or ran last: where an error came from
        if _at is None:
            self.setting = Setting(scenario, scenario.seed if seed is None else seed, replication)
            self.state = initial_state(self.setting)
            self.history = History.of(self.setting.weeks)
            self.now = Scratch(self.setting)
            take_seats(self, np.arange(self.setting.reps))
        else:
            self.setting, self.state, self.now = _at.setting, _at.state.copy(), _at.now.copy()
            self.history = _at.history.copy()
        before = answers(scenario, scenario.baseline) if _at is None else _at._answers[0]
        self._answers: tuple[dict[str, list[Any]], ...] = before, answers(scenario, policy)  # from the start
        self._kept: tuple[dict[str, Any], dict[str, Any]] = {}, {}  # answers to questions without a state

        self.log: list[dict[str, Any]] = []
        if _at is not None:
            self.log, self.steps = [dict(entry) for entry in _at.log], _at.steps
        self.customers = Customers(self)
        while _at is None and self.week < 0:
            self.step()

    @property
    def week(self) -> int:
        """The week about to be lived; negative in the burn-in."""
        return self.state.week

    def step(self) -> None:
        """One week: every phase in order."""
        for phase in PHASES:
            self.phase = phase.__name__
            phase(self)
        self.state.week += 1
        self.running = self.week < self.setting.weeks

    def note(self, action: str, why: str) -> None:
        """Enter a decision of the leader into the log, with its reason."""
        self.log.append({"week": self.week, "action": action, "why": why})

    def run_until(self, week: int) -> SalesModel:
        """Step until `week` is about to be lived."""
        while self.week < week:
            self.step()
        return self

    def fork(self, policy: str, closed_gates: Iterable[str] = ()) -> SalesModel:
        """An independent model that continues from this week under `policy`. Only up to the start week."""
        if self.week > self.setting.start_week:
            raise ValueError(
                f"policies part at week {self.setting.start_week}; this model is at week {self.week}"
            )
        return SalesModel(
            self.scenario, policy, self.setting.seed, self.setting.replication, closed_gates, _at=self
        )

    @property
    def keys(self) -> list[Key]:
        """The streams of this week, by purpose; those of no week are `setting.keys`."""
        return self.setting.keys_of(self.state.week)

    def key(self, purpose: Purpose, weekly: bool = True) -> Key:
        """The stream of a purpose, of this week or (weekly=False) of no week."""
        return (self.keys if weekly else self.setting.keys)[purpose]

    def ask(self, point: str, state: Any, default: Any) -> Any:
        """The decision at a point: levers answer in order of name, each seeing what the one before it said.

        Before the start week the baseline's levers answer. A question that shows no state has one answer before the start
        and one from then on: levers see nothing else and remember nothing.
        """
        started = self.state.week >= self.setting.start_week
        if state is None and point in self._kept[started]:
            return self._kept[started][point]
        for answer in self._answers[started][point]:
            default = answer(state, default)
        if state is None:
            self._kept[started][point] = default
        return default

    def heeds(self, point: str) -> bool:
        """Whether any lever in force answers at this point: where none does, the question need not be put together."""
        return bool(self._answers[self.state.week >= self.setting.start_week][point])

    def as_before(self, *points: str) -> bool:
        """Whether the levers that answer any of these points are set as in the baseline."""
        mine, usual = (
            [
                lever
                for _, lever in self.scenario.policies[name]
                if not answered_by(lever.__class__).isdisjoint(points)
            ]
            for name in (self.policy, self.scenario.baseline)
        )
        return mine == usual

    def gate_open(self, gate: str) -> bool:
        """Whether a mechanism is at work; every gate is open before the start week."""
        return self.gates[gate] or self.week < self.setting.start_week

    def note_passage(self, gate: str) -> None:
        """Something goes through an open gate that a closed one would hold back; before the start week nobody asks."""
        if self.week >= self.setting.start_week:
            self.passed.add(gate)

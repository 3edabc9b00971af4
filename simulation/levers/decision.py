"""Decision: what the leader does with the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Literal

from simulation.levers.base import Finding, Lever, WorldFacts, setting
from simulation.levers.choice_rules import RULES
from simulation.levers.contradictions import contradictions_of_decision
from simulation.levers.points import AbandonState, Action, Choice, ChoiceState, DecisionState
from simulation.levers.roll_out import TEST, sequential_test

Rule = Literal["fixed", "sequential_test", "probe_then_commit", "explore_then_commit", "softmax", "thompson"]


class Decision(Lever):
    """Stand by the policy, test it at each review, or give it up at a given week; or choose a segment by a rule."""

    name: ClassVar[str] = "decision"

    rule: Rule = setting(
        "fixed",
        "choice",
        "fixed: never act on evidence; sequential_test: roll out or retreat when the contrast exceeds z errors; the "
        "others choose a segment to put first (see `allocation`): after watching all, after trying each in turn, "
        "or anew at each review by softmax or Thompson sampling",
    )
    z: float = setting(2.0, "standard errors", "what a contrast must exceed to be acted on", gt=0, le=6)
    reverse_week: int | None = setting(
        None, "week", "the policy is given up then, whatever the evidence (none: never)", ge=1, le=1040
    )
    probe_weeks: int = setting(
        13, "weeks", "probe_then_commit: longest probe; explore_then_commit: of each segment", ge=1, le=208
    )
    confidence: float = setting(
        0.95, "probability", "chance to be best at which the leader commits, or changes over", ge=0.5, le=1
    )
    temperature: float = setting(0.5, "sd of fit", "softmax: how far worse segments are chosen", gt=0, le=5)
    tripwire: float | None = setting(
        None, "probability", "a mission is called off below this belief in its road (none: never)", ge=0, le=1
    )
    tripwire_weeks: int = setting(8, "weeks", "a mission has at least so many weeks", ge=0, le=520)

    def check(self, world: WorldFacts) -> Iterable[Finding]:
        first, last = world.start_week, world.weeks - 1
        if self.reverse_week is not None and not first < self.reverse_week <= last:
            message = f"week {self.reverse_week} is not between start week {first} and last week {last}"
            yield Finding("reverse_week", message, "weeks count from 0")

    def check_with(self, policy: Mapping[str, Lever], world: WorldFacts) -> Iterable[Finding]:
        return contradictions_of_decision(self, policy)

    def decision(self, state: DecisionState, so_far: Action) -> Action:
        if state.week == self.reverse_week:
            return Action(0.0, f"abandoned at week {state.week} as the policy says")
        if self.rule != TEST or state.evidence is None or state.rollout == 0.0:
            return so_far
        return sequential_test(self.z, state, state.evidence)

    def watching(self, state: None, so_far: bool) -> bool:
        return so_far or self.rule in RULES

    def choice(self, state: ChoiceState, so_far: Choice) -> Choice:
        return RULES[self.rule](self, state, so_far) if self.rule in RULES else so_far

    def abandon(self, state: AbandonState, so_far: bool) -> bool:
        below = self.tripwire is not None and state.belief < self.tripwire
        return so_far or (below and state.weeks >= self.tripwire_weeks)

"""How far a policy is rolled out on the evidence of a review."""

from __future__ import annotations

from simulation.levers.points import Action, DecisionState, Evidence

TEST = "sequential_test"
"""The rule of `decision` that rolls out and retreats."""


def sequential_test(z: float, state: DecisionState, evidence: Evidence) -> Action:
    """Expand or retreat by the largest share a review may move once the contrast exceeds `z` standard errors."""
    contrast, error, pairs, source, design = evidence
    figures = f"{source}: {contrast:+.2f} +- {error:.2f} standard deviations over {pairs} {design} reps"
    if contrast > z * error:
        return Action(min(1.0, state.rollout + state.max_share), f"clearly better, {figures}")
    if contrast < -z * error:
        return Action(max(0.0, state.rollout - state.max_share), f"clearly worse, {figures}")
    return Action(None, f"not clear yet, {figures}")

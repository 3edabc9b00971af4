"""How a leader chooses among segments: one function per rule, beliefs in, choice out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.levers.points import Choice, ChoiceState

if TYPE_CHECKING:
    from simulation.levers.decision import Decision


def probe_then_commit(lever: Decision, state: ChoiceState, so_far: Choice) -> Choice:
    """Watch all segments side by side; commit when the best is clear enough, at the latest when the probe ends."""
    chance, best = _best(state)
    if not state.committed:
        ripe = state.week - state.start_week >= lever.probe_weeks
        if ripe or chance >= lever.confidence:
            return Choice(best, True, f"best with probability {chance:.2f}")
        return so_far
    if state.review and best != state.focus and chance >= lever.confidence:
        return Choice(best, True, f"another is best with probability {chance:.2f}")
    return so_far


def explore_then_commit(lever: Decision, state: ChoiceState, so_far: Choice) -> Choice:
    """Put each segment first for `probe_weeks` weeks in turn, then commit to the one that looks best."""
    if state.committed:
        return probe_then_commit(lever, state, so_far)
    import numpy as np

    from simulation.choosing import explore_or_commit

    turns = (state.week - state.start_week) // lever.probe_weeks  # finished trials
    tried = [int(segment < turns) for segment in range(len(state.mean))]
    focus = int(explore_or_commit(np.array(tried), state.mean, 1))
    if turns < len(tried):
        return so_far if focus == state.focus else Choice(focus, False, "its turn to be tried")
    return Choice(focus, True, f"best with probability {state.best[focus]:.2f} after all have been tried")


def softmax(lever: Decision, state: ChoiceState, so_far: Choice) -> Choice:
    """At each review choose by lot, the better a segment looks the likelier (Luce; temperature in sd of fit)."""
    if not state.review:
        return so_far
    from simulation.choosing import softmax_choice

    focus = int(softmax_choice(state.mean, lever.temperature, state.noise))
    return Choice(focus, True, f"by lot, believed fit {state.mean[focus]:+.2f}")


def thompson(lever: Decision, state: ChoiceState, so_far: Choice) -> Choice:
    """At each review choose what is best in one draw from the beliefs (Thompson 1933)."""
    if not state.review:
        return so_far
    from simulation.choosing import thompson_choice

    focus = int(thompson_choice(state.mean, state.sd, state.lot))
    return Choice(
        focus, True, f"a draw from the beliefs, mean {state.mean[focus]:+.2f} +- {state.sd[focus]:.2f}"
    )


def _best(state: ChoiceState) -> tuple[float, int]:
    chances: list[float] = state.best.tolist()
    best = max(chances)
    return best, chances.index(best)


RULES = {
    "probe_then_commit": probe_then_commit,
    "explore_then_commit": explore_then_commit,
    "softmax": softmax,
    "thompson": thompson,
}

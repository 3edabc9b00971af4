"""Six mechanisms with a gate: a closed one stays at its value of the start week, so that a gap can be split later."""

from __future__ import annotations

from collections.abc import Iterable

GATES = ("handover_loss", "morale_effort", "exits", "field_learning", "playbook", "reports")
"""handover_loss: relationships lost when accounts change hands or lose their rep (closed: they pass whole);
morale_effort: morale to effort; exits: people leaving, hiring and ramp; field_learning: discovery and forgetting;
playbook: writing, reading and its effect on deals; reports: distortion."""

GATE_WORDS = {
    "handover_loss": "relationships lost when accounts change hands",
    "morale_effort": "morale that moves effort",
    "exits": "people leaving, vacancies and ramp",
    "field_learning": "learning in the field",
    "playbook": "the playbook",
    "reports": "distorted reports",
}
"""Each mechanism in a few words, as part of a sentence."""

WATCHED_GATES = ("handover_loss", "playbook", "reports")
"""Of these a model knows whether anything went through (`SalesModel.passed`). Through the others something always does."""


def open_gates(closed: Iterable[str]) -> dict[str, bool]:
    """Which gates are open, given the closed ones; ValueError for a name that is no gate."""
    names = set(closed)
    unknown = names - set(GATES)
    if unknown:
        raise ValueError(f"no such gate: {', '.join(sorted(unknown))}; gates are {', '.join(GATES)}")
    return {gate: gate not in names for gate in GATES}

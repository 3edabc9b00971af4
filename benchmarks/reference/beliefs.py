"""Beliefs about practices, after March (1991): +1 (it works here), -1 (it does not) or 0; a list for each segment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import mul
from typing import Any

Beliefs = list[int]


def right_less_wrong(beliefs: Iterable[int], reality: Iterable[int]) -> int:
    """Right beliefs less wrong ones."""
    return sum(map(mul, beliefs, reality))


def help_of(playbook: Sequence[int], beliefs: Sequence[int], reality: Sequence[int]) -> int:
    """The playbook's right practices less its wrong ones, of those on which somebody has no belief.

    What somebody has learned counts as knowledge already; and who has a belief of their own works by it, right or wrong.
    """
    return sum(
        entry * truth for entry, belief, truth in zip(playbook, beliefs, reality, strict=True) if belief == 0
    )


def move_towards(playbook: Sequence[int], beliefs: Beliefs, moves: Sequence[bool]) -> None:
    """March's socialisation: each belief that differs from the playbook's moves a step towards it (-1, 0, 1)."""
    for practice, entry in enumerate(playbook):
        if entry and moves[practice] and beliefs[practice] != entry:
            beliefs[practice] = 0 if beliefs[practice] == -entry else entry


def take_in(mind: Sequence[Beliefs], segment: int, practice: int, belief: int, shared: Sequence[Any]) -> None:
    """A lesson; a practice that all segments share is learned everywhere."""
    mind[segment][practice] = belief
    if shared[practice]:
        for beliefs in mind:
            beliefs[practice] = belief

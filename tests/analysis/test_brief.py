"""The verdict in few figures: who leads, what sets the closest apart, what is missing to a decision, and people."""

from __future__ import annotations

from typing import Any

import pytest
from synthetic import make_tables

from analysis import compare
from analysis.brief import brief

LEARNS = "clearly better on knowledge applied and knowledge."


@pytest.mark.parametrize(
    ("policy", "worlds", "more", "outcome", "told"),
    [
        (
            "adaptive", 30, {}, "new_arr",
            [
                "'adaptive' is best on new ARR, with probability over 0.99 of the highest mean: against 'open' "
                "+9.2 % [8.0, 10.5].",
                "Beyond money 'adaptive' is clearly better on morale, knowledge applied and knowledge.",
            ],
        ),
        (
            "lockdown", 30, {}, "new_arr",
            [
                "'lockdown' leads on new ARR, with probability 0.97 of the highest mean: against 'open' +1.3 % [-0.1, 2.5], "
                "but ends with 2.8 % [2.0, 3.7] less gross margin.",
                "Its lead over 'open' is not clear yet; about 35 more replications would likely settle it.",
                f"Beyond money 'lockdown' is clearly worse on morale and exits, and {LEARNS}",
            ],
        ),
        (
            "lockdown_reversed", 40, {}, "morale_mean",
            [
                "'open' is best on morale, with probability over 0.99 of the highest mean; the closest, "
                "'lockdown_reversed', loses 13.9 % [13.8, 13.9] of it, and ends with 9.5 % [8.6, 10.4] less new ARR, "
                "7.9 % [7.1, 8.6] less recurring revenue and 8.5 % [8.0, 9.1] less gross margin.",
                "Beyond money 'lockdown_reversed' is clearly worse on exits, knowledge applied and knowledge.",
            ],
        ),
        (
            "preferred", 20, {"noise": 3.0}, "new_arr",  # it may as well gain: nothing is said to be lost
            [
                "'open' leads on new ARR, with probability 0.58 of the highest mean; the closest, 'preferred': "
                "-24 bn [-270, 221].",
                "Its lead over 'preferred' is too small to settle.",
                f"Beyond money 'preferred' is clearly worse on morale, and {LEARNS}",
            ],
        ),
    ],
)  # fmt: skip
def test_the_first_lines_of_a_page(
    policy: str, worlds: int, more: dict[str, Any], outcome: str, told: list[str]
) -> None:
    answer = compare(make_tables(worlds, ("open", policy), **more), outcome=outcome)
    assert brief(answer.findings) == told

"""What worlds show under a few policies beyond their outcomes, ready to be drawn and told (`simulation.facts.scenes`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from analysis.paired import Estimate, percent_interval, t_interval
from analysis.panel import Array


@dataclass(frozen=True)
class Scenes:
    """Scenes as plain data, one a world and policy; worlds of one draw, one after the other, count as one observation."""

    baseline: str
    rows: Sequence[Mapping[str, Any]]
    worlds_a_draw: int = 1

    @cached_property
    def policies(self) -> list[str]:
        """The baseline first."""
        there = dict.fromkeys(str(row["policy"]) for row in self.rows)
        return sorted(there, key=lambda name: name != self.baseline)

    @property
    def segments(self) -> list[str]:
        return [str(name) for name in self.rows[0]["segments"]]

    @property
    def weeks(self) -> Array:
        return np.array(self.rows[0]["weeks"], float)

    @property
    def worlds(self) -> int:
        return len({row["world"] for row in self.rows})

    def of(self, policy: str, what: str) -> Array:
        """Values of one policy, (observations, ...): means of the worlds of a draw."""
        rows = sorted((r for r in self.rows if r["policy"] == policy), key=lambda r: int(r["world"]))
        values = np.array([row[what] for row in rows], float)
        every = self.worlds_a_draw
        return np.array(
            [values[first : first + every].mean(axis=0) for first in range(0, len(values), every)]
        )

    def morale(self, policy: str) -> Array:
        """Morale of the teams in the first world, (teams, weeks); nan where all seats were empty."""
        row = min((r for r in self.rows if r["policy"] == policy), key=lambda r: int(r["world"]))
        return np.array([[np.nan if v is None else v for v in line] for line in row["morale"]], float)

    def lowest(self, policy: str) -> Array:
        """The lowest team of each world, (worlds, weeks)."""
        teams = [
            np.array([[np.inf if v is None else v for v in line] for line in row["morale"]], float)
            for row in self.rows
            if row["policy"] == policy
        ]
        return np.array([one.min(axis=0) for one in teams])

    def step(self, policy: str, place: int) -> Estimate:
        """Deals that reached a step of the funnel, a world."""
        return t_interval(self.of(policy, "funnel")[:, place])

    def passed(self, policy: str, place: int) -> Estimate:
        """Percent of the deals of the step before that reached this one."""
        counts = self.of(policy, "funnel")
        return percent_interval(counts[:, place], counts[:, place - 1])

    def win_rate(self, policy: str, segment: int | None = None) -> Estimate:
        """Percent of qualified deals that were won, of one segment or of all."""
        won, ended = self.of(policy, "won"), self.of(policy, "ended")
        if segment is None:
            return percent_interval(won.sum(axis=1), ended.sum(axis=1))
        return percent_interval(won[:, segment], ended[:, segment])

    def win_rate_gap(self, policy: str, segment: int | None = None) -> Estimate:
        """Points of win rate beyond the baseline, world by world."""

        def rate(name: str) -> Array:
            won, ended = (
                v.sum(axis=1) if segment is None else v[:, segment]
                for v in (self.of(name, "won"), self.of(name, "ended"))
            )
            return np.asarray(100 * won / np.maximum(ended, 1))

        return t_interval(rate(policy) - rate(self.baseline))

    def moved(self, policy: str) -> Estimate:
        """Accounts that changed hands, a world."""
        return t_interval(self.of(policy, "moved").sum(axis=(1, 2)))

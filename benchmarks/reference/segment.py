"""A segment: a group of customers, what works there, and what the firm does and believes there."""

from __future__ import annotations

from typing import Any

from benchmarks.reference.forecasting import chances_in
from benchmarks.reference.luck import EVERYONE


class Segment:
    """An industry or another group of customers."""

    def __init__(self, model: Any, index: int, spec: Any) -> None:
        self.model, self.index, self.name = model, index, spec.name
        number, p = model.number, model.p
        self.customers: list[Any] = []
        # the market
        self.log_median = model.arithmetic.log(number(spec.deal_value_median))
        self.sigma = number(spec.deal_value_sigma)
        # of lognormal values, in squares of their mean
        self.value_variance = float(model.arithmetic.exp(self.sigma * self.sigma)) - 1.0
        self.product_fit = number(spec.product_fit) + p.segment_fit_spread * model.luck.fit_of_segment(index)
        self.relationship_share = number(spec.relationship_share)
        self.pace = 1.0 / number(spec.cycle)
        self.chances = chances_in(p, model.arithmetic, self.pace)
        self.weekly_drift = number(spec.drift) / 52.0
        # what works here (+1 or -1 for each practice), and what the playbook says of it (+1, -1 or 0 for nothing)
        usual = model.values["initial_playbook"] if spec.first_playbook is None else spec.first_playbook
        self.first_playbook = number(usual)
        self.reality: list[int] = []
        self.playbook: list[int] = []
        self.depth = number(0.0)  # of the playbook, as last worked out
        # what the firm does here, what was seen of late, and what the leader believes
        segments = len(model.scenario.world.segments)
        self.rnd = number(1 / segments)  # share of R&D
        self.gain = number(0.0)  # fit gained by it
        self.paid = self.wins = self.worked = 0.0  # money, deals, touches; fading
        self.use = self.users = 0.0  # of customers won since the start
        self.heard = self.asked = 0.0  # interviews
        self.mean = 0.0
        self.variance = float(p.prior_spread) ** 2
        self.best = 1 / segments  # chance to be the best

    def write_first_playbook(self, common: list[tuple[Any, Any]]) -> None:
        """Reality by lot, alike in the practices all segments share; of these the first playbook knows a share."""
        luck = self.model.luck
        for practice in range(self.model.practices):
            draws = common[practice] if self.model.shared[practice] else luck.practice(self.index, practice)
            works, lot = draws
            truth = 1 if works < 0.5 else -1
            self.reality.append(truth)
            self.playbook.append(truth if lot < self.first_playbook else 0)

    def drift(self, flips: list[bool]) -> None:
        """What worked does no longer, and the other way round."""
        self.reality = [-truth if flip else truth for truth, flip in zip(self.reality, flips, strict=True)]


def shared_draws(model: Any) -> list[tuple[Any, Any]]:
    """Draws of the practices that all segments share."""
    return [model.luck.practice(EVERYONE, practice) for practice in range(model.practices)]

"""What a world is made of and never changes: segments as arrays, parameters as one record, keys of the luck."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.compiled import INTERPRETED
from simulation.elementary import exp_array, log_array, normal_quantile_array
from simulation.levers.points import Goals, PoolTerms, Reading, Terms
from simulation.levers.staffing_rules import largest_remainder
from simulation.luck import Key, Purpose, stream_key, stream_keys, world_key
from simulation.parameters import PARAMETERS
from simulation.world.kernels.forecasting import AGES, SCORES, chances_by_age, fading_by_age
from simulation.world.kernels.luck_arrays import uniforms

if TYPE_CHECKING:
    from simulation.spec import Scenario

PARAMETER_RECORD = np.dtype([(name, np.float32) for name in PARAMETERS])
ROADS = ("feasible", "hazard", "weeks", "tail", "adoption_p", "adoption_q", "craft_needed")
ROAD_RECORD = np.dtype([*((name, np.float32) for name in ROADS), ("prize", np.float64)])

NO_LIMIT = 1_000_000
"""More prospects than anybody claims in a week."""


class Setting:
    """The fixed part of a world, shared by all policies of a replication."""

    def __init__(self, scenario: Scenario, seed: int, replication: int) -> None:
        world = scenario.world
        values = {**{name: p.default for name, p in PARAMETERS.items()}, **world.parameters}
        self.table = parameter_table(values)  # for kernels
        self.p: dict[str, Any] = {name: self.table[0][name] for name in PARAMETERS}  # float32, for phases
        self.plain = {name: float(p) for name, p in self.p.items()}  # the same as Python's own numbers
        self.seed, self.replication = seed, replication
        self.world_key: Key = world_key(seed, replication)
        self.keys = _pairs(stream_keys(self.world_key))  # of no week, by purpose
        self._weekly_keys: dict[int, list[Key]] = {}

        self.reps, self.managers, self.price = world.reps, world.managers, world.price_level
        self.segments = len(world.segments)
        self.segment_names = tuple(segment.name for segment in world.segments)
        counts = largest_remainder(np.array([segment.share for segment in world.segments]), world.customers)
        self.first: NDArray[np.int64] = np.concatenate(([0], np.cumsum(counts)))

        def per_segment(name: str) -> NDArray[np.float32]:
            return np.array([getattr(segment, name) for segment in world.segments], np.float32)

        self.log_median = log_array(per_segment("deal_value_median"))
        self.sigma = per_segment("deal_value_sigma")
        # of lognormal values, in squares of their mean
        self.value_variance = exp_array(self.sigma * self.sigma).astype(np.float64) - 1.0
        lot = normal_quantile_array(uniforms(*self.key(Purpose.SEGMENT_FIT), self.segments, 1)[:, 0])
        self.product_fit = per_segment("product_fit") + self.p["segment_fit_spread"] * lot
        own = [segment.first_playbook for segment in world.segments]
        usual = values["initial_playbook"]
        self.first_playbook = np.array([usual if share is None else share for share in own], np.float32)
        self.relationship_share = per_segment("relationship_share")
        self.cycle = per_segment("cycle")
        self.fading = np.empty(
            scenario.burn_in_weeks + scenario.weeks + 1, np.float32
        )  # of deals, by age in weeks
        fading_by_age(self.table, self.fading)
        cycles, kind = np.unique(self.cycle, return_inverse=True)
        self.kind: NDArray[np.int64] = kind  # of each segment, a row of `chances`
        self.chances = np.empty((len(cycles), 2, AGES, SCORES), np.float32)  # to be won, see forecasting
        for row, cycle in enumerate(cycles):
            chances_by_age(self.table, np.float32(1) / cycle, self.chances[row])
        self.weekly_drift = per_segment("drift") / np.float32(52)
        self.drifts = bool(self.weekly_drift.any())
        self.mean_drift = float(self.weekly_drift.mean(dtype=np.float64))  # a week

        self.fit_moves = self.plain["rnd_gain"] != 0 or self.plain["segment_fit_drift"] != 0
        self.hot_stove = self.plain["hot_stove"] != 0

        self.missions = world.missions
        self.roads: Any = np.zeros(len(world.missions), ROAD_RECORD)  # for kernels
        for m, mission in enumerate(world.missions):
            for name in ROAD_RECORD.names or ():
                self.roads[name][m] = getattr(mission, name)
        self.roads = self.roads.view(np.recarray) if INTERPRETED else self.roads

        # the firm's own answers where no lever says otherwise
        self.terms, self.openness = (
            Terms(int(values["assessment_weeks"]), 0.0, 0, 0.0, float(self.p["pay_mix"])),
            float(self.p["openness"]),
        )
        self.goals = Goals(1.0, float(self.p["specificity"]), 0, 0.0)
        self.pool = PoolTerms(0, 0, NO_LIMIT, int(values["prospect_cap"]), 0, 0)
        self.nothing_seen = Reading(np.zeros(self.segments), np.full(self.segments, np.inf))

        self.practices = int(values["practices"])
        self.shared = np.uint32((1 << round(values["overlap"] * self.practices)) - 1)
        self.start_week, self.weeks, self.burn_in = (
            scenario.start_week,
            scenario.weeks,
            scenario.burn_in_weeks,
        )

    def key(self, purpose: Purpose, week: int = 0) -> Key:
        """The stream of one purpose in one week (week 0: not of a week)."""
        return stream_key(self.world_key, purpose, week)

    def keys_of(self, week: int) -> list[Key]:
        """The streams of a week, by purpose; kept, since every policy of the replication asks for them."""
        if week not in self._weekly_keys:
            self._weekly_keys[week] = _pairs(stream_keys(self.world_key, week))
        return self._weekly_keys[week]


def _pairs(keys: NDArray[np.uint32]) -> list[Key]:
    return [(k0, k1) for k0, k1 in keys.tolist()]


def parameter_table(values: Mapping[str, float]) -> Any:
    """One record of all parameters. Interpreted kernels read its fields as attributes, which a recarray allows."""
    table = np.zeros(1, PARAMETER_RECORD)
    for name, value in values.items():
        table[name] = value
    return table.view(np.recarray) if INTERPRETED else table

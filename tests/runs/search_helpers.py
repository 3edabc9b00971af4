"""Made-up worlds whose best settings are known, and searches over them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from fake_worlds import FakeWorlds, small_scenario

from analysis.optimum import Judge, Optimum
from analysis.panel import OutcomeInfo
from simulation.outcomes import OUTCOMES
from simulation.runs.crew import Crew
from simulation.runs.study import STUDY, run_search
from simulation.runs.trials import Search, Trials, opened
from simulation.spec.axes import Axis
from simulation.spec.sweeps import Sweep

FOCUS = Axis("policies.lockdown.territory.focus_share", ("policies/lockdown/territory/focus_share",))
TEAMS = Axis("policies.lockdown.territory.teams", ("policies/lockdown/territory/teams",), "", (1, 2))
OVERLAP = Axis("overlap", ("overlap",), low=0.0, high=1.0)


def luck_of(replication: int, key: float = 0.0) -> float:
    return float(np.random.default_rng([replication, int(1e9 * key)]).normal())


@dataclass(frozen=True)
class Hill:
    """New ARR of lockdown over the baseline, in cents: highest at a focus of .3 and with two teams; no luck in it."""

    stop_at: int = 0
    marks: Path | None = None

    def __call__(self, scenario, replication, policies=None, seed=None):
        if self.marks is not None:
            (self.marks / f"{len(list(self.marks.iterdir())):06d}").touch()
            if self.stop_at and len(list(self.marks.iterdir())) == self.stop_at:
                raise KeyboardInterrupt
        records = FakeWorlds()(scenario, replication, policies, seed)
        lever = scenario.policies["lockdown"].territory
        return [
            replace(
                r, final={**r.final, **self.outcomes(scenario, replication, lever, r.policy == "lockdown")}
            )
            for r in records
        ]

    def outcomes(self, scenario, replication, lever, on) -> dict[str, float]:
        base = 1e8 + 1e6 * luck_of(replication)
        return {
            "new_arr": base + on * (1e6 - 1e7 * (lever.focus_share - 0.3) ** 2 + 1e5 * (lever.teams - 1)),
            "morale_mean": 0.5 - on * 0.1 * lever.focus_share,
        }


class Nothing(Hill):
    """Settings do nothing, but luck is another one for each: all that a search finds is luck, of size 1e6."""

    def outcomes(self, scenario, replication, lever, on):
        return {"new_arr": on * 1e6 * luck_of(replication, lever.focus_share), "morale_mean": 0.5}


class Gamble(Hill):
    """A focus adds .5e6 on average and three times as much of the world's luck."""

    def outcomes(self, scenario, replication, lever, on):
        return {
            "new_arr": on * lever.focus_share * (0.5e6 + 1.5e6 * luck_of(replication)),
            "morale_mean": 0.5,
        }


class Uncertain(Hill):
    """A focus pays where many overlap, and costs elsewhere."""

    def outcomes(self, scenario, replication, lever, on):
        overlap = scenario.world.parameters["overlap"]
        return {"new_arr": on * 1e6 * lever.focus_share * (overlap - 0.25), "morale_mean": 0.5}


def infos(*names: str) -> tuple[OutcomeInfo, ...]:
    rows = [OUTCOMES[name] for name in names]
    return tuple(OutcomeInfo(o.name, o.unit, o.direction, o.weekly, o.reduce, o.label) for o in rows)


def small_search(**changes: Any) -> Search:
    scenario = small_scenario()
    names = ("open", "lockdown")
    scenario = scenario.model_copy(update={"policies": {name: scenario.policies[name] for name in names}})
    sweep = Sweep("small", "", scenario, names, "sobol", 1, 1, 1, ())
    values: dict[str, Any] = {
        "sweep": sweep, "policy": "lockdown", "levers": (FOCUS, TEAMS), "uncertain": (), "outcomes": ("new_arr",),
        "robust": "mean", "worlds": 10, "fresh": 20,
    }  # fmt: skip
    return Search(**{**values, **changes})


def searched(
    out: Path | None,
    lives: Hill | None = None,
    trials: int = 24,
    searches: int = 1,
    most: int = 5,
    crew: Crew | None = None,
    **changes: Any,
) -> Optimum:
    search = small_search(**changes)
    judge = Judge(infos(*search.outcomes), search.robust, most)
    with opened(search, out, "") as directory:
        store = Trials(search, directory, lives or Hill(), crew=crew)
        found = run_search(search, store, judge, trials, searches, None if out is None else out / STUDY)
    return Optimum(found, judge, [axis.name for axis in search.levers], search.meta())

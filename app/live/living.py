"""What a tab shows: two policies in the same worlds, week by week, as plain data. Runs in the engine's process.

Worlds lived up to the week in which policies part are kept: a lever then costs the weeks after it only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.live.shelf import Shelf

if TYPE_CHECKING:
    from simulation.spec import Scenario
    from simulation.world.model import SalesModel

LINES = (
    "new_arr",
    "recurring_revenue",
    "morale_mean",
    "knowledge_mean",
    "open_pipeline_value",
    "stated_pipeline_value",
)
"""Weekly outcomes drawn over the weeks; new ARR summed from the start on."""
TOTALS = ("new_arr", "recurring_revenue", "gross_margin", "morale_mean", "knowledge_mean", "exits")
MOST_FLOWS = 24
"""Streams of accounts drawn in a week, the widest first."""
DIGITS = 6
"""Of a figure in a line."""

Life = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """Two policies of a scenario, in worlds by number. The first world is told in detail, the others by their figures."""

    scenario: Scenario
    pair: tuple[str, str]
    worlds: int


_bases: Shelf[SalesModel] = Shelf(24)  # lived up to the week in which policies part
_lives: Shelf[Life] = Shelf(24)
_figures_known: Shelf[Life] = Shelf(96)


def live(order: Order) -> dict[str, Any]:
    """Both policies: `lives` in world 0, and with several worlds the `spread` of their figures.

    Money is in cents. Raises what the model raises.
    """
    scenario = order.scenario
    found: dict[str, Any] = {
        "lives": [_life(scenario, policy) for policy in order.pair],
        "segments": [segment.name for segment in scenario.world.segments],
        "start": scenario.start_week, "weeks": scenario.weeks, "worlds": order.worlds, "spread": None,
    }  # fmt: skip
    if order.worlds > 1:
        figures = [[_figures(scenario, policy, n) for n in range(order.worlds)] for policy in order.pair]
        found["spread"] = _spread(figures)
    return found


def warm(scenario: Scenario) -> bool:
    """Compile every kernel that a preview needs, or load it from the disk."""
    import analysis.paired  # noqa: F401 - loaded now, not at the first slider
    from simulation.runs.warm_up import warm_up

    warm_up(scenario, 0)
    live(Order(scenario, (scenario.baseline, list(scenario.policies)[-1]), 2))
    return True


def _life(scenario: Scenario, policy: str) -> Life:
    key = _policy_key(scenario, policy, 0)
    return {**_lives.get(key, lambda: _recorded(_forked(scenario, policy, 0))), "policy": policy}


def _figures(scenario: Scenario, policy: str, replication: int) -> Life:
    """Lines and totals of one world, without what only the map needs."""
    key = _policy_key(scenario, policy, replication)

    def lived() -> Life:
        if (detailed := _lives.known(key)) is not None:
            return {"lines": detailed["lines"], "totals": detailed["totals"]}
        model = _forked(scenario, policy, replication)
        model.run_until(scenario.weeks)
        return _summed(model)

    return _figures_known.get(key, lived)


def _forked(scenario: Scenario, policy: str, replication: int) -> SalesModel:
    from simulation.world.model import SalesModel

    def lived() -> SalesModel:
        model = SalesModel(scenario, scenario.baseline, scenario.seed, replication)
        model.run_until(scenario.start_week)
        return model

    base = _bases.get((_world_key(scenario), replication), lived)
    base.scenario = scenario  # the same world; its policies may have been edited since it was lived
    forked: SalesModel = base.fork(policy)
    return forked


def _world_key(scenario: Scenario) -> str:
    """Two scenarios with the same key live the same weeks before policies part."""
    parts = [
        scenario.world.model_dump_json(),
        scenario.policies[scenario.baseline].model_dump_json(exclude={"description"}),
        json.dumps([scenario.seed, scenario.weeks, scenario.start_week, scenario.burn_in_weeks]),
    ]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def _policy_key(scenario: Scenario, policy: str, replication: int) -> tuple[str, str, int]:
    settings = scenario.policies[policy].model_dump_json(exclude={"description"})
    return _world_key(scenario), settings, replication


def _recorded(model: SalesModel) -> Life:
    """Live to the end; frame 0 is the state in which policies part, each later one the end of a week."""
    frames = [_frame(model, None)]
    while model.week < model.setting.weeks:
        before = (model.state.customers.owner.copy(), model.state.customers.stage.copy())
        model.step()
        frames.append(_frame(model, before))
    columns = {name: [frame[name] for frame in frames] for name in frames[0]}
    return {**columns, **_summed(model), "log": [dict(entry) for entry in model.log]}


def _frame(model: SalesModel, before: tuple[Any, Any] | None) -> Life:
    """How the week ended that began with these owners and stages. Per rep: morale, group on the map, whether the seat is
    filled, customers, open deals.

    A rep's group is its home segment; without one the number of segments for anybody who may work all of them, one more
    for those who cover the segments without a team.
    """
    import numpy as np

    from simulation.world.columns import LEAD, PROPOSAL, QUALIFIED
    from simulation.world.transfers import changed_hands

    c, reps, segments = model.state.customers, model.state.reps, model.setting.segments
    everywhere = reps.allowed.all(axis=1)
    group = np.where(reps.home >= 0, reps.home, np.where(everywhere, segments, segments + 1))
    stages = np.bincount(c.stage, minlength=8)
    flows, moved = [], 0
    if before is not None:
        owner, stage = before
        changed = changed_hands(owner, c.owner, stage)
        moved = int(np.count_nonzero(changed))
        if moved:
            pairs = owner[changed].astype(np.int64) * model.setting.reps + c.owner[changed]
            which, number = np.unique(pairs, return_counts=True)
            widest = np.lexsort((which, -number))[:MOST_FLOWS]
            flows = [
                (int(which[i] // model.setting.reps), int(which[i] % model.setting.reps), int(number[i]))
                for i in widest
            ]
    return {
        "morale": [round(m, 2) for m in reps.morale.tolist()], "group": group.tolist(), "present": reps.selling.tolist(),
        "contracts": reps.installed.sum(axis=1).tolist(), "deals": reps.open_deals.tolist(),
        "stages": stages[[LEAD, QUALIFIED, PROPOSAL]].tolist(), "flows": flows, "moved": moved,
    }  # fmt: skip


def _summed(model: SalesModel) -> Life:
    from simulation.runs.replicate import record_of

    record, start = record_of(model), model.setting.start_week
    lines = {name: record.periods[name].astype(float) for name in LINES}
    lines["new_arr"] = lines["new_arr"].copy()
    lines["new_arr"][:start] = 0.0
    lines["new_arr"] = lines["new_arr"].cumsum()
    return {
        "lines": {name: _rounded(line) for name, line in lines.items()},
        "totals": {name: record.final[name] for name in TOTALS},
    }


def _spread(figures: Sequence[Sequence[Life]]) -> dict[str, Any]:
    """Over worlds: mean and 95 % interval of each line for both policies, and of the paired differences of the totals."""
    import numpy as np

    from analysis.paired import LEVEL, paired_difference, t_quantile
    from simulation.outcomes import OUTCOMES

    worlds = len(figures[0])
    times = t_quantile(LEVEL, worlds - 1) / worlds**0.5
    lines: dict[str, list[Any]] = {}
    for name in LINES:
        lines[name] = []
        for lives in figures:
            paths = np.array([life["lines"][name] for life in lives])
            mean, half = paths.mean(axis=0), paths.std(axis=0, ddof=1) * times
            lines[name].append([_rounded(band) for band in (mean, mean - half, mean + half)])
    totals = {}
    for name in TOTALS:
        left, right = (np.array([life["totals"][name] for life in lives], float) for lives in figures)
        effect = paired_difference(right, left, OUTCOMES[name].direction).effect
        totals[name] = {
            "left": _number(left.mean()), "right": _number(right.mean()),
            "difference": _number(effect.mean), "low": _number(effect.low), "high": _number(effect.high),
        }  # fmt: skip
    return {"lines": lines, "totals": totals}


def _rounded(line: Any) -> list[float]:
    return [float(f"{v:.{DIGITS}g}") for v in line.tolist()]


def _number(value: Any) -> float | None:
    import math

    return None if value is None or not math.isfinite(value) else float(value)

"""Why one policy ends ahead of another: their gap, split over the mechanisms that make it.

Each mechanism can be stopped from the start week on, in both worlds alike; the gap is known under every set of those at
work. Parts are Shapley values, world by world, so that they add up to the gap exactly and have intervals as it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from analysis import doubt
from analysis.explain_words import sentences
from analysis.paired import Estimate, percent_interval, t_interval
from analysis.panel import AnalysisError, Array, OutcomeInfo, Panel, read_panel, reduce_weeks
from analysis.price import UNSEEN
from analysis.shapley import interactions, shapley_values

DIRECT = "direct"
DIRECT_WORDS = "the policy's direct doing, such as who works where with which deals"


@dataclass(frozen=True)
class Part:
    """What one mechanism adds to the gap, in the outcome's unit; `worlds` are its parts in each world, or draw; `share` is
    its mean in percent of the gap's, without ends where the gap is not clear of zero.
    """

    mechanism: str
    words: str
    effect: Estimate
    worlds: Array
    share: Estimate


@dataclass(frozen=True)
class Pair:
    """What two mechanisms bring together beyond what each does alone."""

    first: str
    second: str
    effect: Estimate


@dataclass(frozen=True)
class Explanation:
    """A gap and its parts: `direct` and one for each mechanism, which add up to it in every world.

    `at` is the last week counted, None for the whole run. `together` are the interplays beyond chance, largest first.
    `percent` is the gap in percent of the baseline's mean, `base`. `ahead` and `behind` count worlds, of `lived`; intervals
    rest on worlds, or on draws where worlds share draws of what is uncertain: `draws` is how many there are, else None.
    """

    policy: str
    baseline: str
    info: OutcomeInfo
    at: int | None
    weeks: int
    gap: Estimate
    percent: Estimate
    base: float
    ahead: int
    behind: int
    lived: int
    draws: int | None
    assumed: bool  # money that an export of deals does not show: its sum rests on the scenario
    direct: Part
    parts: tuple[Part, ...]
    together: tuple[Pair, ...]
    left_out: int

    @property
    def every(self) -> tuple[Part, ...]:
        """All parts, the direct one first."""
        return (self.direct, *self.parts)


def explain(tables: Any, outcome: str | None = None, at: int | None = None) -> Explanation:
    """The explanation of the tables of a split (`policy`, `baseline` and `mechanisms` in their `meta`).

    Runs are named `POLICY~SET`, where bit i of SET says that mechanism i is at work. Worlds in which a run is missing are
    left out. AnalysisError where none is whole, for an outcome that is not there or a week without numbers.
    """
    meta = tables.meta
    players = list(meta["mechanisms"])
    panel = read_panel(tables, baseline=f"{meta['baseline']}~{(1 << len(players)) - 1:02d}")
    name = outcome or meta["outcome"]
    values = _values(panel, name, at)
    info = panel.outcomes[name]

    def of(policy: str) -> Array:
        names = [f"{policy}~{working:02d}" for working in range(1 << len(players))]
        if missing := [run for run in names if run not in panel.policies]:
            raise AnalysisError(f"no world has the run {missing[0]}, nor {len(missing) - 1} others")
        found: Array = values[[panel.index(run) for run in names]]
        return found

    theirs = of(meta["baseline"])
    gaps = of(meta["policy"]) - theirs
    whole = np.isfinite(gaps).all(axis=0)
    if not whole.any():
        raise AnalysisError(f"no world in which all {2 << len(players)} runs have a number for '{name}'")
    gaps, base = gaps[:, whole], theirs[-1, whole]
    ahead, behind = int((info.sign * gaps[-1] > 0).sum()), int((info.sign * gaps[-1] < 0).sum())
    lived, draws, groups = gaps.shape[1], None, doubt.draw_of_worlds(panel)
    if groups is not None:  # the mean of each draw: parts of a mean are means of parts
        gaps = np.stack([doubt.means_of_draws(row, groups[whole]) for row in gaps])
        base, draws = doubt.means_of_draws(base, groups[whole]), gaps.shape[1]
    split, pairs = shapley_values(gaps, len(players)), interactions(gaps, len(players))
    words = meta["mechanism_words"]

    way = 1.0 if gaps[-1].mean() >= 0 else -1.0

    def part(name: str, said: str, values: Array) -> Part:
        return Part(name, said, t_interval(values), values, percent_interval(way * values, way * gaps[-1]))

    parts = [part(m, words[m], split[i]) for i, m in enumerate(players)]
    parts.sort(key=lambda part: -abs(part.effect.mean or 0.0))
    return Explanation(
        meta["policy"], meta["baseline"], info, at, panel.weeks, t_interval(gaps[-1]), percent_interval(gaps[-1], base),
        float(base.mean()), ahead, behind, lived, draws,
        name in UNSEEN and bool(meta.get("calibration")), part(DIRECT, DIRECT_WORDS, gaps[0]), tuple(parts),
        tuple(_together(pairs, players)), int((~whole).sum()),
    )  # fmt: skip


def _values(panel: Panel, name: str, at: int | None) -> Array:
    """The outcome by run and world: of the whole run, or up to the week `at`."""
    if name not in panel.outcomes:
        raise AnalysisError(f"there is no outcome '{name}' in these runs; known: {', '.join(panel.outcomes)}")
    if at is None:
        if name not in panel.final:
            raise AnalysisError(f"the outcome '{name}' has no number for a whole run")
        return np.asarray(panel.final[name])
    if name not in panel.weekly:
        raise AnalysisError(f"of '{name}' only the end is kept; weeks are there of {', '.join(panel.weekly)}")
    if not panel.start_week <= at < panel.weeks:
        raise AnalysisError(f"week {at} is not between the start, {panel.start_week}, and {panel.weeks - 1}")
    return reduce_weeks(panel.weekly[name][:, :, : at + 1], panel.outcomes[name].reduce, panel.start_week)


def _together(pairs: Array, players: Sequence[str]) -> list[Pair]:
    """Pairs whose interplay is beyond chance, at a level divided by their number (Bonferroni)."""
    places = list(combinations(range(len(players)), 2))
    level = 1 - 0.05 / max(len(places), 1)
    found = [
        Pair(players[i], players[j], t_interval(pairs[i, j]))
        for i, j in places
        if t_interval(pairs[i, j], level).clear
    ]
    return sorted(found, key=lambda pair: -abs(pair.effect.mean or 0.0))


def as_data(e: Explanation) -> dict[str, Any]:
    """Plain data: what `explain --json` prints. The parts and the direct one add up to the gap."""
    return {
        "policy": e.policy, "baseline": e.baseline, "outcome": e.info.name, "unit": e.info.unit, "at": e.at,
        "worlds": e.lived, "draws": e.draws, "left_out": e.left_out, "gap": e.gap.data(), "percent": e.percent.data(),
        "baseline_mean": e.base,
        "parts": [
            {"mechanism": p.mechanism, "words": p.words, **p.effect.data(), "percent_of_gap": p.share.data()}
            for p in e.every
        ],
        "together": [{"mechanisms": [p.first, p.second], **p.effect.data()} for p in e.together],
        "sentence": " ".join(filter(None, sentences(e))),
    }  # fmt: skip

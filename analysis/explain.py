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

from analysis.paired import Estimate, t_interval
from analysis.panel import AnalysisError, Array, OutcomeInfo, Panel, read_panel, reduce_weeks
from analysis.shapley import interactions, shapley_values
from analysis.units import fixed, measured, name_in_text

DIRECT = "direct"
MOST_TOLD = 3
DIRECT_WORDS = "what remains with all of them as they were at the start"


@dataclass(frozen=True)
class Part:
    """What one mechanism adds to the gap, in the outcome's unit; `worlds` are its parts in each."""

    mechanism: str
    words: str
    effect: Estimate
    worlds: Array


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
    """

    policy: str
    baseline: str
    info: OutcomeInfo
    at: int | None
    weeks: int
    gap: Estimate
    base: float
    ahead: int
    behind: int
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
    gaps = gaps[:, whole]
    split, pairs = shapley_values(gaps, len(players)), interactions(gaps, len(players))
    words = meta["mechanism_words"]
    parts = [Part(m, words[m], t_interval(split[i]), split[i]) for i, m in enumerate(players)]
    parts.sort(key=lambda part: -abs(part.effect.mean or 0.0))
    return Explanation(
        meta["policy"], meta["baseline"], info, at, panel.weeks, t_interval(gaps[-1]),
        float(theirs[-1, whole].mean()), int((info.sign * gaps[-1] > 0).sum()),
        int((info.sign * gaps[-1] < 0).sum()),
        Part(DIRECT, DIRECT_WORDS, t_interval(gaps[0]), gaps[0]), tuple(parts), tuple(_together(pairs, players)),
        int((~whole).sum()),
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


def sentences(e: Explanation) -> list[str]:
    """The gap in one sentence, and what it is made of in another."""
    when = "In all" if e.at is None else f"By week {e.at}"
    worlds = e.gap.n
    gap = e.gap.mean or 0.0
    if not e.gap.clear:
        first = (
            f"{when} {e.policy} and {e.baseline} cannot be told apart in {name_in_text(e.info.label)}: "
            f"{measured(e.gap, e.info)} in {worlds} paired worlds."
        )
    else:
        side = "more" if gap > 0 else "less"
        share = f" ({abs(100 * gap / e.base):.0f} % of it)" if e.base else ""
        ahead = e.ahead if gap * e.info.sign > 0 else e.behind
        better = "ahead" if gap * e.info.sign > 0 else "behind"
        first = (
            f"{when} {e.policy} has {measured(e.gap, e.info, signed=False, flip=gap < 0)} {side} "
            f"{name_in_text(e.info.label)} than {e.baseline}{share}, {better} in {ahead} of {worlds} paired worlds."
        )
    return [first, _made_of(e)]


def share_of(part: Part, e: Explanation) -> str:
    """A part as a percentage of the gap; empty where the gap itself is not clear of zero."""
    if not e.gap.clear or not e.gap.mean:
        return ""
    return f"{fixed(100 * (part.effect.mean or 0.0) / e.gap.mean, 0)} %"


def _made_of(e: Explanation) -> str:
    clear = [part for part in e.every if part.effect.clear]
    if not clear:
        return "No part of it is clear of zero: more worlds would tell."
    column = [part.effect for part in e.every]
    told = []
    for part in sorted(clear, key=lambda p: -abs(p.effect.mean or 0.0))[:MOST_TOLD]:
        share = f", {share_of(part, e)} of the gap" if e.gap.clear else ""
        told.append(f"{part.words} ({measured(part.effect, e.info, brief=True, column=column)}{share})")
    if len(clear) > MOST_TOLD:
        told.append(f"{len(clear) - MOST_TOLD} smaller parts")
    rest = len(e.every) - len(clear)
    tail = f" {rest} of {len(e.every)} parts cannot be told from nothing." if rest else ""
    return f"It is made of {'; '.join(told)}.{tail}"


def as_data(e: Explanation) -> dict[str, Any]:
    """Plain data: what `explain --json` prints. The parts and the direct one add up to the gap."""
    return {
        "policy": e.policy, "baseline": e.baseline, "outcome": e.info.name, "unit": e.info.unit, "at": e.at,
        "worlds": e.gap.n, "left_out": e.left_out, "gap": e.gap.data(), "baseline_mean": e.base,
        "parts": [{"mechanism": p.mechanism, "words": p.words, **p.effect.data()} for p in e.every],
        "together": [{"mechanisms": [p.first, p.second], **p.effect.data()} for p in e.together],
        "sentence": " ".join(sentences(e)),
    }  # fmt: skip

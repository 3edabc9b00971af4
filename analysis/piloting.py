"""How far a pilot flatters the roll-out: what it brings those who pilot, against what the roll-out brings everybody.

Both are changes of money won against the baseline in the same world and weeks, as ratios of means over worlds; the
difference of the two has a jackknife interval with Student's t over worlds (Miller 1974, Biometrika 61(1)).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.paired import LEVEL, MIN_PAIRS, Estimate, percent_interval, t_quantile
from analysis.panel import AnalysisError, Array
from analysis.tables import titled


@dataclass(frozen=True, slots=True)
class Flattery:
    """A way of choosing who pilots. Percent of the baseline: what the pilot brings those who pilot, and by how many points
    that is above what the roll-out brings everybody in the same weeks.
    """

    way: str
    pilot: Estimate
    above: Estimate


@dataclass(frozen=True, slots=True)
class Piloting:
    """A pilot of so many weeks and reps; the roll-out in percent of the baseline, in these weeks and to the end."""

    weeks: int
    reps: int
    rollout: Estimate
    end: Estimate
    ways: tuple[Flattery, ...]
    worlds: int


def piloting(worlds: Sequence[Any], weeks: int, reps: int, worlds_a_draw: int = 1) -> Piloting:
    """From worlds with the attributes of `Tried`. AnalysisError with fewer than three.

    Where worlds share draws of what is uncertain, those of one draw, one after the other, count as one observation.
    """
    if len(worlds) < MIN_PAIRS:
        raise AnalysisError(
            f"{len(worlds)} worlds are too few to judge pilots: {MIN_PAIRS} or more are needed"
        )
    then, end = (
        _sums([getattr(world, name) for world in worlds], worlds_a_draw) for name in ("weeks", "end")
    )
    if len(then) < MIN_PAIRS:
        raise AnalysisError(f"{len(then)} draws are too few to judge pilots: {MIN_PAIRS} or more are needed")
    ways = [
        _flattery(way, _sums([world.pilots[way] for world in worlds], worlds_a_draw), then)
        for way in worlds[0].pilots
    ]
    return Piloting(weeks, reps, _change(then), _change(end), tuple(ways), len(then))


def _sums(pairs: Sequence[tuple[float, float]], worlds_a_draw: int) -> Array:
    """(observations, 2): sums over the worlds of each draw."""
    return np.asarray(np.add.reduceat(np.array(pairs), np.arange(0, len(pairs), worlds_a_draw)))


def _flattery(way: str, mine: Array, everybody: Array) -> Flattery:
    def above(keep: npt.NDArray[np.bool_]) -> float:
        return _ratio(mine[keep]) - _ratio(everybody[keep])

    return Flattery(way, _change(mine), jackknifed(above, len(mine)))


def _change(pairs: Array) -> Estimate:
    return percent_interval(pairs[:, 1] - pairs[:, 0], pairs[:, 0])


def _ratio(pairs: Array) -> float:
    return 100 * float((pairs[:, 1] - pairs[:, 0]).sum() / pairs[:, 0].sum())


def jackknifed(statistic: Callable[[Any], float], n: int) -> Estimate:
    """A statistic of n worlds, given which to keep (a boolean mask), with its interval."""
    every = np.ones(n, bool)
    whole = statistic(every)
    parts = []
    for left_out in range(n):
        keep = every.copy()
        keep[left_out] = False
        parts.append(statistic(keep))
    pseudo = n * whole - (n - 1) * np.array(parts)
    half = t_quantile(LEVEL, n - 1) * float(pseudo.std(ddof=1)) / math.sqrt(n)
    return Estimate(whole, whole - half, whole + half, n)


WORDS = {"random": "drawn by lot", "volunteers": "the most convinced", "veterans": "the longest serving"}


def sentence(found: Piloting, policy: str, words: Mapping[str, str] = WORDS) -> str:
    """Whose pilot tells least, and whose most, of the roll-out."""
    order = sorted(found.ways, key=lambda one: one.above.mean or 0.0)
    most, least = order[-1], min(order, key=lambda one: abs(one.above.mean or 0.0))
    text = f"A pilot of '{policy}' for {found.weeks} weeks with {found.reps} reps"
    if all(one.above.high is not None and one.above.high < 0 for one in found.ways):
        return (
            f"{text} makes the roll-out look worse than it is, whoever pilots: by {_points(_turned(least.above))} points of "
            f"money won with {words[least.way]}, by {_points(_turned(order[0].above))} with {words[order[0].way]}."
        )
    near = f"{words[least.way]} come nearest to it ({_points(least.above, True)} points)"
    if most.above.low is None or most.above.low <= 0:
        return f"{text} does not clearly flatter the roll-out, whoever pilots; {near}."
    text += f" by {words[most.way]} flatters the roll-out by {_points(most.above)} points of money won"
    return f"{text}." if least is most else f"{text}; {near}."


def _turned(e: Estimate) -> Estimate:
    """The same amount the other way round."""
    mean, low, high = (None if v is None else -v for v in (e.mean, e.high, e.low))
    return Estimate(mean, low, high, e.n)


def _points(estimate: Estimate, signed: bool = False) -> str:
    mean, low, high = (float(v or 0.0) for v in (estimate.mean, estimate.low, estimate.high))
    return f"{mean:{'+' if signed else ''}.0f} [{low:.0f}, {high:.0f}]"


def render_piloting(found: Piloting, policy: str) -> list[Any]:
    """The sentence, and a table of 80 columns."""
    from rich.text import Text

    from analysis.units import percent

    table = titled(
        f"Money won against the baseline, in the first {found.weeks} weeks",
        ("who", "change", "above the roll-out, points"),
    )
    for one in found.ways:
        cells = (f"{found.reps} pilots, {WORDS[one.way]}", percent(one.pilot), _points(one.above, True))
        table.add_row(*map(Text, cells))
    table.add_row(Text("roll-out, everybody"), Text(percent(found.rollout)), Text(""))
    table.add_row(Text("roll-out, to the end of the run"), Text(percent(found.end)), Text(""))
    table.caption = Text(
        f"{found.worlds} worlds (draws, or points of a sweep, where there are any). Money won: new contracts and what "
        "customers add at renewals; new ARR has the new contracts alone."
    )
    table.caption_justify = "left"
    return [Text(sentence(found, policy), style="bold"), Text(""), table]


def piloting_data(found: Piloting, policy: str) -> dict[str, Any]:
    """For `--json`: percent of the baseline, and points."""

    return {
        "policy": policy, "worlds": found.worlds, "weeks": found.weeks, "reps": found.reps,
        "sentence": sentence(found, policy),
        "rollout": found.rollout.data(), "rollout_to_the_end": found.end.data(),
        "pilots": [{"who": one.way, "change": one.pilot.data(), "above": one.above.data()} for one in found.ways],
    }  # fmt: skip

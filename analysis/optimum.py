"""The best settings of levers: judged over worlds, robustly, and judged again where nobody has looked for them.

Everything is told as the difference to the baseline in the same world. The best of many trials owes some of its lead to
the luck of the worlds in which it was picked; worlds it has not seen say what is left (the optimiser's curse; Smith &
Winkler 2006, Management Science 52).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.paired import LEVEL, Estimate, t_interval, t_quantile
from analysis.panel import Array, OutcomeInfo
from analysis.spread import Bounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

MEAN, WORST_TENTH, REGRET = "mean", "worst_tenth", "regret"
TAIL = 0.1
FEWEST_FOR_TAIL = 10
"""With fewer worlds a tenth is less than one of them."""


def tail_values(values: Array) -> Array:
    """Values whose mean along the first axis is that of the lowest tenth of `values`, the last of them in part.

    The expected shortfall as Rockafellar & Uryasev 2000 (J. Risk 2) write it: q + min(value - q, 0) / share, with q the
    quantile of that share. To first order the values err as independent ones do, so their spread gives its error; for
    that q lies between two values, since of few worlds the one at the edge would look as if it had no error.
    """
    edge, between = (
        np.quantile(values, TAIL, axis=0, method="inverted_cdf"),
        np.quantile(values, TAIL, axis=0),
    )
    mean = (edge + np.minimum(values - edge, 0) / TAIL).mean(axis=0)
    found: Array = np.minimum(values - between, 0) / TAIL
    found += mean - found.mean(axis=0)
    return found


@dataclass(frozen=True)
class Judge:
    """What is good: `robust` over worlds, for each outcome in its better direction; ties and all else by the mean.

    mean: the mean difference to the baseline. worst_tenth: its mean over the worst tenth of worlds. regret: what is lost
    against the best candidate of each world (the baseline among them), its mean over the worst tenth of worlds (Savage
    1951; Lempert, Popper & Bankes 2003 take a high quantile of it too).
    """

    infos: tuple[OutcomeInfo, ...]
    robust: str = MEAN
    most: int = 5

    @property
    def directions(self) -> list[str]:
        """Of the scores, for each outcome."""
        if self.robust == REGRET:
            return ["minimize"] * len(self.infos)
        return ["maximize" if info.sign > 0 else "minimize" for info in self.infos]

    @property
    def signs(self) -> Array:
        """1 where more of a score is better, else -1."""
        return np.array([1.0 if direction == "maximize" else -1.0 for direction in self.directions])

    def losses(self, values: Array, base: Array) -> Array:
        """What a candidate's score is a mean of: differences to the baseline, or regrets. Shapes as in `scores`."""
        difference = values - base
        if self.robust != REGRET:
            return difference
        good = difference * self._better
        best: Array = np.maximum(good.max(axis=0), 0.0)  # the baseline has 0
        return best - good

    def parts(self, losses: Array) -> Array:
        """Values, (worlds, outcomes), whose mean over worlds is the score of a candidate with these `losses`."""
        return losses if self.robust == MEAN else self._worse * tail_values(self._worse * losses)

    def scores(self, values: Array, base: Array) -> Array:
        """(candidates, outcomes), from (candidates, worlds, outcomes) and, for the baseline, (worlds, outcomes)."""
        return np.array([self.parts(losses).mean(axis=0) for losses in self.losses(values, base)])

    def interval(self, parts: Array) -> Bounded:
        """The mean of `parts` with its 95 % t interval. A tail counts the worlds in it alone, three at least: with 20, 64
        and 200 worlds it covers .91, .93 and .96 of normal differences, .86, .92 and .94 of skewed ones.
        """
        worlds, mean = len(parts), parts.mean(axis=0)
        inside = worlds if self.robust == MEAN else max(3, int(TAIL * worlds))
        half = t_quantile(LEVEL, inside - 1) * parts.std(axis=0, ddof=1) / np.sqrt(worlds)
        return Bounded(mean, mean - half, mean + half)

    def finalists(self, values: Array, base: Array) -> list[int]:
        """The few best by one outcome; by several, of the Pareto front as many, spread along it."""
        good = self.scores(values, base) * self.signs
        if good.shape[1] == 1:
            return [int(i) for i in np.argsort(-good[:, 0], kind="stable")[: self.most]]
        front = np.flatnonzero(pareto(good))
        front = front[np.argsort(-good[front, 0], kind="stable")]
        places = np.unique(np.linspace(0, len(front) - 1, min(self.most, len(front))).round().astype(int))
        return [int(i) for i in front[places]]

    @property
    def _better(self) -> Array:
        return np.array([float(info.sign) for info in self.infos])

    @property
    def _worse(self) -> Array:
        """The sign that makes the worst the lowest: of differences the outcome's own, of regrets -1."""
        return -np.ones(len(self.infos)) if self.robust == REGRET else self._better


def pareto(good: Array) -> NDArray[np.bool_]:
    """Of rows whose columns are all the better the higher, those that no other beats: as good in all and better in one."""
    kept = np.ones(len(good), bool)
    for i, row in enumerate(good):
        beats = (good >= row).all(axis=1) & (good > row).any(axis=1)
        kept[i] = not beats.any()
    return kept


@dataclass(frozen=True)
class Finalist:
    """One of the few best: `promised` by the worlds of the search, `kept` in fresh ones with its interval, and what was
    `lost` between (in the outcome's better direction, so that more is a larger loss). `curse` is what it lost beyond
    what the policy as it is lost, which nobody picked: kinder worlds take from both. Arrays by outcome.

    `gain` and `over_present` are mean paired differences to the baseline and to the policy as it is, in fresh worlds.
    """

    candidate: int
    settings: Mapping[str, Any]
    promised: Array
    kept: Bounded
    lost: Bounded
    curse: Bounded
    gain: tuple[Estimate, ...]
    over_present: tuple[Estimate, ...]
    on_front: bool


class Optimum:
    """What a search has found (`simulation.runs.study.Found`), read by its judge.

    The last of `finalists` is the policy as it is.
    """

    def __init__(self, found: Any, judge: Judge, levers: Sequence[str], meta: Mapping[str, Any]) -> None:
        self.found, self.judge, self.levers, self.meta = found, judge, tuple(levers), meta
        self.scores = judge.scores(found.values, found.base)
        self.front = pareto(self.scores * judge.signs)
        present = list(found.candidates).index(())
        self.places = [*found.finalists, present]
        self.finalists = self._finalists()

    @property
    def winner(self) -> Finalist:
        """The best of the search; of several outcomes the one best in the first."""
        return self.finalists[0]

    @property
    def present(self) -> Finalist:
        return self.finalists[-1]

    def settings(self, candidate: int) -> dict[str, Any]:
        """Levers and their values; empty for the policy as it is."""
        return dict(zip(self.levers, self.found.candidates[candidate], strict=False))

    def progress(self) -> list[Array]:
        """For each search the best score in the first outcome up to each of its trials."""
        sign = self.judge.signs[0]
        return [
            np.maximum.accumulate(sign * self.scores[list(tried), 0]) * sign if tried else np.empty(0)
            for tried in self.found.searches
        ]

    def best_of_searches(self) -> list[tuple[int, float]]:
        """Each search's best candidate in the first outcome, and its score."""
        sign = self.judge.signs[0]
        best = [max(tried, key=lambda i: sign * self.scores[i, 0]) for tried in self.found.searches if tried]
        return [(i, float(self.scores[i, 0])) for i in best]

    def _finalists(self) -> list[Finalist]:
        found, judge = self.found, self.judge
        # Regret needs the same rivals on both sides: here the finalists and the policy as it is.
        promised = judge.scores(found.values[self.places], found.base)
        fresh = [judge.parts(losses) for losses in judge.losses(found.fresh, found.fresh_base)]
        front = pareto(np.array([parts.mean(axis=0) for parts in fresh]) * judge.signs)
        result = []
        for row, place in enumerate(self.places):
            kept = judge.interval(fresh[row])
            lost = judge.interval(judge.signs * (promised[row] - fresh[row]))
            lead = promised[row] - promised[-1]
            curse = judge.interval(judge.signs * (lead - fresh[row] + fresh[-1]))
            gain = _means(found.fresh[row] - found.fresh_base)
            over = _means(found.fresh[row] - found.fresh[-1])
            settings = self.settings(place)
            result.append(
                Finalist(place, settings, promised[row], kept, lost, curse, gain, over, bool(front[row]))
            )
        return result


def _means(differences: Array) -> tuple[Estimate, ...]:
    return tuple(t_interval(differences[:, k]) for k in range(differences.shape[1]))


def summary_of(optimum: Optimum) -> dict[str, Any]:
    """Plain data: what `optimize --json` prints and `optimize.json` holds."""
    found, judge, meta = optimum.found, optimum.judge, optimum.meta
    names = [info.name for info in judge.infos]
    return {
        "sweep": meta["sweep"], "scenario": meta["scenario"], "seed": meta["seed"], "policy": meta["optimize"],
        "baseline": meta["baseline"], "outcomes": names, "robust": judge.robust, "levers": list(meta["levers"]),
        "uncertain": list(meta["uncertain"]), "worlds": len(found.base), "fresh_worlds": len(found.fresh_base),
        "trials": [len(tried) for tried in found.searches], "candidates": len(found.candidates), "failed": found.failed,
        "searches": [{"settings": optimum.settings(i), "score": score} for i, score in optimum.best_of_searches()],
        "finalists": [_data(one, names) for one in optimum.finalists[:-1]],
        "present": _data(optimum.present, names),
        "front": [
            {"settings": optimum.settings(int(i)), "scores": dict(zip(names, optimum.scores[i].tolist(), strict=True))}
            for i in np.flatnonzero(optimum.front)
        ],
    }  # fmt: skip


def _data(one: Finalist, names: Sequence[str]) -> dict[str, Any]:
    rows = []
    for k, name in enumerate(names):
        rows.append({
            "outcome": name, "promised": float(one.promised[k]), **_ends("kept", one.kept, k),
            **_ends("lost", one.lost, k), **_ends("curse", one.curse, k),
            **_estimate("gain", one.gain[k]), **_estimate("over_present", one.over_present[k]),
        })  # fmt: skip
    return {"settings": dict(one.settings), "on_front": one.on_front, "outcomes": rows}


def _ends(name: str, of: Bounded, k: int) -> dict[str, float]:
    parts = ((name, of.value), (f"{name}_ci_low", of.low), (f"{name}_ci_high", of.high))
    return {key: float(values[k]) for key, values in parts}


def _estimate(name: str, of: Estimate) -> dict[str, float | None]:
    return {name: of.mean, f"{name}_ci_low": of.low, f"{name}_ci_high": of.high}

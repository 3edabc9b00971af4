"""How often the 95 % intervals that are printed hold the truth, on made-up data with known truth.

    python -m benchmarks.coverage                            # 2,000 data sets of each kind, two minutes
    python -m benchmarks.coverage --page docs/coverage.md    # ... and the page of it
    python -m benchmarks.coverage --trials 100               # whether it works: outside 93-97 % by chance alone

Each kind of data is of 30 worlds (units) or more. Intervals that hold at all looks promise at least 95 % by their make.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis import doubt
from analysis.crossover import crossover, trough
from analysis.paired import level_interval, percent_interval, skew_interval, t_interval
from analysis.piloting import jackknifed
from analysis.rare import rare_differences
from analysis.spread import bounded
from analysis.until import anytime_interval
from benchmarks import false_alarms

Array = npt.NDArray[np.float64]
Found = tuple[float | None, float | None, float]
"""Both ends (None: none was given) and the truth."""
TRIALS, WORLDS = 2000, 30
WANTED = (0.93, 0.97)
SKEW = 0.6  # of the log-normal part


@dataclass(frozen=True)
class Kind:
    """One kind of interval on one kind of data. `least` says that it promises at least 95 %."""

    interval: str
    data: str
    draw: Callable[[np.random.Generator], Found]
    least: bool = False


def _ends(estimate: Any, truth: float) -> Found:
    return estimate.low, estimate.high, truth


def _skewed(rng: np.random.Generator, n: int = WORLDS) -> Array:
    """Differences as money gives them, of mean 0: a log-normal part, and noise."""
    return np.asarray(0.1 * (rng.lognormal(0, SKEW, n) - np.exp(SKEW**2 / 2)) + rng.normal(0, 0.08, n))


def _ratio(rng: np.random.Generator) -> Found:
    base = rng.lognormal(0, 0.25, WORLDS)
    return _ends(percent_interval(-0.3 * base + rng.normal(0, 0.1, WORLDS), base), -30.0)


def _share(chance: float) -> Callable[[np.random.Generator], Found]:
    return lambda rng: _ends(level_interval((rng.random(100) < chance).astype(float)), chance)


def _turning(rng: np.random.Generator) -> tuple[Array, Array]:
    """Cumulative differences of 60 weeks that fall and rise again, and their true mean."""
    weeks = np.arange(60)
    truth = np.cumsum(-1.0 + 0.05 * weeks)
    own = rng.normal(0, 0.12, (WORLDS, 1)) * (weeks + 1)
    return truth + own + np.cumsum(rng.normal(0, 1.0, (WORLDS, 60)), axis=1), truth


def _crossing(rng: np.random.Generator) -> Found:
    gap, truth = _turning(rng)
    found = crossover(gap, 13)
    high = np.inf if found.high is None and found.low is not None else found.high
    return found.low, high, 13.0 + float(np.flatnonzero(truth <= 0)[-1]) + 1


def _depth(rng: np.random.Generator) -> Found:
    gap, truth = _turning(rng)
    return _ends(trough(gap, 13), -float(truth.min()))


def _doubted(rng: np.random.Generator) -> Found:
    """30 draws of two worlds; parameters make 60 % of the variance."""
    values = np.repeat(rng.normal(0, np.sqrt(0.6), 30), 2) + rng.normal(0, np.sqrt(0.4), 60)
    return _ends(doubt.split(values, np.repeat(np.arange(30), 2)), 0.6)


def _by_resampling(rng: np.random.Generator) -> Found:
    """The mean of 30 trajectories' effects over 5 worlds."""
    values = rng.normal(0, 1, (30, 1)) + rng.normal(0, 0.5, (1, 5)) + rng.normal(0, 1, (30, 5))
    found = bounded(lambda units, worlds: np.asarray(units @ values @ worlds), 30, 5)
    return float(found.low), float(found.high), 0.0


def _at_a_stop(rng: np.random.Generator) -> Found:
    """Looked at after every world from the tenth on until zero lies outside, or 300 worlds."""
    values = rng.normal(0, 1, 300)
    for n in range(10, 301):
        found = anytime_interval(values[:n], 0.05)
        if found.clear:
            break
    return _ends(found, 0.0)


def _two_ratios(rng: np.random.Generator) -> Found:
    one, other = rng.lognormal(0, 0.2, (2, WORLDS))
    gains = one * rng.normal(0.2, 0.05, WORLDS), other * rng.normal(-0.1, 0.05, WORLDS)

    def apart(keep: npt.NDArray[np.bool_]) -> float:
        return float(gains[0][keep].sum() / one[keep].sum() - gains[1][keep].sum() / other[keep].sum())

    return _ends(jackknifed(apart, WORLDS), 0.3)


def _rarely(rng: np.random.Generator) -> Found:
    """A count that is one more in 6 % of 64 worlds."""
    gap = (rng.random(64) < 0.06).astype(float)
    rare = rare_differences(gap, counts=True)
    if rare is None:
        return _ends(t_interval(gap), 0.06)
    low, high = rare.interval(0.95)
    return low, high, 0.06


KINDS = (
    Kind("mean (t)", "normal", lambda rng: _ends(t_interval(rng.normal(0, 1, WORLDS)), 0.0)),
    Kind("mean (t)", "skewed", lambda rng: _ends(t_interval(_skewed(rng)), 0.0)),
    Kind("mean over draws (t, for skewness)", "skewed", lambda rng: _ends(skew_interval(_skewed(rng)), 0.0)),
    Kind("percent of the baseline (Fieller)", "log-normal baseline", _ratio),
    Kind("share of 100 worlds (Wilson)", "30 %", _share(0.3)),
    Kind("share of 100 worlds (Wilson)", "5 %", _share(0.05)),
    Kind("crossover week", "falls and rises, 60 weeks", _crossing),
    Kind("largest shortfall", "falls and rises, 60 weeks", _depth),
    Kind("share of doubt from parameters", "60 %, 30 draws", _doubted),
    Kind("mean effect (sensitivity)", "30 trajectories, 5 worlds", _by_resampling),
    Kind("difference of two percentages (jackknife)", "log-normal baselines", _two_ratios),
    Kind("rare differences of counts", "one more in 6 % of 64 worlds", _rarely, True),
    Kind("lead under --until-decided", "stopped when zero lies outside", _at_a_stop, True),
)


def measure(trials: int = TRIALS, seed: int = 1) -> list[dict[str, Any]]:
    """One row a kind: how often the interval held the truth, with the standard error; and how often none was given."""
    rows = []
    for number, kind in enumerate(KINDS):
        rng = np.random.default_rng([seed, number])
        held = given = 0
        for _ in range(trials):
            low, high, truth = kind.draw(rng)
            if low is not None and high is not None:
                given, held = given + 1, held + bool(low <= truth <= high)
        share = held / given if given else 0.0
        error = np.sqrt(share * (1 - share) / max(given, 1))
        met = share >= WANTED[0] and (kind.least or share <= WANTED[1])
        rows.append(
            {"interval": kind.interval, "data": kind.data, "coverage": share, "error": float(error), "none": trials - given,
             "least": kind.least, "met": bool(met)}
        )  # fmt: skip
    return rows


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Markdown: what is asked, what was found, and what lies outside."""
    lines = ["| interval | data | holds the truth | |", "|---|---|---|---|"]
    for row in rows:
        note = "at least 95 % by its make" if row["least"] and row["coverage"] > WANTED[1] else ""
        note = note if row["met"] else "outside 93-97 %"
        held = f"{100 * row['coverage']:.1f} ± {100 * row['error']:.1f} %"
        lines.append(f"| {row['interval']} | {row['data']} | {held} | {note} |")
    return "\n".join(lines)


def page(rows: Sequence[dict[str, Any]], alarms: Sequence[dict[str, Any]], trials: int) -> str:
    """The page of the docs: intervals, and false alarms."""
    return f"""# How often intervals hold the truth

Written by `python -m benchmarks.coverage --page docs/coverage.md`; do not edit by hand. {trials:,} made-up data sets of
each kind, of 30 worlds or more where nothing else is said; 93 to 97 % is wanted of an interval of 95 %.

{table(rows)}

Where intervals are of a model fitted to many cases (values of information, surfaces, boxes) the pages on them say how
often they hold: [value](value.md),
[hypotheses](hypotheses.md), [flip](flip.md), [sensitivity](sensitivity.md), [recovery](calibration/recovery.md).

## How often something is found where there is nothing

The same number of data sets of 30 worlds in which no policy differs from another. `--until-decided` has its own table, of
wrong picks among 500 problems, some of them ties: [until decided](until_decided.md). ± is the standard error that a rate of
exactly "at most" would have; two of them are allowed, so that 3.1 % passes where 2.5 % may be.

{false_alarms.table(alarms)}
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the page if asked. 1 where anything lies outside what is wanted, else 0."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.coverage", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "--trials", type=int, default=TRIALS, help=f"data sets of each kind (default {TRIALS:,})"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the data (default 1)")
    parser.add_argument("--page", type=Path, metavar="PATH", help="write the page there")
    options = parser.parse_args(arguments)
    if options.trials < 1:
        parser.error("--trials is at least 1")
    rows = measure(options.trials, options.seed)
    print(table(rows))
    met = all(row["met"] for row in rows)
    if options.page:
        alarms = false_alarms.measure(options.trials, options.seed)
        options.page.write_text(page(rows, alarms, options.trials), encoding="utf-8")
        met &= all(row["met"] for row in alarms)
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())

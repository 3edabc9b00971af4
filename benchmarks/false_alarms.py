"""How often something is found where there is nothing: made-up data without any difference, judged as commands judge it.

    python -m benchmarks.false_alarms                # 2,000 data sets of each kind
    python -m benchmarks.coverage --page FILE        # with the intervals, as docs/coverage.md

What is wanted follows from what each answer promises: a wrong best policy in at most 5 % of experiments, a claim supported
in at most 2.5 % (its interval of 95 % lies on one side), any of 27 claims standing in at most 5 % (Holm).
What stands behind ± is the standard error that a rate of exactly "at most" would have, not that of the rate found: a rate is
told as too often where it lies more than two of them above.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.crossover import crossover
from analysis.hypotheses import SUPPORTED, Margin, Sides, holm, judge
from analysis.panel import OutcomeInfo, Panel
from analysis.verdict import decide

Array = npt.NDArray[np.float64]
TRIALS, WORLDS, CLAIMS = 2000, 30, 27
MONEY = OutcomeInfo("new_arr", "cents", 1, True, "sum_from_start", "New ARR")


@dataclass(frozen=True)
class Kind:
    """Something that an answer may say, on data where it is wrong; `most` is how often it may be, in percent."""

    said: str
    data: str
    most: float
    wrongly: Callable[[np.random.Generator], bool]


def _equal(
    policies: int, *, skewed: bool = False, of_draws: bool = False
) -> Callable[[np.random.Generator], bool]:
    """Is one of several equal policies declared best? They share most of their luck, as in one world."""
    names = tuple(f"p{n}" for n in range(policies))

    def wrongly(rng: np.random.Generator) -> bool:
        own = rng.lognormal(0, 0.6, (policies, WORLDS)) if skewed else rng.normal(0, 1, (policies, WORLDS))
        values = 100 + 3 * rng.normal(0, 1, WORLDS) + own
        present = np.ones((policies, WORLDS), np.bool_)
        panel = Panel(
            names, names[0], tuple(range(WORLDS)), 1, 0, {"new_arr": MONEY}, present, {"new_arr": values}, {}
        )
        return decide(panel, "new_arr", of_draws=of_draws).decided

    return wrongly


def _sides(rng: np.random.Generator) -> Sides:
    base = rng.lognormal(4, 0.2, WORLDS)
    return Sides(base + rng.normal(0, 2, WORLDS), base)


def _claim(unit: str) -> Callable[[np.random.Generator], bool]:
    return lambda rng: judge(_sides(rng), Margin(1, 0.0, unit)).verdict == SUPPORTED


def _any_claim(rng: np.random.Generator) -> bool:
    """Does any of 27 claims without an effect stand, supported, among all of them?"""
    parts = [judge(_sides(rng), Margin(1, 0.0, "absolute")) for _ in range(CLAIMS)]
    stands = holm([part.p for part in parts])
    return any(stood and part.verdict == SUPPORTED for stood, part in zip(stands, parts, strict=True))


def _turns(rng: np.random.Generator) -> bool:
    """Is a policy said to overtake, or to fall behind, where the gap is a walk that goes nowhere?"""
    return bool(crossover(np.cumsum(rng.normal(0, 1, (WORLDS, 60)), axis=1), 13).turn)


KINDS = (
    Kind("a best policy of 2", "normal", 5.0, _equal(2)),
    Kind("a best policy of 2", "log-normal", 5.0, _equal(2, skewed=True)),
    Kind("a best policy of 9", "normal", 5.0, _equal(9)),
    Kind("a best policy of 9", "log-normal", 5.0, _equal(9, skewed=True)),
    Kind("a best policy of 2, over draws", "log-normal", 5.0, _equal(2, skewed=True, of_draws=True)),
    Kind("a claim supported", "currency units", 2.5, _claim("absolute")),
    Kind("a claim supported", "percent", 2.5, _claim("percent")),
    Kind(f"any of {CLAIMS} claims that stand", "currency units", 5.0, _any_claim),
    Kind("a policy overtakes or falls behind", "walks of 60 weeks", 5.0, _turns),
)


def measure(trials: int = TRIALS, seed: int = 1) -> list[dict[str, Any]]:
    """One row a kind: how often it was said, with the standard error under `most`; `met` up to two of them above."""
    rows = []
    for number, kind in enumerate(KINDS):
        rng = np.random.default_rng([seed, number])
        share = sum(kind.wrongly(rng) for _ in range(trials)) / trials
        most = kind.most / 100
        error = float(np.sqrt(most * (1 - most) / trials))
        rows.append(
            {"said": kind.said, "data": kind.data, "share": share, "error": error, "most": most,
             "met": bool(share <= most + 2 * error)}
        )  # fmt: skip
    return rows


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Markdown: what was said wrongly, how often, and how often it may be."""
    lines = ["| said, where nothing differs | data | how often | at most | |", "|---|---|---|---|---|"]
    for row in rows:
        share, most = f"{100 * row['share']:.1f} ± {100 * row['error']:.1f} %", f"{100 * row['most']:g} %"
        lines.append(
            f"| {row['said']} | {row['data']} | {share} | {most} | {'' if row['met'] else 'too often'} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. 1 where anything is said too often, else 0."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.false_alarms", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "--trials", type=int, default=TRIALS, help=f"data sets of each kind (default {TRIALS:,})"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the data (default 1)")
    options = parser.parse_args(arguments)
    if options.trials < 1:
        parser.error("--trials is at least 1")
    rows = measure(options.trials, options.seed)
    print(table(rows))
    return int(not all(row["met"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())

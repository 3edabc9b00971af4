"""Published models, lived by the kernels and rules that the sales model itself calls: a printed figure against ours.

Each module beside this one drives one model and ends with `checks()`. The drivers hold no rule of their own, only who is
there, the order of a period, and what is counted.

python -m tests.patterns.published.printed     all of them
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib import import_module
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


def mean(values: NDArray[np.float64]) -> tuple[float, float]:
    """Mean of independent runs and its standard error."""
    return float(values.mean()), float(values.std(ddof=1) / len(values) ** 0.5)


class Printed(NamedTuple):
    """What was printed, with the standard error of that and half its last digit; ours, with its standard error."""

    model: str
    figure: str
    printed: float
    printed_error: float
    rounding: float
    ours: float
    error: float

    @property
    def tolerance(self) -> float:
        """Three combined standard errors and the rounding. A right model lies outside at most 1 time in 370."""
        return float(3 * np.hypot(self.error, self.printed_error) + self.rounding)

    @property
    def agrees(self) -> bool:
        return abs(self.ours - self.printed) <= self.tolerance


MODELS = ("march", "denrell_march", "posen_levinthal", "explore_then_commit", "bandit", "information")


def all_checks() -> Iterator[tuple[str, list[Printed], float]]:
    """Every model: its module, its checks, and the seconds of processor time they took."""
    for name in MODELS:
        module, start = import_module(f"tests.patterns.published.{name}"), time.process_time()
        yield name, list(module.checks()), time.process_time() - start


if __name__ == "__main__":
    for name, found, seconds in all_checks():
        print(f"{name}, {seconds:.1f} s")
        for check in found:
            print(f"  {check.figure}: {check.printed:g}, ours {check.ours:.6g} +- {check.error:.2g}", end="")
            print("" if check.agrees else "  OUTSIDE")

"""What data tell of one figure: found, not found, or cannot tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Verdict = Literal["found", "not_found", "cannot_tell"]
LEVEL = 0.95
"""Coverage of every interval of an estimate."""
DRAWS = 200
"""Draws of every figure that the data tell."""
NAN = float("nan")


@dataclass(frozen=True)
class Estimate:
    """One figure with its interval (`LEVEL`) and the verdict on it, in words.

    found: the data say what it is. not_found: there is enough data, and no effect of a size that matters in it. cannot_tell:
    the interval is too wide, or the data do not have what is needed (value and interval may be nan). Only a figure that was
    found replaces what the literature says. `n` is the number of rows behind it. `parameter` names what it sets in a
    scenario, "" for nothing. `draws`, (DRAWS,), are bootstrap or posterior draws; draw k of parameters that were fitted
    together belongs to the same resample. Those of a figure that data cannot tell, but that was varied while others were
    fitted, are kept too: the others hold only beside them.
    """

    name: str
    finding: Verdict
    value: float
    low: float
    high: float
    unit: str
    n: int
    words: str
    parameter: str = ""
    draws: Floats | None = None

    def sets(self, parameter: str) -> Estimate:
        """The same, as what sets a parameter."""
        return replace(self, parameter=parameter)


def interval(draws: Floats) -> tuple[float, float]:
    """Ends of the central interval of draws."""
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def figure(name: str, value: float, draws: Floats, unit: str, n: int, words: str, least: int = 1) -> Estimate:
    """A figure that has no "none" to be told from: found where at least `least` rows are behind it."""
    low, high = interval(draws)
    if n < least:
        return Estimate(name, "cannot_tell", value, low, high, unit, n, f"only {n} cases: too few to tell")
    return Estimate(name, "found", value, low, high, unit, n, words, "", draws)


def judged(
    name: str,
    value: float,
    draws: Floats,
    unit: str,
    n: int,
    *,
    none: float,
    matters: float,
    words: Mapping[Verdict, str],
) -> Estimate:
    """The verdict on an effect whose absence is the value `none` and of which `matters` is the least that matters.

    found: the interval excludes `none`. not_found: it lies within `matters` of it. Else the data cannot tell.
    """
    low, high = interval(draws)
    verdict: Verdict = "cannot_tell"
    if low > none or high < none:
        verdict = "found"
    elif none - matters <= low and high <= none + matters:
        verdict = "not_found"
    return Estimate(name, verdict, value, low, high, unit, n, words[verdict], "", draws)


def cannot_tell(name: str, unit: str, words: str, n: int = 0) -> Estimate:
    """Data that do not have what is needed."""
    return Estimate(name, "cannot_tell", NAN, NAN, NAN, unit, n, words)


def generator(purpose: int) -> np.random.Generator:
    """The private generator of one estimate: the same data give the same draws."""
    return np.random.Generator(np.random.Philox(key=[20_261_128, purpose]))


def over(span: tuple[float, float], lot: Floats) -> Floats:
    """Points of a range, uniform, or in the log where it spans a factor of ten."""
    low, high = span
    if low > 0 and high / low >= 10:
        return np.asarray(low * (high / low) ** lot)
    return np.asarray(low + (high - low) * lot)

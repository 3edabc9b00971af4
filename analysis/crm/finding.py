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
    together belongs to the same resample. Those of a figure that was not found are what data and literature leave together
    (`within`), or were varied while others were fitted, which hold only beside them.
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


WIDEST = 0.5
"""Found is what the data leave at most half of the literature's range of, as in a fit through the whole model."""


def left_of(span: tuple[float, float], low: float, high: float) -> float:
    """Share of a range that an interval leaves, against what it leaves of the range where the data say nothing."""
    ends = np.clip([low, high], *span)
    return float(np.diff(_places(span, ends))[0]) / LEVEL


def narrow_enough(one: Estimate, span: tuple[float, float]) -> Estimate:
    """The same, but that the data cannot tell what they leave more than `WIDEST` of its range open."""
    share = left_of(span, one.low, one.high)
    if one.finding != "found" or not share > WIDEST:
        return one
    words = f"{one.words}; but the interval holds {min(share, 1):.0%} of {span[0]:g} to {span[1]:g}"
    return replace(one, finding="cannot_tell", words=words)


def within(span: tuple[float, float], one: Estimate, lot: Floats) -> Floats:
    """Draws, (draws,), of what was not found: the range that is published (uniform as in `over`), weighted by the data.

    The likelihood is what the interval implies (Efron 1993, Biometrika 80(1)): a normal on either side of the estimate, on
    the range's scale, whose ends are the interval's. One that is cut off at nought has the width of its upper side on
    both. Without an interval the whole range is left. `lot`: numbers between 0 and 1.
    """
    if not np.isfinite([one.value, one.low, one.high]).all():
        return over(span, lot)
    x = np.linspace(0, 1, 2001)
    if one.low <= 0 and _in_logs(span):
        middle, high = _places(span, np.maximum([one.value, one.high], span[0] / 10))
        low = 2 * middle - high
    else:
        low, middle, high = _places(span, np.array([one.low, one.value, one.high]))
        low = 2 * middle - high if one.low == 0 else low
    side = np.maximum(np.where(x < middle, middle - low, high - middle), 1e-9)
    weight = -0.5 * (1.959964 * (x - middle) / side) ** 2
    likely = np.exp(weight - weight.max())
    heap = np.concatenate(([0.0], np.cumsum(likely[1:] + likely[:-1])))
    return over(span, np.interp(lot, heap / heap[-1], x))


def staying(default: float, draws: Floats) -> float:
    """The value beside draws of what was not found: the default, or their median where they rule it out."""
    low, high = interval(draws)
    return default if low <= default <= high else float(np.median(draws))


def _places(span: tuple[float, float], values: Floats) -> Floats:
    """Where values lie in a range, 0 to 1: the inverse of `over`."""
    low, high = span
    if _in_logs(span):
        return np.asarray(np.log(values / low) / np.log(high / low))
    return np.asarray((values - low) / (high - low))


def over(span: tuple[float, float], lot: Floats) -> Floats:
    """Points of a range, uniform, or in the log where it spans a factor of ten."""
    low, high = span
    if _in_logs(span):
        return np.asarray(low * (high / low) ** lot)
    return np.asarray(low + (high - low) * lot)


def _in_logs(span: tuple[float, float]) -> bool:
    low, high = span
    return low > 0 and high / low >= 10

"""What data tell of one figure: found, not found, or cannot tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Verdict = Literal["found", "not_found", "cannot_tell"]
LEVEL = 0.9
"""Coverage of every interval of an estimate."""


@dataclass(frozen=True)
class Estimate:
    """One figure with its interval (`LEVEL`) and the verdict on it, in words.

    found: the data say what it is. not_found: there is enough data, and no effect of a size that matters in it. cannot_tell:
    the interval is too wide, or the data do not have what is needed (value and interval may be nan). Only a figure that was
    found replaces what the literature says. `draws`, (n,), are bootstrap or posterior draws; draw k of all figures of one
    import belongs to the same resample. `parameter` names the parameter of the model that it sets, "" for none.
    """

    name: str
    finding: Verdict
    value: float
    low: float
    high: float
    unit: str
    why: str
    parameter: str = ""
    draws: npt.NDArray[np.float64] | None = None


def judged(
    name: str,
    value: float,
    draws: npt.NDArray[np.float64],
    unit: str,
    *,
    none: float,
    matters: float,
    why: dict[Verdict, str],
    parameter: str = "",
) -> Estimate:
    """The verdict on an effect whose absence is the value `none` and of which `matters` is the least that matters.

    found: the interval excludes `none`. not_found: it lies within `matters` of it. Else the data cannot tell.
    """
    low, high = (float(q) for q in np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
    verdict: Verdict = "cannot_tell"
    if low > none or high < none:
        verdict = "found"
    elif none - matters <= low and high <= none + matters:
        verdict = "not_found"
    return Estimate(name, verdict, value, low, high, unit, why[verdict], parameter, draws)
